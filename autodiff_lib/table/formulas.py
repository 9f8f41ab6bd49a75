"""NumPy functions that are formulas: norms, statistics, integrals, polynomials, choices.

Each is written with operations that have rows, so it needs no rule of its own. Where the result
has no derivative (a median between two ties, a knot of `interp`), it is that of one side.
"""

import numpy as np

from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.rows import ROWS, add_rows

from .elementwise import constant
from .shapes import joined

add_rows(
    constant("searchsorted", np.searchsorted, "x, v, side='left'"),
    constant("digitize", np.digitize, "x, bins, right=False"),
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


def norm(x, ord=None, axis=None, keepdims=False):
    """np.linalg.norm: the Euclidean one (Frobenius for matrices); of vectors also 1 and inf."""
    rank = x.ndim if axis is None else len(which_axes(axis, x))
    if ord is None or (ord, rank) in ((2, 1), ("fro", 2)):
        return ROWS["norm"](x, axis=axis, keepdims=keepdims)
    if (ord, rank) in ((1, 1), (np.inf, 1)):
        return (np.sum if ord == 1 else np.max)(np.abs(x), axis=axis, keepdims=keepdims)
    kind = {1: "vectors", 2: "matrices"}.get(rank, f"{rank} axes")
    raise NotImplementedError(
        f"np.linalg.norm of a node is not computed for {kind} with ord={ord!r}: ord may be None "
        "(the root of the sum of squares), 'fro' for matrices, and 1, 2 or np.inf for vectors"
    )


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


def nansum(x, axis=None, keepdims=False):
    """np.nansum: the sum of what is not nan."""
    return np.sum(np.where(np.isnan(x), 0.0, x), axis=axis, keepdims=keepdims)


def nanmean(x, axis=None, keepdims=False):
    """np.nanmean: the mean of what is not nan."""
    count = np.sum(np.logical_not(np.isnan(x)), axis=axis, keepdims=keepdims)
    return nansum(x, axis, keepdims) / count


def median(x, axis=None, keepdims=False):
    """np.median: the mean of the middle one or two of the sorted entries; nan if one is nan."""
    if isinstance(axis, tuple):
        raise NotImplementedError(f"np.median of a node takes one axis or None, not axis={axis}")
    entries = np.ravel(x) if axis is None else moved(x, axis, -1)
    size = entries.shape[-1]
    middle = np.mean(np.sort(entries)[..., (size - 1) // 2 : size // 2 + 1], axis=-1)
    middle = np.where(np.any(np.isnan(entries), axis=-1), np.nan, middle)
    if not keepdims:
        return middle
    return middle.reshape([1] * x.ndim) if axis is None else np.expand_dims(middle, axis)


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


def interp(x, xp, fp):
    """np.interp: the line between the two neighbours in xp; outside them the first or last fp."""
    x, xp, fp = as_array(x), as_array(xp), as_array(fp)
    if xp.size < 2:
        raise ValueError("np.interp of a node takes at least two points")
    left = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, xp.size - 2)
    slope = (fp[left + 1] - fp[left]) / (xp[left + 1] - xp[left])
    inside = fp[left] + slope * (x - xp[left])
    return np.where(x < xp[0], fp[0], np.where(x > xp[-1], fp[-1], inside))


def linspace(start, stop, num=50, endpoint=True):
    """np.linspace: a share t of stop and the rest of start, for t from 0 to 1."""
    rank = max(np.ndim(start), np.ndim(stop))
    t = np.linspace(0.0, 1.0, num, endpoint).reshape(-1, *[1] * rank)
    return start * (1.0 - t) + stop * t


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
    np.linalg.norm: norm,
    np.average: average,
    np.nansum: nansum,
    np.nanmean: nanmean,
    np.median: median,
    np.cov: cov,
    np.corrcoef: corrcoef,
    np.ptp: lambda x, axis=None, keepdims=False: (
        np.max(x, axis=axis, keepdims=keepdims) - np.min(x, axis=axis, keepdims=keepdims)),
    np.amax: lambda x, axis=None, keepdims=False: np.max(x, axis=axis, keepdims=keepdims),
    np.amin: lambda x, axis=None, keepdims=False: np.min(x, axis=axis, keepdims=keepdims),
    np.around: lambda x, decimals=0: np.round(x, decimals),
    np.fix: lambda x: np.trunc(x),
}
FORMULAS = STATISTICS | {
    np.diff: diff,
    np.trapezoid: trapezoid,
    np.polyval: polyval,
    np.convolve: convolve,
    np.interp: interp,
    np.linspace: linspace,
    np.logspace: lambda start, stop, num=50, endpoint=True, base=10.0: (
        base ** linspace(start, stop, num, endpoint)),
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
