"""Rows of the operations that move entries about without computing anything.

They are linear, and the gradient moves the entries back: what was copied is summed, what was
joined is split, what was cut off is zero. Indexing is here too: its way back is `scatter`.
"""

import itertools
import operator

import numpy as np

from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.rows import ROWS, Row, Rule, add_rows


class PartRule(Rule):
    """The rule of indexing, whose gradient is mostly zeros: it adds in place where it can.

    Written out and added, the gradients of n parts of one array would cost n² numbers. The entry
    (line, "own") says which array was made here last, by its id: that one nobody else holds.
    """

    def add(self, gradients, line, g, needed, shape):
        """Add at the part's place where the total is the array that was made here last."""
        total = gradients.get(line)
        if total is not None and gradients.get((line, "own")) == id(total) and not is_node(g):
            return add_into(total, needed[-1], g)
        super().add(gradients, line, g, needed, shape)
        part = gradients[line]
        if isinstance(part, np.ndarray) and part.base is None and part is not g:
            gradients[line, "own"] = id(part)


ARRANGING = [
    Row("reshape", np.reshape, "x, shape=None", "linear", batch="shape", view=True,
        template="{x}.reshape({shape})", bare="shape", result_shape=lambda x, shape: shape,
        bind=lambda x, shape, order="C", *, copy=None: bind_reshape(x, shape, order),
        x=lambda g, x_shape: g.reshape(x_shape)),
    Row("ravel", np.ravel, "x", "linear", batch="shape", view=True,
        bind=lambda x, order="C": ((transposed_for(order, x),), {}),
        x=lambda g, x_shape: g.reshape(x_shape)),
    Row("squeeze", np.squeeze, "x, axis=None", "linear", batch="shape", view=True,
        x=lambda g, x_shape: g.reshape(x_shape)),
    Row("expand_dims", np.expand_dims, "x, axis=0", "linear", batch="shape", view=True,
        x=lambda g, x_shape: g.reshape(x_shape)),
    Row("transpose", np.transpose, "x, axes=None", "linear", batch="transpose", view=True,
        template=("{x}.T", "{x}.transpose({axes})"), bare="axes",
        x=lambda g, axes: np.transpose(g, axes and tuple(np.argsort(np.mod(axes, len(axes)))))),
    Row("swapaxes", np.swapaxes, "x, axis1=None, axis2=None", "linear", batch="all axes", view=True,
        result_shape=lambda x, axis1, axis2: np.broadcast_to(0.0, x).swapaxes(axis1, axis2).shape,
        x=lambda g, axis1, axis2: np.swapaxes(g, axis1, axis2)),
    Row("moveaxis", np.moveaxis, "x, source=None, destination=None", "linear", batch="all axes",
        view=True, x=lambda g, source, destination: np.moveaxis(g, destination, source)),
    Row("flip", np.flip, "x, axis=None", "linear",
        batch="axes", view=True, x=lambda g, axis: np.flip(g, axis)),
    Row("roll", np.roll, "x, shift=1, axis=None", "linear", batch="axes",
        x=lambda g, shift, axis: np.roll(g, np.negative(shift), axis)),
]

SAME_PLACES = [
    Row("broadcast_to", lambda x, shape: copy_along(x, shape), "x, shape=None", "linear",
        batch="copied", view="repeated", numpy=np.broadcast_to, x=lambda g: g),
    Row("tril", np.tril, "x, k=0", "linear", batch="matrices", x=lambda g, k: np.tril(g, k)),
    Row("triu", np.triu, "x, k=0", "linear", batch="matrices", x=lambda g, k: np.triu(g, k)),
]

