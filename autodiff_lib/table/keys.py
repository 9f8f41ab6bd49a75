"""Index keys: x[1:], x[[0, 2]], x[x > 0], and keys that were computed by a program.

The row `index` (shapes.py) knows its key beforehand. Where a key is traced, as the labels y are in
z[np.arange(n), y], its arrays are operands like any others, so that a program can be run with other
labels: rows `pick` and, back again, `put`. Their key says with a Slot where each array belongs.
"""

import operator

import numpy as np

from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.rows import ROWS, Row, add_rows

from .shapes import BASIC, add_at, as_tuple


class Slot:
    """The place of an array in a key: Slot(0) is that of the first."""

    def __init__(self, number):
        self.number = number

    def __repr__(self):
        return f"Slot({self.number})"


def fill(key, arrays):
    """Return a key with the arrays in their slots."""
    if isinstance(key, Slot):
        return arrays[key.number]
    return tuple(fill(part, arrays) for part in key) if isinstance(key, tuple) else key


def take_out(key):
    """Return a key with slots in place of its nodes, and the list of those."""
    nodes, parts = [], []
    for part in as_tuple(key):
        if is_node(part):
            nodes.append(part)
            part = Slot(len(nodes) - 1)
        parts.append(part)
    return (tuple(parts) if isinstance(key, tuple) else parts[0]), nodes


def own_key(key):
    """Return a key as the rows take it: arrays copied, for they are needed on the way back."""
    return tuple(map(own_part, key)) if isinstance(key, tuple) else own_part(key)


def own_part(part):
    """Return one part of a key: an array where it is a list, no node in a slice."""
    if is_node(part):
        return check_positions(part)
    if isinstance(part, slice):
        bounds = part.start, part.stop, part.step
        return slice(*(operator.index(x) if is_node(x) else x for x in bounds))
    if isinstance(part, (list, tuple)):
        if any(is_node(x) for x in part):
            return check_positions(np.stack(part))
        part = np.array(part)
        return part if part.size else part.astype(int)
    return part.copy() if isinstance(part, np.ndarray) else part


def check_positions(node):
    """Return a node as a part of a key: positions, or a mask, whose count fixes the trace."""
    kind = getattr(node.dtype, "kind", None)
    if kind == "b":
        int(np.count_nonzero(node))
    elif kind not in ("i", "u"):
        raise TypeError(
            f"an index must be integers, not a node of dtype {node.dtype}, which is "
            "differentiated: compute positions with np.argmax, np.argsort or a comparison"
        )
    return node


def is_plain(key):
    """Tell whether a key is made of plain integers and slices, as most are: nothing to copy."""
    for part in as_tuple(key):
        if type(part) is slice:
            if not {type(part.start), type(part.stop), type(part.step)} <= BOUNDS:
                return False
        elif type(part) not in BASIC:
            return False
    return True


BOUNDS = {int, type(None)}


def index(self, key):
    """Return node[key]: any key that NumPy takes."""
    if not is_plain(key):
        key, nodes = take_out(own_key(key))
        if nodes:
            return ROWS["pick"](self, *nodes, key=key)
    return self.level.apply(ROWS["index"], (self,), {"key": key})


def part_of(x, key):
    """Return x[key] where x may be an array although the key holds nodes."""
    key, nodes = take_out(own_key(key))
    return ROWS["pick"](x, *nodes, key=key) if nodes else x[key]


def put(g, positions, key, shape):
    """Return zeros of this shape with `g` added at a key: the way back of `pick`."""
    return ROWS["put"](g, *positions, key=key, shape=shape)


add_rows(
    Row("pick", lambda x, *positions, key: x[fill(key, positions)], "*xs, key=None", "multilinear",
        batch="pick", view=True, template="{first}[{key}]", bare="key",
        xs=lambda g, xs, key: put(g, xs[1:], key, xs[0].shape)),
    Row("put", lambda g, *positions, key, shape: add_at(g, fill(key, positions), shape),
        "*xs, key=None, shape=None", "multilinear", batch="put", adds_to="zeros",
        xs=lambda g, xs, key: ROWS["pick"](g, *xs[1:], key=key)),
)  # fmt: skip
