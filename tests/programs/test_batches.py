"""Batches: what a program does many times is done at once, with the same result."""

import numpy as np
import pytest

from autodiff_lib.arrays import (
    Program,
    custom_vjp,
    grad,
    gradient_program,
    sigmoid,
    value_and_grad,
)
from autodiff_lib.arrays.structures import flatten
from autodiff_lib.programs.faster import batches

RNG = np.random.default_rng(0)
X, W = RNG.normal(size=(20, 3)), RNG.normal(size=(4, 3))


def check(f, *arguments):
    """Return the program of f, which agrees with f."""
    program = Program(f, arguments)
    found, expected = program(*arguments), f(*arguments)
    for one, other in zip(flatten(found), flatten(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
    return program


def recurrent(x, w):
    h, total = np.zeros(3), 0.0
    for t in range(len(x)):
        gate = sigmoid(x[t] * w[0] + w[1])
        h = np.tanh(h * w[2] + gate) * gate
        total = total + np.sum(h * w[3]) * (0.1 + t)
    return total


def test_a_loop_over_time_does_at_once_what_does_not_wait():
    program = gradient_program(recurrent, X, W, argnums=(0, 1), value=True)
    value, gradients = value_and_grad(recurrent, (0, 1))(X, W)
    found = program(X, W)
    np.testing.assert_allclose(found[0], value, rtol=1e-12)
    for one, other in zip(found[1], gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
    assert program.saved["done in batches"] > 200
    assert program.source.count("np.tanh") == 20, "each state alone"
    assert program.source.count("np.exp") == 1, "all gates at once"
    assert "gate[3]" in program.source and "= gate[3]" not in program.source
    assert program.source.count("zeros") + program.source.count("+=") < 60


def test_what_waits_for_itself_is_left_alone():
    def f(x):
        for _ in range(12):
            x = np.sin(x)
        return x

    program = check(f, X[0])
    assert program.saved["done in batches"] == 0 and program.source.count("np.sin") == 12


@pytest.mark.parametrize("functions", [(np.sin, np.cos), (np.sin, np.cos, np.tanh)])
def test_lists_that_wait_for_each_other_are_not_all_stacked(functions):
    def f(x):
        """Some go from sin to cos, others from cos to (tanh, and from there to) sin."""
        pairs = zip(functions, functions[1:] + functions[:1], strict=True)
        return [last(np.exp(first(np.exp(row)))) for first, last in pairs for row in x]

    deep, batches.DEEP = batches.DEEP, 1
    try:
        program = check(f, X)
    finally:
        batches.DEEP = deep
    alone = [program.source.count(f"np.{function.__name__}") == 40 for function in functions]
    assert sum(alone) == 1, "one of them has to go step by step"


def test_functions_of_the_user_are_left_alone():
    twice = custom_vjp(x=lambda g: 2.0 * g)(lambda x: 2.0 * x)
    program = gradient_program(lambda x: sum(np.sum(twice(row) ** 2) for row in x), X)
    np.testing.assert_allclose(program(X), 8.0 * X)


def test_small_programs_stay_as_they_are():
    program = gradient_program(recurrent, X[:3], W)
    assert program.saved["done in batches"] == 0 and "gate[" not in program.source


def test_numbers_that_differ_are_stacked_too():
    program = check(lambda x: sum(np.sin(x * (0.5 + i)) for i in range(10)), X[0])
    assert program.source.count("np.sin") == 1


def test_sums_of_rows_are_stacked():
    program = check(lambda x: sum(np.sum(np.sin(row)) ** 2 for row in x), X)
    assert program.source.count("sum") == 1 and program.source.count("vecdot") == 1
    kept = lambda x: sum(np.sum(x[i : i + 2], axis=0, keepdims=True) ** 2 for i in range(15))  # noqa: E731
    assert check(kept, X).source.count("sum") <= 2


def test_long_sums_are_sums_of_stacks():
    def f(x):
        parts = [x]
        for _ in range(30):
            parts.append(np.sin(parts[-1]))
        return sum(np.cos(part) for part in parts)

    assert check(f, X[0]).source.count("+") < 10


def test_products_multiply_first_what_is_known_first():
    program = gradient_program(recurrent, X, W)
    assert program.source.count(" * ") < 100, "without: 116"


def test_what_is_added_at_one_place_is_added_up_first():
    def f(x):
        total = 0.0
        for _ in range(10):
            total = np.tanh(total + np.sum(np.sin(x[1]) * total) + np.sum(x[0]))
        return total

    source = gradient_program(f, X).source
    assert source.count("_bar[0] +=") + source.count("[1] +=") <= 2
    np.testing.assert_allclose(gradient_program(f, X)(X), grad(f)(X), rtol=1e-9, atol=1e-12)


def test_rows_are_joined_to_what_they_came_from():
    for key in (slice(None), slice(2, 15), slice(12, 3, -1), slice(12, None, -1)):
        rows = list(range(20))[key]
        program = check(lambda x, rows=rows: np.stack([x[i] for i in rows]) * 2.0, X)
        assert "stack" not in program.source and "array" not in program.source
    program = check(lambda x: np.stack([x[i] for i in (3, 1, 2)]) * 2.0, X)
    assert "np.array([x[3], x[1], x[2]])" in program.source
    across = check(lambda x: np.stack([x[i] for i in range(20)], axis=1) * 2.0, X)
    assert "axis=1" in across.source
    both = check(lambda x, y: np.stack([x[0], y[1]]) * 2.0, X, X + 1.0)
    assert "np.array([x[0], y[1]])" in both.source


def test_operands_of_lower_rank_are_spread_along_their_own_row():
    a, b = RNG.normal(size=(2, 10)), RNG.normal(size=(10, 2, 3))
    program = check(lambda a, b: [np.sin(a[0, i] * b[i]) for i in range(10)], a, b)
    assert program.source.count("np.sin") == 1


def test_a_row_that_is_read_several_times_is_not_overwritten():
    def f(x):
        rows = [np.exp(row) for row in x]
        return [rows[i] * rows[(i + 1) % len(rows)] + rows[i] for i in range(len(rows))]

    check(f, RNG.normal(size=(10, 200)))


hypothesis = pytest.importorskip("hypothesis", reason="python3 run.py test installs Hypothesis")

from tests.arrays.test_properties import programs  # noqa: E402


@hypothesis.settings(max_examples=60, deadline=None, derandomize=True)
@hypothesis.given(programs(), hypothesis.strategies.integers(0, 2))
def test_random_programs_agree_even_if_two_operations_are_many(drawn, deep):
    f, arguments = drawn
    before = batches.FEWEST, batches.SHARED, batches.DEEP
    batches.FEWEST, batches.SHARED, batches.DEEP = 2, 4, 1 + deep
    try:
        program = gradient_program(f, *arguments, argnums=(0, 1))
    finally:
        batches.FEWEST, batches.SHARED, batches.DEEP = before
    for one, other in zip(program(*arguments), grad(f, (0, 1))(*arguments), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-10)
