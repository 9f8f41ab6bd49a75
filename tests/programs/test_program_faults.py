"""Programs are right or refuse: whatever the arguments, and wherever their source is copied to."""

import enum
import gc
import linecache
import math
from collections import OrderedDict, namedtuple

import numpy as np
import pytest

from autodiff_lib.arrays import Program, custom_vjp, grad, gradient_program, relu, sigmoid
from autodiff_lib.arrays.structures import flatten

X = np.array([0.5, -1.0, 2.0])
LONG = np.linspace(-2.0, 3.0, 40_000)
POINT = namedtuple("POINT", "w b")


def big(x):
    """Enough elementwise operations for a loop over blocks, if x is long."""
    return np.tanh(x) * np.sin(x) / (1 + x * x)


def copied(program):
    """Return the function that a program's source defines where only the documented names are."""
    namespace = {"np": np, "math": math, **program.constants}
    exec(program.source, namespace)
    return namespace[program.source.partition("def ")[2].partition("(")[0]]


def agree(f, example, *others, argnums=0):
    """Compare gradient program, copied source and engine at an example and at other arguments."""
    program = gradient_program(f, *example, argnums=argnums)
    run = copied(program)
    for arguments in (example, *others):
        expected = flatten(grad(f, argnums)(*arguments))
        for found in (program(*arguments), run(*arguments)):
            for one, other in zip(flatten(found), expected, strict=True):
                np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
    return program


# What Python read in the trace


def test_a_value_that_a_loop_computes_is_checked_when_it_was_read():
    program = gradient_program(lambda x: np.sum(np.exp(big(x))) * float(np.sum(big(x)).value), LONG)
    program(LONG)
    with pytest.raises(ValueError, match="where Python read"):
        program(2 * LONG)
    program = gradient_program(lambda x: np.sum(np.exp(big(x))) * big(x).value.max(), LONG)
    with pytest.raises(ValueError, match="where Python read an array"):
        program(2 * LONG)


def test_nan_and_infinity_that_were_read_are_known_again():
    f = lambda x, limit: x * x if float(np.floor(limit)) != 1 else x  # noqa: E731
    for limit in (math.nan, math.inf, -math.inf):
        program = gradient_program(f, 2.0, limit)
        assert program(3.0, limit) == copied(program)(3.0, limit) == 6.0
        with pytest.raises(ValueError, match=f"where Python read {limit}"):
            program(3.0, 2.0)


def test_integers_are_read_as_numbers_and_arrays_and_checked():
    def f(x, y, n):
        return np.sum(x * np.eye(3)[y]) * float(n) + np.zeros(3)[n]

    program = gradient_program(f, np.ones((3, 3)), np.array([0, 1, 1]), 2)
    np.testing.assert_array_equal(program(X * np.eye(3), np.array([0, 1, 1]), 2)[1], [0, 2, 0])
    with pytest.raises(ValueError, match="where Python read"):
        program(np.eye(3), np.array([0, 1, 2]), 2)
    with pytest.raises(ValueError, match="where Python read 2"):
        program(np.eye(3), np.array([0, 1, 1]), 1)


def test_what_has_no_derivative_may_go_into_functions_without_a_rule():
    def f(z, y):
        weights = np.bincount(y, minlength=3) * np.bitwise_xor.reduce(np.bitwise_xor(y, 1))
        return np.sum(z[np.unique(y)]) + np.sum(z * weights) + np.sum(z[np.nonzero(z > 0.5)])

    program = gradient_program(f, np.eye(3), np.array([0, 1, 1]))
    np.testing.assert_array_equal(program(np.eye(3), np.array([0, 1, 1]))[2], [1, 2, 1])
    with pytest.raises(ValueError, match=r"where Python read \[0 1 1\]"):
        program(np.eye(3), np.array([0, 2, 1]))
    with pytest.raises(ValueError, match="where Python read an array of shape"):
        program(-np.eye(3), np.array([0, 1, 1]))
    with pytest.raises(NotImplementedError, match="np.unique"):
        gradient_program(lambda x: np.sum(np.unique(x)), X)


def test_constants_of_the_derivative_are_read_as_floats():
    program = gradient_program(lambda x: x * float(np.floor(x)), 2.5)
    assert program(2.25) == 2.0
    with pytest.raises(ValueError, match="where Python read"):
        program(3.5)


# Keys


def cross_entropy(z, y):
    return -np.mean((z - np.log(np.sum(np.exp(z), axis=1, keepdims=True)))[np.arange(len(y)), y])


