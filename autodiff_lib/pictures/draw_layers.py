"""draw_layers: the picture of a network, unit by unit.

Inputs, units and the score keep the colours and shapes that they have in graphs. A unit is drawn
as what it does last, "relu"; its lines are its weights, the short one above it its bias.
"""

from autodiff_lib.pictures.glyphs import Glyph, draw_glyph, draw_tag, n
from autodiff_lib.pictures.picture import Picture, image
from autodiff_lib.pictures.svg import document, plate

ACROSS, DOWN = 190, 42  # px from layer to layer, from unit to unit
BIAS = 20  # px from the top of a bias's line to the middle of its unit
LINE = 24  # px from line to line of what is written below


def draw_layers(sizes, notes=(), sent=()):
    """The Picture of a network whose layers have these sizes: [2, 3, 3, 1].

    notes: a text for each layer of units, written below it. sent: a text for each but the first,
    on a tag that points left, for what the layer sends back to the one before.
    """
    tallest = DOWN * max(sizes)
    columns = [column(k, sizes, tallest / 2) for k in range(len(sizes))]
    parts = [line(a, b) for i in range(len(sizes) - 1) for a in columns[i] for b in columns[i + 1]]
    parts += [line((x, y - BIAS), (x, y)) for places in columns[1:] for x, y in places]
    for k, places in enumerate(columns):
        parts += [draw_glyph(unit, *at) for unit, at in zip(units(k, sizes), places, strict=True)]
    lines = [", ".join(unit.head for unit in units(0, sizes))]
    for k, (before, size) in enumerate(zip(sizes, sizes[1:], strict=False), 1):
        x, said = middle(k), [f"layer {k}: {size} * {1 + before} numbers", *notes[k - 1 : k]]
        parts += [plate(text, x, tallest + LINE * row) for row, text in enumerate(said, 1)]
        back = sent[k - 2 : k - 1] if k > 1 else ()
        for text in back:
            tag = draw_tag(text, "g", 0)
            at = f"{n(x - ACROSS / 2)},{n(tallest + 3 * LINE)}"
            parts.append(f'<g transform="translate({at})">{tag}</g>')
        does = "score" if k == len(sizes) - 1 else "relu"
        backwards = [f"sends back: {text}" for text in back]
        lines.append("; ".join([*said, f"each unit ends in {does}", *backwards]))
    rows = 1 + bool(notes) + bool(sent)
    title = f"Network {'-'.join(map(str, sizes))}"
    svg = document(parts, ACROSS * len(sizes), tallest + LINE * rows + LINE / 2, title)
    text = "\n".join([title.lower(), *lines])
    return Picture(text, image(svg, f"{title}\n{text}"), svg)


def units(k, sizes):
    """The Glyphs of a column: the inputs, units that fold, or at the end the score."""
    if k == 0:
        return [Glyph("input", f"x{i + 1}") for i in range(sizes[0])]
    last = k == len(sizes) - 1
    return [Glyph("output", "score") if last else Glyph("operation", "relu")] * sizes[k]


def middle(k):
    """Where a column stands."""
    return ACROSS * (k + 0.5)


def column(k, sizes, centre):
    """The places of a column, one below the other around the centre."""
    return [(middle(k), centre + DOWN * (i - (sizes[k] - 1) / 2)) for i in range(sizes[k])]


def line(start, end):
    """A weight: from what it multiplies, a bias from nothing, to the unit that adds it."""
    (x0, y0), (x1, y1) = start, end
    return f'<path class="e" d="M{n(x0)},{n(y0)}L{n(x1)},{n(y1)}"/>'
