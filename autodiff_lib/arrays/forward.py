"""Forward mode: carry a tangent along with every value.

A tangent says how fast a value moves when the inputs move in one direction. The rule table holds
the way back only; its kind tells how the same row runs forward (`PUSH`). Only a "general" row
needs a trick: its rules are linear in g, and the transpose of a linear function is what reverse
mode computes. So the rule is run on an unknown g, and reverse mode is run through the rule.
Source: J. Townsend, "A new trick for calculating Jacobian vector products" (2017).
"""

import numpy as np

from .node import NO_PARAMETERS, NUMBERS, Node, evaluate, new_level, real_numbers
from .reverse import ESCAPED, Reverse, backward


class Dual(Node):
    """A node of forward mode: a value and its tangent, of the same shape."""

    __slots__ = ("tangent",)

    def __init__(self, raw, level, tangent):
        self.raw, self.level, self.tangent = raw, level, tangent


def run_and_push(level, row, operands, parameters=NO_PARAMETERS):
    """Run an operation on the values and push the tangents through it: this is Forward.apply.

    It begins like run_and_note: a loop that both called would cost more than what it does.
    """
    values, moving = [], []
    for position, operand in enumerate(operands):
        if isinstance(operand, Node):
            if operand.level is level:
                moving.append((position, operand.tangent))
                operand = operand.raw
            elif operand.level.number > level.number:
                return operand.level.apply(row, operands, parameters)
        elif type(operand) not in NUMBERS:
            operand = real_numbers(row, operand)
        values.append(operand)
    out = evaluate(row, values, parameters)
    if row.kind == "constant":
        return out
    if level.finished:
        raise ValueError(ESCAPED)
    tangent = PUSH[row.kind](row, moving, out, values, parameters)
    if tangent is None:
        tangent = np.zeros(out.shape, out.dtype)[()]
    elif tangent.shape != out.shape:
        tangent = np.broadcast_to(tangent, out.shape)
    return Dual(out, level, tangent)


class Forward:
    """One forward pass in one direction."""

    def __init__(self):
        self.number = new_level()
        self.finished = False

    apply = run_and_push


def push_elementwise(row, moving, out, values, parameters):
    """A diagonal matrix is its own transpose: the rule for going back is the rule for going on."""
    total = None
    for position, tangent in moving:
        rule = row.rules[position]
        if rule is not None:
            pushed = rule.function(tangent, *rule.collect(position, out, values, parameters))
            total = pushed if total is None else total + pushed
    return total


def push_linear(row, moving, out, values, parameters):
    """A linear operation is its own derivative: what does not move has tangent 0."""
    moving = dict(moving)
    tangents = [
        moving[position] if position in moving else np.zeros(np.shape(value), out.dtype)
        for position, value in enumerate(values)
    ]
    return evaluate(row, tangents, parameters)


def push_multilinear(row, moving, out, values, parameters):
    """The product rule: one operand at a time is replaced by its tangent."""
    total = None
    for position, tangent in moving:
        if row.rules[position] is not None:
            replaced = [*values[:position], tangent, *values[position + 1 :]]
            pushed = evaluate(row, replaced, parameters)
            total = pushed if total is None else total + pushed
    return total


def push_general(row, moving, out, values, parameters):
    """Transpose each rule: differentiate g -> rule(g) in reverse mode, seeded with the tangent."""
    total = None
    for position, tangent in moving:
        rule = row.rules[position]
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
