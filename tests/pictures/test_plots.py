"""Plots: their numbers as text, their curves as an SVG that is the same every time."""

import math
import subprocess
import sys

import numpy as np
import pytest
from svg_reader import elements, images
from toy_engine import NASTY, diamond

from autodiff_lib.pictures import cost_curve, error_curve, tangent
from autodiff_lib.pictures.chart import MARKERS, plain
from autodiff_lib.pictures.style import PATHS

STEPS = [1e-1, 1e-2, 1e-3]


def lines(svg):
    """The path of each curve; matplotlib clips curves, and not what is in the legend."""
    paths = [e for e in elements(svg, "path") if e.get("clip-path") and e.get("style")]
    return [e.get("d") for e in paths if "stroke-width: 1.5" in e.get("style")]


def points(line):
    pairs = [pair.split() for pair in line.replace("M", "L").split("L")[1:]]
    return [(float(x), float(y)) for x, y in pairs]


def test_the_text_of_an_error_curve_is_a_table():
    picture = error_curve(STEPS, {"forward": [0.04, 0.004, 0.0004], "complex step": [1e-3, 0, 0]})
    assert repr(picture) == (
        "step h  forward  complex step\n"
        "   0.1    4e-02         1e-03\n"
        "  0.01    4e-03             0\n"
        " 0.001    4e-04             0"
    )


def test_the_text_of_a_cost_curve_is_a_table():
    picture = cost_curve([1, 1000], {"runs": [2, 1001]}, x_label="inputs", y_label="runs")
    assert repr(picture) == "inputs   runs\n     1      2\n  1000  1,001"


def test_the_picture_is_one_small_image_with_alt_text():
    picture = error_curve(STEPS, {"forward": STEPS})
    assert images(picture.html) == [picture.svg]
    assert len(picture.html) < 60_000
    assert "Plot of error against step h, both in powers of ten\nstep h  forward" in picture.html


def test_numpy_arrays_and_lists_give_the_same_bytes():
    steps = np.array(STEPS)
    first = error_curve(steps, {"a": steps}).svg
    assert first == error_curve(STEPS, {"a": STEPS}).svg


def test_equal_ratios_are_equal_distances():
    (line,) = lines(error_curve(STEPS, {"a": STEPS}).svg)
    (x0, y0), (x1, y1), (x2, y2) = points(line)
    assert (x0 - x1, y0 - y1) == pytest.approx((x1 - x2, y1 - y2), rel=1e-3)


def test_a_zero_is_drawn_below_the_powers_of_ten():
    (line,) = lines(error_curve(STEPS, {"a": [1e-3, 1e-16, 0]}).svg)
    heights = [y for _, y in points(line)]
    assert heights[2] > heights[1] + 5


def test_what_is_not_finite_leaves_a_gap():
    picture = error_curve([1, 2, 3, 4, 5], {"a": [1, 2, math.nan, 2, 3]})
    assert [line.count("M") for line in lines(picture.svg)] == [2]
    assert "nan" in picture.text
    assert "inf" in error_curve([1, 2], {"a": [1, math.inf]}).text


def test_curves_differ_in_colour_and_in_marker():
    svg = cost_curve([1, 10], {f"m{k}": [1, k + 1] for k in range(6)}).svg
    assert all(colour in svg for colour in PATHS.values())
    assert len(set(MARKERS)) == len(MARKERS) >= len(PATHS)


def test_a_label_is_not_read_as_mathematics():
    assert plain("_$x$") == r"\$x\$"


def test_one_point_makes_a_plot_and_so_do_many_curves():
    assert cost_curve([5], {"a": [5]}).svg.startswith("<svg")
    assert len(lines(cost_curve([1, 10, 100], {f"m{k}": [1, 2, 3] for k in range(9)}).svg)) == 9


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_a_nasty_name_breaks_nothing(name):
    picture = error_curve(STEPS, {name: STEPS}, x_label=name, y_label=name)
    assert not list(elements(picture.svg, "script"))
    assert picture.html.count("<") == 1
    assert all(line.isprintable() for line in picture.text.splitlines())


def test_plotting_leaves_no_trace_in_pyplot():
    code = (
        "import sys; from autodiff_lib.pictures import cost_curve\n"
        "loaded = 'matplotlib' in sys.modules; cost_curve([1, 2], {'a': [1, 2]})\n"
        "print(loaded, 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("False False\n", "")


@pytest.mark.parametrize("plot", [error_curve, cost_curve])
@pytest.mark.parametrize(
    ("xs", "series", "error", "message"),
    [
        (STEPS, None, TypeError, r"takes \{name: numbers\}.*a NoneType"),
        (STEPS, {}, TypeError, "an empty one"),
        (STEPS, [1, 2, 3], TypeError, "a list"),
        (STEPS, {"a": [1, 2]}, ValueError, "'a' needs one number for each of the 3 places, got 2"),
        (STEPS, {"a": 3}, TypeError, "'a' must be a list of numbers, got 3"),
        (STEPS, {"a": "abc"}, TypeError, "must be a list of numbers"),
        (STEPS, {"a": ["x", 1, 2]}, TypeError, "must be a list of numbers"),
        (STEPS, {"a": [1, -1, 2]}, ValueError, "negative number; plot its size"),
        ([1, 0, 2], {"a": [1, 1, 2]}, ValueError, "greater than 0"),
        ([], {"a": []}, ValueError, "greater than 0"),
        (None, {"a": [1]}, TypeError, "the places along the axis must be a list of numbers"),
        (diamond(), {"a": [1]}, TypeError, "the places along the axis must be a list of numbers"),
        ([1.0] * 1000, {"a": [1.0] * 1000}, ValueError, "too many to read"),
    ],
)
def test_bad_numbers_are_refused(plot, xs, series, error, message):
    with pytest.raises(error, match=f"{plot.__name__}.*{message}"):
        plot(xs, series)


def test_the_chords_of_a_tangent_are_a_table():
    picture = tangent(lambda x: x * x, 3, [2, 1, 0.5])
    assert repr(picture) == (
        "  h  f(x) at x + h  slope of the chord\n"
        "  2             25                   8\n"
        "  1             16                   7\n"
        "0.5          12.25                 6.5\n"
        "tangent at x = 3: slope 6"
    )
    assert images(picture.html) == [picture.svg]
    assert picture.svg == tangent(lambda x: x * x, 3, [2, 1, 0.5]).svg
    assert all(colour in picture.svg for colour in list(PATHS.values())[:3])


def test_a_tangent_is_drawn_where_the_curve_ends_nearby():
    assert "slope 1" in repr(tangent(math.log, 1.0, [2, -0.5]))


@pytest.mark.parametrize(
    ("f", "x", "steps", "error", "message"),
    [
        (3, 3, [1], TypeError, "takes a function of one number, got an int"),
        (abs, "x", [1], TypeError, "x must be a list of numbers"),
        (abs, 3, 1, TypeError, "the steps must be a list of numbers"),
        (abs, 3, [], ValueError, "1 to 6 steps"),
        (abs, 3, [1, 0], ValueError, "none of them 0"),
        (abs, 3, [1] * 7, ValueError, "1 to 6 steps"),
        (lambda x: math.inf, 3, [1], ValueError, "no finite value at x = 3"),
    ],
)
def test_what_has_no_tangent_is_refused(f, x, steps, error, message):
    with pytest.raises(error, match=message):
        tangent(f, x, steps)
