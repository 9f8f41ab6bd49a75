"""Plots in the visual language of the graphs: errors against step size, cost against size.

The text of a plot is a table of its numbers, which a notebook records and a test compares.
"""

import math

import numpy as np

from autodiff_lib.pictures.chart import chart
from autodiff_lib.pictures.checks import a_kind
from autodiff_lib.pictures.picture import Picture, image
from autodiff_lib.pictures.text import columns, number, shown, visible

MOST_POINTS = 200


def error_curve(steps, errors, x_label="step h", y_label="error"):
    """The Picture of each method's error against the step size, both in powers of ten.

    steps: positive numbers. errors: {method: one error per step, none negative}. An error of 0
    is drawn on a line of its own; one that is not finite is left out.
    Raises TypeError or ValueError, with the next step, for what is not that.
    """
    return plot("error_curve", steps, errors, x_label, y_label, lambda e: f"{e:.0e}" if e else "0")


def cost_curve(sizes, costs, x_label="size", y_label="cost"):
    """The Picture of each method's cost against the size of the problem, in powers of ten.

    sizes: positive numbers. costs: {method: one number per size, none negative}.
    Raises TypeError or ValueError, with the next step, for what is not that.
    """
    return plot("cost_curve", sizes, costs, x_label, y_label, written)


def written(cost):
    """A cost as the table writes it: 1,001 for whole numbers."""
    return f"{int(cost):,}" if math.isfinite(cost) and cost == int(cost) else number(cost)


def plot(function, xs, series, x_label, y_label, write):
    """The Picture of the chart, its text a table; `write` spells a number of the series."""
    if not hasattr(series, "items") or not series:
        raise TypeError(
            f"{function} takes {{name: numbers}}, one number for each place, "
            f"got {a_kind(series) if not hasattr(series, 'items') else 'an empty one'}"
        )
    xs = numbers(function, xs, "the places along the axis")
    if not xs or not all(0 < x < math.inf for x in xs):
        raise ValueError(f"{function}: an axis in powers of ten needs numbers greater than 0")
    drawn = {}
    for name, ys in series.items():
        name = visible(str(name))
        drawn[name] = numbers(function, ys, repr(name))
        if len(drawn[name]) != len(xs):
            raise ValueError(
                f"{function}: {name!r} needs one number for each of the {len(xs)} places, "
                f"got {len(drawn[name])}"
            )
        if any(y < 0 for y in drawn[name]):
            raise ValueError(f"{function}: {name!r} has a negative number; plot its size, abs(...)")
    x_label, y_label = visible(str(x_label)), visible(str(y_label))
    text = table(x_label, xs, drawn, write)
    title = f"Plot of {y_label} against {x_label}, both in powers of ten"
    svg = chart(xs, drawn, x_label, y_label)
    alt = f"{title}\n{text}"
    return Picture(text, image(svg, alt), svg)


def numbers(function, given, what):
    """A list of Python floats."""
    try:
        array = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        array = None
    if array is None or array.ndim != 1 or isinstance(given, (str, bytes)):
        raise TypeError(f"{function}: {what} must be a list of numbers, got {shown(given)}")
    if len(array) > MOST_POINTS:
        raise ValueError(
            f"{function}: {what} are {len(array)} points, too many to read; take every tenth"
        )
    return array.tolist()


def table(x_label, xs, series, write):
    """The numbers as aligned text: one column for x, one per series."""
    head = [x_label, *series]
    body = [[number(x) for x in xs], *[[write(y) for y in ys] for ys in series.values()]]
    widths = [max(map(columns, [h, *c])) for h, c in zip(head, body, strict=True)]
    rows = [head, *zip(*body, strict=True)]
    return "\n".join(
        "  ".join(" " * (w - columns(cell)) + cell for cell, w in zip(row, widths, strict=True))
        for row in rows
    )
