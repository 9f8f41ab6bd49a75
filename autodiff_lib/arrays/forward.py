"""Forward mode: carry a tangent along with every value.

A tangent says how fast a value moves when the inputs move in one direction. The rule table holds
the way back only; its kind tells how the same row runs forward (`PUSH`). Only a "general" row
needs a trick: its rules are linear in g, and the transpose of a linear function is what reverse
mode computes. So the rule is run on an unknown g, and reverse mode is run through the rule.
Source: J. Townsend, "A new trick for calculating Jacobian vector products" (2017).
"""

import numpy as np

from .node import Level, Node
from .reverse import Reverse, backward


class Dual(Node):
    """A node of forward mode: a value and its tangent, of the same shape."""

    __slots__ = ("tangent",)

    def __init__(self, raw, level, tangent):
        self.raw, self.level, self.tangent = raw, level, tangent


def zeros_like(out):
    """Return zeros of the shape of a value; a single number is no array."""
    return np.zeros(out.shape, out.dtype)[()]


class Forward(Level):
    """One forward pass in one direction."""

    def follow(self, row, mine, out, values, parameters):
        """Push the tangents through an operation; operands without a rule do not move it."""
        moving = {position: node.tangent for position, node in mine}
        if row.kind == "linear":
            return Dual(out, self, push_linear(row, moving, out, values, parameters))
        pushed = [
            PUSH[row.kind](row, position, tangent, out, values, parameters)
            for position, tangent in moving.items()
            if row.rules[position] is not None
        ]
        pushed = pushed or [zeros_like(out)]  # nothing moves the result
        tangent = sum(pushed[1:], pushed[0])
        if tangent.shape != out.shape:  # NumPy stretched an operand
            tangent = np.broadcast_to(tangent, out.shape)
        return Dual(out, self, tangent)


def pull(row, position, g, out, values, parameters):
    """Return g pulled back through one operand's rule.

    For an elementwise row this pushes, too: its table has a diagonal only, which is its own
    transpose.
    """
    rule = row.rules[position]
    return rule.function(g, *rule.take(values, out, parameters, position))


def push_linear(row, moving, out, values, parameters):
    """A linear operation is its own derivative: run it on the tangents, 0 for what stands still.

    moving: {position of an operand: its tangent}. All are pushed at once.
    """
    tangents = [
        moving[k] if k in moving else np.zeros(np.shape(value), out.dtype)
        for k, value in enumerate(values)
    ]
    return row(*tangents, **parameters)


def push_multilinear(row, position, tangent, out, values, parameters):
    """The product rule: a tangent takes the place of its operand, the others stay."""
    return row(*values[:position], tangent, *values[position + 1 :], **parameters)


def push_general(row, position, tangent, out, values, parameters):
    """Transpose a rule: differentiate g -> rule(g) in reverse mode, seeded with the tangent."""
    level = Reverse()
    g = level.input(zeros_like(out))
    back = pull(row, position, g, out, values, parameters)
    if getattr(back, "level", None) is not level:  # the rule does without g
        return zeros_like(out)
    return backward(level.tape, {back.line: tangent})[g.line]


PUSH = {"elementwise": pull, "multilinear": push_multilinear, "general": push_general}
