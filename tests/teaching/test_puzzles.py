"""Rule puzzles: what a wrong rule is told, from the behaviour of the rule alone."""

import numpy as np
import pytest

from autodiff_lib.teaching.chapters.chapter_10 import PUZZLES, case
from autodiff_lib.teaching.exercises import check_answer
from autodiff_lib.teaching.puzzles import Puzzle, incoming, judge_puzzles

ROWS = Puzzle(
    "x.sum(axis=1)",
    lambda v, **_: v.sum(axis=1),
    ("x_shape",),
    [case((3,), (3, 3)), case((2,), (2, 3))],
)


def test_the_right_gradient_is_the_transpose_of_what_a_nudge_does():
    one = ROWS.cases[1]
    np.testing.assert_array_equal(ROWS.right(one), incoming(one)[:, None] * np.ones((2, 3)))


@pytest.mark.parametrize(
    "rule, said",
    [
        (lambda g, s: np.repeat(g, s[1]).reshape(s), ""),
        (lambda g, s: ..., ...),
        (lambda g, s: -g[:, None] * np.ones(s), "the sign is wrong."),
        (lambda g, s: g, "an axis got lost: the operand has shape (2, 3), this gradient (2,)."),
        (lambda g, s: 2 * g[:, None] * np.ones(s), "each entry is 2 times as large"),
        (lambda g, s: g[:, None, None] * np.ones((*s, 1)), "in the wrong shape"),
        (lambda g, s: np.broadcast_to(g, s), "it ended with ValueError"),
        (lambda g, s: np.ones(s) * g[0], "<w, J u> is"),
        (lambda g, s: (g[:, None] * np.ones(s)).T, "rows and columns are swapped"),
        (lambda g, s: np.array(["a"]), "an array of numbers"),
    ],
)
def test_a_wrong_rule_is_told_how_it_is_wrong(rule, said):
    found = ROWS.problem(rule)
    assert found is said or (said and said is not ... and said in found), found


def test_a_shape_that_is_right_on_squares_alone_is_called_luck():
    rule = lambda g, s: np.broadcast_to(g, s)  # noqa: E731  (what is said quotes this line)
    assert ROWS.problem(rule).endswith(" On squares the shape is right by luck.")
    assert "luck" not in ROWS.problem(lambda g, s: -g[:, None] * np.ones(s))


def test_each_puzzle_has_several_shapes_and_one_that_is_no_square():
    assert len(PUZZLES) == 10
    for puzzle in PUZZLES:
        assert len(puzzle.cases) >= 2, puzzle.formula
        shapes = {(c["x_shape"], c["shape"]) for c in puzzle.cases}
        assert len(shapes) == len(puzzle.cases), puzzle.formula
        oblong = [c["x_shape"] for c in puzzle.cases[1:]]
        assert all(len(set(shape)) == len(shape) for shape in oblong), puzzle.formula


def test_the_verdict_lists_right_wrong_and_open():
    judge = judge_puzzles([ROWS, ROWS, ROWS])
    right = lambda g, s: g[:, None] * np.ones(s)  # noqa: E731
    said = judge([right, lambda g, s: g, ...])
    assert said.state == "wrong" and "Puzzle 2, x.sum(axis=1)" in said.text
    assert "Right: 1." in said.text and "Open: 3." in said.text
    assert judge([right] * 3).state == "right"
    some = judge([..., right, right])
    assert some.state == "open" and some.reached == "2 of 3 right"
    assert said.reached == "1 of 3 right"
    assert judge([..., ..., ...]).reached == judge([right] * 3).reached == ""


def test_the_heading_counts_what_is_right():
    some = [lambda g: np.sum(g), *[lambda *_: ...] * 9]
    assert check_answer("10.2", some).heading == "10.2 Ten rules: 1 of 10 right."
    none = [lambda *_: ...] * 10
    assert check_answer("10.2", none).heading == "10.2 Ten rules: not started yet."
