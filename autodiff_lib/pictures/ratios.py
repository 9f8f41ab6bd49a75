"""ratios: measured times as multiples of one of them, a line of marks for each piece of work.

Powers of ten along the axis, and a line at 1, which may have a name. Marks differ in shape as well
as in colour; where they meet, the first lies on top. The text is a table of the numbers.
"""

import io
import math

from autodiff_lib.pictures.chart import MARKERS, PATHS_IN_ORDER, SETTINGS, plain
from autodiff_lib.pictures.checks import a_kind
from autodiff_lib.pictures.picture import Picture, image
from autodiff_lib.pictures.style import PLATE
from autodiff_lib.pictures.text import columns, visible

WIDTH, ROW, REST = 8.4, 0.36, 1.25  # inches
SHADE = "#e9edf4"  # every second row


def ratios(rows, label="multiple of the first", one=""):
    """The Picture of {row: {name: ratio}}: a mark for each ratio, None where there is none.

    label: what a ratio is. one: what the line at 1 stands for, written above it. Raises TypeError
    or ValueError for what is not that.
    """
    known = list(rows.values()) if hasattr(rows, "items") else []
    if not known or not all(hasattr(row, "items") for row in known):
        raise TypeError(f"ratios takes {{row: {{name: ratio}}}}, got {a_kind(rows)}")
    for row, known in rows.items():
        if wrong := [x for x in known.values() if x is not None and not 0 < x < math.inf]:
            raise ValueError(f"ratios: {row!r} has {wrong[0]}; a ratio is a number above 0")
    label, one = visible(str(label), 80), visible(str(one), 40)
    names = list(dict.fromkeys(name for known in rows.values() for name in known))
    text = table(rows, names)
    text = f"{label}; 1: {one}\n{text}" if one else f"{label}\n{text}"
    svg = drawn(rows, names, label, one)
    return Picture(text, image(svg, f"Plot: {text}"), svg)


def table(rows, names):
    """The ratios as aligned text, "-" for those that are missing."""
    body = [[visible(str(row)), *(written(known.get(n)) for n in names)]
            for row, known in rows.items()]  # fmt: skip
    lines = [["", *map(str, names)], *body]
    widths = [max(map(columns, column)) for column in zip(*lines, strict=True)]
    padded = []
    for first, *cells in lines:
        fills = [" " * (w - columns(cell)) for w, cell in zip(widths, [first, *cells], strict=True)]
        others = [fill + cell for fill, cell in zip(fills[1:], cells, strict=True)]
        padded.append("  ".join([first + fills[0], *others]))
    return "\n".join(padded)


def written(ratio):
    """A ratio with two figures behind the point, from 10 on with none."""
    return "-" if ratio is None else f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"


def drawn(rows, names, label, one):
    """The SVG."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH, REST + ROW * len(rows)), layout="constrained")
        axes = figure.add_subplot()
        for place in range(0, len(rows), 2):
            axes.axhspan(place - 0.5, place + 0.5, color=SHADE, linewidth=0, zorder=0)
        axes.axvline(1.0, color=PLATE.text, linewidth=1.2, zorder=1)
        if one:
            axes.annotate(plain(one), (1.0, 1.0), (0, 3), ("data", "axes fraction"),
                          "offset points", ha="center")  # fmt: skip
        for rank, name in enumerate(names):
            marks = [(known[name], place) for place, known in enumerate(rows.values())
                     if known.get(name)]  # fmt: skip
            axes.plot(*zip(*marks, strict=True), MARKERS[rank % len(MARKERS)], markersize=7,
                      color=PATHS_IN_ORDER[rank % len(PATHS_IN_ORDER)], label=plain(str(name)),
                      zorder=3 + len(names) - rank)  # fmt: skip
        axes.set(xscale="log", xlabel=plain(label), ylim=(len(rows) - 0.5, -0.5))
        axes.set_yticks(range(len(rows)), [plain(str(row)) for row in rows])
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,g}"))
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        figure.legend(loc="outside upper left", ncols=len(names), frameon=False)
        file = io.StringIO()
        FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    return svg[svg.index("<svg") :].strip()
