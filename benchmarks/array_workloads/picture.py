"""The plot of the array engine's benchmark: one line of marks per row of the table."""

import io

from autodiff_lib.pictures.chart import SETTINGS
from autodiff_lib.pictures.style import EDGE, PATHS, PLATE

from .report import OURS, PEERS, SERIES, WORKLOADS, number

LOOKS = {  # marker, size, colour: the engines of this project are large and filled
    "program": ("D", 7.5, PATHS["pink"]),
    "eager": ("o", 8.5, PATHS["blue"]),
    "plain": ("d", 5.5, PATHS["pink"]),
    "autograd": ("s", 5.5, PATHS["green"]),
    "mygrad": ("^", 6, PATHS["brown"]),
    "torch": ("v", 6, PATHS["purple"]),
    "micrograd": ("P", 6, EDGE),
    "jax": ("X", 6, PATHS["teal"]),
}
SHADE = "#e9edf4"  # every second row
WIDTH, LEFT, RIGHT, TOP, BOTTOM, ROW = 9.6, 3.3, 1.35, 0.75, 0.6, 0.4  # inches
COLUMNS = (0.7, 1.25)  # inches from the frame to the end of each column of numbers
UP, DOWN = -0.13, 0.17  # of a row: the project's marks stand a little above those of the peers


def plot(results, path):
    """Write the plot as SVG: text as outlines on a light plate, the same bytes every time."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    height = TOP + ROW * len(results) + BOTTOM
    frame = LEFT / WIDTH, BOTTOM / height, 1 - (LEFT + RIGHT) / WIDTH, ROW * len(results) / height
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH, height))
        axes = figure.add_axes(frame)
        for place, row in enumerate(results.values()):
            draw_row(axes, place, row["ratios"])
        finish(axes, results)
        figure.legend(
            *legend(), loc="upper center", ncols=len(PEERS), frameon=False, columnspacing=1.4,
            handletextpad=0.3)  # fmt: skip
        file = io.StringIO()
        FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    path.write_text(svg[svg.index("<svg") :].strip() + "\n", "utf-8", newline="\n")


def draw_row(axes, place, ratios):
    """Draw the marks of one row, the project's own last, and their numbers at the right."""
    if place % 2 == 0:
        axes.axhspan(place - 0.5, place + 0.5, color=SHADE, linewidth=0, zorder=0)
    for rank, peer in enumerate(reversed(LOOKS)):
        if peer in ratios:
            axes.plot(ratios[peer], place + (UP if peer in SERIES else DOWN), zorder=3 + rank,
                      **look(peer))  # fmt: skip
    for rank, peer in enumerate(OURS):
        write(axes, rank, place, number(ratios[peer]) if peer in ratios else "-")


def look(peer):
    """Return how a peer's marks are drawn: filled or hollow."""
    marker, size, colour = LOOKS[peer]
    mine = peer in SERIES
    return {
        "marker": marker,
        "markersize": size,
        "markerfacecolor": colour if mine else "none",
        "markeredgecolor": PLATE.text if mine else colour,
        "markeredgewidth": 1 if mine else 1.6,
        "linestyle": "none",
    }


def write(axes, rank, place, text):
    """Write into one of the columns at the right."""
    x = 1 + COLUMNS[rank] / (WIDTH - LEFT - RIGHT)
    axes.text(x, place, text, ha="right", va="center", transform=axes.get_yaxis_transform())


def finish(axes, results):
    """Set the scale, the names of the rows and the line of what is written by hand."""
    from matplotlib.ticker import FuncFormatter

    axes.axvline(1.0, color=PLATE.text, linewidth=1.2, zorder=1)
    axes.set(xscale="log", ylim=(len(results) - 0.5, -0.5))
    axes.set_yticks(range(len(results)), [WORKLOADS[name][0] for name in results])
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,g}"))
    axes.set_xlabel("time, as a multiple of the gradient written by hand (further left is faster)")
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    for rank, title in enumerate(("program", "eager")):
        write(axes, rank, -0.8, title)


def legend():
    """Return the handles and names of the legend."""
    from matplotlib.lines import Line2D

    return [Line2D([], [], **look(peer)) for peer in LOOKS], [PEERS[peer] for peer in LOOKS]
