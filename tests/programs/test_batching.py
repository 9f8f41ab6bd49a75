"""vmap: what one example's steps give for a batch is what a loop over the examples gives."""

import ast
import importlib
import itertools
import re
from pathlib import Path

import numpy as np
import pytest

import autodiff_lib
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
from autodiff_lib.arrays.calls import KINDS
from autodiff_lib.arrays.structures import flatten
from autodiff_lib.programs.batch_rules import one_by_one
from autodiff_lib.programs.batching import RULES, rule_of
from autodiff_lib.table.keys import Slot, fill
from autodiff_lib.teaching.measured import peak_megabytes
from tests.table.samples import draw, matrix, samples

HOME = Path(autodiff_lib.__file__).parent
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


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.op)
def test_every_row_but_one_runs_all_examples_at_once(row):
    assert (rule_of(row) is one_by_one) == (row.op == "add_at")


def test_every_rule_is_of_some_row():
    assert {row.batch for row in ROWS.values()} - {None} | set(KINDS) == set(RULES)


# Axes and structures


@pytest.mark.parametrize("in_axes", [0, 1, -1, (0, 0), (1, None), (None, -2), [0, 1], (-1, 2)])
def test_examples_lie_along_any_axis(in_axes):
    x, y = RNG.normal(size=(2, 5, 5, 5))
    axes = tuple(in_axes) if isinstance(in_axes, list) else in_axes
    expected = loop(lambda x, y: np.tanh(x) @ y[0], x, y, in_axes=axes)
    np.testing.assert_allclose(vmap(lambda x, y: np.tanh(x) @ y[0], in_axes)(x, y), expected)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_the_batch_axis_of_a_result_is_put_anywhere(axis):
    found = vmap(lambda x: np.outer(x, x), out_axes=axis)(X)
    np.testing.assert_array_equal(found, np.moveaxis(loop(lambda x: np.outer(x, x), X), 0, axis))


def test_arguments_and_results_may_be_structures():
    def f(parameters, both, scale):
        hidden = np.tanh(both[0] @ parameters["W"] + parameters["b"])
        return {"sum": np.sum(hidden) * scale, "parts": [hidden, (both[1], 2.0)]}

    parameters = {"W": RNG.normal(size=(3, 4)), "b": RNG.normal(size=(4, 5))}
    labels = np.arange(5)
    axes = ({"b": 1, "W": None}, (0, 0), None)
    out = {"sum": 0, "parts": [1, (0, None)]}
    found = vmap(f, axes, out)(parameters, (X, labels), 3)
    each = [f({"W": parameters["W"], "b": b}, (x, 0), 3) for x, b in zip(X, parameters["b"].T)]  # noqa: B905
    np.testing.assert_allclose(found["sum"], [one["sum"] for one in each])
    np.testing.assert_allclose(found["parts"][0].T, [one["parts"][0] for one in each])
    assert found["parts"][1][0].tolist() == [0, 1, 2, 3, 4] and found["parts"][1][0].dtype == int
    assert found["parts"][1][1] == 2.0


def test_what_is_the_same_for_all_examples_is_copied_and_may_be_read():
    def f(x, n, table, how="sin"):
        if table[0] > 0:
            x = x + table
        return (x**n if n > 1 else x), np.ones(2), {"sin": np.sin, "cos": np.cos}[how](x)

    powers, ones, waves = vmap(f, (0, None, None))(X - 1.0, 3, np.ones(3), how="cos")
    np.testing.assert_allclose(powers, X**3)
    np.testing.assert_allclose(waves, np.cos(X))
    assert ones.shape == (5, 2) and ones.flags.writeable


def test_positions_of_an_example_look_up_what_all_share():
    labels = np.array([2, 0, 1, 1])
    found = vmap(lambda table, k: (table[k], table[:, k % 2]), (None, 0))(X, labels)
    np.testing.assert_array_equal(found[0], X[labels])
    np.testing.assert_array_equal(found[1], X[:, labels % 2].T)
    with pytest.raises(ValueError, match="what is the same for all as an argument"):
        vmap(lambda k: X[k])(labels)