def test_labels_are_arguments_of_a_program():
    z, other = np.eye(3), np.arange(9.0).reshape(3, 3) / 7
    program = agree(
        cross_entropy,
        (z, np.array([0, 1, 2])),
        (other, np.array([2, 2, 0])),
        (z, np.array([1] * 3)),
    )
    assert "expect" not in program.source
    agree(lambda z, y: np.sum(z[y] ** 2), (z, [0, 1]), (other, [2, 2]))
    agree(lambda z, y: np.sum(np.take(z, y, axis=1) ** 2), (z, np.array([0, 0])))
    agree(
        lambda z, y: np.sum(np.take_along_axis(z, y, axis=1) ** 3),
        (z, np.array([[0], [1], [1]])),
        (other, np.array([[2], [2], [0]])),
    )
    table = np.arange(6.0).reshape(3, 2)
    agree(
        lambda t, y: np.sum(t[y] * t[y]), (table, np.array([1, 1, 0])), (table, np.array([2, 0, 2]))
    )


def test_second_derivatives_with_labels_as_arguments():
    def second(z, y):
        return grad(lambda z: np.sum(grad(cross_entropy)(z, y) ** 2))(z)

    program = Program(second, (np.eye(3), np.array([0, 1, 2])))
    z, y = np.arange(9.0).reshape(3, 3) / 7, np.array([2, 2, 0])
    np.testing.assert_allclose(program(z, y), second(z, y), rtol=1e-9)


def test_positions_that_are_computed_follow_the_arguments():
    for f in (
        lambda x: x[np.argmax(x)] ** 2,
        lambda x: x[np.argsort(x)[1:]] @ np.array([1.0, 3.0]),
    ):
        assert "expect" not in agree(f, (X,), (X[::-1].copy(),), (-X,)).source


def test_a_mask_may_select_as_many_entries_as_in_the_trace():
    f = lambda x: np.sum(x[x > 0] ** 2 * np.array([1.0, 3.0]))  # noqa: E731
    program = agree(f, (X,), (X[::-1].copy(),))
    with pytest.raises(
        ValueError, match=r"where Python read 2 .*x\[x > 0\].*here it is 1.*np.where"
    ):
        program(-X)


def test_a_picked_row_of_an_input_is_not_overwritten_and_not_returned():
    x = np.ones((3, 2000))
    program = Program(lambda x, i: (x[i] * 2.0 + 1.0, x[i]), (x, 1))
    results = program(x, 2)
    np.testing.assert_array_equal(x, np.ones((3, 2000)))
    assert not any(np.shares_memory(x, result) for result in results)


def test_an_index_that_is_no_integer_is_refused_with_a_way_out():
    for f in (lambda x: x[x], lambda x: x[0, x]):
        with pytest.raises(TypeError, match="an index must be integers.*np.argmax"):
            grad(lambda x, f=f: np.sum(f(x)))(X)


def test_tuples_inside_of_a_key_are_lists_of_positions():
    agree(lambda x: np.sum(x[(0, 1, 0),] ** 3), (np.ones((2, 3)),), (np.eye(2, 3),))
    agree(lambda x: np.sum(x[[]]) + np.sum(x**2), (X,))


def test_a_slice_between_integer_arguments_is_a_checked_read():
    for f in (
        lambda x, n: x[:n],
        lambda x, n: x[n:],
        lambda x, n: x[::n],
        lambda x, n: x[None, n:],
    ):
        program = agree(lambda x, n, f=f: np.sum(f(x, n) ** 3), (X, 2), (-X, 2))
        with pytest.raises(ValueError, match="where Python read 2"):
            program(X, 1)


# Single numbers


def test_a_power_of_a_negative_number_is_nan_not_complex():
    f = lambda x: x**1.5  # noqa: E731
    program = gradient_program(f, 2.0)
    with np.errstate(all="ignore"):
        assert math.isnan(program(-2.0)) and math.isnan(grad(f)(-2.0))
    agree(lambda x: x**3 + 2.0**x, (2.0,), (-2.0,))
    agree(lambda x, y: x**y, (2.0, 3.0), (0.5, -1.5), argnums=(0, 1))


def test_an_integer_that_only_counts_leaves_a_program_scalar():
    def f(x, n):
        for _ in range(n):
            x = np.sin(x) * x
        return x

    program = agree(f, (2.0, 3), (0.5, 3))
    assert program.scalar and program.accepts(2.0, 3)
    with pytest.raises(ValueError, match="where Python read 3"):
        program(2.0, 2)
    assert gradient_program(lambda x, m: x * x if m else x, 2.0, True)(3.0, True) == 6.0


