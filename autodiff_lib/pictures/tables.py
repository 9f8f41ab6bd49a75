"""Tables of slopes: which rows or columns each pass fills, and which mode is cheaper where.

A row is an output, a column an input. Forward mode fills columns, reverse mode rows. They differ
in colour and in the arrow that stands beside a pass: -> for forward, <- for reverse.
"""

import itertools
from typing import NamedTuple

import numpy as np

from autodiff_lib.pictures import style
from autodiff_lib.pictures.glyphs import label, n
from autodiff_lib.pictures.instrument import instrument
from autodiff_lib.pictures.picture import Picture, image
from autodiff_lib.pictures.svg import document
from autodiff_lib.pictures.text import columns as width_in_columns
from autodiff_lib.pictures.text import number, visible

MOST = 16  # rows or columns that can be read
HEIGHT = 26  # of a cell, in px
GAP = 10
BETWEEN = 40  # px between two tables
FORWARD, REVERSE, TIE = "i", "g", "c"  # classes of svg.stylesheet
COLOURS = "iorg"  # of the passes, where one pass fills several columns


class Way(NamedTuple):
    """One way to fill a table: its title, and for each pass the rows or columns that it fills."""

    title: str
    arrow: str
    passes: list
    by_rows: bool


def fill_in(table, columns=None, rows=None, inputs=None, outputs=None):
    """The film of a table of slopes that is filled pass by pass, by columns, by rows, or by both.

    table: (m, n), a row for each output. columns, rows: for each pass the list of those that it
    fills, or True for one in each pass; where a pass fills several, their zeros count as known
    and stay empty. inputs, outputs: names of columns and rows. Raises ValueError for what is not
    that.
    """
    table = np.asarray(table, dtype=float)
    if table.ndim != 2 or not 0 < max(table.shape) <= MOST or not table.size:
        raise ValueError(
            f"fill_in takes a table of at most {MOST} rows and columns, got shape {table.shape}"
        )
    forward = Way("forward, by columns", "→", passes_of(columns, table.shape[1]), False)
    reverse = Way("reverse, by rows", "←", passes_of(rows, table.shape[0]), True)
    ways = [way for way in (forward, reverse) if way.passes]
    if not ways:
        raise ValueError("fill_in needs columns or rows: for each pass a list, such as [[0], [1]]")
    for way in ways:
        check_passes(way, table.shape[0 if way.by_rows else 1])
    outputs, inputs = (names_of(g, k) for g, k in zip((outputs, inputs), table.shape, strict=True))
    sentences, svgs = [], []
    for k in range(max(len(way.passes) for way in ways)):
        said = [describe_pass(table, way, k, outputs, inputs) for way in ways]
        sentences.append(f"{k + 1}. {'; '.join(said)}")
        parts, size = [], (0, 0)
        for way in ways:
            block, (width, height) = draw_way(table, way, k, outputs, inputs)
            shift = size[0] + (BETWEEN if size[0] else 0)
            parts += [f'<g transform="translate({n(shift)},0)">', *block, "</g>"]
            size = shift + width, max(size[1], height)
        svgs.append(document(parts, *size, f"pass {k + 1}"))
    text = "\n".join([*sentences, *write_table(table, outputs, inputs)])
    return Picture(text, instrument(sentences, svgs), svgs[-1])


