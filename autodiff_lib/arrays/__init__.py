"""Derivatives of programs written with NumPy: one table of rules, many readers.

    from autodiff_lib.arrays import grad
    grad(lambda x: np.sum(np.sin(x) * x))(np.array([1.0, 2.0]))

One path for each question:

How does a gradient come about? About 500 lines, an hour: rows.py (what a row is),
table/elementwise.py as far as ARITHMETIC (the simplest rows), node.py (how np.exp finds its row,
and what a level does), reverse.py (the tape and the walk back), derivatives.py as far as grad
(what users call).

What else has a say in it? checks.py: `one` makes the seed, `restore` gives a gradient the form of
its argument. methods.py: x**2 takes the row square, x**y the row pow. table/shapes.py: PartRule.

Where are the parts of a gradient added up? `backward` asks each rule: Rule.add in rows.py adds
with +; for indexing PartRule.add in table/shapes.py adds in place, by add_into. Of a higher
derivative, and while a program is traced, the parts are nodes, and the same + is an operation:
noted by the outer level, or a step of the program. Where programs print it as `+=`, layout.py's
add_in_place chose that and programs/adding.py wrote it.

How does forward mode work? forward.py, after the path of the gradient.

How does a call find its row, and which arguments are operands? calls.py; for + and methods
methods.py; for [] table/keys.py; for a[0] += x in_place.py.

How is a row added? CONTRIBUTING.md; autodiff_lib/table/__init__.py lists the tables.

How does a program come about, and vmap? autodiff_lib/programs/__init__.py.

What is refused, and what is said then? operands.py (constants), checks.py (arguments and results),
guard.py (arrays that are kept), in_place.py and methods.py (what nodes cannot do), messages.py
(calls, rows and rules); notes.py adds to NumPy's errors which operation they are about.
structures.py takes lists and dicts apart; backward_steps.py is the walk back as pictures.
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
