"""Derivatives of programs written with NumPy: one table of rules, many readers.

    from autodiff_lib.arrays import grad
    grad(lambda x: np.sum(np.sin(x) * x))(np.array([1.0, 2.0]))

Read in this order: rows.py (what a row is), elementwise.py, reductions.py, shapes.py and
linear_algebra.py (the table), node.py (how np.exp finds its row), reverse.py (the walk back),
derivatives.py (what users call), forward.py, operators.py, structures.py, guard.py.
"""

from . import composed, elementwise, linear_algebra, operators, reductions, shapes  # noqa: F401
from .custom import custom_vjp, logsumexp, relu, sigmoid, stop_gradient
from .derivatives import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from .rows import ROWS, Row, add_rows, remove_row

__all__ = [
    "ROWS", "Row", "add_rows", "custom_vjp", "grad", "hessian", "hvp", "jacobian", "jvp",
    "logsumexp", "relu", "remove_row", "sigmoid", "stop_gradient", "value_and_grad", "vjp",
]
