"""The checks find wrong gradients, name the mistake, and do not blame right ones."""

import math

import numpy as np
import pytest

from autodiff_lib.checking.check import (
    central_difference,
    check_grad,
    complex_step,
    dot_product_test,
    forward_difference,
    numeric_gradient,
)

A, B = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
X, BIAS = np.arange(6.0).reshape(2, 3), np.array([1.0, 2.0, 3.0])


def diamond(x, y, z):
    return ((x * y) * (y * z)) ** 2


def product_sum(a, b):
    return (a @ b).sum()


def biased(b, x):
    return ((x + b) ** 2).sum()


def half_square(x):
    return x @ x / 2


# ------------------------------------------------------------------------------------- slopes


@pytest.mark.parametrize(
    "slope, error", [(forward_difference, 1e-7), (central_difference, 1e-9), (complex_step, 0)]
)
def test_slope_of_a_cube_is_right_to_the_methods_precision(slope, error):
    assert abs(slope(lambda x: x * x * x, 2.0) - 12.0) <= 12 * error


def test_step_size_is_the_callers():
    assert forward_difference(lambda x: x * x, 3.0, 0.5) == 6.5
    assert central_difference(lambda x: x**3, 3.0, 0.5) == 27.25
    assert complex_step(lambda x: x**3, 3.0, 0.5) == 26.75


@pytest.mark.parametrize("slope", [forward_difference, central_difference, complex_step])
def test_numeric_gradient_of_the_diamond(slope):
    assert numeric_gradient(diamond, 3, 2, 1, slope=slope) == pytest.approx((96, 288, 288), 1e-7)


def test_numeric_gradient_has_the_shape_of_each_argument_and_plain_numbers():
    b, x = numeric_gradient(biased, BIAS, X)
    np.testing.assert_allclose(b, 2 * (X + BIAS).sum(axis=0), rtol=1e-8)
    np.testing.assert_allclose(x, 2 * (X + BIAS), rtol=1e-8)
    assert type(numeric_gradient(diamond, 3, 2, 1)[0]) is float
    assert numeric_gradient(np.sum, np.zeros((0, 3)))[0].shape == (0, 3)


def test_numeric_gradient_takes_integers_as_floats_and_changes_nothing():
    x = np.array([1, 2, 3])

    def careless(x):
        x *= 2
        return x.sum()

    np.testing.assert_allclose(numeric_gradient(careless, x)[0], [2, 2, 2])
    assert x.tolist() == [1, 2, 3] and x.dtype.kind == "i"


@pytest.mark.parametrize("x", [1e-3, 1e6, 1e12])
def test_numeric_gradient_fits_its_step_to_the_size_of_the_entry(x):
    assert numeric_gradient(lambda x: x * x, x)[0] == pytest.approx(2 * x, 1e-6)


def test_numeric_gradient_refuses_what_it_cannot_differentiate():
    with pytest.raises(ValueError, match=r"one number, got shape \(3,\)"):
        numeric_gradient(lambda x: x, np.ones(3))
    with pytest.raises(TypeError, match="must return a number, got NoneType"):
        numeric_gradient(lambda x: None, 1)
    for bad in ("3", None, 1j, object(), {}):
        with pytest.raises(TypeError, match="expected real numbers, got"):
            numeric_gradient(diamond, bad, 2, 1)


# --------------------------------------------------------------------------------- check_grad


def test_right_gradient_is_true_and_reads_the_same_on_every_machine():
    report = check_grad(diamond, (96, 288, 288), 3, 2, 1)
    assert report and repr(report) == (
        "all 3 gradients agree with the complex step (worst relative error below 1e-12)"
    )
    assert repr(check_grad(math.sin, [math.cos(1)], 1)) == (
        "the gradient agrees with central differences (worst relative error below 1e-9)"
    )


@pytest.mark.parametrize(
    "f, gradients, args",
    [
        (diamond, lambda x, y, z: (2 * diamond(x, y, z) / x, 288, 288), (3, 2, 1)),
        (half_square, np.array([1.0, 2.0]), ([1, 2],)),
        (half_square, [[1.0, 2.0]], ([1, 2],)),
        (diamond, np.array([96, 288, 288]), (3, 2, 1)),
        (lambda x: np.log(x).sum(), np.array([1e5, 1, 1e-8]), (np.array([1e-5, 1, 1e8]),)),
        (lambda x: np.log(x).sum(), np.float32([1e5, 1 / 3]), (np.array([1e-5, 3]),)),
        (lambda x, y: x, (1, 0), (2, 3)),
        (lambda x: np.sin(x) ** 2 + np.cos(x) ** 2, 1e-17, (2.0,)),
        (lambda x: max(0.0, x), 1, (1e-4,)),
        (lambda x: 1e9 + np.sin(x), np.cos(1), (1,)),
        (lambda x: np.float64(np.float32(np.sin(x))), np.cos(1), (1,)),
    ],
)
def test_right_gradients_are_not_blamed(f, gradients, args):
    report = check_grad(f, gradients, *args)
    assert report and report.wrong == (), report


