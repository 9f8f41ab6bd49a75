"""The gradient as source code: `gradient_program` traces, simplifies and writes it.

    from autodiff_lib.arrays import gradient_program
    gradient_program(f, x)

Read in this order: steps.py (what a program is made of), trace.py (run f once, note its steps),
identities.py and simplify.py (fewer steps), write.py (a line for each), program.py (what users
call). readers_names.py finds the names that f gives its values, layout.py has identities that move
entries; row_check.py tells which identities are true of floats, by_steps.py shows a program line by
line; names.py, spelling.py, adding.py and expecting.py are details of writing. faster/ holds what
only makes programs faster. batching.py has vmap: the steps of one example, run on a batch.
"""

from autodiff_lib import arrays  # noqa: F401  the rule table comes first
