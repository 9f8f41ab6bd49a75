"""draw_linear: where each entry of an array goes, and the way back along the same lines.

On the left the function: a value stands on a tag that points right, and a line leads to each entry
that it moves. On the right its transpose: the lines are the same, read from the other side, and
what arrives at an entry is summed. A slope other than 1 stands on its line. A frame holds a
matrix's row together.
"""

import numpy as np

from autodiff_lib.pictures.glyphs import draw_tag, n, tag_width
from autodiff_lib.pictures.picture import Picture, image
from autodiff_lib.pictures.svg import TIP, document, plate
from autodiff_lib.pictures.text import shown

ACROSS, DOWN = 190, 26  # px from column to column, from entry to entry
BETWEEN_ROWS = 14  # px more between two rows of a matrix
FRAME = 64  # px across the frame of a matrix's row
APART = 150  # px from the function to its transpose
TOP = 40  # px for the headings
MOST = 16  # entries of an array


def draw_linear(f, x, back, names=("x", "y")):
    """The Picture of a linear function f of an array x, and of its transpose.

    back: what arrives on the way back, shaped like f(x). names: of x and of f(x).
    Raises ValueError for arrays of more than 16 entries, for a `back` of another shape, and for a
    function that is not linear.
    """
    x, back = np.asarray(x, float), np.asarray(back, float)
    y = np.asarray(f(x), float)
    check(x, y, back)
    slopes = slope_table(f, x)
    if not np.allclose(slopes @ x.ravel(), y.ravel()):
        raise ValueError("draw_linear: f is not linear, f(x) is not its slopes times x")
    summed = (slopes.T @ back.ravel()).reshape(x.shape)
    height = TOP + max(span(x.shape), span(y.shape))
    middle = (TOP + height) / 2
    ways = [(x, y, "v", 0.0, names), (summed, back, "g", ACROSS + APART, names)]
    parts = [part for way in ways for part in panel(*way, slopes, middle)]
    text = "\n".join(
        [*forward_lines(x, y, slopes, names), *back_lines(summed, back, slopes, names)]
    )
    svg = document(parts, 2 * ACROSS + APART + 120, height, f"From {names[0]} to {names[1]}")
    return Picture(text, image(svg, text), svg)


def check(x, y, back):
    """Refuse what cannot be drawn."""
    if max(x.size, y.size) > MOST:
        raise ValueError(f"draw_linear draws up to {MOST} entries, got {x.size} and {y.size}")
    if back.shape != y.shape:
        raise ValueError(f"draw_linear: `back` must have shape {y.shape}, got {back.shape}")


def slope_table(f, x):
    """How far each entry of f moves with each entry of x: (entries of f(x), entries of x)."""
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.stack([np.ravel(f(unit)) for unit in units], axis=1)


def places(shape, middle):
    """The height of each entry's middle, rows apart from each other."""
    size, per_row = int(np.prod(shape)), shape[-1] if len(shape) > 1 else int(np.prod(shape))
    top = middle - span(shape) / 2 + DOWN / 2
    return [top + DOWN * i + BETWEEN_ROWS * (i // per_row) for i in range(size)]


def span(shape):
    """How high a column of all entries is."""
    size = int(np.prod(shape))
    rows = size // shape[-1] if len(shape) > 1 else 1
    return DOWN * size + BETWEEN_ROWS * (rows - 1)


def panel(left, right, letter, start, names, slopes, middle):
    """The SVG of one way: two columns of entries, and a line wherever there is a slope."""
    x, across = start + 60, start + 60 + ACROSS
    one, other = places(left.shape, middle), places(right.shape, middle)
    texts = [[shown(v) for v in array.ravel().tolist()] for array in (left, right)]
    parts = [*row_frames(left.shape, x, middle), *row_frames(right.shape, across, middle)]
    for j, i in np.argwhere(slopes):
        ends = x + tag_width(texts[0][i]) / 2, across - tag_width(texts[1][j]) / 2
        parts += wire((ends[0], one[i]), (ends[1], other[j]), slopes[j, i], letter == "g")
    for at, column, heights in ((x, texts[0], one), (across, texts[1], other)):
        for text, y in zip(column, heights, strict=True):
            parts.append(
                f'<g transform="translate({n(at)},{n(y)})">{draw_tag(text, letter, 0)}</g>'
            )
    for at, name, array in ((x, names[0], left), (across, names[1], right)):
        parts.append(plate(f"{'∂ ' * (letter == 'g')}{name} {array.shape}", at, 12))
    return parts


def row_frames(shape, x, middle):
    """The SVG of a frame around each row of a matrix, behind its entries."""
    if len(shape) < 2:
        return []
    high = DOWN * shape[-1]
    return [
        f'<rect class="p" x="{n(x - FRAME / 2)}" y="{n(first - DOWN / 2)}" width="{FRAME}" '
        f'height="{n(high)}" rx="4"/>'
        for first in places(shape, middle)[:: shape[-1]]
    ]


def wire(start, end, slope, backward):
    """A line, its tip (on the left for a way back), and its slope where that is not 1."""
    (x0, y0), (x1, y1) = start, end
    tip = f"M{n(x0)},{n(y0)}l{TIP + 1}-4v8z" if backward else f"M{n(x1)},{n(y1)}l-{TIP + 1}-4v8z"
    line = f"M{n(x0 + TIP * backward)},{n(y0)}h6L{n(x1 - 6 - TIP)},{n(y1)}h{6 + TIP * backward}"
    parts = [f'<path class="e" d="{line}"/>', f'<path class="a" d="{tip}"/>']
    if slope != 1:
        parts.append(plate(shown(float(slope)), x0 + 0.7 * (x1 - x0), y0 + 0.7 * (y1 - y0)))
    return parts


def forward_lines(x, y, slopes, names):
    """The function in words: each entry of y from entries of x."""
    lines = [f"{names[0]} {x.shape} to {names[1]} {y.shape}, {names[0]} = {shown(x, 60)}:"]
    return lines + sums(names[1], names[0], y, x.shape, slopes)


def back_lines(summed, back, slopes, names):
    """The transpose in words: each entry of x's gradient from entries of y's."""
    ends = [f"∂ {name}" for name in names]
    lines = [f"back, {ends[1]} {back.shape} to {ends[0]} {summed.shape}, "
             f"{ends[1]} = {shown(back, 60)}:"]  # fmt: skip
    return lines + sums(ends[0], ends[1], summed, back.shape, slopes.T)


def sums(to, origin, result, shape, table):
    """A line for each entry of a result: "y[0, 1] = x[1] + 2 * x[2] = 5"."""
    froms, lines = entries(origin, shape), []
    for name, value, row in zip(entries(to, result.shape), result.ravel(), table, strict=True):
        terms = [froms[i] if row[i] == 1 else f"{shown(float(row[i]))} * {froms[i]}"
                 for i in np.flatnonzero(row)]  # fmt: skip
        lines.append(f"  {name} = {' + '.join(terms) or 'nothing'} = {shown(float(value))}")
    return lines


def entries(name, shape):
    """The names of an array's entries, in order: "y[0, 1]"."""
    return [name + (str(list(index)) if index else "") for index in np.ndindex(shape)]
