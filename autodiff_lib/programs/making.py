"""New steps in place of others: their shapes and dtypes are foreseen, nothing is run."""

import functools

import numpy as np

from autodiff_lib.arrays.node import NO_PARAMETERS
from autodiff_lib.arrays.rows import ROWS


def make(op, *operands, like=None, level=None, **parameters):
    """Return a new step, in place of the step `like` and of its shape and dtype, or None.

    Without `like`, shape and dtype are what the operands give; `level` is the trace then.
    """
    row, level = ROWS[op], level or like.level
    steps = tuple([x if hasattr(x, "operands") else level.constant(x) for x in operands])
    shape, dtype = foresee(row, steps, parameters, like)
    if like is not None and (shape, dtype) != (like.shape, like.dtype):
        return None
    step = type(steps[0])(level, row, steps, parameters or NO_PARAMETERS, shape, dtype)
    step.uses, step.wanted = 0, False
    step.number = like.number if like is not None else max([x.number for x in steps])
    return step


def combine(op, nodes):
    """Return the sum or product of some nodes, one after the other."""
    total = nodes[0]
    for node in nodes[1:]:
        total = make(op, total, node, level=total.level)
    return total


def keep_place(step, replacement):
    """Give a new step the name, if it has none, and the place of the one it stands for."""
    if replacement is not step and replacement.op is not None:
        replacement.name = replacement.name or step.name
        replacement.number = min(replacement.number, step.number)
    return replacement


def foresee(row, steps, parameters, like):
    """Return the shape and dtype of what a row will give, without running it."""
    first = steps[0]
    if row.kind == "elementwise" or isinstance(row.numpy, np.ufunc) and row.op != "matmul":
        shapes = {x.shape for x in steps}
        shape = first.shape if len(shapes) == 1 else np.broadcast_shapes(*shapes)
        return shape, elementwise_dtype(row, *map(kind_of, steps))
    if row.op == "sum":
        return reduced_shape(first.shape, **parameters), first.dtype
    if row.op == "matmul":
        batch = np.broadcast_shapes(first.shape[:-2], steps[1].shape[:-2])
        return (*batch, first.shape[-2], steps[1].shape[-1]), np.result_type(*map(kind_of, steps))
    if row.op == "stack":
        return (len(steps), *first.shape), np.result_type(*map(kind_of, steps))
    if row.op == "swapaxes":
        return (*first.shape[:-2], first.shape[-1], first.shape[-2]), first.dtype
    if row.op == "reshape":
        return parameters["shape"], first.dtype
    return like.shape, like.dtype


@functools.cache
def elementwise_dtype(row, *kinds):
    """Return the dtype of an operation that works entry by entry on such operands."""
    if isinstance(row.numpy, np.ufunc):
        try:
            return row.numpy.resolve_dtypes((*kinds, None))[-1]
        except (TypeError, ValueError):
            pass
    return np.result_type(*(kinds[1:] if row.op == "where" else kinds))


def kind_of(step):
    """Return a step's dtype; of a Python number its class, which takes on the other's width."""
    plain = step.constant and type(step.raw) in (bool, int, float)
    return type(step.raw) if plain else step.dtype


def reduced_shape(shape, axis, keepdims):
    """Return the shape of a reduction."""
    axes = range(len(shape)) if axis is None else np.atleast_1d(axis) % max(len(shape), 1)
    if keepdims:
        return tuple(1 if i in axes else size for i, size in enumerate(shape))
    return tuple(size for i, size in enumerate(shape) if i not in axes)
