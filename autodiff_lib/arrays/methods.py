"""What a node answers when it is used like an array: operators, methods, and what it refuses.

Small tables, entered into a class of nodes by `like_an_array`. A chapter's own Node takes them too:
they ask of it a `level` and a `raw`.
"""

import linecache
import re
import sys
import textwrap

import numpy as np

from autodiff_lib.table.keys import index

from .calls import COMPOSED, call_numpy
from .in_place import in_place
from .messages import explain_caller
from .rows import BY_FUNCTION, ROWS

BINARY = {
    "add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow", "matmul": "matmul",
    "mod": "mod", "floordiv": "floor_divide", "and": "bitwise_and", "or": "bitwise_or",
    "xor": "bitwise_xor",
}
COMPARISONS = {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
    "eq": "equal", "ne": "not_equal",
}
METHODS = (
    "all any argmax argmin argsort clip copy cumprod cumsum diagonal dot max mean min prod ravel "
    "repeat round searchsorted squeeze std sum swapaxes take trace var"
)


def like_an_array(cls, rows=ROWS):
    """Give a class of nodes NumPy's operators, methods, conversions and refusals; return it.

    rows: the table that has the operators' rows.
    """
    infix = BINARY | COMPARISONS
    methods = {f"__{name}__": forward_operator(rows[op]) for name, op in infix.items()}
    methods |= {f"__r{name}__": reflected_operator(rows[op]) for name, op in BINARY.items()}
    methods |= {name: method_of(getattr(np, name)) for name in METHODS.split()}
    methods |= PROTOCOLS | CONVERSIONS | LIKE_ARRAYS
    for name, op in BINARY.items():
        methods[f"__i{name}__"] = in_place(f"{rows[op].symbol}=", methods[f"__{name}__"])
    for name, method in methods.items():
        setattr(cls, name, method)
    return cls


def forward_operator(row):
    """Return the method of `node + other`."""
    return lambda self, other: self.level.apply(row, (self, other))


def reflected_operator(row):
    """Return the method of `other + node`, where `other` is no node."""
    return lambda self, other: self.level.apply(row, (other, self))


def method_of(function):
    """Return node.sum(axis=0), the method spelling of np.sum(node, axis=0)."""
    return lambda self, *args, **kwargs: call_numpy(BY_FUNCTION, function, (self, *args), kwargs)


def power(self, exponent):
    """Return node**exponent; the square has a row of its own, which is cheaper."""
    if isinstance(exponent, (int, float)) and exponent == 2:
        return self.level.apply(ROWS["square"], (self,))
    return self.level.apply(ROWS["pow"], (self, exponent))


def length(self):
    """Return how many rows a node has."""
    if not self.shape:
        raise TypeError(f"{self!r} is a single number: it has no length and no rows")
    return self.shape[0]


def reshape(self, *shape, **keywords):
    """Return node.reshape(2, 3), or with one tuple."""
    shape = shape[0] if len(shape) == 1 else shape
    return call_numpy(BY_FUNCTION, np.reshape, (self, shape), keywords)


def transpose(self, *axes):
    """Return node.transpose(1, 0), or with one tuple, or reversed."""
    axes = axes[0] if len(axes) == 1 else axes or None
    return call_numpy(BY_FUNCTION, np.transpose, (self, axes), {})


def astype(self, dtype, copy=True):
    """Return node.astype(float), whether `copy` asks for a new array or not: nodes never change."""
    return call_numpy(BY_FUNCTION, np.astype, (self, dtype), {})


def refuse(kind, *ways):
    """Make Node refuse a conversion that would silently drop its derivative.

    ways: (how its line looks, a regular expression; what it is; what to write instead), of which
    those are named that are found in the line, or all. {0} is the function of `math` in it.
    """

    def conversion(self, *ignored, **also_ignored):
        frame = sys._getframe(1)
        while frame.f_globals.get("__name__", "").startswith("autodiff_lib.programs."):
            frame = frame.f_back
        line = linecache.getline(frame.f_code.co_filename, frame.f_lineno)
        found = [way for way in ways if re.search(way[0], line)] or ways
        called = re.search(r"\bmath\.(\w+)", line)
        name = called[1] if called else "sin"
        where, instead = (", ".join(way[k].format(name) for way in found) for k in (1, 2))
        raise TypeError(
            explain_caller(frame) or
            f"{kind} cannot hold a node: {textwrap.shorten(repr(self), 60, placeholder='...')} "
            f"{self.lost} in {where}; write {instead}"
        )

    return conversion


