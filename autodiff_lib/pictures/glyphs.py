"""What one node looks like: a column of value tag, head and gradient tag.

The head's colour and shape tell the kind. Above it stands the value, on a tag that points
right, the way of the forward pass; below it the gradient, on a tag that points left, the way
of the backward pass. Arrows enter and leave the head between the two.
"""

import re
from typing import NamedTuple
from xml.sax.saxutils import escape

from autodiff_lib.graphs.operations import ARRAY_SPELLINGS, OPERATIONS
from autodiff_lib.pictures.graph import HIDDEN
from autodiff_lib.pictures.style import SIZE, width_of
from autodiff_lib.pictures.text import columns, fit, shown, visible

HEAD = 28  # heights in px
SMALL_HEAD = 22
TAG = 20
GAP = 3
POINT = 6  # how far a tag's point reaches out
STUB = 12  # px between a box's side and its head at least: room for an arrow's tip
WIDEST = 18  # columns of text in a tag or head


LETTERS = {"input": "i", "constant": "c", "more": "c", "operation": "o", "output": "r"}


class Glyph(NamedTuple):
    """The texts of one node; None where there is nothing to show."""

    kind: str  # a kind of vertex, or "more" for nodes that are left out
    head: str
    value: str | None = None
    gradient: str | None = None
    note: str | None = None
    marks: tuple = ()  # colours of the first numbers of a shape in the note


class Arrow(NamedTuple):
    """From operand to result. `slot` is which operand it is, `mark` what to write at its tip."""

    tail: int
    head: int
    slot: int
    mark: str | None = None


def glyphs_and_arrows(graph):
    """The Glyphs of a Graph's vertices, one more for each place where it is cut, and the Arrows."""
    glyphs = [glyph(vertex) for vertex in graph.vertices]
    arrows = []
    for head, vertex in enumerate(graph.vertices):
        marks = order_marks(vertex)
        hidden = [slot for slot, tail in enumerate(vertex.operands) if tail == HIDDEN]
        if hidden:
            glyphs.append(Glyph("more", "\u2026"))
        for slot, tail in enumerate(vertex.operands):
            if tail != HIDDEN:
                arrows.append(Arrow(tail, head, slot, marks[slot]))
            elif slot == hidden[0]:
                arrows.append(Arrow(len(glyphs) - 1, head, slot))
    return glyphs, arrows


def order_marks(vertex):
    """The operands' numbers, "1", "2", where their order matters (x - y, x @ w), else None.

    It does not where nothing is computed: no value, and no operation of this name.
    """
    n = len(vertex.operands)
    computes = vertex.value is not None or vertex.op in {**OPERATIONS, **ARRAY_SPELLINGS}
    several = 2 <= n <= 4 and len(set(vertex.operands)) > 1
    matters = computes and several and vertex.op not in ("add", "mul")
    return [str(slot + 1) if matters else None for slot in range(n)]


def glyph(vertex):
    """The texts of a vertex."""
    gradient = None if vertex.gradient is None else f"\u2202 {tag_text(vertex.gradient)}"
    value = None if vertex.value is None else tag_text(vertex.value)
    if vertex.op is not None:
        name = fit(vertex.name, WIDEST)
        value = name if value is None else f"{name} = {value}"
        return Glyph(vertex.kind, head(vertex), value, gradient, vertex.note)
    if vertex.name is None:
        return Glyph(vertex.kind, value or "?", note=vertex.note)
    return Glyph(vertex.kind, vertex.name, value, gradient, vertex.note)


def tag_text(value):
    """A value in short: arrays of more than a few numbers by their shape alone."""
    return shown(value, longest=12).removeprefix("shape ")


def head(vertex):
    """What stands inside an operation: "*", "sum axis=0", ".T", for an index its key, "[1:]".

    Parameters that do not fit are left to the outline.
    """
    if vertex.op == "transpose" and not vertex.parameters:
        return ".T"
    if vertex.parameters and vertex.parameters[0].startswith("["):
        return vertex.parameters[0]
    alone = symbol(vertex.op)
    whole = " ".join([alone, *vertex.parameters])
    return whole if columns(whole) <= WIDEST else alone


def symbol(op):
    """How an operation is written: "*", "exp"; an unknown operation's own name."""
    known = OPERATIONS.get(op)
    return known.symbol if known else {"matmul": "@"}.get(op) or visible(op, WIDEST)


def head_size(glyph):
    """Width and height of the head."""
    text = width_of(columns(fit(glyph.head, WIDEST)))
    if glyph.kind in ("constant", "more"):
        return max(text + 14, SMALL_HEAD), SMALL_HEAD
    return max(text + 16, HEAD), HEAD


def tag_width(text):
    """The width of a tag, its point included."""
    return width_of(columns(fit(text, 2 * WIDEST))) + 10 + POINT


def box(glyph):
    """Width, height above and height below the middle of the head: what layout keeps free."""
    width, height = head_size(glyph)
    tags = [tag_width(text) for text in (glyph.value, glyph.gradient, glyph.note) if text]
    above = height / 2 + (GAP + TAG) * bool(glyph.value)
    below = height / 2 + (GAP + TAG) * (bool(glyph.gradient) + bool(glyph.note))
    return max([width + 2 * STUB, *[tag + 10 for tag in tags]]), above, below


