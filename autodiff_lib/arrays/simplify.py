"""Simplify a traced program: fewer operations, the same numbers.

A program is given by its outputs, which are traced nodes. Each pass walks the graph once, operands
before results, and gives every node a replacement. Passes change the order of roundings at most.

Built cell by cell in notebooks/15_gradient_programs.ipynb.
"""

from collections import Counter

import numpy as np

from autodiff_lib.walk import topological_order

from .node import NO_PARAMETERS, evaluate
from .rows import ROWS
from .trace import Traced


def rewrite(outputs, replace):
    """Return the outputs of a program in which `replace(node)` stands for every node."""
    new = {}
    for node in topological_order(*outputs):
        operands = tuple(new[id(operand)] for operand in node.operands)
        if any(one is not other for one, other in zip(operands, node.operands, strict=True)):
            row, parameters = node.row, node.parameters
            changed = Traced(node.raw, node.level, row, operands, parameters, node.name)
        else:
            changed = node
        new[id(node)] = keep_place(node, replace(changed))
    return [new[id(output)] for output in outputs]


def keep_place(node, replacement):
    """Give a new node the name, if it has none, and the place of the one it stands for."""
    if replacement.op is not None:
        replacement.name = replacement.name or node.name
        replacement.number = min(replacement.number, node.number)
    return replacement


def operations(outputs):
    """Return the nodes of a program that compute something."""
    return [node for node in topological_order(*outputs) if node.op is not None]


def is_constant(node):
    """Tell whether a node is a constant of the program."""
    return node.op is None and node.constant


def is_number(node, *numbers):
    """Tell whether a node is a constant single number (one of those given, if any)."""
    return is_constant(node) and not np.shape(node.raw) and (not numbers or node.raw in numbers)


def fold_constants(outputs):
    """Compute now what depends on constants only."""

    def replace(node):
        if node.op in (None, "broadcast_to") or not all(map(is_constant, node.operands)):
            return node
        return node.level.constant(node.raw)

    return rewrite(outputs, replace)


def share_common(outputs):
    """Compute once what is computed several times."""
    known = {}

    def replace(node):
        if node.op is None:
            return node
        operands = [id(operand) for operand in node.operands]
        if node.op in ("add", "mul"):
            operands.sort()
        key = (node.op, id(node.row), *operands, frozen(node.parameters))
        return known.setdefault(key, node)

    return rewrite(outputs, replace)


