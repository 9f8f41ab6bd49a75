"""The tracer: run a function once on nodes that write everything down.

A traced node holds its value while f uses it, and the step that made it (steps.py), which stays.
The tracer does what a level does (see node.py), with an `apply` of its own: under `grad` it sees
the backward pass too. Meanwhile it watches what f calls its values (readers_names.py) and notes
which of them Python reads (reading.py).
"""

import itertools

import numpy as np

from autodiff_lib.arrays.checks import ESCAPED, as_number
from autodiff_lib.arrays.node import NO_PARAMETERS, NUMBERS, Node, new_level
from autodiff_lib.arrays.operands import is_node, read_only, real_numbers
from autodiff_lib.arrays.structures import flatten, rebuild

from .constants import find_constant
from .readers_names import Watch, leaf_names, parameter_names
from .reading import Passable
from .steps import Step


class Traced(Passable):
    """A node of the tracer: a value, which lives while f uses it, and the step that made it."""

    __slots__ = ("step",)

    def __init__(self, raw, level, step):
        self.raw, self.level, self.step = raw, level, step

    row = property(lambda self: self.step.row)


def write_down(trace, row, operands, parameters=NO_PARAMETERS):
    """Run an operation on the values, and write it down: this is Trace.apply."""
    for operand in operands:
        if isinstance(operand, Node) and operand.level.number > trace.number:
            return operand.level.apply(row, operands, parameters)
    if row.composed and trace.expands:
        return row.function(*operands, **parameters)
    steps, values = zip(*[take_apart(trace, row, x) for x in operands], strict=True)
    trace.watch.look()
    trace.count += 1
    out = row.function(*values, **parameters)
    return Traced(out, trace, trace.step(out, row, steps, parameters))


def take_apart(trace, row, operand):
    """Return the step and the value of an operand."""
    if isinstance(operand, Traced):
        return operand.step, operand.raw
    if type(operand) not in NUMBERS:
        operand = real_numbers(row, operand)
    return trace.constant(operand), operand


def step_of(trace, value, row=None, operands=(), parameters=NO_PARAMETERS, name=None):
    """Return the step that made a value, of its shape and dtype: this is Trace.step.

    It keeps the value only where pictures will show it.
    """
    dtype = getattr(value, "dtype", None) or np.dtype(type(value))
    step = Step(trace, row, operands, parameters, np.shape(value), dtype, name)
    step.value = read_only(value) if trace.keeps_values else None
    return step


class Trace:
    """One traced run: its constants, and the values that Python read.

    expands: whether to trace composed rows as what their functions call. keeps_values: whether
    steps keep their values, for pictures.
    """

    apply, step, constant = write_down, step_of, find_constant

    def __init__(self, expands=False, keeps_values=False):
        self.expands, self.keeps_values = expands, keeps_values
        self.number, self.finished = new_level(), False
        self.next_number = itertools.count().__next__
        self.constants, self.reads, self.count = {}, [], 0
        self.watch = Watch(self)

    def input(self, value, name=None):
        """Return a node that holds `value`: the trace begins here."""
        return Traced(value, self, self.step(value, name=name))


def record(function, arguments, names, **options):
    """Run a function on traced inputs; return its trace, its inputs' steps and its result.

    arguments: numbers, arrays and structures of them; `names` are those of the parameters. Text,
    None and functions among them are passed on as they are.
    """
    trace = Trace(**options)
    lifted, inputs = lift_arguments(trace, arguments, names)
    trace.watch.begin()
    try:
        result = function(*lifted)
    finally:
        trace.finished = True
    trace.watch.end(inputs)
    return trace, list(inputs), result


def lift_arguments(trace, arguments, names):
    """Return the arguments with traced leaves, and what to call the step of each, {step: name}."""
    lifted, inputs = [], {}
    for argument, name in zip(arguments, names, strict=True):
        leaves = []
        for leaf, wanted in zip(flatten(argument), leaf_names(argument, name), strict=True):
            if not is_fixed(leaf):  # f may name the parts of a structure itself
                leaf = trace.input(as_input(leaf, name), name if wanted is name else None)
                inputs[leaf.step] = wanted
            leaves.append(leaf)
        lifted.append(rebuild(argument, iter(leaves)))
    return lifted, inputs


def is_fixed(leaf):
    """Tell whether an argument is none to compute with but one that says what to do."""
    return leaf is None or isinstance(leaf, (str, bytes)) or callable(leaf)


def as_input(leaf, name):
    """Return a leaf as the tracer takes it: integers and bools stay what they are."""
    if is_node(leaf):
        raise TypeError("a program is traced outside of grad: its arguments are plain arrays")
    whole = isinstance(leaf, (bool, int)) or getattr(leaf, "dtype", np.dtype(float)).kind in "iub"
    if whole:
        return np.array(leaf)[()]
    leaf = as_number(leaf, f"argument {name}")
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
