"""NumPy functions that take arrays apart, repeat them and join them, and need no row for it.

Each is written with indexing, reshape, broadcast_to and concatenate, which have rows.
"""

import functools

import numpy as np

from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.rows import ROWS, add_rows

from .elementwise import constant
from .formulas import as_array, moved, which_axes
from .keys import part_of
from .shapes import order, scatter

add_rows(constant("order_of_partition", lambda x, kth, axis=-1: order_of_partition(x, kth, axis),
    "x, kth=None, axis=-1", batch="axes"))


def pick(x, part, axis):
    """Return the entries of x at `part` (a slice or positions) of one axis."""
    (axis,) = which_axes(axis, x)
    return x[(slice(None),) * axis + (part,)]


# Parts


def take(x, indices, axis=None):
    """np.take: indexing along one axis, or in the flattened array."""
    if not is_node(indices):
        indices = np.asarray(indices, None if np.size(indices) else int)[()]
    return x.reshape(-1)[indices] if axis is None else pick(x, indices, axis)


def take_along_axis(x, indices, axis=-1):
    """np.take_along_axis, as indexing with one array of positions per axis."""
    if axis is None:
        x, axis = x.reshape(-1), 0
    if np.ndim(indices) != x.ndim:
        raise ValueError(f"take_along_axis: {np.ndim(indices)} axes of indices, {x.ndim} of x")
    grid = list(np.ogrid[tuple(slice(size) for size in x.shape)])
    grid[axis] = indices
    return part_of(x, tuple(grid))


def delete(x, obj, axis=None):
    """np.delete: the entries at all other positions."""
    x, axis = (x.reshape(-1), 0) if axis is None else (x, axis)
    return pick(x, np.delete(np.arange(x.shape[axis]), obj), axis)


def diagonal(x, offset=0, axis1=0, axis2=1):
    """np.diagonal: the entries whose indices along two axes differ by `offset`, as a last axis."""
    x = moved(x, (axis1, axis2), (-2, -1))
    down, right = max(-offset, 0), max(offset, 0)
    along = np.arange(max(0, min(x.shape[-2] - down, x.shape[-1] - right)))
    return x[..., along + down, along + right]


def diag(x, k=0):
    """np.diag: the diagonal of a matrix, or the matrix of a diagonal."""
    if x.ndim != 1:
        return diagonal(x, k) if x.ndim == 2 else np.diag(np.empty(x.shape))  # NumPy's error
    along, size = np.arange(x.shape[0]), x.shape[0] + abs(k)
    return scatter(x, (along + max(-k, 0), along + max(k, 0)), (size, size))


def array_split(x, indices_or_sections, axis=0):
    """np.array_split: nearly equal parts, or parts that begin at the given positions."""
    ends = np.array_split(np.arange(x.shape[axis]), indices_or_sections)
    return [pick(x, slice(part[0], part[-1] + 1) if part.size else slice(0), axis) for part in ends]


def split(x, indices_or_sections, axis=0):
    """np.split: equal parts, or parts that begin at the given positions."""
    sections = indices_or_sections
    if isinstance(sections, (int, np.integer)) and x.shape[axis] % sections:
        raise ValueError(f"split: {x.shape[axis]} entries do not make {sections} equal parts")
    return array_split(x, sections, axis)


def split_along(axis, x, indices_or_sections):
    """np.hsplit, np.vsplit, np.dsplit: np.split along axis 1 (of vectors 0), 0 or 2."""
    if x.ndim <= axis and not (axis == 1 and x.ndim == 1):
        raise ValueError(f"an array of {x.ndim} axes cannot be split along axis {axis}")
    return split(x, indices_or_sections, min(axis, x.ndim - 1))


def compress(condition, a, axis=None):
    """np.compress: the entries along an axis, or of all in a row, where a condition holds."""
    condition = as_array(condition)
    a, axis = (np.ravel(a), 0) if axis is None else (a, axis)
    return pick(pick(a, slice(condition.shape[0]), axis), condition != 0, axis)


def partition(x, kth, axis=-1):
    """np.partition: the same entries in its order."""
    x, axis = (np.ravel(x), -1) if axis is None else (x, axis)
    return np.take_along_axis(x, ROWS["order_of_partition"](x, kth=kth, axis=axis), axis)


def order_of_partition(x, kth, axis):
    """Return the positions from which np.partition took its entries; equal ones in order."""
    ranks = order(order(np.partition(x, kth, axis), axis), axis)
    return np.take_along_axis(order(x, axis), ranks, axis)


