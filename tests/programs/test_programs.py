"""Gradient programs: readable source that computes the same numbers, or refuses."""

import ast
import inspect
import math
import random
import sys

import numpy as np
import pytest

from autodiff_lib.arrays import (
    ROWS,
    Program,
    custom_vjp,
    grad,
    gradient_program,
    graph,
    hvp,
    logsumexp,
    relu,
    sigmoid,
    value_and_grad,
    vjp,
)
from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.programs import simplify
from tests.table.samples import samples

X = np.array([0.5, -1.0, 2.0])


def diamond(x, y, z):
    h1 = x * y
    h2 = y * z
    h = h1 * h2
    o = h**2
    return o


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def test_the_diamond_reads_like_a_program_by_hand():
    program = gradient_program(diamond, 3, 2, 1, argnums=(0, 1, 2), value=True)
    assert program(3, 2, 1) == (144.0, (96.0, 288.0, 288.0))
    assert program.source == inspect.cleandoc("""
        def value_and_gradient(x, y, z):
            h1 = x * y
            h2 = y * z
            h = h1 * h2
            o = h * h
            h_bar = 2.0 * h
            h1_bar = h_bar * h2
            h2_bar = h_bar * h1
            z_bar = h2_bar * y
            x_bar = h1_bar * y
            y_bar = h2_bar * z + h1_bar * x
            return (o, (x_bar, y_bar, z_bar))
    """) + "\n"  # fmt: skip


def test_the_source_runs_by_itself():
    program = gradient_program(rosenbrock, X)
    namespace = {"np": np}
    exec(program.source, namespace)
    np.testing.assert_allclose(namespace["gradient"](X), grad(rosenbrock)(X))


@pytest.mark.parametrize("size", [3, 2000])
def test_small_and_large_programs_agree_with_the_engine(size):
    rng = np.random.default_rng(0)
    x, v = rng.normal(size=(2, size))

    def f(x, v):
        y = np.tanh(x) * np.sin(v) / (1 + x**2)
        z = np.concatenate([y[1:], -y[:1]]) - x[::-1]
        return np.sum(z * relu(y)) + logsumexp(z) + np.max(x * v)

    for argnums in (0, 1, (0, 1)):
        program = gradient_program(f, x, v, argnums=argnums, value=True)
        assert_same(program(x, v), value_and_grad(f, argnums)(x, v))
        assert_same(program(v, x), value_and_grad(f, argnums)(v, x))
    second = Program(lambda x, v: hvp(rosenbrock, x, v), (x, v))
    assert_same(second(v, x), hvp(rosenbrock, v, x))


def assert_same(one, other):
    if isinstance(one, tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_same(a, b)
    else:
        assert type(one) is type(other)
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.op)
def test_every_row_can_be_written(row):
    """The row itself and its way back, and their source where only the documented names are."""
    for operands, parameters in samples(row)[:4]:
        operands = [np.asarray(x) for x in operands]
        check_source(lambda *xs, p=parameters: row(*xs, **p), operands)
        if row.kind == "constant":
            continue
        floats = [i for i, x in enumerate(operands) if x.dtype.kind == "f"]

        def f(*xs, operands=operands, parameters=parameters, floats=floats):
            full = list(operands)
            for i, x in zip(floats, xs, strict=True):
                full[i] = x
            return row(*full, **parameters)

        xs = [operands[i] for i in floats]
        seed = np.cos(np.arange(np.size(f(*xs)))).reshape(np.shape(f(*xs)))
        check_source(lambda *xs, f=f, seed=seed: vjp(f, *xs)[1](seed), xs)


def check_source(f, arguments):
    program = Program(f, arguments)
    namespace = {"np": np, "math": math, **program.constants}
    exec(program.source, namespace)
    assert ast.dump(ast.parse(program.source)) == ast.dump(ast.parse(program.above + program.text))
    assert_same(program(*arguments), f(*arguments))
    assert_same(namespace["program"](*arguments), f(*arguments))


