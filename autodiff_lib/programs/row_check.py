"""Is a row of identities true of floats? Both sides are computed, and compared.

What is found is a counterexample; a row that passes is true, but for rounding, of the numbers that
were tried. `NUMBERS` are few, and say nothing of four things (identity_rows.py):

- cancelling: powers of two are small and large without a rounding, so that rows which only round
  in another order pass; near numbers, whose difference keeps few digits, are not tried;
- overflow: numbers whose products or sums leave the range of floats are not tried, so a row that
  regroups them may give inf or nan for a number, and a number for inf or nan;
- nan and inf may stand for each other, and inf for -inf, unless `strict`: 2 * inf - inf is nan,
  (2 - 1) * inf is inf;
- so may 0.0 and -0.0.
"""

import itertools
import math

import numpy as np

from autodiff_lib.arrays.rows import ROWS

from .patterns import leaves, read_identity

NUMBERS = [0.0, 1.0, -1.0, 2.0**-70, 2.0**300, math.inf, math.nan, -0.0]


def evaluate(pattern, numbers):
    """Return what a side of a row computes of {letter: number}."""
    if isinstance(pattern, float):
        return pattern
    if isinstance(pattern, str):
        return numbers[pattern]
    operands = [evaluate(part, numbers) for part in pattern[1:]]
    return ROWS[pattern[0]].function(*operands)


def agree(one, other, strict=False):
    """Tell whether two results agree but for rounding.

    inf, -inf and nan may stand for each other, and 0.0 for -0.0, unless `strict`.
    """
    if strict and (one == 0 or not math.isfinite(one)):
        return repr(one) == repr(other)
    if math.isfinite(one) and math.isfinite(other):
        return math.isclose(one, other, rel_tol=1e-12)
    return math.isfinite(one) == math.isfinite(other)


def check_identity(row, numbers=NUMBERS, unsigned="", strict=False):
    """Return the numbers for which a row's sides differ, with both results, or None.

    Every letter takes on every number; those in `unsigned` are the unsigned integers 0, 1 and 200.
    Sides differ if they do so by more than one part in 10 ** 12, or if only one of them is finite;
    with strict=True also if nan, inf, -inf, 0.0 or -0.0 stands for another of these. None says
    nothing about other numbers: give those in question (see above).
    """
    left, right = read_identity(row)
    names = sorted(leaves(left, str))
    choices = [UNSIGNED if x in unsigned else map(np.float64, numbers) for x in names]
    with np.errstate(all="ignore"):
        for some in itertools.product(*choices):
            known = dict(zip(names, some, strict=True))
            results = float(evaluate(left, known)), float(evaluate(right, known))
            if not agree(*results, strict):
                return {x: known[x].item() for x in names}, *results


UNSIGNED = [np.uint8(number) for number in (0, 1, 200)]
