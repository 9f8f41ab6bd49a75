"""Nodes: values that an engine follows through a NumPy program.

Every engine (reverse, forward, the tracer) wraps its inputs in nodes of its own *level*. An
operation on nodes is run by the innermost level among them: it takes its own nodes' values out,
runs the operation on those, and wraps the result again. The values may be arrays, or nodes of an
outer level, which then runs in turn: so derivatives of derivatives need nothing of their own. A
level that meets a node of a level inside it hands the whole operation on to that one.

`np.exp(node)` arrives here through NumPy's own protocols, __array_ufunc__ and __array_function__.
"""

import itertools

import numpy as np

from .calls import call_numpy
from .checks import ESCAPED
from .operands import as_constant, read_only
from .rows import BY_FUNCTION

NO_PARAMETERS = {}
NUMBERS = {int, float, bool, np.float64, np.float32}  # surely real
new_level = itertools.count(1).__next__  # an inner derivative always has the higher number


class Node:
    """A value that the engine `level` follows. Use it like the array it holds.

    methods.py gives it +, [] and the rest.
    """

    __slots__ = ("raw", "level")

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        row = BY_FUNCTION.get(ufunc)
        if row is None or keywords or method != "__call__":
            return call_numpy(BY_FUNCTION, ufunc, inputs, keywords, method)
        return self.level.apply(row, inputs, row.parameters)

    def __array_function__(self, function, types, arguments, keywords):
        return call_numpy(BY_FUNCTION, function, arguments, keywords)

    shape = property(lambda self: self.raw.shape)
    ndim = property(lambda self: len(self.raw.shape))
    size = property(lambda self: self.raw.size)
    dtype = property(lambda self: self.raw.dtype)
    value = property(lambda self: read_only(self.raw))  # what it holds, not to be changed

    def __repr__(self):
        return f"{type(self).__name__}({self.raw!r})"


class Level:
    """One run of an engine: it takes nodes apart, runs operations, and follows their results.

    An engine says in `follow` what becomes of a result. `keep` protects constant arrays that the
    way back will need (see guard.py).
    """

    def __init__(self, keep=lambda array: array):
        self.number, self.keep, self.finished = new_level(), keep, False

    def apply(self, row, operands, parameters=NO_PARAMETERS):
        """Run an operation on operands, some of which are nodes; return a node of this level.

        Of a row of kind "constant", such as a comparison, the result itself: nothing follows it.
        """
        values, mine, outer = [], [], None
        for position, operand in enumerate(operands):
            if isinstance(operand, Node):
                if operand.level is self:
                    mine.append((position, operand))
                    operand = operand.raw
                elif operand.level.number > self.number:
                    return operand.level.apply(row, operands, parameters)
                if isinstance(operand, Node):
                    outer = operand.level
            elif type(operand) not in NUMBERS:
                operand = as_constant(row, position, operand, self.keep)
            values.append(operand)
        out = outer.apply(row, values, parameters) if outer else row.function(*values, **parameters)
        if row.kind == "constant":
            return out
        if self.finished:
            raise ValueError(ESCAPED)
        return self.follow(row, mine, out, values, parameters)
