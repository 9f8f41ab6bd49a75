"""What users hand in and write: dicts of all kinds, NumPy's integers, methods with options."""

from collections import Counter, OrderedDict, defaultdict

import numpy as np
import pytest

from autodiff_lib.arrays import grad, gradient_program

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
    with pytest.raises(TypeError, match=r"takes \(x, w\): w is missing"):
        program(x=X)
    with pytest.raises(TypeError, match=r"takes \(x, w\): y cannot be given"):
        program(X, y=3.0)
    with pytest.raises(TypeError, match=r"takes \(x, w\): x cannot be given"):
        program(X, 3.0, x=X)
