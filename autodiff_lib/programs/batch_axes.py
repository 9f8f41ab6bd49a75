"""Where the examples of a batch lie: what in_axes and out_axes mean, and what is refused."""

import numpy as np

from autodiff_lib.arrays.checks import as_number
from autodiff_lib.arrays.operands import describe, is_node
from autodiff_lib.arrays.rows import ROWS
from autodiff_lib.arrays.structures import flatten


def axes_of(axes, structure, name):
    """Return the axis of every leaf: one number or None holds for all that is in its place."""
    if axes is None or (isinstance(axes, (int, np.integer)) and not isinstance(axes, bool)):
        return [axes] * len(flatten(structure))
    if isinstance(axes, dict) and isinstance(structure, dict) and axes.keys() == structure.keys():
        pairs = [(axes[key], part) for key, part in structure.items()]
    elif (isinstance(axes, (list, tuple)) and isinstance(structure, (list, tuple))
          and len(axes) == len(structure)):
        pairs = list(zip(axes, structure, strict=True))
    else:
        raise ValueError(f"{name} has {axes!r:.60} for {describe(structure)}: give a number, None, "
                         "or a structure like it")
    return [axis for one, part in pairs for axis in axes_of(one, part, name)]


def take_batches(arguments, axes):
    """Return the leaves that have an axis, with that axis first, and how many examples they hold.

    arguments: a tuple. Raises a ValueError if an axis is not there, if sizes differ, or if no leaf
    has an axis.
    """
    positions = [i for i, argument in enumerate(arguments) for _ in flatten(argument)]
    batches, sizes = [], {}
    for leaf, axis, position in zip(flatten(arguments), axes, positions, strict=True):
        if axis is not None:
            batches.append(to_front(leaf, axis, f"argument {position}"))
            sizes.setdefault(batches[-1].shape[0], f"argument {position} has shape "
                             f"{np.shape(leaf)} and examples along axis {axis}")
    if not sizes:
        raise ValueError("vmap needs one argument at least with examples along an axis; in_axes "
                         f"is None for all {len(arguments)}")
    if len(sizes) > 1:
        raise ValueError(f"the numbers of examples differ: {'; '.join(sizes.values())}; cut them "
                         "alike, or give in_axes=None for what is the same for all examples")
    return batches, next(iter(sizes))


def to_front(leaf, axis, what):
    """Return an array or a node with one axis moved to the front."""
    if not is_node(leaf):
        as_number(leaf, what)
    rank = np.ndim(leaf)
    if not -rank <= axis < rank:
        raise ValueError(f"{what} has shape {np.shape(leaf)} and so no axis {axis} with examples; "
                         "in_axes=None is for what is the same for all examples")
    return np.moveaxis(leaf, axis, 0) if axis else leaf


def plain(x):
    """Return the array that a node of any level holds."""
    while is_node(x):
        x = x.raw
    return x


def place(value, batched, shape, axis):
    """Return a result with its batch axis where out_axes wants it. shape: with that axis first."""
    if axis is None and batched:
        raise ValueError("out_axes is None for a result that depends on the example; give a number")
    if axis is None:
        return value
    if not -len(shape) <= axis < len(shape):
        raise ValueError(f"out_axes has {axis}, but with its batch axis the result has "
                         f"{len(shape)} axes")
    value = value if batched else ROWS["broadcast_to"](value, shape=shape)
    return np.moveaxis(value, 0, axis) if axis else value


def explain_read(step, value, line):
    """Return the error text for a value of one example that decided about all."""
    if step.op == "count_nonzero":
        return (f"each example would get a shape of its own, for a mask picked {value} entries of "
                f"the first one ({line}); write np.where(mask, x, 0.0)")
    return (f"Python read the value of the first example, {value!r:.60} ({line}), but the steps "
            "must hold for all examples; for a branch write np.where(condition, x, y), and give "
            "what is the same for all as an argument with in_axes=None")
