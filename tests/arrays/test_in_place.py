"""`y += 1` on nodes is right, or refused with what to write; it never gives another gradient."""

import copy

import numpy as np
import pytest

from autodiff_lib.arrays import grad, gradient_program, hvp, jvp

X, M = np.array([1.1, 2.3, 3.2]), np.arange(1.0, 7.0).reshape(2, 3)


def another_name(y):
    z = y
    z += 1
    return np.sum(y * y)


def a_part(y):
    v = y[1:]
    v += 10
    return np.sum(y * y)


def rows(y):
    for row in y:
        row /= row.sum()
    return np.sum(y**2)


def centre(y):
    y -= y.mean()


def a_helper(y):
    centre(y)
    return np.sum(y**2)


def another_shape(x):
    y = x * 1.0
    z = y.reshape(-1)
    z **= 2
    return np.sum(y)


def a_returned_one(y):
    z = y.sum(keepdims=True)
    s = z[0:]
    s += 1
    return z.reshape(())


def a_transposed_one(y):
    y.T.__imul__(2.0)
    return np.sum(y)


WRONG = [another_name, a_part, rows, a_helper, another_shape, a_returned_one, a_transposed_one]
WAYS = {
    "grad": lambda f, x: grad(f)(x),
    "jvp": lambda f, x: jvp(f, (x,), (x,)),
    "second": lambda f, x: hvp(f, x, x),
    "program": lambda f, x: gradient_program(f, x),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("f", WRONG, ids=lambda f: f.__name__)
def test_an_array_that_was_changed_for_others_too_is_refused(f, way):
    with pytest.raises(ValueError, match=r"write y = y \+ 1, or y = y.copy\(\)"):
        WAYS[way](f, M)


def test_plain_numpy_would_have_changed_them_all():
    """What is refused is what NumPy does otherwise: f on arrays differs from f on fresh names."""
    for f in WRONG:
        changed = M.copy()
        f(changed)
        assert f in (another_shape, a_returned_one) or not np.array_equal(changed, M)


def total_of_parts(x):
    total = 0.0
    for i, part in enumerate(x):
        total += part * i
    return total


def rebound(x):
    h = x * 2
    h += x
    h *= h
    h -= 1.0
    h /= 2.0
    return np.sum(h)


def a_copy(y):
    z = y.copy()
    z += 1
    return np.sum(y * z)


def other_copies(y):
    a, b, c, d, e = copy.copy(y), copy.deepcopy(y), y.flatten(), y.astype(float), +y
    a += 1
    b *= 2
    c -= 1
    d /= 2
    e **= 2
    return np.sum(y * (a + b + c + d + e))


def a_fancy_part(y):
    part = y[[0, 2]]
    part *= 3
    return np.sum(y) + np.sum(part)


def every_symbol(x):
    h = x * 1.0
    h **= 2
    h %= 7.0
    h @= np.eye(3)
    h //= 2
    return np.sum(h * x)


RIGHT = [total_of_parts, rebound, a_copy, other_copies, a_fancy_part, every_symbol]


@pytest.mark.parametrize("f", RIGHT, ids=lambda f: f.__name__)
def test_what_nobody_else_sees_is_numpys_result(f):
    h = 1e-6
    units = np.eye(3)
    slopes = [(f(X + h * u) - f(X - h * u)) / (2 * h) for u in units]
    np.testing.assert_allclose(grad(f)(X.copy()), slopes, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(gradient_program(f, X)(X), slopes, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(
        grad(lambda x: np.sum(grad(f)(x) ** 2))(X),
        2 * np.stack([hvp(f, X, u) for u in units]) @ grad(f)(X), rtol=1e-6)  # fmt: skip


def test_a_result_of_another_shape_is_refused():
    def f(x):
        y = x * 1.0
        y += np.ones((2, 3))
        return np.sum(y)

    with pytest.raises(ValueError, match=r"\+= cannot .* \(3,\) .* \(2, 3\); write y = y \+"):
        grad(f)(X)


def test_other_runs_are_not_disturbed():
    """A refusal concerns one run only, and only its own level."""
    inner = lambda y: rebound(y) * 1.0  # noqa: E731
    f = lambda x: np.sum(grad(inner)(x) * x)  # noqa: E731
    np.testing.assert_allclose(grad(f)(X), 2 * 9 * X)
    with pytest.raises(ValueError):
        grad(another_name)(X)
    np.testing.assert_allclose(grad(lambda x: np.sum(x * x))(X), 2 * X)
