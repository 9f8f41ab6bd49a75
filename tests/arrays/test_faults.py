"""Faults that engines are known for, one test each: none may give a silently wrong number."""

import copy
import gc
import itertools
import math
import pickle
import threading
import weakref

import numpy as np
import pytest

from autodiff_lib.arrays import (
    custom_vjp,
    grad,
    graph,
    hessian,
    jacobian,
    jvp,
    logsumexp,
    relu,
    stop_gradient,
    value_and_grad,
    vjp,
)
from autodiff_lib.arrays.reverse import Reverse, backward
from autodiff_lib.graphs.walk import topological_order

X = np.array([0.5, -1.0, 2.0])


# Graphs


def test_a_million_nodes_neither_recurse_nor_linger():
    def f(x):
        for _ in range(500_000):
            x = x * 1.000001 + 1e-9
        assert len(repr(x)) < 200
        return x

    assert grad(f)(1.0) == pytest.approx(math.exp(0.5), rel=1e-5)


def test_two_to_the_sixty_paths():
    def f(x):
        for _ in range(60):
            x = x + x
        return x

    assert grad(f)(1.0) == 2.0**60


def test_a_node_used_twice():
    assert grad(lambda x: x * x * x)(2.0) == 12.0
    assert grad(lambda x: np.sum(x @ x))(X) == pytest.approx(2 * X)


def test_a_cycle_cannot_be_made_and_a_walk_over_one_stops():
    o = graph(lambda x: np.exp(x) * x, 1.0)
    o.operands[0].operands += (o,)  # no operation does this
    with pytest.raises(ValueError, match="cycle"):
        topological_order(o)


def test_a_second_backward_gives_the_same():
    _, pullback = vjp(lambda x: np.exp(x), X)
    np.testing.assert_array_equal(pullback(X)[0], pullback(X)[0])


def test_graphs_are_freed_when_dropped():
    kept = []

    def f(x):
        big = np.exp(x)
        kept.append(weakref.ref(big.raw))
        return np.sum(big * big)

    gc.disable()
    try:
        grad(f)(np.ones(10))
        assert kept[0]() is None
    finally:
        gc.enable()


# Outputs, seeds, inputs


def test_a_non_scalar_output_needs_a_seed():
    with pytest.raises(ValueError, match=r"one number; this one returned shape \(3,\)"):
        grad(np.exp)(X)


@pytest.mark.parametrize("returned", [None, "a", [1.0], 1j, {}])
def test_a_function_that_does_not_return_a_number(returned):
    with pytest.raises(TypeError, match="the result of f"):
        grad(lambda x: returned)(1.0)


@pytest.mark.parametrize("seed", [1.0, np.ones(1), np.ones((1, 3)), np.ones(4)])
def test_a_seed_of_the_wrong_shape_is_refused(seed):
    with pytest.raises(ValueError, match=r"the seed must have shape \(3,\)"):
        vjp(np.exp, X)[1](seed)


def test_a_tangent_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"the tangents must have shape \(3,\)"):
        jvp(np.exp, (X,), (1.0,))


def test_an_unused_input_has_gradient_zeros():
    dx, dy = grad(lambda x, y: np.sum(x), argnums=(0, 1))(X, np.ones((2, 2)))
    np.testing.assert_array_equal(dy, np.zeros((2, 2)))
    assert grad(lambda x: 3.0)(2.0) == 0.0


def test_argnums_must_name_an_argument():
    with pytest.raises(ValueError, match="argnums is 1"):
        grad(np.sin, argnums=1)(1.0)


# Values changed in between


def test_an_input_changed_after_the_forward_pass():
    x = X.copy()
    _, pullback = vjp(lambda x: x * x, x)
    x[:] = 0
    np.testing.assert_array_equal(pullback(np.ones(3))[0], 2 * X)


