"""The tracer: run a function once on nodes that write everything down.

A traced node holds its value while f uses it, and the step that made it (steps.py), which stays.
The tracer does what a level does (see node.py), with an `apply` of its own: under `grad` it sees
the backward pass too. Meanwhile it watches what f calls its values (readers_names.py) and notes
which of them Python reads (reading.py).
"""

from autodiff_lib.arrays.node import NO_PARAMETERS, Node

from .logbook import Logbook
from .reading import Passable
from .steps import Step


class Traced(Passable):
    """A node of the tracer: a value, which lives while f uses it, and the step that made it."""

    __slots__ = ("step",)

    def __init__(self, raw, level, step):
        self.raw, self.level, self.step = raw, level, step

    row = property(lambda self: self.step.row)


def take_apart(trace, row, operand):
    """Return the step and the value of an operand."""
    if isinstance(operand, Traced):
        return operand.step, operand.raw
    return trace.take_constant(row, operand)


def note(trace, row, operands, parameters=NO_PARAMETERS):
    """Run an operation on the values, and note it: a new node, with a new step."""
    steps, values = zip(*[take_apart(trace, row, x) for x in operands], strict=True)
    trace.watch.look()
    trace.count += 1
    out = row.function(*values, **parameters)
    return Traced(out, trace, trace.step(out, row, steps, parameters))


def write_down(trace, row, operands, parameters=NO_PARAMETERS):
    """Note an operation, unless an inner level comes first: this is Trace.apply."""
    for x in operands:
        if isinstance(x, Node) and x.level.number > trace.number:
            return x.level.apply(row, operands, parameters)
    if row.composed and trace.expands:
        return row.function(*operands, **parameters)
    return note(trace, row, operands, parameters)


class Trace(Logbook):
    """One traced run."""

    apply, node_class, step_class = write_down, Traced, Step


def record(function, arguments, names, **options):
    """Run a function on traced inputs; return its trace, its inputs' steps and its result.

    arguments: numbers, arrays and structures of them; `names` are those of the parameters. Text,
    None and functions among them are passed on as they are.
    """
    trace = Trace(**options)
    lifted, inputs = trace.lift_arguments(arguments, names)
    with trace.watch:
        result = function(*lifted)
    return trace, inputs, result
