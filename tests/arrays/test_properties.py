"""Random programs: reverse, forward, gradient program and numeric derivative must agree."""

import numpy as np
import pytest

pytest.importorskip("hypothesis", reason="python3 run.py test installs Hypothesis")

from hypothesis import given, settings
from hypothesis import strategies as st

from autodiff_lib.arrays import grad, gradient_program, hvp, jvp, logsumexp
from autodiff_lib.checking.check import check_grad

SHAPES = [(), (1,), (3,), (2, 1), (2, 3)]
UNARY = [
    np.tanh,
    np.sin,
    lambda x: np.exp(-x * x),
    lambda x: np.log(1.5 + x * x),
    lambda x: x / np.sqrt(1 + x**2),
    lambda x: -x,
    lambda x: np.where(x > 100, 0.0, x * x),
]
BINARY = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / (2 + y * y),
    np.hypot,
    np.logaddexp,
    np.arctan2,
]
RESHAPING = [
    lambda x: np.sum(x),
    lambda x: np.mean(x, axis=-1) if x.ndim else x,
    lambda x: np.sum(x, axis=0, keepdims=True) if x.ndim else x,
    lambda x: x.reshape(-1)[:1],
    lambda x: x.reshape(-1)[np.arange(x.size)[::-1]],
    lambda x: x.T,
    lambda x: x[..., None] if x.ndim < 2 else x,
    lambda x: np.concatenate([x, x]) if 0 < x.ndim and x.shape[0] < 3 else x,
    lambda x: logsumexp(x),
    lambda x: x @ x.T if x.ndim else x * 0.5,
    lambda x: np.cumsum(x) if x.ndim == 1 else x,
]


@st.composite
def programs(draw):
    """Draw a function of two arrays that uses earlier results again, and where to evaluate it."""
    steps = draw(st.lists(st.tuples(*[st.integers(0, 1000)] * 4), min_size=1, max_size=8))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    arguments = [rng.uniform(0.3, 1.5, draw(st.sampled_from(SHAPES))) for _ in "xy"]
    constant = rng.uniform(0.5, 1.0, draw(st.sampled_from(SHAPES)))

    def f(x, y):
        values = [x, y, constant, 0.7]
        for kind, which, i, j in steps:
            one, other = values[i % len(values)], values[j % len(values)]
            if kind % 3 == 0:
                new = UNARY[which % len(UNARY)](one)
            elif kind % 3 == 1 or np.ndim(one) == 0:
                if not compatible(np.shape(one), np.shape(other)):
                    other = np.sum(other)
                new = BINARY[which % len(BINARY)](one, other)
            else:
                new = RESHAPING[which % len(RESHAPING)](one)
            values.append(new)
        return sum(np.sum(value) for value in values[2:]) / len(values)

    return f, arguments


def compatible(one, other):
    """Tell whether two shapes broadcast."""
    return all(a == b or 1 in (a, b) for a, b in zip(one[::-1], other[::-1], strict=False))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(programs())
def test_reverse_forward_program_and_numeric_derivative_agree(drawn):
    f, arguments = drawn
    gradients = grad(f, (0, 1))(*arguments)
    assert check_grad(f, gradients, *arguments)

    rng = np.random.default_rng(0)
    directions = tuple(rng.normal(size=x.shape) for x in arguments)
    moved = jvp(f, tuple(arguments), directions)[1]
    expected = sum(np.sum(g * v) for g, v in zip(gradients, directions, strict=True))
    np.testing.assert_allclose(moved, expected, rtol=1e-9, atol=1e-12)

    written = gradient_program(f, *arguments, argnums=(0, 1))(*arguments)
    for one, other in zip(written, gradients, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(programs())
def test_second_derivatives_agree_three_ways(drawn):
    f, (x, y) = drawn
    v = np.random.default_rng(0).normal(size=x.shape)
    forward_over_reverse = hvp(lambda x: f(x, y), x, v)
    reverse_over_reverse = grad(lambda x: np.sum(grad(f)(x, y) * v))(x)
    reverse_over_forward = grad(lambda x: jvp(lambda x: f(x, y), (x,), (v,))[1])(x)
    np.testing.assert_allclose(forward_over_reverse, reverse_over_reverse, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(forward_over_reverse, reverse_over_forward, rtol=1e-8, atol=1e-10)
