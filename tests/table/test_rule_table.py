"""Every row of the rule table, and proof that a wrong row cannot hide."""

import copy

import numpy as np
import pytest

from autodiff_lib.arrays import ROWS, Row, add_rows, grad, stop_gradient, vjp
from autodiff_lib.arrays.rows import Rule
from tests.table.samples import draw, samples
from tests.table.table_walk import check_row, without_row

ROWS_WITH_RULES = [row for row in ROWS.values() if row.kind != "constant"]


@pytest.mark.parametrize("row", ROWS_WITH_RULES, ids=lambda row: row.op)
def test_every_rule_agrees_with_numeric_derivatives(row):
    for operands, parameters in samples(row):
        check_row(row, operands, parameters)


FLAT_ROWS = [row for row in ROWS.values() if row not in ROWS_WITH_RULES]
NOT_FLAT = "stop_gradient", "convert"  # their slope is left out on purpose


@pytest.mark.parametrize("row", [row for row in FLAT_ROWS if row.op not in NOT_FLAT], ids=repr)
def test_a_row_without_rules_is_of_a_function_that_is_flat(row):
    check_flat(row)


def test_a_row_without_rules_whose_function_has_a_slope_cannot_hide():
    with pytest.raises(AssertionError, match="cbrt is not flat"):
        check_flat(Row("cbrt", np.cbrt, "x", "constant"))


def check_flat(row):
    """Raise an AssertionError if a function's result moves with its operands."""
    for operands, parameters in samples(row):
        near = [x + 1e-9 if np.asarray(x).dtype.kind == "f" else x for x in operands]
        results = [row.function(*xs, **parameters) for xs in (operands, near)]
        np.testing.assert_array_equal(*results, err_msg=f"{row.op} is not flat")


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
    with pytest.raises((AssertionError, ValueError)) as caught:
        for operands, parameters in samples(row):
            check_row(row, operands, parameters)
    assert caught.value.__notes__[-1].startswith(f"row {op}, operand {operand}")


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
    """Without its row nobody knows np.arctan; with a row, every engine and this walk do."""
    with without_row("arctan") as known:
        with pytest.raises(NotImplementedError, match="np.arctan has no rule.*add_rows"):
            grad(np.arctan)(2.0)
        add_rows(Row("arctan", np.arctan, "x", "elementwise", x=lambda g, x: g / (1.0 + x**2)))
        assert ROWS["arctan"] is not known
        check_row(ROWS["arctan"], *samples(ROWS["arctan"])[0])
        assert grad(np.arctan)(2.0) == pytest.approx(0.2)


def test_a_slope_without_its_sign_cannot_hide():
    """Operands of both signs are drawn by themselves, where a function has values there."""
    row = Row("copysign", np.copysign, "x, y", "elementwise", x=lambda g: g, y=None)
    with pytest.raises(AssertionError, match="forward mode"):
        for operands, parameters in samples(row):
            check_row(row, operands, parameters)
    assert all(np.min(x, initial=1.0) > 0 for (x,), _ in samples(ROWS["log"]))
