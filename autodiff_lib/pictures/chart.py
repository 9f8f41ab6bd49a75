"""A chart on two axes in powers of ten, as an SVG of our own.

It has the letters, plates and colours of the graphs, is a few kilobytes, and is the same to the
byte on every machine. Curves differ in marker as well as in colour. The chart stands on a light
plate, so its text is dark on light in every theme. A 0, which has no place among powers of ten,
is drawn on a line of its own below them.
"""

import math
from typing import NamedTuple

from autodiff_lib.pictures.glyphs import label, n
from autodiff_lib.pictures.style import GRID, PATHS, PLATE, SMALL, width_of
from autodiff_lib.pictures.svg import MARGIN, document
from autodiff_lib.pictures.text import columns, fit, number

WIDTH, HEIGHT = 540, 270  # px of the field inside the axes
MOST_TICKS = 8
ROW = 22  # height of a line of the legend
LONGEST_NAME = 40  # columns
PAD = 14

MARKERS = (  # paths around (0, 0)
    "M-4.5,0a4.5,4.5 0 1 0 9,0a4.5,4.5 0 1 0-9,0z",
    "M-4-4h8v8h-8z",
    "M0-5.5l5.5,5.5-5.5,5.5-5.5-5.5z",
    "M0-5l5,9h-10z",
    "M0,5l5-9h-10z",
    "M-5-1.5h3.5v-3.5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5z",
    "M-5.5-2.5h11v5h-11z",
)


class Axis(NamedTuple):
    """An axis from 10**low to 10**high, `length` px long; `zero`: px kept free for a 0."""

    low: int
    high: int
    length: float
    zero: float

    def place(self, value):
        """How far along the axis a value is, in px."""
        if value == 0:
            return 0.0
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.zero + share * (self.length - self.zero)

    def ticks(self):
        """The values that are marked: powers of ten, and 0 where there is one."""
        step = math.ceil((self.high - self.low + 1) / MOST_TICKS)
        powers = [float(f"1e{k}") for k in range(self.low, self.high + 1, step)]
        return [0.0] * bool(self.zero) + powers


def axis_for(values, length):
    """The Axis that shows these values, whole powers of ten at its ends."""
    exponents = [math.log10(v) for v in values if v > 0] or [0.0]
    low, high = math.floor(min(exponents)), math.ceil(max(exponents))
    return Axis(low, max(high, low + 1), length, 28.0 if 0 in values else 0.0)


def chart(xs, series, x_label, y_label, title):
    """The SVG of a chart, and its Axes: (svg, x axis, y axis).

    xs: positive numbers. series: {name: one number per x}; what is not finite is left out.
    """
    finite = [y for ys in series.values() for y in ys if math.isfinite(y)]
    across, up = axis_for(xs, WIDTH), axis_for(finite, HEIGHT)
    left = max(width_of(columns(number(t)), SMALL) for t in up.ticks()) + 2 * PAD
    names, legend_height = legend(series)
    top = legend_height + 2 * PAD + ROW
    parts = [*grid(across, up, x_label, y_label), names]
    for rank, ys in enumerate(series.values()):
        parts.append(curve(rank, [(x, y) for x, y in zip(xs, ys, strict=True)], across, up))
    width, height = left + WIDTH + 2 * PAD, top + HEIGHT + 4 * PAD
    plate = (
        f'<rect x="{-MARGIN}" y="{-MARGIN}" width="{n(width + 2 * MARGIN)}" '
        f'height="{n(height + 2 * MARGIN)}" rx="10" fill="{PLATE.fill}"/>'
    )
    moved = f'<g transform="translate({n(left)},{n(top)})">{"".join(parts)}</g>'
    return document([plate, moved], width, height, title), across, up


def grid(across, up, x_label, y_label):
    """The lines of the field, what stands at them, and the names of the axes."""
    lines, texts = "", []
    for tick in across.ticks():
        x = across.place(tick)
        lines += f"M{n(x)},0V{HEIGHT}"
        texts.append(label(number(tick), x, HEIGHT + PAD, "tp", SMALL))
    for tick in up.ticks():
        y = HEIGHT - up.place(tick)
        lines += f"M0,{n(y)}H{WIDTH}"
        texts.append(label(number(tick), -PAD / 2, y, "tp", SMALL, anchor="end"))
    texts.append(label(fit(x_label, LONGEST_NAME), WIDTH / 2, HEIGHT + 2.8 * PAD, "tp"))
    texts.append(label(fit(y_label, LONGEST_NAME), -PAD / 2, -1.2 * PAD, "tp", anchor="start"))
    field = f'<path d="{lines}" fill="none" stroke="{GRID}"/>'
    return [field, f'<path d="M0,0V{HEIGHT}H{WIDTH}" fill="none" stroke="{PLATE.line}"/>', *texts]


def legend(series):
    """The names of the curves, each beside its marker, above the field; and their height."""
    x, y, parts = 0.0, 0.0, []
    for rank, name in enumerate(series):
        text = fit(name, LONGEST_NAME)
        width = 34 + width_of(columns(text)) + 2 * PAD
        if x and x + width > WIDTH:
            x, y = 0.0, y + ROW
        parts.append((rank, text, x, y))
        x += width
    height, drawn = y + ROW, ""
    for rank, text, x, y in parts:
        y -= height + PAD + ROW - PAD
        drawn += f'<path d="M{n(x)},{n(y)}h26" {stroke(rank)}/>' + marker(rank, x + 13, y)
        drawn += label(text, x + 34, y, "tp", anchor="start")
    return drawn, height


def curve(rank, points, across, up):
    """One curve with its markers; a gap where a value is not finite."""
    line, marks, pen = "", "", "M"
    for x, y in points:
        if not math.isfinite(y):
            pen = "M"
            continue
        place = across.place(x), HEIGHT - up.place(y)
        line += f"{pen}{n(place[0])},{n(place[1])}"
        marks += marker(rank, *place)
        pen = "L"
    return f'<path d="{line}" {stroke(rank)}/>{marks}'


def stroke(rank):
    """How the line of a curve is drawn."""
    return f'fill="none" stroke="{colour(rank)}" stroke-width="2"'


def marker(rank, x, y):
    """The mark of a curve at one point."""
    shape = MARKERS[rank % len(MARKERS)]
    return f'<path transform="translate({n(x)},{n(y)})" d="{shape}" fill="{colour(rank)}"/>'


def colour(rank):
    """The colour of a curve."""
    return list(PATHS.values())[rank % len(PATHS)]