JOINING = [
    Row("concatenate", lambda *xs, axis=0, ends=(): np.concatenate(xs, axis),
        "*xs, axis=0, ends=()", "linear", batch="all axes",
        template="np.concatenate([{xs}], axis={axis})",
        numpy=np.concatenate, bind=lambda xs, axis=0: bind_concatenate(xs, axis),
        xs=lambda g, position, axis, ends: g[along(
            slice(ends[position], ends[position + 1]), axis, g.ndim)]),
    Row("stack", lambda *xs, axis=0: np.stack(xs, axis), "*xs, axis=0", "linear", batch="all axes",
        result_shape=lambda *xs, axis: (*xs[0][:axis], len(xs), *xs[0][axis:]),
        template=("np.array([{xs}])", "np.stack([{xs}], axis={axis})"),
        numpy=np.stack, bind=lambda xs, axis=0: (tuple(map(joined, xs)), {"axis": axis}),
        xs=lambda g, position, axis: np.moveaxis(g, axis, 0)[position]),
    Row("pad", lambda x, widths: np.pad(x, widths), "x, widths=None", "linear",
        batch="pad", numpy=np.pad, template="np.pad({x}, {widths})",
        bind=lambda x, widths, mode="constant", constant_values=0: bind_pad(
            x, widths, mode, constant_values),
        x=lambda g, x_shape, widths: g[tuple(
            slice(left, left + size) for (left, _), size in zip(widths, x_shape, strict=True))]),
]

PICKING = [
    Row("index", lambda x, key: x[key] if type(key) is not np.ndarray else rows_at(x, key),
        "x, key=None", "linear", batch="pick", view=True, template="{x}[{key}]", bare="key",
        x=lambda g, x_shape, key: scatter(g, key, x_shape),
        kind_of_rule=PartRule),
    Row("scatter", lambda g, key, shape: add_at(g, key, shape), "g, key=None, shape=None", "linear",
        batch="put", adds_to="zeros", g=lambda g, key: g[key]),
    Row("add_at", lambda x, g, key: x + add_at(g, key, x.shape), "x, g, key=None", "linear",
        adds_to="x", x=lambda g: g, g=lambda g, key: g[key]),
    Row("sort", np.sort, "x, axis=-1", "general", batch="axes",
        bind=lambda x, axis=-1, kind=None, *, stable=None: bind_sort(x, axis),
        x=lambda g, x, axis: call("unsort_like", (g, x), axis)),
    Row("sort_like", lambda y, x, axis=-1: np.take_along_axis(y, order(x, axis), axis),
        "y, x, axis=-1", "multilinear", batch="all axes", x=None,
        template="np.take_along_axis({y}, np.argsort({x}, {axis}, kind='stable'), {axis})",
        y=lambda g, x, axis: call("unsort_like", (g, x), axis)),
    Row("unsort_like", lambda y, x, axis=-1: put_back(y, order(x, axis), axis),
        "y, x, axis=-1", "multilinear", batch="all axes", x=None,
        template="np.take_along_axis({y}, np.argsort("
             "np.argsort({x}, {axis}, kind='stable'), {axis}), {axis})",
        y=lambda g, x, axis: call("sort_like", (g, x), axis)),
]


def bind_reshape(x, shape, order):
    """Return the operand and parameter of np.reshape; in order "F" all axes are turned around."""
    shape = tuple(shape) if isinstance(shape, (list, tuple)) else (shape,)
    shape = tuple(map(operator.index, shape))
    if order != "C":
        x = np.transpose(np.reshape(transposed_for(order, x), shape[::-1]))
        shape = x.shape
    return (x,), {"shape": shape}


def transposed_for(order, x):
    """Return an array whose entries, in NumPy's usual order, are those of x in another one."""
    if order not in ("C", "F"):
        raise NotImplementedError(
            f"order={order!r} asks how an array lies in memory, which a node does not say: write "
            "order='C' or order='F'"
        )
    return x if order == "C" else np.transpose(x)


def bind_sort(x, axis):
    """Return the operand and parameters of np.sort; without an axis, of all entries in a row."""
    return ((np.ravel(x),), {"axis": 0}) if axis is None else ((x,), {"axis": axis})


def copy_along(x, shape):
    """Compute np.broadcast_to, in a quarter of its time for a single number: the frequent case."""
    if isinstance(x, np.generic) and isinstance(shape, tuple):
        return np.ndarray(shape, x.dtype, buffer=x, strides=(0,) * len(shape))
    return np.broadcast_to(x, shape)


def rows_at(x, key):
    """Compute x[key] of an array of positions, 3 times faster where x lies in one piece."""
    fast = key.dtype == np.intp and x.flags.c_contiguous
    return x.take(key, 0) if fast else x[key]


def scatter(g, key, shape):
    """Return zeros of this shape with `g` added at `key`: the way back of indexing."""
    if names_every_entry(key):
        return g.reshape(shape)
    return ROWS["scatter"](g, key=key, shape=shape)


