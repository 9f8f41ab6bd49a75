"""Derivatives of programs written with NumPy: one table of rules, many readers.

    from autodiff_lib.arrays import grad
    grad(lambda x: np.sum(np.sin(x) * x))(np.array([1.0, 2.0]))

Read in this order: rows.py (what a row is), elementwise.py (the simplest of them), node.py (how
np.exp finds its row), operators.py, reverse.py (the walk back), structures.py, guard.py,
derivatives.py (what users call), forward.py and custom.py: then you know how gradients come about.
The rest of the table, to look things up: reductions.py, shapes.py, linear_algebra.py, keys.py, and
what is made of rows: composed.py, rearranging.py, formulas.py. The gradient as source code:
trace.py, simplify.py, batches.py, blocks.py, names.py, source.py, program.py. steps.py is the walk
back as pictures.
"""

import importlib

from . import composed, elementwise, linear_algebra, operators, reductions, shapes  # noqa: F401
from .custom import custom_vjp, logsumexp, operation, relu, sigmoid, stop_gradient
from .derivatives import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from .rows import OWN_ROWS, ROWS, Row, add_rows, remove_row

__all__ = [
    "Program", "ROWS", "Row", "add_rows", "backward_steps", "custom_vjp", "expect", "grad",
    "gradient_program", "graph", "hessian", "hvp", "jacobian", "jvp", "logsumexp",
    "node_gradients", "operation", "relu", "remove_row", "sigmoid", "stop_gradient",
    "value_and_grad", "vjp",
]  # fmt: skip
OWN_ROWS.update(ROWS)
LATER = {  # loaded when they are first used: half of what there is to load
    "Program": "program", "gradient_program": "program", "expect": "source", "graph": "trace",
    "backward_steps": "steps", "node_gradients": "steps",
}  # fmt: skip


def __getattr__(name):
    """Return what is loaded later, as if it stood here."""
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{LATER[name]}", __name__), name)
