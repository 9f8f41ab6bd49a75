"""What `y += 1` means for a node: a new node, and the old array must not be used again.

NumPy changes an array in place, for everybody who holds it or a view of it. A node cannot change:
the way back needs what it held. So `y += 1` gives the name y a new node, and every node that shows
the old memory (y under another name, what y is a part of, parts of y) refuses to be used from then
on. Where nobody uses it, as in `h += x` or `total += part`, that is NumPy's result. Single numbers
share no memory: Python gives them a new value, and so do we.
"""

import functools

import numpy as np

from .guard import owner_of
from .operands import is_node

SPOILT = (
    "an array is used after it was changed in place (+=, -=, ... of it or of a part of it); a "
    "node keeps its old value, NumPy's array would not: write y = y + 1, or y = y.copy() before "
    "y += 1"
)


def in_place(name, operation):
    """Return the method of `node += other`, given that of `node + other`."""

    def method(self, other):
        result = operation(self, other)
        if np.shape(result) != self.shape:
            raise ValueError(
                f"{name} cannot change an array of shape {self.shape} into one of shape "
                f"{np.shape(result)}; write y = y {name[:-1]} x"
            )
        memory = memory_of(self)
        if memory is not None:
            spoil(self.level, memory)
        return result

    return method


def memory_of(node):
    """Return the array that owns what a node shows; None for a single number."""
    while is_node(node):
        node = node.raw
    return owner_of(node) if isinstance(node, np.ndarray) else None


def spoil(level, memory):
    """Let a level refuse, from now on, nodes that show this memory."""
    if "apply" not in vars(level):
        level.spoilt, level.apply = {}, functools.partial(apply_carefully, level)
    level.spoilt[id(memory)] = memory


def apply_carefully(level, row, operands, *parameters):
    """Run an operation at a level, but refuse operands that are spoilt."""
    for operand in operands:
        refuse_spoilt(operand)
    return type(level).apply(level, row, operands, *parameters)


def refuse_spoilt(value):
    """Raise a ValueError if a node shows memory that was changed in place."""
    spoilt = is_node(value) and getattr(value.level, "spoilt", None)
    if spoilt and id(memory_of(value)) in spoilt:
        raise ValueError(SPOILT)
