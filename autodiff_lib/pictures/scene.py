"""A graph laid out once, to be drawn as often as needed: every frame has the same positions.

Labels of arrows go on their own curve, clear of everything else if possible.
"""

import numpy as np

from autodiff_lib.pictures.glyphs import draw_glyph, glyphs_and_arrows
from autodiff_lib.pictures.layout import dot_source, lay_out
from autodiff_lib.pictures.svg import arrow_curves, boxes, document, draw_arrow, label_box, plate

WIDEST = 1500  # px: a notebook shows about 900, so letters shrink to 60 % at most
TALLEST = 3000
PARTS = (40, 30, 20, 16, 14, 12, 10, 8, 6, 4)  # numbers of nodes to try when all are too many


class Scene:
    """The glyphs, arrows and positions of a Graph.

    labels: {(id(node), index of operand): text} of the arrows that get a plate, or room for one.
    `layout` is None where no Graphviz can be had.
    """

    def __init__(self, graph, labels=None):
        self.graph = graph
        self.glyphs, self.arrows = glyphs_and_arrows(graph)
        self.sizes, above = boxes(self.glyphs)
        self.down = above - self.sizes[0][1] / 2  # from a box's middle to its head's
        self.labels = labels or {}
        self.ends = [(arrow.tail, arrow.head) for arrow in self.arrows]
        self.keys = [self.key(arrow) for arrow in self.arrows]
        texts = [self.labels.get(key) for key in self.keys]
        self.room = [label_box(text) if text else None for text in texts]
        self.layout = lay_out(
            dot_source(self.sizes, self.ends, self.room), len(self.sizes), self.ends
        )
        self.plates = [] if self.layout is None else self.place_plates()

    @property
    def size(self):
        """Width and height in px, down to the lowest arrow: those go by the heads' middles."""
        lowest = max((y for curve in self.layout.curves for _, y in curve), default=0)
        return self.layout.width, max(self.layout.height, lowest + self.down)

    def place_plates(self):
        """The centre of each arrow's label, None where there is none."""
        if not any(self.room):
            return [None] * len(self.room)
        boxes = []
        for (x, y), (width, height) in zip(self.layout.centres, self.sizes, strict=True):
            boxes.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
        curves = [[(x, y + self.down) for x, y in curve] for curve in self.layout.curves]
        return place_plates(curves, self.room, boxes, self.layout.labels)

    def is_readable(self):
        """Whether the letters are large enough when the picture is shrunk to a notebook."""
        return self.layout is None or (self.size[0] <= WIDEST and self.size[1] <= TALLEST)

    def key(self, arrow):
        """What labels and colours call an arrow: (id(node), index of the operand)."""
        return id(self.graph.vertices[arrow.head].node), arrow.slot

    def parts(self, glyphs=None, rings=None, colours=None, labels=None, backward=(), marks=None):
        """The SVG elements.

        glyphs: shown instead of the scene's own, at the same places. rings: {id(node): colour}.
        colours: {key: [colours]} of arrows. labels: {key: text}, instead of the scene's own.
        backward: the keys of arrows that point back to their operand. marks: {key: [colours]} of
        the first numbers of labels.
        """
        rings, colours, vertices = rings or {}, colours or {}, self.graph.vertices
        labels = self.labels if labels is None else labels
        middles = [(x, y + self.down) for x, y in self.layout.centres]
        plain, brought_out, plates = [], [], []
        curves = arrow_curves(self.glyphs, self.arrows, self.layout, self.down, middles)
        for i, (key, curve) in enumerate(zip(self.keys, curves, strict=True)):
            coloured = colours.get(key, ())
            drawn = draw_arrow(*curve, self.arrows[i].mark, coloured, key in backward)
            (brought_out if coloured else plain).append(drawn)
            if labels.get(key):
                plates.append(plate(labels[key], *self.plates[i], (marks or {}).get(key, ())))
        drawn = []
        for i, glyph in enumerate(glyphs or self.glyphs):
            ring = rings.get(id(vertices[i].node)) if i < len(vertices) else None
            drawn.append(draw_glyph(glyph, *middles[i], ring))
        return plain + brought_out + drawn + plates

    def svg(self, title, **details):
        """The whole SVG; `details` as for `parts`."""
        return document(self.parts(**details), *self.size, title)


def readable_scene(graph, labels=None):
    """The Scene of `graph`, or where that is too large to read of the part nearest its outputs."""
    scene = Scene(graph, labels)
    for how_many in PARTS:
        if scene.is_readable():
            break
        if how_many < len(graph.vertices):
            scene = Scene(graph.nearest(how_many), labels)
    return scene


SAMPLES = 12  # points on each piece of a curve
ON_A_GLYPH, ON_A_PLATE, ON_A_CURVE = 1000.0, 300.0, 10.0  # how bad it is to cover what


def place_plates(curves, sizes, boxes, wanted):
    """The centre of each label, None for an arrow without one.

    curves: per arrow the points of its Bezier curve. sizes: per arrow (width, height) of its
    label, or None. boxes: (left, top, right, bottom) of each glyph. wanted: per arrow where the
    layout kept room; of equally good places the nearest to it is taken.
    """
    sampled = [sample(curve) for curve in curves]
    points = np.concatenate(sampled) if sampled else np.zeros((0, 2))
    owner = np.repeat(np.arange(len(curves)), [len(s) for s in sampled])
    glyphs = np.array(boxes, dtype=float).reshape(-1, 4)
    plates, places = np.zeros((0, 4)), [None] * len(curves)
    for i, size in enumerate(sizes):
        if size is None or wanted[i] is None:
            continue
        covered = glyphs, plates, points[owner != i], wanted[i]
        costs = [cost(centre, size, *covered) for centre in sampled[i]]
        best = sampled[i][int(np.argmin(costs))]
        places[i] = (float(best[0]), float(best[1]))
        plates = np.concatenate([plates, [around(best, size)]])
    return places


def sample(curve):
    """Points along a curve of Bezier pieces."""
    t = np.linspace(0, 1, SAMPLES)[:, None]
    points = np.array(curve)
    pieces = [points[k : k + 4] for k in range(0, len(points) - 1, 3)]
    return np.concatenate(
        [
            (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
            for a, b, c, d in pieces
        ]
    )


def around(centre, size):
    """(left, top, right, bottom) of a rectangle of this size."""
    half = np.array(size) / 2
    return np.concatenate([centre - half, centre + half])


def cost(centre, size, glyphs, plates, others, wanted):
    """How much a plate at `centre` would cover, and a little for being far from `wanted`."""
    left, top, right, bottom = around(centre, size)
    inside = (others > (left, top)).all(axis=1) & (others < (right, bottom)).all(axis=1)

    def overlapping(boxes):
        apart = (boxes[:, 0] > right) | (boxes[:, 2] < left)
        return np.count_nonzero(~(apart | (boxes[:, 1] > bottom) | (boxes[:, 3] < top)))

    return (
        ON_A_GLYPH * overlapping(glyphs)
        + ON_A_PLATE * overlapping(plates)
        + ON_A_CURVE * np.count_nonzero(inside)
        + abs(centre[0] - wanted[0])
        + 0.2 * abs(centre[1] - wanted[1])
    )
