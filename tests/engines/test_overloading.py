"""Operators that record: the values of the chapter, every rule and both sides, the refusals."""

import math
import sys

import numpy as np
import pytest

from autodiff_lib.checking.check import complex_step
from autodiff_lib.engines.overloading import RULES, Number, apply, receive
from autodiff_lib.graphs.operations import OPERATIONS


def gradients(f, *values):
    inputs = [Number(value) for value in values]
    f(*inputs).backward()
    return [x.gradient for x in inputs]


def test_the_diamond():
    x, y, z = Number(3, name="x"), Number(2, name="y"), Number(1, name="z")
    h1, h2 = x * y, y * z
    h = h1 * h2
    o = h**2
    o.backward()
    assert o.value == 144
    assert [n.gradient for n in (x, y, z, h1, h2, h, o)] == [96, 288, 288, 48, 144, 24, 1]
    assert all(type(n.value) is type(n.gradient) is float for n in (x, o))


def test_the_24_example_sends_on_what_came_in_and_not_the_sum():
    a = Number(3)
    b = a * 4
    c = b + 3
    c.backward()
    assert (a.gradient, b.gradient) == (4, 1)
    (c + b * 5).backward()
    assert (a.gradient, b.gradient) == (24, 6)
    (c * (a + 2)).backward()
    assert a.gradient == 35


def test_a_second_backward_gives_the_same():
    a = Number(3)
    e = (a * 4 + 3) * (a + 2)
    for _ in range(3):
        e.backward()
        assert a.gradient == 35


def test_a_value_set_afterwards_changes_neither_value_nor_slopes():
    x = Number(2)
    y = x * x * x
    x.value = 10.0
    y.backward()
    assert (y.value, x.gradient) == (8, 12)


def test_gradients_are_reset_only_where_the_output_reaches():
    a, b = Number(2), Number(5)
    (a * b).backward()
    (a * a).backward()
    assert (a.gradient, b.gradient) == (4, 2)


@pytest.mark.parametrize("op", RULES)
def test_each_row_agrees_with_the_complex_step_in_each_operand(op):
    f, values = OPERATIONS[op].value, (0.7, 1.3)[: OPERATIONS[op].spelling.count("{}")]
    found = gradients(lambda *xs: apply(op, *xs), *values)
    assert apply(op, *values).value == pytest.approx(f(*values))
    for i, slope in enumerate(found):

        def along(v, i=i):
            return f(*values[:i], v, *values[i + 1 :])

        assert slope == pytest.approx(complex_step(along, values[i]), rel=1e-12)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: 4 * x + x * 4,
        lambda x: (4 + x) * (x + 4),
        lambda x: (x - 1) * (1 - x),
        lambda x: x / 2 - 2 / x,
        lambda x: x**3 + 2**x + x**x,
        lambda x: -(x**-2) * sum([x, x]),
        lambda x: (x.exp() if isinstance(x, Number) else np.exp(x)) * x,
        lambda x: (x.log() if isinstance(x, Number) else np.log(x)) / x,
    ],
)
def test_operators_on_both_sides_agree_with_the_complex_step(f):
    assert gradients(f, 1.7) == [pytest.approx(complex_step(f, 1.7), rel=1e-12)]


def test_powers_at_zero_and_of_negative_numbers():
    assert gradients(lambda x, n: x**n, 0, 2) == [0, 0]
    assert gradients(lambda x: x**1, 0) == [1]
    assert gradients(lambda x: x**0, 0) == [0]
    assert gradients(lambda x: x**3, -2) == [12]
    assert math.isnan(gradients(lambda x, n: x**n, -2, 3)[1])
    with pytest.raises(TypeError, match="one real number, got complex"):
        Number(-2) ** 0.5


def test_every_path_is_walked_and_a_deep_graph_meets_the_recursion_limit(monkeypatch):
    calls = 0

    def counted(*args):
        nonlocal calls
        calls += 1
        receive(*args)

    monkeypatch.setattr("autodiff_lib.engines.overloading.receive", counted)
    z = Number(1)
    for _ in range(10):
        z = z + z
    z.backward()
    assert calls == 2**11 - 1
    for _ in range(sys.getrecursionlimit()):
        z = z + 1
    with pytest.raises(RecursionError):
        z.backward()


@pytest.mark.parametrize("bad", ["3", None, 1j, [1], np.array([1.0, 2.0])])
def test_what_is_no_real_number_is_refused_on_either_side(bad):
    x = Number(3)
    for use in (Number, lambda b: x + b, lambda b: b * x, lambda b: x**b):
        with pytest.raises(TypeError, match="a node holds one real number, got"):
            use(bad)


def test_numpy_numbers_stay_numbers_on_the_left():
    product = np.float64(2) * Number(3)
    assert type(product) is Number and product.value == 6


def test_an_operation_without_a_row_says_what_to_add():
    with pytest.raises(NotImplementedError, match="no rule for 'sin': add a row to RULES"):
        apply("sin", 1)


def test_a_row_with_too_few_slopes_is_refused(monkeypatch):
    monkeypatch.setitem(RULES, "mul", RULES["mul"]._replace(slopes=lambda a, b: (b,)))
    with pytest.raises(ValueError):
        (Number(2) * 3).backward()
