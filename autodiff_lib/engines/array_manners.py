"""What an engine on arrays needs besides its idea: what it accepts, and what it refuses.

A refusal names the next step to take. The engine of chapter 05 imports all of it. Nothing here
knows how a derivative is found.
"""

from numbers import Real

import numpy as np


def locked_floats(value):
    """A copy of `value` as an array of floats that cannot be written to.

    Raises TypeError for what is not made of real numbers, and NumPy's ValueError for rows of
    unequal lengths.
    """
    array = np.array(value)
    if array.dtype.kind not in "biuf":  # NumPy's letters for truth values and real numbers
        raise TypeError(f"a Variable holds real numbers, got {type(value).__name__}: {value!r}")
    array = array.astype(float)
    array.flags.writeable = False
    return array


def fill(operand, like):
    """A plain number as an array full of it, shaped like `like`; anything else as it is."""
    return np.full(like.value.shape, operand) if isinstance(operand, Real) else operand


def square(x, n):
    """x ** 2 as a product. Raises ValueError for an n other than 2: it needs a Function."""
    if not isinstance(n, Real) or n != 2:
        raise ValueError(f"** is known for the exponent 2 only, got {n!r}: write a Function for it")
    return x * x


def require_matrices(op, x, y):
    """Raise a ValueError that says what does not fit unless x @ y is a product of matrices."""
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[0]:
        raise ValueError(
            f"{op} takes shapes (n, k) and (k, m), got {x.shape} and {y.shape}; change their "
            "order, transpose one, or write a row as [[1, 2]] and a column as [[1], [2]]"
        )


def require_equal_shapes(op, x, y):
    """Raise a ValueError that says how to go on if two arrays differ in shape."""
    if x.shape != y.shape:
        raise ValueError(
            f"{op} needs two equal shapes, got {x.shape} and {y.shape}; to repeat a row b of "
            "shape (1, m) n times, write np.ones((n, 1)) @ b"
        )


def require_gradients(op, gradients, arrays):
    """Raise a ValueError that names the operation whose backward returned what does not fit."""
    wanted, got = [array.shape for array in arrays], type(gradients).__name__
    if isinstance(gradients, tuple):
        got = [np.shape(gradient) for gradient in gradients]
    if got != wanted:
        raise ValueError(
            f"backward of {op} must return a tuple of gradients, one per operand, "
            f"of shapes {wanted}; got {got}"
        )


def weights_for(value, weights=None):
    """How much each entry of an output counts, as floats: `weights`, or 1 for a single entry.

    Raises ValueError if there are several entries, and not one weight for each.
    """
    if weights is None and value.size == 1:
        weights = np.ones(value.shape)
    if np.shape(weights) != value.shape:
        raise ValueError(
            f"backward starts from one number; an output of shape {value.shape} needs .sum() "
            f"first, or backward(weights) with one weight per entry, not {weights}"
        )
    return locked_floats(weights)
