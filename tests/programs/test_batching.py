"""vmap: what one example's steps give for a batch is what a loop over the examples gives."""

import itertools

import numpy as np
import pytest

from autodiff_lib.arrays import (
    ROWS,
    Program,
    Row,
    add_rows,
    custom_vjp,
    grad,
    gradient_program,
    hvp,
    jacobian,
    jvp,
    logsumexp,
    relu,
    remove_row,
    sigmoid,
    stop_gradient,
    value_and_grad,
    vjp,
    vmap,
)
from autodiff_lib.arrays.structures import flatten
from autodiff_lib.programs.batch_rules import one_by_one
from autodiff_lib.programs.batching import RULES, rule_of
from autodiff_lib.table.keys import Slot, fill
from tests.table.samples import draw, matrix, samples

RNG = np.random.default_rng(0)
X = RNG.normal(size=(5, 3))
SIZE = 5


def loop(f, *batches, in_axes=0):
    """Return f of each example, stacked; in_axes: a number or None for each batch, or for all."""
    axes = in_axes if isinstance(in_axes, tuple) else (in_axes,) * len(batches)
    size = next(np.shape(x)[a] for x, a in zip(batches, axes, strict=True) if a is not None)
    return np.stack([
        f(*[x if a is None else np.take(x, i, a) for x, a in zip(batches, axes, strict=True)])
        for i in range(size)
    ])  # fmt: skip


def check(f, *batches, in_axes=0):
    """Compare vmap with the loop: values, and the shapes and dtypes of arrays."""
    found, expected = vmap(f, in_axes)(*batches), loop(f, *batches, in_axes=in_axes)
    assert found.shape == expected.shape and found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


# Every row of the table


def many(operand):
    """Return a batch of operands like this one, which is its first example."""
    operand = np.asarray(operand)
    if operand.dtype.kind != "f":  # masks and positions: any order of the same entries
        others = [np.roll(operand, i, -1) if operand.ndim else operand for i in range(SIZE)]
        return np.stack(others)
    return np.stack([operand * (1 + i / 100) for i in range(SIZE)])


def masked(row, operands, batched):
    """Tell whether a batch of masks would give each example a shape of its own."""
    masks = [np.asarray(x).dtype == bool for x in operands]
    return row.op in ("pick", "put") and any(m and b for m, b in zip(masks, batched, strict=True))


def check_row_on_batches(row, operands, parameters):
    """Run a row with every choice of its operands as a batch."""
    for batched in itertools.product([True, False], repeat=len(operands)):
        if any(batched) and not masked(row, operands, batched):
            given = [many(x) if b else x for x, b in zip(operands, batched, strict=True)]
            axes = tuple(0 if b else None for b in batched)
            check(lambda *xs: row(*xs, **parameters), *given, in_axes=axes)


NUMBER, CUBE = [draw(())], np.arange(24.0).reshape(2, 3, 4)
APART = [  # keys whose arrays NumPy does not leave where they stand
    (np.array([0, 1, 1]), slice(None), np.array([2, 0, 2])),
    (0, slice(None), np.array([1, 3])),
    (slice(1, 3), None, np.array([1, 0])),
    (np.array([[1], [0]]), np.array([2, 1, 1]), slice(None, None, 2)),
    (..., np.array([0, 1, 2]), np.array([3, 3, 1])),
    np.arange(24).reshape(2, 3, 4) % 5 == 0,
]
SLOTS = [  # keys with slots, and what belongs into them
    ((Slot(0), slice(None), Slot(1)), [np.array([0, 1, 1]), np.array([2, 0, 2])]),
    ((Slot(0), slice(None), Slot(1)), [np.int64(1), np.array([2, 0])]),
    ((slice(None), None, Slot(0)), [np.array([[2, 0]])]),
    ((..., Slot(0)), [np.int64(3)]),
    ((np.array([[1], [0]]), Slot(0)), [np.array([0, 2, 2])]),
    ((0, Slot(0), slice(1, 3)), [np.array([1, 1])]),
    (Slot(0), [np.array([True, False])]),
]
MORE = {  # what the derivatives' samples leave out: single numbers, vectors for matrices, keys
    **{op: [(NUMBER, {"axis": axis}) for axis in (None, 0, -1)]
       for op in "sum prod max min argmax argmin all any cumsum logsumexp".split()},
    **{op: [([draw((3, 4))], {"axis": axis, "keepdims": True}) for axis in (None, -1)]
       for op in ("argmax", "argmin", "count_nonzero")},
    "mean": [(NUMBER, {"axis": None})],
    "argsort": [([draw((3, 4))], {"axis": axis}) for axis in (None, 0)],
    "roll": [(NUMBER, {"shift": 2}), ([draw((3, 4))], {"shift": (1, 2), "axis": None})],
    "ravel": [(NUMBER, {})],
    "expand_dims": [(NUMBER, {"axis": 0})],
    "stack": [([draw(()), 2.0, draw((), 1)], {"axis": 0})],
    "tril": [([draw((3,))], {"k": 0}), ([draw((2, 3, 3))], {"k": -1})],
    "matrix_rank": [([draw((3,))], {})],
    "cholesky": [([matrix() @ matrix().T], {})],
    "searchsorted": [([np.sort(draw((5,))), draw((), 1)], {"side": "right"})],
    "index": [([CUBE], {"key": key}) for key in APART],
    "scatter": [([CUBE[key] + 1.0], {"key": key, "shape": (2, 3, 4)}) for key in APART],
    "pick": [([CUBE, *at], {"key": key}) for key, at in SLOTS],
    "put": [
        ([CUBE[fill(key, at)] + 1.0, *at], {"key": key, "shape": (2, 3, 4)}) for key, at in SLOTS
    ],
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.op)
def test_every_row_runs_on_a_batch(row):
    for operands, parameters in [*samples(row), *MORE.get(row.op, [])]:
        check_row_on_batches(row, operands, parameters)


def test_every_row_but_few_runs_all_examples_at_once():
    assert [op for op, row in ROWS.items() if rule_of(row) is one_by_one] == ["add_at"]
    assert {row.batch for row in ROWS.values()} - {None} == set(RULES)
