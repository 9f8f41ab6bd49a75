"""Nodes whose values Python may read: to branch, to count, as an index.

What was read is noted, with the line that read it: the trace is fixed to it, and a program made of
it asks for the same again (expecting.py). What has no derivative may go into any function.
"""

import operator

import numpy as np

from autodiff_lib.arrays.node import Node
from autodiff_lib.arrays.operands import is_node, read_only
from autodiff_lib.arrays.structures import flatten, rebuild

from .readers_names import where_python_reads


class Readable(Node):
    """A node whose value Python may read, to branch, to count, as an index: which is noted."""

    __slots__ = ()
    lost = "would be fixed to this value"
    value = property(lambda self: note_read(self, read_only(self.raw)))

    def __bool__(self):
        return note_read(self, bool(self.raw))

    def __index__(self):
        return note_read(self, operator.index(self.raw))

    def __int__(self):
        return note_read(self, int(self.raw))

    def __float__(self):
        return note_read(self, float(self.raw)) if is_free(self) else super().__float__()

    def __array__(self, dtype=None, copy=None):
        array = note_read(self, np.array(self.raw)) if is_free(self) else super().__array__()
        return array if dtype is None else array.astype(dtype)


class Passable(Readable):
    """A node that may go into NumPy's functions without a rule if it has no derivative."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        try:
            return super().__array_ufunc__(ufunc, method, *inputs, **keywords)
        except NotImplementedError:
            return read_and_run(getattr(ufunc, method), inputs, keywords)

    def __array_function__(self, function, types, arguments, keywords):
        try:
            return super().__array_function__(function, types, arguments, keywords)
        except NotImplementedError:
            return read_and_run(function, arguments, keywords)


def read_and_run(function, arguments, keywords):
    """Run a function without a rule on what can be read; raise the error it made if it cannot."""
    leaves = flatten((arguments, keywords))
    if not all(isinstance(leaf, Readable) and is_free(leaf) for leaf in leaves if is_node(leaf)):
        raise  # noqa: PLE0704
    values = [note_read(x, np.array(x.raw)[()]) if is_node(x) else x for x in leaves]
    arguments, keywords = rebuild((arguments, keywords), iter(values))
    return function(*arguments, **keywords)


def is_free(node):
    """Tell whether a value can be read without losing a derivative: integers, comparisons, ..."""
    return node.dtype.kind != "f" or (node.row is not None and node.row.kind == "constant")


def note_read(node, value):
    """Note that Python read a value, to branch or to count: the trace is fixed to it."""
    trace = node.level
    if not trace.finished:
        trace.reads.append((node.step, value, where_python_reads()))
    return value
