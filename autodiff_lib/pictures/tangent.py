"""tangent: the chords of a function, step by step shorter, turning into its tangent."""

import math

import numpy as np

from autodiff_lib.pictures.chart import chords
from autodiff_lib.pictures.checks import a_kind
from autodiff_lib.pictures.picture import Picture, image
from autodiff_lib.pictures.plots import numbers, table
from autodiff_lib.pictures.text import number, shown, visible

MOST_CHORDS = 6  # one colour each
SAMPLES = 121  # points of the curve
NUDGE = 1e-5  # of the central difference whose slope the tangent has


def tangent(f, x, steps, x_label="x", y_label="f(x)"):
    """The Picture of f near x, with the chord from x to x + h for each h, and the tangent.

    f: a function of one number. steps: the values of h, none 0, at most six.
    The text is a table: h, f(x + h), and the slope of the chord, (f(x + h) - f(x)) / h.
    Raises TypeError or ValueError, with the next step, for what is not that.
    """
    if not callable(f):
        raise TypeError(f"tangent takes a function of one number, got {a_kind(f)}")
    (x,) = numbers("tangent", [x], "x")
    hs = numbers("tangent", steps, "the steps")
    if not 0 < len(hs) <= MOST_CHORDS or not all(h and math.isfinite(h) for h in hs):
        raise ValueError(f"tangent needs 1 to {MOST_CHORDS} steps, none of them 0, got {shown(hs)}")
    values = {h: float(f(x + h)) for h in hs}
    y = float(f(x))
    if not all(map(math.isfinite, [y, *values.values()])):
        raise ValueError(f"tangent: f has no finite value at x = {number(x)} or at x + h")
    slopes = {h: (value - y) / h for h, value in values.items()}
    text = table(
        "h",
        hs,
        {f"{y_label} at {x_label} + h": values.values(), "slope of the chord": slopes.values()},
        number,
    )
    limit = (float(f(x + NUDGE)) - float(f(x - NUDGE))) / (2 * NUDGE)
    text += f"\ntangent at {x_label} = {number(x)}: slope {number(limit)}"
    ends = {f"h = {number(h)}: slope {number(slopes[h])}": (x + h, values[h]) for h in hs}
    labels = visible(str(x_label)), visible(str(y_label))
    svg = chords(curve(f, x, hs), (x, y), ends, limit, *labels)
    return Picture(
        text, image(svg, f"Plot of {labels[1]} with its chords and tangent\n{text}"), svg
    )


def curve(f, x, steps):
    """Points of f around x and all x + h; nan where f has no value."""
    low, high = min(x, *(x + h for h in steps)), max(x, *(x + h for h in steps))
    beyond = 0.35 * (high - low)
    xs = np.linspace(low - beyond, high + beyond, SAMPLES).tolist()
    ys = []
    for place in xs:
        try:
            ys.append(float(f(place)))
        except (ArithmeticError, ValueError, TypeError):
            ys.append(math.nan)
    return xs, ys
