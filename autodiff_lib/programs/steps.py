"""Steps: what a program does, one operation each.

A step knows its operation, its operands (steps), its parameters, and the shape and dtype of its
result, but not the result. So it is a node like those of the scalar engines: it can be drawn,
stepped through and counted (`value` is there for pictures), and a program of a million steps keeps
no array alive.
"""

import math

import numpy as np

from autodiff_lib.arrays.node import NO_PARAMETERS
from autodiff_lib.arrays.rows import ROWS

ARITHMETIC = frozenset("add sub mul div neg sum exp matmul".split())


class Step:
    """One operation of a program, an input, or a constant (then `raw` is its value).

    `floating` says for how many operations back arithmetic is on floats, up to 3: -(-x) is not x
    for unsigned numbers. `settled` says that no identity applies as things are.
    """

    __slots__ = ("level", "row", "op", "operands", "parameters", "shape", "dtype", "name",
                 "number", "constant", "raw", "value", "uses", "floating",
                 "settled")

    def __init__(self, level, row, operands, parameters, shape, dtype, name=None):
        self.level, self.row, self.op = level, row, row and row.op
        self.operands, self.parameters = operands, parameters
        self.shape, self.dtype, self.name = shape, dtype, name
        self.number, self.uses = level.next_number(), 0
        self.constant = self.settled = False
        self.raw = self.value = None
        whole = dtype.kind != "f" and self.op in ARITHMETIC
        self.floating = 0 if whole else 1 + min([x.floating for x in operands], default=2)

    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: math.prod(self.shape))

    def __repr__(self):
        return f"Step({self.op or self.name})"


def is_number(step, *numbers):
    """Tell whether a step is a constant single number (one of those given, if any)."""
    return step.constant and not step.shape and (not numbers or step.raw in numbers)


def is_single(step):
    """Tell whether a step is used once only: then it may change along with its user."""
    return step.uses <= 1


def with_operands(step, operands):
    """Return a step that does the same to other operands of the same shapes and dtypes."""
    new = Step(step.level, step.row, operands, step.parameters, step.shape, step.dtype, step.name)
    new.uses = step.uses
    return new


def same_type(one, other):
    """Tell whether two steps have the same shape and dtype."""
    return one.shape == other.shape and one.dtype == other.dtype


def make(op, *operands, like, level=None, **parameters):
    """Return a new step, in place of the step `like` and of its shape and dtype, or None."""
    row, level = ROWS[op], level or like.level
    steps = tuple(x if isinstance(x, Step) else level.constant(x) for x in operands)
    shape, dtype = foresee(row, steps, parameters, like)
    if like is not None and (shape, dtype) != (like.shape, like.dtype):
        return None
    step = Step(level, row, steps, parameters or NO_PARAMETERS, shape, dtype)
    step.number = like.number if like is not None else max(x.number for x in steps)
    return step


def foresee(row, steps, parameters, like):
    """Return the shape and dtype of what a row will give, without running it."""
    first = steps[0]
    if row.kind == "elementwise" or isinstance(row.numpy, np.ufunc) and row.op != "matmul":
        return np.broadcast_shapes(*(x.shape for x in steps)), elementwise_dtype(row, steps)
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


def elementwise_dtype(row, steps):
    """Return the dtype of an operation that works entry by entry."""
    kinds = [kind_of(x) for x in steps]
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


def in_dependency_order(outputs):
    """Return the steps that outputs are made from, each once, operands before results."""
    order, seen, stack = [], set(), list(reversed(outputs))
    while stack:
        step = stack.pop()
        if step is None:  # all operands of the step below have been listed
            order.append(stack.pop())
        elif id(step) not in seen:
            seen.add(id(step))
            if step.operands:
                stack += step, None
                stack += step.operands[::-1]
            else:
                order.append(step)
    return order


def run_steps(inputs, values, outputs):
    """Compute the value of every step that outputs need, and keep it at the step: for pictures."""
    for step, value in zip(inputs, values, strict=True):
        step.value = value
    for step in in_dependency_order(outputs):
        if step.op is not None:
            step.value = step.row.function(*(x.value for x in step.operands), **step.parameters)
