"""Answers are compared by what they mean, and described the same on every machine."""

import math

import numpy as np
import pytest

from autodiff_lib.engines.symbolic import Tensor
from autodiff_lib.teaching.values import describe, kind, same_value


@pytest.mark.parametrize(
    "a, b",
    [
        (1, 1.0),
        (np.float32(0.5), 0.5),
        (1e9 + 0.1, 1e9),
        (math.nan, math.nan),
        (" A b", "ab"),
        ([1, (2, "x")], (1, [2, "X"])),
        ({"x": 1, "y": [2]}, {"y": (2.0,), "x": Tensor(1)}),
        (np.array([1.0, 2.0]), [1, 2]),
        (np.array([1e9, 0.0]), np.array([1e9, 0.1])),
        (np.array([math.nan, 1]), np.array([math.nan, 1])),
        (np.array([True, False]), np.array([True, False])),
        (np.zeros((0, 2)), np.zeros((0, 2))),
        (None, None),
        (True, True),
        (1j, 1j),
        (b"a", b"a"),
    ],
)
def test_same(a, b):
    assert same_value(a, b)
    assert same_value(b, a)


@pytest.mark.parametrize(
    "a, b",
    [
        (1, 1.00001),
        (1, True),
        (1, "1"),
        (1, None),
        (1, (1,)),
        ((1, 2), (1, 3)),
        ((1, 2), (1, 2, 3)),
        ("a", "b"),
        ({"x": 1}, {"x": 2}),
        ({"x": 1}, {"y": 1}),
        ({"x": 1}, {"x": 1, "y": 2}),
        ({"x": 1}, ("x", 1)),
        (np.array([1, 2]), np.array([[1, 2]])),
        (np.array([1, 2]), np.array([1, 3])),
        (np.array([1, 2]), 1),
        (np.array([1, 0]), np.array([True, False])),
        (np.array([True]), np.array([False])),
        (np.array([1, 2]), [[1], [1, 2]]),
        (np.array(["a"]), np.array(["b"])),
        (np.array([1.0, math.nan]), np.array([math.nan, 1.0])),
        (1j, 1),
        (object(), object()),
    ],
)
def test_not_same(a, b):
    assert not same_value(a, b) and not same_value(b, a)


@pytest.mark.parametrize(
    "value, text",
    [
        (np.float64(3), "3.0"),
        ([np.int64(3), (Tensor(2),)], "[3, (2,)]"),
        ({"x": np.ones(2)}, "{'x': [1.0, 1.0]}"),
        (math.sin, "the function sin"),
        (object(), "object"),
        ("a" * 80, "'" + "a" * 56 + "..."),
        ("a" * 58, "'" + "a" * 58 + "'"),
        ("line\nbreak", "'line\\nbreak'"),
    ],
)
def test_description(value, text):
    assert describe(value) == text


@pytest.mark.parametrize(
    "value, words",
    [
        (None, "None"),
        (..., "..."),
        (np.bool_(True), "True or False"),
        (np.float64(1), "a number"),
        (Tensor(1), "a number"),
        (1j, "a complex number"),
        ("", "text in quotes"),
        ([1], "a list of 1"),
        ({}, "a dict of 0"),
        (np.ones((2, 3)), "an array of shape (2, 3)"),
        (int, "the class int"),
        (len, "a function"),
        (object(), "an object of type object"),
    ],
)
def test_kind(value, words):
    assert kind(value) == words
