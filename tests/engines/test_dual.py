"""The engine of chapter 09: right slopes, derivatives inside derivatives, and clear refusals."""

import gc
import math
import random

import numpy as np
import pytest

from autodiff_lib.engines.dual import Dual, apply, derivative, jvp
from autodiff_lib.engines.topological import RULES, Node, grad
from autodiff_lib.graphs.operations import OPERATIONS

STEP = 1e-30


def diamond(x, y, z):
    return ((x * y) * (y * z)) ** 2


@pytest.mark.parametrize(
    "direction, tangent",
    [((1, 0, 0), 96), ((0, 1, 0), 288), ((0, 0, 1), 288), ((1, 1, 1), 672), ((0, 0, 0), 0)],
)
def test_the_diamond_in_five_directions(direction, tangent):
    assert jvp(diamond, (3, 2, 1), direction) == (144, tangent)


@pytest.mark.parametrize("op", RULES)
def test_every_row_is_read_forward_as_it_is_read_backward(op):
    n = OPERATIONS[op].spelling.count("{}")
    for numbers in [(0.7, 1.3), (1.9, -0.4), (2, 3)]:
        nodes = [Node(v) for v in numbers[:n]]
        made = OPERATIONS[op]
        back = grad(_node(op, nodes), *nodes)
        for i in range(n):
            direction = [int(i == j) for j in range(n)]
            value, tangent = jvp(lambda *a: apply(op, *a), numbers[:n], direction)
            assert value == pytest.approx(made.value(*numbers[:n]))
            assert tangent == pytest.approx(back[i])


def _node(op, nodes):
    value, slopes = RULES[op](*[node.value for node in nodes])
    return Node(value, op, tuple(nodes), slopes)


@pytest.mark.parametrize("two", [2, 2.0, np.float64(2), np.int64(2), np.float32(2), True + 1])
@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "pow"])
def test_operators_take_plain_numbers_on_either_side(op, two):
    calculate = OPERATIONS[op].value
    for f in (lambda x: calculate(x, two), lambda x: calculate(two, x)):
        value, tangent = jvp(f, [3.0], [1])
        assert value == f(3.0)
        assert tangent == pytest.approx(f(3.0 + STEP * 1j).imag / STEP)


def test_one_formula_serves_numbers_and_duals():
    def f(x):
        return np.exp(np.sin(x)) * np.float64(2) + np.tanh(x) / np.log(x + 2)

    value, slope = jvp(f, [0.8], [1])
    assert (value, slope) == pytest.approx((f(0.8), f(0.8 + STEP * 1j).imag / STEP))


@pytest.mark.parametrize("seed", range(20))
def test_random_programs_agree_with_chapter_07(seed):
    choose = random.Random(seed)
    program = [(choose.choice("+-*"), choose.random(), choose.random()) for _ in range(20)]

    def f(*inputs):
        made = list(inputs)
        for op, i, k in program:
            a, b = made[int(i * len(made))], made[int(k * len(made))]
            made.append((a + b if op == "+" else a - b if op == "-" else a * b) * 0.5)
        return made[-1] + made[-2].tanh()

    at, along = [[choose.uniform(-1, 1) for _ in range(3)] for _ in range(2)]
    nodes = [Node(v) for v in at]
    slopes = grad(f(*nodes), *nodes)
    _, tangent = jvp(f, at, along)
    assert tangent == pytest.approx(sum(s * t for s, t in zip(slopes, along, strict=True)))


def test_what_does_not_move_adds_nothing_even_where_its_slope_is_nan():
    assert derivative(lambda x: x**2, -3) == -6
    assert jvp(lambda x, n: x**n, (-3, 2), (1, 0)) == (9, -6)


def test_a_row_that_calls_math_runs_inside_on_what_does_not_move_outside():
    assert derivative(lambda x: x * derivative(lambda y: y.exp(), 1), 2) == pytest.approx(math.e)


def test_a_tangent_that_is_0_and_moves_is_not_left_out():
    assert derivative(lambda x: derivative(lambda y: y * y * 3, x), 0) == 6


def test_a_derivative_inside_another_moves_only_its_own_variable():
    assert derivative(lambda x: x * derivative(lambda y: x + y, 1), 1) == 1
    assert derivative(lambda x: x * derivative(lambda y: x * y, 1), 3) == 6
    assert derivative(lambda x: derivative(lambda y: x, 1) + x, 5) == 1
    assert derivative(lambda x: derivative(lambda y: x * y, x), 5) == 1


def test_second_and_third_derivatives():
    def second(x):
        return derivative(lambda y: derivative(lambda z: z * z * z * z, y), x)

    assert second(2) == 48
    assert derivative(second, 2) == 48
    assert derivative(lambda x: derivative(lambda y: 1 / y, x), 2.0) == pytest.approx(0.25)


def test_a_dual_that_outlives_its_derivative_is_a_constant_to_the_next():
    kept = []
    derivative(lambda x: kept.append(x) or x, 2)
    assert derivative(lambda y: kept[0] * y, 3).value == 2


def test_comparisons_go_by_the_value_also_inside():
    def f(x):
        return x * x if x > 0 else -x

    assert (derivative(f, 3), derivative(f, -3)) == (6, -1)
    assert derivative(lambda x: derivative(f, x), 3) == 2


def test_nothing_is_kept():
    def alive():
        return sum(type(v) is Dual for v in gc.get_objects())

    def f(x):
        balance = 0
        for _ in range(1000):
            balance = balance * x + 1
        seen.append(alive() - before)
        return balance

    seen, before = [], alive()
    derivative(f, 1.001)
    assert seen == [2] and alive() == before


def test_a_dual_reads_as_value_and_tangent():
    assert repr(Dual(3, 1) * 2) == "Dual(6, 2)"
    assert repr(Dual(Dual(3, 1), 1)) == "Dual(Dual(3, 1), 1)"


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: Dual("3"), TypeError, "one real number, got str"),
        (lambda: Dual(3, [1]), TypeError, "make one Dual for each number of an array"),
        (lambda: derivative(lambda x: x + "a", 1), TypeError, "add: a Dual holds one real number"),
        (
            lambda: derivative(lambda x: [x], 1),
            TypeError,
            r"return one number, not \[Dual\(1, 1\)\]",
        ),
        (lambda: jvp(lambda x, y: (x, y), (3, 2), (1, 0)), TypeError, r"number, not \(Dual"),
        (lambda: derivative(lambda x: None, 1), TypeError, "f must return one number, not None"),
        (lambda: derivative(lambda x: x.log(), 0), ValueError, r"log\(0\): the value"),
        (lambda: derivative(lambda x: 1 / x, 0), ZeroDivisionError, "1 / 0: the value"),
        (lambda: jvp(diamond, (3, 2, 1), (1, 0)), ValueError, "one tangent for each input"),
        (
            lambda: derivative(lambda x: derivative(lambda y: y.exp(), x), 1),
            TypeError,
            "exp: its row calls math, for plain numbers, and another derivative moves this one",
        ),
        (
            lambda: derivative(lambda x: derivative(lambda y: 2**y, x), 1),
            TypeError,
            "pow: its row calls math, for plain numbers, and another derivative moves this one",
        ),
    ],
)
def test_bad_input_is_refused_with_a_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_row_with_too_few_slopes_is_refused(monkeypatch):
    monkeypatch.setitem(RULES, "mul", lambda a, b: (a * b, (b,)))
    with pytest.raises(ValueError):
        Dual(3, 1) * Dual(2, 1)