def test_results_have_memory_of_their_own():
    x = X.copy()
    same, row = vmap(lambda x: (x, x[:1]))(x)
    same += 1.0
    row += 1.0
    np.testing.assert_array_equal(x, X)


TABLE = RNG.normal(size=(5, 3))


@pytest.mark.parametrize("out_axes", [0, -1])
def test_results_share_no_memory_with_what_went_in_or_with_one_another(out_axes):
    same = Row("same", lambda x: x, "x", "elementwise")

    def f(x, shared, named):
        fresh = np.exp(x)
        views = fresh[:1], np.reshape(fresh, (3, 1)), fresh.T
        return x, x, x[::-1], same(x), fresh, fresh, views, same(fresh), shared, named, TABLE

    x, shared, named = X.copy(), RNG.normal(size=3), RNG.normal(size=3)
    found = flatten(vmap(f, (0, None), out_axes)(x, shared, named=named))
    once = vmap(lambda x, c: (x * c, c, same(c), TABLE), (0, None), (0, None, None, None))
    found += once(x, shared)
    for one, other in itertools.combinations([*found, x, shared, named, TABLE], 2):
        assert not np.shares_memory(one, other)
    assert all(leaf.flags.writeable for leaf in found)


def test_what_a_rule_has_made_is_not_copied_once_more():
    assert peak_megabytes(vmap(lambda x: np.outer(x, x) + 1.0), np.ones((100, 100))) < 20
    layer, xs = np.ones((100, 100)), np.ones((100, 100))
    f = grad(lambda w, x: np.sum((w @ x - x) ** 2))
    assert peak_megabytes(vmap(f, (None, 0)), layer, xs) < 12, "the gradients take 8"


def test_f_is_called_once_and_an_empty_batch_has_the_shapes_of_an_example():
    calls = []
    f = lambda x: (calls.append(1), np.outer(np.log(x), x), x[np.argmax(x)])[1:]  # noqa: E731
    with np.errstate(all="raise"):  # whatever stands in for an example, it has a logarithm
        matrices, largest = vmap(f)(np.ones((0, 3)))
    assert matrices.shape == (0, 3, 3) and largest.shape == (0,)
    vmap(f)(np.exp(X))
    assert len(calls) == 2
    assert vmap(custom)(np.ones((0, 3))).shape == (0, 3)


def test_single_precision_stays_single():
    found = vmap(lambda x: np.sum(np.exp(x) * 2.0) / (1.0 + x))(X.astype(np.float32))
    assert found.dtype == np.float32


# Other transformations


custom = custom_vjp(x=lambda g, x: g * 3.0 * x)(lambda x: x * x if x.shape == (3,) else None)


def network(parameters, x, label):
    hidden = relu(x @ parameters["W"] + parameters["b"])
    hidden = sigmoid(parameters["V"] @ hidden)
    return logsumexp(hidden) - hidden[label]


PARAMETERS = {
    "W": RNG.normal(size=(3, 4)), "b": RNG.normal(size=4), "V": RNG.normal(size=(2, 4)),
}  # fmt: skip
LABELS = np.array([0, 1, 1, 0, 1])


def compare(found, each):
    """Compare a structure of batches with a list of structures."""
    for i, batch in enumerate(flatten(found)):
        expected = np.stack([flatten(one)[i] for one in each])
        np.testing.assert_allclose(batch, expected, rtol=1e-9, atol=1e-12)


def test_per_example_gradients_of_a_network():
    found = vmap(value_and_grad(network), (None, 0, 0))(PARAMETERS, X, LABELS)
    each = [value_and_grad(network)(PARAMETERS, x, k) for x, k in zip(X, LABELS, strict=True)]
    compare(found, each)


