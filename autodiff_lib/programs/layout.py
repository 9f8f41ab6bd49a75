"""Identities that are no rows: of reshapes, transposes and parts of arrays that are not needed.

They ask for shapes, keys or what is there already, so they are functions: each takes a step and
returns what stands for it, or None. LAYOUT says which steps they are asked about.
"""

import numpy as np

from autodiff_lib.table.shapes import as_tuple, names_every_entry

from .making import make
from .steps import same_type
from .uses import is_single


def fold_constant(step):
    """Compute now what depends on known numbers and arrays only."""
    if step.row.view != "repeated":  # one number in many places is not written out
        values = [x.raw for x in step.operands]
        return step.level.constant(step.row.function(*values, **step.parameters))


def leave_broadcast_to_numpy(step):
    """broadcast_to(x, shape) * y = x * y, if y has that shape already."""
    for position, operand in enumerate(step.operands):
        if operand.op == "broadcast_to":
            operands = list(step.operands)
            operands[position] = operand.operands[0]
            if np.broadcast_shapes(*(x.shape for x in operands)) == step.shape:
                return make(step.op, *operands, like=step, **step.parameters)


def add_in_place(step):
    """x + scatter(y, key) = add_at(x, y, key): no array of zeros."""
    for x, y in (step.operands, step.operands[::-1]):
        if y.op == "scatter" and is_single(y) and x.shape == step.shape:
            return make("add_at", x, y.operands[0], like=step, key=y.parameters["key"])


def drop_idle(step):
    """What keeps shape and dtype keeps all: the axes of a sum, an extreme ... then have size 1.

    So does stop_gradient in a program, whose gradient is already there.
    """
    x = step.operands[0]
    if same_type(x, step):
        return x


def drop_whole(step):
    """x[()] = x[...] = x[:] = x."""
    (x,) = step.operands
    if x.shape == step.shape and names_every_entry(step.parameters["key"]):
        return x


def drop_reshape(step):
    """Reshape of a reshape is one, and of a reduction with keepdims perhaps one without."""
    (x,) = step.operands
    if x.op == "reshape":
        return make("reshape", x.operands[0], like=step, shape=step.shape)
    if x.parameters.get("keepdims") and is_single(x):
        return make(x.op, *x.operands, like=step, **x.parameters | {"keepdims": False})


def spell_reshape(step):
    """Squeezing, expanding and flattening are reshaping."""
    return make("reshape", *step.operands, like=step, shape=step.shape)


def permute_back(step):
    """Scatter to a permutation of one axis is indexing with the inverse permutation."""
    (x,), parts = step.operands, as_tuple(step.parameters["key"])
    lists = [axis for axis, part in enumerate(parts) if isinstance(part, np.ndarray)]
    others = [part for part in parts if not isinstance(part, np.ndarray)]
    if len(lists) != 1 or x.shape != step.shape or any(part != slice(None) for part in others):
        return None
    (axis,) = lists
    if parts[axis].dtype.kind in "iu" and parts[axis].ndim == 1:
        positions = parts[axis] % x.shape[axis]
        if len(set(positions.tolist())) == x.shape[axis]:
            inverse = (*parts[:axis], np.argsort(positions), *parts[axis + 1 :])
            return make("index", x, like=step, key=inverse)


def rejoin_rows(step):
    """stack([x[0], x[1], x[2]]) = x[0:3], and stack([x[2], x[1], x[0]]) = x[2::-1]."""
    if step.parameters["axis"] or any(row.op != "index" for row in step.operands):
        return None
    keys = [row.parameters["key"] for row in step.operands]
    whole, *others = {row.operands[0] for row in step.operands}
    if not others and all(type(key) is int and key >= 0 for key in keys):
        every, first, last = [*range(whole.shape[0])], keys[0], keys[-1]
        forth, back = slice(first, last + 1), slice(first, last - 1 if last else None, -1)
        for key in (forth, back):
            if keys == every[key]:
                return whole if keys == every else make("index", whole, like=step, key=key)


def drop_transpose(step):
    """Transposed twice is not transposed, nor is a vector."""
    x = step.operands[0]
    if x.ndim < 2:
        return x
    if x.op == step.op == "transpose" and not (step.parameters["axes"] or x.parameters["axes"]):
        return x.operands[0]


def reuse_exponentials(step):
    """exp(x - (log(s) + t)) = e / s, if s is the sum of e, and e is exp(x - t), there already.

    So softmax reads off what its logarithm has computed. Where an exp overflows, it is nan.
    """
    (difference,) = step.operands
    if difference.op != "sub" or difference.operands[1].op != "add":
        return None
    x, (one, other) = difference.operands[0], difference.operands[1].operands
    for logarithm, t in ((one, other), (other, one)):
        if logarithm.op == "log" and logarithm.operands[0].op == "sum":
            (s,) = logarithm.operands
            (e,) = s.operands
            if e.op == "exp" and e.operands[0].op == "sub" and e.operands[0].operands == (x, t):
                return make("div", e, s, like=step)


LAYOUT = (  # operations, those of an operand (one of them, if any are named), function
    ("exp", "sub", reuse_exponentials),
    ("mul div add sub where", "broadcast_to", leave_broadcast_to_numpy),
    ("add", "scatter", add_in_place),
    ("sum mean max min prod broadcast_to reshape stop_gradient positive", "", drop_idle),
    ("index", "", drop_whole),
    ("reshape", "", drop_reshape),
    ("squeeze expand_dims ravel", "", spell_reshape),
    ("scatter", "", permute_back),
    ("stack", "index", rejoin_rows),
    ("transpose swapaxes", "", drop_transpose),
)
