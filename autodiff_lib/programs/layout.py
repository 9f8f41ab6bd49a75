"""Identities that are no rows: of reshapes, transposes and parts of arrays that are not needed.

They ask for shapes, keys or what is there already, so they are functions: each takes a step and
returns what stands for it, or None. LAYOUT says which steps they are asked about.
"""

import numpy as np

from autodiff_lib.table.shapes import names_every_entry

from .making import make
from .steps import same_type
from .uses import is_single


def fold_constant(step):
    """Compute now what depends on known numbers and arrays only."""
    if step.op != "broadcast_to":
        values = [x.raw for x in step.operands]
        return step.level.constant(step.row.function(*values, **step.parameters))


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


def reuse_exponentials(node):
    """exp(x - (log(s) + t)) = e / s, if s is the sum of e, and e is exp(x - t), there already.

    So softmax reads off what its logarithm has computed. Where an exp overflows, it is nan.
    """
    (difference,) = node.operands
    if difference.op != "sub" or difference.operands[1].op != "add":
        return None
    x, (one, other) = difference.operands[0], difference.operands[1].operands
    for logarithm, t in ((one, other), (other, one)):
        if logarithm.op == "log" and logarithm.operands[0].op == "sum":
            (s,) = logarithm.operands
            (e,) = s.operands
            if e.op == "exp" and is_difference(e.operands[0], x, t):
                return make("div", e, s, like=node)


def is_difference(node, x, t):
    """Tell whether a step is x - t."""
    return node.op == "sub" and node.operands[0] is x and node.operands[1] is t


LAYOUT = (  # operations, those of an operand (one of them, if any are named), function
    ("exp", "sub", reuse_exponentials),
    ("mul div add sub where", "broadcast_to", leave_broadcast_to_numpy),
    ("add", "scatter", add_in_place),
    ("sum mean max min prod swapaxes broadcast_to transpose", "", drop_on_number),
    ("index", "", drop_whole),
    ("reshape", "", drop_reshape),
    ("squeeze expand_dims ravel scatter", "", spell_reshape),
    ("scatter", "", permute_back),
    ("stack", "index", rejoin_rows),
    ("transpose", "transpose", drop_transpose),
    ("stop_gradient positive", "", drop_stop),
)
