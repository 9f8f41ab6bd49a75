"""What users hand in and write: dicts of all kinds, NumPy's integers, methods with options."""

import functools
import operator
from collections import Counter, OrderedDict, defaultdict

import numpy as np
import pytest

from autodiff_lib.arrays import (
    Row,
    custom_vjp,
    grad,
    gradient_program,
    hessian,
    jvp,
    stop_gradient,
)

X = np.array([[0.3, 0.9, 0.5], [0.7, 0.2, 0.4]])


@pytest.mark.parametrize(
    "inputs", [defaultdict(float, a=2.0, b=3.0), Counter(a=2, b=3), OrderedDict(b=3.0, a=2.0)]
)
def test_dicts_of_all_kinds_keep_their_kind(inputs):
    gradient = grad(lambda d: d["a"] ** 2 * d["b"])(inputs)
    assert type(gradient) is type(inputs) and list(gradient) == list(inputs)
    assert dict(gradient) == {"a": 12.0, "b": 4.0}


def test_a_defaultdict_still_makes_what_is_missing():
    assert grad(lambda d: d["a"] * 2 + d["new"])(defaultdict(float, a=2.0))["a"] == 2.0


def test_argnums_may_be_numpys_integers_and_are_no_truth_values():
    assert grad(lambda a, b: a * b, np.int64(1))(2.0, 3.0) == 2.0
    assert grad(lambda a, b: a * b, (np.int8(0), 1))(2.0, 3.0) == (3.0, 2.0)
    for wrong in (True, (0, True), np.True_):
        with pytest.raises(TypeError, match="argnums is a number or a tuple of numbers"):
            grad(lambda a, b: a * b, wrong)(2.0, 3.0)


@pytest.mark.parametrize("compute", [grad, lambda f: gradient_program(f, X)])
def test_sorting_all_entries(compute):
    gradient = compute(lambda x: np.sum(np.sort(x, axis=None) * np.arange(6.0)))(X)
    assert gradient.tolist() == [[1, 5, 3], [4, 0, 2]]


@pytest.mark.parametrize("compute", [grad, lambda f: gradient_program(f, X)])
def test_flattening_by_columns(compute):
    weights = np.arange(6.0)
    gradient = compute(lambda x: np.sum(x.flatten("F") * weights))(X)
    assert gradient.tolist() == weights.reshape(3, 2).T.tolist()


def test_a_program_takes_its_arguments_by_name():
    program = gradient_program(lambda x, w: np.sum(x * x * w), X, 2.0)
    by_position = program(X, 3.0)
    for call in (lambda: program(X, w=3.0), lambda: program(w=3.0, x=X)):
        assert (call() == by_position).all()
    with pytest.raises(TypeError, match=r"takes 2 arguments \(x, w\), got 0 .* and x by name"):
        program(x=X)
    with pytest.raises(TypeError, match=r"\(x, w\), got 1 by position and y by name"):
        program(X, y=3.0)
    with pytest.raises(TypeError, match=r"\(x, w\), got 1 by position and x by name"):
        program(X, x=X)
    with pytest.raises(TypeError, match=r"\(x, w\), got 2 by position and x by name"):
        program(X, 3.0, x=X)


class Options:
    """A parameter that prints like any other of its kind."""

    def __init__(self, scale):
        self.scale = scale

    def __repr__(self):
        return "Options()"


def test_parameters_that_print_alike_are_not_taken_for_equal():
    scaled = custom_vjp(x=lambda g, x, options: g * options.scale)(
        lambda x, options=None: x * options.scale
    )
    two, three = Options(2.0), Options(3.0)
    f = lambda x: scaled(x, options=two) * scaled(x, options=three)  # noqa: E731
    assert grad(f)(1.5) == 18.0
    assert gradient_program(f, 1.5)(1.5) == 18.0


@pytest.mark.parametrize("compute", [grad, lambda f: gradient_program(f, np.ones(1))])
def test_std_of_one_number_and_norm_at_zero_have_slope_zero(compute):
    assert compute(lambda x: np.std(x))(np.ones(1)).tolist() == [0.0]
    assert compute(lambda x: np.linalg.norm(x - 1.0))(np.ones(1)).tolist() == [0.0]
    assert compute(lambda x: np.linalg.norm(x * 2.0))(np.ones(1)).tolist() == [2.0]