def test_results_share_no_memory():
    x = np.ones(2000)
    for f in (lambda x: x, lambda x: (x, x), lambda x: (x[1:], x * 2), lambda x: (x * 2,) * 2):
        results = Program(f, (x,))(x)
        results = results if isinstance(results, tuple) else (results,)
        arrays = [x, *results]
        for i, one in enumerate(arrays):
            assert not any(np.shares_memory(one, other) for other in arrays[:i])


def test_inputs_are_not_overwritten():
    x = np.arange(2000.0)
    program = gradient_program(lambda x: np.sum((x + 1) * (x - 1) / (x + 2) ** 2), x)
    program(x)
    np.testing.assert_array_equal(x, np.arange(2000.0))


def test_a_custom_function_that_returns_its_operand_is_safe():
    same = custom_vjp(x=lambda g: g)(lambda x: x)
    x = np.arange(2000.0)
    program = Program(lambda x: (same(x) * 2.0, same(x), same(x + 1.0) * 3.0), (x,))
    for result in program(x):
        assert not np.shares_memory(result, x)
    np.testing.assert_array_equal(program(x)[1], np.arange(2000.0))
    turned = Program(lambda x: np.einsum("ij->ji", x) + 1.0, (x.reshape(40, 50),))
    turned(x.reshape(40, 50))
    np.testing.assert_array_equal(x, np.arange(2000.0))


def test_a_result_that_repeats_entries_may_be_written_to():
    program = Program(lambda x: np.broadcast_to(np.sin(x), (1, 3)), (X,))
    program(X)[:] = 0.0
    np.testing.assert_array_equal(program(X), [np.sin(X)])


def test_savings_are_counted():
    program = gradient_program(lambda x: np.sum(np.exp(x) * np.exp(x)), X)
    assert program.saved["common subexpressions"] >= 1
    assert program.count < len(program.saved) + 12
    assert program.source.count("np.exp") == 1


def test_other_shapes_dtypes_and_structures_are_refused():
    program = gradient_program(lambda p: np.sum(p["w"] * p["w"]), {"w": X})
    np.testing.assert_array_equal(program({"w": np.array([1, 2, 3])})["w"], [2, 4, 6])
    with pytest.raises(ValueError, match=r"p\['w'\] was traced with shape \(3,\).*\(4,\)"):
        program({"w": np.ones(4)})
    with pytest.raises(ValueError, match="traced as"):
        program([X])
    with pytest.raises(TypeError, match="takes 1 arguments"):
        program(X, X)
    for more in ({"w": X, "b": 2.0}, {"w": X, "v": X}, {}):
        with pytest.raises(ValueError, match="p was traced as dict .*, got dict"):
            program(more)
    narrow = gradient_program(np.sum, X.astype(np.float32))
    with pytest.raises(ValueError, match="float32.*float64"):
        narrow(X)


def test_a_list_may_not_be_longer_than_the_traced_one():
    program = gradient_program(lambda p, q: p[0] * p[1] * q["b"] + q["a"], [2.0, 3.0],
                               {"a": 1.0, "b": 2.0})  # fmt: skip
    assert program([2.0, 3.0], {"b": 2.0, "a": 1.0}) == [6.0, 4.0]
    with pytest.raises(ValueError, match="p was traced as list .*, got list"):
        program([2.0, 3.0, 4.0], {"a": 1.0, "b": 2.0})


def test_a_frozen_branch_is_noticed():
    def f(x):
        if x > 0:
            return x * x
        return -x

    program = gradient_program(f, 2.0)
    assert program(3.0) == 6.0
    with pytest.raises(ValueError, match="if x > 0.*does not|if x > 0.*do not hold"):
        program(-3.0)


