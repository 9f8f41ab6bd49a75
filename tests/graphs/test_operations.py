"""The scalar operations: what they compute, on complex numbers too, and how they are written."""

import math

import numpy as np
import pytest

from autodiff_lib.checking.nudging import central_difference, complex_step
from autodiff_lib.graphs.operations import OPERATIONS, spell

NEAR = {"abs": -0.7, "relu": 0.7}


@pytest.mark.parametrize("op", OPERATIONS)
def test_the_complex_step_gives_the_slope_along_every_operand(op):
    n = OPERATIONS[op].spelling.count("{}")
    values = [NEAR.get(op, 0.7), 1.3][:n]
    for slot in range(n):

        def along(x, slot=slot):
            return OPERATIONS[op].value(*values[:slot], x, *values[slot + 1 :])

        exact = complex_step(along, values[slot])
        assert exact == pytest.approx(central_difference(along, values[slot]), rel=1e-8)


@pytest.mark.parametrize("op", OPERATIONS)
def test_every_operation_works_on_arrays(op):
    n = OPERATIONS[op].spelling.count("{}")
    array = np.array([0.5, 2.0])
    values = [OPERATIONS[op].value(*[x, 1.5][:n]) for x in array]
    assert OPERATIONS[op].value(*[array, 1.5][:n]) == pytest.approx(values)


def test_kinks_take_the_usual_side():
    relu, absolute = OPERATIONS["relu"].value, OPERATIONS["abs"].value
    assert (relu(0.0), complex_step(relu, 0.0)) == (0, 0)
    assert (absolute(0.0), complex_step(absolute, 0.0)) == (0, 0)


def test_relu_at_the_ends_of_the_line():
    relu = OPERATIONS["relu"].value
    assert relu(-math.inf) == 0 and relu(math.inf) == math.inf and math.isnan(relu(math.nan))


def test_relu_keeps_integers():
    assert OPERATIONS["relu"].value(np.array([-2, 3])).dtype.kind == "i"


@pytest.mark.parametrize(
    ("op", "operands", "text"),
    [
        ("mul", ["x", "y"], "x * y"),
        ("neg", ["x"], "-x"),
        ("square", ["h"], "h**2"),
        ("exp", ["x"], "exp(x)"),
        ("matmul", ["x", "w"], "x @ w"),
        ("transpose", ["w"], "w.T"),
        ("conv", ["x", "w"], "conv(x, w)"),
        ("mul", ["x", "y", "z"], "mul(x, y, z)"),
        ("sum", [], "sum()"),
    ],
)
def test_operations_are_spelt_in_python(op, operands, text):
    assert spell(op, operands) == text
