"""The tracer: run a function once on nodes that write everything down.

A traced node holds its value while f uses it, and the step that made it (steps.py), which stays.
A step also keeps the *name* that the function gave it: whenever an operation runs, the tracer looks
which of the caller's variables hold a traced node.

The tracer does what a level does (see node.py), with an `apply` of its own: under `grad` it sees
the backward pass too.
"""

import itertools
import operator
import sys

import numpy as np

from autodiff_lib.arrays.checks import ESCAPED, as_number
from autodiff_lib.arrays.node import NO_PARAMETERS, NUMBERS, Node, new_level
from autodiff_lib.arrays.operands import is_node, read_only, real_numbers
from autodiff_lib.arrays.rows import ROWS
from autodiff_lib.arrays.structures import flatten, rebuild

from .readers_names import (
    describe_line,
    leaf_names,
    name_at_end,
    name_constants,
    name_gradient,
    note_names,
    parameter_names,
    user_frame,
)
from .steps import Step


class Readable(Node):
    """A node whose value Python may read, to branch, to count, as an index: which is noted."""

    __slots__ = ()
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
    if not all(isinstance(leaf, Traced) and is_free(leaf) for leaf in leaves if is_node(leaf)):
        raise  # noqa: PLE0704
    values = [note_read(x, np.array(x.raw)[()]) if is_node(x) else x for x in leaves]
    arguments, keywords = rebuild((arguments, keywords), iter(values))
    return function(*arguments, **keywords)


def is_free(node):
    """Tell whether a value can be read without losing a derivative: integers, comparisons, ..."""
    return node.dtype.kind != "f" or (node.row is not None and node.row.kind == "constant")


class Traced(Passable):
    """A node of the tracer: a value, which lives while f uses it, and the step that made it."""

    __slots__ = ("step",)

    def __init__(self, raw, level, step):
        self.raw, self.level, self.step = raw, level, step

    row = property(lambda self: self.step.row)
    shape = property(lambda self: self.step.shape)
    ndim = property(lambda self: len(self.step.shape))
    size = property(lambda self: self.step.size)
    dtype = property(lambda self: self.step.dtype)


def find_constant(trace, value):
    """Return the step of a constant: the same for the same number, or array while unchanged.

    This is Trace.constant.
    """
    is_array = isinstance(value, np.ndarray)
    key = id(value) if is_array else (type(value), repr(value))
    step, _ = trace.constants.get(key, (None, None))
    if step is None or (is_array and not is_still(step, value)):
        step = make_constant(trace, value)
        trace.constants[key] = step, value  # kept, so its id stays its own
    return step


def is_still(step, value):
    """Tell whether an array is still the one of which a constant was made."""
    known = step.raw if step.constant else step.operands[0].raw
    return np.array_equal(np.broadcast_to(known, value.shape), value, equal_nan=True)


def write_down(trace, row, operands, parameters=NO_PARAMETERS):
    """Run an operation on the values and write it down: this is Trace.apply."""
    for operand in operands:
        if isinstance(operand, Node) and operand.level.number > trace.number:
            return operand.level.apply(row, operands, parameters)
    if row.composed and trace.expands:
        return row.function(*operands, **parameters)
    steps, values = [], []
    for x in operands:
        if isinstance(x, Traced):
            steps.append(x.step)
            values.append(x.raw)
        else:
            x = x if type(x) in NUMBERS else real_numbers(row, x)
            steps.append(trace.constant(x))
            values.append(x)
    if not trace.finished:
        note_names(trace, sys._getframe(1))
        name_gradient(trace, sys._getframe(1))
    out = row.function(*values, **parameters)
    trace.count += 1
    return Traced(out, trace, step_of(trace, out, row, tuple(steps), parameters))


def step_of(trace, value, row=None, operands=(), parameters=NO_PARAMETERS):
    """Return the step that made a value; it keeps the value only where pictures will show it."""
    dtype = getattr(value, "dtype", None) or np.dtype(type(value))
    step = Step(trace, row, operands, parameters, np.shape(value), dtype)
    step.value = read_only(value) if trace.keeps_values else None
    return step


