"""Tables of slopes: filled pass by pass, and the map of the cheaper mode."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from svg_reader import images

from autodiff_lib.pictures import arm, cheaper, fill_in, reaching
from autodiff_lib.pictures.style import CURRENT

J = [[-2, -2, 0], [2, -1, -1]]
BAND = [[1, 5, 0, 0], [6, 2, 7, 0], [0, 8, 3, 9], [0, 0, 10, 4]]


def frames(picture):
    return re.findall(r"<summary>(.*?)</summary>", picture.html)


def numbers(svg):
    """The whole numbers that a picture shows in its cells, in order."""
    words = ["".join(e.itertext()) for e in ElementTree.fromstring(svg).iter() if "text" in e.tag]
    return [int(word) for word in words if re.fullmatch(r"-?\d+", word)]


def test_columns_and_rows_are_filled_in_one_film():
    names = dict(inputs=["shoulder", "elbow", "wrist"], outputs=["right", "up"])
    picture = fill_in(J, columns=True, rows=True, **names)
    assert repr(picture).splitlines() == [
        "1. forward, by columns → 1: shoulder moves, -2, 2; "
        "reverse, by rows ← 1: from right, -2, -2, 0",
        "2. forward, by columns → 2: elbow moves, -2, -1; reverse, by rows ← 2: from up, 2, -1, -1",
        "3. forward, by columns → 3: wrist moves, 0, -1; reverse, by rows: full after 2",
        "       shoulder  elbow  wrist",
        "right        -2     -2      0",
        "   up         2     -1     -1",
    ]
    assert [f"{line}" for line in repr(picture).splitlines()[:3]] == frames(picture)


def test_a_frame_shows_what_is_filled_by_then_and_rings_the_present_pass():
    names = dict(inputs="abc", outputs="de")
    svgs = images(fill_in(J, columns=[[0], [1], [2]], rows=[[0], [1]], **names).html)
    assert [sorted(numbers(svg)) for svg in svgs] == [
        sorted([-2, 2, -2, -2, 0]),
        sorted([-2, 2, -2, -1, -2, -2, 0, 2, -1, -1]),
        sorted([-2, -2, 0, 2, -1, -1] * 2),
    ]
    assert [svg.count(CURRENT) for svg in svgs] == [2 + 3, 2 + 3, 2]


def test_several_columns_in_one_pass_leave_their_zeros_empty():
    picture = fill_in(BAND, columns=[[0, 3], [1], [2]], inputs="abcd", outputs="efgh")
    svgs = images(picture.html)
    assert [sorted(numbers(svg)) for svg in svgs] == [
        [1, 4, 6, 9], [1, 2, 4, 5, 6, 8, 9], [*range(1, 11)]
    ]  # fmt: skip
    assert frames(picture)[0] == "1. forward, by columns → 1: a, d move at once"


@pytest.mark.parametrize(
    "table, options, words",
    [
        ([1, 2], dict(rows=[[0]]), "at most 16 rows and columns, got shape (2,)"),
        ([[0] * 17], dict(rows=[[0]]), "got shape (1, 17)"),
        (J, {}, "needs columns or rows"),
        (J, dict(columns=[[3]]), "numbered 0 to 2"),
        (J, dict(rows=[[0], [0]]), "each in one pass"),
        (J, dict(rows=[[0]], inputs=["x"]), "needs 3 names here, got 1"),
    ],
)
def test_what_cannot_be_filled_is_refused_in_words(table, options, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        fill_in(table, **options)


def test_the_map_says_which_mode_is_cheaper_and_draws_a_line_between():
    picture = cheaper([1, 3], [1, 5], forward=[[4, 8], [4, 8]], reverse=[[4, 4], [9, 12]])
    assert repr(picture).splitlines()[:3] == [
        "outputs \\ inputs    1    3",
        "               1  = 4  ← 4",
        "               5  → 4  → 8",
    ]
    (svg,) = images(picture.html)
    assert svg.count("stroke-width:3.5") == 3  # = | ←, = over →, ← over →; none between the two →


def test_costs_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="two tables of shape"):
        cheaper([1, 2, 3], [1, 2], [[1, 2]], [[1, 2]])


def test_an_arm_is_a_table_of_its_joints_and_of_how_its_hand_moves():
    points, moves = [(0, 0), (3, 0), (3, 2)], {"shoulder": (-2, 3), "elbow": (-2, 0)}
    picture = arm(points, moves)
    assert repr(picture).splitlines() == [
        "                                right  up",
        "                      shoulder      0   0",
        "                         elbow      3   0",
        "                          hand      3   2",
        "shoulder turns, the hand moves     -2   3",
        "   elbow turns, the hand moves     -2   0",
    ]
    assert "An arm" in picture.html and picture.svg == arm(points, moves).svg
    assert picture.svg.count("stroke-dasharray") == 2  # from each joint to the hand
    with pytest.raises(ValueError):
        arm(points, {"elbow": (-2, 0)})


def test_a_reaching_arm_is_a_table_of_its_hands_and_the_cup():
    lengths, quarter = [3.0, 1.0], np.pi / 2
    picture = reaching(lengths, [[0.0, quarter], [quarter, -quarter]], (4, 1))
    assert repr(picture).splitlines() == [
        "        right  up",
        "hand 0      3   1",
        "hand 1      1   3",
        "   cup      4   1",
    ]
    assert "reaches for a cup" in picture.html
    assert picture.svg.count("stroke-dasharray") == 1  # the way from the first hand to the cup
