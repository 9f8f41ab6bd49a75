"""Plots: their numbers as text, their curves as an SVG that is the same everywhere."""

import math

import numpy as np
import pytest
from svg_reader import elements, images, size, texts
from toy_engine import NASTY, diamond

from autodiff_lib.pictures import cost_curve, error_curve

STEPS = [1e-1, 1e-2, 1e-3]


def curves(svg):
    return [e.get("d") for e in elements(svg, "path") if e.get("stroke-width") == "2"]


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
    assert {"inputs", "runs"} <= set(texts(picture.svg))


def test_the_picture_is_one_small_image_with_alt_text():
    picture = error_curve(STEPS, {"forward": STEPS})
    assert images(picture.html) == [picture.svg]
    assert len(picture.html) < 10_000
    assert "Plot of error against step h, both in powers of ten\nstep h  forward" in picture.html


def test_numpy_arrays_and_lists_give_the_same_bytes():
    steps = np.array(STEPS)
    first = error_curve(steps, {"a": steps}).svg
    assert first == error_curve(STEPS, {"a": STEPS}).svg


def test_equal_ratios_are_equal_distances():
    (line,) = curves(error_curve(STEPS, {"a": STEPS}).svg)[-1:]
    xs = [float(p.split(",")[0]) for p in line[1:].split("L")]
    assert xs[0] - xs[1] == pytest.approx(xs[1] - xs[2], abs=0.11)


def test_a_zero_has_a_line_of_its_own_below_the_powers():
    svg = error_curve(STEPS, {"a": [1e-3, 1e-16, 0]}).svg
    (line,) = curves(svg)[-1:]
    ys = [float(p.split(",")[1]) for p in line[1:].split("L")]
    assert "0" in texts(svg)
    assert ys[2] - ys[1] > 20
    assert "0" not in texts(error_curve(STEPS, {"a": [1e-3, 1e-16, 1e-17]}).svg)


def test_what_is_not_finite_leaves_a_gap():
    picture = error_curve([1, 2, 3, 4], {"a": [1, math.nan, 2, math.inf]})
    (line,) = curves(picture.svg)[-1:]
    assert line.count("M") == 2
    assert "nan" in picture.text and "inf" in picture.text


def test_curves_differ_in_colour_and_in_marker():
    picture = cost_curve([1, 10], {f"m{k}": [1, k + 1] for k in range(6)})
    marks = [e for e in elements(picture.svg, "path") if e.get("transform")]
    assert len({e.get("fill") for e in marks}) == len({e.get("d") for e in marks}) == 6


def test_more_curves_than_colours_are_all_drawn():
    assert len(curves(cost_curve([1, 10], {f"m{k}": [1, 2] for k in range(9)}).svg)) == 18


def test_one_point_makes_a_plot():
    assert size(cost_curve([5], {"a": [5]}).svg)[0] > 500


def test_there_are_not_too_many_numbers_at_an_axis():
    svg = error_curve([10.0**-k for k in range(1, 100)], {"a": [1.0] * 99}).svg
    assert len(texts(svg)) < 24


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_a_nasty_name_breaks_nothing(name):
    picture = error_curve(STEPS, {name: STEPS}, x_label=name, y_label=name)
    assert " ".join(texts(picture.svg)).isprintable()
    assert picture.html.count("<") == 1
    assert all(line.isprintable() for line in picture.text.splitlines())


def test_no_plotting_library_is_loaded():
    import subprocess
    import sys

    code = (
        "import sys; from autodiff_lib.pictures import cost_curve\n"
        "cost_curve([1, 2], {'a': [1, 2]}); print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("False\n", "")


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