def test_a_frozen_count_is_noticed():
    def f(x, n):
        for _ in range(n):
            x = x * x
        return x

    program = gradient_program(f, 2.0, 3)
    assert program(2.0, 3) == grad(f)(2.0, 3)
    with pytest.raises(ValueError, match="Python read 3"):
        program(2.0, 4)


def test_a_frozen_value_is_noticed():
    program = gradient_program(lambda x: np.sum(x * x.value), X)
    np.testing.assert_array_equal(program(X), X)
    with pytest.raises(ValueError, match="Python read"):
        program(2 * X)


def test_random_numbers_are_noticed():
    random.seed(0)
    with pytest.raises(ValueError, match="same result when it is called twice"):
        gradient_program(lambda x: x * random.random(), 2.0)


def test_constants_are_copied():
    c = np.array([1.0, 2.0, 3.0])
    program = gradient_program(lambda x: np.sum(x * c), X)
    c[:] = 0
    np.testing.assert_array_equal(program(X), [1, 2, 3])


def test_a_constant_that_changes_during_the_trace_is_two_constants():
    buffer = np.zeros(3)

    def f(x):
        total = 0.0
        for i in range(3):
            buffer[:] = i
            buffer[0] = 2 * i
            total = total + np.sum(x * buffer)
        return total

    np.testing.assert_array_equal(gradient_program(f, X)(X), [6.0, 3.0, 3.0])


def test_single_numbers_run_as_python_floats_and_fall_back_at_the_edges():
    f = lambda x, y: np.exp(x) / y + np.log(y)  # noqa: E731
    program = gradient_program(f, 1.0, 2.0, argnums=(0, 1))
    assert "math.exp" in program.source
    assert_same(program(0.5, 3.0), grad(f, (0, 1))(0.5, 3.0))
    with np.errstate(all="ignore"):
        for edge in ((1.0, 0.0), (1000.0, 1.0), (1.0, -1.0)):
            assert_same(program(*edge), grad(f, (0, 1))(*edge))


def test_graphs_have_names_and_can_be_walked():
    o = graph(diamond, 3, 2, 1)
    nodes = {node.name: node for node in topological_order(o) if node.name}
    assert set(nodes) == {"x", "y", "z", "h1", "h2", "h", "o"}
    assert o.value == 144 and o.op == "square" and nodes["x"].op is None
    dx, dy = graph(grad(diamond, (0, 1)), 3, 2, 1)
    assert dx.value == 96 and dy.value == 288
    assert len(gradient_program(diamond, 3, 2, 1).graph) == 1


def test_an_input_of_a_graph_has_the_name_of_its_value_whatever_f_uses_first():
    def slope(w, flat, price):
        return 2.0 * (np.sum(flat * w) - price) * flat

    given = {"w": np.array([30.0, 20.0]), "flat": np.array([5.0, 4.0]), "price": 272.0}
    steps = topological_order(graph(slope, *given.values()))
    found = {step.name: step.value for step in steps if step.name}
    assert found.keys() == given.keys()
    assert all(np.array_equal(found[name], given[name]) for name in given)


def test_names_are_those_that_the_function_gives_last_too():
    def layer(x):
        y = np.tanh(x)
        return y

    def twice(x):
        z = layer(layer(x))
        return z

    def f(x):
        h = twice(x)
        total = np.sum(h)
        return total

    names = [node.name for node in topological_order(graph(f, X))]
    assert names == ["x", "y", "y", "total"]
    assert graph(lambda x: twice(x) * 2.0, X).operands[0].name == "y"
    assert sys.getprofile() is None


def lines_of(f, *arguments):
    """Return the lines of a function as a program, which agrees with the function."""
    program = Program(f, arguments)
    assert_same(program(*arguments), f(*arguments))
    return [line.strip() for line in program.source.splitlines()[1:]]