def test_a_result_changed_after_the_forward_pass():
    out, pullback = vjp(np.exp, X)
    out[:] = 0
    np.testing.assert_allclose(pullback(np.ones(3))[0], np.exp(X))


def test_a_small_constant_changed_during_the_forward_pass():
    buffer = np.zeros(3)

    def f(x):
        total = 0.0
        for i in range(3):
            buffer[:] = i
            total = total + np.sum(x * buffer)
        return total

    np.testing.assert_array_equal(grad(f)(X), [3.0, 3.0, 3.0])


def test_a_large_constant_changed_during_the_forward_pass_is_refused_and_then_free_again():
    buffer = np.ones(100_000)

    def f(x):
        y = np.sum(x * buffer)
        buffer[:] = 2.0
        return y

    with pytest.raises(ValueError, match="read-only"):
        grad(f)(1.0)
    buffer[:] = 3.0


def test_a_large_view_is_guarded_with_its_owner():
    owner = np.ones((2, 100_000))

    def f(x):
        y = np.sum(x * owner[0])
        owner[0, 0] = 2.0
        return y

    with pytest.raises(ValueError, match="read-only"):
        grad(f)(1.0)
    owner[:] = 3.0


def test_a_value_cannot_be_changed_through_its_node():
    def f(x):
        y = np.exp(x)
        with pytest.raises(ValueError, match="read-only"):
            y.value[0] = 0.0
        with pytest.raises(TypeError, match="changed in place"):
            y[0] = 0.0
        y += 1.0
        return np.sum(y)

    np.testing.assert_allclose(grad(f)(X), np.exp(X))


def test_out_and_where_arguments_are_refused():
    with pytest.raises(TypeError, match="exp of a node takes .*, not out"):
        grad(lambda x: np.sum(np.exp(x, out=np.zeros(3))))(X)


def test_gradients_alias_nothing():
    seed = np.ones(3)
    x, y = X.copy(), X.copy()
    out, pullback = vjp(lambda x, y: x + y, x, y)
    arrays = [seed, x, y, out, *pullback(seed), *pullback(seed)]
    for one, other in itertools.combinations(arrays, 2):
        assert not np.shares_memory(one, other)
    out, pullback = vjp(lambda x: x, x)
    for one, other in itertools.combinations([seed, x, out, pullback(seed)[0]], 2):
        assert not np.shares_memory(one, other)
    out, moved = jvp(lambda x: x, (x,), (y,))
    assert not np.shares_memory(out, x) and not np.shares_memory(moved, y)
    g = grad(lambda x: np.sum(x))(np.ones((3, 3)))
    g[0, 0] = 5.0
    assert g.sum() == 13.0


# Threads, exceptions, nesting


