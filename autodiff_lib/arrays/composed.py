"""NumPy functions that need no row: each is written with operations that have one."""

import numpy as np

from .node import COMPOSED, evaluate
from .rows import ROWS
from .shapes import along


def apply_one(op, *operands, **parameters):
    """Run an operation by its name."""
    return evaluate(ROWS[op], operands, parameters)


def dot(x, y):
    """np.dot: a product of numbers, matmul up to rank 2, above it a sum over one axis of each."""
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return x * y
    if np.ndim(x) <= 2 and np.ndim(y) <= 2:
        return x @ y
    return np.tensordot(x, y, axes=(-1, -2 if np.ndim(y) > 1 else -1))


def tensordot(x, y, axes=2):
    """np.tensordot, written as an einsum: summed axes share a letter."""
    if isinstance(axes, (int, np.integer)):
        axes = range(-axes, 0), range(axes)
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    left, right = list(letters[: np.ndim(x)]), list(letters[26 : 26 + np.ndim(y)])
    summed = []
    for i, j in zip(np.atleast_1d(axes[0]), np.atleast_1d(axes[1]), strict=True):
        right[j] = left[i]
        summed.append(left[i])
    kept = [letter for letter in left + right if letter not in summed]
    return np.einsum(f"{''.join(left)},{''.join(right)}->{''.join(kept)}", x, y)


def norm(x, ord=None, axis=None, keepdims=False):
    """np.linalg.norm, the Euclidean (or Frobenius) one."""
    if ord not in (None, 2, "fro") or (ord == 2 and x.ndim > 1 and axis is None):
        raise NotImplementedError(f"norm of a node is the Euclidean one, not ord={ord!r}")
    return np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims))


def slogdet(x):
    """np.linalg.slogdet: the sign, which is constant, and the logarithm of |det x|."""
    Result = type(np.linalg.slogdet(np.eye(1)))
    return Result(apply_one("signdet", x), apply_one("logabsdet", x))


def array_split(x, sections, axis=0):
    """np.array_split: nearly equal parts, or parts that begin at the given positions."""
    size = x.shape[axis]
    if isinstance(sections, (int, np.integer)):
        small, larger = divmod(size, int(sections))
        sections = np.cumsum([small + (i < larger) for i in range(int(sections) - 1)]).tolist()
    bounds = [0, *sections, size]
    return [x[along(slice(a, b), axis, x.ndim)] for a, b in zip(bounds, bounds[1:], strict=False)]


def split(x, sections, axis=0):
    """np.split: equal parts, or parts that begin at the given positions."""
    if isinstance(sections, (int, np.integer)) and x.shape[axis] % sections:
        raise ValueError(f"split: {x.shape[axis]} entries do not make {sections} equal parts")
    return array_split(x, sections, axis)


def take(x, indices, axis=None):
    """np.take: indexing along one axis, or in the flattened array."""
    return x.reshape(-1)[indices] if axis is None else x[along(indices, axis, x.ndim)]


def take_along_axis(x, indices, axis=-1):
    """np.take_along_axis, as indexing with one array of positions per axis."""
    if axis is None:
        return x.reshape(-1)[indices]
    grid = list(np.ogrid[tuple(slice(size) for size in np.shape(indices))])
    grid[axis] = indices
    return x[tuple(grid)]


def repeat(x, repeats, axis=None):
    """np.repeat: taking positions several times."""
    x, axis = (x.reshape(-1), 0) if axis is None else (x, axis)
    return take(x, np.repeat(np.arange(x.shape[axis]), repeats), axis)


def diagonal(x):
    """np.diagonal of a matrix."""
    size = min(x.shape)
    return x[np.arange(size), np.arange(size)]


def diag(x):
    """np.diag: the diagonal of a matrix, or the matrix of a diagonal."""
    return diagonal(x) if x.ndim == 2 else x[:, None] * np.eye(x.shape[0])


def diff(x, n=1, axis=-1):
    """np.diff: the differences of neighbours, n times."""
    for _ in range(n):
        x = x[along(slice(1, None), axis, x.ndim)] - x[along(slice(None, -1), axis, x.ndim)]
    return x


def outer(x, y):
    """np.outer: all products of an entry of x and an entry of y."""
    return np.reshape(x, (-1, 1)) * np.reshape(y, (1, -1))


def hstack(xs):
    """np.hstack: side by side (vectors: one after the other)."""
    return np.concatenate(xs, axis=0 if np.ndim(xs[0]) < 2 else 1)


def vstack(xs):
    """np.vstack: one below the other, vectors as rows."""
    return np.concatenate([np.reshape(x, (1, -1)) if np.ndim(x) < 2 else x for x in xs], axis=0)


def column_stack(xs):
    """np.column_stack: side by side, vectors as columns."""
    return np.concatenate([np.reshape(x, (-1, 1)) if np.ndim(x) < 2 else x for x in xs], axis=1)


COMPOSED.update({
    np.dot: dot,
    np.tensordot: tensordot,
    np.inner: lambda x, y: np.tensordot(x, y, axes=(-1, -1)),
    np.outer: outer,
    np.trace: lambda x: np.sum(diagonal(x)),
    np.linalg.norm: norm,
    np.linalg.slogdet: slogdet,
    np.split: split,
    np.array_split: array_split,
    np.hstack: hstack,
    np.vstack: vstack,
    np.column_stack: column_stack,
})
COMPOSED.update({
    np.take: take,
    np.take_along_axis: take_along_axis,
    np.repeat: repeat,
    np.diagonal: diagonal,
    np.diag: diag,
    np.diff: diff,
    np.amax: lambda x, *args, **kwargs: np.max(x, *args, **kwargs),
    np.amin: lambda x, *args, **kwargs: np.min(x, *args, **kwargs),
    np.copy: lambda x: +x,
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.size: lambda x: x.size,
    np.zeros_like: lambda x: np.zeros(x.shape, x.dtype),
    np.ones_like: lambda x: np.ones(x.shape, x.dtype),
    np.full_like: lambda x, value: np.zeros(x.shape, x.dtype) + value,
})
