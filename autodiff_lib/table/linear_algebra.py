"""Rows of products and of linear algebra: matmul and einsum of every rank, solve, inv, cholesky.

The rules read best from the shapes: for Y = A X, the gradient of A has to be (rows of Y) x
(rows of X), which leaves G Xᵀ; for many leading (batch) axes `unbroadcast` does the rest.
Source of the factorisations' rules: M. Giles, "Collected matrix derivative results for forward and
reverse mode algorithmic differentiation" (2008); for Cholesky I. Murray, arXiv:1602.07527.
"""

import operator

import numpy as np

from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.rows import ROWS, Row, add_rows

from .reductions import products_before

PRODUCTS = [
    Row("matmul", operator.matmul, "x, y", "multilinear",
        batch="products", numpy=np.matmul, symbol="@",
        result_shape=lambda x, y: (*np.broadcast_shapes(x[:-2], y[:-2]), x[-2], y[-1]),
        x=lambda g, x_shape, y: matmul_left(g, x_shape, y),
        y=lambda g, x, y_shape: matmul_right(g, x, y_shape)),
    Row("einsum", lambda *xs, subscripts: np.einsum(subscripts, *xs, optimize=len(xs) > 2),
        "*xs, subscripts=None", "multilinear", batch="einsum", numpy=np.einsum,
        template="np.einsum({subscripts}, {xs})", view_alone=True,
        bind=lambda subscripts, *xs, optimize=None: bind_einsum(subscripts, *xs),
        xs=lambda g, position, xs, subscripts: einsum_back(g, position, xs, subscripts)),
]

FACTORISATIONS = [
    Row("solve", np.linalg.solve, "a, b", "general", batch="products",
        a=lambda g, a, out: -outer_columns(solve_transposed(a, g), out, a),
        b=lambda g, a: solve_transposed(a, g)),
    Row("inv", np.linalg.inv, "x", "general",
        batch="matrices", x=lambda g, out: -(mT(out) @ g @ mT(out))),
    Row("logabsdet", lambda x: np.linalg.slogdet(x)[1], "x", "general", batch="matrices",
        template="np.linalg.slogdet({x})[1]",
        x=lambda g, x: g[..., None, None] * mT(np.linalg.inv(x))),
    Row("signdet", lambda x: np.linalg.slogdet(x)[0], "x", "constant", batch="matrices",
        template="np.linalg.slogdet({x})[0]"),
    Row("det", np.linalg.det, "x", "general", batch="matrices",
        x=lambda g, x, out: g[..., None, None] * cofactors(x, out)),
    Row("cholesky", np.linalg.cholesky, "x", "general", batch="matrices",
        x=lambda g, out: cholesky_back(g, out)),
]


def mT(x):
    """Return x.mT, each matrix transposed; of a single one as x.T, which programs print."""
    return np.swapaxes(x, -1, -2) if x.ndim > 2 else x.T


def matmul_left(g, x_shape, y):
    """Return the gradient of x in x @ y: G Yᵀ, with vectors as NumPy's matmul reads them."""
    if y.ndim == 1:
        return g[..., None] * y
    if len(x_shape) == 1:
        return y @ g if y.ndim == 2 else (y @ g[..., None])[..., 0]
    return g @ mT(y)


def matmul_right(g, x, y_shape):
    """Return the gradient of y in x @ y: Xᵀ G, with vectors as NumPy's matmul reads them."""
    if x.ndim == 1:
        return x * g if len(y_shape) == 1 else x[:, None] * g[..., None, :]
    if len(y_shape) == 1:
        return mT(x) @ g if x.ndim == 2 else (mT(x) @ g[..., None])[..., 0]
    return mT(x) @ g


def cofactors(x, determinant):
    """Return the derivative of det x: det x times the inverse transposed, also where det x is 0.

    There, from x = U diag(s) V: det U det V times U diag(products of all other s) V.
    """
    if is_node(x) or np.all(determinant):
        return determinant[..., None, None] * mT(np.linalg.inv(x))
    u, s, v = np.linalg.svd(x)
    others = products_before(s) * np.flip(products_before(np.flip(s, -1)), -1)
    sign = np.linalg.det(u) * np.linalg.det(v)
    return sign[..., None, None] * (u * others[..., None, :]) @ v