def test_an_exception_leaves_nothing_behind():
    big = np.ones(100_000)
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: np.sum(x * big) / (1 // 0))(big)
    big[0] = 2.0
    assert grad(lambda x: x * x)(3.0) == 6.0


def test_threads_do_not_meet():
    big = np.ones(100_000)
    results = {}

    def work(i):
        for _ in range(20):
            results[i] = grad(lambda x: np.sum(x * big * i) + grad(lambda y: y**3)(x))(1.0)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {i: 100_000.0 * i + 6.0 for i in range(4)}
    assert big.flags.writeable


def test_nested_derivatives_do_not_mix_up():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    d = lambda f: lambda x: jvp(f, (x,), (1.0,))[1]  # noqa: E731
    assert d(lambda x: x * d(lambda y: x + y)(1.0))(1.0) == 1.0
    assert d(lambda x: x * grad(lambda y: x * y * y)(2.0))(3.0) == 24.0
    assert grad(lambda x: x * d(lambda y: x * y * y)(2.0))(3.0) == 24.0
    assert grad(grad(grad(lambda x: x**5)))(2.0) == 240.0


def test_a_node_that_escapes_is_refused():
    kept = []

    def f(x):
        kept.append(x)
        return x

    grad(f)(1.0)
    with pytest.raises(ValueError, match="escaped"):
        kept[0] * 2.0
    with pytest.raises(ValueError, match="escaped"):
        grad(lambda x: kept[0])(1.0)


# Special values


def test_nan_and_inf_arrive():
    with np.errstate(all="ignore"):
        assert math.isnan(grad(lambda x: x * np.nan)(1.0))
        assert grad(lambda x: 1 / x)(0.0) == -math.inf
        assert grad(np.log)(0.0) == math.inf
        assert value_and_grad(lambda x: 1 / x)(math.inf) == (0.0, 0.0)
        assert math.isnan(grad(lambda x: np.sqrt(x) * 0.0)(0.0))


def test_powers_at_zero():
    assert grad(lambda x: x**2)(0.0) == 0.0
    assert grad(lambda x: x**0)(0.0) == 0.0
    assert grad(lambda x: x**1)(0.0) == 1.0
    assert grad(lambda x: np.sum(x ** np.array([0.0, 1.0, 2.0])))(0.0) == 1.0
    assert grad(lambda y: 0.0**y)(2.0) == 0.0
    assert grad(grad(lambda x: x**2))(0.0) == 2.0


def test_ties_share_one_gradient():
    np.testing.assert_array_equal(grad(np.max)(np.array([1.0, 3.0, 3.0])), [0, 0.5, 0.5])
    assert grad(lambda x: np.maximum(x, x))(2.0) == 1.0
    assert grad(lambda x: np.minimum(x, 2.0))(2.0) == 0.5
    assert grad(np.abs)(0.0) == grad(relu)(0.0) == 0.0


def test_where_with_a_bad_branch():
    """The branch not taken gets exactly 0, but its own infinite slope turns 0 into nan."""
    with np.errstate(all="ignore"):
        g = grad(lambda x: np.where(x > 0, np.log(x), x))(-1.0)
        assert g == 1.0
        safe = lambda x: np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0)  # noqa: E731
        assert grad(safe)(0.0) == 0.0


def test_logsumexp_does_not_overflow():
    np.testing.assert_allclose(grad(logsumexp)(np.array([1000.0, 1000.0])), [0.5, 0.5])
    assert logsumexp(np.array([-np.inf, 0.0])) == 0.0


# Kinds of numbers


@pytest.mark.parametrize("number", [3, True, np.int32(3), np.float64(3), np.array(3)])
def test_integers_and_bools_are_floats(number):
    assert grad(lambda x: x / 2)(number) == 0.5
    assert grad(lambda x: np.sum(x / 2))(np.array([1, 2]))[0] == 0.5
    assert isinstance(grad(lambda x: x * x)(3), float)


@pytest.mark.parametrize("value", [3, True, np.int32(3), np.array([3]), 3.0])
def test_an_input_of_reverse_mode_may_be_any_real_number(value):
    level = Reverse()
    x = level.input(value)
    y = x * x
    assert x.shape == np.shape(value) and (x.shape or x.dtype == np.float64)
    assert backward(level.tape, {y.line: np.float64(1.0)})[x.line] == 2.0 * value


@pytest.mark.parametrize("value", [None, "a", 1j, [1.0, 2.0]])
def test_an_input_of_reverse_mode_is_real_numbers(value):
    with pytest.raises(TypeError, match="derivatives need real numbers"):
        Reverse().input(value)


def test_float32_is_kept():
    x = X.astype(np.float32)
    value, g = value_and_grad(lambda x: np.mean(np.tanh(x) * 2.0 + 1) ** 2)(x)
    assert g.dtype == np.float32 and value.dtype == np.float32
    assert jvp(lambda x: x * 2, (x,), (x,))[1].dtype == np.float32
    assert grad(lambda x: np.sum(x * X))(x).dtype == np.float32


