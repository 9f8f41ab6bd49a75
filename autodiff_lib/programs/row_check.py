"""Is a row of identities true of floats? Both sides are computed, and compared.

Powers of two are small and large without a rounding, so that rows which only round in another
order pass. Where numbers nearly cancel, two orders of rounding may differ by more than is allowed
here; that counts as rounding, and no such numbers are tried. Neither are numbers whose products or
sums leave the range of floats: a row that passes may overflow where the other side does not.
"""

import itertools
import math

import numpy as np

from autodiff_lib.arrays.rows import ROWS

from .patterns import leaves, read_identity

NUMBERS = [0.0, 1.0, -1.0, 2.0**-70, 2.0**300, math.inf, math.nan]


def evaluate(pattern, numbers):
    """Return what a side of a row computes of {letter: number}."""
    if isinstance(pattern, float):
        return pattern
    if isinstance(pattern, str):
        return numbers[pattern]
    operands = [evaluate(part, numbers) for part in pattern[1:]]
    return ROWS[pattern[0]].function(*operands)


def agree(one, other):
    """Tell whether two results agree but for rounding; inf and nan may stand for each other."""
    if math.isfinite(one) and math.isfinite(other):
        return math.isclose(one, other, rel_tol=1e-12)
    return math.isfinite(one) == math.isfinite(other)


def check_identity(row, numbers=NUMBERS, unsigned=""):
    """Return the numbers for which a row's sides differ, with both results, or None.

    Every letter takes on every number; those in `unsigned` are the unsigned integers 0, 1 and 200.
    Sides differ if they do so by more than one part in 10 ** 12, or if only one of them is finite.
    """
    left, right = read_identity(row)
    names = sorted(leaves(left, str))
    choices = [UNSIGNED if x in unsigned else map(np.float64, numbers) for x in names]
    with np.errstate(all="ignore"):
        for some in itertools.product(*choices):
            known = dict(zip(names, some, strict=True))
            results = float(evaluate(left, known)), float(evaluate(right, known))
            if not agree(*results):
                return {x: known[x].item() for x in names}, *results


UNSIGNED = [np.uint8(number) for number in (0, 1, 200)]
