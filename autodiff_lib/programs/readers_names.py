"""The reader's names: what the traced function calls its values, found in its variables.

Whenever an operation runs, the variables of the user's functions that are running are looked at; a
call that is over is looked at once more, with the attributes and the dict entries that its
variables hold, for a function may name its last result after its last operation.
"""

import functools
import inspect
import linecache
import sys

import numpy as np

from autodiff_lib.arrays.guard import COPY_UP_TO
from autodiff_lib.arrays.node import Node
from autodiff_lib.arrays.reverse import Variable, backward

OURS = "arrays", "table", "programs"
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
        note_names(watch, user_frame(frame))
    if back is not None:
        name_gradient(watch, back.f_locals)  # asked each time: a frame keeps what it once told
    watch.back = back


class Watch:
    """What a trace learns about names while the user's functions run.

    frames: calls of these that may still name nodes; arrays: what those that are over call their
    arrays; lines: {(id of a tape, line): what the user's functions call that value}; inputs: {step
    of an input: its name, where the user's function has none}. outside: the call that runs the
    user's function; back: the walk back that called the tracer last, if one did; caller: the
    user's own call of that.
    """

    look = look_around

    def __init__(self, trace):
        self.trace, tracer = trace, type(trace).apply.__code__
        NOT_USERS[id(tracer)] = tracer
        self.frames, self.arrays, self.lines, self.inputs = [], {}, {}, {}
        self.outside = self.caller = self.back = None

    def __enter__(self):
        """Note that the caller is about to run the user's function."""
        self.outside = sys._getframe(1)
        self.caller = user_frame(self.outside)

    def __exit__(self, error, *_):
        """End the trace, look once more, and give inputs without a name their own."""
        self.trace.finished = True
        for call in reversed(self.frames if error is None else ()):
            name_at_end(self, call)
        name_constants(self)
        for step, name in self.inputs.items():
            step.name = step.name or name
        self.frames = self.outside = self.caller = self.back = None


def note_names(watch, frame):
    """Give traced nodes the names of the variables of the user's function that hold them."""
    entered = not watch.frames or frame is not watch.frames[-1]
    if entered:
        running = list_calls(frame, watch.outside)
        for over in reversed([call for call in watch.frames if call not in running]):
            name_at_end(watch, over)
        watch.frames = running
    if watch.frames and (entered or frame is not watch.caller):
        name_nodes(watch, watch.frames[-1].f_locals)


def name_at_end(watch, call):
    """Look at the variables of a call that is over, and one level into what they hold."""
    name_nodes(watch, call.f_locals)
    used = {name: call.f_globals.get(name) for name in call.f_code.co_names} | call.f_locals
    watch.arrays |= {name: x for name, x in used.items() if isinstance(x, np.ndarray)}
    for value in list(call.f_locals.values()):
        inside = value if isinstance(value, dict) else getattr(value, "__dict__", {})
        other = isinstance(value, Node) or any(ask(value) for ask in NO_HOLDERS)
        if not other and len(inside) <= MOST:
            name_nodes(watch, {name: x for name, x in inside.items() if isinstance(name, str)})


def name_constants(watch):
    """Give constant arrays the names that the user's functions have for them.

    Reverse mode copies them, so they are known by what they hold.
    """
    names = {contents(x): name for name, x in watch.arrays.items()}
    for step, _ in watch.trace.constants.values():
        if step.name is None and isinstance(step.raw, np.ndarray):
            step.name = names.get(contents(step.raw))


def contents(array):
    """Return something that is equal for arrays that hold the same, up to a size."""
    small = array.nbytes <= COPY_UP_TO
    return array.shape, array.dtype.str, array.tobytes() if small else id(array)


NO_HOLDERS = inspect.isroutine, inspect.isclass, inspect.ismodule


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
            step = getattr(value, "step", None)
            if isinstance(value, np.ndarray) and id(value) in watch.trace.constants:
                step = watch.trace.constants[id(value)][0]
            if step is not None and step.name is None:
                step.name = name


def user_frame(frame):
    """Return the innermost frame that is neither this package's nor NumPy's."""
    while frame and not is_users(frame):
        frame = frame.f_back
    return frame


def is_users(frame):
    """Tell whether a call is one of a function that is neither ours, NumPy's nor the tracer."""
    code = frame.f_code
    if id(code) in NOT_USERS:
        return False
    if is_of_library(frame.f_globals.get("__name__", "")):
        NOT_USERS[id(code)] = code
        return False
    return True


@functools.cache
def is_of_library(module):
    """Tell whether a module is NumPy's or one of the packages that engines are made of."""
    return module.startswith("autodiff_lib.") and module.split(".")[1] in OURS or (
        module.split(".")[0] == "numpy")


def list_calls(frame, outside):
    """Return the calls of the user's functions that led to a frame, the innermost last."""
    calls = []
    while frame and frame is not outside:
        if is_users(frame):
            calls.append(frame)
        frame = frame.f_back
    return calls[::-1]


def where_python_reads():
    """Say which line of the user's function reads a value now."""
    return describe_line(user_frame(sys._getframe(1)))


def describe_line(frame):
    """Say where a frame stands: the line itself, its file's name and its number."""
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
        elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            names.append(parameter.name)
    return names[:count] + [f"x{i}" for i in range(len(names), count)]