@pytest.mark.parametrize(
    "bad", [1j, np.ones(2) * 1j, "a", None, object(), np.array([None]), np.array(["a"]), {1, 2}]
)
def test_what_is_not_a_real_number_is_refused(bad):
    with pytest.raises(TypeError, match="argument 0 is .*real numbers"):
        grad(lambda x: x)(bad)
    with pytest.raises(TypeError, match="mul got .*real numbers|unsupported"):
        grad(lambda x: np.sum(x * bad))(X)


def test_ragged_constants_are_refused():
    with pytest.raises((TypeError, ValueError), match="inhomogeneous|real numbers"):
        grad(lambda x: np.sum(x * [[1.0], [1.0, 2.0]]))(X)


# Used like an array


def test_numbers_and_arrays_on_both_sides():
    def f(t):
        parts = [2 * t, t * 2, X * t, t * X, np.float64(2) * t, t - X, X - t, 1 / t, X / t, t**2]
        parts += [2.0**t, X @ t, t @ X, np.eye(3) @ t, t @ np.eye(3), t % 2.0, [1, 2, 3] * t]
        assert all(hasattr(part, "line") for part in parts)
        return sum(np.sum(part) for part in parts)

    t = np.array([1.5, 2.5, 3.5])
    h = 1e-6
    slopes = [(f_plain(t + h * e) - f_plain(t - h * e)) / (2 * h) for e in np.eye(3)]
    np.testing.assert_allclose(grad(f)(t), slopes, rtol=1e-7)


def f_plain(t):
    parts = [2 * t, t * 2, X * t, t * X, 2 * t, t - X, X - t, 1 / t, X / t, t**2]
    parts += [2.0**t, X @ t, t @ X, t, t, t % 2.0, t * [1, 2, 3]]
    return sum(np.sum(part) for part in parts)


@pytest.mark.parametrize(
    "lose", [math.sin, float, int, complex, np.asarray, lambda t: np.array([t, t]), range]
)
def test_conversions_that_lose_the_derivative_are_refused(lose):
    with pytest.raises(TypeError):
        grad(lambda t: lose(t))(1.0)
    with pytest.raises(TypeError):
        jvp(lambda t: lose(t), (1.0,), (1.0,))


def test_sum_comparison_bool_iteration_len():
    assert grad(lambda t: sum([t, t]))(1.0) == 2.0
    assert grad(lambda t: t * t if t > 1 else t)(3.0) == 6.0
    assert grad(lambda t: t if t else 2 * t)(0.0) == 2.0
    np.testing.assert_array_equal(grad(lambda t: sum(row * len(t) for row in t))(X), [3, 3, 3])
    assert grad(lambda t: t if 1 < t < 2 and t != 0 else 0.0)(1.5) == 1.0
    with pytest.raises(TypeError, match="single number"):
        grad(len)(1.0)
    with pytest.raises(ValueError, match="ambiguous"):
        grad(lambda t: 1.0 if t > 0 else 2.0)(X)


KEYS = [[0, 0, 1], (0, 0), -1, X > 0, None, ..., slice(None, None, -1), np.array([2, 2]), (None, 1)]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_indices_of_every_kind(key):
    x = np.ones((3, 3)) if isinstance(key, tuple) else X
    counted = np.zeros(x.shape)
    np.add.at(counted, key, 1.0)
    np.testing.assert_array_equal(grad(lambda x: np.sum(x[key]))(x), counted)


def test_an_index_array_changed_afterwards():
    key = np.array([0, 1])
    _, pullback = vjp(lambda x: x[key], X)
    key[:] = 2
    np.testing.assert_array_equal(pullback(np.ones(2))[0], [1, 1, 0])


SHAPES = [(), (1,), (3,), (1, 3), (2, 1), (2, 3), (0,), (0, 3), (2, 0), (1, 1, 1)]


