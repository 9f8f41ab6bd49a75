"""The slopes that gradients are compared with are right, and honest about their limits."""

import math

import numpy as np
import pytest

from autodiff_lib.checking.reference import Reference, reference_slope


def test_smooth_function_of_complex_numbers_is_exact():
    assert reference_slope(lambda x: x**3, 2.0) == Reference(12.0, 0.0, exact=True)


@pytest.mark.parametrize(
    "f, x, slope",
    [
        (math.exp, 1.0, math.e),
        (math.sqrt, 1e-5, 0.5 / math.sqrt(1e-5)),
        (lambda x: 1e9 + math.sin(x), 1.0, math.cos(1.0)),
        (lambda x: math.sin(50 * x), 1.0, 50 * math.cos(50)),
        (lambda x: max(0.0, x), 1e-4, 1.0),
        (lambda x: float(np.float32(np.sin(x))), 1.0, math.cos(1.0)),
        (lambda x: math.floor(x) * 0.5 + x, 1.5, 1.0),
    ],
)
def test_function_of_real_numbers_only_comes_with_an_honest_uncertainty(f, x, slope):
    found = reference_slope(f, x)
    assert not found.exact and found.sides is None
    assert abs(found.slope - slope) <= 10 * found.uncertainty < 0.05 * abs(slope)


def test_a_function_that_does_not_change_is_exactly_flat():
    assert reference_slope(lambda x: 7, 2.0) == Reference(0.0, 0.0, exact=True)
    assert reference_slope(lambda x: math.floor(x), 1.5) == Reference(0.0, 0.0, exact=True)
    assert reference_slope(lambda x: float(abs(x) > 1e-7), 0.0).exact is False


@pytest.mark.parametrize(
    "f, left, right",
    [
        (abs, -1, 1),
        (lambda x: 100 * x + abs(x), 99, 101),
        (lambda x: np.maximum(x, 0), 0, 1),
        (lambda x: abs(math.sin(x)) + 1e3, -1, 1),
    ],
)
def test_a_kink_has_a_slope_on_each_side(f, left, right):
    found = reference_slope(f, 0.0)
    assert found.sides == pytest.approx((left, right), 1e-4)
    assert found.slope == pytest.approx((left + right) / 2, abs=1e-4) and not found.exact


@pytest.mark.parametrize("f", [math.floor, lambda x: x ** (1 / 3) if x > 0 else -((-x) ** (1 / 3))])
def test_a_jump_or_a_vertical_place_has_no_slope(f):
    found = reference_slope(f, 0.0)
    assert np.isnan(found.slope) or not math.isfinite(found.uncertainty) or found.uncertainty > 1


def test_a_curve_is_no_kink():
    assert reference_slope(lambda x: math.exp(8 * x), 0.0).sides is None
    assert reference_slope(lambda x: math.cosh(30 * x), 0.0).sides is None


def test_division_by_the_size_of_a_step_scales_everything():
    scaled = Reference(6.0, 0.5, False, (4.0, 8.0)) / 2
    assert scaled == Reference(3.0, 0.25, False, (2.0, 4.0))


def test_what_is_allowed_lies_within_tolerance_uncertainty_or_the_sides_of_a_kink():
    assert Reference(3.0, 0.0).allows(3.1, 0.11) and not Reference(3.0, 0.0).allows(3.1, 0.09)
    assert Reference(3.0, 0.1).allows(3.9, 0.0) and not Reference(3.0, 0.1).allows(4.2, 0.0)
    kink = Reference(0.0, 0.0, sides=(1.0, -1.0))
    assert kink.allows(1, 0) and kink.allows(-0.3, 0) and not kink.allows(1.1, 0)
    assert not Reference(np.nan, np.inf).allows(0.0, 1.0)