def explain_missing(self, name):
    """Say what to write instead of an attribute that nodes have not."""
    function = getattr(np, name, None)
    if name in OF_ATTRIBUTES:
        advice = f"; write {OF_ATTRIBUTES[name]}"
    elif callable(function) and (function in BY_FUNCTION or function in COMPOSED):
        advice = f"; write np.{name}(x)"
    else:
        advice = "" if name.startswith("_") else "; x.value is the array it holds, to look at"
    message = f"{type(self).__name__!r} object has no attribute {name!r}{advice}"
    raise AttributeError(message)


OF_ATTRIBUTES = {
    "flat": "x.ravel()",
    "tolist": "list(x), a list of nodes",
    "item": "x itself, a node that is used like a number, or float(stop_gradient(x))",
    "fill": "np.full_like(x, value): a node cannot be changed in place",
    "put": "np.where(condition, value, x): a node cannot be changed in place",
    "resize": "x.reshape(shape): a node cannot be changed in place",
    "sort": "np.sort(x): a node cannot be changed in place",
}


def refuse_assignment(self, key, value):
    """Refuse node[key] = value: what was computed from the old value would become wrong."""
    raise TypeError(
        "a node cannot be changed in place; build the new array with np.where, np.concatenate or "
        "np.stack"
    )


def refuse_pickle(self, protocol=None):
    """Refuse to pickle a node: it is one moment of a running derivative."""
    raise TypeError("a node cannot be pickled: save its .value, or the result of the derivative")


PROTOCOLS = {
    "__pow__": power,
    "__neg__": lambda self: self.level.apply(ROWS["neg"], (self,)),
    "__pos__": lambda self: self.level.apply(ROWS["positive"], (self,)),
    "__invert__": lambda self: self.level.apply(ROWS["invert"], (self,)),
    "__abs__": lambda self: self.level.apply(ROWS["abs"], (self,)),
    "__round__": lambda self, decimals=0: np.round(self, decimals or 0),
    "__getitem__": index,
    "__setitem__": refuse_assignment,
    "__getattr__": explain_missing,
    "__iter__": lambda self: map(self.__getitem__, range(length(self))),
    "__len__": length,
    "__bool__": lambda self: bool(self.raw),
    "__format__": lambda self, form: format(self.raw, form),  # f"{x:.3f}" shows the value
    "__hash__": None,
    "__copy__": lambda self: +self,
    "__deepcopy__": lambda self, memo: +self,
    "__reduce_ex__": refuse_pickle,
}
CONVERSIONS = {
    "__float__": refuse("a plain number",
        (r"\bmath\.", "math.{0}(x)", "np.{0}(x) (custom_vjp for a function that NumPy lacks)"),
        (r"\]\s*=[^=]", "a[i] = x", "np.stack of a list instead of filling an array"),
        (r"\bfloat\(", "float(x)", "float(stop_gradient(x)) for a constant")),
    "__int__": refuse("a whole number",
        ("", "int(x)", "np.trunc(x), or int(stop_gradient(x)) for a constant")),
    "__complex__": refuse("a complex number",
        ("", "complex(x)", "real and imaginary parts apart")),
    "__array__": refuse("an array",
        ("", "np.array([x, y]), np.sum([x, y]), np.asarray(x) and a[:] = x",
        "np.stack([x, y]), np.block([[x, y], [z, w]]) for nested lists of numbers, "
        "np.sum(np.stack([x, y])), x itself, or np.asarray(stop_gradient(x)) for a constant")),
}
LIKE_ARRAYS = {
    "lost": "would lose its derivative",  # what a conversion would do to it
    "astype": astype,
    "reshape": reshape,
    "transpose": transpose,
    "flatten": lambda self, order="C": +(self.T if order == "F" else self).reshape(-1),
    "T": property(transpose),
    "mT": property(lambda self: np.swapaxes(self, -1, -2)),
}
