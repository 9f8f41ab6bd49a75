"""Rules, parameters and numbers at the edge of what the engine is for."""

import math
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from autodiff_lib.arrays import (
    ROWS,
    Row,
    add_rows,
    custom_vjp,
    grad,
    gradient_program,
    jacobian,
    jvp,
    operation,
    remove_row,
    sigmoid,
    value_and_grad,
    vjp,
)
from autodiff_lib.arrays.rows import unbroadcast
from autodiff_lib.table.reductions import quick_sum
from autodiff_lib.table.shapes import names_no_entry_twice


def test_a_rule_that_returns_another_shape_is_refused():
    summed = custom_vjp(x=lambda g, x: np.sum(2.0 * g))(lambda x: 2.0 * x)
    with pytest.raises(ValueError, match=r"\(g, x\) of <lambda> returned .*operand has shape \(3,"):
        grad(lambda x: np.sum(summed(x)))(np.ones(3))
    with pytest.raises(ValueError, match="returned NoneType None"):
        grad(lambda x: np.sum(custom_vjp(x=lambda g: None)(lambda x: x)(x)))(np.ones(3))


@pytest.mark.parametrize(
    "part, said",
    [
        (2.0, r"returned float 2\.0, but its operand has shape \(1, 3\)"),
        (np.ones(3), r"of dtype float64 and shape \(3,\)"),
        (np.ones((1, 2)), r"of dtype float64 and shape \(1, 2\)"),
        (np.ones((4, 2, 2)), r"of dtype float64 and shape \(4, 2, 2\)"),
        ([[1.0, 2.0, 3.0]], "returned list"),
    ],
)
def test_what_does_not_fit_is_refused_as_the_rule_returned_it(part, said):
    row = Row("f", lambda x: x, "x", x=lambda g: part)
    with pytest.raises(ValueError, match=said):
        grad(lambda x: np.sum(row(x)))(np.ones((1, 3)))


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 1), (1, 3), (1, 1), (2, 3), (1, 2, 1)])
def test_each_copied_axis_is_summed(shape):
    g = np.arange(12.0).reshape(2, 2, 3)
    units = np.eye(int(np.prod(shape))).reshape(-1, *shape)
    copied = [np.sum(g * np.broadcast_to(unit, g.shape)) for unit in units]
    np.testing.assert_array_equal(unbroadcast(g, shape), np.reshape(copied, shape))


def test_a_rule_takes_what_it_names_in_its_own_order():
    x = lambda g, out, x_shape, y, axis, position, x: g  # noqa: E731
    two = Row("two", np.add, "x, y, axis=None, base=2", x=x, y=lambda g, y: g)
    given = [np.ones((2, 1)), 7.0], 9.0, {"axis": 5, "base": 6}
    out, shape, y, axis, position, x = two.rules[0].take(*given, 0)
    assert (out, shape, y, axis, position) == (9.0, (2, 1), 7.0, 5, 0)
    assert x is given[0][0] and two.rules[1].take(*given, 1) == (7.0,)
    many = Row("many", np.stack, "*xs", xs=lambda g, xs, position: g)
    assert many.rules[1].take([1.0, 2.0, 3.0], 9.0, {}, 1) == ([1.0, 2.0, 3.0], 1)


def test_custom_functions_may_return_floats_and_have_defaults_of_any_kind():
    erf = custom_vjp(x=lambda g, x: g * 2 / np.sqrt(np.pi) * np.exp(-x * x))(
        lambda x, axes=(0, 1), h=np.sin: math.erf(x)
    )
    slope = 2 / np.sqrt(np.pi) * np.exp(-0.09)
    assert grad(lambda x: erf(x) * 1.0)(0.3) == pytest.approx(slope)
    assert gradient_program(lambda x: erf(x) * 1.0, 0.3)(0.3) == pytest.approx(slope)


def test_a_rule_for_no_operand_is_refused():
    with pytest.raises(ValueError, match="row 'f' has a rule for 'y', which is no operand"):
        Row("f", np.sin, "x", y=lambda g: g)


