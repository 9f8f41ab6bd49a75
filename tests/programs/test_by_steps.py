"""A program step by step: traced, written a line each, computed."""

import numpy as np

from autodiff_lib.programs.by_steps import compute, one_a_line, trace_gradient


def f(x, y):
    h = x * y
    return h * h


def test_a_gradient_has_a_line_for_each_operation():
    result, bars = trace_gradient(f, (3.0, 2.0), (0, 1))
    page = one_a_line([result, *bars]).splitlines()
    assert page[:2] == ["h = x * y", "result = h * h"]
    assert [line.split()[0] for line in page[-2:]] == ["x_bar", "y_bar"]
    assert not any("(" in line for line in page)


def test_nothing_is_nested_in_another_line():
    result, _ = trace_gradient(lambda x, y: (x * y) * (x + y), (3.0, 2.0), (0,))
    assert one_a_line([result]).splitlines() == ["t1 = x * y", "t2 = x + y", "result = t1 * t2"]


def test_steps_are_computed_from_inputs_by_name():
    result, bars = trace_gradient(f, (3.0, 2.0), (1,))
    values = compute([result, *bars], x=5.0, y=2.0)
    assert values == [100.0, 100.0] and all(type(value) is float for value in values)


def test_arrays_stay_arrays():
    x = np.array([1.0, 2.0])
    _, bars = trace_gradient(lambda x: np.sum(x * x), (x,), (0,))
    np.testing.assert_array_equal(compute(bars, x=x)[0], 2 * x)


def test_a_slope_that_has_a_name_keeps_it():
    def g(x):
        y = 3.0 * x
        return y * x

    _, (bar,) = trace_gradient(g, (2.0,), (0,))
    assert bar.name == "x_bar"
