"""Rows of eigh, svd and pinv, and what is composed of them: norms, singular values, lstsq.

A row has one result, so `eigh` and `svd` lay theirs out in one array: eigenvalues above
eigenvectors; u, the singular values, and v below each other. Where two eigenvalues or singular
values are equal, their vectors may turn into each other: that turn counts as none, so what does not
depend on the choice of vectors has its derivative.
Sources: M. Giles, "An extended collection of matrix derivative results" (2008), for eigh;
J. Townsend, "Differentiating the singular value decomposition" (2016); G. Golub and V. Pereyra,
"The differentiation of pseudo-inverses" (1973).
"""

import numpy as np

from autodiff_lib.arrays.rows import ROWS, Row, add_rows

from .elementwise import constant
from .formulas import as_array, moved, which_axes
from .linear_algebra import mT
from .reductions import nonzero


def stacked_eigh(x, UPLO="L"):
    """Compute np.linalg.eigh in one array: a row of eigenvalues above the eigenvectors."""
    values, vectors = np.linalg.eigh(x, UPLO)
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def stacked_svd(x):
    """Compute np.linalg.svd in one array with a column for each singular value: u, s, v."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([u, s[..., None, :], mT(vt)], axis=-2)


def cut(parts, rows):
    """Return the three parts of what `stacked_svd` returns: u has this many rows."""
    return parts[..., :rows, :], parts[..., rows, :], parts[..., rows + 1 :, :]


def one_over(x):
    """Return 1 / x, and 0 where x is 0."""
    return np.where(x == 0, 0.0, 1.0 / nonzero(x))


def differences(x):
    """Return the matrix of x[j] - x[i]."""
    return x[..., None, :] - x[..., :, None]


def eye(x):
    """Return the unit matrix that fits a matrix of columns, in its precision."""
    return np.eye(x.shape[-1], dtype=x.dtype)


def eigh_back(g, out, UPLO):
    """Return the gradient of a symmetric matrix: it lies in the triangle that eigh reads."""
    values, vectors = out[..., 0, :], out[..., 1:, :]
    turn = one_over(differences(values)) * (mT(vectors) @ g[..., 1:, :])
    whole = vectors @ (eye(vectors) * g[..., :1, :] + turn) @ mT(vectors)
    if UPLO in "Uu":
        return np.triu(whole) + mT(np.tril(whole, -1))
    return np.tril(whole) + mT(np.triu(whole, 1))


def svd_back(g, out, rows):
    """Return the gradient of a matrix with this many rows from those of u, s and v."""
    (u, s, v), (gu, gs, gv) = cut(out, rows), cut(g, rows)
    apart = one_over(differences(s)) * one_over(s[..., None, :] + s[..., :, None])
    of_u, of_v, wide = apart * skew(mT(u) @ gu), apart * skew(mT(v) @ gv), s[..., None, :]
    inner = of_u * wide + mT(wide) * of_v + eye(u) * gs[..., None, :]
    whole = u @ inner @ mT(v)
    if rows > s.shape[-1]:
        whole = whole + (gu - u @ (mT(u) @ gu)) * one_over(wide) @ mT(v)
    if v.shape[-2] > s.shape[-1]:
        whole = whole + u @ mT((gv - v @ (mT(v) @ gv)) * one_over(wide))
    return whole


def skew(x):
    """Return x - xᵀ."""
    return x - mT(x)


def pinv_back(g, x, out):
    """Return the gradient of a matrix, whose rank stays, from that of its pseudo-inverse."""
    g, down = mT(g), mT(out)
    left = g - x @ (out @ g)
    right = g - (g @ out) @ x
    return left @ (out @ down) + (down @ out) @ right - down @ mT(g) @ down


def check_uplo(UPLO):
    """Refuse what names no triangle."""
    if UPLO not in ("L", "U", "l", "u"):
        raise ValueError(f"np.linalg.eigh: UPLO is 'L' or 'U', not {UPLO!r}")


add_rows(
    Row("eigh", stacked_eigh, "x, UPLO='L'", "general", batch="matrices",
        x=lambda g, out, UPLO: eigh_back(g, out, UPLO)),
    Row("svd", stacked_svd, "x", "general", batch="matrices",
        x=lambda g, x_shape, out: svd_back(g, out, x_shape[-2])),
    Row("pinv", np.linalg.pinv, "x, rcond=None", "general", batch="matrices",
        x=lambda g, x, out: pinv_back(g, x, out)),
    constant("matrix_rank", np.linalg.matrix_rank, "x, tol=None", batch="matrices"),
)


def eigh(x, UPLO="L"):
    """np.linalg.eigh: the eigenvalues and eigenvectors of a symmetric matrix."""
    check_uplo(UPLO)
    Result = type(np.linalg.eigh(np.eye(1)))
    both = ROWS["eigh"](x, UPLO=UPLO)
    return Result(both[..., 0, :], both[..., 1:, :])


def svd(x, full_matrices=True, compute_uv=True):
    """np.linalg.svd: x = u @ diag(s) @ vh."""
    if full_matrices and compute_uv and x.shape[-2] != x.shape[-1]:
        raise NotImplementedError(
            f"np.linalg.svd of a node of shape {x.shape}: the further columns of u or vh are not "
            "determined, so they have no derivative; write np.linalg.svd(x, full_matrices=False)"
        )
    u, s, v = cut(ROWS["svd"](x), x.shape[-2])
    Result = type(np.linalg.svd(np.eye(1)))
    return Result(u, s, mT(v)) if compute_uv else s


def lstsq(x, b, rcond=None):
    """np.linalg.lstsq: the solution of least length, squares left over, rank, singular values."""
    x, b = as_array(x), as_array(b)
    rows, columns = x.shape
    limit = np.finfo(x.dtype).eps * max(rows, columns) if rcond is None else rcond
    widths = np.linalg.svdvals(x)
    solution = ROWS["pinv"](x, rcond=limit) @ b
    rank = int(np.count_nonzero(widths > limit * widths[0]))
    left = np.atleast_1d(np.sum(np.square(b - x @ solution), axis=0))
    return solution, (left if rank == columns < rows else left[:0]), rank, widths


def norm(x, ord=None, axis=None, keepdims=False):
    """np.linalg.norm: all norms of vectors and matrices."""
    axes = tuple(range(x.ndim)) if axis is None else which_axes(axis, x)
    if ord is None or (ord, len(axes)) in ((2, 1), ("fro", 2)):
        return ROWS["norm"](x, axis=axis, keepdims=keepdims)
    if len(axes) == 1:
        return vector_norm(x, axes[0], keepdims, ord)
    if len(axes) == 2:
        result = norm_of_matrices(moved(x, axes, (-2, -1)), ord)
        return np.expand_dims(result, axes) if keepdims else result
    raise ValueError(f"np.linalg.norm: {len(axes)} axes with ord={ord!r}: it takes 1 or 2")


def vector_norm(x, axis=None, keepdims=False, ord=2):
    """np.linalg.vector_norm: the root of order `ord` of the sum of powers."""
    options = {"axis": axis, "keepdims": keepdims}
    if ord == 2:
        return ROWS["norm"](x, **options)
    if ord == 0:
        return np.sum((x != 0).astype(x.dtype), **options)
    if isinstance(ord, str):
        raise ValueError(f"np.linalg.norm: a vector has no norm of order {ord!r}")
    if np.isinf(ord):
        return (np.max if ord > 0 else np.min)(np.abs(x), **options)
    total = np.sum(np.abs(x) ** ord if ord != 1 else np.abs(x), **options)
    return total if ord == 1 else np.where(total == 0, 0.0, nonzero(total) ** (1 / ord))


def norm_of_matrices(x, ord):
    """Return a norm of the matrix, or of each of a batch: sums of rows, or singular values."""
    if ord in (1, -1, np.inf, -np.inf):
        lengths = np.sum(np.abs(x), axis=-2 if abs(ord) == 1 else -1)
        return (np.max if ord > 0 else np.min)(lengths, axis=-1)
    if ord in (2, -2, "nuc"):
        widths = np.linalg.svdvals(x)
        return np.sum(widths, axis=-1) if ord == "nuc" else widths[..., 0 if ord == 2 else -1]
    raise ValueError(f"np.linalg.norm: a matrix has no norm of order {ord!r}")


def multi_dot(arrays):
    """np.linalg.multi_dot: a product of matrices, in the order that costs least."""
    xs = list(map(as_array, arrays))
    ends = [xs[0].shape[0] if xs[0].ndim > 1 else 1, *(x.shape[-1] for x in xs[:-1])]
    ends.append(xs[-1].shape[-1] if xs[-1].ndim > 1 else 1)
    best = {}  # (first, behind the last): what the product costs, and where it is cut
    for first in reversed(range(len(xs))):
        best[first, first + 1] = 0, first
        for last in range(first + 2, len(xs) + 1):
            best[first, last] = min(
                (best[first, at][0] + best[at, last][0] + ends[first] * ends[at] * ends[last], at)
                for at in range(first + 1, last))

    def product(first, last):
        at = best[first, last][1]
        return xs[first] if last == first + 1 else product(first, at) @ product(at, last)

    return product(0, len(xs))


DECOMPOSITIONS = {
    np.linalg.norm: norm,
    np.linalg.vector_norm: vector_norm,
    np.linalg.matrix_norm: lambda x, *, keepdims=False, ord="fro": norm(x, ord, (-2, -1), keepdims),
    np.linalg.eigh: eigh,
    np.linalg.eigvalsh: lambda x, UPLO="L": eigh(x, UPLO)[0],
    np.linalg.svd: svd,
    np.linalg.svdvals: lambda x: svd(x, compute_uv=False),
    np.linalg.lstsq: lstsq,
    np.linalg.multi_dot: multi_dot,
}
