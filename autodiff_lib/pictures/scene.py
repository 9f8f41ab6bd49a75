"""A graph laid out once, to be drawn as often as needed: every frame has the same positions."""

from autodiff_lib.pictures.glyphs import draw_glyph, glyphs_and_arrows
from autodiff_lib.pictures.layout import dot_source, lay_out
from autodiff_lib.pictures.svg import boxes, document, draw_arrow, label_box, paths, plate


class Scene:
    """The glyphs, arrows and positions of a Graph.

    labels: {(head, slot): text} of the arrows that get a plate, or room for one.
    `layout` is None where no Graphviz can be had.
    """

    def __init__(self, graph, labels=None):
        self.glyphs, self.arrows = glyphs_and_arrows(graph)
        sizes, above = boxes(self.glyphs)
        self.down = above - sizes[0][1] / 2  # from a box's middle to its head's
        self.labels = labels or {}
        ends = [(arrow.tail, arrow.head) for arrow in self.arrows]
        texts = [self.labels.get((arrow.head, arrow.slot)) for arrow in self.arrows]
        room = [label_box(text) if text else None for text in texts]
        self.source = dot_source(sizes, ends, room)
        self.layout = lay_out(self.source, len(sizes), ends)

    @property
    def size(self):
        """Width and height in px."""
        return self.layout.width, self.layout.height

    def parts(self, glyphs=None, rings=None, colours=None, labels=None):
        """The SVG elements.

        glyphs: shown instead of the scene's own, at the same places. rings: {vertex: colour}.
        colours: {(head, slot): colour} of arrows. labels: instead of the scene's own.
        """
        rings, colours = rings or {}, colours or {}
        labels = self.labels if labels is None else labels
        middles = [(x, y + self.down) for x, y in self.layout.centres]
        parts, plates = [], []
        curves = paths(self.glyphs, self.arrows, self.layout, self.down, middles)
        for i, (arrow, curve) in enumerate(zip(self.arrows, curves, strict=True)):
            key = (arrow.head, arrow.slot)
            parts.append(draw_arrow(*curve, arrow.mark, colours.get(key)))
            if labels.get(key):
                x, y = self.layout.labels[i]
                plates.append(plate(labels[key], x, y))
        for i, glyph in enumerate(glyphs or self.glyphs):
            parts.append(draw_glyph(glyph, *middles[i], rings.get(i)))
        return parts + plates

    def svg(self, title, **details):
        """The whole SVG; `details` as for `parts`."""
        return document(self.parts(**details), *self.size, title)
