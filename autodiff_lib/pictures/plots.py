"""Plots in the visual language of the graphs: errors against step size, cost against size.

The text of a plot is a table of its numbers, which a notebook records and a test compares.
"""

import base64
import io
from html import escape

from autodiff_lib.pictures.picture import Picture
from autodiff_lib.pictures.style import EDGE, PATHS
from autodiff_lib.pictures.text import number, visible

MARKERS = "osD^vP"  # lines differ in shape as well as in colour
SMALLEST = 1e-17  # where an error of 0 is drawn, since 0 has no place on such an axis


def error_curve(steps, errors, x_label="step h", y_label="error"):
    """The error of each method against the step size, both axes in powers of ten.

    steps: positive numbers. errors: {method: one error per step, none negative}.
    """
    check_series("error_curve", steps, errors)
    drawn = {name: [max(e, SMALLEST) for e in series] for name, series in errors.items()}
    text = table(x_label, steps, errors, lambda value: f"{value:.0e}" if value else "0")
    return plot(text, steps, drawn, x_label, y_label)


def cost_curve(sizes, costs, x_label="size", y_label="cost"):
    """The cost of each method against the size of the problem, both axes in powers of ten.

    sizes: positive numbers. costs: {method: one positive number per size}.
    """
    check_series("cost_curve", sizes, costs)
    return plot(table(x_label, sizes, costs, lambda v: f"{v:,}"), sizes, costs, x_label, y_label)


def check_series(function, xs, series):
    """Raise the sentence that says what is wrong with the numbers to plot."""
    if not hasattr(series, "items") or not series:
        raise TypeError(f"{function} takes {{name: numbers}}, got {type(series).__name__}")
    for name, ys in series.items():
        if not hasattr(ys, "__len__") or len(ys) != len(xs):
            raise ValueError(
                f"{function}: {visible(str(name))!r} needs one number for each of the "
                f"{len(xs)} places, got {len(ys) if hasattr(ys, '__len__') else ys!r}"
            )
    if not all(x > 0 for x in xs) or any(y < 0 for ys in series.values() for y in ys):
        raise ValueError(f"{function}: an axis in powers of ten has no place for negative numbers")


def table(x_label, xs, series, written):
    """The numbers as aligned text: one column for x, one per series."""
    head = [x_label, *[visible(str(name)) for name in series]]
    columns = [[number(x) for x in xs], *[[written(y) for y in ys] for ys in series.values()]]
    widths = [max(map(len, [h, *c])) for h, c in zip(head, columns, strict=True)]
    rows = [head, *zip(*columns, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:>{w}}" for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def plot(text, xs, series, x_label, y_label):
    """The Picture: transparent, with axes in a grey that both themes show."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"font.family": "DejaVu Sans", "font.size": 10}):
        figure = Figure(figsize=(6.4, 3.6), dpi=160, layout="constrained", facecolor="none")
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_subplot(facecolor="none")
        for (name, ys), colour, marker in zip(
            series.items(), PATHS.values(), MARKERS, strict=False
        ):
            axes.loglog(xs, ys, color=colour, marker=marker, markersize=5, label=str(name))
        axes.set_xlabel(x_label, color=EDGE)
        axes.set_ylabel(y_label, color=EDGE)
        axes.tick_params(colors=EDGE, which="both")
        axes.grid(color=EDGE, alpha=0.25)
        for side in axes.spines.values():
            side.set_color(EDGE)
        axes.legend(labelcolor=EDGE, frameon=False)
        data = io.BytesIO()
        canvas.print_png(data, metadata={"Software": None})
    alt = f"Plot of {y_label} against {x_label}, both in powers of ten:\n{text}"
    png = base64.b64encode(data.getvalue()).decode()
    html = (
        f'<img src="data:image/png;base64,{png}" alt="{escape(alt)}" '
        'style="max-width:100%" width="640">'
    )
    return Picture(text, html)