def sliding_window_view(x, window_shape, axis=None):
    """np.lib.stride_tricks.sliding_window_view: all windows of a size, along new last axes."""
    sizes = np.atleast_1d(window_shape)
    axes = which_axes(range(x.ndim) if axis is None else axis, x)
    if len(sizes) != len(axes):
        raise ValueError(f"sliding_window_view: {len(sizes)} sizes for {len(axes)} axes")
    for one, size in zip(axes, sizes, strict=True):
        if not 0 <= size <= x.shape[one]:
            raise ValueError(f"sliding_window_view: a window of {size} in {x.shape[one]} entries")
        starts = np.arange(x.shape[one] - size + 1)
        x = np.moveaxis(pick(x, starts[:, None] + np.arange(size), one), one + 1, -1)
    return x


def rollaxis(x, axis, start=0):
    """np.rollaxis: move an axis to before the one at `start`."""
    (axis,), start = which_axes(axis, x), start + x.ndim * (start < 0)
    return moved(x, axis, start - (axis < start))


def rot90(x, k=1, axes=(0, 1)):
    """np.rot90: k quarter turns. Two are two flips, one is a flip and a transpose."""
    first, second = which_axes(axes, x)
    if k % 2 == 0:
        return np.flip(x, axes) if k % 4 else x
    return np.flip(np.swapaxes(x, first, second), first if k % 4 == 1 else second)


# More of the same


def repeat(x, repeats, axis=None):
    """np.repeat: taking positions several times."""
    x, axis = (x.reshape(-1), 0) if axis is None else (x, axis)
    return pick(x, np.repeat(np.arange(x.shape[axis]), repeats), axis)


def tile(x, reps):
    """np.tile: give each axis a new one before it, of size 1, and copy x along that."""
    reps = np.atleast_1d(reps).tolist()
    reps = [1] * (x.ndim - len(reps)) + reps
    sizes = [1] * (len(reps) - x.ndim) + list(x.shape)
    between = [one for size in sizes for one in (1, size)]
    copied = [both for pair in zip(reps, sizes, strict=True) for both in pair]
    whole = [count * size for count, size in zip(reps, sizes, strict=True)]
    return np.broadcast_to(x.reshape(between), tuple(copied)).reshape(whole)


def broadcast_arrays(*xs):
    """np.broadcast_arrays: all arrays in the shape of their sum."""
    shape = np.broadcast_shapes(*map(np.shape, xs))
    return tuple(np.broadcast_to(x, shape) for x in xs)


def meshgrid(*xs, indexing="xy"):
    """np.meshgrid: the coordinates of all points of a grid, one array per coordinate."""
    axes = list(range(len(xs)))
    if indexing not in ("xy", "ij"):
        raise ValueError(f"np.meshgrid: indexing is 'xy' or 'ij', not {indexing!r}")
    if indexing == "xy" and len(xs) > 1:
        axes[:2] = 1, 0
    shape = [np.size(xs[axis]) for axis in axes]
    lines = [np.reshape(x, [-1 if axis == i else 1 for axis in axes]) for i, x in enumerate(xs)]
    return tuple(np.broadcast_to(line, tuple(shape)) for line in lines)


# Joined


def at_least(rank, x):
    """Return x with axes of size 1 before it up to this rank; a matrix is one layer of depth 1."""
    x = as_array(x)
    if x.ndim >= rank:
        return x
    if rank == 3:
        return np.reshape(x, (*at_least(2, x).shape, 1))
    return lifted(rank, x)


def lifted(rank, x):
    """Return x with axes of size 1 before it up to this rank."""
    return np.reshape(x, (1,) * (rank - x.ndim) + x.shape) if x.ndim < rank else x


def at_least_each(rank, *xs):
    """np.atleast_1d, np.atleast_2d and np.atleast_3d: one array, or a tuple of several."""
    return at_least(rank, xs[0]) if len(xs) == 1 else tuple(at_least(rank, x) for x in xs)


def hstack(tup):
    """np.hstack: side by side (vectors: one after the other)."""
    xs = [at_least(1, x) for x in tup]
    return np.concatenate(xs, axis=0 if xs[0].ndim == 1 else 1)


def vstack(tup):
    """np.vstack: one below the other, vectors as rows."""
    return np.concatenate([at_least(2, x) for x in tup], axis=0)


def dstack(tup):
    """np.dstack: one behind the other."""
    return np.concatenate([at_least(3, x) for x in tup], axis=2)


def column_stack(tup):
    """np.column_stack: side by side, vectors as columns."""
    xs = map(as_array, tup)
    return np.concatenate([np.reshape(x, (-1, 1)) if x.ndim < 2 else x for x in xs], axis=1)


def append(x, values, axis=None):
    """np.append: concatenate of two arrays, without an axis of both flattened."""
    x, values = as_array(x), as_array(values)
    if axis is None:
        x, values, axis = np.ravel(x), np.ravel(values), 0
    return np.concatenate([x, values], axis=axis)


