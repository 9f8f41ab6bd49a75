"""Whatever only makes programs faster can be left out: the program is right without it."""

import tracemalloc

import numpy as np
import pytest

from autodiff_lib.arrays import ROWS, Program, grad, gradient_program, value_and_grad
from autodiff_lib.arrays.structures import flatten
from autodiff_lib.programs.faster import PASSES
from autodiff_lib.programs.simplify import operations
from tests.table.samples import samples

R = np.random.default_rng(0)
SUBSETS = {f"all but {left_out}": [*PASSES.keys() - {left_out}] for left_out in PASSES} | {
    "none": [], "all": list(PASSES),
}  # fmt: skip
X, W, B = R.normal(size=(40, 6)), R.normal(size=(6, 4)), R.normal(size=4)
LONG = R.normal(size=(600, 3))


def network(w, b, x):
    h = np.tanh(x @ w + b)
    p = np.exp(h - np.max(h, axis=1, keepdims=True))
    p = p / np.sum(p, axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(x)), np.arange(len(x)) % 4]))


def steps(w, b, x):
    h, total = np.zeros(4), 0.0
    for row in x:
        h = np.tanh(row @ w + h * b)
        total = total + np.sum(h * h)
    return total


def long_arrays(x, y):
    z = np.sin(x) * y + np.exp(-x * x)
    return (
        np.sum(z * z / (1.0 + y * y))
        + np.sum(np.sum(x * y, axis=1) ** 2)
        + np.sum(np.sum(z, 1) ** 3)
    )


def numbers(x, y):
    for _ in range(5):
        x, y = x * y + 0.1, np.sin(x) / (1.0 + y * y)
    return x - y


def huge(x):
    return np.sum(np.exp(-x * x) * np.sin(x) + x / (1.0 + x * x))


WORKS = {
    "network": (network, (W, B, X), (0, 1)),
    "steps": (steps, (W, B, X), (0, 1)),
    "long arrays": (long_arrays, (LONG, LONG[::-1].copy()), (0, 1)),
    "numbers": (numbers, (0.3, 0.7), (0, 1)),
    "blocks": (huge, (R.normal(size=70_000),), (0,)),
}


@pytest.mark.parametrize("name", WORKS)
@pytest.mark.parametrize("subset", SUBSETS)
def test_a_gradient_is_right_without_any_of_the_passes(name, subset):
    f, arguments, argnums = WORKS[name]
    derivative = value_and_grad(f, argnums)
    program = Program(derivative, arguments, faster=SUBSETS[subset])
    found, expected = program(*arguments), derivative(*arguments)
    for one, other in zip(flatten(found), flatten(expected), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
        assert type(one) is type(other) and np.shape(one) == np.shape(other)


@pytest.mark.parametrize("op", [op for op, row in ROWS.items() if row.kind != "constant"])
def test_every_row_is_written_without_any_of_the_passes(op):
    row = ROWS[op]
    for operands, parameters in samples(row)[:2]:
        f = lambda *xs, p=parameters: row(*xs, **p)  # noqa: E731
        program = Program(f, [np.asarray(x)[()] for x in operands], faster=())
        np.testing.assert_allclose(
            program(*[np.asarray(x)[()] for x in operands]), f(*operands), rtol=1e-12, atol=1e-14
        )


def test_each_pass_does_something_somewhere():
    """A pass that changed no text could not be seen to be right."""
    for left_out in PASSES:
        texts = set()
        for subset in ("all", f"all but {left_out}"):
            for f, arguments, argnums in WORKS.values():
                texts.add(str(Program(grad(f, argnums), arguments, faster=SUBSETS[subset])))
        assert len(texts) > len(WORKS), left_out


def test_a_plain_program_reads_as_one_would_write_it():
    f = lambda w, x, y: np.sum((np.tanh(x @ w) - y) ** 2)  # noqa: E731
    arguments = W[:, 0], X, X[:, 0]
    program = gradient_program(f, *arguments, plain=True)
    assert "np.vecdot" not in program.source and "out=" not in program.source
    assert program.graph[0].value.shape == (6,)
    np.testing.assert_allclose(program(*arguments), gradient_program(f, *arguments)(*arguments))


def test_a_function_whose_value_is_another_on_arrays_is_refused():
    def forgetful(x):
        forgetful.calls += 1
        return np.sum(x) * forgetful.calls

    forgetful.calls = 0
    with pytest.raises(ValueError, match="on nodes .* else than on arrays, by up to 6.*twice"):
        gradient_program(forgetful, np.array([1.0, 2.0, 3.0]))


def test_building_keeps_no_more_alive_than_two_gradients():
    """Steps keep no values: the peak while a program is built is that of a few gradients."""

    def f(x):
        for _ in range(20):
            x = np.sin(x) * 1.01
        return np.sum(x)

    x = np.ones(50_000)
    peaks = []
    for run in (grad(f), lambda x: gradient_program(f, x)):
        run(x)
        tracemalloc.start()
        run(x)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]


def test_the_graph_of_a_program_is_that_of_its_passes():
    """Without `products`, a weighted sum over rows is still a sum in the graph."""
    f = lambda x, w: np.sum(np.sum(x * w, axis=0) ** 2)  # noqa: E731
    arguments = LONG, LONG[:, :1].copy()
    ops = [
        {step.op for step in operations(Program(f, arguments, faster=faster).graph)}
        for faster in ((), PASSES)
    ]
    assert "matmul" not in ops[0] and "matmul" in ops[1]
