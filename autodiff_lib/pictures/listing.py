"""A graph as a numbered list, the way a tape holds it: one row a node, arrows at the side.

Rows stand in making order from top to bottom, so every arrow leads down, from an operand to a
result. No Graphviz is needed for it.
"""

from functools import partial
from typing import NamedTuple

from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.pictures import style
from autodiff_lib.pictures.checks import a_kind
from autodiff_lib.pictures.glyphs import (
    WIDEST,
    Glyph,
    draw_head,
    draw_note,
    draw_tag,
    glyphs_and_arrows,
    head_size,
    label,
    n,
    tag_text,
    tag_width,
)
from autodiff_lib.pictures.graph import Graph, snapshot
from autodiff_lib.pictures.outline import expression, gradient_text, heading
from autodiff_lib.pictures.scene import place_plates
from autodiff_lib.pictures.svg import TIP, coloured_lines, document, label_box, plate
from autodiff_lib.pictures.text import columns, fit, shown

ROW = 38  # px from a row to the next
PORTS = 24  # px of a row's side that its arrows share
NUMBER = 26  # width of a row's number
LONGEST = 2 * WIDEST  # columns of an expression
COLUMN = 12  # px between two columns


def in_making_order(outputs, order, **options):
    """The Graph of `outputs` with its vertices as `order` has them, a list of nodes.

    What stands in `order` and is no part of the outputs gets a row too: a tape holds what
    nobody asked for. `order` of True stands for any topological order. options: of `snapshot`.
    Raises TypeError or ValueError for an order that is none.
    """
    if order is True:
        return snapshot(*outputs, **options)
    try:
        order = list(order)
    except TypeError:
        raise TypeError(
            f"as_list is True or the list of nodes in making order, got {a_kind(order)}"
        ) from None
    nodes = topological_order(*outputs, *order)
    place = {id(node): i for i, node in enumerate(order)}
    if len(place) != len(order) or len(nodes) != len(order):
        raise ValueError(
            "as_list must hold every node that the outputs are made from, each once; "
            f"it has {len(order)} entries for {len(nodes)} nodes"
        )
    for node in order:
        if any(place[id(operand)] > place[id(node)] for operand in node.operands):
            raise ValueError("as_list has a result before its operand: list the nodes as made")
    graph = snapshot(*outputs, *order, **options)
    return graph if graph.is_part else rearranged(graph, place, outputs)


def rearranged(graph, place, outputs):
    """The Graph with its vertices in the order of `place`, {id(node): index}."""
    old = sorted(range(len(graph.vertices)), key=lambda i: place[id(graph.vertices[i].node)])
    new = {i: k for k, i in enumerate(old)}
    ends = {id(output) for output in outputs}
    vertices = []
    for i in old:
        vertex = graph.vertices[i]
        kind = "operation" if vertex.kind == "output" and id(vertex.node) not in ends else None
        operands = tuple(new[operand] for operand in vertex.operands)
        vertices.append(vertex._replace(operands=operands, kind=kind or vertex.kind))
    return Graph(vertices, graph.counts, [place[id(output)] for output in outputs])


class Row(NamedTuple):
    """What stands in one row beside its number: the head is drawn as in a graph."""

    vertex: int
    text: str


def rows_of(graph):
    """The Rows: every vertex but the constants that are written inline."""
    found = []
    for i, vertex in enumerate(graph.vertices):
        if vertex.name is not None:
            text = vertex.name if vertex.op is None else f"{vertex.name} = {expression(vertex)}"
            found.append(Row(i, text))
    return found


def list_text(graph):
    """The list as an outline: "4: h1 = x * y = 6   gradient 48"."""
    lines = heading(graph)
    for k, row in enumerate(rows_of(graph), 1):
        vertex = graph.vertices[row.vertex]
        value = "" if vertex.value is None else f" = {shown(vertex.value)}"
        more = "   ".join(filter(None, [gradient_text(vertex), vertex.note]))
        lines.append(f"{k}: {row.text}{value}" + (f"   {more}" if more else ""))
    return "\n".join(lines)


def list_line(graph):
    """The rows in one line: "the list: 1: x, 2: y, 3: h1 = x * y"."""
    return "the list: " + ", ".join(f"{k}: {r.text}" for k, r in enumerate(rows_of(graph), 1))


