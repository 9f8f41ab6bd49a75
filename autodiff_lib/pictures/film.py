"""A film: frames of one graph at fixed positions, each with its sentence."""

from autodiff_lib.pictures import style
from autodiff_lib.pictures.dot import dot_writer
from autodiff_lib.pictures.glyphs import tag_text
from autodiff_lib.pictures.graph import HIDDEN
from autodiff_lib.pictures.instrument import instrument
from autodiff_lib.pictures.layout import advice
from autodiff_lib.pictures.listing import Listing, list_line
from autodiff_lib.pictures.picture import Picture, words_only
from autodiff_lib.pictures.scene import Scene
from autodiff_lib.pictures.text import shown


def film(graph, frames, labels, kind=Scene, below=""):
    """The Picture of some Frames.

    labels: for each frame {arrow: text}. kind: Scene or Listing. below: what its text says at the
    end, of what is to be seen and in no sentence.
    """
    sentences = [f"{k}. {described(graph, frame)}" for k, frame in enumerate(frames, 1)]
    text = "\n".join(sentences)
    if kind is Listing:
        text = f"{list_line(graph)}\n{text}"
    text += f"\n{below}" if below else ""
    whole = final(graph, frames)
    scene, write_dot = kind(whole, longest(labels)), dot_writer(whole, ())
    if scene.layout is None:
        return Picture(text, words_only(text, advice()), write_dot=write_dot)
    shots = zip(frames, sentences, labels, strict=True)
    svgs = [draw_frame(scene, *shot) for shot in shots]
    return Picture(text, instrument(sentences, svgs), svgs[-1], write_dot)


def described(graph, frame):
    """A frame in words: its sentence and its notes."""
    notes = [f"{called(graph.vertices[i])}: {text}" for i, text in frame.notes.items()]
    return frame.sentence + (f" [{', '.join(notes)}]" if notes else "")


def called(vertex):
    """The name of a vertex; of a constant without one its value."""
    return vertex.name or shown(vertex.value)


def final(graph, frames):
    """The graph with all its gradients and the longest notes: what needs the most room."""
    notes = {}
    for frame in frames:
        for i, text in frame.under.items():
            notes[i] = max(notes.get(i, ""), text, key=len)
    vertices = [
        vertex._replace(gradient=frames[-1].sums.get(i), note=notes.get(i))
        for i, vertex in enumerate(graph.vertices)
    ]
    return type(graph)(vertices, graph.counts, graph.outputs)


def longest(labels):
    """{arrow: the longest label it gets in any frame}."""
    room = {}
    for key, text in (item for frame in labels for item in frame.items()):
        room[key] = max(room.get(key, ""), text, key=len)
    return room


def draw_frame(scene, frame, sentence, labels):
    """The SVG of one frame: what is known by now, the current node ringed, what it sends."""
    glyphs, under = list(scene.glyphs), frame.under
    for i in range(len(scene.graph.vertices)):
        total = frame.sums.get(i)
        gradient = None if total is None else f"\u2202 {tag_text(total)}"
        value = glyphs[i].value if i in frame.computed else None
        note = under.get(i)
        glyphs[i] = glyphs[i]._replace(value=value, gradient=gradient, note=note)
    rings, colours, backward = {}, {}, set()
    if frame.route:
        rings |= dict.fromkeys(frame.route.nodes, frame.route.colour)
        colours |= {arrow: [frame.route.colour] for arrow in frame.route.arrows}
    if frame.vertex is not None:
        vertex = scene.graph.vertices[frame.vertex]
        rings[id(vertex.node)] = style.CURRENT
        for slot in range(len(vertex.operands)) if frame.sent is None else frame.sent:
            if vertex.operands[slot] != HIDDEN:
                colours.setdefault((id(vertex.node), slot), []).append(style.CURRENT)
        backward = {(id(vertex.node), slot) for slot in frame.sent or ()}
    return scene.svg(
        sentence, glyphs=glyphs, rings=rings, colours=colours, labels=labels, backward=backward
    )