def cheaper(n_inputs, n_outputs, forward, reverse):
    """The Picture of which mode costs less: a cell for each number of inputs and of outputs.

    n_inputs: of the columns; n_outputs: of the rows; forward, reverse: costs, one row for each
    entry of n_outputs. A cell shows the smaller cost, → for forward, ← for reverse, = for a tie;
    a thick line stands where the cheaper mode changes.
    """
    forward, reverse = np.asarray(forward), np.asarray(reverse)
    wanted = (len(n_outputs), len(n_inputs))
    if not forward.shape == reverse.shape == wanted or not 0 < max(wanted) <= MOST:
        raise ValueError(
            f"cheaper needs two tables of shape {wanted}, at most {MOST} each way, got shapes "
            f"{forward.shape} and {reverse.shape}"
        )
    signs = np.where(forward < reverse, "→", np.where(forward > reverse, "←", "="))
    texts = [
        [f"{sign} {number(min(pair))}" for sign, *pair in zip(*row, strict=True)]
        for row in zip(signs, forward.tolist(), reverse.tolist(), strict=True)
    ]
    looks = {"→": FORWARD, "←": REVERSE, "=": TIE}
    heads = [[number(k) for k in n_outputs], [number(k) for k in n_inputs]]
    corner = "outputs \\ inputs"
    grid = Grid(texts, *heads, corner)
    parts = [grid.plate(), *grid.heads()]
    for (i, j), sign in np.ndenumerate(signs):
        parts.append(grid.cell(i, j, looks[str(sign)], texts[i][j]))
    parts += grid.borders(signs)
    text = "\n".join(aligned([[corner, *heads[1]], *map(lambda h, r: [h, *r], heads[0], texts)]))
    text += "\n→ forward costs less, ← reverse costs less, = both cost the same"
    svg = document(parts, *grid.size, "the cheaper mode")
    return Picture(text, image(svg, text), svg)


class Grid:
    """Where the cells of a table stand, with names at its left and on top."""

    def __init__(self, texts, left, top, corner="", down=0):
        widths = [width_in_columns(t) for row in texts for t in row]
        widths += map(width_in_columns, top)
        self.width = style.width_of(max(widths)) + 16
        self.indent = style.width_of(max(map(width_in_columns, [*left, corner]))) + 2 * GAP
        self.left, self.top, self.corner, self.down = left, top, corner, down + GAP + HEIGHT
        self.size = (
            self.indent + len(top) * self.width + GAP,
            self.down + len(left) * HEIGHT + GAP,
        )

    def plate(self, more=(0, 0)):
        """The light ground on which all letters stand."""
        width, height = self.size[0] + more[0], self.size[1] + more[1]
        return f'<rect class="p" x="0" y="0" width="{n(width)}" height="{n(height)}" rx="6"/>'

    def place(self, i, j):
        """The left upper corner of a cell."""
        return self.indent + j * self.width, self.down + i * HEIGHT

    def middle(self, i, j):
        """The middle of a cell; row or column -1 is that of the names."""
        x, y = self.place(i, j)
        return (x + self.width / 2 if j >= 0 else self.indent / 2), y + HEIGHT / 2

    def heads(self):
        """The names of rows and columns."""
        parts = [label(name, *self.middle(i, -1), "tp") for i, name in enumerate(self.left)]
        parts += [label(name, *self.middle(-1, j), "tp") for j, name in enumerate(self.top)]
        return parts + [label(self.corner, *self.middle(-1, -1), "tp")] * bool(self.corner)

    def cell(self, i, j, look, text="", current=False):
        """One cell and its number."""
        x, y = self.place(i, j)
        ring = f' style="stroke:{style.CURRENT};stroke-width:3"' if current else ""
        inset = 2 if current else 1
        rect = (
            f'<rect class="{look}"{ring} x="{n(x + inset)}" y="{n(y + inset)}" '
            f'width="{n(self.width - 2 * inset)}" height="{n(HEIGHT - 2 * inset)}"/>'
        )
        return rect + (label(text, *self.middle(i, j), f"t{look}") if text else "")

    def borders(self, signs):
        """Thick lines between neighbours that differ."""
        stroke = f'style="stroke:{style.PLATE.text};stroke-width:3.5;stroke-linecap:round"'
        for i, j in itertools.product(*map(range, signs.shape)):
            x, y = self.place(i, j)
            if j + 1 < signs.shape[1] and signs[i, j] != signs[i, j + 1]:
                yield f'<path {stroke} d="M{n(x + self.width)},{n(y)}v{HEIGHT}"/>'
            if i + 1 < signs.shape[0] and signs[i, j] != signs[i + 1, j]:
                yield f'<path {stroke} d="M{n(x)},{n(y + HEIGHT)}h{n(self.width)}"/>'


