"""A chart on two axes in powers of ten, drawn by matplotlib in the colours of the graphs.

It stands on a light plate, so its text is dark on light in every theme. Its letters are drawn
as outlines, so they look the same whatever fonts a machine has. Curves differ in marker as well
as in colour. A 0, which has no place among powers of ten, is drawn on a line below them.
"""

import io
import math
import warnings

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
    """The SVG of a chart. xs: positive numbers. series: {name: one number per x}.

    What is not finite leaves a gap.
    """
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context(SETTINGS), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that the font lacks is drawn as a box
        figure = Figure(figsize=(6.4, 3.7), layout="constrained")
        axes = figure.add_subplot()
        axes.set(xscale="log", yscale="log", xlabel=plain(x_label), ylabel=plain(y_label))
        axes.grid()
        zero = place_of_zero(series)
        for rank, (name, ys) in enumerate(series.items()):
            colour, marker = PATHS_IN_ORDER[rank % len(PATHS)], MARKERS[rank % len(MARKERS)]
            ys = [zero if y == 0 else y if math.isfinite(y) else math.nan for y in ys]
            axes.plot(xs, ys, color=colour, marker=marker, markersize=5, label=plain(name))
        if any(0 in ys for ys in series.values()):
            mark_zero(axes, zero)
        figure.legend(loc="outside upper left", ncols=3, frameon=False)
        file = io.StringIO()
        FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    return svg[svg.index("<svg") :].strip()


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
