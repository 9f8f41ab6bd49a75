"""Simplify a traced program: fewer operations, the same numbers.

A program is given by its outputs, which are traced nodes. A walk over it, operands before results,
gives every node a replacement. Walks are repeated while they make the program shorter: three or
four in all, however long it is. Simplifying changes the order of roundings at most.
"""

import operator
from collections import Counter

import numpy as np

from autodiff_lib.table.keys import Slot
from autodiff_lib.table.shapes import names_every_entry

from .identities import apply_identity
from .steps import (
    ARITHMETIC,
    in_dependency_order,
    is_number,
    make,
    same_type,
    with_operands,
)


def operations(outputs):
    """Return the nodes of a program that compute something."""
    return [node for node in in_dependency_order(outputs) if node.op is not None]


def rewrite(outputs, replace):
    """Return the outputs of a program in which `replace(node)` stands for every node."""
    order, new = in_dependency_order(outputs), {}
    count_uses(order)
    for node in order:
        operands = tuple([new[id(operand)] for operand in node.operands])
        changed = node
        if any(map(operator.is_not, operands, node.operands)):
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
    stirred = {id(node) for node, uses in zip(nodes, before, strict=True) if node.uses != uses}
    for _ in range(DEEPEST * bool(stirred)):
        stirred |= {id(node) for node in nodes if any(id(x) in stirred for x in node.operands)}
    for node in nodes:
        node.settled = node.settled and id(node) not in stirred


DEEPEST = 2  # operations below the first that an identity looks at, and whose uses matter


def keep_place(node, replacement):
    """Give a new node the name, if it has none, and the place of the one it stands for."""
    if replacement.op is not None:
        replacement.name = replacement.name or node.name
        replacement.number = min(replacement.number, node.number)
    return replacement


def fold_constant(node, known):
    """Compute now what depends on constants only."""
    for operand in node.operands:
        if not operand.constant:
            return node
    if node.op in (None, "broadcast_to"):
        return node
    values = (x.raw for x in node.operands)
    return node.level.constant(node.row.function(*values, **node.parameters))


def share_common(node, known):
    """Compute once what is computed several times; `known` holds what is there already."""
    if node.op is None:
        return node
    operands = [id(operand) for operand in node.operands]
    if node.op in ("add", "mul"):
        operands.sort()
    parameters = frozen(node.parameters) if node.parameters else ()
    first = known.setdefault((id(node.row), *operands, parameters), node)
    if first is not node:
        first.uses += node.uses
    return first


PLAIN = (bool, int, float, str, bytes, np.generic, np.dtype, Slot)  # equal if they print alike


def frozen(value):
    """Return something hashable that is equal for equal parameters, as long as they live."""
    if isinstance(value, dict):
        return tuple((key, frozen(part)) for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(map(frozen, value))
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, slice):
        return "slice", frozen((value.start, value.stop, value.step))
    plain = value is None or value is ... or isinstance(value, PLAIN)
    return type(value).__name__, repr(value) if plain else id(value)


def apply_algebra(node, known):
    """Use identities such as 1 * x = x and x + (-y) = x - y, and those that move entries."""
    if node.settled or (node.op in ARITHMETIC and node.floating < 3):
        return node
    better = apply_identity(node)
    for identity in REARRANGING.get(node.op, ()):
        better = identity(node) if better is None else better
    if better is None:
        node.settled = True
        return node
    return apply_algebra(better, known)


def is_single(node):
    """Tell whether a node is used once only: then it may change along with its user."""
    return node.uses <= 1


def leave_broadcast_to_numpy(node):
    """broadcast_to(x, shape) * y = x * y, if y has that shape already."""
    for position, operand in enumerate(node.operands):
        if operand.op == "broadcast_to":
            operands = list(node.operands)
            operands[position] = operand.operands[0]
            if np.broadcast_shapes(*(x.shape for x in operands)) == node.shape:
                return make(node.op, *operands, like=node, **node.parameters)


def add_in_place(node):
    """x + scatter(y, key) = add_at(x, y, key): no array of zeros."""
    for x, y in (node.operands, node.operands[::-1]):
        if y.op == "scatter" and is_single(y) and x.shape == node.shape:
            return make("add_at", x, y.operands[0], like=node, key=y.parameters["key"])


def combine(op, nodes):
    """Return the sum or product of some nodes, one after the other."""
    total = nodes[0]
    for node in nodes[1:]:
        total = make(op, total, node, like=None, level=total.level)
    return total


