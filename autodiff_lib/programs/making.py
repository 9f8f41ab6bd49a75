"""New steps in place of others: their shapes and dtypes are foreseen, nothing is run."""

import functools

import numpy as np

from autodiff_lib.arrays.node import NO_PARAMETERS
from autodiff_lib.arrays.rows import ROWS
from autodiff_lib.table.reductions import kept_shape


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
    return functools.reduce(lambda total, node: make(op, total, node, level=node.level), nodes)


def keep_place(step, replacement):
    """Give a new step the name, if it has none, and the place of the one it stands for."""
    if replacement is not step and replacement.op is not None:
        replacement.name = replacement.name or step.name
        replacement.number = min(replacement.number, step.number)
    return replacement


def foresee(row, steps, parameters, like):
    """Return the shape and dtype of what a row will give, without running it."""
    shapes, kinds = [x.shape for x in steps], map(dtype_or_class, steps)
    if row.result_shape:
        return row.result_shape(*shapes, **parameters), np.result_type(*kinds)
    if row.kind == "elementwise" or isinstance(row.numpy, np.ufunc):
        shape = shapes[0] if len(set(shapes)) == 1 else np.broadcast_shapes(*shapes)
        return shape, elementwise_dtype(row, *kinds)
    if "keepdims" in parameters:
        return reduced_shape(*shapes, **parameters), (like or steps[0]).dtype
    return like.shape, like.dtype


@functools.cache
def elementwise_dtype(row, *kinds):
    """Return the dtype of an operation that works entry by entry on such operands."""
    if isinstance(row.numpy, np.ufunc):
        try:
            return row.numpy.resolve_dtypes((*kinds, None))[-1]
        except (TypeError, ValueError):
            pass
    computes = [kind for i, kind in enumerate(kinds) if row.rules.get(i)]  # a condition does not
    return np.result_type(*(computes or kinds))


def dtype_or_class(step):
    """Return a step's dtype; of a Python number its class, which takes on the other's width."""
    plain = step.constant and type(step.raw) in (bool, int, float)
    return type(step.raw) if plain else step.dtype


def reduced_shape(shape, axis, keepdims, **others):
    """Return the shape of a reduction."""
    kept = kept_shape(shape, axis)
    return kept if keepdims else np.squeeze(np.broadcast_to(0.0, kept), axis).shape
