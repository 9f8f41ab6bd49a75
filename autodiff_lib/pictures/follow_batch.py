"""follow_batch: the batch axis on its way through a graph, frame by frame.

Over each node stands the shape of one example; on each arrow the shape of what flows along it for
all examples. Arrows that carry the batch axis, and its size in a shape, have a colour of their own;
so has the batch axis of a batch inside the batch.
"""

import numpy as np

from autodiff_lib.pictures import style
from autodiff_lib.pictures.checks import require_part
from autodiff_lib.pictures.graph import snapshot
from autodiff_lib.pictures.instrument import instrument
from autodiff_lib.pictures.layout import advice
from autodiff_lib.pictures.outline import expression
from autodiff_lib.pictures.picture import Picture, words_only
from autodiff_lib.pictures.scene import Scene
from autodiff_lib.pictures.step_through import LIMIT, too_many
from autodiff_lib.pictures.text import shape


def follow_batch(output, batch, size, inner=(), names=None, notes=None, limit=LIMIT):
    """The Picture of one example's graph as it runs on `size` examples.

    batch: the inputs that have the batch axis; the other leaves are the same for all examples.
    inner: leaves whose first axis is a batch axis already, that of a batch inside this one.
    names, notes: as for `draw`. Values of nodes are those of one example.
    A graph of more than `limit` nodes is drawn instead, with a sentence.
    Raises TypeError or ValueError, with the next step, for what is not a graph or not in it.
    """
    graph = snapshot(output, names=names, notes=notes, limit=limit)
    if graph.is_part:
        return too_many(output, names, limit)
    present = {id(vertex.node) for vertex in graph.vertices}
    for node in batch:
        require_part(node, present, "batch")
    for node in inner:
        require_part(node, present, "inner")
    story = Story(graph, batch, size, inner)
    sentences = [f"{k}. {words}" for k, (words, *_) in enumerate(story.frames(), 1)]
    scene = story.scene()
    if scene.layout is None:
        text = "\n".join(sentences)
        return Picture(text, words_only(text, advice()))
    svgs = [story.draw(scene, *frame) for frame in story.frames()]
    return Picture("\n".join(sentences), instrument(sentences, svgs), svgs[-1])


def reached_from(graph, nodes):
    """The indices of these leaves and of all that is made from them."""
    start, reached = {id(node) for node in nodes}, set()
    for i, vertex in enumerate(graph.vertices):
        if id(vertex.node) in start or not reached.isdisjoint(vertex.operands):
            reached.add(i)
    return reached


