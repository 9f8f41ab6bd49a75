"""Steps: what a program does, one operation each.

A step knows its operation, its operands (steps), its parameters, and the shape and dtype of its
result, but not the result. So it is a node like those of the scalar engines: it can be drawn,
stepped through and counted (`value` is there for pictures), and a program of a million steps keeps
no array alive.
"""

import math

from autodiff_lib.graphs.walk import topological_order


class Step:
    """One operation of a program, an input, or a constant (then `raw` is its value).

    `number` says where in the trace it was made; `value` is there for pictures only. `uses` and
    `wanted` (a rule waits until it is used once only) are for simplify.py: who makes a step sets
    them.
    """

    __slots__ = ("level", "row", "op", "operands", "parameters", "shape", "dtype", "name",
                 "number", "constant", "raw", "value", "uses", "wanted")

    def __init__(self, level, row, operands, parameters, shape, dtype, name=None):
        self.level, self.row = level, row
        self.op = row.op if row else None
        self.operands, self.parameters = operands, parameters
        self.shape, self.dtype, self.name = shape, dtype, name
        self.number = level.next_number()
        self.constant, self.raw = False, None
        self.value = None

    ndim = property(lambda self: len(self.shape))
    size = property(lambda self: math.prod(self.shape))

    def __repr__(self):
        return f"Step({self.op or self.name})"


def is_number(step, *numbers):
    """Tell whether a step is a constant single number (one of those given, if any)."""
    return step.constant and not step.shape and (not numbers or step.raw in numbers)


def with_operands(step, operands):
    """Return a step that does the same to other operands of the same shapes and dtypes."""
    new = type(step)(
        step.level, step.row, operands, step.parameters, step.shape, step.dtype, step.name
    )
    new.uses, new.wanted = step.uses, False
    return new


def same_type(one, other):
    """Tell whether two steps have the same shape and dtype."""
    return one.shape == other.shape and one.dtype == other.dtype


def run_steps(inputs, values, outputs):
    """Compute the value of every step that outputs need, and keep it at the step: for pictures."""
    for step, value in zip(inputs, values, strict=True):
        step.value = value
    for step in topological_order(*outputs):
        if step.op is not None:
            step.value = step.row.function(*(x.value for x in step.operands), **step.parameters)
