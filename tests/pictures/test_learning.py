"""Plots of learning: their key numbers as text, the same bytes every time."""

import re

import numpy as np
import pytest
from svg_reader import images

from autodiff_lib.pictures import boundary, contour_walks, descent, dots, loss_curve, newton_walk

POINTS, LABELS = [[0.0, 1.0], [1.0, 0.0], [0.5, -0.5]], [1, -1, -1]


def test_a_walk_is_a_table_of_its_places():
    picture = descent(lambda w: (w - 2) ** 2, [0, 1, 1.5])
    assert repr(picture).splitlines() == [
        "step    w  loss",
        "   0    0     4",
        "   1    1     1",
        "   2  1.5  0.25",
    ]


def test_the_curve_reaches_further_places():
    reached = []
    descent(lambda w: reached.append(w) or w * w, [0, 1], within=[4])
    assert max(reached) > 4


def test_newtons_steps_are_a_table_and_their_tangents_meet_zero_at_the_next_place():
    picture = newton_walk(lambda w: w * w - 1, [2, 1.25, 1.025])
    assert repr(picture).splitlines() == [
        "step      w     slope",
        "   0      2         3",
        "   1   1.25    0.5625",
        "   2  1.025  0.050625",
    ]
    (dashed,) = re.findall(r'<path d="([^"]*)"[^>]*stroke-dasharray', picture.svg)
    xs, ys = zip(*re.findall(r"[ML] ([\d.]+) ([\d.]+)", dashed), strict=True)
    assert len(set(xs)) == 3 and xs == (xs[0], xs[1], xs[1], xs[3], xs[3])
    assert ys[1] == ys[3] and len({ys[0], ys[1], ys[2], ys[4]}) == 4


def test_walks_over_contours_are_counted_and_told():
    long = [(1 - k / 100, 0) for k in range(101)]
    picture = contour_walks(lambda a, b: a * a + b, {"short": [(2, 0), (1, 0.5)], "long": long})
    lines = repr(picture).splitlines()
    assert lines[:4] == [
        "short: 1 step",
        "step  x1   x2  value",
        "   0   2    0      4",
        "   1   1  0.5    1.5",
    ]
    assert lines[4] == "long: 100 steps" and lines[-1].split() == ["100", "0", "0", "0"]
    assert len(lines) < 25


def test_contours_say_how_high_they_are_and_near_steps_share_a_label():
    walks = {"short": [(0, 0), (3, 5), (3, 5.1)], "long": [(0, k / 20) for k in range(100)]}
    svg = contour_walks(lambda a, b: 100 * (a * a + b * b), walks).svg
    labels = re.findall(r"<!-- (.+) -->", svg)
    assert {"0", "1, 2", "long, a mark every 5 steps", "400", "1000"} <= {*labels}, labels


@pytest.mark.parametrize(("steps", "numbered"), [(12, True), (13, False)])
def test_walks_of_twelve_steps_are_numbered_to_their_last(steps, numbered):
    places = [(k, k % 2) for k in range(steps + 1)]
    svg = contour_walks(lambda a, b: a + b, {"walk": places}).svg
    last_label = f"<!-- {steps} -->" in svg.split("<!-- x2 -->")[1]
    assert last_label == numbered


def test_contours_reach_all_walks_and_further_places():
    reached = []

    def f(a, b):
        reached.append((a, b))
        return a + b

    contour_walks(f, {"a": [(0, 0), (1, 1)]}, within=[(5, -3)])
    xs, ys = reached[0]
    assert xs.max() > 5 and ys.min() < -3 and ys.max() > 1


def test_contours_of_equal_scale_stand_on_a_square():
    reached = []

    def f(a, b):
        reached.append((a, b))
        return a + b

    svg = contour_walks(f, {"a": [(0, 0), (1, 4)]}, equal=True).svg
    xs, ys = reached[0]
    frame = re.search(r'id="patch_2">\s*<path d="([^"]*)z', svg)[1]
    across, down = np.array(re.findall(r"[ML] (\S+) (\S+)", frame), float).T
    assert np.ptp(across) == pytest.approx(np.ptp(down), rel=0.01)
    assert np.ptp(xs) == pytest.approx(np.ptp(ys)) and np.ptp(ys) > 4
    assert np.mean(xs) == pytest.approx(0.5) and np.mean(ys) == pytest.approx(2)


def test_a_curve_is_drawn_behind_the_walks_and_moves_no_axis():
    walks = {"a": [(0, 0), (1, 1)]}
    plain = contour_walks(lambda a, b: a + b, walks)
    curved = contour_walks(lambda a, b: a + b, walks, curves={"floor": [(-9, 0), (9, 0.5)]})
    ticks = [re.findall(r"<!-- ([−\d.]+) -->", picture.svg) for picture in (plain, curved)]
    assert "<!-- floor -->" in curved.svg and ticks[0] == ticks[1]
    assert "stroke-dasharray" in curved.svg.split('id="legend_1"')[0]
    assert repr(plain) == repr(curved)


def test_losses_of_different_length_stand_side_by_side():
    text = repr(loss_curve({"long": [1, 0.5, 0.25], "short": [2, float("nan")]}))
    assert text.splitlines() == [
        "step   long  short",
        "   0  1.000  2.000",
        "   1  0.500    nan",
        "   2  0.250       ",
    ]


def test_a_long_loss_is_thinned_and_keeps_its_last_step():
    steps = [int(line.split()[0]) for line in repr(loss_curve({"a": range(100)})).splitlines()[1:]]
    assert steps[0] == 0 and steps[-1] == 99 and len(steps) <= 12


def test_dots_are_counted_by_label():
    assert repr(dots(POINTS, LABELS)) == (
        "3 dots, 1 with label +1 and 2 with label -1; x1 from 0 to 1, x2 from -0.5 to 1"
    )


def test_a_boundary_counts_the_dots_on_their_side_and_maps_both_sides():
    lines = repr(boundary({"up": lambda x1, x2: x2 + 0.25}, POINTS, LABELS)).splitlines()
    assert lines[0] == "up: 2 of 3 on their side"
    assert lines[1] == "  " + "+" * 25 and lines[-1] == "  " + "." * 25


def test_a_score_may_be_one_number():
    assert "all: 1 of 3" in repr(boundary({"all": lambda x1, x2: 1}, POINTS, LABELS))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: descent(lambda w: w * w, [1, 0.5]),
        lambda: newton_walk(lambda w: w * w - 1, [2, 1.25]),
        lambda: loss_curve({"a $x$ <b>": [1, 0.5]}),
        lambda: dots(POINTS, LABELS),
        lambda: contour_walks(lambda a, b: a * b, {"a $x$": [(1, 2), (0, 1)]}),
        lambda: boundary({str(k): lambda a, b: np.sin(4 * a) - b for k in "abc"}, POINTS, LABELS),
    ],
)
def test_the_picture_is_one_image_with_its_text_and_the_same_bytes(draw):
    first, second = draw(), draw()
    assert first.svg == second.svg and images(first.html) == [first.svg]
    assert len(first.html) < 300_000
