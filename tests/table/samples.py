"""Operands at which the walk over the rule table checks each row.

A row that is not listed is checked at operands drawn from its signature, between 0.2 and 0.8, and
at operands of both signs where its function has values: so a new elementwise row needs no entry
here, unless it has other parameters or is no function of these.
"""

import numpy as np

from autodiff_lib.table.keys import Slot
from autodiff_lib.table.shapes import bind_concatenate

BROADCAST_PAIRS = [
    ((3, 4), (3, 4)),
    ((3, 4), (4,)),
    ((3, 1), (1, 4)),
    ((), (3,)),
    ((2, 3), ()),
    ((0, 3), (3,)),
    ((2, 1, 3), (4, 1)),
    ((1,), (3,)),
]


def draw(shape, seed=0, low=0.2, high=0.8):
    return np.random.default_rng(seed).uniform(low, high, shape)


def spread_out(shape, seed=0):
    """Distinct entries, far apart: no two change places when nudged."""
    return np.random.default_rng(seed).permutation(int(np.prod(shape))).reshape(shape) * 0.3 + 0.5


def reductions(shape=(3, 4), axes=(None, 0, 1, -1, (0, 1)), make=draw, **more):
    """Every axis, with and without keepdims."""
    for axis in axes:
        for keepdims in (False, True):
            yield [make(shape)], {"axis": axis, "keepdims": keepdims, **more}


def matrix(n=3, seed=0):
    return draw((n, n), seed) + 2 * np.eye(n)


def steep(shape, seed=0):
    """A matrix, or a batch, whose singular values are far apart."""
    return draw(shape, seed, -0.3, 0.3) + np.eye(*shape[-2:]) * [1.5, 3.0, 5.0][: shape[-1]]


def symmetric(x):
    return x + np.swapaxes(x, -1, -2)


MATMUL_SHAPES = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (4, 3, 2)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3,)),
]
EINSUMS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij->ji", (2, 3)),
    ("ij->", (2, 3)),
    ("ij->i", (2, 3)),
    ("ii->i", (3, 3)),
    ("ii->", (3, 3)),
    ("i,j,ij->", (2,), (3,), (2, 3)),
    ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)),
    ("ij,ij->j", (2, 3), (2, 3)),
    ("ijk,k->", (2, 3, 2), (2,)),
]
KEYS = [
    0,
    -1,
    slice(1, None),
    (slice(None), 1),
    (slice(None, None, -2), None),
    (Ellipsis, 0),
    np.array([0, 2, 2]),
    (np.array([0, 1, 1]), np.array([1, 3, 3])),
    (slice(None), [0, 0, 1]),
    (np.array([[0, 1], [1, 1]]), slice(1, 3)),
    np.array([True, False, True]),
    (np.array([True, False, True]), 1),
]
WIDE = np.arange(12.0).reshape(3, 4)
PICKED = [  # a key with slots, what belongs into them, the shape of the entries
    (Slot(0), [np.array([0, 2, 2])], (3, 4)),
    ((np.arange(3), Slot(0)), [np.array([3, 1, 1])], (3,)),
    ((Slot(0), slice(1, 3), Slot(1)), [np.array([[0, 1], [1, 1]]), np.int64(0)], (2, 2, 2)),
    (Slot(0), [np.array([True, False, True])], (2, 4)),
]