@pytest.mark.parametrize(
    "gradients, wrong, words",
    [
        ((96, 144, 288), ("y",), "claimed 144, should be 288. It is half of what"),
        ((192, 288, 288), ("x",), "claimed 192, should be 96. It is twice what"),
        ((96, 288, 864), ("z",), "It is three times"),
        ((96, -288, 288), ("y",), "right but for the sign"),
        ((0, 288, 288), ("x",), "exactly zero: nothing arrived there, or"),
        ((288, 96, 288), ("x", "y"), "The gradients of x and y are swapped"),
        ((288, 288, 288), ("x",), "This is the gradient of y."),
        ((96 + 288, 288, 288), ("x",), "too large by the gradient of y"),
        ((96.001, 288, 288), ("x",), "claimed 96.001, should be 96. The first digits agree"),
        ((96, 288.00001, 288), ("y",), "claimed 288.00001, should be 288."),
        ((96, math.nan, 288), ("y",), "claimed nan, should be 288. A division by zero"),
        ((96, None, 288), ("y",), "y: the gradient is None: none came back"),
        ((96, "288", 288), ("y",), "y: the gradient must be real numbers, got str"),
        ((96, 1j, 288), ("y",), "y: the gradient must be real numbers, got complex"),
        ((96, [288], 288), ("y",), "y: the gradient has shape (1,), but must have ()"),
        ((112, 300, 288), ("x", "y"), "claimed 112, should be 96."),
        ((96, 288), ("x", "y", "z"), "f takes x, y, z: one gradient for each is needed"),
        (96, ("x", "y", "z"), "in a tuple or list, but got int"),
        (None, ("x", "y", "z"), "is a return missing"),
        (..., ("x", "y", "z"), "no gradients yet: replace ..."),
        (lambda *args: ..., ("x", "y", "z"), "no gradients yet: replace ..."),
        (lambda x, y, z: (x, 288, 288), ("x",), "claimed 3, should be 96."),
    ],
)
def test_wrong_gradient_of_numbers_is_named_with_its_likely_cause(gradients, wrong, words):
    report = check_grad(diamond, gradients, 3, 2, 1)
    assert not report and report.wrong == wrong and words in repr(report), report


@pytest.mark.parametrize(
    "f, gradients, args, words",
    [
        (product_sum, (A.T @ A, None), (A, B), "4 of 4 entries, the first at [0, 0]: claimed 10"),
        (product_sum, ([[11, 11], [15, 15]], None), (A, B), "Its transpose would be right."),
        (lambda b, a: product_sum(a, b), (2 * [[11, 15]], None), (B, A), "This is the gradient"),
        (biased, (2 * (X + BIAS), None), (BIAS, X), "(2, 3), but must have (3,). Add .sum(axis=0)"),
        (biased, (np.ones((2, 3)), None), (BIAS, X), "Perhaps add .sum(axis=0)"),
        (np.sum, X.T, (X,), "Its transpose has the right shape."),
        (np.sum, np.ones((3, 2)), (X,), "Its transpose is right."),
        (np.sum, np.ones(6), (X,), "The number of entries is right: reshape it."),
        (np.sum, 1.0, (X,), "One number cannot stand for all entries"),
        (half_square, [0, 1, 3], ([0.5, 1.5, 3],), "2 of 3 entries, the first at [0]"),
        (half_square, [0, 1, 3], ([0.5, 1.5, 3],), "rounded to a whole number"),
        (half_square, [3, 4, 5], ([2, 3, 4],), "off by the same 1:"),
        (half_square, [3, 4.5, 6], ([2, 3, 4],), "1.5 times what it should be: one common"),
        (half_square, [0, 2, 0], ([1, 2, 3],), "Every wrong entry is exactly zero"),
        (half_square, [2, 2, 6], ([1, 2, 3],), "Every wrong entry is twice"),
    ],
)
def test_wrong_gradient_of_an_array_is_named_with_its_likely_cause(f, gradients, args, words):
    report = check_grad(f, gradients, *args)
    assert not report and words in repr(report), report