def draw_way(table, way, now, outputs, inputs):
    """The parts of a table as it stands after pass `now`, and its size."""
    texts = [[number(entry) for entry in row] for row in table.tolist()]
    title_height = HEIGHT
    grid = Grid(texts, outputs, inputs, down=title_height)
    mark_room = style.width_of(6)
    more = (mark_room, 0) if way.by_rows else (0, HEIGHT)
    title_width = style.width_of(width_in_columns(way.title)) + 2 * GAP
    more = (max(more[0], title_width - grid.size[0]), more[1])
    parts = [grid.plate(more)]
    width, height = grid.size[0] + more[0], grid.size[1] + more[1]
    parts += [label(way.title, width / 2, GAP + HEIGHT / 2 - 4, "tp"), *grid.heads()]
    together = any(len(filled) > 1 for filled in way.passes)
    when = {line: k for k, filled in enumerate(way.passes) for line in filled}
    for (i, j), entry in np.ndenumerate(table):
        k = when.get(i if way.by_rows else j, len(way.passes))
        known = k <= now and not (together and entry == 0)
        look = COLOURS[k % len(COLOURS)] if together else REVERSE if way.by_rows else FORWARD
        if known:
            parts.append(grid.cell(i, j, look, texts[i][j], k == now))
        else:
            parts.append(grid.cell(i, j, "p"))
    for line, k in when.items():
        if k <= now:
            x, y = (
                grid.middle(line, len(inputs)) if way.by_rows else grid.middle(len(outputs), line)
            )
            x = grid.size[0] + mark_room / 2 - GAP / 2 if way.by_rows else x
            y = y if way.by_rows else y + GAP / 2
            parts.append(label(f"{way.arrow} {k + 1}", x, y, "tp"))
    return parts, (width, height)


def describe_pass(table, way, k, outputs, inputs):
    """What pass k of a way does, in words."""
    if k >= len(way.passes):
        return f"{way.title}: full after {len(way.passes)}"
    lines, arrow = way.passes[k], f"{way.arrow} {k + 1}"
    names = ", ".join((outputs if way.by_rows else inputs)[line] for line in lines)
    if len(lines) > 1:
        said = f"from {names} at once" if way.by_rows else f"{names} move at once"
        return f"{way.title} {arrow}: {said}"
    entries = table[lines[0]] if way.by_rows else table[:, lines[0]]
    said = f"from {names}" if way.by_rows else f"{names} moves"
    return f"{way.title} {arrow}: {said}, {', '.join(map(number, entries.tolist()))}"


def write_table(table, outputs, inputs):
    """The whole table as aligned lines."""
    body = [[name, *map(number, row)] for name, row in zip(outputs, table.tolist(), strict=True)]
    return aligned([["", *inputs], *body])


def aligned(rows):
    """Rows of words as lines, each column flush right."""
    widths = [max(map(width_in_columns, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            " " * (width - width_in_columns(word)) + word
            for word, width in zip(row, widths, strict=True)
        )
        for row in rows
    ]


def names_of(given, count):
    """The names of rows or columns, numbers where there are none."""
    names = [str(k) for k in range(count)] if given is None else [visible(str(x)) for x in given]
    if len(names) != count:
        raise ValueError(f"fill_in needs {count} names here, got {len(names)}")
    return names


def passes_of(given, count):
    """The passes that are given; True stands for one row or column in each."""
    return [[k] for k in range(count)] if given is True else list(given or ())


def check_passes(way, count):
    """Raise a ValueError unless each pass is a list of rows or columns that there are."""
    what = "rows" if way.by_rows else "columns"
    lines = [line for filled in way.passes for line in filled]
    if not set(lines) <= set(range(count)) or len(lines) > len(set(lines)):
        raise ValueError(
            f"fill_in: the {what} are numbered 0 to {count - 1}, each in one pass; got {way.passes}"
        )