def draw_glyph(glyph, x, y, ring=None):
    """The SVG of a glyph whose head's middle is at (x, y); `ring`: a colour to put around it."""
    parts = [draw_head(glyph, ring)]
    half = head_size(glyph)[1] / 2
    below = half + GAP + TAG / 2
    if glyph.value:
        parts.append(draw_tag(glyph.value, "v", -below))
    if glyph.gradient:
        parts.append(draw_tag(glyph.gradient, "g", below))
        below += GAP + TAG
    if glyph.note:
        parts.append(draw_note(glyph.note, below, glyph.marks))
    return f'<g transform="translate({n(x)},{n(y)})">{"".join(parts)}</g>'


def draw_head(glyph, ring=None):
    """The head alone, centred on (0, 0)."""
    width, height = head_size(glyph)
    letter = LETTERS[glyph.kind]
    text = strokes(glyph.head) or label(fit(glyph.head, WIDEST), 0, 0, "t" + letter)
    outline = f' class="{letter}"'
    thick = f'{outline} style="stroke:{ring};stroke-width:4"' if ring else outline
    shape = _shape(glyph.kind, width, height, thick)
    if glyph.kind == "output":
        shape += _shape("operation", width - 7, height - 7, outline)
    return shape + text


def _shape(kind, width, height, attributes):
    w, h = n(width / 2), n(height / 2)
    if kind in ("constant", "more"):
        c = 6
        return (
            f'<path{attributes} d="M-{w},{n(c - height / 2)}l{c}-{c}H{n(width / 2 - c)}l{c},{c}'
            f'V{n(height / 2 - c)}l-{c},{c}H{n(c - width / 2)}l-{c}-{c}z"/>'
        )
    radius = 3 if kind == "input" else n(height / 2)
    size = f'width="{n(width)}" height="{n(height)}"'
    return f'<rect{attributes} x="-{w}" y="-{h}" {size} rx="{radius}"/>'


def draw_tag(text, letter, y):
    """A value ("v") or a gradient ("g") on its tag."""
    text = fit(text, 2 * WIDEST)
    width, half = tag_width(text) - POINT, TAG / 2
    side = 1 if letter == "v" else -1
    start, point = n(-side * (width + POINT) / 2), side * POINT
    path = (
        f"M{start},{n(y - half)}h{n(side * width)}l{point},{n(half)}"
        f"l{-point},{n(half)}h{n(-side * width)}z"
    )
    return f'<path class="{letter}" d="{path}"/>' + label(text, -side * POINT / 2, y, "t" + letter)


def draw_note(text, y, marks=()):
    """A note on its plate, round, or square as those of arrows where it says a marked shape."""
    text = fit(text, 2 * WIDEST)
    width = tag_width(text) - POINT
    return (
        f'<rect class="p" x="{n(-width / 2)}" y="{n(y - TAG / 2)}" width="{n(width)}" '
        f'height="{TAG}" rx="{4 if marks else TAG // 2}"/>'
        + bring_out(label(text, 0, y, "tp"), marks)
    )


def bring_out(words, marks):
    """The SVG of a text, the first numbers of shapes such as (5, 3) in these colours, or None."""
    colours = iter(marks)

    def coloured(number):
        colour = next(colours, None)
        bold = f'<tspan style="fill:{colour};font-weight:bold">{number[0]}</tspan>'
        return bold if colour else number[0]

    return re.sub(r"(?<=[( ])\d+(?=[,)])", coloured, words)


def label(text, x, y, css, size=SIZE, anchor="middle"):
    """Text at (x, y), centred by default. Letters that no monospaced font has are fitted in."""
    attributes = "" if size == SIZE else f' font-size="{size}"'
    if anchor != "middle":
        attributes += f' text-anchor="{anchor}"'
    if not text.replace("\u2202", "").isascii():
        attributes += (
            f' textLength="{n(width_of(columns(text), size))}" lengthAdjust="spacingAndGlyphs"'
        )
    place = f'x="{n(x)}" y="{n(y + 0.35 * size)}"'
    return f'<text class="{css}" {place}{attributes}>{escape(text)}</text>'


def strokes(head):
    """+, -, *, / and ** as strokes, since fonts disagree on where they sit; else nothing."""
    drawn = "".join(STROKES[c].format(x - 3.8, x) for x, c in _places(head))
    return drawn and f'<path class="s" d="{drawn}"/>'


STROKES = {  # {0}: left end, {1}: middle
    "+": "M{0}-0h7.6M{1}-3.8v7.6",
    "-": "M{0}-0h7.6",
    "/": "M{1}-0m-2.6,5l5.2-10",
    "*": "M{1}-4.4v8.8M{0}-2.2l7.6,4.4M{0},2.2l7.6-4.4",
}


def _places(head):
    if head == "**":
        return [(-5, "*"), (5, "*")]
    return [(0, head)] if head in STROKES else []


def n(number):
    """A coordinate: at most one decimal, no trailing zeros, no minus zero."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
