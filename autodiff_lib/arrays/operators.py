"""What a node answers when it is used like an array: operators, methods, and what it refuses.

Three small tables, entered into the class `Node` by the loops below them.
"""

import numpy as np

from .node import Node, call_numpy
from .rows import ROWS

BINARY = {
    "add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow", "matmul": "matmul",
    "mod": "mod", "floordiv": "floor_divide", "and": "bitwise_and", "or": "bitwise_or",
}
COMPARISONS = {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
    "eq": "equal", "ne": "not_equal",
}
METHODS = (
    "all any argmax argmin argsort clip copy cumsum diagonal dot max mean min prod ravel repeat "
    "round squeeze std sum swapaxes take trace var"
)


def define_operator(name, op):
    """Give Node `node + other` and `other + node`."""
    row = ROWS[op]
    setattr(Node, f"__{name}__", lambda self, other: self.level.apply(row, (self, other)))
    setattr(Node, f"__r{name}__", lambda self, other: self.level.apply(row, (other, self)))


def define_comparison(name, op):
    """Give Node `node < other`, which is not differentiated."""
    row = ROWS[op]
    setattr(Node, f"__{name}__", lambda self, other: self.level.apply(row, (self, other)))


def power(self, exponent):
    """Return node**exponent; the square has a row of its own, which is cheaper."""
    if isinstance(exponent, (int, float)) and exponent == 2:
        return self.level.apply(ROWS["square"], (self,))
    return self.level.apply(ROWS["pow"], (self, exponent))


def define_method(name):
    """Give Node `node.sum(axis=0)`, the method spelling of np.sum(node, axis=0)."""
    function = getattr(np, name)
    setattr(Node, name, lambda self, *args, **kwargs: call_numpy(function, (self, *args), kwargs))


def index(self, key):
    """Return node[key]: any key that NumPy takes, except one computed from nodes."""
    return self.level.apply(ROWS["index"], (self,), {"key": own_key(key)})


def own_key(key):
    """Copy the arrays of a key: it is needed again on the way back."""
    if isinstance(key, tuple):
        return tuple(own_key(part) for part in key)
    if isinstance(key, (np.ndarray, list)):
        return np.array(key)
    if isinstance(key, Node):
        raise TypeError(f"an index must be integers, not {key!r}, which is differentiated")
    return key


def iterate(self):
    """Yield the rows of a node."""
    return (self[i] for i in range(length(self)))


def length(self):
    """Return how many rows a node has."""
    if not self.shape:
        raise TypeError(f"{self!r} is a single number: it has no length and no rows")
    return self.shape[0]


def reshape(self, *shape, **keywords):
    """Return node.reshape(2, 3), or with one tuple."""
    shape = shape[0] if len(shape) == 1 else shape
    return call_numpy(np.reshape, (self, shape), keywords)


def transpose(self, *axes):
    """Return node.transpose(1, 0), or with one tuple, or reversed."""
    return call_numpy(np.transpose, (self, axes[0] if len(axes) == 1 else axes or None), {})


def refuse(name, instead):
    """Make Node refuse a conversion that would silently drop its derivative."""

    def conversion(self, *ignored, **also_ignored):
        raise TypeError(
            f"{name} of {self!r} would lose its derivative; {instead}, or stop_gradient(x).value "
            "if its number alone is wanted"
        )

    return conversion


def refuse_assignment(self, key, value):
    """Refuse node[key] = value: what was computed from the old value would become wrong."""
    raise TypeError(
        "a node cannot be changed in place; build the new array with np.where, np.concatenate or "
        "np.stack"
    )


def refuse_pickle(self, protocol=None):
    """Refuse to pickle a node: it is one moment of a running derivative."""
    raise TypeError("a node cannot be pickled: save its .value, or the result of the derivative")


for _name, _op in BINARY.items():
    define_operator(_name, _op)
for _name, _op in COMPARISONS.items():
    define_comparison(_name, _op)
for _name in METHODS.split():
    define_method(_name)
for _name, _method in {
    "__pow__": power,
    "__neg__": lambda self: self.level.apply(ROWS["neg"], (self,)),
    "__pos__": lambda self: self,
    "__invert__": lambda self: self.level.apply(ROWS["invert"], (self,)),
    "__abs__": lambda self: self.level.apply(ROWS["abs"], (self,)),
    "__getitem__": index,
    "__setitem__": refuse_assignment,
    "__iter__": iterate,
    "__len__": length,
    "__bool__": lambda self: bool(self.raw),
    "__hash__": None,
    "__copy__": lambda self: self,
    "__deepcopy__": lambda self, memo: self,
    "__reduce_ex__": refuse_pickle,
    "__float__": refuse("float(x) or a math function", "use np.sin(x) instead of math.sin(x)"),
    "__int__": refuse("int(x)", "use np.trunc(x)"),
    "__complex__": refuse("complex(x)", "keep to real numbers"),
    "__array__": refuse("np.asarray(x) or np.array([x])", "use x itself, or np.stack([x, y])"),
    "reshape": reshape,
    "transpose": transpose,
    "flatten": lambda self: self.reshape(-1),
    "T": property(transpose),
}.items():
    setattr(Node, _name, _method)