def solve_transposed(a, g):
    """Return the solution of aᵀ x = g, where g is like the result: columns, or vectors in a row."""
    if g.ndim >= a.ndim:
        return np.linalg.solve(mT(a), g)
    return np.linalg.solve(mT(a), g[..., None])[..., 0]


def outer_columns(x, y, a):
    """Return x yᵀ for matrices of columns, or for vectors: those have one axis less than a."""
    return x @ mT(y) if y.ndim >= a.ndim else x[..., :, None] * y[..., None, :]


def cholesky_back(g, lower):
    """Return the gradient of a symmetric matrix whose Cholesky factor is `lower`."""
    size = lower.shape[-1]
    half = np.tril(np.ones((size, size))) - 0.5 * np.eye(size)
    upper = mT(lower)
    middle = np.linalg.solve(upper, mT((upper @ g) * half))
    right = np.linalg.solve(upper, mT(middle))
    return 0.5 * (right + mT(right))


def bind_einsum(subscripts, *xs):
    """Return the operands and parameters of np.einsum, the subscripts with an arrow."""
    if not isinstance(subscripts, str):
        subscripts, xs = from_lists(subscripts, *xs)
    return xs, {"subscripts": explicit(subscripts, [np.ndim(x) for x in xs])}


def from_lists(*arguments):
    """Return the text and the operands of np.einsum(x, [0, 1], y, [1], [0]): "ab,b->a"."""
    xs, lists = arguments[0 : len(arguments) // 2 * 2 : 2], arguments[1::2]
    terms = ["".join("..." if i is ... else LETTERS[i] for i in term) for term in lists]
    result = arguments[-1] if len(arguments) % 2 else None
    text = ",".join(terms)
    if result is None:
        return text, xs
    return text + "->" + "".join("..." if i is ... else LETTERS[i] for i in result), xs


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # for numbers from 0 on


def explicit(subscripts, ranks):
    """Write an einsum out in full: "...j,j" for ranks 2 and 1 becomes "Aj,j->A"."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    spare = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    hidden = [rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=True)]
    widest = max([0, *(n for n, term in zip(hidden, terms, strict=True) if "..." in term)])
    dots = "".join([letter for letter in spare if letter not in subscripts][:widest])
    terms = [
        term.replace("...", dots[widest - count :])
        for term, count in zip(terms, hidden, strict=True)
    ]
    if not arrow:
        letters = inputs.replace(",", "").replace(".", "")
        output = dots + "".join(sorted(x for x in set(letters) if letters.count(x) == 1))
    return ",".join(terms) + "->" + output.replace("...", dots)


def einsum_back(g, position, xs, subscripts):
    """Return the gradient of one operand: the same product with `g` in that operand's place."""
    inputs, _, output = subscripts.partition("->")
    terms = inputs.split(",")
    others = [(x, term) for i, (x, term) in enumerate(zip(xs, terms, strict=True)) if i != position]
    operands, target = [(g, output), *others], ""
    spare = iter(letter for letter in "zyxwvutsrqponmlkjihgfedcba" if letter not in subscripts)
    for letter, size in zip(terms[position], xs[position].shape, strict=True):
        if letter in target:  # a diagonal: its gradient lies on the diagonal
            target += next(spare)
            operands.append((np.eye(size), letter + target[-1]))
        else:
            target += letter
            sizes = [x.shape[term.index(letter)] for x, term in operands if letter in term]
            if size not in sizes:  # summed: its gradient is copied
                operands.append((np.ones(size), letter))
    back = ",".join(term for _, term in operands) + "->" + target
    return ROWS["einsum"](*(x for x, _ in operands), subscripts=back)


add_rows(*PRODUCTS, *FACTORISATIONS)