def test_a_function_that_uses_vmap_has_a_gradient():
    def loss(parameters):
        return np.mean(vmap(lambda x, label: network(parameters, x, label))(X, LABELS))

    def slow(parameters):
        pairs = zip(X, LABELS, strict=True)
        return sum(network(parameters, x, label) for x, label in pairs) / len(X)

    for name, gradient in grad(slow)(PARAMETERS).items():
        np.testing.assert_allclose(grad(loss)(PARAMETERS)[name], gradient, rtol=1e-9)
        np.testing.assert_allclose(gradient_program(loss, PARAMETERS)(PARAMETERS)[name], gradient)


def test_derivatives_and_vmap_nest_in_every_order():
    f = lambda x: np.sum(np.sin(x) * x[::-1]) ** 2  # noqa: E731
    v = RNG.normal(size=(5, 3))
    compare(
        vmap(lambda x, v: jvp(f, (x,), (v,)))(X, v),
        [jvp(f, (x,), (w,)) for x, w in zip(X, v, strict=True)],
    )
    compare(
        vmap(lambda x, v: hvp(f, x, v))(X, v), [hvp(f, x, w) for x, w in zip(X, v, strict=True)]
    )
    values, moved = jvp(vmap(f), (X,), (v,))
    compare((values, moved), [jvp(f, (x,), (w,)) for x, w in zip(X, v, strict=True)])
    compare(
        grad(lambda x: np.sum(vmap(grad(f))(x) * v))(X),
        [grad(lambda x, w=w: np.sum(grad(f)(x) * w))(x) for x, w in zip(X, v, strict=True)],
    )


def test_a_jacobian_is_a_batch_of_pullbacks_or_of_pushes():
    f = lambda x: np.tanh(np.outer(x, x)) @ x  # noqa: E731
    rows, units = vmap(vjp(f, X[0])[1])(np.eye(3))[0], np.eye(3)
    np.testing.assert_allclose(rows, jacobian(f)(X[0]))
    columns = vmap(lambda v: jvp(f, (X[0],), (v,))[1], out_axes=1)(units)
    np.testing.assert_allclose(columns, jacobian(f)(X[0]))


def test_vmap_of_vmap_closes_over_the_outer_example():
    x, y = RNG.normal(size=(4, 3)), RNG.normal(size=(5, 3))
    distance = lambda x, y: np.sqrt(np.sum((x - y) ** 2))  # noqa: E731
    found = vmap(lambda x: vmap(lambda y: distance(x, y))(y))(x)
    np.testing.assert_allclose(found, [[distance(a, b) for b in y] for a in x])
    found = vmap(vmap(distance, (None, 0)), (0, None))(x, y)
    np.testing.assert_allclose(found, [[distance(a, b) for b in y] for a in x])
    weights = grad(lambda w: np.sum(vmap(lambda a: vmap(lambda b: w @ (a * b))(y))(x)))(X[0])
    np.testing.assert_allclose(weights, x.sum(0) * y.sum(0))


def test_positions_of_an_outer_example_are_used_inside():
    table, labels = RNG.normal(size=(5, 4)), np.array([1, 0, 3, 2, 2])
    found = vmap(lambda k: vmap(lambda row: row[k] * row[0])(table))(labels)
    np.testing.assert_allclose(found, (table[:, labels] * table[:, :1]).T)


def test_a_traced_program_of_a_vmap_takes_other_arguments():
    f = vmap(lambda x, w: np.sum(np.exp(x * w) / (1.0 + x**2)), (0, None))
    w = RNG.normal(size=3)
    program = gradient_program(lambda w, x: np.sum(f(x, w)), w, X)
    other = X + 0.5
    np.testing.assert_allclose(program(w, other), grad(lambda w: np.sum(f(other, w)))(w))
    assert program.source.count("np.exp") == 1, "for all examples at once"


def test_programs_are_batched_as_the_functions_they_were_made_of():
    f = lambda x: np.sum(np.tanh(x) * x[::-1])  # noqa: E731
    expected = loop(grad(f), X)
    program = gradient_program(f, X[0])
    np.testing.assert_allclose(vmap(program)(X), expected)
    names = {"np": np, **program.constants}
    exec(gradient_program(lambda x: np.sum(np.tanh(x) * x), X[0], plain=True).source, names)
    expected = loop(grad(lambda x: np.sum(np.tanh(x) * x)), X)
    np.testing.assert_allclose(vmap(names["gradient"])(X), expected)
    number = Program(lambda x: np.sin(x) * x, (0.5,))
    np.testing.assert_allclose(vmap(number)(X[0]), np.sin(X[0]) * X[0])