def test_norm_and_std_have_second_derivatives_elsewhere():
    x = np.array([3.0, 4.0])
    expected = (np.eye(2) - np.outer(x, x) / 25) / 5
    np.testing.assert_allclose(hessian(np.linalg.norm)(x), expected, atol=1e-12)
    assert np.isfinite(hessian(lambda x: np.std(x))(x)).all()


def test_det_of_singular_matrices():
    matrices = np.stack([np.diag([2.0, 0.0, 3.0]), np.zeros((3, 3)), np.diag([1.0, 2.0, 4.0])])
    gradient = grad(lambda x: np.sum(np.linalg.det(x)))(matrices)
    expected = [np.diag([0.0, 6.0, 0.0]), np.zeros((3, 3)), np.diag([8.0, 4.0, 2.0])]
    np.testing.assert_allclose(gradient, expected, atol=1e-12)
    turned = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    turned[2] = turned[0] + turned[1]
    slopes = [
        [(np.linalg.det(turned + h) - np.linalg.det(turned - h)) / 2e-4
         for h in 1e-4 * np.eye(9).reshape(3, 3, 3, 3)[i]] for i in range(3)
    ]  # fmt: skip
    np.testing.assert_allclose(grad(np.linalg.det)(turned), slopes, atol=1e-6)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(x * np.floor(x * 3).astype(int)),
        lambda x: np.sum(x * stop_gradient(x).astype(np.float32)),
        lambda x: np.sum(x[stop_gradient(x * 3).astype(int) % 2]),
        lambda x: np.sum(x * ((x > 0.3) ^ (x > 0.5))),
        lambda x: np.sum(x[np.where(x > 0.45)] ** 2),
        lambda x: np.sum(x[np.where((x > 0.45) & (x < 0.8))] ** 2),
    ],
)
def test_whole_numbers_and_conditions_in_programs(f):
    expected = grad(f)(X)
    assert np.any(expected)
    np.testing.assert_allclose(gradient_program(f, X)(X), expected)


def test_positions_of_what_has_a_derivative_are_refused():
    with pytest.raises(NotImplementedError, match="np.where .* stop_gradient"):
        grad(lambda x: np.sum(np.where(x)[0]))(X)


def test_rules_may_be_anything_that_is_called_and_operands_have_any_name():
    double = custom_vjp(op=np.negative)(lambda op: -op)
    assert grad(double)(3.0) == -1.0
    times = custom_vjp(
        numpy=lambda g, bind: g * bind, bind=functools.partial(operator.mul), kind=None
    )
    with pytest.raises(ValueError, match="asks for"):
        times(lambda numpy, bind, kind: numpy * bind)
    rule = functools.partial(lambda factor, g, numpy: g * numpy * factor, 1.0)
    times = custom_vjp(numpy=lambda g, bind: g * bind, bind=rule)(lambda numpy, bind: numpy * bind)
    assert grad(times, (0, 1))(2.0, 3.0) == (3.0, 2.0)


def test_a_signature_may_have_tuples():
    row = Row("moved", lambda x, axes=(1, 0): np.transpose(x, axes), "x, axes=(1, 0)", "linear",
              x=lambda g, axes: np.transpose(g, axes))  # fmt: skip
    gradient = grad(lambda x: np.sum(row(x) * np.arange(6.0).reshape(3, 2)))(X)
    assert gradient.tolist() == [[0, 2, 4], [1, 3, 5]]


def test_a_result_of_one_entry_is_a_number_too():
    assert grad(lambda x: x * x)(np.array([3.0])).tolist() == [6.0]
    assert grad(lambda x: np.sum(x, keepdims=True))(X).tolist() == np.ones((2, 3)).tolist()
    with pytest.raises(ValueError, match=r"returned shape \(2,\)"):
        grad(lambda x: x * x)(np.ones(2))


def test_tangents_are_taken_by_key_and_the_part_that_differs_is_named():
    f = lambda p: np.sum(p["w"] * p["b"][0])  # noqa: E731
    at, along = {"w": X, "b": [2.0]}, {"b": [0.0], "w": np.ones_like(X)}
    assert jvp(f, (at,), (along,))[1] == 2.0 * X.size
    with pytest.raises(
        ValueError, match=r"tangents must be structured like list \[2.0\], got float"
    ):
        jvp(f, (at,), ({"w": X, "b": 1.0},))