def test_programs_of_single_numbers_return_floats():
    for f in (
        np.abs,
        np.cbrt,
        lambda x: np.maximum(x, 1.0),
        lambda x: np.square(np.where(x > 0, x, 0)),
    ):
        program = gradient_program(f, 2.0, value=True)
        for x in (3.0, -3.0, 0.5):
            value, slope = program(x)
            assert type(value) is type(slope) is float
            assert (value, slope) == (pytest.approx(float(f(x))), pytest.approx(grad(f)(x)))
    assert math.isnan(gradient_program(np.abs, 2.0)(math.nan))
    assert type(gradient_program(lambda x: 3.0 * x, 2.0)(1.0)) is float


def test_reductions_and_views_of_a_single_number_are_that_number():
    for f in (np.sum, np.mean, np.max, np.prod, lambda x: x[()], lambda x: x[...], lambda x: x.T):
        program = agree(lambda x, f=f: f(x * x) * x, (2.0,), (-3.0,))
        assert program.scalar or f in (np.max, np.prod)  # they look for ties and zeros
        agree(lambda x, f=f: f(x) * x, (np.array(2.0),), (np.array(-3.0),))


INNER = "sigmoid({}) np.square({}) np.sign({}) relu({}) np.reciprocal({}) {}**2 -{} {}-1".split()
OUTER = "2.0*{} 3.0/{} {}**3 1.0-{} -{} np.tanh({}) np.square({})".split()


@pytest.mark.parametrize("outer", OUTER)
@pytest.mark.parametrize("inner", INNER)
def test_nested_formulas_keep_their_parentheses(inner, outer):
    inner = f"({inner.format('np.exp(x)')})"
    f = eval(f"lambda x: {outer.format(inner)}", globals())  # one line: no part gets a name
    program = Program(f, (1.0,))
    for x in (0.5, -0.5):
        assert program(x) == pytest.approx(f(x)) == copied(program)(x)


def test_numbers_among_arrays_compute_like_those_of_numpy():
    f = lambda x, y: ((x > 0) + (y > 0)) * x * y  # noqa: E731
    agree(f, (2.0, 1.0), (-1.0, 1.0))
    agree(lambda x: np.logical_not(x > 1) * x, (2.0,), (0.5,))


# Parameters of operations


def test_parameters_are_written_where_numpy_has_another_default():
    for f in (
        lambda x: np.pad(x, 1),
        lambda x: np.pad(x, ((1, 2),)),
        lambda x: x[None],
        lambda x: np.expand_dims(x, 0),
        lambda x: np.roll(x, 1),
        lambda x: np.cumsum(x),
        lambda x: np.var(x, keepdims=True),
        lambda x: np.sum(x[None], axis=0, keepdims=False),
    ):
        program = Program(f, (X,))
        np.testing.assert_allclose(copied(program)(-X), f(-X))
        agree(lambda x, f=f: np.sum(f(x) ** 2), (X,), (-X,))


def test_parameters_of_any_kind_can_be_written():
    apply = custom_vjp(x=lambda g, x, h, n: g * n[0] * h(x))(
        lambda x, h=np.exp, n=(2,), c=X, name="a": n[0] * h(x)
    )
    agree(lambda x: np.sum(apply(x, n=(3,))), (X,), (-X,))
    agree(lambda x: np.sum(apply(x, h=np.square, n=(3,)) * 0 + x), (X,))


# Names


def start_(start, x):
    return np.sum(big(x) * start)


def slice_(x):
    slice = np.max(x)
    return np.sum(big(x) * slice)


def float_(x):
    float = np.sum(x * x)
    return float * 2


def max_(x, max):
    return relu(x) * max


def math_(math, x):
    return sigmoid(np.sin(math)) * x


def expect_(x, expect):
    return x * expect if x > 0 else x


def block_(block, x, x_block):
    start = np.exp(block)
    return np.sum(big(x) * x_block * start)


def gradient_(gradient, array, number, arguments):
    return gradient * array * number * arguments


NAMED = [
    (start_, (2.0, LONG)), (slice_, (LONG,)), (float_, (X,)), (max_, (1.0, 2.0)),
    (math_, (2.0, 1.0)), (expect_, (1.0, 2.0)), (block_, (2.0, LONG, LONG)),
    (gradient_, (1.0, 2.0, 3.0, 4.0)), (lambda *x1: x1[0] * x1[1], (2.0, 3.0)),
    (lambda x1, *r: x1 * r[0] * r[1], (2.0, 3.0, 4.0)), (lambda x, x_0: x[0] * x_0, ([1.0], 3.0)),
    (lambda w: np.sum(w["w"]) * w["b"], ({"w": X, "b": 2.0},)),
    (lambda np_, np: np_ * np, (2.0, 3.0)),
]  # fmt: skip