def scale_the_smaller(node):
    """(2 * x) * y = x * (2 * y) where y is the smaller array."""
    for x, y in (node.operands, node.operands[::-1]):
        if x.op == "mul" and is_single(x) and y.op is not None and 1 < y.size < x.size:
            for factor, rest in (x.operands, x.operands[::-1]):
                if is_number(factor):
                    small = make("mul", y, factor, like=y)
                    return None if small is None else make("mul", rest, small, like=node)


def sum_of_less(node):
    """sum(-x) = -sum(x); sum over the rows of x @ y = (sum over the rows of x) @ y."""
    (x,) = node.operands
    axis = node.parameters["axis"]
    if x.op == "neg" and is_single(x):
        total = make("sum", x.operands[0], like=node, **node.parameters)
        return None if total is None else make("neg", total, like=node)
    if x.op == "matmul" and is_single(x) and axis in (x.ndim - 2, -2, (x.ndim - 2,)) and x.ndim > 1:
        left, right = x.operands
        if left.ndim == x.ndim and node.parameters["keepdims"]:
            rows = make("sum", left, like=None, level=node.level, axis=axis, keepdims=True)
            return make("matmul", rows, right, like=node)


def sum_of_weighted(node):
    """The sum over the rows of x * w, where w has one column, is wᵀ @ x."""
    (product,) = node.operands
    if product.op != "mul" or product.ndim < 2 or node.dtype.kind != "f":
        return None
    for x, w in (product.operands, product.operands[::-1]):
        shapes = x.shape == product.shape and w.shape == (*x.shape[:-1], 1) != x.shape
        if shapes and node.parameters["axis"] in (-2, x.ndim - 2, (x.ndim - 2,)):
            row = make("swapaxes", w, like=None, level=node.level, axis1=-1, axis2=-2)
            total = make("matmul", row, x, like=None, level=node.level)
            return make("reshape", total, like=node, shape=node.shape)


def drop_on_number(node):
    """A sum, an extreme, a transpose or all of a single number is that number."""
    x = node.operands[0]
    if not x.shape and same_type(x, node):
        return x


def drop_whole(node):
    """x[()] = x[...] = x[:] = x."""
    (x,) = node.operands
    if x.shape == node.shape and names_every_entry(node.parameters["key"]):
        return x


def drop_reshape(node):
    """Reshape to the same shape, twice, or of a reduction with keepdims: once or not at all."""
    (x,) = node.operands
    if x.shape == node.shape:
        return x
    if x.op == "reshape":
        return make("reshape", x.operands[0], like=node, shape=node.shape)
    if x.op in ("sum", "mean", "max", "min") and x.parameters["keepdims"] and is_single(x):
        return make(x.op, *x.operands, like=node, axis=x.parameters["axis"], keepdims=False)


def spell_reshape(node):
    """Squeezing, expanding and flattening are reshaping; so is scatter to x[:, None]."""
    if node.op != "scatter" or names_every_entry(node.parameters["key"]):
        return make("reshape", *node.operands, like=node, shape=node.shape)


def permute_back(node):
    """Scatter to a permutation of one axis is indexing with the inverse permutation."""
    (x,), key = node.operands, node.parameters["key"]
    parts = key if isinstance(key, tuple) else (key,)
    lists = [axis for axis, part in enumerate(parts) if isinstance(part, np.ndarray)]
    others = [part for part in parts if not isinstance(part, np.ndarray)]
    if len(lists) != 1 or x.shape != node.shape or any(part != slice(None) for part in others):
        return None
    (axis,) = lists
    if parts[axis].dtype.kind in "iu" and parts[axis].ndim == 1:
        positions = parts[axis] % x.shape[axis]
        if len(set(positions.tolist())) == x.shape[axis]:
            inverse = (*parts[:axis], np.argsort(positions), *parts[axis + 1 :])
            return make("index", x, like=node, key=inverse)


def rejoin_rows(node):
    """stack([x[0], x[1], x[2]]) = x[0:3], and stack([x[2], x[1], x[0]]) = x[2::-1]."""
    keys = [row.parameters["key"] for row in node.operands if row.op == "index"]
    wholes = {id(row.operands[0]) for row in node.operands if row.op == "index"}
    if len(keys) < len(node.operands) or len(wholes) > 1 or node.parameters["axis"]:
        return None
    if all(type(key) is int and key >= 0 for key in keys):
        whole, first, last = node.operands[0].operands[0], keys[0], keys[-1]
        if keys == list(range(whole.shape[0])):
            return whole
        if keys == list(range(first, last + 1)):
            return make("index", whole, like=node, key=slice(first, last + 1))
        if keys == list(range(first, last - 1, -1)):
            key = slice(first, last - 1 if last else None, -1)
            return make("index", whole, like=node, key=key)