def test_without_a_likely_cause_only_the_numbers_are_told():
    wide = np.arange(12.0).reshape(3, 4)
    right = np.ones((2, 4)) @ wide.T, X.T @ np.ones((2, 4))
    one_off = right[0] + [[0, 5, 0], [0, 0, -7]]
    assert repr(check_grad(product_sum, (one_off, right[1]), X, wide)) == (
        "1 of 2 gradients does not agree with the complex step:\n"
        "  a: 2 of 6 entries, the first at [0, 1]: claimed 27, should be 22."
    )
    assert repr(check_grad(np.sum, np.ones((4, 2)), X)) == (
        "the gradient does not agree with the complex step:\n"
        "  a: the gradient has shape (4, 2), but must have (2, 3)."
    )
    assert repr(check_grad(diamond, (112, 300, 288), 3, 2, 1)).endswith("should be 288.")


def test_missing_sum_is_found_on_every_axis():
    column = np.ones((2, 1))
    report = check_grad(lambda c: (c * X).sum(), X, column)
    assert "Add .sum(axis=1)" in repr(report)
    report = check_grad(lambda c: (c * X).sum(), X, 2.0)
    assert "Add .sum(axis=(0, 1))" in repr(report)


@pytest.mark.parametrize("claimed", [-1, 0, 0.5, 1])
def test_at_a_kink_any_slope_between_the_sides_is_right(claimed):
    for f in (abs, lambda x: np.maximum(x, -x), lambda x: max(x, -x)):
        report = check_grad(f, claimed, 0)
        assert report and "the slope is -1 before it and 1 after it" in repr(report)
        assert repr(report).startswith("the gradient lies between the slopes of the two sides:")


def test_an_argument_without_entries_has_no_kink():
    report = repr(check_grad(np.sum, np.zeros(0), np.zeros(0)))
    assert report.startswith("the gradient agrees with")


def test_what_is_smooth_beside_a_kink_agrees_and_the_kink_is_left_out():
    first, note = repr(check_grad(lambda x, y: np.abs(x) + y * y, (1, 6), 0, 3)).splitlines()
    assert first.startswith("both gradients agree with the complex step, away from the kink (")
    assert note.startswith("  x is at a kink")


def test_a_slope_outside_a_kink_a_jump_and_an_edge_are_named():
    report = repr(check_grad(abs, 2, 0))
    assert report.startswith("the gradient does not agree with central differences:")
    assert "claimed 2, should lie between -1 and 1." in report
    assert "f has no slope there: it jumps" in repr(check_grad(math.floor, 0, 1))
    assert "f has no slope there" in repr(check_grad(math.sqrt, 1, 0))


def test_an_argument_that_f_does_not_use_is_as_sure_as_the_others():
    assert "agree with the complex step" in repr(check_grad(lambda x, y: x * x, (4, 0), 2, 3))


def test_complex_step_is_not_believed_where_it_lies():
    def real_part(x):
        return np.real(x) ** 2 + x  # the complex step sees only the slope 1 of the second term

    assert check_grad(real_part, 5, 2) and not check_grad(real_part, 1, 2)


def test_random_function_is_refused_in_words():
    rng = np.random.default_rng(0)
    report = check_grad(lambda x: x * rng.random(), 1, 1)
    assert not report and "different results for the same arguments" in repr(report)


def test_worst_relative_error_is_told_to_the_order_of_magnitude():
    report = check_grad(half_square, [3 + 1e-8, 4], [3, 4])
    assert repr(report).endswith("complex step (worst relative error below 1e-6)")
    report = check_grad(diamond, (96, 300, 288), 3, 2, 1, tolerance=0.1)
    assert repr(report).endswith("(worst relative error below 1)")
    report = check_grad(diamond, (96, 900, 288), 3, 2, 1, tolerance=10)
    assert repr(report).endswith("(worst relative error below 2e+01)")


def test_tolerance_is_the_callers():
    assert check_grad(diamond, (97, 288, 288), 3, 2, 1, tolerance=0.02)
    assert not check_grad(diamond, (96 + 1e-9, 288, 288), 3, 2, 1, tolerance=1e-13)