def test_a_row_is_right_in_forward_mode_whatever_its_kind():
    """A row without a kind must not be taken for elementwise: cumprod mixes entries."""
    rule = lambda g, x: np.flip(np.cumsum(np.flip(g * np.cumprod(x)))) / x  # noqa: E731
    add_rows(Row("cumprod", np.cumprod, "x", x=rule))
    try:
        moved = jvp(np.cumprod, (np.array([1.0, 2.0, 3.0]),), (np.array([1.0, 0.0, 0.0]),))[1]
    finally:
        remove_row("cumprod")
    np.testing.assert_allclose(moved, [1.0, 2.0, 6.0])


def test_einsum_copies_the_gradient_along_an_operand_of_size_one():
    y = np.ones(3)
    found = grad(lambda y: np.einsum("i,i->", np.array([2.0]), y))(y)
    np.testing.assert_array_equal(found, [2.0, 2.0, 2.0])


def test_parameters_changed_after_the_call_do_not_change_the_way_back():
    shift = np.array([1])
    _, pullback = vjp(lambda x: np.roll(x, shift), np.arange(3.0))
    shift[0] = 2
    np.testing.assert_array_equal(pullback(np.array([1.0, 2.0, 3.0]))[0], [2.0, 3.0, 1.0])


def test_a_constant_result_of_jvp_is_not_the_array_of_the_user():
    constant = np.ones(3)
    jvp(lambda x: constant, (np.zeros(3),), (np.ones(3),))[0][:] = 7.0
    np.testing.assert_array_equal(constant, np.ones(3))


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("kind", ["MaskedArray", "matrix"])
def test_masked_arrays_and_matrices_are_refused_by_name(kind):
    odd = np.ma.array([1.0, 2.0], mask=[0, 1]) if kind == "MaskedArray" else np.matrix([[1.0, 2.0]])
    with pytest.raises(TypeError, match=kind):
        grad(lambda x: np.sum(x * 2.0))(odd)
    with pytest.raises(TypeError, match=kind):
        grad(lambda x: np.sum(x * odd))(np.ones(2))


@pytest.mark.parametrize("dtype", [np.float16, np.longdouble])
def test_other_widths_of_floats_are_kept(dtype):
    found = grad(lambda x: np.sum(x * x))(np.ones(3, dtype))
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, 2 * np.ones(3))


def test_forward_mode_keeps_single_precision_beside_constants():
    x = np.ones(3, np.float32)
    for f in (
        lambda x: np.concatenate([x, np.ones(2, np.float32)]),
        lambda x: np.stack([x[0], np.float32(1.0)]),
        lambda x: np.maximum(x, 0.5),
    ):
        assert jvp(f, (x,), (x,))[1].dtype == np.float32


@pytest.mark.filterwarnings("ignore:(invalid value|divide by zero):RuntimeWarning")
def test_values_at_the_edges_are_those_of_numpy():
    assert np.isnan(value_and_grad(np.mean)(np.zeros(0))[0])
    assert grad(lambda x: np.maximum(x, 1.0))(np.nan) == 1.0
    assert grad(lambda x: np.log(sigmoid(x)))(-40.0) == pytest.approx(1.0)
    assert sigmoid(-1000.0) == 0.0
    tiny = np.array([1e-200, 1e-200, 1e200])
    np.testing.assert_allclose(grad(np.prod)(tiny), [1.0, 1.0, 0.0], atol=1e-300)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_logaddexp_of_long_arrays_is_that_of_numpy():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 1000)) * 30
    np.testing.assert_allclose(ROWS["logaddexp"].function(x, y), np.logaddexp(x, y), 1e-13, 1e-15)
    x[:4], y[:4] = (np.inf, -np.inf, np.inf, 1.0), (np.inf, -np.inf, -np.inf, np.nan)
    np.testing.assert_array_equal(ROWS["logaddexp"].function(x, y), np.logaddexp(x, y))


