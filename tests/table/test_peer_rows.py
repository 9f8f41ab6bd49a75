"""Every row of the rule table beside autograd and torch: first and second derivatives.

Where a peer is not installed its half is skipped; `python3 run.py bench` installs both.
"""

import importlib.util

import numpy as np
import peer_names
import pytest

from autodiff_lib.arrays import ROWS
from tests.table.samples import KEYS, draw, samples, spread_out, steep

ROWS_WITH_RULES = {row.op: row for row in ROWS.values() if row.kind != "constant"}
DEEP = (2, 3, 4)
AXES = (None, 0, 1, -1, (0, 2))


def matrices(*shapes, seed=0):
    """Arrays of these shapes; the square ones are easy to invert."""
    made = [draw(shape, seed + i) for i, shape in enumerate(shapes)]
    return [x + 2 * np.eye(3) if x.shape[-2:] == (3, 3) else x for x in made]


def over_axes(name, axes=AXES, make=draw, **more):
    """A reduction over several axes, with and without keepdims."""
    return [
        (lambda xp, x, axis=axis, keep=keep: getattr(xp, name)(
            x, axis=axis, keepdims=keep, **more), [make(DEEP)])
        for axis in axes for keep in (False, True)
    ]  # fmt: skip


def told(name, *parameters, shape=DEEP, make=draw):
    """A function with each of these tuples of further arguments."""
    return [
        (lambda xp, x, rest=rest: getattr(xp, name)(x, *rest), [make(shape)]) for rest in parameters
    ]


