"""Derivatives of programs written with NumPy: one table of rules, many readers.

    from autodiff_lib.arrays import grad
    grad(lambda x: np.sum(np.sin(x) * x))(np.array([1.0, 2.0]))

Read in this order: rows.py (what a row is), elementwise.py, reductions.py, shapes.py and
linear_algebra.py (the table), node.py (how np.exp finds its row), reverse.py (the walk back),
derivatives.py (what users call), forward.py, operators.py, keys.py, structures.py, guard.py and
custom.py. Then trace.py, simplify.py, batches.py, blocks.py, names.py, source.py and program.py
(the gradient as source code), and steps.py (the walk back as pictures). composed.py, rearranging.py
and formulas.py hold the NumPy functions that are made of others: look one up when you need it.
"""

from . import composed, elementwise, linear_algebra, operators, reductions, shapes  # noqa: F401
from .custom import custom_vjp, logsumexp, relu, sigmoid, stop_gradient
from .derivatives import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from .program import Program, gradient_program
from .rows import ROWS, Row, add_rows, remove_row
from .source import expect
from .steps import backward_steps, node_gradients
from .trace import graph

__all__ = [
    "Program", "ROWS", "Row", "add_rows", "backward_steps", "custom_vjp", "expect", "grad",
    "gradient_program", "graph", "hessian", "hvp", "jacobian", "jvp", "logsumexp",
    "node_gradients", "relu", "remove_row", "sigmoid", "stop_gradient", "value_and_grad", "vjp",
]
