"""Forward mode: carry a tangent along with every value.

A tangent says how fast a value moves when the inputs move in one direction. The rule table holds
the way back only; its kind tells how the same row runs forward (`PUSH`). Only a "general" row
needs a trick: its rules are linear in g, and the transpose of a linear function is what reverse
mode computes. So the rule is run on an unknown g, and reverse mode is run through the rule.
Source: J. Townsend, "A new trick for calculating Jacobian vector products" (2017).
"""

import numpy as np

from .checks import as_number
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


def tangent_of(out, level):
    """Return the tangent of a result, zeros for one that does not move at this level."""
    return out.tangent if getattr(out, "level", None) is level else zeros_like(as_number(out))


class Forward(Level):
    """One forward pass in one direction."""

    def follow(self, row, mine, out, values, parameters):
        """Push the tangents through an operation; operands without a rule do not move it."""
        pushed = PUSH[row.kind](row, mine, out, values, parameters)
        tangent = sum(pushed[1:], pushed[0]) if pushed else zeros_like(out)
        if tangent.shape != out.shape:
            tangent = np.broadcast_to(tangent, out.shape)
        return Dual(out, self, tangent)


def pull(row, position, g, out, values, parameters):
    """Return g pulled back through one operand's rule."""
    rule = row.rules[position]
    return rule.function(g, *rule.take(values, out, parameters, position))


def push_elementwise(row, mine, out, values, parameters):
    """A diagonal matrix is its own transpose: the rule for going back is the rule for going on."""
    return [
        pull(row, position, node.tangent, out, values, parameters)
        for position, node in mine
        if row.rules[position] is not None
    ]


def push_linear(row, mine, out, values, parameters):
    """A linear operation is its own derivative: what does not move has tangent 0."""
    nodes = dict(mine)
    tangents = [
        nodes[k].tangent if k in nodes else np.zeros(np.shape(value), out.dtype)
        for k, value in enumerate(values)
    ]
    return [row(*tangents, **parameters)]


def push_multilinear(row, mine, out, values, parameters):
    """The product rule: one operand at a time is replaced by its tangent."""
    return [
        row(*values[:position], node.tangent, *values[position + 1 :], **parameters)
        for position, node in mine
        if row.rules[position] is not None
    ]


def push_general(row, mine, out, values, parameters):
    """Transpose each rule: differentiate g -> rule(g) in reverse mode, seeded with the tangent."""
    pushed = []
    for position, node in mine:
        if row.rules[position] is not None:
            level = Reverse()
            g = level.input(zeros_like(out))
            back = pull(row, position, g, out, values, parameters)
            if getattr(back, "level", None) is level:
                pushed.append(backward(level.tape, {back.line: node.tangent})[g.line])
    return pushed


PUSH = {
    "elementwise": push_elementwise,
    "linear": push_linear,
    "multilinear": push_multilinear,
    "general": push_general,
}