CALLS = {  # op: [(a program of xp and the operands, operands)]; xp has NumPy's names
    **{op: over_axes(op) for op in ("sum", "mean", "prod", "logsumexp")},
    "norm": [(lambda xp, x: xp.linalg.norm(x), [draw(DEEP[1:])])],
    "max": over_axes("max", make=spread_out),
    "min": over_axes("min", make=spread_out),
    "var": over_axes("var") + over_axes("var", ddof=1),
    "std": over_axes("std") + over_axes("std", ddof=1),
    "cumsum": told("cumsum", (), (0,), (1,), (-1,)),
    "reshape": told("reshape", ((4, 6),), ((-1,),), ((2, 1, 12),)),
    "ravel": told("ravel", ()),
    "squeeze": told("squeeze", (), (0,), ((0, 2),), shape=(1, 3, 1)),
    "expand_dims": told("expand_dims", (0,), (-1,), ((0, 2),)),
    "transpose": told("transpose", (), ((1, 2, 0),), ((2, 0, 1),)),
    "swapaxes": told("swapaxes", (0, -1), (1, 2)),
    "moveaxis": told("moveaxis", (0, -1), ((0, 1), (2, 0))),
    "flip": told("flip", (), (0,), ((0, 1),)),
    "roll": told("roll", (1,), (-2, 1), ((1, 2), (0, 1))),
    "broadcast_to": told("broadcast_to", ((3, 4),), ((2, 3, 4),), shape=(3, 1)),
    "tril": told("tril", (0,), (-1,), (1,), shape=(3, 4)),
    "triu": told("triu", (0,), (-1,), (1,), shape=(3, 4)),
    "concatenate": [
        (lambda xp, x, y, axis=axis: xp.concatenate([x, y, x], axis), [draw((2, 3)), draw((2, 3))])
        for axis in (0, 1, -1)
    ],
    "stack": [
        (lambda xp, x, y, axis=axis: xp.stack([x, y, x], axis), [draw((2, 3)), draw((2, 3), 1)])
        for axis in (0, 1, -1)
    ],
    "pad": told("pad", (((1, 2), (0, 1)), "constant"), shape=(2, 3)),
    "index": [(lambda xp, x, key=key: x[key], [draw((3, 4))]) for key in KEYS],
    "sort": told("sort", (), (0,), shape=(3, 4), make=spread_out)
    + told("sort", (), shape=(5,), make=spread_out),
    "einsum": [
        (lambda xp, *xs, subscripts=subscripts: xp.einsum(subscripts, *xs),
         [draw(shape, i) for i, shape in enumerate(shapes)])
        for subscripts, *shapes in (
            ("ij,jk->ik", (2, 3), (3, 4)), ("ij->ji", (2, 3)), ("ij->", (2, 3)), ("ii->i", (3, 3)),
            ("i,j,ij->", (2,), (3,), (2, 3)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)))
    ],
    "matmul": [
        (lambda xp, x, y: xp.matmul(x, y), matrices(*shapes))
        for shapes in (((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((5, 2, 3), (3, 4)),
                       ((5, 1, 2, 3), (4, 3, 2)), ((3,), (5, 3, 4)))
    ],
    "solve": [
        (lambda xp, a, b: xp.linalg.solve(a, b), matrices(*shapes))
        for shapes in (((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (2, 3, 2)))
    ],
    "inv": [(lambda xp, x: xp.linalg.inv(x), matrices((3, 3))),
            (lambda xp, x: xp.linalg.inv(x), matrices((2, 3, 3)))],
    "det": [(lambda xp, x: xp.linalg.det(x), matrices((3, 3)))],
    "logabsdet": [(lambda xp, x: xp.linalg.slogdet(x)[1], matrices((3, 3))),
                  (lambda xp, x: xp.linalg.slogdet(x)[1], matrices((2, 3, 3)))],
    "cholesky": [(lambda xp, x: xp.linalg.cholesky(
        xp.matmul(x, xp.swapaxes(x, 0, 1))), matrices((3, 3)))],
    "eigh": [
        (lambda xp, x, part=part: xp.square(xp.linalg.eigh(
            xp.matmul(x, xp.swapaxes(x, 0, 1)))[part]), [steep((3, 3))]) for part in (0, 1)],
    "svd": [
        (lambda xp, x, part=part: xp.square(xp.linalg.svd(x, full_matrices=False)[part]),
         [steep(shape)]) for part in (0, 1, 2) for shape in ((3, 3), (3, 2), (2, 3))],
    "pinv": [(lambda xp, x: xp.linalg.pinv(x), [steep(shape)]) for shape in ((3, 3), (3, 2))],
    "clip": [
        (lambda xp, x: xp.clip(x, 0.4, 0.6), [draw((3, 4))]),
        (lambda xp, x, low, high: xp.clip(x, low, high),
         [spread_out((3, 4)), draw((4,)), draw((4,)) + 1.5]),
    ],
    "where": [
        (lambda xp, x, y: xp.where(x > 0.5, x * y, y), [draw((3, 4)), draw((3, 4), 1)]),
        (lambda xp, x, y: xp.where(x[:, None] > 0.5, x, y), [draw((4,)), draw((4, 1), 1)]),
    ],
    "relu": [(lambda xp, x: xp.relu(x), [draw((3, 4)) - 0.5])],
    "sigmoid": [(lambda xp, x: xp.sigmoid(x), [draw((3, 4)) * 9 - 4])],
}  # fmt: skip
INSIDE = {  # rows that users do not call
    "scatter": "index", "add_at": "index", "pick": "index", "put": "index",
    "sort_like": "sort", "unsort_like": "sort",
}  # fmt: skip
CANNOT = {  # how many of the programs of a row a peer cannot run or differentiate
    "autograd": {
        "flip": 3, "positive": 2, "cbrt": 2,  # it has no rule for these
        "roll": 1,  # several axes
        "broadcast_to": 1,  # another rank
        "sort": 2,  # matrices
        "clip": 1,  # bounds that move
        "where": 1,  # shapes that are broadcast
        "einsum": 1,  # a diagonal
    },
    "torch": {
        "index": 1,  # a slice that runs backwards
    },
}  # fmt: skip


def calls(row):
    """The programs that run a row: the listed ones, or its NumPy function at its samples.

    Without x**0.0: there both peers lose the mixed second derivative, 1/x.
    """
    if row.op in CALLS:
        return CALLS[row.op]
    name = row.numpy.__name__
    return [
        (lambda xp, *xs: getattr(xp, name)(*xs), operands)
        for operands, _ in samples(row)
        if all(np.size(x) for x in operands) and not (row.op == "pow" and np.all(operands[1] == 0))
    ]


@pytest.mark.parametrize("op", ROWS_WITH_RULES)
def test_every_row_has_programs_to_compare(op):
    row = ROWS_WITH_RULES[op]
    if op in INSIDE:
        assert INSIDE[op] in ROWS_WITH_RULES
    else:
        assert len(calls(row)) > 0
        assert op in CALLS or row.kind == "elementwise", f"give {op} a line in CALLS"
        assert op in CALLS or getattr(np, row.numpy.__name__) is row.numpy


@pytest.fixture(params=["autograd", "torch"], scope="module")
def peer(request):
    if importlib.util.find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed: benchmarks/requirements.txt")
    return request.param


@pytest.mark.parametrize("op", [op for op in ROWS_WITH_RULES if op not in INSIDE])
def test_a_peer_gives_the_same_derivatives(op, peer):
    cannot = 0
    programs = calls(ROWS_WITH_RULES[op])
    for program, operands in programs:
        expected = derivatives(program, operands, *peer_names.ours())
        try:
            found = derivatives(program, operands, *getattr(peer_names, peer)())
        except Exception:
            cannot += 1
            continue
        for one, other in zip(expected, found, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11)
    assert cannot == CANNOT[peer].get(op, 0)
    if cannot == len(programs):
        pytest.skip(f"{peer} has no rule for {op}")


def derivatives(program, operands, names, gradient, curvature):
    """The gradient of a program's weighted sum, and its Hessian times a direction."""
    operands = [np.asarray(x) if isinstance(x, (float, np.ndarray)) else x for x in operands]
    followed = [i for i, x in enumerate(operands) if getattr(x, "dtype", np.dtype(int)).kind == "f"]
    xs = tuple(operands[i] for i in followed)
    vs = tuple(np.random.default_rng(i).normal(size=x.shape) for i, x in enumerate(xs))
    f = scalar(program, operands, followed, names)
    return [*gradient(f, xs), *curvature(f, xs, vs)]


def scalar(program, operands, followed, names):
    """The program as a function of its followed operands that returns one number."""

    def f(*xs):
        full = [fixed(names, x) for x in operands]
        for i, x in zip(followed, xs, strict=True):
            full[i] = x
        out = program(names, *full)
        weights = np.random.default_rng(5).uniform(1, 2, tuple(out.shape))
        return names.sum(names.sin(out) * fixed(names, weights))

    return f


def fixed(names, x):
    """An operand that is not differentiated, as a peer takes it."""
    return names.from_numpy(x) if hasattr(names, "from_numpy") and hasattr(x, "dtype") else x
