"""Every row of the rule table, and proof that a wrong row cannot hide."""

import copy

import numpy as np
import pytest

from autodiff_lib.arrays import ROWS, Row, add_rows, grad, remove_row, stop_gradient, vjp
from autodiff_lib.arrays.rows import Rule
from tests.table.samples import draw, samples
from tests.table.table_walk import check_row

ROWS_WITH_RULES = [row for row in ROWS.values() if row.kind != "constant"]


@pytest.mark.parametrize("row", ROWS_WITH_RULES, ids=lambda row: row.op)
def test_every_rule_agrees_with_numeric_derivatives(row):
    for operands, parameters in samples(row):
        check_row(row, operands, parameters)


def test_cholesky_of_a_symmetric_matrix():
    """The rule returns a symmetric gradient, so the matrix is built from a free one."""
    x = draw((3, 3))

    def f(x):
        return np.linalg.cholesky(x @ x.T + np.eye(3))

    row = Row("cholesky_of_product", f, "x", "general", x=lambda g, x: vjp(f, x)[1](g)[0])
    check_row(row, [x], {})


WRONG_RULES = [
    ("mul", "y", lambda g, y: g * y),
    ("sub", "y", lambda g: g),
    ("div", "y", lambda g, y, out: g * out / y),
    ("tanh", "x", lambda g, out: g * (1.0 - out)),
    ("sum", "x", lambda g, x_shape: np.ones(x_shape)),
    ("mean", "x", lambda g, x_shape: np.broadcast_to(np.mean(g), x_shape)),
    ("matmul", "x", lambda g, x_shape, y: (g @ np.swapaxes(y, -1, -2)) * 1.001),
    ("transpose", "x", lambda g, axes: np.transpose(g, axes)),
    ("concatenate", "xs", lambda g, position, xs, axis: np.zeros(xs[position].shape)),
    ("sort", "x", lambda g, x, axis: g),
    ("exp", "x", lambda g, x: g * stop_gradient(np.exp(x))),
    ("maximum", "y", None),
]


@pytest.mark.parametrize("op, operand, wrong", WRONG_RULES, ids=lambda x: x if x in ROWS else "")
def test_a_wrong_rule_cannot_hide(op, operand, wrong):
    row = copy.copy(ROWS[op])
    row.rules = copy.copy(row.rules)
    row.rules[row.operands.index(operand)] = wrong and Rule(wrong, operand, row)
    with pytest.raises((AssertionError, ValueError)):
        for operands, parameters in samples(row):
            check_row(row, operands, parameters)


def test_a_rule_of_the_wrong_kind_cannot_hide():
    row = copy.copy(ROWS["logsumexp"])
    row.kind = "linear"
    with pytest.raises(AssertionError, match="forward mode"):
        check_row(row, [draw((3, 4))], row.parameters)


def test_a_missing_rule_cannot_hide():
    row = copy.copy(ROWS["mul"])
    row.rules = copy.copy(row.rules)
    del row.rules[1]
    with pytest.raises(NotImplementedError, match="mul.* has no rule for y"):
        check_row(row, *samples(row)[0])


def test_adding_an_operation_is_one_row():
    """np.i0 has no row; with one, and one for its slope, every engine and this walk know it."""
    with pytest.raises(NotImplementedError, match="np.i0 has no rule.*add_rows"):
        grad(np.i0)(0.3)
    angles = (np.arange(64) + 0.5) * np.pi / 64  # of the integral that i0 is
    slope = lambda x: np.mean(np.exp(x[..., None] * np.cos(angles)) * np.cos(angles), axis=-1)  # noqa: E731
    add_rows(Row("i0", np.i0, "x", x=lambda g, x: g * slope(x)))
    try:
        check_row(ROWS["i0"], *samples(ROWS["i0"])[0])
        assert grad(lambda x: np.i0(x)[()])(0.3) == pytest.approx(0.15169384)
    finally:
        remove_row("i0")