def insert(x, obj, values, axis=None):
    """np.insert: a concatenate whose entries are put into the order that NumPy gives positions."""
    x, values = as_array(x), as_array(values)
    x, axis = (np.ravel(x), 0) if axis is None else (x, axis)
    (axis,) = which_axes(axis, x)
    values = lifted(x.ndim, values)
    if np.ndim(obj) == 0 and not isinstance(obj, slice):
        values = moved(values, 0, axis)
        count = values.shape[axis]
    else:
        count = np.insert(np.arange(x.shape[axis]), obj, 0).size - x.shape[axis]
    shape = (*x.shape[:axis], count, *x.shape[axis + 1 :])
    positions = np.insert(np.arange(x.shape[axis]), obj, x.shape[axis] + np.arange(count))
    whole = np.concatenate([x, np.broadcast_to(values, shape)], axis=axis)
    return pick(whole, positions, axis)


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    """np.apply_along_axis: a function of vectors, for each vector along an axis."""
    (axis,) = which_axes(axis, arr)
    vectors = moved(arr, axis, -1)
    results = [func1d(vector, *args, **kwargs) for vector in vectors.reshape(-1, arr.shape[axis])]
    whole = np.stack(results).reshape((*vectors.shape[:-1], *np.shape(results[0])))
    added = np.ndim(results[0])
    return moved(whole, tuple(range(-added, 0)), tuple(range(axis, axis + added)))


def block(arrays):
    """np.block: the innermost lists joined along the last axis, those around them along others."""
    depth, rank = depth_of(arrays), rank_of(arrays)
    return join_blocks(arrays, depth, max(depth, rank))


def depth_of(part):
    """Return how many lists are around every array of np.block."""
    if not isinstance(part, list):
        return 0
    depths = {depth_of(inner) for inner in part}
    if len(depths) != 1:
        raise ValueError("np.block: all arrays stand in equally many lists, none of them empty")
    return 1 + depths.pop()


def rank_of(part):
    """Return how many axes the arrays of np.block have at most."""
    return max(map(rank_of, part)) if isinstance(part, list) else np.ndim(part)


def join_blocks(part, depth, rank):
    """Return a list of blocks as one array of this rank."""
    if not depth:
        return lifted(rank, as_array(part))
    return np.concatenate([join_blocks(x, depth - 1, rank) for x in part], axis=-depth)


def array(object, dtype=None, *, copy=True, order=None, ndmin=0):
    """np.array(..., like=x): nested lists of nodes and numbers as one array."""
    whole = as_array(object)
    if dtype is not None:
        whole = whole.astype(dtype)
    return lifted(ndmin, whole if whole is not object or not copy else +whole)


def full(shape, fill_value, dtype=None, order="C", *, device=None):
    """np.full(..., like=x): an array that holds one value, or one row of values, everywhere."""
    filled = np.broadcast_to(as_array(fill_value), shape)
    return filled if dtype is None else filled.astype(dtype)


PARTS = {
    np.take: take,
    np.take_along_axis: take_along_axis,
    np.delete: delete,
    np.diagonal: diagonal,
    np.diag: diag,
    np.diagflat: lambda x, k=0: diag(np.ravel(x), k),
    np.array_split: array_split,
    np.split: split,
    np.hsplit: functools.partial(split_along, 1),
    np.vsplit: functools.partial(split_along, 0),
    np.dsplit: functools.partial(split_along, 2),
    np.compress: compress,
    np.extract: lambda condition, arr: compress(np.ravel(condition), arr),
    np.partition: partition,
    np.lib.stride_tricks.sliding_window_view: sliding_window_view,
    np.rollaxis: rollaxis,
    np.linalg.diagonal: lambda x, *, offset=0: diagonal(x, offset, -2, -1),
    np.linalg.matrix_transpose: lambda x: np.swapaxes(x, -1, -2),
    np.unstack: lambda x, axis=0: tuple(moved(x, axis, 0)),
    np.rot90: rot90,
    np.fliplr: lambda x: pick(x, slice(None, None, -1), 1),
    np.flipud: lambda x: pick(x, slice(None, None, -1), 0),
    np.matrix_transpose: lambda x: np.swapaxes(x, -1, -2),
}
REARRANGING = PARTS | {
    np.repeat: repeat,
    np.tile: tile,
    np.broadcast_arrays: broadcast_arrays,
    np.meshgrid: meshgrid,
    np.atleast_1d: functools.partial(at_least_each, 1),
    np.atleast_2d: functools.partial(at_least_each, 2),
    np.atleast_3d: functools.partial(at_least_each, 3),
    np.hstack: hstack,
    np.vstack: vstack,
    np.dstack: dstack,
    np.column_stack: column_stack,
    np.append: append,
    np.insert: insert,
    np.apply_along_axis: apply_along_axis,
    np.block: block,
    np.array: array,
    np.asarray: lambda a, dtype=None, order=None, *, device=None, copy=None: array(
        a, dtype, copy=copy),
    np.full: full,
}
