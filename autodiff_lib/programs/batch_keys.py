"""Batching rules of indexing, and of its way back.

x[:, key] does not always do for each example what x[key] does, as NumPy moves the axes of several
arrays to the front. Then the entries are found by their numbers in the flattened array.
"""

import math

import numpy as np

from autodiff_lib.arrays.rows import ROWS
from autodiff_lib.table.keys import Slot, fill
from autodiff_lib.table.shapes import as_tuple, is_basic

from .batch_axes import plain
from .batch_rules import fit, reshape


def takes_slice(key):
    """Tell whether a key means the same for each example after a slice for the batch axis."""
    picks = [part for part in as_tuple(key) if not isinstance(part, (slice, type(None), type(...)))]
    return len(picks) < 2 or is_basic(key)


def numbers_of(step, shape, entries, slots, batched, size):
    """Return which entries of flattened arrays of this shape a key names: (size or 1, *entries)."""
    key, rank = step.parameters["key"], len(entries)
    numbers, all_sizes = np.arange(math.prod(shape)).reshape(shape), max(entries, default=1) + 1
    slots = [fit(x, rank) if b else x for x, b in zip(slots, batched, strict=True)]
    found = ROWS["pick"](numbers, *slots, key=key)
    if any(batched):  # NumPy says where it puts the batch axis: a size that no other axis has
        trial = [np.zeros((all_sizes, *x.shape[1:]), int) if b else plain(x)
                 for x, b in zip(slots, batched, strict=True)]
        found = np.moveaxis(found, numbers[fill(key, trial)].shape.index(all_sizes), 0)
    return reshape(found, size if any(batched) else 1, *entries)


def first_numbers(shape, rank, size):
    """Return the number of the first entry of each example: (size, 1, ..., 1), of rank + 1 axes."""
    return np.arange(size).reshape(size, *[1] * rank) * math.prod(shape)


def picked(step, operands, batched, size):
    """Take the same entries of each example, or those that its own positions name."""
    x, shape = operands[0], step.operands[0].shape
    if step.op == "index" and takes_slice(step.parameters["key"]):
        return step.row(x, key=(slice(None), *as_tuple(step.parameters["key"])))
    numbers = numbers_of(step, shape, step.shape, operands[1:], batched[1:], size)
    if batched[0]:
        numbers = numbers + first_numbers(shape, step.ndim, size)
    return ROWS["pick"](ROWS["reshape"](x, shape=(-1,)), numbers, key=Slot(0))


def put_back(step, operands, batched, size):
    """Add each example's entries into zeros of its own: the way back of `picked`."""
    g, shape = operands[0], step.parameters["shape"]
    if step.op == "scatter" and takes_slice(step.parameters["key"]):
        key = (slice(None), *as_tuple(step.parameters["key"]))
        return step.row(g, key=key, shape=(size, *shape))
    entries = step.operands[0].shape
    numbers = numbers_of(step, shape, entries, operands[1:], batched[1:], size)
    numbers = numbers + first_numbers(shape, len(entries), size)
    g = g if batched[0] else ROWS["broadcast_to"](g, shape=(size, *entries))
    out = ROWS["put"](g, numbers, key=Slot(0), shape=(size * math.prod(shape),))
    return reshape(out, size, *shape)
