"""The tracer: run a function once on nodes that write everything down.

A traced node holds its value while f uses it, and the step that made it (steps.py), which stays.
A step also keeps the *name* that the function gave it: whenever an operation runs, the tracer looks
which of the caller's variables hold a traced node.

The tracer is just one more level (see node.py): under `grad` it sees the backward pass too.
"""

import functools
import inspect
import itertools
import linecache
import operator
import sys

import numpy as np

from autodiff_lib.arrays.checks import ESCAPED, as_number
from autodiff_lib.arrays.node import NO_PARAMETERS, NUMBERS, Node, new_level
from autodiff_lib.arrays.operands import is_node, read_only, real_numbers
from autodiff_lib.arrays.reverse import Variable, backward
from autodiff_lib.arrays.rows import ROWS
from autodiff_lib.arrays.structures import flatten, rebuild

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
    if row.kind != "constant" and row.op in trace.expands:
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


def step_of(trace, value, row=None, operands=(), parameters=NO_PARAMETERS, name=None):
    """Return the step that made a value; it keeps the value only where pictures will show it."""
    dtype = getattr(value, "dtype", None) or np.dtype(type(value))
    step = Step(trace, row, operands, parameters, np.shape(value), dtype, name)
    step.value = read_only(value) if trace.keeps_values else None
    return step


class Trace:
    """One traced run: its constants, and the values that Python read.

    expands: names of operations to be traced as what they are composed of. keeps_values: whether
    steps keep their values, for pictures.
    """

    def __init__(self, expands=(), keeps_values=False):
        self.expands, self.keeps_values = expands, keeps_values
        self.number = new_level()
        self.finished = False
        self.next_number = itertools.count().__next__
        self.constants = {}
        self.reads = []
        self.frames = []  # calls of the user's functions that may still name nodes
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


def note_names(trace, frame):
    """Give traced nodes the names of the variables of the user's function that hold them.

    A function may name its last result after its last operation: so a call is looked at once more
    when an operation shows that it is over.
    """
    frame = user_frame(frame)
    if not trace.frames or frame is not trace.frames[-1]:
        running = list_calls(frame, trace.outside)
        for over in reversed([call for call in trace.frames if call not in running]):
            name_nodes(trace, over.f_locals)
        trace.frames = running
    if frame:
        name_nodes(trace, frame.f_locals)


def name_gradient(trace, frame):
    """Name the gradient that a walk back has at hand: x_bar for that of x."""
    while frame and frame.f_code is not backward.__code__:
        frame = frame.f_back if is_of_library(frame.f_globals.get("__name__", "")) else None
    if frame:
        known = frame.f_locals
        name = trace.lines.get((id(known["tape"]), known["line"]))
        if name is not None:
            name_nodes(trace, {f"{name}_bar": known["g"]})


def name_nodes(trace, variables):
    """Give the steps of the traced nodes among some variables their names."""
    for name, value in variables.items():
        if isinstance(value, (Node, np.ndarray)):
            while isinstance(value, Node) and value.level is not trace:
                if isinstance(value, Variable):
                    trace.lines.setdefault((id(value.level.tape), value.line), name)
                value = value.raw
            step = getattr(value, "step", None)
            if isinstance(value, np.ndarray) and id(value) in trace.constants:
                step = trace.constants[id(value)][0]
            if step is not None and step.name is None:
                step.name = name


def note_read(node, value):
    """Note that Python read a value, to branch or to count: the trace is fixed to it."""
    trace = node.level
    if not trace.finished:
        trace.reads.append((node.step, value, describe_line(user_frame(sys._getframe(2)))))
    return value


def user_frame(frame):
    """Return the innermost frame that is neither this package's nor NumPy's."""
    while frame and is_of_library(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return frame


@functools.cache
def is_of_library(module):
    """Tell whether a module is NumPy's or one of the packages that engines are made of."""
    return module.startswith("autodiff_lib.") and module.split(".")[1] in OURS or (
        module.split(".")[0] == "numpy")


def list_calls(frame, outside):
    """Return the calls of the user's functions that led to a frame, the innermost last."""
    calls = []
    while frame and frame is not outside:
        calls.append(frame)
        frame = user_frame(frame.f_back)
    return calls[::-1]


def describe_line(frame):
    """Say where a frame stands: the line itself, its file's name and its number."""
    if frame is None:
        return "an unknown line"
    file, number = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(file, number).strip()
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return f"line {number} of {frame.f_code.co_name}" + (f": {text}" if text else "")


OURS = "arrays", "table", "programs"
LONGEST = 72  # characters of a line that messages show


def record(function, arguments, names=None, **options):
    """Run a function on traced inputs; return its trace, its inputs' steps and its result.

    arguments: numbers, arrays and structures of them; `names` are those of the parameters. Text,
    None and functions among them are passed on as they are.
    """
    trace, inputs, lifted = Trace(**options), [], []
    for position, argument in enumerate(arguments):
        name = names[position] if names else f"x{position}"
        leaves = zip(flatten(argument), leaf_names(argument, name), strict=True)
        nodes = [
            leaf if is_fixed(leaf) else input_node(trace, as_input(leaf, position), leaf_name)
            for leaf, leaf_name in leaves
        ]
        lifted.append(rebuild(argument, iter(nodes)))
        inputs += [node.step for node in nodes if isinstance(node, Traced)]
    try:
        result = function(*lifted)
    finally:
        trace.finished = True
    for call in reversed(trace.frames):
        name_nodes(trace, call.f_locals)
    trace.frames = trace.outside = None
    return trace, inputs, result


def input_node(trace, value, name):
    """Return the node of an input."""
    return Traced(value, trace, step_of(trace, value, name=name))


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


def leaf_names(argument, name):
    """Return a name for each leaf: W1 for params["W1"], layers_0 for layers[0], x for x."""
    if isinstance(argument, dict):
        parts = [leaf_names(part, f"{key}") for key, part in argument.items()]
    elif isinstance(argument, (list, tuple)):
        parts = [leaf_names(part, f"{name}_{i}") for i, part in enumerate(argument)]
    else:
        return [name]
    return [leaf for part in parts for leaf in part]


def parameter_names(function, count):
    """Return what a function calls its positional arguments: those of *xs are xs_0, xs_1, ..."""
    names = []
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        parameters = ()
    for parameter in parameters:
        if parameter.kind == parameter.VAR_POSITIONAL:
            names += [f"{parameter.name}_{i}" for i in range(count - len(names))]
        elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            names.append(parameter.name)
    return names[:count] + [f"x{i}" for i in range(len(names), count)]


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
