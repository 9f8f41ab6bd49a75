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

from .rows import BY_FUNCTION

NO_PARAMETERS = {}
COMPOSED = {}  # np.dot: a function that computes it with operations that have rows
NUMBERS = {int, float, bool, np.float64, np.float32}  # surely real
new_level = itertools.count(1).__next__  # an inner derivative always has the higher number


class Node:
    """A value that the engine `level` follows. Use it like the array it holds.

    operators.py gives it +, [] and the rest. `named` concerns the tracer alone.
    """

    __slots__ = ("raw", "level")
    named = False  # the tracer's nodes have names

    shape = property(lambda self: self.raw.shape)
    ndim = property(lambda self: len(self.raw.shape))
    size = property(lambda self: self.raw.size)
    dtype = property(lambda self: self.raw.dtype)
    value = property(lambda self: read_only(self.raw), doc="What it holds, not to be changed.")

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        if method != "__call__":
            raise NotImplementedError(explain_method(ufunc, method))
        row = BY_FUNCTION.get(ufunc)
        if row is None or keywords:
            return call_numpy(ufunc, inputs, keywords)
        return self.level.apply(row, inputs, row.parameters)

    def __array_function__(self, function, types, arguments, keywords):
        return call_numpy(function, arguments, keywords)

    def __repr__(self):
        return f"{type(self).__name__}({self.raw!r})"


def call_numpy(function, arguments, keywords):
    """Run a NumPy function that was called with a node: its row, or what it is composed of."""
    row = BY_FUNCTION.get(function)
    if row is not None:
        operands, parameters = row.bind(*arguments, **keywords)
        return evaluate(row, operands, parameters)
    composed = COMPOSED.get(function)
    if composed is not None:
        return composed(*arguments, **keywords)
    raise NotImplementedError(explain_missing_row(function))


def evaluate(row, operands, parameters=NO_PARAMETERS):
    """Run an operation: a level does it if one of its nodes is among the operands, else NumPy."""
    for operand in operands:
        if isinstance(operand, Node):
            return operand.level.apply(row, operands, parameters)
    return row.function(*operands, **parameters)


def real_numbers(row, operand):
    """Return an operand that is no node as a number or an array; refuse what is not real."""
    array = np.asarray(operand)
    if array.dtype.kind not in "fiub" or (array is not operand and is_odd(operand)):
        raise TypeError(
            f"{row.op} got {describe(operand)}; operands must be real numbers or arrays of them"
        )
    return array if array.shape else array[()]


def is_odd(value):
    """Tell whether a value is an array that does not compute like one: np.matrix, masked ones."""
    return isinstance(value, np.ndarray) and value.__array_priority__ > 0


def describe(value):
    """Say in a few words what a value is: its type, and dtype and shape if it is an array."""
    if is_odd(value):
        return f"a {type(value).__name__}, which does not compute like an array (np.asarray first)"
    if isinstance(value, (np.ndarray, np.generic)):
        return f"an array of dtype {value.dtype} and shape {value.shape}"
    return f"{type(value).__name__} {value!r:.40}"


def read_only(raw):
    """Return a view of an array through which it cannot be changed; anything else as it is."""
    if isinstance(raw, Node):
        return raw.value
    if isinstance(raw, np.ndarray):
        raw = raw.view()
        raw.flags.writeable = False
    return raw


def explain_missing_row(function):
    """Return the error text for a NumPy function that the table does not list."""
    name = getattr(function, "__name__", str(function))
    path = f"{getattr(function, '__module__', 'numpy')}.{name}".replace("numpy", "np", 1)
    return (
        f"{path} has no rule. Write it with functions that have one, pass it stop_gradient(x) if "
        f"its result needs no derivative, or add its row to the table: "
        f'add_rows(Row("{name}", {path}, "x", x=lambda g, x: g * ...)), where g is the gradient '
        f"of the result and the lambda returns the gradient of x"
    )


def explain_method(ufunc, method):
    """Return the error text for np.add.reduce(x) and its kin."""
    instead = {
        "reduce": "np.sum, np.prod, np.max or np.min",
        "accumulate": "np.cumsum or np.cumprod",
        "outer": "x[:, None] and y, which broadcast",
        "at": "np.where or np.concatenate: an array that is filled cannot hold nodes",
    }.get(method, "functions of whole arrays")
    return f"np.{ufunc.__name__}.{method} of a node has no rule; write {instead}"
