"""The best slope that calls of a function can give, to compare a claimed gradient with.

The complex step where the function allows it and differences confirm it; else differences, with
an honest estimate of how far they may be off; and at a kink the slopes on both sides.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from autodiff_lib.checking.nudging import central_difference, complex_step, forward_difference


@dataclass(frozen=True)
class Reference:
    """A measured slope: nan if there is none, such as at a jump."""

    slope: float
    uncertainty: float
    exact: bool = False  # right to the last digits
    sides: tuple | None = None  # at a kink: the slopes to the left and to the right

    def __truediv__(self, size):
        sides = self.sides and tuple(side / size for side in self.sides)
        return Reference(self.slope / size, self.uncertainty / size, self.exact, sides)

    def allows(self, claimed, tolerance):
        """Whether `claimed` is this slope or, at a kink, lies between those of the two sides."""
        low, high = sorted(self.sides or (self.slope, self.slope))
        tolerance += 10 * self.uncertainty
        return low - tolerance <= claimed <= high + tolerance


def reference_slope(f, x):
    """The slope of f at x, measured with ever smaller steps, as a Reference.

    Central differences with h and h/2 give a third whose error shrinks like h**4 (Richardson).
    The complex step is exact, but silently wrong for an f that uses abs or real parts, so it
    counts only if the differences confirm it.
    """
    f, best = quiet(f), Reference(np.nan, np.inf)
    for h in (2**-10, 2**-14, 2**-18, 2**-22):
        wide, narrow = central_difference(f, x, h), central_difference(f, x, h / 2)
        slope = (4 * narrow - wide) / 3
        uncertainty = abs(slope - narrow) + 2**-50 * abs(f(x + h)) / h
        if uncertainty < best.uncertainty:
            best = Reference(slope, uncertainty)
        if uncertainty <= 1e-6 * abs(slope):
            break
    if f(x) == f(x + 2**-10) == f(x - 2**-10) and best.slope == 0:
        return Reference(0.0, 0.0, exact=True)  # f does not change here, so no step can be wrong
    kink, exact = at_kink(f, x), complex_step(f, x)
    if not kink and abs(exact - best.slope) <= 10 * best.uncertainty + 1e-12 * abs(exact):
        return Reference(exact, 0.0, exact=True)
    return kink or best


def at_kink(f, x):
    """A Reference with the slopes on both sides of a kink, with slope nan at a jump; else None.

    At a smooth place the two one-sided slopes close in on each other as h shrinks.
    """
    (left, right), (near_left, near_right) = [
        (forward_difference(f, x, -h), forward_difference(f, x, h)) for h in (2**-10, 2**-18)
    ]
    gap, near_gap = abs(right - left), abs(near_right - near_left)
    steepest = max(abs(near_left), abs(near_right))
    noise = 1e-3 * steepest + 2**-30 * abs(f(x))
    if not near_gap > max(gap / 4, noise):
        return None
    if near_gap > 4 * gap:  # growing: a jump if it is large, else rounding
        return Reference(np.nan, np.inf) if near_gap > steepest / 2 else None
    return Reference((near_left + near_right) / 2, 0.0, sides=(near_left, near_right))


def quiet(f):
    """f, but nan where it fails, or answers a complex number with a real one."""

    def quiet_f(x):
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = f(x)
        except Exception:
            return np.nan * x
        return result if np.iscomplexobj(result) or not np.iscomplexobj(x) else np.nan * x

    return quiet_f