def test_arguments_of_a_star_and_of_a_builtin_have_names():
    assert check_grad(lambda *w: w[0] * w[1], (1, 1), 1, 2).wrong == ("w[0]",)
    assert check_grad(lambda x, *w: x * w[0] * w[1], (6, 3, 1), 1, 2, 3).wrong == ("w[1]",)
    assert check_grad(max, (0, 1), 2, 1).wrong == ("argument 1", "argument 2")


def test_gradients_may_be_nodes():
    class Node:
        def __init__(self, value):
            self.op, self.operands, self.value = None, (), value

    assert check_grad(diamond, tuple(map(Node, (96, 288, 288))), 3, 2, 1)


@pytest.mark.parametrize(
    "args, words",
    [
        ((144, (1, 1), 1, 2), "must be the function to check, got 144"),
        ((diamond, (1, 1)), "pass the arguments of f last"),
        ((abs, 1, "3"), "expected real numbers, got str: '3'"),
        ((abs, 1, [[1], [1, 2]]), "rows of different lengths"),
        ((lambda x: x, 1, X), r"one number, got shape \(2, 3\)"),
    ],
)
def test_bad_calls_are_refused_in_a_sentence(args, words):
    with pytest.raises((TypeError, ValueError), match=words):
        check_grad(*args)


def test_bad_options_are_refused_in_a_sentence():
    for tolerance in (-1, "small", math.nan):
        with pytest.raises(ValueError, match="tolerance must be a number from 0 up"):
            check_grad(abs, 1, 1, tolerance=tolerance)
    for vjp in (3, None, np.ones(2)):
        with pytest.raises(TypeError, match="vjp must be a function, got"):
            dot_product_test(abs, vjp, 1)
    with pytest.raises(TypeError, match="jvp must be a function, got 3"):
        dot_product_test(abs, abs, 1, jvp=3)
    with pytest.raises(ValueError, match=r"the shape of f's result, \(2, 2\), got \(\)"):
        dot_product_test(matmul, right_vjp, A, B, jvp=lambda a, b: 1)


# --------------------------------------------------------------------------- dot_product_test


def matmul(a, b):
    return a @ b


def right_vjp(v):
    return v @ B.T, A.T @ v


def test_right_vjp_passes_with_and_without_a_jvp():
    text = "both gradients pass the dot-product test (worst relative error below 1e-12)"
    assert repr(dot_product_test(matmul, right_vjp, A, B)) == text
    assert dot_product_test(matmul, right_vjp, A, B, jvp=lambda a, b: a @ B + A @ b)
    assert not dot_product_test(matmul, right_vjp, A, B, jvp=lambda a, b: a @ B)
    assert dot_product_test(lambda x: 2 * x, lambda v: 2 * v, 1e6)
    assert dot_product_test(lambda x: np.maximum(x, 0), lambda v: v * (X > 1), X - 1.5)


@pytest.mark.parametrize(
    "vjp, wrong, words",
    [
        (lambda v: (A.T @ v, v @ B.T), ("a", "b"), "returned for b passes here: are the two swap"),
        (lambda v: ((v @ B.T).T, A.T @ v), ("a",), "Its transpose passes."),
        (lambda v: (v @ B.T, 2 * A.T @ v), ("b",), "It is twice what it should be"),
        (lambda v: (v @ B.T, 0 * v), ("b",), "exactly zero"),
        (lambda v: (v @ B, A.T @ v), ("a",), "<J^T v, u> is"),
        (lambda v: (v @ B.T, None), ("b",), "the gradient is None"),
        (lambda v: (v @ B.T, [1]), ("b",), "has shape (1,), but must have (2, 2)"),
        (lambda v: v @ B.T, ("a",), ""),
        (lambda v: None, ("a", "b"), "is a return missing"),
        (..., ("a", "b"), "no gradients yet"),
    ],
)
def test_wrong_vjp_is_named_with_what_would_mend_it(vjp, wrong, words):
    report = dot_product_test(matmul, vjp, A, B)
    assert not report and set(wrong) <= set(report.wrong) and words in repr(report), report


def test_vjp_that_forgets_to_sum_a_broadcast_bias():
    report = dot_product_test(lambda b, x: x + b, lambda v: (v, v), BIAS, X)
    assert report.wrong == ("b",) and "Perhaps add .sum(axis=0)" in repr(report)


def test_dot_products_are_the_same_for_the_same_seed():
    first, again, other = (
        repr(dot_product_test(matmul, lambda v: (v @ B, v), A, B, seed=seed)) for seed in (0, 0, 1)
    )
    assert first == again != other
