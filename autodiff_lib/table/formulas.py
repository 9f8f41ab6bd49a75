"""NumPy functions that are formulas: norms, statistics, integrals, polynomials, choices.

Each is written with operations that have rows, so it needs no rule of its own. Where the result
has no derivative (a median between two ties, a knot of `interp`), it is that of one side.
"""

import functools

import numpy as np

from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.rows import ROWS, add_rows

from .elementwise import constant
from .keys import Slot, part_of
from .reductions import products_before
from .shapes import joined, scatter

add_rows(
    constant("searchsorted", np.searchsorted, "x, v, side='left'", batch="lookup"),
    constant("digitize", np.digitize, "x, bins, right=False", batch="lookup"),
)


def as_array(x):
    """Return a node as it is and anything else as an array: a list of nodes as one node."""
    x = joined(x)
    return x if is_node(x) else np.asarray(x)


def which_axes(axis, x):
    """Return the axes of x that `axis` names, as a tuple of numbers from 0 on, or refuse them."""
    return np.lib.array_utils.normalize_axis_tuple(axis, np.ndim(x))


def moved(x, source, destination):
    """np.moveaxis, which does nothing where the axes are in their places."""
    if which_axes(source, x) == which_axes(destination, x):
        return as_array(x)
    return np.moveaxis(x, source, destination)


# Sums and averages


def average(x, axis=None, weights=None, *, keepdims=False):
    """np.average: the mean, or sum(weights * x) / sum(weights)."""
    if weights is None:
        return np.mean(x, axis=axis, keepdims=keepdims)
    x, weights = as_array(x), as_array(weights)
    if weights.shape != x.shape:
        weights = broadcast_along(weights, x.shape, axis)
    total = np.sum(weights, axis=axis, keepdims=keepdims)
    return np.sum(x * weights, axis=axis, keepdims=keepdims) / total


def broadcast_along(vector, shape, axis):
    """Return an array of this shape that holds a vector along one axis."""
    if not isinstance(axis, (int, np.integer)) or vector.shape != (shape[axis],):
        raise ValueError(
            f"weights of shape {vector.shape} fit neither all of {shape} nor its axis={axis}"
        )
    sizes = [1] * len(shape)
    sizes[axis] = -1
    return np.broadcast_to(vector.reshape(sizes), shape)


def cov(x, y=None, rowvar=True, bias=False, ddof=None):
    """np.cov: products of deviations from the mean, averaged: one row of x per variable."""
    x = as_array(x)
    if x.ndim > 2 or np.ndim(y) > 2:
        raise ValueError(f"np.cov takes at most 2 axes, not {x.ndim} and {np.ndim(y)}")
    rows = x.T if x.ndim == 2 and not rowvar else np.atleast_2d(x)
    if y is not None:
        more = np.atleast_2d(y)
        more = more.T if more.shape[0] > 1 and not rowvar else more
        rows = np.concatenate([rows, more], axis=0)
    away = rows - np.mean(rows, axis=1, keepdims=True)
    lost = (0 if bias else 1) if ddof is None else ddof
    return np.squeeze(away @ away.T / max(rows.shape[1] - lost, 0))


def corrcoef(x, y=None, rowvar=True):
    """np.corrcoef: the covariances of variables that are scaled to variance 1."""
    products = np.atleast_2d(np.cov(x, y, rowvar))
    widths = np.sqrt(np.diagonal(products))
    return np.squeeze(products / widths[:, None] / widths)


# Differences, integrals, polynomials


def diff(x, n=1, axis=-1, prepend=None, append=None):
    """np.diff: the differences of neighbours, n times."""
    if n < 0:
        raise ValueError(f"np.diff: n, how many times, must not be negative, got {n}")
    if n == 0:
        return x
    x = moved(x, axis, -1)
    if prepend is not None or append is not None:
        ends = [at_end(x, end, axis) for end in (prepend, append)]
        x = np.concatenate([ends[0], x, ends[1]], axis=-1)
    for _ in range(n):
        x = x[..., 1:] - x[..., :-1]
    return moved(x, -1, axis)


def at_end(x, end, axis):
    """Return what comes before or after x along its last axis: nothing, a number or an array."""
    if end is None:
        return x[..., :0]
    return moved(end, axis, -1) if np.ndim(end) else np.broadcast_to(end, (*x.shape[:-1], 1))


