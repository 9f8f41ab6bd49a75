"""The gradient as source code: `gradient_program` traces, simplifies and writes it.

    from autodiff_lib.arrays import gradient_program
    gradient_program(f, x)

Read in this order: steps.py (what a program is made of), trace.py (run f once, note its steps),
identities.py and simplify.py (fewer steps), write.py (a line for each), program.py (the text
becomes a function), gradient_program.py (what users call). logbook.py, arguments.py and
constants.py hold what a trace keeps, page.py what is known before lines are written;
readers_names.py finds the names that f gives its values. identity_rows.py lists the identities,
patterns.py reads them, likely.py finds those for a step; layout.py has identities that move
entries, row_check.py tells which rows are true of floats, by_steps.py shows a program line by line.
uses.py, safety.py, making.py and frozen.py are details of simplifying; names.py, spelling.py,
adding.py and expecting.py are details of writing. faster/ holds what only makes programs faster.
batching.py has vmap: the steps of one example, run on a batch.
"""

import importlib

from autodiff_lib import arrays  # noqa: F401  the rule table comes first

LATER = {  # what a tracer and a writer of one's own begin with
    "Logbook": "logbook", "Page": "page", "Passable": "reading", "prepare": "pipeline",
    "bracketed": "spelling", "spell_call": "spelling",
}  # fmt: skip


def __getattr__(name):
    """Return what is loaded later, as if it stood here."""
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{LATER[name]}"), name)
