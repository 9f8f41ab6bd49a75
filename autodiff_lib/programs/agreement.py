"""A program, and the engine, must return what the function itself returns at the examples."""

import numpy as np

from autodiff_lib.arrays.checks import own
from autodiff_lib.arrays.derivatives import value_and_grad
from autodiff_lib.arrays.structures import flatten, rebuild

TWICE = "give the same result when it is called twice (random numbers, data that it changes)"
TOLERANCE = {np.dtype(np.float64): 1e-6, np.dtype(np.float32): 1e-3}


def check_same(found, expected, examples):
    """Raise a ValueError unless a program agrees with the engine at the example arguments."""
    for number, (one, other) in enumerate(zip(flatten(found), flatten(expected), strict=True)):
        if apart := differ(one, other, examples, expected):
            raise ValueError(
                f"result {number} of the program differs from what the function itself returns at "
                f"the example arguments, by up to {apart:.3g}: does the function {TWICE}? If it "
                "does, the program writer is wrong: please report it"
            )


def differ(one, other, *nearby):
    """Return by how much two results differ if that is more than rounding does, else 0.

    Compared with the largest entry: small ones are what is left of large ones that cancel. The
    widest dtypes of what is `nearby` say how much rounding does.
    """
    tolerance = max(TOLERANCE.get(getattr(leaf, "dtype", None), 1e-6) for leaf in flatten(nearby))
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return np.inf
    finite = np.abs(other[np.isfinite(other)].astype(float))
    allowed = tolerance * (finite.max(initial=0.0) + 1e-2)
    if np.allclose(one, other, rtol=0.0, atol=allowed, equal_nan=True):
        return 0
    with np.errstate(all="ignore"):
        return np.abs(one - other).max() or np.inf


def check_value(f, argnums, value, *arguments):
    """Return the engine's gradient, with the value if asked for; refuse an f that differs."""
    found = value_and_grad(f, argnums)(*arguments)
    leaves = (np.float64(x) if type(x) is float else own(x) for x in flatten(arguments))
    try:
        expected = f(*rebuild(arguments, leaves))
    except (AttributeError, TypeError):
        expected = found[0]  # f asks of its arguments what only nodes have
    if apart := differ(found[0], expected, arguments):
        raise ValueError(
            f"on nodes the function returns something else than on arrays, by up to {apart:.3g}: "
            f"does it {TWICE}? If it does, an operation is wrong: please report it"
        )
    return found if value else found[1]