def trapezoid(y, x=None, dx=1.0, axis=-1):
    """np.trapezoid: the area below a line through points, as a sum of trapezoids."""
    if np.ndim(x) not in (0, 1, np.ndim(y)):
        raise ValueError(f"np.trapezoid: x has {np.ndim(x)} axes, y has {np.ndim(y)}")
    y = moved(y, axis, -1)
    if x is not None:
        dx = np.diff(x if np.ndim(x) == 1 else moved(x, axis, -1))
    return np.sum(dx * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


def polyval(p, x):
    """np.polyval: a polynomial at x, the highest coefficient first, by Horner's rule."""
    x = as_array(x)
    y = np.zeros_like(x)
    for coefficient in p:
        y = y * x + coefficient
    return y


def convolve(x, v, mode="full"):
    """np.convolve: windows of x, with zeros around it, times v backwards."""
    x, v = np.atleast_1d(x), np.atleast_1d(v)
    if v.size > x.size:
        x, v = v, x
    extra = v.size - 1
    starts = {"full": (0, x.size + extra), "same": (extra // 2, extra // 2 + x.size),
              "valid": (extra, x.size)}
    windows = np.arange(*starts[mode])[:, None] + np.arange(v.size)
    return np.pad(x, extra)[windows] @ v[::-1]


def correlate(x, v, mode="valid"):
    """np.correlate: windows of the longer one times the other."""
    x, v = np.atleast_1d(x), np.atleast_1d(v)
    if v.size > x.size:
        return correlate(v, x, mode)[::-1]
    return convolve(x, v[::-1], mode)


def gradient(f, *varargs, axis=None, edge_order=1):
    """np.gradient: slopes of the parabola through three neighbours; at the ends of less."""
    f = as_array(f)
    axes = which_axes(range(f.ndim) if axis is None else axis, f)
    steps = varargs * len(axes) if len(varargs) == 1 else varargs or (1.0,) * len(axes)
    if len(steps) != len(axes):
        raise TypeError(f"np.gradient: {len(steps)} spacings for {len(axes)} axes")
    slopes = tuple(
        slopes_along(f, step, one, edge_order) for step, one in zip(steps, axes, strict=True))
    return slopes if len(axes) > 1 else slopes[0]


def slopes_along(f, step, axis, edge_order):
    """Return the slopes along one axis; `step` is a distance, or all positions."""
    y, size = moved(f, axis, -1), f.shape[axis]
    if size <= edge_order or edge_order not in (1, 2):
        raise ValueError(f"np.gradient: {size} entries are too few for edge_order={edge_order}")
    h = np.diff(step) if np.ndim(step) else step * np.ones(size - 1)
    rise = (y[..., 1:] - y[..., :-1]) / h
    before, after = h[:-1], h[1:]
    inside = (after * rise[..., :-1] + before * rise[..., 1:]) / (before + after)
    first, last = rise[..., :1], rise[..., -1:]
    if edge_order == 2:
        first = first + (first - inside[..., :1])
        last = last + (last - inside[..., -1:])
    return moved(np.concatenate([first, inside, last], axis=-1), -1, axis)


def ediff1d(x, to_end=None, to_begin=None):
    """np.ediff1d: the differences of neighbours in the flattened array, and what is around them."""
    x = np.ravel(as_array(x))
    ends = [x[:0] if end is None else np.ravel(as_array(end)) for end in (to_begin, to_end)]
    return np.concatenate([ends[0], x[1:] - x[:-1], ends[1]])


def cumprod(x, axis=None):
    """np.cumprod: each entry times the product of those before it, exact where some are zero."""
    x, axis = (np.ravel(x), 0) if axis is None else (x, axis)
    x = moved(x, axis, -1)
    return moved(products_before(x) * x, -1, axis)


def cumulative(cumulate, start, x, *, axis=None, include_initial=False):
    """np.cumulative_sum and np.cumulative_prod: with `include_initial` the start comes first."""
    if axis is None and x.ndim > 1:
        raise ValueError("np.cumulative_sum and np.cumulative_prod of a matrix need an axis")
    axis = 0 if axis is None else axis
    if include_initial:
        first = moved(x, axis, 0)[:1]
        x = np.concatenate([moved(np.full(first.shape, start, x.dtype), 0, axis), x], axis=axis)
    return cumulate(x, axis)


def bincount(x, weights=None, minlength=0):
    """np.bincount: the sums of the weights that have the same number."""
    if weights is None:
        raise NotImplementedError("np.bincount of a node needs weights: counts have no derivative")
    size = max(int(np.max(x)) + 1 if np.size(x) else 0, minlength)
    weights = as_array(weights) * np.float64(1)
    x = x if is_node(x) else np.asarray(x)
    if is_node(x):
        return ROWS["put"](weights, x, key=Slot(0), shape=(size,))
    return scatter(weights, x, (size,))


def sinc(x):
    """np.sinc: sin(z) / z for z = pi x, and near 0 the first terms of its series."""
    z = np.pi * as_array(x)
    near = np.abs(z) < 1.0
    square, series = np.where(near, z * z, 0.0), 1.0
    for n in range(20, 0, -2):
        series = 1.0 - series * square / (n * (n + 1))
    away = np.where(near, 1.0, z)
    return np.where(near, series, np.sin(away) / away)


def interp(x, xp, fp, left=None, right=None, period=None):
    """np.interp: the line between the two neighbours in xp; outside them the first or last fp."""
    x, xp, fp = as_array(x), as_array(xp), as_array(fp)
    if period is not None:
        x, xp = np.mod(x, period), np.mod(xp, period)
        by_place = np.argsort(xp)
        xp, fp, left, right = xp[by_place], fp[by_place], None, None
        xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
    if xp.size < 2:
        raise ValueError("np.interp of a node takes at least two points")
    place = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, xp.size - 2)
    x_before, y_before = part_of(xp, place), part_of(fp, place)
    slope = (part_of(fp, place + 1) - y_before) / (part_of(xp, place + 1) - x_before)
    inside = y_before + slope * (x - x_before)
    left, right = fp[0] if left is None else left, fp[-1] if right is None else right
    return np.where(x < xp[0], left, np.where(x > xp[-1], right, inside))


def linspace(start, stop, num=50, endpoint=True, retstep=False, *, axis=0):
    """np.linspace: a share t of stop and the rest of start, for t from 0 to 1."""
    start, stop = as_array(start), as_array(stop)
    t = np.linspace(0.0, 1.0, num, endpoint).reshape(-1, *[1] * max(start.ndim, stop.ndim))
    line = start * (1.0 - t) + stop * t
    line = moved(line, 0, axis) if axis else line
    count = num - 1 if endpoint else num
    return (line, (stop - start) / count if count else np.nan) if retstep else line


def geomspace(start, stop, num=50, endpoint=True, *, axis=0):
    """np.geomspace: from start to stop by equal factors."""
    factor = as_array(stop) / as_array(start)
    line = start * factor ** linspace(np.zeros(factor.shape), 1.0, num, endpoint)
    return moved(line, 0, axis) if axis else line


# Choices


def select(condlist, choicelist, default=0):
    """np.select: for each entry the first choice whose condition holds."""
    chosen = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        chosen = np.where(condition, choice, chosen)
    return chosen


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """np.nan_to_num: numbers instead of nan and inf; no gradient flows to those."""
    limits = np.finfo(x.dtype)
    x = np.where(np.isnan(x), nan, x)
    x = np.where(x == np.inf, limits.max if posinf is None else posinf, x)
    return np.where(x == -np.inf, limits.min if neginf is None else neginf, x)


def heaviside(x, h0):
    """np.heaviside: 0 below 0, 1 above, h0 at 0."""
    return np.where(x == 0, h0, 0.5 + 0.5 * np.sign(x))


STATISTICS = {
    np.average: average,
    np.cov: cov,
    np.corrcoef: corrcoef,
    np.ptp: lambda x, axis=None, keepdims=False: (
        np.max(x, axis=axis, keepdims=keepdims) - np.min(x, axis=axis, keepdims=keepdims)),
    np.amax: lambda x, axis=None, keepdims=False: np.max(x, axis=axis, keepdims=keepdims),
    np.amin: lambda x, axis=None, keepdims=False: np.min(x, axis=axis, keepdims=keepdims),
    np.around: lambda x, decimals=0: np.round(x, decimals),
    np.fix: lambda x: np.trunc(x),
}
SERIES = {
    np.diff: diff,
    np.ediff1d: ediff1d,
    np.gradient: gradient,
    np.trapezoid: trapezoid,
    np.polyval: polyval,
    np.convolve: convolve,
    np.correlate: correlate,
    np.interp: interp,
    np.linspace: linspace,
    np.geomspace: geomspace,
    np.cumprod: cumprod,
    np.cumulative_sum: functools.partial(cumulative, np.cumsum, 0),
    np.cumulative_prod: functools.partial(cumulative, cumprod, 1),
    np.bincount: bincount,
    np.logspace: lambda start, stop, num=50, endpoint=True, base=10.0, *, axis=0: (
        base ** linspace(start, stop, num, endpoint, axis=axis)),
}
FORMULAS = STATISTICS | SERIES | {
    np.sinc: sinc,
    np.fmax: lambda x, y: np.maximum(np.where(np.isnan(x), y, x), np.where(np.isnan(y), x, y)),
    np.fmin: lambda x, y: np.minimum(np.where(np.isnan(x), y, x), np.where(np.isnan(y), x, y)),
    np.select: select,
    np.nan_to_num: nan_to_num,
    np.heaviside: heaviside,
    np.float_power: lambda x, y: (x * np.float64(1)) ** y,
    np.fabs: lambda x: np.abs(x),
    np.deg2rad: lambda x: x * (np.pi / 180),
    np.rad2deg: lambda x: x * (180 / np.pi),
    np.radians: lambda x: x * (np.pi / 180),
    np.degrees: lambda x: x * (180 / np.pi),
}