def test_argnums_are_refused_for_what_is_wrong_with_them():
    square = lambda x: x * x  # noqa: E731
    with pytest.raises(ValueError, match="names an argument twice"):
        grad(square, (0, 0))(2.0)
    with pytest.raises(TypeError, match="a tuple of numbers, not \\[0"):
        grad(square, [0])(2.0)
    with pytest.raises(ValueError, match="by position, not by name"):
        grad(square)(x=2.0)
    with pytest.raises(ValueError, match="one argument, not for argnums=\\(0, 1\\)"):
        jacobian(lambda x, y: x * y, (0, 1))(2.0, 3.0)


def test_joining_many_parts_costs_time_in_proportion_to_their_number():
    """Each part of the way back asks for its own place, not for the shapes of all others."""
    parts = [np.ones(2)] * 50
    _, parameters = ROWS["concatenate"].bind(parts)
    assert parameters["ends"] == tuple(range(0, 101, 2))
    assert ROWS["concatenate"].rules[0].needs == ("position", "axis", "ends")


def test_parts_of_an_array_add_their_gradients_in_place_and_share_no_memory():
    def f(x):
        parts = x[1:], x[:-1], x[::2], x[np.array([0, 0, 1])]
        return sum(np.sum(part * part) for part in parts) + np.sum(x) + x[0] * x[-1]

    x = np.arange(1.0, 6.0)
    gradient = grad(f)(x)
    expected = 2 * x * ([0, 1, 1, 1, 1] + np.array([1, 1, 1, 1, 0]) + [1, 0, 1, 0, 1])
    expected += 2 * x * [2, 1, 0, 0, 0] + np.ones(5) + [5, 0, 0, 0, 1]
    np.testing.assert_allclose(gradient, expected)
    seed = np.ones(5)
    _, pullback = vjp(lambda x: (x * 1.0, x[1:], x[:2]), x)
    first = pullback((seed, np.ones(4), np.ones(2)))[0]
    np.testing.assert_array_equal(first, [2, 3, 2, 2, 2])
    np.testing.assert_array_equal(seed, np.ones(5))
    np.testing.assert_array_equal(pullback((seed, np.ones(4), np.ones(2)))[0], first)


@pytest.mark.parametrize(
    "key, once",
    [
        ((slice(None), [2, 0, 1]), True),
        (np.array([True, False, True]), True),
        ((..., None, 1), True),
        ([], True),
        ([0, 0], False),
        ([0, -3], False),
        (([0, 1], [1, 0]), False),
        (np.arange(9), False),
    ],
    ids=str,
)
def test_only_keys_that_name_no_entry_twice_are_added_without_counting(key, once):
    assert names_no_entry_twice(key) == once


@pytest.mark.parametrize("shape", [(300, 3), (20, 30, 2), (4, 0, 3), (5,), (), (2, 200)])
@pytest.mark.parametrize("keepdims", [True, False])
def test_fast_sums_are_sums(shape, keepdims):
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    axes = [None, *range(-x.ndim, x.ndim), (0,) if shape else None, tuple(range(x.ndim))]
    for axis in axes:
        found = quick_sum(x, axis, keepdims)
        wanted = np.sum(x.astype(float), axis=axis, keepdims=keepdims)
        assert found.dtype == np.float32 and np.shape(found) == np.shape(wanted)
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4)
    integers = np.full((300, 3), 2**60, dtype=np.int64)
    assert quick_sum(integers, 1)[0] == 3 * 2**60


def test_a_list_in_place_of_an_array_is_pointed_at():
    with pytest.raises(TypeError, match="list") as caught:
        grad(lambda x: np.sum(x**2))([1.0, 2.0])
    assert "For a vector pass np.array" in caught.value.__notes__[0]
    with pytest.raises(TypeError) as caught:
        grad(lambda x: None + x)(1.0)
    assert not hasattr(caught.value, "__notes__")


def test_filling_an_array_says_what_to_do():
    def fill(x):
        a = np.zeros(3)
        a[0] = x[0]
        return np.sum(a)

    with pytest.raises((TypeError, ValueError)) as caught:
        grad(fill)(np.ones(3))
    assert "then np.stack or np.concatenate" in caught.value.__notes__[0]


