"""One division instead of several: x / d and y / d as x * (1 / d) and y * (1 / d)."""

from collections import Counter

import numpy as np

from autodiff_lib.programs.making import make
from autodiff_lib.programs.simplify import operations, rewrite
from autodiff_lib.programs.steps import is_number, same_type

TINY = 1e-30


def divide_once(outputs):
    """Write x / d as x * (1 / d) where several arrays are divided by d: one division is left.

    Changes the list of outputs; returns for how many arrays d it did.

    Only where 1 / d is no infinity by which the product would be lost.
    """
    divisors = Counter(
        id(node.operands[1])
        for node in operations(outputs)
        if node.op == "div" and node.operands[1].shape and is_never_tiny(node.operands[1])
    )
    if max(divisors.values(), default=0) < 2:
        return 0
    inverses = {}

    def replace(node):
        if node.op != "div" or divisors[id(node.operands[1])] < 2:
            return node
        x, divisor = node.operands
        if id(divisor) not in inverses:
            inverses[id(divisor)] = make("div", 1.0, divisor, like=divisor)
        inverse = inverses[id(divisor)]
        if inverse is None or is_number(x, 1.0):
            return inverse if inverse is not None and same_type(inverse, node) else node
        better = make("mul", x, inverse, like=node)
        return node if better is None else better

    outputs[:] = rewrite(outputs, replace)
    return len(inverses)


def is_never_tiny(node):
    """Tell whether the entries of an array are surely 0 or so large that 1 / x is finite."""
    if node.op is None:
        return node.constant and bool((np.abs(node.raw) > TINY).all())
    if node.op == "sqrt" or (node.row.least or 0.0) > TINY:
        return True
    if node.op == "sum":
        (e,) = node.operands
        return e.op == "exp" and is_distance_from_top(e.operands[0])
    if node.op == "add":
        x, y = node.operands
        return any(
            is_number(one) and one.raw > TINY and is_never_negative(other)
            for one, other in ((x, y), (y, x))
        )
    return bool(node.row.view) and is_never_tiny(node.operands[0])


def is_never_negative(node):
    """Tell whether the entries of an array are surely no less than 0."""
    if node.op in ("mul", "add", "div"):
        x, y = node.operands
        return (node.op == "mul" and x is y) or (is_never_negative(x) and is_never_negative(y))
    if node.op in ("sum", "mean", "max") or node.row and node.row.view:
        return is_never_negative(node.operands[0])
    least = node.row.least if node.row else node.raw if is_number(node) else None
    return least is not None and least >= 0


def is_distance_from_top(node):
    """Tell whether a node is x - max(x): its largest entry is 0."""
    if node.op != "sub":
        return False
    x, top = node.operands
    if top.op == "where":
        top = top.operands[1]
    return top.op == "max" and top.operands[0] is x
