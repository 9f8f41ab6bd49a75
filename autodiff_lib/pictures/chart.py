"""Charts, drawn by matplotlib in the colours of the graphs.

It stands on a light plate, so its text is dark on light in every theme. Its letters are drawn
as outlines, so they look the same whatever fonts a machine has. Curves differ in marker as well
as in colour. A 0, which has no place among powers of ten, is drawn on a line below them.
Chords of a function turn into its tangent on plain axes.
"""

import io
import math
import warnings
from contextlib import contextmanager

from autodiff_lib.pictures.style import GRID, PATHS, PLATE

MARKERS = "osD^vPX"
SETTINGS = {
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 10,
    "svg.hashsalt": "autodiff",  # the same names inside the SVG every time
    "axes.edgecolor": PLATE.line,
    "axes.labelcolor": PLATE.text,
    "axes.facecolor": PLATE.fill,
    "figure.facecolor": PLATE.fill,
    "grid.color": GRID,
    "text.color": PLATE.text,
    "xtick.color": PLATE.text,
    "ytick.color": PLATE.text,
}


def chart(xs, series, x_label, y_label):
    """The SVG of a chart in powers of ten. xs: positive numbers. series: {name: one per x}.

    What is not finite leaves a gap.
    """
    with drawn(x_label, y_label) as (axes, svg):
        axes.set(xscale="log", yscale="log")
        zero = place_of_zero(series)
        for rank, (name, ys) in enumerate(series.items()):
            colour, marker = PATHS_IN_ORDER[rank % len(PATHS)], MARKERS[rank % len(MARKERS)]
            ys = [zero if y == 0 else y if math.isfinite(y) else math.nan for y in ys]
            axes.plot(xs, ys, color=colour, marker=marker, markersize=5, label=plain(name))
        if any(0 in ys for ys in series.values()):
            mark_zero(axes, zero)
    return svg[0]


def chords(curve, point, ends, slope, x_label, y_label):
    """The SVG of a curve, its chords from `point` to each of `ends`, and its tangent.

    curve: (xs, ys). ends: {name: (x, y)}. Chords go on beyond their ends.
    """
    (xs, ys), (x0, y0) = curve, point
    with drawn(x_label, y_label) as (axes, svg):
        axes.plot(xs, ys, color=PLATE.line, linewidth=3, label=plain(y_label))
        for rank, (name, (x, y)) in enumerate(ends.items()):
            colour, marker = PATHS_IN_ORDER[rank % len(PATHS)], MARKERS[rank % len(MARKERS)]
            style = {"color": colour, "linewidth": 1.4}
            axes.axline(point, slope=(y - y0) / (x - x0), **style)
            axes.plot([x], [y], marker=marker, markersize=7, label=plain(name), **style)
        style = {"color": PLATE.text, "linewidth": 1.6, "linestyle": (0, (4, 2))}
        axes.axline(point, slope=slope, **style)
        axes.plot([], [], label="tangent", **style)
        axes.plot(*[[coordinate] for coordinate in point], "o", color=PLATE.text, markersize=7)
        axes.set_xlim(min(xs), max(xs))
        known = [y for y in ys if math.isfinite(y)]
        room = 0.08 * (max(known) - min(known)) or 1.0
        axes.set_ylim(min(known) - room, max(known) + room)
    return svg[0]


@contextmanager
def drawn(x_label, y_label):
    """Give (axes, a list); after the block the list holds the SVG of what was drawn."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context(SETTINGS), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that the font lacks is drawn as a box
        figure = Figure(figsize=(6.4, 3.7), layout="constrained")
        axes, svg = figure.add_subplot(), []
        axes.set(xlabel=plain(x_label), ylabel=plain(y_label))
        axes.grid()
        yield axes, svg
        figure.legend(loc="outside upper left", ncols=3, frameon=False)
        file = io.StringIO()
        FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    svg.append(text[text.index("<svg") :].strip())


PATHS_IN_ORDER = list(PATHS.values())


def plain(text):
    """`text` with nothing that matplotlib would take for mathematics or leave out of a legend."""
    return text.replace("$", r"\$").removeprefix("_")


def place_of_zero(series):
    """Where a 0 is drawn: two powers of ten below the smallest number."""
    positive = [y for ys in series.values() for y in ys if 0 < y < math.inf]
    return 10.0 ** (math.floor(math.log10(min(positive, default=1.0))) - 2)


def mark_zero(axes, zero):
    """Write 0 at the line where zeros are drawn, and nothing below the powers of ten."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, LogFormatterMathtext

    axes.set_ylim(bottom=zero / 3)
    ticks = [t for t in axes.get_yticks() if zero * 30 <= t <= axes.get_ylim()[1]]
    power = LogFormatterMathtext()
    power.set_axis(axes.yaxis)
    axes.yaxis.set_major_locator(FixedLocator([zero, *ticks]))
    axes.yaxis.set_minor_locator(FixedLocator([]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: "0" if y == zero else power(y)))
