"""NumPy functions that need no row: each is written with operations that have one.

Here are products of every rank and questions about arrays; rearranging.py, formulas.py,
statistics.py and decompositions.py have the others. `x` may be a node or an array: the node is
perhaps another argument. What a function does not take, it refuses by name.
"""

import inspect

import numpy as np

from autodiff_lib.arrays.calls import COMPOSED, says_nothing
from autodiff_lib.arrays.messages import advise, path_of
from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.rows import ROWS, add_rows

from .decompositions import DECOMPOSITIONS
from .elementwise import constant
from .formulas import FORMULAS, as_array, moved
from .rearranging import REARRANGING, diagonal
from .statistics import ORDERED

add_rows(constant("convert", lambda x, dtype: x.astype(dtype), "x, dtype=None"))


def dot(x, b):
    """np.dot: a product of numbers, matmul up to rank 2, above it a sum over one axis of each."""
    if np.ndim(x) == 0 or np.ndim(b) == 0:
        return x * b
    if np.ndim(x) <= 2 and np.ndim(b) <= 2:
        return x @ b
    return np.tensordot(x, b, axes=(-1, -2 if np.ndim(b) > 1 else -1))


def inner(x, b):
    """np.inner: sums of products over the last axes."""
    return x * b if np.ndim(x) == 0 or np.ndim(b) == 0 else np.tensordot(x, b, axes=(-1, -1))


def tensordot(x, b, axes=2):
    """np.tensordot, written as an einsum: summed axes share a letter."""
    if isinstance(axes, (int, np.integer)):
        axes = range(-axes, 0), range(axes)
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    left, right = list(letters[: np.ndim(x)]), list(letters[26 : 26 + np.ndim(b)])
    summed = []
    for i, j in zip(np.atleast_1d(axes[0]), np.atleast_1d(axes[1]), strict=True):
        if np.shape(x)[i] != np.shape(b)[j]:
            raise ValueError(f"shapes {np.shape(x)} and {np.shape(b)} differ at axes {i} and {j}")
        right[j] = left[i]
        summed.append(left[i])
    kept = [letter for letter in left + right if letter not in summed]
    return np.einsum(f"{''.join(left)},{''.join(right)}->{''.join(kept)}", x, b)


def outer(x, b):
    """np.outer: all products of an entry of x and an entry of b."""
    return np.reshape(x, (-1, 1)) * np.reshape(b, (1, -1))


def kron(x, b):
    """np.kron: each entry of x times the whole of b, in one array of blocks."""
    rank = max(np.ndim(x), np.ndim(b))
    sizes = [(1,) * (rank - np.ndim(z)) + np.shape(z) for z in (x, b)]
    pairs = list(zip(*sizes, strict=True))
    blocks = np.reshape(x, [size for m, _ in pairs for size in (m, 1)])
    block = np.reshape(b, [size for _, n in pairs for size in (1, n)])
    return np.reshape(blocks * block, [m * n for m, n in pairs])


