"""What chapter 02's engine promises beyond the list that all engines pass."""

import math

import numpy as np
import pytest

from autodiff_lib.engines.symbolic import Tensor, apply, derivative
from autodiff_lib.pictures import count


def doublings(x, n):
    for _ in range(n):
        x = x + x
    return x


def test_a_derivative_can_be_derived_again():
    x = Tensor(2, name="x")
    cube = x * x * x
    derivatives = [cube.grad(x), cube.grad(x).grad(x), cube.grad(x).grad(x).grad(x)]
    assert [d.value for d in derivatives] == [12, 12, 6]


def test_a_derivative_is_taken_along_any_node_and_means_that_object():
    x, y = Tensor(3), Tensor(5)
    z1 = x + y
    z2 = z1 * y
    twin = Tensor(5)
    assert [z2.grad(node).value for node in (y, x, z1, z2, twin)] == [13, 5, 5, 1, 0]


def test_values_are_stale_until_forward_recomputes_them():
    x, y = Tensor(3), Tensor(5)
    z = (x + y) * y
    slope = z.grad(y)
    x.value = 100
    assert (z.value, slope.value) == (40, 13)
    assert (z.forward().value, slope.forward().value) == (525, 110)


@pytest.mark.parametrize("n", [1, 5, 10])
def test_the_derivative_of_doublings_has_a_branch_for_every_path(n):
    x = Tensor(1, name="x")
    assert count(doublings(x, n).grad(x)).nodes == 2 ** (n + 1) - 1


def test_powers_have_derivatives_at_zero():
    x = Tensor(0.0)
    second = (x**2).grad(x).grad(x)
    assert ((x**0).value, (x**1).grad(x).value, second.value) == (1, 1, 2)
    assert ((x**0).grad(x).value, second.grad(x).value) == (0, 0)


@pytest.mark.parametrize(
    "mistake, error, text",
    [
        (lambda x: Tensor(np.array([1, 2])), TypeError, "one real number, got ndarray"),
        (lambda x: x + "1", TypeError, "one real number, got str"),
        (lambda x: x**x, TypeError, r"for x \*\* y write \(y \* x.log\(\)\).exp\(\)"),
        (lambda x: (x * x).grad(2.0), TypeError, "along a Tensor, got float: 2.0"),
        (lambda x: derivative(x, "x"), TypeError, "along a Tensor, got str"),
        (lambda x: apply("tan", x), NotImplementedError, "no rule for 'tan': add a row to RULES"),
        (lambda x: doublings(x, 10_000).grad(x), RecursionError, "recursion"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(mistake, error, text):
    with pytest.raises(error, match=text):
        mistake(Tensor(2.0))


def test_exp_and_log_undo_each_other():
    x = Tensor(2.0)
    assert x.exp().log().grad(x).value == pytest.approx(1)
    assert x.log().grad(x).value == 0.5
    assert x.log().grad(x).grad(x).value == -0.25
    assert x.exp().grad(x).value == math.exp(2)