def test_functions_with_a_rule_of_their_own_run_one_by_one():
    check(custom, X)
    np.testing.assert_allclose(grad(lambda x: np.sum(vmap(custom)(x)))(X), 3.0 * X)
    np.testing.assert_allclose(vmap(grad(lambda x: np.sum(custom(x))))(X), 3.0 * X)
    pair = custom_vjp(x=lambda g, y: g * y, y=lambda g, x: g * x)(lambda x, y: x * y)
    check(pair, X, X[0], in_axes=(0, None))


def test_a_row_that_was_added_needs_no_batching_rule():
    add_rows(Row("total", lambda x: np.sum(x), "x", x=lambda g, x: g * np.ones(x.shape)))
    try:
        check(lambda x: np.sin(ROWS["total"](x)), X)
    finally:
        remove_row("total")


NUMPY = [  # functions composed of rows, which their own tests know to be right for one example
    lambda x: np.linalg.norm(x), lambda x: np.median(x), lambda x: np.quantile(x, 0.3),
    lambda x: np.cumprod(x), lambda x: np.diff(x), lambda x: np.take(x, [2, 0]),
    lambda x: np.repeat(x, 2), lambda x: np.interp(x[0], [-1.0, 0.0, 2.0], x), lambda x: x.std(),
    lambda x: np.partition(x, 1), lambda x: np.cov(x, x[::-1]), lambda x: np.diag(np.diag(x)),
    lambda x: np.sort(x)[np.argsort(x)], lambda x: np.linalg.svd(np.outer(x, x) + np.eye(3))[1],
    lambda x: np.linalg.eigh(np.outer(x, x))[0], lambda x: np.einsum("i,j", x, x),
    lambda x: np.kron(x, x), lambda x: np.convolve(x, [1.0, 2.0]), lambda x: np.pad(x, 2),
    lambda x: np.tile(x, 2), lambda x: np.where(x > 0, x, 0.0), lambda x: np.insert(x, 1, x[0]),
    lambda x: np.linalg.solve(np.outer(x, x) + 9 * np.eye(3), x), lambda x: np.nanmax(x),
    lambda x: np.stack([x, np.roll(x, 1)], axis=1), lambda x: np.trace(np.outer(x, x)),
    lambda x: np.interp(x, [-2.0, 0.1, 2.0], [1.0, 0.5, 3.0]),
    lambda x: x * np.take_along_axis(np.array([1.0, 2.0, 4.0]), np.argsort(x), 0),
    lambda x: stop_gradient(x) * x, lambda x: x.astype(np.float64).mean(keepdims=True),
]  # fmt: skip


@pytest.mark.parametrize("f", NUMPY, ids=range(len(NUMPY)))
def test_composed_functions_and_their_gradients(f):
    check(lambda x: f(x + 0), X)
    check(grad(lambda x: np.sum(np.sin(f(x)))), X)


# Refusals