class Trace:
    """One traced run: its constants, and the values that Python read.

    expands: whether to trace composed rows as what their functions call. keeps_values: whether
    steps keep their values, for pictures.
    """

    def __init__(self, expands=False, keeps_values=False):
        self.expands, self.keeps_values = expands, keeps_values
        self.number = new_level()
        self.finished = False
        self.next_number = itertools.count().__next__
        self.constants = {}
        self.reads = []
        self.frames = []  # calls of the user's functions that may still name nodes
        self.arrays = {}  # what those that are over call their arrays
        self.lines = {}  # (id of a tape, line): what the user's functions call that value
        self.outside = user_frame(sys._getframe(1))
        self.count = 0

    constant = find_constant

    apply = write_down


def is_one_number(array):
    """Tell whether all entries are the same number, zeros of the same sign."""
    first = array.flat[0]
    same = (array == first).all()
    return same and (first or array.dtype.kind != "f" or len(set(np.signbit(array).flat)) == 1)


def make_constant(trace, value):
    """Return the step of a constant: arrays are copied, one number in all places is broadcast."""
    if np.size(value) > 1 and is_one_number(value):
        trace.count += 1
        operands, parameters = (trace.constant(value.flat[0]),), {"shape": value.shape}
        return step_of(trace, value, ROWS["broadcast_to"], operands, parameters)
    step = step_of(trace, value)
    step.raw, step.constant = value.copy() if isinstance(value, np.ndarray) else value, True
    step.value = step.raw
    return step


def note_read(node, value):
    """Note that Python read a value, to branch or to count: the trace is fixed to it."""
    trace = node.level
    if not trace.finished:
        trace.reads.append((node.step, value, describe_line(user_frame(sys._getframe(2)))))
    return value


def record(function, arguments, names=None, **options):
    """Run a function on traced inputs; return its trace, its inputs' steps and its result.

    arguments: numbers, arrays and structures of them; `names` are those of the parameters. Text,
    None and functions among them are passed on as they are.
    """
    trace, inputs, named, lifted = Trace(**options), [], [], []
    for position, argument in enumerate(arguments):
        name = names[position] if names else f"x{position}"
        nodes = [
            leaf if is_fixed(leaf) else input_node(trace, as_input(leaf, position))
            for leaf in flatten(argument)
        ]
        lifted.append(rebuild(argument, iter(nodes)))
        pairs = zip(nodes, leaf_names(argument, name), strict=True)
        named += [leaf_name for node, leaf_name in pairs if isinstance(node, Traced)]
        inputs += [node.step for node in nodes if isinstance(node, Traced)]
        if nodes and nodes[0] is lifted[-1] and isinstance(nodes[0], Traced):
            inputs[-1].name = name  # its own; parts of a structure may be given one by f
    try:
        result = function(*lifted)
    finally:
        trace.finished = True
    for call in reversed(trace.frames):
        name_at_end(trace, call)
    name_constants(trace)
    for step, name in zip(inputs, named, strict=True):
        step.name = step.name or name
    trace.frames = trace.outside = None
    return trace, inputs, result


def input_node(trace, value):
    """Return the node of an input."""
    return Traced(value, trace, step_of(trace, value))


def is_fixed(leaf):
    """Tell whether an argument is none to compute with but one that says what to do."""
    return leaf is None or isinstance(leaf, (str, bytes)) or callable(leaf)


def as_input(leaf, position):
    """Return a leaf as the tracer takes it: integers and bools stay what they are."""
    if is_node(leaf):
        raise TypeError("a program is traced outside of grad: its arguments are plain arrays")
    whole = isinstance(leaf, (bool, int)) or getattr(leaf, "dtype", np.dtype(float)).kind in "iub"
    if whole:
        return np.array(leaf)[()]
    leaf = as_number(leaf, f"argument {position}")
    return leaf.copy() if leaf.shape else leaf


def graph(f, *arguments):
    """Return the step of f(*arguments), with all steps it was made from: to draw, step, count.

    The inputs carry the names of f's parameters. A structure of results gives one of steps.
    """
    names = parameter_names(f, len(arguments))
    trace, _, result = record(f, arguments, names, keeps_values=True)
    steps = [lower_to_trace(leaf, trace) for leaf in flatten(result)]
    return rebuild(result, iter(steps))


def lower_to_trace(leaf, trace):
    """Return the step of a result: what does not depend on an input is a constant."""
    if is_node(leaf) and leaf.level is not trace:
        raise ValueError(ESCAPED)
    return leaf.step if is_node(leaf) else trace.constant(as_number(leaf, "the result"))