class Story:
    """What is shown of a graph on a batch: shapes, and where the batch axis goes."""

    def __init__(self, graph, batch, size, inner):
        self.graph, self.size = graph, size
        self.carries, self.inner = reached_from(graph, batch), reached_from(graph, inner)
        self.ones = [shape(vertex.value) or () for vertex in graph.vertices]

    def all_of(self, i):
        """The shape of a vertex for all examples."""
        return (self.size, *self.ones[i]) if i in self.carries else self.ones[i]

    def arrives(self, head, tail):
        """The shape in which an operand arrives: examples of fewer axes stand up where they meet.

        That is where the result has the shape to which the operands broadcast.
        """
        ones = [self.ones[i] for i in self.graph.vertices[head].operands]
        try:
            meets = np.broadcast_shapes(*ones) == self.ones[head]
        except ValueError:
            meets = False
        missing = len(self.ones[head]) - len(self.ones[tail])
        if not meets or not missing or tail not in self.carries:
            return self.all_of(tail)
        return (self.size, *[1] * missing, *self.ones[tail])

    def along(self, head, tail):
        """What stands on an arrow: a shape, or "(5,) → (5, 1)" for an operand that stands up."""
        before, after = self.all_of(tail), self.arrives(head, tail)
        return str(after) if before == after else f"{before} → {after}"

    def marks(self, head, tail):
        """The colours of the numbers on an arrow, None for those that count no examples."""
        before, after = self.all_of(tail), self.arrives(head, tail)
        axes = self.axes(tail)
        return axes if before == after else [*axes, *[None] * (len(before) - len(axes)), *axes]

    def axes(self, i):
        """The colours of a vertex's batch axes, which are its first."""
        return [style.AXIS] * (i in self.carries) + [style.INNER_AXIS] * (i in self.inner)

    def frames(self):
        """(sentence, the vertex it is about or None, the vertices that the batch has reached)."""
        vertices = self.graph.vertices
        leaves = [i for i, v in enumerate(vertices) if v.op is None]
        named = [i for i in leaves if vertices[i].name is not None]
        one = ", ".join(f"{vertices[i].name} {self.ones[i]}" for i in named)
        yield f"one example: {one}", None, frozenset()
        reached = frozenset(leaves)
        yield f"{self.size} examples: {', '.join(map(self.leaf, named))}", None, reached
        for i, vertex in enumerate(vertices):
            if vertex.op is not None:
                reached |= {i}
                yield self.sentence(i, vertex), i, reached

    def leaf(self, i):
        """An input with its shape for all examples."""
        same = "" if i in self.carries else " (shared)"
        same = " (the inner batch)" if i in self.inner else same
        return f"{self.graph.vertices[i].name} {self.all_of(i)}{same}"

    def sentence(self, i, vertex):
        """ "v1 = x * w: (3,) for one example, (5, 3) for 5"."""
        words = f"{vertex.name} = {expression(vertex)}: {self.ones[i]} for one example"
        if i in self.carries:
            words += f", {self.all_of(i)} for {self.size}"
        for tail, name in zip(vertex.operands, vertex.operand_names, strict=True):
            if self.arrives(i, tail) != self.all_of(tail):
                words += f"; {name} {self.along(i, tail)}"
        return words + (f" [{vertex.note}]" if vertex.note else "")

    def scene(self):
        """The graph laid out once: a shape over each node, room for one on each arrow."""
        vertices = [
            self.shape_over(v, one)._replace(note=self.note(i))
            for i, (v, one) in enumerate(zip(self.graph.vertices, self.ones, strict=True))
        ]
        graph = type(self.graph)(vertices, self.graph.counts, self.graph.outputs)
        return Scene(graph, self.labels(range(len(vertices))))

    def shape_over(self, vertex, one):
        """The vertex with the shape of one example on its tag: "(3,)", "v1: (3,)"."""
        if vertex.name is None:
            return vertex
        if vertex.op is None:
            return vertex._replace(value=str(one))
        return vertex._replace(name=f"{vertex.name}: {one}", value=None)

    def note(self, i):
        """What stands under a vertex: its note, and for the output what comes out."""
        out = str(self.all_of(i)) if i in self.graph.outputs else None
        return "  ".join(filter(None, [self.graph.vertices[i].note, out])) or None

    def labels(self, reached):
        """{arrow: the shape along it} of the arrows that leave some vertices.

        An operand arrives in another shape only when the operation that needs it runs.
        """
        labels = {}
        for head, vertex in enumerate(self.graph.vertices):
            for slot, tail in enumerate(vertex.operands):
                if tail in reached and self.graph.vertices[tail].name is not None:
                    found = self.along(head, tail) if head in reached else self.all_of(tail)
                    labels[id(vertex.node), slot] = str(found)
        return labels

    def draw(self, scene, sentence, now, reached):
        """The SVG of one frame."""
        vertices = self.graph.vertices
        glyphs = [
            glyph._replace(marks=tuple(self.axes(i)) if i in self.graph.outputs else ())
            if vertex.op is None or i in reached
            else glyph._replace(value=None, note=None)
            for i, (glyph, vertex) in enumerate(zip(scene.glyphs, vertices, strict=True))
        ]
        arrows = {
            (id(vertex.node), slot): (head, tail)
            for head, vertex in enumerate(vertices)
            for slot, tail in enumerate(vertex.operands)
            if tail in reached and self.axes(tail)
        }
        colours = {key: self.axes(tail) for key, (_, tail) in arrows.items()}
        marks = {key: self.marks(*arrow) for key, arrow in arrows.items()}
        rings = {} if now is None else {id(vertices[now].node): style.CURRENT}
        labels = self.labels(reached)
        return scene.svg(
            sentence, glyphs=glyphs, rings=rings, colours=colours, labels=labels, marks=marks
        )
