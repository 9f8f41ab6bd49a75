"""NumPy functions that order entries or leave out those that are nan: quantiles, nanmax, nanstd.

Each is written with operations that have rows. A quantile moves with the one or two entries that
it lies between.
"""

import numpy as np

from .formulas import as_array, which_axes
from .reductions import kept_shape, nonzero

METHODS = {  # of np.quantile: where between two entries a quantile lies, given the exact place
    "linear": lambda place: place - np.floor(place),
    "lower": lambda place: place * 0.0,
    "higher": lambda place: np.ceil(place) - np.floor(place),
    "midpoint": lambda place: 0.5 * (np.ceil(place) - np.floor(place)),
}


def merged(x, axis):
    """Return x with the axes that `axis` names as its last one."""
    if axis is None:
        return np.ravel(x)
    axes = which_axes(axis, x)
    others = [i for i in range(x.ndim) if i not in axes]
    if (*others, *axes) != tuple(range(x.ndim)):
        x = np.transpose(x, (*others, *axes))
    return x if len(axes) == 1 else x.reshape((*x.shape[: len(others)], -1))


def kept(result, shape, axis, keepdims):
    """Return a reduction of an array of this shape with its axes kept, if asked for."""
    if not keepdims:
        return result
    axis = axis if axis is None else which_axes(axis, np.empty(shape))
    return np.reshape(result, kept_shape(shape, axis))


def median(x, axis=None, keepdims=False):
    """np.median: the mean of the middle one or two of the sorted entries; nan if one is nan."""
    entries = merged(x, axis)
    size = entries.shape[-1]
    middle = np.mean(np.sort(entries)[..., (size - 1) // 2 : size // 2 + 1], axis=-1)
    middle = np.where(np.any(np.isnan(entries), axis=-1), np.nan, middle)
    return kept(middle, x.shape, axis, keepdims)


def quantile(x, q, axis=None, *, method="linear", keepdims=False):
    """np.quantile: between the two sorted entries around the place q * (n - 1)."""
    if method not in METHODS:
        known = ", ".join(map(repr, METHODS))
        raise NotImplementedError(f"np.quantile of a node: method is {known}, not {method!r}")
    x, q = as_array(x), as_array(q)
    if np.any(np.logical_not((q >= 0) & (q <= 1))):
        raise ValueError("np.quantile: quantiles lie between 0 and 1, percentiles up to 100")
    entries = merged(x, axis)
    last = entries.shape[-1] - 1
    low = np.floor(q * last).astype(int)
    ordered, share = np.sort(entries), METHODS[method](q * last)
    result = (1.0 - share) * ordered[..., low] + share * ordered[..., np.minimum(low + 1, last)]
    holes = np.any(np.isnan(entries), axis=-1).reshape((*entries.shape[:-1], *[1] * q.ndim))
    result = np.where(holes, np.nan, result)
    if q.ndim:
        ends = tuple(range(-q.ndim, 0))
        result = np.moveaxis(result, ends, tuple(range(q.ndim)))
    if not keepdims:
        return result
    axes = axis if axis is None else which_axes(axis, x)
    return result.reshape((*q.shape, *kept_shape(x.shape, axes)))


def nan_extreme(extreme, limit, x, axis=None, keepdims=False):
    """np.nanmax and np.nanmin: the extreme of what is not nan; nan where there is nothing else."""
    holes = np.isnan(x)
    found = extreme(np.where(holes, limit, x), axis=axis, keepdims=keepdims)
    return np.where(np.all(holes, axis=axis, keepdims=keepdims), np.nan, found)


def nansum(x, axis=None, keepdims=False):
    """np.nansum: the sum of what is not nan."""
    return np.sum(np.where(np.isnan(x), 0.0, x), axis=axis, keepdims=keepdims)


def nancount(x, axis, keepdims):
    """Return how many entries are not nan."""
    return np.sum(np.logical_not(np.isnan(x)), axis=axis, keepdims=keepdims)


def nanmean(x, axis=None, keepdims=False):
    """np.nanmean: the mean of what is not nan."""
    count = nancount(x, axis, keepdims)
    return nansum(x, axis, keepdims) / count.astype(x.dtype)


def nanvar(x, axis=None, *, ddof=0, keepdims=False):
    """np.nanvar: the variance of what is not nan."""
    away = np.where(np.isnan(x), 0.0, x - nanmean(x, axis, keepdims=True))
    count = nancount(x, axis, keepdims)
    squares = np.sum(np.square(away), axis=axis, keepdims=keepdims)
    return squares / (count - ddof).astype(x.dtype)


def nanstd(x, axis=None, *, ddof=0, keepdims=False):
    """np.nanstd: the root of the variance, with slope 0 where that is 0."""
    variance = nanvar(x, axis, ddof=ddof, keepdims=keepdims)
    return np.where(variance == 0, 0.0, np.sqrt(nonzero(variance)))


ORDERED = {
    np.median: median,
    np.quantile: quantile,
    np.percentile: lambda x, q, axis=None, *, method="linear", keepdims=False: quantile(
        x, as_array(q) / 100.0, axis, method=method, keepdims=keepdims),
    np.nanmax: lambda x, axis=None, keepdims=False: nan_extreme(np.max, -np.inf, x, axis, keepdims),
    np.nanmin: lambda x, axis=None, keepdims=False: nan_extreme(np.min, np.inf, x, axis, keepdims),
    np.nansum: nansum,
    np.nanmean: nanmean,
    np.nanvar: nanvar,
    np.nanstd: nanstd,
    np.nanprod: lambda x, axis=None, keepdims=False: np.prod(
        np.where(np.isnan(x), 1.0, x), axis=axis, keepdims=keepdims),
    np.nancumsum: lambda x, axis=None: np.cumsum(np.where(np.isnan(x), 0.0, x), axis),
    np.nancumprod: lambda x, axis=None: np.cumprod(np.where(np.isnan(x), 1.0, x), axis),
}