def test_sigmoid_and_logsumexp_are_written_out():
    sharing = lambda x: (logsumexp(x), np.exp(x - logsumexp(x, keepdims=True)))  # noqa: E731
    assert "\n".join(lines_of(sharing, X)).count("np.exp") == 1
    assert lines_of(lambda x: sigmoid(x), X)[0].endswith("= 1.0 / (1.0 + np.exp(-x))")


def test_moving_entries_without_reordering_is_reshaping():
    pulled = lambda g, x: vjp(lambda x: x[:, None] * 2.0, x)[1](g)  # noqa: E731
    assert lines_of(pulled, X[:, None], X) == ["return ((g * 2.0).reshape(3),)"]
    squeezed = lambda x: np.expand_dims(np.squeeze(x), 0) + 1.0  # noqa: E731
    assert lines_of(squeezed, X[None]) == ["return x + 1.0"]
    kept = lambda x: np.squeeze(np.sum(x, axis=1, keepdims=True), 1) * 2.0  # noqa: E731
    assert lines_of(kept, np.ones((2, 3))) == ["return x.sum(axis=1) * 2.0"]
    cut = lambda g: vjp(lambda x: x[1:, None], X)[1](g)[0] + 1.0  # noqa: E731
    assert not any("reshape" in line for line in lines_of(cut, X[1:, None]))


def test_many_operations_are_simplified_in_few_walks():
    def f(x):
        for _ in range(5000):
            x = x * 0.999 + 0.001
        return x

    walks = []
    simplify.rewrite, rewrite = lambda *args: walks.append(0) or rewrite(*args), simplify.rewrite
    try:
        gradient_program(f, 1.0)
    finally:
        simplify.rewrite = rewrite
    assert len(walks) <= 4


def test_sums_of_products_are_dot_products():
    a, b = np.random.default_rng(0).normal(size=(2, 4, 3))
    for dot, text in (
        (lambda a, b: np.sum(a * b, axis=1), "np.vecdot(a, b)"),
        (lambda a, b: np.sum(a * a, axis=-1, keepdims=True) + b, "np.vecdot(a, a, keepdims=True)"),
        (lambda a, b: np.sum(np.square(a - b), axis=1), "np.vecdot(t1, t1)"),
        (lambda a, b: np.sum(a[0] * b[0]) + b, "np.vecdot(a[0], b[0])"),
        (lambda a, b: np.sum(a[:, None] * b, axis=2), "np.vecdot(a[:, None], b)"),
    ):
        assert any(text in line for line in lines_of(dot, a, b)), text
    for other in (
        lambda a, b: np.sum(a * b, axis=0),
        lambda a, b: np.sum(a * b) + b,
        lambda a, b: np.sum(a[0] * b[0, 0]) + b,
        lambda a, b: np.sum(a[:, :1] * b, axis=1),
        lambda a, b: np.sum((a > 0) * (b > 0), axis=1),
        lambda a, b: np.sum(a * b, axis=1)[:, None] + a * b,
    ):
        assert not any("vecdot" in line for line in lines_of(other, a, b))


def test_weighted_sums_of_rows_are_matrix_products():
    x, w = np.random.default_rng(0).normal(size=(2, 2, 5, 3))
    weighted = lambda x, w: np.sum(x * w[..., :1], axis=1)  # noqa: E731
    assert any("@" in line for line in lines_of(weighted, x, w))
    assert any("@" in line for line in lines_of(weighted, w, x))
    kept = lambda x, w: np.sum(w[..., :1] * x, axis=-2, keepdims=True)  # noqa: E731
    assert any("@" in line for line in lines_of(kept, x, w))
    for axis in (0, 2, (0, 1)):
        other = lambda x, w, axis=axis: np.sum(x * w[..., :1], axis=axis)  # noqa: E731
        assert not any("@" in line for line in lines_of(other, x, w))


