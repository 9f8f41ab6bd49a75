"""Is a gradient right? Numeric slopes, the complex step, two tests, and what a mistake means."""

from autodiff_lib.checking.check import check_grad, dot_product_test
from autodiff_lib.checking.nudging import (
    central_difference,
    complex_step,
    forward_difference,
    numeric_gradient,
)

__all__ = [
    "central_difference",
    "check_grad",
    "complex_step",
    "dot_product_test",
    "forward_difference",
    "numeric_gradient",
]
