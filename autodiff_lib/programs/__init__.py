"""The gradient as source code: `gradient_program` traces, simplifies and writes it.

    from autodiff_lib.arrays import gradient_program
    gradient_program(f, x)

One path for each question; CONTRIBUTING.md says of each line of a program who decided it.

How does a program come about? pipeline.py first: it says what follows what, from the trace to the
page. Then steps.py (what a program is made of), trace.py (run f once, note its steps), write.py
(a line for each), program.py (the text becomes a function), gradient_program.py (what users call;
collector.py lets Python's collector rest meanwhile).

What does a trace keep? logbook.py; arguments.py, constants.py; reading.py: what Python's `if` read;
readers_names.py: what f calls its values.

How do steps get fewer? simplify.py, identities.py; identity_rows.py lists what is equal,
patterns.py reads it, likely.py finds the rows for a step; layout.py has identities that move
entries. row_check.py tells which rows are true of floats; uses.py, safety.py, making.py and
frozen.py are details. faster/ holds what only makes programs faster.

What is on the page? page.py: the order, and which steps share a line. names.py, spelling.py,
adding.py (`+=` at a key), expecting.py (checks of what Python read); entering.py and returning.py:
the first lines and the last; ownership.py: which results need a copy.

What happens at a call? calling.py checks and converts arguments, agreement.py compares a new
program with f, error_lines.py names the line that failed. by_steps.py shows a program line by line.

How does vmap work? batching.py runs the steps of one example on a batch; batch_rules.py and
batch_keys.py say how, batch_axes.py along which axes.
"""

import importlib

from autodiff_lib import arrays  # noqa: F401  the rule table comes first

LATER = {  # what a tracer, a writer and a simplifier of one's own begin with
    "Logbook": "logbook", "Page": "page", "Passable": "reading", "prepare": "pipeline",
    "spell_call": "spelling",
    "IDENTITY_ROWS": "identity_rows", "Table": "likely", "LAYOUT": "layout",
    "COMMUTATIVE": "patterns", "count_operations": "patterns", "read_identity": "patterns",
    "is_number": "steps", "same_type": "steps", "with_operands": "steps", "make": "making",
    "keep_place": "making", "count_uses": "uses", "is_single": "uses", "any_freed": "uses",
    "is_safe": "safety", "refuse_circle": "safety", "check_identity": "row_check",
}  # fmt: skip


def __getattr__(name):
    """Return what is loaded later, as if it stood here."""
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{LATER[name]}"), name)