def test_what_is_scattered_to_a_permutation_is_indexed():
    g = np.random.default_rng(0).normal(size=(4, 3))
    back = lambda key: lambda g: vjp(lambda x: x[key], g)[1](g)[0] + 0.5  # noqa: E731
    for key in ((slice(None), [1, 2, 0]), np.array([2, -1, 1, 0]), (slice(None), [1, -1, 0])):
        assert not any("zeros" in line or "add.at" in line for line in lines_of(back(key), g))
    for key in ((slice(None), [1, 1, 0]), ([0, 1, 2, 2], slice(None)), g > 0.2):
        pull = lambda g, key=key: vjp(lambda x: x[key], g)[1](g[key])[0]  # noqa: E731
        assert any("zeros" in line for line in lines_of(pull, g))


def test_entries_that_are_named_once_are_assigned():
    g = np.random.default_rng(0).normal(size=(4, 3))
    for key, once in (
        ((np.arange(4), [0, 2, 1, 1]), True),
        (([0, 0, 1], [1, 1, 2]), False),
        (([0, -4, 1], [1, 1, 2]), False),
        (g > 0.1, True),
    ):
        pull = lambda g, key=key: vjp(lambda x: x[key], g)[1](g[key])[0]  # noqa: E731
        assert any("np.add.at" in line for line in lines_of(pull, g)) != once


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: (rows,)])
def test_rows_that_go_to_one_place_are_added_up_first(wrap):
    g = np.random.default_rng(0).normal(size=(400, 3))
    rows = np.random.default_rng(1).integers(0, 20, 400)
    x = np.ones((30, 3))
    pull = lambda g, x: vjp(lambda x: x[wrap(rows)] * 2.0, x)[1](g)[0]  # noqa: E731
    assert any("np.add.reduceat" in line for line in lines_of(pull, g, x))
    twice = lambda g, x: vjp(lambda x: x[wrap(rows)] * np.sum(x[2:4]), x)[1](g)[0]  # noqa: E731
    assert any("reduceat" in line for line in lines_of(twice, g, x))
    mixed = wrap(np.where((rows < 3) & (g[:, 0] > 0.0), rows - 30, rows))
    for key, how in ((mixed, "reduceat"), ((slice(None), rows % 3), "np.add.at")):
        other = lambda x, key=key: vjp(lambda x: x[key], x)[1](np.sin(x[key]))[0]  # noqa: E731
        assert any(how in line for line in lines_of(other, x))


def test_dot_products_leave_loops_alone():
    x = np.random.default_rng(0).normal(size=(40_000, 2))
    f = lambda x: np.sum(np.exp(np.sin(x)) * np.tanh(np.cos(x) + 1.0), axis=1)  # noqa: E731
    lines = lines_of(f, x)
    assert any(line.startswith("for start") for line in lines)
    assert not any("vecdot" in line for line in lines)


def test_what_is_written_out_stays_in_its_place():
    def f(x):
        first = sigmoid(x)
        second = np.sin(x)
        return first, second

    names = [line.split(" = ")[0] for line in lines_of(f, np.ones(1000))]
    assert names.index("first") < names.index("second")


def test_a_part_of_an_array_does_not_keep_the_whole_alive():
    assert Program(lambda x: (x * 2.0)[:1], (X,))(X).base is None


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, 1, -1, -2, (1,), (0, 1)])
def test_sums_of_short_rows_are_products_with_ones(axis, keepdims, dtype):
    for shape in ((100, 4), (2, 50, 4)):
        x = np.random.default_rng(0).normal(size=shape).astype(dtype)
        program = Program(lambda x: np.exp(np.sum(x * 0.1, axis=axis, keepdims=keepdims)), (x,))
        found, expected = program(x), np.exp(np.sum(x * 0.1, axis=axis, keepdims=keepdims))
        assert np.shape(found) == expected.shape and np.asarray(found).dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-3 if dtype == np.float32 else 1e-9)
        last_two = [(len(shape) + one,) for one in (-1, -2)] + [-1, -2, *range(len(shape))[-2:]]
        assert ("np.ones" in program.source) == (axis in last_two)