def cross(x, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """np.cross of vectors with three components: entry i is x[i+1] b[i+2] - x[i+2] b[i+1]."""
    axes = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    x, b = moved(x, axes[0], -1), moved(b, axes[1], -1)
    if x.shape[-1] != 3 or b.shape[-1] != 3:
        raise ValueError(f"cross takes three components, not {x.shape[-1]} and {b.shape[-1]}")
    first, second = [np.roll(z, -1, -1) for z in (x, b)], [np.roll(z, -2, -1) for z in (x, b)]
    return moved(first[0] * second[1] - second[0] * first[1], -1, axes[2])


def vecdot(x, b, axis=-1):
    """np.vecdot: the products of vectors that lie along one axis."""
    x, b = moved(x, axis, -1), moved(b, axis, -1)
    if x.shape[-1] != b.shape[-1]:
        raise ValueError(f"np.vecdot: vectors of {x.shape[-1]} and of {b.shape[-1]} entries")
    return np.sum(x * b, axis=-1)


def matrix_power(x, n):
    """np.linalg.matrix_power: a product of n matrices; of inverses where n is negative."""
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError(f"np.linalg.matrix_power takes square matrices, not shape {x.shape}")
    factor = np.linalg.inv(x) if n < 0 else x
    power = np.zeros(x.shape, x.dtype) + np.eye(x.shape[-1], dtype=x.dtype)
    for _ in range(abs(n)):
        power = power @ factor
    return power


def slogdet(x):
    """np.linalg.slogdet: the sign, which is constant, and the logarithm of |det x|."""
    Result = type(np.linalg.slogdet(np.eye(1)))
    return Result(ROWS["signdet"](x), ROWS["logabsdet"](x))


# Copies, and what is asked about them


def astype(x, dtype):
    """np.astype and x.astype: the same numbers, at least as wide. Only floats have gradients."""
    dtype = np.dtype(dtype)
    if dtype == x.dtype:
        return +x
    if is_constant(x):
        return ROWS["convert"](x, dtype=dtype)
    if x.dtype.kind == "f" != dtype.kind:
        raise TypeError(
            f"astype({dtype}) of a node would lose its derivative; np.floor(x) and np.round(x) "
            f"are whole numbers too, and stop_gradient(x).astype({dtype}) is a constant"
        )
    if np.result_type(x.dtype, dtype) != dtype:
        raise TypeError(
            f"astype({dtype}) of a node of dtype {x.dtype} would lose digits: convert the "
            "arguments before they are differentiated"
        )
    return x * dtype.type(1)


def is_constant(node):
    """Tell whether a node that is traced has no derivative: a rounded or stopped value."""
    return getattr(getattr(node, "row", None), "kind", None) == "constant"


def full_like(x, fill_value, dtype=None, order="K", subok=True):
    """np.full_like: an array of the shape of x that holds one value."""
    if not is_node(fill_value):
        return np.full(x.shape, fill_value, dtype or x.dtype)
    filled = np.broadcast_to(fill_value, x.shape)
    return astype(filled, dtype) if dtype else filled


def array_equal(x, a2):
    """np.array_equal: whether shapes and entries are the same."""
    return np.shape(x) == np.shape(a2) and bool(np.all(np.equal(x, a2)))


def allclose(x, b, rtol=1e-05, atol=1e-08):
    """np.allclose: whether all entries are the same but for rounding."""
    return bool(np.all(np.isclose(x, b, rtol=rtol, atol=atol)))


PRODUCTS = {
    np.dot: dot,
    np.inner: inner,
    np.tensordot: tensordot,
    np.outer: outer,
    np.matvec: lambda x1, x2: (x1 @ as_array(x2)[..., None])[..., 0],
    np.vecmat: lambda x1, x2: (as_array(x1)[..., None, :] @ x2)[..., 0, :],
    np.vdot: lambda x, b: np.ravel(x) @ np.ravel(b),
    np.kron: kron,
    np.cross: cross,
    np.trace: lambda x, offset=0, axis1=0, axis2=1: np.sum(
        diagonal(x, offset, axis1, axis2), axis=-1),
    np.vecdot: vecdot,
    np.linalg.matrix_power: matrix_power,
    np.linalg.outer: lambda x1, x2, /: outer(x1, x2),
    np.linalg.tensordot: lambda x1, x2, /, *, axes=2: tensordot(x1, x2, axes),
    np.linalg.vecdot: lambda x1, x2, /, *, axis=-1: vecdot(x1, x2, axis),
    np.linalg.cross: lambda x1, x2, /, *, axis=-1: cross(x1, x2, axis=axis),
    np.linalg.trace: lambda x, /, *, offset=0: np.sum(diagonal(x, offset, -2, -1), axis=-1),
    np.linalg.matmul: lambda x1, x2, /: x1 @ x2,
    np.linalg.slogdet: slogdet,
}
ASKED = {
    np.astype: astype,
    np.copy: lambda x, order="K", subok=False: +x,
    np.real: lambda x: x,
    np.real_if_close: lambda x, tol=100: x,
    np.imag: lambda x: np.zeros(x.shape, x.dtype)[()],
    np.iscomplex: lambda x: np.zeros(x.shape, bool)[()],
    np.isreal: lambda x: np.ones(x.shape, bool)[()],
    np.iscomplexobj: lambda x: False,
    np.isrealobj: lambda x: True,
    np.angle: lambda x, deg=False: np.where(x < 0, 180.0 if deg else np.pi, 0.0).astype(x.dtype),
    np.conjugate: lambda x: +x,
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.size: lambda x, axis=None: np.size(np.broadcast_to(0, x.shape), axis),
    np.zeros_like: lambda x, dtype=None, order="K", subok=True: np.zeros(x.shape, dtype or x.dtype),
    np.ones_like: lambda x, dtype=None, order="K", subok=True: np.ones(x.shape, dtype or x.dtype),
    np.empty_like: lambda x, dtype=None, order="K", subok=True: np.zeros(x.shape, dtype or x.dtype),
    np.full_like: full_like,
    np.array_equal: array_equal,
    np.allclose: allclose,
}


def checked(function, compute):
    """Return `compute`, made to say what it takes where it is called with something else."""
    signature = inspect.signature(compute)

    def call(*arguments, **keywords):
        try:
            return compute(*arguments, **keywords)
        except TypeError as error:
            try:
                signature.bind(*arguments, **keywords)
            except TypeError as mismatch:
                said = {name: value for name, value in keywords.items()
                    if name in signature.parameters or not says_nothing(name, value)}
                if len(said) < len(keywords):
                    return call(*arguments, **said)
                text = explain_call(function, signature, mismatch) + advise(keywords)
                raise TypeError(text) from None
            raise error

    call.__signature__ = signature
    return call


def explain_call(function, signature, mismatch):
    """Return the error text for a call of a composed function with what it does not take."""
    return f"{path_of(function)} of a node takes {signature}: {mismatch}"


def refusing(function, instead):
    """Return a function that says what to write instead of a NumPy function."""

    def refuse(*arguments, **keywords):
        raise NotImplementedError(f"{path_of(function)} of a node is not computed: {instead}")

    return refuse


FILLED = (
    "an array that is filled cannot hold nodes; write np.where, np.concatenate or np.stack, and "
    "np.broadcast_to(x, shape) for np.full"
)
NO_SLOPE = "it has no derivative; pass it stop_gradient(x)"
REFUSED = {
    **dict.fromkeys((np.copyto, np.put, np.place, np.putmask, np.fill_diagonal), FILLED),
    **dict.fromkeys((np.nonzero, np.argwhere, np.unique, np.histogram, np.savetxt), NO_SLOPE),
    np.piecewise: "write np.select or np.where",
}
EVERY = REARRANGING | PRODUCTS | ASKED | FORMULAS | ORDERED | DECOMPOSITIONS
for _function, _compute in EVERY.items():
    COMPOSED[_function] = checked(_function, _compute)
for _function, _instead in REFUSED.items():
    COMPOSED[_function] = refusing(_function, _instead)
