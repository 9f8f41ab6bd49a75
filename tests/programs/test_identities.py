"""Rows of identities: which are true of floats, and how they come and go."""

import math

import numpy as np
import pytest

from autodiff_lib.arrays import gradient_program
from autodiff_lib.programs import identities
from autodiff_lib.programs.identities import add_identities, remove_identities
from autodiff_lib.programs.row_check import check_identity
from autodiff_lib.programs.simplify import operations, simplify
from autodiff_lib.programs.trace import graph

TABLE = (identities.NUMBERS_AND_SIGNS + identities.FACTORS).split("\n")
ROWS = [row for row in TABLE if row.strip()]
SOFTMAX = "exp(x - (log(s := sum(e := exp(x - t))) + t)) -> e / s"


@pytest.mark.parametrize("row", [row for row in ROWS if row != SOFTMAX])
def test_every_row_of_the_library_is_true_of_floats(row):
    assert check_identity(row) is None


def test_one_row_of_the_library_asks_for_exponentials_that_are_finite():
    assert SOFTMAX in ROWS
    assert check_identity(SOFTMAX, [0.0, 1.0, -1.0, 2.0**-70, 300.0]) is None
    numbers, left, right = check_identity(SOFTMAX, [0.0, 1000.0])
    assert numbers == {"x": 1000.0, "t": 0.0} and left == 0 and math.isnan(right)


FALSE = {
    "x / x -> 1": {"x": 0.0},
    "x * 0 -> 0": {"x": math.inf},
    "x - x -> 0": {"x": math.inf},
    "(x + y) + z -> x + (y + z)": {"x": 1.0, "y": -1.0, "z": 2.0**-70},
    "sqrt(x * x) -> x": {"x": -1.0},
    "x - y -> y - x": {"x": 0.0, "y": 1.0},
}


@pytest.mark.parametrize("row", FALSE)
def test_a_row_that_is_false_of_floats_is_caught(row):
    assert check_identity(row)[0] == FALSE[row]


def test_what_gets_lost_in_a_sum_is_caught():
    numbers = {"x": 1e-20, "y": 1.0}
    assert check_identity("(x + y) - y -> x", [1e-20, 1.0]) == (numbers, 0.0, 1e-20)


def test_unsigned_numbers_have_no_sign_to_move():
    assert check_identity("x + -y -> x - y") is None
    numbers, left, right = check_identity("x + -y -> x - y", unsigned="y")
    assert numbers == {"x": 0.0, "y": 1} and (left, right) == (255.0, -1.0)


def test_a_row_may_give_a_number_and_be_taken_back():
    def f(x):
        return 3.0 * (np.sin(x) * np.sin(x) + np.cos(x) * np.cos(x))

    row = "sin(x) * sin(x) + cos(x) * cos(x) -> 1"
    (before,), _ = simplify([graph(f, 2.0)])
    add_identities(row)
    try:
        (after,), saved = simplify([graph(f, 2.0)])
    finally:
        remove_identities(row)
    assert before.op == "mul" and after.constant and after.raw == 3.0
    assert saved["constants computed in advance"] == 1
    assert simplify([graph(f, 2.0)])[0][0].op == "mul"


ANYWHERE = {
    "((x + y) + x) + y -> 2 * (x + y)": (lambda x, y: ((x + y) + x) + y, 2),
    "(p * q) / p -> q": (lambda x, y: (x * y) / x, 0),
    "(e := exp(x)) / (1 + e) -> sigmoid(x)": (lambda x, y: np.exp(x) / (1 + np.exp(x)), 1),
    "sin(x) * sin(x) + cos(x) * cos(x) -> 1": (
        lambda x, y: (np.cos(y) * np.cos(y) + np.sin(y) * np.sin(y)) * x, 0),
}  # fmt: skip


@pytest.mark.parametrize("row", ANYWHERE)
def test_a_row_is_tried_wherever_it_matches(row):
    f, count = ANYWHERE[row]
    add_identities(row)
    try:
        outputs, _ = simplify([graph(f, 2.0, 3.0)])
    finally:
        remove_identities(row)
    assert len(operations(outputs)) == count


def test_a_number_is_not_put_in_the_place_of_an_array():
    add_identities("tanh(x) -> 1")
    try:
        assert "np.tanh" in str(gradient_program(lambda x: np.sum(np.tanh(x)), np.ones(3)))
    finally:
        remove_identities("tanh(x) -> 1")


def test_only_rows_that_are_there_are_taken_out():
    before = {op: list(rows) for op, rows in identities.IDENTITIES.items()}
    with pytest.raises(ValueError):
        remove_identities("x * 1 -> x * x")
    assert before == identities.IDENTITIES


def test_unsigned_numbers_are_left_alone():
    f = lambda x, y: x + -y  # noqa: E731
    (output,), _ = simplify([graph(f, 2.0, np.uint8(0))])
    assert output.op == "add"