def refusals():
    """Yield calls that are refused, and what is said."""
    clipped = lambda x: x if x > 0 else 0.0  # noqa: E731
    yield lambda: vmap(clipped)(X[0]), ValueError, "read the value of the first .*np.where"
    yield lambda: vmap(lambda n: np.ones(3) * range(n)[-1])(np.array([2, 3])), ValueError, "2 "
    yield lambda: vmap(lambda x: x[x > 0])(X), ValueError, "shape of its own.*mask, x, 0.0"
    yield lambda: vmap(np.add)(X, X[:4]), ValueError, "argument 0 .*(5, 3).*argument 1 .*(4, 3)"
    yield lambda: vmap(np.add, None)(X, X), ValueError, "None for all 2"
    yield lambda: vmap(np.add, (0, 2))(X, X), ValueError, "argument 1 has shape (5, 3).*no axis 2"
    yield lambda: vmap(np.sin, -3)(X), ValueError, "no axis -3"
    yield lambda: vmap(np.add)(X, 2.0), ValueError, "argument 1 has shape ().*in_axes=None"
    yield lambda: vmap(np.add, (0,))(X, X), ValueError, "in_axes has (0,)"
    yield lambda: vmap(np.sin, (True,))(X), ValueError, "in_axes has True"
    yield lambda: vmap(lambda d: d["a"], ({"b": 0},))({"a": X}), ValueError, "structure like it"
    yield lambda: vmap(np.sin, out_axes=2)(X), ValueError, "out_axes has 2.*2 axes"
    yield lambda: vmap(np.sin, out_axes=None)(X), ValueError, "depends on the example"
    yield lambda: vmap(np.sin, out_axes=(0, 0))(X), ValueError, "out_axes has (0, 0)"
    yield lambda: vmap(np.sin)("text"), TypeError, "argument 0 is str 'text'"
    yield lambda: vmap(np.sin)(X * 1j), TypeError, "complex128"
    yield lambda: vmap(lambda x: "text")(X), TypeError, "the result is str 'text'"
    escaped = []
    yield lambda: vmap(lambda x: (escaped.append(x), x)[1])(X) + escaped[0], ValueError, "escaped"
    inside = []
    leak = lambda x: vmap(lambda y: (inside.append(y), y)[1])(x) + inside[0]  # noqa: E731
    yield lambda: vmap(leak)(X), ValueError, "escaped"


@pytest.mark.parametrize("call, kind, said", list(refusals()))
def test_what_has_no_batch_is_refused(call, kind, said):
    with pytest.raises(kind, match=said.replace("(", "[(]").replace(")", "[)]")):
        call()


hypothesis = pytest.importorskip("hypothesis", reason="python3 run.py test installs Hypothesis")

from tests.arrays.test_properties import programs  # noqa: E402


@hypothesis.settings(max_examples=60, deadline=None, derandomize=True)
@hypothesis.given(programs(), hypothesis.strategies.sampled_from([(0, 0), (0, None), (None, -1)]))
def test_random_programs_and_their_gradients_run_on_batches(drawn, axes):
    f, arguments = drawn
    batches = [
        x if axis is None else np.stack([x, x * 0.9, x + 0.1], axis)
        for x, axis in zip(arguments, axes, strict=True)
    ]
    check(f, *batches, in_axes=axes)
    for position in (0, 1):
        check(grad(f, position), *batches, in_axes=axes)


# A chapter can build it


def test_the_cells_of_chapter_15_build_vmap():
    """The cells of CELLS.md run in order, in a namespace that lacks what they define."""
    page = (HOME.parent / "CELLS.md").read_text(encoding="utf-8")
    table = page.partition("## Chapter 15, batching")[2].partition("## ")[0].split("\n|")[3:]
    cells = re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table))
    names, sources = {}, {}
    for module in ("batch_rules", "batching"):
        library = importlib.import_module(f"autodiff_lib.programs.{module}")
        names |= vars(library)
        for part in ast.parse(Path(library.__file__).read_text(encoding="utf-8")).body:
            if isinstance(part, (ast.FunctionDef, ast.ClassDef, ast.Assign)):
                sources[getattr(part, "name", "RULES")] = (module, ast.unparse(part))
    assert {"along_axes", "run_batch", "Example", "Nested", "refuse_reads", "vmap"} <= set(cells)
    names = {name: value for name, value in names.items() if name not in cells}
    for name in cells:
        exec(sources[name][1], names)
    batched = names["vmap"]
    found = batched(grad(network), (None, 0, 0))(PARAMETERS, X, LABELS)
    compare(found, [grad(network)(PARAMETERS, x, k) for x, k in zip(X, LABELS, strict=True)])
    pairs = batched(lambda a: batched(lambda b: a * b)(X))
    assert pairs(X).shape == (5, 5, 3)
    names["Nested"].lift = lambda trace, x: x  # what runs is the reader's own
    with pytest.raises(TypeError, match="not callable"):
        pairs(X)
