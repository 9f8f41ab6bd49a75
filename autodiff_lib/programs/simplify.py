"""Simplify a traced program: fewer operations, the same numbers.

A program is given by its outputs, which are steps. A walk over it, operands before results, gives
every step a replacement. Walks are repeated while they make the program shorter: three or
four in all, however long it is. Simplifying changes the order of roundings, and what overflows:
a sum of products that is finite may become an infinite product (identities.py).
"""

from collections import Counter
from functools import partial

from autodiff_lib.graphs.walk import topological_order

from .frozen import frozen
from .identities import IDENTITIES, apply_identity, refuse_circle
from .layout import LAYOUT
from .likely import stir
from .steps import with_operands


def operations(outputs):
    """Return the nodes of a program that compute something."""
    order = topological_order(*outputs)
    return [node for node in order if node.op is not None]


def rewrite(outputs, replace):
    """Return the outputs of a program in which `replace(node)` stands for every node."""
    order, new = topological_order(*outputs), {}
    count_uses(order)
    for node in order:
        operands = tuple([new[id(operand)] for operand in node.operands])
        changed = node
        if operands != node.operands:
            changed = with_operands(node, operands)
        new[id(node)] = keep_place(node, replace(changed))
    return [new[id(output)] for output in outputs]


def count_uses(nodes):
    """Note at each node how often the others use it, and which it is worth looking at again."""
    before = [node.uses for node in nodes]
    for node in nodes:
        node.uses = 0
    for node in nodes:
        for operand in node.operands:
            operand.uses += 1
    stir(nodes, before)


def keep_place(node, replacement):
    """Give a new node the name, if it has none, and the place of the one it stands for."""
    if replacement.op is not None:
        replacement.name = replacement.name or node.name
        replacement.number = min(replacement.number, node.number)
    return replacement


def fold_constant(node):
    """Compute now what depends on constants only."""
    for operand in node.operands:
        if not operand.constant:
            return node
    if node.op in (None, "broadcast_to"):
        return node
    values = (x.raw for x in node.operands)
    number = node.row.function(*values, **node.parameters)
    return node.level.constant(number)


def share_common(node, known):
    """Compute once what is computed several times; `known` holds what is there already."""
    if node.op is None:
        return node
    operands = [id(operand) for operand in node.operands]
    if node.op in ("add", "mul"):
        operands.sort()
    key = (id(node.row), *operands, frozen(node.parameters))
    first = known.setdefault(key, node)
    if first is not node:
        first.uses += node.uses
    return first


def apply_algebra(node, functions, applied=0):
    """Use identities such as 1 * x = x, and functions of a step, by its operation, like them."""
    if node.settled:
        return node
    better = apply_identity(node)
    for function in functions.get(node.op, ()):
        better = function(node) if better is None else better
    if better is None:
        node.settled = True
        return node
    refuse_circle(better, IDENTITIES, applied)
    return apply_algebra(better, functions, applied + 1)


MOST_WALKS = 20


def improve(functions, saved):
    """Return what simplifies one step, and counts in `saved` what each pass replaced."""
    passes = {
        "constants computed in advance": fold_constant,
        "algebra": partial(apply_algebra, functions=functions),
        "common subexpressions": partial(share_common, known={}),
    }

    def replace(node):
        for name, improved in passes.items():
            better = improved(node)
            saved[name] += int(better is not node)
            node = better
        return node

    return replace


def simplify(outputs, functions=LAYOUT):
    """Walk until nearly nothing changes; return the outputs and how many steps each pass replaced.

    functions: {operation: functions of a step that return what stands for it, or None}.
    """
    saved, size = Counter(), len(operations(outputs))
    for _ in range(MOST_WALKS):
        before = saved.total()
        outputs = rewrite(outputs, improve(functions, saved))
        if saved.total() - before <= size // 100:
            break
    return outputs, saved