@pytest.mark.parametrize("left, right", list(itertools.product(SHAPES, SHAPES)), ids=str)
def test_all_pairs_of_broadcast_shapes(left, right):
    x, y = np.full(left, 2.0), np.full(right, 3.0)
    try:
        out = x * y
    except ValueError:
        with pytest.raises(ValueError, match="broadcast"):
            vjp(lambda x, y: x * y, x, y)
        return
    dx, dy = vjp(lambda x, y: x * y, x, y)[1](np.ones(out.shape))
    assert dx.shape == left and dy.shape == right
    assert np.sum(dx) == 3.0 * out.size and np.sum(dy) == 2.0 * out.size


def test_non_contiguous_and_read_only_arrays():
    x = np.arange(12.0).reshape(3, 4)[::2, ::-1].T
    x.flags.writeable = False
    np.testing.assert_array_equal(grad(lambda x: np.sum(x * x))(x), 2 * x)
    assert not x.flags.writeable
    wide = np.broadcast_to(np.float64(2.0), (50, 1000))
    np.testing.assert_array_equal(grad(lambda x: np.sum(x * x))(wide), 2 * wide)


def test_pickle_and_deepcopy():
    def f(t):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(t)
        return copy.deepcopy({"t": t})["t"] * copy.copy(t)

    assert grad(f)(3.0) == 6.0


def test_a_function_without_a_rule_names_itself():
    with pytest.raises(NotImplementedError, match="np.modf has no rule"):
        grad(lambda x: np.modf(x)[0])(1.0)
    with pytest.raises(NotImplementedError, match="np.add.reduce"):
        grad(lambda x: np.add.reduce(x))(X)


# Structures, custom rules


def test_structures_of_inputs():
    params = {"w": [X, 2.0], "b": (np.float32(1), 3)}
    f = lambda p: np.sum(p["w"][0] * p["w"][1]) + p["b"][0] * p["b"][1]  # noqa: E731
    value, g = value_and_grad(f)(params)
    assert list(g) == ["w", "b"] and isinstance(g["b"], tuple)
    np.testing.assert_array_equal(g["w"][0], [2, 2, 2])
    assert g["w"][1] == 1.5 and g["b"] == (3.0, 1.0) and value == 6.0


def test_stop_gradient():
    assert grad(lambda x: x * stop_gradient(x))(3.0) == 3.0
    assert grad(lambda x: x * stop_gradient({"a": x})["a"])(3.0) == 3.0
    assert stop_gradient(3.0) == 3.0
    assert jvp(lambda x: x * stop_gradient(x), (3.0,), (1.0,)) == (9.0, 3.0)


def test_custom_vjp():
    @custom_vjp(x=lambda g, x, n: g * n * x ** (n - 1), y=None)
    def power(x, y, n=3):
        return x**n + np.floor(y)

    assert power(2.0, 1.5) == 9.0
    assert grad(lambda x: power(x, 1.5))(2.0) == 12.0
    assert grad(grad(lambda x: power(x, 1.5, n=2)))(2.0) == 2.0
    assert grad(lambda y: power(2.0, y))(1.5) == 0.0
    assert jvp(lambda x: power(x, 1.5), (2.0,), (1.0,)) == (9.0, 12.0)
    with pytest.raises(ValueError, match="asks for 'z'"):
        custom_vjp(x=lambda g, z: g)(lambda x: x)


def test_jacobian_and_hessian_shapes_and_modes():
    f = lambda x: np.outer(x, x[:2])  # noqa: E731
    for mode in ("reverse", "forward"):
        assert jacobian(f, mode=mode)(X).shape == (3, 2, 3)
    np.testing.assert_array_equal(jacobian(f)(X), jacobian(f, mode="forward")(X))
    np.testing.assert_array_equal(hessian(lambda x: x @ x)(X), 2 * np.eye(3))
    assert jacobian(np.sin)(0.0) == 1.0
    with pytest.raises(ValueError, match="'sideways'"):
        jacobian(f, mode="sideways")
