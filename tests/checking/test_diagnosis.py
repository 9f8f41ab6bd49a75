"""Numbers are written with as many digits as they need; broadcasting is undone on its axes."""

import numpy as np
import pytest

from autodiff_lib.checking.diagnosis import broadcast_axes, same, show


def test_a_number_gets_six_digits_or_what_tells_it_from_the_other():
    assert [show(96.0), show(1 / 3), show(-0.0001)] == ["96", "0.333333", "-0.0001"]
    assert [show(288.00001, 288), show(288.0, 288.00001)] == ["288.00001", "288"]
    assert show(1 / 3, 1 / 3) == "0.333333" and show(1.0, 1.0 + 1e-15) == "1"


@pytest.mark.parametrize(
    "narrow, wide, axes",
    [
        ((3,), (2, 3), (0,)),
        ((2, 1), (2, 3), (1,)),
        ((1, 1), (2, 3), (0, 1)),
        ((), (2, 3), (0, 1)),
        ((1, 3), (4, 1, 3), (0,)),
        ((2,), (2, 3), ()),
        ((2, 3), (3,), ()),
        ((2, 3), (2, 3), ()),
    ],
)
def test_axes_that_broadcasting_added_or_stretched(narrow, wide, axes):
    assert broadcast_axes(narrow, wide) == axes


def test_arrays_of_other_shapes_or_with_nan_are_never_the_same():
    assert same(np.ones(3), np.ones(3)) and same(np.zeros(2), np.zeros(2))
    assert not same(np.ones(3), np.ones((2, 3))) and not same(np.ones(3), np.ones(2))
    assert not same(np.array([np.nan]), np.array([np.nan])) and not same("", np.ones(1))
    assert same(np.array([1e6, 0.5]), np.array([1e6, 0.0])) and not same(np.ones(1), np.zeros(1))
