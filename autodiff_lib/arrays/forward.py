"""Forward mode: carry a tangent along with every value.

A tangent says how fast a value moves when the inputs move in one direction. The rule table holds
the way back only; its kind tells how the same row runs forward (`PUSH`). Only a "general" row
needs a trick: its rules are linear in g, and the transpose of a linear function is what reverse
mode computes. So the rule is run on an unknown g, and reverse mode is run through the rule.
Source: J. Townsend, "A new trick for calculating Jacobian vector products" (2017).

Built cell by cell in notebooks/09_rules.ipynb.
"""

import numpy as np

from .node import NO_PARAMETERS, Node, evaluate, new_level
from .reverse import ESCAPED, Reverse, backward


class Dual(Node):
    """A node of forward mode: a value and its tangent, of the same shape."""

    __slots__ = ("tangent",)

    def __init__(self, raw, level, tangent):
        self.raw, self.level, self.tangent = raw, level, tangent


class Forward:
    """One forward pass in one direction."""

    def __init__(self):
        self.number = new_level()
        self.finished = False

    def apply(self, row, operands, parameters=NO_PARAMETERS):
        """Run an operation on the values and push the tangents through it."""
        mine = [isinstance(operand, Dual) and operand.level is self for operand in operands]
        values = [x.raw if own else x for x, own in zip(operands, mine, strict=True)]
        tangents = [x.tangent if own else None for x, own in zip(operands, mine, strict=True)]
        out = evaluate(row, values, parameters)
        if row.kind == "constant":
            return out
        if self.finished:
            raise ValueError(ESCAPED)
        tangent = PUSH[row.kind](row, tangents, out, values, parameters)
        if tangent.shape != out.shape:
            tangent = np.broadcast_to(tangent, out.shape)
        return Dual(out, self, tangent)


def push_elementwise(row, tangents, out, values, parameters):
    """A diagonal matrix is its own transpose: the rule for going back is the rule for going on."""
    pushed = []
    for position, tangent in enumerate(tangents):
        rule = None if tangent is None else row.rule(position)
        if rule is not None:
            pushed.append(rule.function(tangent, *rule.collect(position, out, values, parameters)))
    return add_up(pushed, out)


def push_linear(row, tangents, out, values, parameters):
    """A linear operation is its own derivative."""
    filled = [
        np.zeros(value.shape) if tangent is None else tangent
        for tangent, value in zip(tangents, values, strict=True)
    ]
    return evaluate(row, filled, parameters)


def push_multilinear(row, tangents, out, values, parameters):
    """The product rule: one operand at a time is replaced by its tangent."""
    pushed = []
    for position, tangent in enumerate(tangents):
        if tangent is not None and row.rule(position) is not None:
            replaced = [*values[:position], tangent, *values[position + 1 :]]
            pushed.append(evaluate(row, replaced, parameters))
    return add_up(pushed, out)


def push_general(row, tangents, out, values, parameters):
    """Transpose each rule: differentiate g -> rule(g) in reverse mode, seeded with the tangent."""
    pushed = []
    for position, tangent in enumerate(tangents):
        rule = None if tangent is None else row.rule(position)
        if rule is not None:
            level = Reverse(keep=lambda array: array)
            g = level.input(np.zeros(out.shape, out.dtype)[()])
            back = rule.function(g, *rule.collect(position, out, values, parameters))
            if isinstance(back, Node) and back.level is level:
                pushed.append(backward(level, {back.line: tangent}).get(g.line))
    return add_up([tangent for tangent in pushed if tangent is not None], out)


def add_up(tangents, out):
    """Return the sum of some tangents; zeros like `out` if there are none."""
    if not tangents:
        return np.zeros(out.shape, out.dtype)[()]
    total = tangents[0]
    for tangent in tangents[1:]:
        total = total + tangent
    return total


PUSH = {
    "elementwise": push_elementwise,
    "linear": push_linear,
    "multilinear": push_multilinear,
    "general": push_general,
}