def drop_transpose(node):
    """Transposed twice is not transposed."""
    (x,) = node.operands
    if x.op == "transpose" and not (node.parameters["axes"] or x.parameters["axes"]):
        return x.operands[0]


def drop_stop(node):
    """stop_gradient and +x have no meaning in a program whose gradient is already there."""
    return node.operands[0]


REARRANGING = {
    "mul": (leave_broadcast_to_numpy, scale_the_smaller),
    "index": (drop_whole,),
    **{op: (drop_on_number,) for op in "mean max min prod swapaxes broadcast_to".split()},
    "sum": (drop_on_number, sum_of_less, sum_of_weighted),
    "div": (leave_broadcast_to_numpy,),
    "add": (leave_broadcast_to_numpy, add_in_place),
    "sub": (leave_broadcast_to_numpy,),
    "where": (leave_broadcast_to_numpy,),
    "reshape": (drop_reshape,),
    "squeeze": (spell_reshape,),
    "expand_dims": (spell_reshape,),
    "ravel": (spell_reshape,),
    "scatter": (spell_reshape, permute_back),
    "stack": (rejoin_rows,),
    "transpose": (drop_on_number, drop_transpose),
    "stop_gradient": (drop_stop,),
    "positive": (drop_stop,),
}


def divide_once(outputs):
    """Write x / d as x * (1 / d) where several arrays are divided by d: one division is left.

    Only where 1 / d is no infinity by which the product would be lost.
    """
    divisors = Counter(
        id(node.operands[1])
        for node in operations(outputs)
        if node.op == "div" and node.operands[1].shape and is_never_tiny(node.operands[1])
    )
    if max(divisors.values(), default=0) < 2:
        return outputs
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

    return rewrite(outputs, replace)


def is_never_tiny(node):
    """Tell whether the entries of an array are surely 0 or so large that 1 / x is finite."""
    if node.op in ("sqrt", "cosh"):
        return True
    if node.op is None:
        return node.constant and bool((np.abs(node.raw) > TINY).all())
    if node.op == "sum":
        (e,) = node.operands
        return e.op == "exp" and is_distance_from_top(e.operands[0])
    if node.op == "add":
        x, y = node.operands
        return any(
            is_number(one) and one.raw > TINY and is_never_negative(other)
            for one, other in ((x, y), (y, x))
        )
    return node.op in ("broadcast_to", "reshape") and is_never_tiny(node.operands[0])


def is_never_negative(node):
    """Tell whether the entries of an array are surely no less than 0."""
    if node.op in ("mul", "add", "div"):
        x, y = node.operands
        return (node.op == "mul" and x is y) or (is_never_negative(x) and is_never_negative(y))
    if node.op in ("sum", "mean", "max", "reshape", "broadcast_to", "index"):
        return is_never_negative(node.operands[0])
    known = node.op in ("square", "exp", "abs", "sqrt", "relu")
    return known or (is_number(node) and node.raw >= 0)


def is_distance_from_top(node):
    """Tell whether a node is x - max(x): its largest entry is 0."""
    if node.op != "sub":
        return False
    x, top = node.operands
    if top.op == "where":
        top = top.operands[1]
    return top.op == "max" and top.operands[0] is x


TINY = 1e-30
MOST_WALKS = 20
PASSES = {
    "constants computed in advance": fold_constant,
    "algebra": apply_algebra,
    "common subexpressions": share_common,
}


def improve(saved):
    """Return what applies all passes to one node, and counts in `saved` where they helped."""
    known = {}

    def replace(node):
        for name, simplification in PASSES.items():
            better = simplification(node, known)
            if better is not node:
                saved[name] += 1
                node = better
        return node

    return replace


def simplify(outputs):
    """Walk until nearly nothing changes; return the outputs and what each pass saved."""
    saved, size = Counter(), len(operations(outputs))
    for _ in range(MOST_WALKS):
        before = saved.total()
        outputs = rewrite(outputs, improve(saved))
        if saved.total() - before <= size // 100:
            break
    divided = divide_once(outputs)
    if divided is not outputs:
        outputs = rewrite(divided, improve(saved))
    others = sum(count for name, count in saved.items() if name != "algebra")
    saved["algebra"] = size - len(operations(outputs)) - others
    return outputs, saved