@pytest.mark.parametrize("f, arguments", NAMED, ids=lambda x: getattr(x, "__name__", ""))
def test_names_of_the_user_do_not_collide_with_those_of_the_source(f, arguments):
    for argnums in range(len(arguments)):
        agree(f, arguments, argnums=argnums)


def test_arguments_without_a_name_of_their_own_are_numbered():
    assert gradient_program(lambda *xs: xs[0] * xs[1], 2.0, 3.0).names == ["xs_0", "xs_1"]
    assert gradient_program(lambda x, *r: x * r[0], 2.0, 3.0).names == ["x", "r_0"]
    assert gradient_program(np.multiply, 2.0, 3.0).names == ["x1", "x2"]


def test_a_leaf_does_not_overwrite_a_parameter():
    f = lambda p, W: np.sum(p["W"] * W)  # noqa: E731
    program = gradient_program(f, {"W": np.ones(3)}, np.ones(3))
    np.testing.assert_array_equal(program({"W": X}, 2 * X)["W"], 2 * X)
    program = gradient_program(lambda x, x_0: x[0] * x_0, [1.0], 1.0)
    assert program([2.0], 3.0) == [3.0]


# Structures


class Colour(enum.Enum):
    RED = 1


def test_structures_come_back_as_what_they_are():
    f = lambda p: np.sum(p.w * p.b)  # noqa: E731
    program = agree(f, (POINT(X, 2.0),), (POINT(-X, 3.0),))
    assert type(program(POINT(X, 3.0))) is POINT
    program = agree(lambda p: p["a"] * p["b"], (OrderedDict(a=1.0, b=2.0),))
    assert type(program(OrderedDict(a=1.0, b=2.0))) is OrderedDict


def test_keys_of_dicts_may_be_any_objects():
    for key in (np.int64(3), Colour.RED, (1, "a"), frozenset([1]), math.nan, "it's", -1):
        f = lambda p, key=key: p[key] ** 2  # noqa: E731
        agree(f, ({key: 3.0},), ({key: 4.0},))


def test_the_order_of_a_dict_does_not_matter():
    program = gradient_program(lambda p: p["a"] * p["b"] ** 2, {"a": 1.0, "b": 2.0})
    assert program({"b": 3, "a": 1}) == {"a": 9.0, "b": 6.0} == program({"b": 3.0, "a": 1.0})
    program = gradient_program(lambda p: p[0]["a"] * p[0]["b"] ** 2, [{"a": 1.0, "b": 2.0}])
    assert program([{"b": 3, "a": 1}]) == [{"a": 9.0, "b": 6.0}]


def test_arguments_that_say_what_to_do_are_fixed():
    def f(x, activation, h, extra):
        return np.sum((relu(x) if activation == "relu" else x) * h(x))

    program = agree(f, (X, "relu", np.tanh, None), (-X, "relu", np.tanh, None))
    with pytest.raises(ValueError, match="activation was traced as 'relu', got 'none'"):
        program(X, "none", np.tanh, None)
    with pytest.raises(ValueError, match="h was traced as .*tanh.*, got .*sin"):
        program(X, "relu", np.sin, None)


def test_argument_numbers_are_checked_as_those_of_grad_are():
    for bad in (1, -1, [0], 0.0, (0, 0)):
        with pytest.raises((TypeError, ValueError), match="argnums is"):
            gradient_program(lambda x: x * x, 2.0, argnums=bad)
        with pytest.raises((TypeError, ValueError), match="argnums is"):
            grad(lambda x: x * x, bad)(2.0)


# Source that is copied into a file


def test_constants_are_documented_short_ones_written_out():
    c, table = np.array([1.0, 2.0, 4.0]), np.linspace(0.0, 1.0, 300).reshape(3, 100)
    program = agree(lambda x: np.sum((np.cos(x) @ table) ** 2) + np.sum(x**3 * c), (X,), (-X,))
    assert "\nc = np.array([1.0, 2.0, 4.0])\n" in program.source
    where = '# table = program.constants["table"]: dtype float64, shape (3, 100)'
    assert program.source.startswith(where)
    assert set(program.constants) == {"table", "c"}
    assert "0x" not in agree(lambda x: np.sum(same(x) * X), (X,)).source


@custom_vjp(x=lambda g: g)
def same(x):
    return x * 1.0


def test_one_array_has_one_name():
    key = np.array([0, 2, 2])
    program = agree(lambda x: np.sum(x[key] ** 2) + np.sum(x[key.copy()] ** 3), (X,), (-X,))
    assert program.source.count("np.array([0, 2, 2])") == 1


