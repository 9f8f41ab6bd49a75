"""Numeric derivatives: move an input by a small h and see how far the output moves.

Built cell by cell in notebooks/01_nudging.ipynb.
Notation: h is the step, f the function, x where its slope is wanted.
Limits: real inputs; differences are exact only by luck; one or two runs of f per entry.
"""

from numbers import Number

import numpy as np


def forward_difference(f, x, h=2**-26):
    """The slope of f at x from one step forward; its error shrinks like h.

    h: the step, for an x of about 1; for a larger x take h * abs(x). The default is the square
    root of the rounding error 2**-52: a larger step bends away from the slope, a smaller one
    loses more digits in the subtraction. A power of two is added to x without rounding.
    """
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h=2**-17):
    """The slope of f at x from a step each way; its error shrinks like h**2.

    h: the step, for an x of about 1; for a larger x take h * abs(x). The default is near the
    cube root of the rounding error 2**-52, where bending and rounding cost the same.
    """
    return (f(x + h) - f(x - h)) / (2 * h)


def complex_step(f, x, h=1e-100):
    """The slope of f at x from an imaginary step: nothing is subtracted, no digit is lost.

    f must accept complex numbers: what compares, or calls `math`, raises TypeError, and with abs
    or real parts inside the slope is silently wrong. h is so small that h**2 vanishes beside
    everything else.
    Source: W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real
    functions", SIAM Review 40 (1998).
    """
    return f(x + 1j * h).imag / h


def numeric_gradient(f, *args, slope=central_difference):
    """The gradient of f at args: a tuple with one gradient per argument, shaped like it.

    Moves one entry at a time. args: numbers or arrays; integers are taken as floats; nothing
    is changed. slope: one of the three functions above.
    Raises TypeError for an argument that does not hold real numbers, and ValueError if f
    returns more than one number: add its entries up, or pick one.
    """
    args = [as_floats(arg) for arg in args]
    gradients = []
    for k, arg in enumerate(args):
        slopes = [entry_slope(f, args, k, i, slope) for i in range(arg.size)]
        gradients.append(plain(np.reshape(slopes, arg.shape)))
    return tuple(gradients)


def entry_slope(f, args, k, i, slope):
    """The slope of f as entry i of argument k moves, in steps that fit the entry's size."""
    size = max(1.0, abs(args[k].flat[i]))

    def f_along(t):
        moved = [arg.copy() for arg in args]
        moved[k] = moved[k].astype(type(t))
        moved[k].flat[i] += t * size
        return one_number(f(*map(plain, moved)))

    return slope(f_along, 0.0) / size


def as_floats(arg):
    """A new array of floats that holds `arg`, a number or an array of numbers."""
    array = np.array(arg)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"expected real numbers, got {type(arg).__name__}: {arg!r:.60}")
    return array.astype(float)


def plain(array):
    """A number for an array without axes, else the array itself."""
    return array.item() if array.ndim == 0 else array


def one_number(result):
    """`result`, if it is one number; else an error that says what f returned."""
    if not isinstance(result, (Number, np.ndarray)):
        raise TypeError(f"f must return a number, got {type(result).__name__}: {result!r:.60}")
    if np.shape(result) != ():
        raise ValueError(f"f must return one number, got shape {np.shape(result)}: add them up?")
    return result