SAMPLES = {
    "pow": [
        *([draw(a), draw(b, 1)] for a, b in BROADCAST_PAIRS),
        [draw((3,)), 2.0],
        [draw((3,)), 0.0],
        [-draw((3,)), 3],
        [draw((3,)), -1.5],
        [2.0, draw((3,))],
    ],
    "mod": [[draw((3, 4), 0, 5.3, 5.4), draw((4,), 1, 1.0, 1.05)]],
    "arccosh": [[draw((3, 4)) + 1.5]],
    "abs": [[draw((3, 4)) - 0.5]],
    "relu": [[draw((3, 4)) - 0.5]],
    "clip": [
        [draw((3, 4)), 0.4, 0.6],
        [spread_out((3, 4)), draw((4,)), draw((4,)) + 1.5],
        [0.0, draw((4,)) + 1.5, draw((4,))],
    ],
    "where": [
        [np.array([True, False, True, True]), draw((3, 4)), draw((4,), 1)],
        [np.array([[True], [False]]), draw((3,)), draw((2, 1), 1)],
    ],
    "maximum": [[spread_out((3, 4)), spread_out((3, 4), 1) + 0.1], [spread_out((3, 4)), 1.04]],
    "minimum": [[spread_out((3, 4)), spread_out((3, 4), 1) + 0.1], [spread_out((3, 4)), 1.04]],
    "sum": [*reductions(), *reductions((2, 3, 2), [(0, 2), -2]), *reductions((), [None])],
    "mean": [*reductions(), *reductions((2, 3, 2), [(0, 2), -2])],
    "var": [*reductions(), *reductions(ddof=1)],
    "std": [*reductions(), *reductions(ddof=1)],
    "prod": [*reductions(), *reductions((2, 3, 2), [(0, 2), -2])],
    "max": [*reductions(make=spread_out), *reductions((2, 3, 2), [(0, 2), -2], spread_out)],
    "min": [*reductions(make=spread_out)],
    "logsumexp": [*reductions(), *reductions((2, 3, 2), [(0, 2)])],
    "argsort": [([draw((3, 4))], {"kind": kind}) for kind in (None, "stable")],
    "cumsum": [([draw((3, 4))], {"axis": axis}) for axis in (None, 0, 1, -1)],
    "reshape": [([WIDE], {"shape": shape}) for shape in ((4, 3), (-1,), (2, 1, 6))],
    "squeeze": [([draw((1, 3, 1))], {"axis": axis}) for axis in (None, 0, 2, (0, 2))],
    "expand_dims": [([draw((3, 4))], {"axis": axis}) for axis in (0, -1, (0, 2))],
    "transpose": [([draw((2, 3, 4))], {"axes": axes}) for axes in (None, (1, 2, 0), (-1, 0, 1))],
    "swapaxes": [([draw((2, 3, 4))], {"axis1": 0, "axis2": -1})],
    "moveaxis": [
        ([draw((2, 3, 4))], {"source": a, "destination": b}) for a, b in ((0, -1), ((0, 1), (2, 0)))
    ],
    "flip": [([draw((3, 4))], {"axis": axis}) for axis in (None, 0, (0, 1))],
    "roll": [
        ([draw((3, 4))], {"shift": shift, "axis": axis})
        for shift, axis in ((1, None), (-2, 1), ((1, 2), (0, 1)))
    ],
    "broadcast_to": [
        ([draw(shape)], {"shape": (2, 3, 4)}) for shape in ((4,), (3, 1), (), (1, 3, 4))
    ],
    "tril": [([draw((3, 3))], {"k": k}) for k in (0, -1, 1)],
    "triu": [([draw((3, 4))], {"k": k}) for k in (0, -1, 1)],
    "concatenate": [
        bind_concatenate([draw((2, 3)), draw((2, 3), 1)], axis) for axis in (0, 1, -1, None)
    ]
    + [bind_concatenate([draw((2, 3)), draw((1, 3), 1), draw((4, 3), 2)], 0)],
    "stack": [([draw((2, 3)), draw((2, 3), 1)], {"axis": axis}) for axis in (0, 1, -1)],
    "pad": [([draw((2, 3))], {"widths": widths}) for widths in (((1, 2), (0, 1)),)],
    "index": [([draw((3, 4))], {"key": key}) for key in KEYS],
    "scatter": [([draw(WIDE[key].shape)], {"key": key, "shape": (3, 4)}) for key in KEYS],
    "add_at": [([draw((3, 4)), draw(WIDE[key].shape, 1)], {"key": key}) for key in KEYS],
    "pick": [([draw((3, 4, 2)[: 2 + (len(at) > 1)]), *at], {"key": key}) for key, at, _ in PICKED],
    "put": [
        ([draw(taken), *at], {"key": key, "shape": (3, 4, 2)[: 2 + (len(at) > 1)]})
        for key, at, taken in PICKED
    ],
    "sort": [([spread_out((3, 4))], {"axis": axis}) for axis in (-1, 0)],
    "sort_like": [([draw((3, 4)), spread_out((3, 4))], {"axis": axis}) for axis in (-1, 0)],
    "unsort_like": [([draw((3, 4)), spread_out((3, 4))], {"axis": axis}) for axis in (-1, 0)],
    "matmul": [[draw(a), draw(b, 1)] for a, b in MATMUL_SHAPES],
    "einsum": [
        ([draw(shape, i) for i, shape in enumerate(shapes)], {"subscripts": subscripts})
        for subscripts, *shapes in EINSUMS
    ],
    "solve": [
        [matrix(), draw((3,))],
        [matrix(), draw((3, 2))],
        [draw((2, 3, 3)) + 2 * np.eye(3), draw((2, 3, 2))],
        [draw((2, 3, 3)) + 2 * np.eye(3), draw((3,))],
        [draw((3, 3, 3)) + 2 * np.eye(3), draw((3,))],
    ],
    "inv": [[matrix()], [draw((2, 3, 3)) + 2 * np.eye(3)]],
    "det": [[matrix()], [draw((2, 3, 3)) + 2 * np.eye(3)]],
    "logabsdet": [[matrix()], [draw((2, 3, 3)) + 2 * np.eye(3)]],
    "signdet": [[matrix()], [-matrix()]],
    "cholesky": [],  # of symmetric matrices only: see test_rule_table.py
    "eigh": [
        ([symmetric(steep(shape))], {"UPLO": half})
        for shape in ((3, 3), (2, 3, 3))
        for half in "LU"
    ],
    "svd": [[steep(shape)] for shape in ((3, 3), (4, 2), (2, 3), (2, 3, 2), (2, 2, 3), (1, 3))],
    "pinv": [
        *([steep(shape)] for shape in ((3, 3), (4, 2), (2, 3), (2, 3, 2))),
        ([steep((3, 2))], {"rcond": 1e-12}),
    ],
    "order_of_partition": [([spread_out((3, 4))], {"kth": 2, "axis": axis}) for axis in (-1, 0)],
    "bitwise_and": [[draw((3,)) > 0.5, draw((2, 3)) > 0.4]],
    "bitwise_or": [[draw((3,)) > 0.5, draw((2, 3)) > 0.4]],
    "bitwise_xor": [[draw((3,)) > 0.5, draw((2, 3)) > 0.4]],
    "convert": [
        ([draw((3, 4))], {"dtype": np.dtype(int)}),
        ([draw(())], {"dtype": np.dtype(np.float32)}),
    ],
    "invert": [[draw((3, 4)) > 0.5]],
    "searchsorted": [[np.sort(draw((5,))), draw((2, 3), 1)]],
    "digitize": [[draw((2, 3), 1), np.sort(draw((5,)))]],
}


def samples(row):
    """Return (operands, parameters) pairs for a row: the listed ones, or drawn ones.

    Of operands with both signs the last pair is made, where the function is finite there.
    """
    if row.op in SAMPLES:
        listed = [s if isinstance(s, tuple) else (s, {}) for s in SAMPLES[row.op]]
        return [(operands, {**row.parameters, **parameters}) for operands, parameters in listed]
    count = len(row.operands)
    shapes = [(3, 4), (), (0, 3)] if row.kind == "elementwise" else [(3, 4)]
    alike = BROADCAST_PAIRS if count == 2 else [(shape,) * count for shape in shapes]
    drawn = [[draw(shape, i) for i, shape in enumerate(each)] for each in alike]
    signed = [draw((3, 4), i) * signs((3, 4), i) for i in range(count)]
    with np.errstate(all="ignore"):
        if np.isfinite(row.function(*signed, **row.parameters)).all():
            drawn.append(signed)
    return [(operands, row.parameters) for operands in drawn]


def signs(shape, seed=0):
    """Both signs, whatever the signs of other operands are."""
    return np.random.default_rng(seed).choice([-1.0, 1.0], shape)