def test_the_constants_of_a_program_cannot_be_changed():
    table = np.linspace(0.0, 1.0, 300)
    program = gradient_program(lambda x: np.sum(x * x * table), table)
    (constant,) = program.constants.values()
    with pytest.raises(ValueError, match="read-only"):
        constant[:] = 0.0
    table[:] = 0.0
    assert program(np.ones(300))[-1] == 2.0


def test_infinity_and_nan_are_written_as_numpy_names_them():
    for c in (np.inf, -np.inf, np.nan):
        agree(lambda x, c=c: np.sum(np.minimum(np.maximum(x, -c), c)), (X,), (2 * X,))
        agree(lambda x, c=c: np.where(x > 1e9, c, x) * x, (2.0,), (3.0,))
        agree(lambda x, c=c: np.sum(np.where(x > 1e9, np.array([c, 1.0, 2.0]), x) ** 2), (X,))
        agree(lambda x, c=c: np.sum(x**2 * np.array([c, 1.0, 2.0])), (X,), (-X,))


def test_expect_is_imported_by_the_source():
    program = gradient_program(lambda x: x * x if x > 0 else x, 2.0)
    assert program.source.startswith("from autodiff_lib.arrays import expect\n\ndef gradient(x):\n")
    with pytest.raises(ValueError, match="if x > 0"):
        copied(program)(-1.0)


def test_single_precision_stays_single():
    x = X.astype(np.float32)
    for f in (
        lambda x: np.sin(x) * 2.0 + x**2.5,
        lambda x: x * np.float32(0.1),
        lambda x: x[0] / 3,
    ):
        with np.errstate(all="ignore"):
            source = Program(f, (x,)).source
            assert "astype" not in source and "constant" not in source
    wide = Program(lambda x: x * np.float64(0.1), (x,))
    assert wide(x).dtype == np.float64 and "np.float64(0.1)" in wide.source


def test_small_integers_keep_their_dtype_next_to_numpy_numbers():
    f = lambda n: n * np.int64(300)  # noqa: E731
    program = Program(f, (np.array([1, 2], np.uint8),))
    np.testing.assert_array_equal(program(np.array([3, 4], np.uint8)), [900, 1200])


def test_a_program_that_is_dropped_leaves_nothing():
    before = len(linecache.cache)
    for _ in range(3):
        gradient_program(lambda x: np.sum(x * x), X)
    gc.collect()
    assert len(linecache.cache) <= before


# Algebra


def test_algebra_leaves_integers_alone():
    f = lambda x, n: np.sum(x * (-n))  # noqa: E731
    with np.errstate(over="ignore"):
        agree(f, (X, np.uint8(0)), (X, np.uint8(5)))
        m, n = np.array([200, 100, 1], np.uint8), np.array([100, 3, 7], np.uint8)
        agree(lambda x, n, m: np.sum(x * (n * m) + (n * m) * x * x), (X, n - n, m - m), (X, n, m))


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")  # it is inf, as it should be
def test_a_division_by_a_tiny_number_stays_a_division():
    f = lambda x, y, d: np.sum(x / d) + np.sum(np.sin(y / d))  # noqa: E731
    tiny = np.full(3, 1e-310)
    program = gradient_program(f, X, X, np.ones(3), value=True)
    assert program(tiny, tiny, tiny)[0] == f(tiny, tiny, tiny)
    for divisor, divisions in ((np.exp, 2), (lambda y: 1 + y * y, 1), (np.sqrt, 1)):
        f = lambda x, y, d=divisor: np.sum(x / d(y)) + np.sum(np.sin(x) / d(y))  # noqa: E731
        assert Program(f, (X, X * X)).source.count(" / ") == divisions


# The comparison with the engine at the example


@pytest.mark.parametrize("seed", [1, 2, 6, 7])
def test_single_precision_that_cancels_is_no_reason_to_refuse(seed):
    x = np.random.default_rng(seed).normal(size=(300, 200)).astype(np.float32)
    gradient_program(
        lambda x: np.sum(np.tanh(x[::-1]) * np.sin(x) * np.exp(-(x**2)) * np.sum(x**2)), x
    )


def test_a_function_that_changes_is_refused_with_how_far_apart():
    calls = []

    def f(x):
        calls.append(0)
        return np.sum(x * len(calls))

    with pytest.raises(ValueError, match="on nodes .* than on arrays, by up to 1.5: .*twice"):
        gradient_program(f, 1.5)
    calls.clear()
    with pytest.raises(ValueError, match="result 0 of the program.*by up to 1: .*twice"):
        Program(grad(f), (X,))
