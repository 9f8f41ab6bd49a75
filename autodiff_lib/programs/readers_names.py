"""The reader's names: what the traced function calls its values, found in its variables.

Whenever an operation runs, the variables of the user's functions that are running are looked at; a
call that is over is looked at once more, with the attributes and the dict entries that its
variables hold, for a function may name its last result after its last operation.
"""

import functools
import inspect
import linecache
import re
import sys

import numpy as np

from autodiff_lib.arrays.guard import COPY_UP_TO
from autodiff_lib.arrays.node import Node
from autodiff_lib.arrays.notes import add_notes
from autodiff_lib.arrays.reverse import Variable, backward

from .frozen import frozen

OURS = re.compile(r"(autodiff_lib\.(arrays|table|programs)|numpy)\b")  # modules engines are made of
is_of_library = functools.cache(OURS.match)
LONGEST = 72  # characters of a line that messages show
BACKWARD = backward.__code__
NOT_USERS = {}  # {id: code} of what is ours or NumPy's, and of tracers wherever they are defined
MOST = 50  # entries of a dict or an object that are looked at


def look_around(watch):
    """Name nodes by the variables of the user's functions, and the gradient at hand.

    The caller is the tracer, whose own variables do not count. While the engine walks back,
    nobody gives names: one look at the variables of its caller is enough.
    """
    if watch.trace.finished:
        return
    frame = sys._getframe(2)
    while frame and frame.f_code is not BACKWARD and not is_users(frame):
        frame = frame.f_back
    back = frame if frame and frame.f_code is BACKWARD else None
    if back is None or back is not watch.back:
        note_names(watch, frame)
    if back is not None:
        name_gradient(watch, back.f_locals)  # asked each time: a frame keeps what it once told
    watch.back = back


class Watch:
    """What a trace learns about names while the user's functions run.

    frames: calls of these that may still name nodes, the innermost first; arrays: what those that
    are over call their arrays; lines: {(id of a tape, line): what the user's functions call that
    value}; inputs: {step of an input: its name, where the user's function has none}. outside: the
    call that runs the user's function; back: the walk back that called the tracer last, if one did.
    """

    look = look_around

    def __init__(self, trace):
        self.trace, tracer = trace, type(trace).apply.__code__
        NOT_USERS[id(tracer)] = tracer
        self.frames, self.arrays, self.lines, self.inputs = [], {}, {}, {}
        self.outside = self.back = None

    def __enter__(self):
        """Note that the caller is about to run the user's function."""
        self.outside = sys._getframe(1)

    def __exit__(self, kind, error, _):
        """End the trace, look once more, and give inputs without a name their own."""
        self.trace.finished = True
        if isinstance(error, (ValueError, IndexError)):
            add_notes(error)
        for call in self.frames if error is None else ():
            name_at_end(self, call)
        name_constants(self)
        for step, name in self.inputs.items():
            step.name = step.name or name
        self.frames = self.outside = self.back = None


def note_names(watch, frame):
    """Give traced nodes the names of the variables of the user's function that hold them."""
    if not watch.frames or frame is not watch.frames[0]:
        running = [*users_calls(frame, watch.outside)]
        for over in watch.frames:
            if over not in running:
                name_at_end(watch, over)
        watch.frames = running
    if watch.frames:
        name_nodes(watch, watch.frames[0].f_locals)


def name_at_end(watch, call):
    """Look at the variables of a call that is over, at globals, one level into what it held."""
    outside = {name: call.f_globals.get(name) for name in call.f_code.co_names}
    for variables in (call.f_locals, outside):
        name_nodes(watch, variables)
        watch.arrays |= {name: x for name, x in variables.items() if isinstance(x, np.ndarray)}
    for value in list(call.f_locals.values()):
        inside = value if isinstance(value, dict) else getattr(value, "__dict__", {})
        if not isinstance(value, Node) and len(inside) <= MOST:
            name_nodes(watch, {name: x for name, x in inside.items() if isinstance(name, str)})


def name_constants(watch):
    """Give constant arrays the names that the user's functions have for them.

    Reverse mode copies small ones, so they are known by what they hold.
    """
    names = {frozen(x): name for name, x in watch.arrays.items() if x.nbytes <= COPY_UP_TO}
    for step, _ in watch.trace.constants.values():
        is_small = isinstance(step.raw, np.ndarray) and step.raw.nbytes <= COPY_UP_TO
        if is_small and step.name is None:
            step.name = names.get(frozen(step.raw))


def name_gradient(watch, known):
    """Name the gradient that a walk back has at hand: x_bar for that of x.

    known: the variables of `backward`.
    """
    name = watch.lines.get((id(known["tape"]), known["line"]))
    if name is not None:
        name_nodes(watch, {f"{name}_bar": known["g"]})


def name_nodes(watch, variables):
    """Give the steps of the traced nodes among some variables their names."""
    for name, value in variables.items():
        if isinstance(value, (Node, np.ndarray)):
            while isinstance(value, Node) and value.level is not watch.trace:
                if isinstance(value, Variable):
                    watch.lines.setdefault((id(value.level.tape), value.line), name)
                value = value.raw
            constant = watch.trace.constants.get(id(value))
            step = constant[0] if constant else getattr(value, "step", None)
            if step is not None and step.name is None:
                step.name = name


def is_users(frame):
    """Tell whether a call is one of a function that is neither ours, NumPy's nor the tracer."""
    code = frame.f_code
    if id(code) not in NOT_USERS:
        if not is_of_library(frame.f_globals.get("__name__", "")):
            return True
        NOT_USERS[id(code)] = code
    return False


def users_calls(frame, outside=None):
    """Yield the calls of the user's functions that led to a frame, the innermost first."""
    while frame and frame is not outside:
        if is_users(frame):
            yield frame
        frame = frame.f_back


def where_python_reads():
    """Say which line of the user's function reads a value now: its number and the line itself."""
    frame = next(users_calls(sys._getframe(1)), None)
    if frame is None:
        return "an unknown line"
    file, number = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(file, number).strip()
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return f"line {number} of {frame.f_code.co_name}" + (f": {text}" if text else "")


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
        elif parameter.kind < parameter.VAR_POSITIONAL:
            names.append(parameter.name)
    return names[:count] + [f"x{i}" for i in range(len(names), count)]
