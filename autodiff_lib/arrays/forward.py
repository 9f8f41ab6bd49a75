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
from .reverse import ESCAPED, RAW, Reverse, backward


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
        values, tangents, plain = [], [], True
        for operand in operands:
            mine = type(operand) is Dual and operand.level is self
            tangents.append(operand.tangent if mine else None)
            operand = operand.raw if mine else operand
            plain = plain and type(operand) in RAW
            values.append(operand)
        out = row.function(*values, **parameters) if plain else evaluate(row, values, parameters)
        if row.kind == "constant":
            return out
        if self.finished:
            raise ValueError(ESCAPED)
        tangent = PUSH[row.kind](row, tangents, out, values, parameters)
        if tangent is None:
            tangent = np.zeros(out.shape, out.dtype)[()]
        elif tangent.shape != out.shape:
            tangent = np.broadcast_to(tangent, out.shape)
        return Dual(out, self, tangent)


def push_elementwise(row, tangents, out, values, parameters):
    """A diagonal matrix is its own transpose: the rule for going back is the rule for going on."""
    total = None
    for position, tangent in enumerate(tangents):
        rule = None if tangent is None else row.rule(position)
        if rule is not None:
            pushed = rule.function(tangent, *rule.collect(position, out, values, parameters))
            total = pushed if total is None else total + pushed
    return total


def push_linear(row, tangents, out, values, parameters):
    """A linear operation is its own derivative."""
    filled = [
        np.zeros(value.shape) if tangent is None else tangent
        for tangent, value in zip(tangents, values, strict=True)
    ]
    return evaluate(row, filled, parameters)


def push_multilinear(row, tangents, out, values, parameters):
    """The product rule: one operand at a time is replaced by its tangent."""
    total = None
    for position, tangent in enumerate(tangents):
        if tangent is not None and row.rule(position) is not None:
            replaced = [*values[:position], tangent, *values[position + 1 :]]
            pushed = evaluate(row, replaced, parameters)
            total = pushed if total is None else total + pushed
    return total


def push_general(row, tangents, out, values, parameters):
    """Transpose each rule: differentiate g -> rule(g) in reverse mode, seeded with the tangent."""
    total = None
    for position, tangent in enumerate(tangents):
        rule = None if tangent is None else row.rule(position)
        if rule is not None:
            level = Reverse(keep=lambda array: array)
            g = level.input(np.zeros(out.shape, out.dtype)[()])
            back = rule.function(g, *rule.collect(position, out, values, parameters))
            if isinstance(back, Node) and back.level is level:
                pushed = backward(level, {back.line: tangent})[g.line]
                total = pushed if total is None else total + pushed
    return total


PUSH = {
    "elementwise": push_elementwise,
    "linear": push_linear,
    "multilinear": push_multilinear,
    "general": push_general,
}