def test_a_custom_rule_may_return_a_python_number():
    double = custom_vjp(x=lambda g, x: 2.0)(lambda x: 2 * x)
    assert grad(double)(1.0) == 2.0


def test_the_product_of_many_numbers_has_a_program_for_all_of_them():
    """No choice between formulas is frozen in the trace, and zeros lose no gradient."""
    program = gradient_program(np.prod, np.array([1.0, 2.0, 0.0]))
    np.testing.assert_array_equal(program(np.array([1.0, 2.0, 3.0])), [6.0, 3.0, 2.0])
    np.testing.assert_array_equal(program(np.array([5.0, 0.0, 3.0])), [0.0, 15.0, 0.0])


def test_a_choice_between_numbers_gives_a_number():
    value, slope = value_and_grad(lambda x: np.where(x > 0, x, 2.0 * x))(-1.5)
    assert (value, slope) == (-3.0, 2.0) and type(value) is float


def test_rows_that_are_taken_many_times_get_all_their_gradients():
    rng = np.random.default_rng(0)
    rows, weights = rng.integers(-7, 7, 300).astype(np.int8), rng.normal(size=(300, 2, 3))
    found = grad(lambda x: np.sum(x[rows] * weights))(np.zeros((7, 2, 3)))
    expected = np.zeros((7, 2, 3))
    np.add.at(expected, rows, weights)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_a_row_of_a_function_that_is_not_numpys_is_called_through_its_operation():
    row = Row("erf", np.vectorize(math.erf), "x", x=lambda g, x: g * 2 / math.sqrt(math.pi)
              * np.exp(-x * x))  # fmt: skip
    add_rows(row)
    try:
        erf = operation(row)
        assert grad(lambda x: np.sum(erf(x)))(np.array([0.3]))[0] == pytest.approx(
            2 / math.sqrt(math.pi) * math.exp(-0.09)
        )
    finally:
        remove_row("erf")


def test_a_second_row_for_a_numpy_function_is_refused():
    with pytest.raises(ValueError, match="already has Row\\('sin', x\\); remove_row\\('sin'\\)"):
        add_rows(Row("my_sin", np.sin, "x", x=lambda g, x: g * np.cos(x)))


def test_a_parameter_of_a_custom_function_is_not_differentiated():
    scaled = custom_vjp(x=lambda g, c: g * c)(lambda x, c=2.0: c * x)
    assert grad(lambda x: scaled(x, c=3.0))(1.0) == 3.0
    with pytest.raises(TypeError, match="no rule for its parameter c"):
        grad(lambda x: scaled(1.0, c=x))(1.0)


def test_a_plain_row_whose_rule_returns_a_python_number_is_refused_by_name():
    row = Row("half", lambda x: 0.5 * x, "x", x=lambda g: 0.5)
    with pytest.raises(ValueError, match="of half returned float 0.5"):
        grad(operation(row))(1.0)


def test_rows_of_users_are_not_taken_for_our_own_however_late_programs_are_loaded():
    """A user's function may return a view of its operand, which a program must not overwrite."""
    code = """
import numpy as np
from autodiff_lib.arrays import Row, add_rows, operation
add_rows(row := Row("same", lambda x: x, "x", "linear", x=lambda g: g))
from autodiff_lib.arrays import Program
same, x = operation(row), np.ones(600)
print(Program(lambda x: (np.sum(same(x * 2.0) + (x * 2.0)), x * 2.0), (x,))(x)[0])
import autodiff_lib.programs.ownership as source
print("same" in source.OWN_ROWS, "sin" in source.OWN_ROWS)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2400.0", "False", "True"]


def test_gradients_of_parts_are_freed_on_the_way_back():
    """The total that parts are added to in place is not kept when its line is done."""

    def f(x, turn):
        for _ in range(40):
            x = turn(x) + 1.0
        return np.sum(x)

    x, peaks = np.ones(20_000), []
    for turn in (np.flip, lambda x: x[::-1]):
        grad(f)(x, turn)
        tracemalloc.start()
        grad(f)(x, turn)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