class Listing:
    """The rows, arrows and positions of a Graph as a list; drawn like a Scene.

    labels: {(id(node), index of operand): text} of the arrows that get a plate.
    """

    def __init__(self, graph, labels=None):
        self.graph, self.labels = graph, labels or {}
        self.rows = rows_of(graph)
        plain, arrows = glyphs_and_arrows(graph)
        self.glyphs = [in_row(g, v) for g, v in zip(plain, graph.vertices, strict=False)]
        self.row_of = {row.vertex: k for k, row in enumerate(self.rows)}
        self.arrows = [a for a in arrows if a.tail in self.row_of and a.head in self.row_of]
        self.keys = [(id(graph.vertices[a.head].node), a.slot) for a in self.arrows]
        self.room = [label_box(t) if (t := self.labels.get(key)) else None for key in self.keys]
        self.columns = self.widths()
        self.curves, self.left = self.arcs()
        wanted = [curve[len(curve) // 2] for curve in self.curves]
        rows = [(0, k * ROW - ROW / 2, 1000, k * ROW + ROW / 2) for k in range(len(self.rows))]
        self.plates = place_plates(self.curves, self.room, rows, wanted)
        self.layout = self  # there always is one

    def widths(self):
        """Where the columns of heads, texts, values, gradients and notes begin, and the end."""
        shown_rows = [(row, self.glyphs[row.vertex]) for row in self.rows]
        widest = [
            max(head_size(glyph)[0] for _, glyph in shown_rows),
            max(style.width_of(columns(fit(row.text, LONGEST))) for row, _ in shown_rows),
        ]
        for field in ("value", "gradient", "note"):
            texts = [text for _, glyph in shown_rows if (text := getattr(glyph, field))]
            widest.append(max(map(tag_width, texts), default=0))
        places, x = [], NUMBER + COLUMN
        for width in widest:
            places.append((x, width))
            x += width + COLUMN * bool(width)
        return [*places, (x, 0)]

    def arcs(self):
        """The curve of each arrow, at the left side of the rows, and how far out they reach."""
        ports = {}
        for i, arrow in enumerate(self.arrows):
            start, end = self.row_of[arrow.tail], self.row_of[arrow.head]
            ports.setdefault(start, []).append((-end, 1, -arrow.slot, i))  # to lower rows, below
            ports.setdefault(end, []).append((-start, 0, arrow.slot, i))
        heights = {}
        for row, ends in ports.items():
            above = sorted(e for e in ends if e[1] == 0)
            below = sorted(e for e in ends if e[1] == 1)
            ordered = [*sorted(above), *sorted(below)]
            gap = min(8, PORTS / max(len(ordered) - 1, 1))
            for rank, (_, leaves, _, i) in enumerate(ordered):
                heights[i, leaves] = row * ROW + (rank - (len(ordered) - 1) / 2) * gap
        found, reach = [], 0
        for i, arrow in enumerate(self.arrows):
            span = self.row_of[arrow.head] - self.row_of[arrow.tail]
            out = min(26 + 22 * span + 10 * (arrow.slot == 1 and self.is_double(arrow)), 240)
            reach = max(reach, out * 0.75)
            ends = heights[i, 1], heights[i, 0]
            found.append([(0, ends[0]), (-out, ends[0]), (-out, ends[1]), (0, ends[1])])
        labels = max((box[0] / 2 for box in self.room if box), default=0)
        return found, reach + labels

    def is_double(self, arrow):
        """Whether another arrow joins the same two nodes."""
        return self.graph.vertices[arrow.head].operands.count(arrow.tail) > 1

    @property
    def size(self):
        """Width and height in px."""
        return self.left + self.columns[-1][0], len(self.rows) * ROW

    def svg(self, title, glyphs=None, rings=None, colours=None, labels=None, backward=()):
        """The whole SVG; the arguments are those of Scene.parts."""
        rings, colours = rings or {}, colours or {}
        labels = self.labels if labels is None else labels
        arrows, brought_out, plates = [], [], []
        for key, curve, place in zip(self.keys, self.curves, self.plates, strict=True):
            drawn = draw_arc(curve, colours.get(key, ()), key in backward)
            (brought_out if key in colours else arrows).append(drawn)
            if labels.get(key):
                plates.append(plate(labels[key], *place))
        rows = [
            self.draw_row(k, row, (glyphs or self.glyphs)[row.vertex], rings)
            for k, row in enumerate(self.rows)
        ]
        place = f'<g transform="translate({n(self.left)},{n(ROW / 2)})">'
        return document([place, *arrows, *brought_out, *rows, *plates, "</g>"], *self.size, title)

    def draw_row(self, k, row, glyph, rings):
        """Number, head, expression, tags and note of one row."""
        around = rings.get(id(self.graph.vertices[row.vertex].node))
        (head_x, head_width), (text_x, _), value, gradient, note, end = self.columns
        line = f' style="stroke:{around};stroke-width:3"' if around else ""
        head = draw_head(glyph, around)
        parts = [
            f'<rect class="p"{line} x="0" y="{-ROW / 2 + 2:g}" width="{n(end[0] - COLUMN + 6)}" '
            f'height="{ROW - 4}" rx="4"/>',
            label(str(k + 1), NUMBER / 2 + 2, 0, "tp"),
            f'<g transform="translate({n(head_x + head_width / 2)},0)">{head}</g>',
            label(fit(row.text, LONGEST), text_x, 0, "tp", anchor="start"),
        ]
        for text, (x, _), draw in (
            (glyph.value, value, partial(draw_tag, letter="v", y=0)),
            (glyph.gradient, gradient, partial(draw_tag, letter="g", y=0)),
            (glyph.note, note, partial(draw_note, y=0)),
        ):
            if text:
                middle = x + tag_width(text) / 2
                parts.append(f'<g transform="translate({n(middle)},0)">{draw(text)}</g>')
        return f'<g transform="translate(0,{n(k * ROW)})">{"".join(parts)}</g>'


def in_row(glyph, vertex):
    """The Glyph for a row: its name stands beside it, so the value stands alone."""
    value = None if vertex.value is None else tag_text(vertex.value)
    return Glyph(
        glyph.kind, "" if vertex.op is None else glyph.head, value, glyph.gradient, glyph.note
    )


def draw_arc(curve, colours, backward):
    """An arc from a row to a lower one; its tip is at the operand for what is sent back."""
    (x0, y0), *rest = curve
    (_, y1) = rest[-1]
    line = f"M{n(x0 - TIP)},{n(y0)}" if backward else f"M{n(x0)},{n(y0)}"
    rest[-1] = (x0 if backward else x0 - TIP, y1)
    line += "C" + " ".join(f"{n(x)},{n(y)}" for x, y in rest)
    fill = f' style="fill:{colours[-1]}"' if colours else ""
    tip = f"M{n(x0)},{n(y0 if backward else y1)}l-{TIP + 1}-4v8z"
    return coloured_lines(line, list(dict.fromkeys(colours))) + f'<path class="a"{fill} d="{tip}"/>'