def frozen(value):
    """Return something hashable that is equal for equal parameters."""
    if isinstance(value, dict):
        return tuple((key, frozen(part)) for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(map(frozen, value))
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    return (type(value).__name__, repr(value))


def apply_algebra(outputs):
    """Use identities such as 1 * x = x and x + (-y) = x - y; see IDENTITIES."""
    uses = Counter(id(operand) for node in topological_order(*outputs) for operand in node.operands)
    single = lambda node: uses[id(node)] <= 1  # noqa: E731

    def replace(node):
        better = node
        while better is not None:
            node = better
            found = (identity(node, single) for identity in IDENTITIES.get(node.op, ()))
            better = next((new for new in found if new is not None), None)
        return node

    return rewrite(outputs, replace)


def make(op, *operands, like, **parameters):
    """Return a new node of a program, in place of the node `like`."""
    row, level = ROWS[op], like.level
    nodes = tuple(x if isinstance(x, Traced) else level.constant(x) for x in operands)
    raw = evaluate(row, [node.raw for node in nodes], parameters)
    if raw.shape != like.raw.shape or raw.dtype != like.raw.dtype:
        return None
    node = Traced(raw, level, row, nodes, parameters or NO_PARAMETERS)
    node.number = like.number
    return node


def drop_one(node, single):
    """x * 1 = x / 1 = x."""
    x, y = node.operands
    if is_number(y, 1.0) and same_type(x, node):
        return x
    if node.op == "mul" and is_number(x, 1.0) and same_type(y, node):
        return y


def spell_minus_one(node, single):
    """-1 * x = -x."""
    x, y = node.operands
    if is_number(x, -1.0) and same_type(y, node):
        return make("neg", y, like=node)


def drop_zero(node, single):
    """x + 0 = x - 0 = x."""
    x, y = node.operands
    if is_number(y, 0.0) and same_type(x, node):
        return x
    if node.op == "add" and is_number(x, 0.0) and same_type(y, node):
        return y


def same_type(one, other):
    """Tell whether two nodes have the same shape and dtype."""
    return one.shape == other.shape and one.dtype == other.dtype


def leave_broadcast_to_numpy(node, single):
    """broadcast_to(x, shape) * y = x * y, if y has that shape already."""
    for position, operand in enumerate(node.operands):
        if operand.op == "broadcast_to":
            operands = list(node.operands)
            operands[position] = operand.operands[0]
            if np.broadcast_shapes(*(x.shape for x in operands)) == node.shape:
                return make(node.op, *operands, like=node, **node.parameters)


def lift_minus(node, single):
    """(-x) * y = -(x * y), the same for division: a minus that moves out may meet another."""
    for position, operand in enumerate(node.operands):
        if operand.op == "neg" and single(operand):
            other = node.operands[1 - position]
            if is_number(other):
                pair = [operand.operands[0], -other.raw]
                return make(node.op, *(pair if position == 0 else pair[::-1]), like=node)
            operands = list(node.operands)
            operands[position] = operand.operands[0]
            inner = make(node.op, *operands, like=node)
            return None if inner is None else make("neg", inner, like=node)


def absorb_minus(node, single):
    """x + (-y) = x - y, x - (-y) = x + y, (-x) + y = y - x, (-x) - y = -(x + y)."""
    x, y = node.operands
    if y.op == "neg":
        return make("sub" if node.op == "add" else "add", x, y.operands[0], like=node)
    if x.op == "neg" and node.op == "add":
        return make("sub", y, x.operands[0], like=node)
    if x.op == "neg" and single(x):
        total = make("add", x.operands[0], y, like=node)
        return None if total is None else make("neg", total, like=node)


def cancel_minus(node, single):
    """-(-x) = x, -(x - y) = y - x, -(x * 2) = x * -2."""
    (x,) = node.operands
    if x.op == "neg":
        return x.operands[0]
    if x.op == "sub" and single(x):
        return make("sub", *x.operands[::-1], like=node)
    if x.op in ("mul", "div") and single(x):
        for position in (0, 1):
            if is_number(x.operands[position]):
                operands = list(x.operands)
                operands[position] = -operands[position].raw
                return make(x.op, *operands, like=node)


def gather_numbers(node, single):
    """(x * 2) * 3 = x * 6, and s * (2 * x) = (s * 2) * x for a single number s."""
    for one, other in (node.operands, node.operands[::-1]):
        if other.op == "mul" and single(other) and not one.shape:
            for factor, rest in (other.operands, other.operands[::-1]):
                if is_number(factor) and (rest.shape or is_number(one)):
                    number = make("mul", one, factor, like=one) if not is_number(one) else None
                    number = one.raw * factor.raw if is_number(one) else number
                    return None if number is None else make("mul", number, rest, like=node)


def add_in_place(node, single):
    """x + scatter(y, key) = add_at(x, y, key): no array of zeros."""
    for x, y in (node.operands, node.operands[::-1]):
        if y.op == "scatter" and single(y) and x.shape == node.shape:
            return make("add_at", x, y.operands[0], like=node, key=y.parameters["key"])


def drop_reshape(node, single):
    """Reshape to the same shape, twice, or of a reduction with keepdims: once or not at all."""
    (x,) = node.operands
    if x.shape == node.shape:
        return x
    if x.op == "reshape":
        return make("reshape", x.operands[0], like=node, shape=node.shape)
    if x.op in ("sum", "mean", "max", "min") and x.parameters["keepdims"] and single(x):
        return make(x.op, *x.operands, like=node, axis=x.parameters["axis"], keepdims=False)


def drop_transpose(node, single):
    """Transposed twice is not transposed."""
    (x,) = node.operands
    if x.op == "transpose" and not (node.parameters["axes"] or x.parameters["axes"]):
        return x.operands[0]


def drop_stop(node, single):
    """stop_gradient and +x have no meaning in a program whose gradient is already there."""
    return node.operands[0]


IDENTITIES = {
    "mul": (drop_one, spell_minus_one, leave_broadcast_to_numpy, lift_minus, gather_numbers),
    "div": (drop_one, leave_broadcast_to_numpy, lift_minus),
    "add": (drop_zero, leave_broadcast_to_numpy, absorb_minus, add_in_place),
    "sub": (drop_zero, leave_broadcast_to_numpy, absorb_minus),
    "neg": (cancel_minus,),
    "where": (leave_broadcast_to_numpy,),
    "reshape": (drop_reshape,),
    "transpose": (drop_transpose,),
    "stop_gradient": (drop_stop,),
    "positive": (drop_stop,),
}
PASSES = {
    "constants computed in advance": fold_constants,
    "algebra": apply_algebra,
    "common subexpressions": share_common,
}


def simplify(outputs):
    """Run the passes until nothing changes; return the outputs and what each pass saved."""
    saved, before = Counter(), len(operations(outputs))
    while True:
        start = before
        for name, simplification in PASSES.items():
            outputs = simplification(outputs)
            after = len(operations(outputs))
            saved[name] += before - after
            before = after
        if before == start:
            return outputs, saved
