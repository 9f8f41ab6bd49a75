"""Derivatives of programs written with NumPy: one table of rules, many readers.

    from autodiff_lib.arrays import grad
    grad(lambda x: np.sum(np.sin(x) * x))(np.array([1.0, 2.0]))

Read in this order: rows.py (what a row is), autodiff_lib/table/elementwise.py (the simplest of
them), calls.py (which row a call means), node.py (how np.exp finds it, and what a level does),
operands.py, methods.py and in_place.py (a node used like an array), reverse.py (the walk back),
structures.py, checks.py, guard.py, derivatives.py (what users call), forward.py and
autodiff_lib/table/custom.py: then you know how gradients come about. messages.py is what is said
where something does not fit. autodiff_lib/table holds all rows, autodiff_lib/programs the gradient
as source code, and vmap. backward_steps.py is the walk back as pictures.
"""

import importlib

from autodiff_lib.table import composed, elementwise, linear_algebra, reductions, shapes  # noqa: F401
from autodiff_lib.table.custom import (
    custom_vjp,
    logsumexp,
    operation,
    relu,
    sigmoid,
    stop_gradient,
)

from .backward_steps import backward_steps, node_gradients  # not later: a module has this name
from .derivatives import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from .methods import like_an_array
from .node import Node
from .rows import OWN_ROWS, ROWS, Row, add_rows, remove_row

__all__ = [
    "Program", "ROWS", "Row", "add_rows", "backward_steps", "custom_vjp", "expect", "grad",
    "gradient_program", "graph", "hessian", "hvp", "jacobian", "jvp", "logsumexp",
    "node_gradients", "operation", "relu", "remove_row", "sigmoid", "stop_gradient",
    "value_and_grad", "vjp", "vmap",
]  # fmt: skip
like_an_array(Node)  # once the rows are there
OWN_ROWS.update(ROWS)
LATER = {  # loaded when they are first used: half of what there is to load
    "Program": "programs.gradient_program", "gradient_program": "programs.gradient_program",
    "expect": "programs.expecting", "graph": "programs.by_steps", "vmap": "programs.batching",
}  # fmt: skip


def __getattr__(name):
    """Return what is loaded later, as if it stood here."""
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"autodiff_lib.{LATER[name]}"), name)
