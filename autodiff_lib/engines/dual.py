"""Forward mode: each number carries its slope along, and nothing is kept for a way back.

Built cell by cell in notebooks/09_forward_mode.ipynb.
Notation: a Dual holds a value and a tangent, which is how many times as far the value moves as
the thing nudged. The table is chapter 07's: the same row, read forward.
A derivative inside another has a level of its own, counted from 1, an inner one higher than the
one around it. There only the Duals of that level move; all else is constant.
Limits: one output a call, one direction a call. On a value that another derivative moves only the
rows run that are made of Python's operators (add, sub, mul, div, neg, abs, relu): the others call
`math`, which takes plain numbers.
Source: R. Wengert, "A simple automatic derivative evaluation program" (1964); a level for each
derivative is in J. Siskind and B. Pearlmutter, "Perturbation confusion" (2005).
"""

from itertools import count

from autodiff_lib.engines.manners import Comparison, explained, operators, real
from autodiff_lib.engines.topological import RULES

__all__ = ["Dual", "derivative", "jvp"]

LEVELS = count(1)


def parts(a, level):
    """The value and the tangent of an operand at a level: what is not of it does not move."""
    if isinstance(a, Dual) and a.level == level:
        return a.value, a.tangent
    return real(a, Dual), 0


def apply(op, *operands):
    """The Dual of `op` applied to Duals and plain numbers, at the highest level among them.

    What does not move adds nothing, whatever the slope along it is.
    """
    level = max(a.level for a in operands if isinstance(a, Dual))
    try:
        pairs = [parts(a, level) for a in operands]
        values, tangents = zip(*pairs, strict=True)
        value, slopes = RULES[op](*values)
    except (ArithmeticError, ValueError, TypeError) as error:
        raise explained(error, op, *operands) from None
    rates = zip(slopes, tangents, strict=True)
    moving = [s * t for s, t in rates if isinstance(t, Dual) or t]
    return Dual(value, sum(moving), level)


class Dual(operators(apply, apply), Comparison):
    """A value and its tangent, both plain numbers or Duals of a lower level.

    Raises TypeError for anything else.
    """

    __slots__ = ("value", "tangent", "level")

    def __init__(self, value, tangent=0, level=0):
        self.value = real(value, Dual)
        self.tangent = real(tangent, Dual)
        self.level = level

    def __repr__(self):
        return f"Dual({self.value}, {self.tangent})"


def jvp(f, inputs, tangents):
    """The value of f at `inputs`, and how far it moves if they move by `tangents`: a pair.

    f: a function of len(inputs) numbers that returns one. It runs once, with Duals.
    Raises ValueError unless there is one tangent for each input, TypeError if f returns anything
    but one number.
    """
    if len(inputs) != len(tangents):
        raise ValueError("jvp takes one tangent for each input")
    level = next(LEVELS)
    pairs = zip(inputs, tangents, strict=True)
    output = f(*[Dual(x, t, level) for x, t in pairs])
    if type(output) in [list, tuple, type(None)]:
        raise TypeError(f"f must return one number, not {output}")
    return parts(output, level)


def derivative(f, x):
    """The slope of f, a function of one number, at x."""
    return jvp(f, [x], [1])[1]