def add_at(g, key, shape):
    """Compute scatter on plain arrays."""
    out = np.zeros(shape, g.dtype)
    if names_no_entry_twice(key):
        out[key] = g
    else:
        add_into(out, key, g)
    return out


def add_into(total, key, g):
    """Add g to the entries of an array at `key`, as often as the key names them.

    What positions pick lies in memory in another order than g, and adding the two is slow: where it
    is most of the array, g is put in its place first.
    """
    if names_no_entry_twice(key):
        if 2 * g.size < total.size or is_basic(key):
            total[key] += g
        else:
            total += add_at(g, key, total.shape)
    elif is_list_of_rows(key, g) and total.flags.c_contiguous:
        add_whole_rows(total, key, g)
    else:
        np.add.at(total, key, g)


def is_list_of_rows(key, g):
    """Tell whether a key is a long list of rows, g being what to add to them."""
    return isinstance(key, np.ndarray) and key.ndim == 1 and g.ndim > 1 and g.size >= 256


def add_whole_rows(total, rows, g):
    """Do np.add.at for a list of rows, 2 to 4 times faster: entry by entry of the flat array."""
    size = g[0].size
    places = rows.astype(np.intp)[:, None] % len(total) * size + np.arange(size)
    np.add.at(total.reshape(-1), places.reshape(-1), g.reshape(-1))


def names_every_entry(key):
    """Tell whether a key leaves all entries in their order: x[:, None], x[None, ...]."""
    for part in as_tuple(key):
        whole = isinstance(part, slice) and part.start is part.stop is part.step is None
        if not whole and part is not None and part is not ...:
            return False
    return True


def is_basic(key):
    """Tell whether a key is made of integers, slices, None and ... only."""
    return all(type(part) in BASIC for part in as_tuple(key))


def names_no_entry_twice(key):
    """Tell whether a key surely names no entry twice: slices, masks, a few different positions.

    It takes no time; adding.py counts what is not sure, once for a program.
    """
    arrays = [part for part in as_tuple(key) if type(part) not in BASIC]
    if len(arrays) != 1:
        return not arrays
    part = np.asarray(arrays[0])
    if part.dtype == bool or not part.size:
        return True
    return part.size <= 8 and part.min() >= 0 and len(set(part.ravel().tolist())) == part.size


def as_tuple(key):
    """Return a key as a tuple of its parts."""
    return key if type(key) is tuple else (key,)


BASIC = {int, slice, type(None), type(...)}


def call(op, operands, axis):
    """Run the operation `op` along an axis."""
    return ROWS[op](*operands, axis=axis)


def order(x, axis):
    """Return the positions that sort x."""
    return np.argsort(x, axis, kind="stable")


def put_back(y, positions, axis):
    """Return an array whose entries at `positions` along the axis are those of y, in order."""
    out = np.empty_like(y)
    np.put_along_axis(out, positions, y, axis)
    return out


def joined(x):
    """Return a list with nodes in it, however nested, as one node; anything else as it is."""
    if isinstance(x, (list, tuple)):
        parts = list(map(joined, x))
        if any(map(is_node, parts)):
            return np.stack(parts)
    return x


def bind_concatenate(xs, axis):
    """Return operands and parameters of np.concatenate; `ends` says where each operand begins."""
    xs = tuple(map(joined, xs)) if axis is not None else tuple(np.ravel(joined(x)) for x in xs)
    if not all(map(np.ndim, xs)):
        raise ValueError("np.concatenate joins arrays, not numbers; write np.stack or np.append")
    sizes = (np.shape(x)[axis or 0] for x in xs)
    return xs, {"axis": axis or 0, "ends": tuple(itertools.accumulate(sizes, initial=0))}


def along(part, axis, ndim):
    """Return the key that takes `part` along one axis and everything along the others."""
    return (slice(None),) * (axis % ndim) + (part,)


def bind_pad(x, widths, mode="constant", constant_values=0):
    """Return the operand and parameters of np.pad, the widths as one pair per axis."""
    if mode != "constant" or np.any(constant_values):
        raise NotImplementedError(f"pad of a node fills with zeros only, not with mode={mode!r}")
    pairs = np.broadcast_to(np.asarray(widths), (len(x.shape), 2)).tolist()
    return (x,), {"widths": tuple((before, after) for before, after in pairs)}


add_rows(*ARRANGING, *SAME_PLACES, *JOINING, *PICKING)
