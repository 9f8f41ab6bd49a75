"""Is a row of identities true of floats? Both sides are computed, and compared.

Powers of two are small and large without a rounding, so that rows which only round in another
order pass. Where numbers nearly cancel, two orders of rounding may differ by more than is allowed
here; that counts as rounding, and no such numbers are tried.
"""

import itertools
import math

import numpy as np

from autodiff_lib.arrays.rows import ROWS

from .identities import read_identity

NUMBERS = [0.0, 1.0, -1.0, 2.0**-70, 2.0**300, math.inf, math.nan]


def letters(pattern):
    """Return the letters of a side that stand for something; `:=` names what stands there."""
    if isinstance(pattern, tuple):
        parts = pattern[2:] if pattern[0] == ":=" else pattern[1:]
        return set().union(*map(letters, parts))
    return {pattern} if isinstance(pattern, str) else set()


def evaluate(pattern, numbers):
    """Return what a side of a row computes of {letter: number}; what it names is entered there."""
    if isinstance(pattern, float):
        return pattern
    if isinstance(pattern, str):
        return numbers[pattern]
    if pattern[0] == ":=":
        numbers[pattern[1]] = evaluate(pattern[2], numbers)
        return numbers[pattern[1]]
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
    """
    left, right = read_identity(row)
    names = sorted(letters(left))
    choices = [UNSIGNED if x in unsigned else map(np.float64, numbers) for x in names]
    with np.errstate(all="ignore"):
        for some in itertools.product(*choices):
            known = dict(zip(names, some, strict=True))
            results = float(evaluate(left, known)), float(evaluate(right, known))
            if not agree(*results):
                return {x: known[x].item() for x in names}, *results


UNSIGNED = [np.uint8(number) for number in (0, 1, 200)]
