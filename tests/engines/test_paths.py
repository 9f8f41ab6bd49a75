import math

import numpy as np
import pytest

from autodiff_lib.checking.check import check_grad, complex_step
from autodiff_lib.engines.paths import RULES, Tensor, apply

EXPRESSIONS = [
    (lambda x, y: (x / y - 3) ** 3 * x, 2.0, 1.5),
    (lambda x, y: (1 / x + y * y) * (2 - x), -2.0, 0.5),
    (lambda x, y: x**-2 / y + x**0 + -y, 2.0, -3.0),
    (lambda x, y: x * x * x + y**2 * x, 0.0, 0.5),
    (lambda x, y: x**y * 2**x, 1.5, 2.5),
]


def gradients_of(f, *values):
    inputs = [Tensor(value) for value in values]
    f(*inputs).backward()
    return [x.gradient.value for x in inputs]


def test_the_diamond():
    x, y, z = Tensor(3, name="x"), Tensor(2, name="y"), Tensor(1, name="z")
    o = ((x * y) * (y * z)) ** 2
    o.backward()
    assert (o.value, [v.gradient.value for v in (x, y, z)]) == (144, [96, 288, 288])


@pytest.mark.parametrize(
    ("f", "values", "gradients"),
    [
        (lambda a, b, c: a + b * c, (1, 2, 3), [1, 3, 2]),
        (lambda a, b, c: a + b * (a + c), (1, 2, 3), [3, 4, 2]),
        (lambda a, b, c, d: d * (a * (a + b) + c * (a * (a + b))), (1, 2, 3, 4), [64, 16, 12, 12]),
        (lambda y, m, x, c: (y - (m * x + c)) * (y - (m * x + c)), (1, 2, 3, 4), [-18, 54, 36, 18]),
    ],
)
def test_the_examples_of_the_original(f, values, gradients):
    assert gradients_of(f, *values) == gradients


@pytest.mark.parametrize(("f", "x", "y"), EXPRESSIONS)
def test_gradients_agree_with_the_complex_step(f, x, y):
    assert check_grad(f, gradients_of(f, x, y), x, y)


@pytest.mark.parametrize(("f", "x", "y"), EXPRESSIONS)
def test_second_derivatives_agree_with_the_complex_step_of_the_first(f, x, y):
    def first(x, y=y):
        return complex_step(lambda x: f(x, y), x)

    a = Tensor(x)
    second = f(a, Tensor(y)).grad(a).grad(a).value
    assert second == pytest.approx((first(x + 1e-6) - first(x - 1e-6)) / 2e-6, rel=1e-6, abs=1e-6)


def test_every_unary_rule_gives_the_right_first_and_second_derivative():
    expected = {"neg": 0.0, "exp": math.exp(2), "log": -1 / 4}
    for op in RULES.keys() - {"add", "sub", "mul", "div", "pow"}:
        x = Tensor(2.0)
        first = apply(op, x).grad(x)
        value = {"neg": lambda z: -z}.get(op) or getattr(np, op)
        assert first.value == pytest.approx(complex_step(value, 2.0)), op
        assert first.grad(x).value == pytest.approx(expected[op]), op


def test_local_derivatives_are_expressions_of_the_operands():
    a, b = Tensor(3), Tensor(4)
    product = a * b
    assert product.local_derivatives == (b, a)
    assert a.local_derivatives == ()


def test_a_second_backward_gives_the_same_again():
    a = Tensor(3)
    o = a * a
    for _ in range(3):
        o.backward()
        assert a.gradient.value == 6


def test_grad_stores_nothing_and_is_0_for_a_tensor_that_is_not_used():
    a, b = Tensor(3), Tensor(4)
    slope = (3 * a).grad(a)
    assert slope.value == 3 and slope.grad(a).value == 0 and (3 * a).grad(b).value == 0
    assert a.gradient is None


def test_numbers_may_stand_on_either_side():
    a = Tensor(4)
    results = [2 + a, a + 2, 2 - a, a - 2, 2 * a, a * 2, 2 / a, a / 2, np.float64(2) * a, a**2]
    assert [r.value for r in results] == [6, 6, -2, 2, 8, 8, 0.5, 2, 8, 16]


@pytest.mark.parametrize(
    ("attempt", "error", "message"),
    [
        (lambda a: a + "one", TypeError, "one real number, got str"),
        (lambda a: np.ones(2) * a, TypeError, "one real number, got ndarray"),
        (lambda a: Tensor(1j), TypeError, "one real number, got complex"),
        (lambda a: (-a) ** 0.5, TypeError, "one real number, got complex"),
        (lambda a: a.grad(2), TypeError, "paths end at a Tensor, got int: 2"),
        (lambda a: apply("tan", a), NotImplementedError, "add a row to RULES"),
        (lambda a: type(a).backward(2), TypeError, "paths start from a Tensor, got int"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_next_step(attempt, error, message):
    with pytest.raises(error, match=message):
        attempt(Tensor(3))


@pytest.mark.parametrize(("n", "slope"), [(0, 0), (1, 1), (2, 0)])
def test_powers_at_0(n, slope):
    a, exponent = Tensor(0), Tensor(n)
    assert (a**exponent).grad(a).value == slope
    assert (a**exponent).grad(exponent).value == 0


def test_powers_of_negative_numbers_have_no_slope_along_the_exponent():
    a, n = Tensor(-2), Tensor(3)
    assert (a**n).grad(a).value == 12
    assert math.isnan((a**n).grad(n).value)


def test_slopes_are_those_of_the_present_values_and_results_keep_theirs():
    x = Tensor(2)
    y = x * x
    x.value = 10
    assert (y.value, y.grad(x).value) == (4, 20)


def test_a_result_in_the_middle_keeps_its_value_when_an_input_changes():
    p = Tensor(30)
    takings = p * (100 - 2 * p)
    p.value = 25
    assert (takings.value, takings.grad(p).value) == (1200, 40 - 25 * 2)


def test_backward_leaves_what_the_output_is_not_made_from():
    a, b = Tensor(1), Tensor(5)
    (a * a).backward()
    (b * b).backward()
    assert (a.gradient.value, b.gradient.value, (b * b).grad(a).value) == (2, 10, 0)
