"""Rewrites of programs that gave other numbers away from the example arguments."""

import numpy as np
import pytest

from autodiff_lib.arrays import Program, gradient_program, relu
from autodiff_lib.programs import calling

ONES = np.ones(3)


def test_factors_of_another_shape_are_not_lost_in_batches():
    def f(x, s):
        h = x[0]
        for i in range(1, 12):
            h = np.tanh((h * np.cos(x[i])) * (np.tanh(x[i]) * s[i]))
        return h

    x = np.random.default_rng(0).normal(size=(12, 3))
    program = Program(f, (x, np.ones(12)))
    np.testing.assert_allclose(program(x, 2 * np.ones(12)), f(x, 2 * np.ones(12)))


def test_comparisons_are_not_added_up():
    def g(x, y):
        return np.sum(relu(x) * y + relu(x - 0.5) * y)

    program = gradient_program(g, np.array([-1.0, 0.2]), np.array([1.0, 2.0]))
    y = np.array([1.0, 2.0])
    np.testing.assert_array_equal(program(y, y), 2 * y)


def test_sums_of_truth_values_and_small_integers_keep_their_type():
    def positive(x):
        n = x[0] > 0
        for i in range(1, 12):
            n = n + (x[i] > 0)
        return n * 1.0

    x = np.ones((12, 3))
    np.testing.assert_array_equal(Program(positive, (-x,))(x), ONES)

    def tripled(k, y):
        n = k[0] * 3
        for i in range(1, 12):
            n = n + k[i] * 3
        return n * y

    k = np.full((12, 3), 100, np.int8)
    program = Program(tripled, (np.ones((12, 3), np.int8), ONES))
    np.testing.assert_array_equal(program(k, ONES), tripled(k, ONES))


@pytest.mark.parametrize("n", [1, 3])
def test_a_softmax_of_another_array_is_not_taken_for_one(n):
    def f(x, y):
        top = np.max(y)
        return np.exp(x - (np.log(np.sum(np.exp(y - top))) + top))

    program = Program(f, (np.ones(n), np.ones(n)))
    x, y = 3 * np.ones(n), np.arange(1.0, n + 1)
    np.testing.assert_allclose(program(x, y), f(x, y))


def test_an_array_that_is_an_expression_is_copied_as_a_whole():
    y = np.arange(1.0, 4.0)
    f = lambda x, y: np.sum(y * (x * 0.1)) + np.sum(np.sin(x[:2]))  # noqa: E731
    found = gradient_program(f, y, y)(2 * y, y)
    np.testing.assert_allclose(found, 0.1 * y + np.cos(2 * y) * [1, 1, 0])


@pytest.mark.parametrize("shape", [(1,), (1, 3), (3, 1)])
def test_every_gradient_may_be_written_to(shape):
    for f in (lambda x: np.sum(np.mean(x) ** 2), lambda x: np.sum(np.sum(x, axis=0) ** 2)):
        gradient = gradient_program(f, np.ones(shape))(np.ones(shape))
        gradient *= 0.5


def test_widths_may_be_mixed():
    x = np.ones((20, 3), np.float32)
    mixed = Program(
        lambda x: [np.sin(x[i]) * (0.5 if i % 2 else np.float64(0.5)) for i in range(20)], (x,)
    )
    assert [part.dtype for part in mixed(x)] == [np.float64, np.float32] * 10
    y, wide = np.array(2.0, np.float32), np.array([0.1, 0.2, 0.3])
    program = gradient_program(lambda x, y: np.sum(x * y * wide), x[0], y, argnums=(1,))
    assert program(x[0], y)[0].dtype == np.float32


def test_a_number_that_is_asked_for_its_truth_may_be_another_one():
    f = lambda x: x * 2.0 if np.sum(x) else x  # noqa: E731
    np.testing.assert_array_equal(Program(f, (ONES,))(5 * ONES), 10 * ONES)
    with pytest.raises(ValueError, match="Python read True"):
        Program(f, (ONES,))(0 * ONES)


def test_zeros_of_different_signs_are_different_constants():
    with np.errstate(divide="ignore"):
        program = Program(lambda x: x / np.array([0.0, -0.0]), (np.ones(2),))
        np.testing.assert_array_equal(program(np.ones(2)), [np.inf, -np.inf])


def test_large_factors_are_not_multiplied_in_advance():
    program = Program(lambda x: x * 1e200 * 1e200, (np.zeros(2),))
    np.testing.assert_allclose(program(np.full(2, 1e-300)), np.full(2, 1e100))


def test_a_number_of_pythons_or_numpys_is_converted_without_a_look_at_structures(monkeypatch):
    def f(w, x):
        return np.sum(w * x)

    programs = gradient_program(f, 1.5, np.ones(3)), gradient_program(lambda w, x: w * x, 1.5, 2.0)
    monkeypatch.setattr(calling, "leaves_like", None)
    for number in (2.5, np.float64(2.5)):
        assert programs[0](number, np.full(3, 2.0)) == 6.0
        assert programs[1](number, 4.0) == programs[1](2.5, np.float64(4.0)) == 4.0
    with pytest.raises(TypeError, match="not callable"):
        programs[0](2, np.ones(3))
