"""The gradient as source code: `gradient_program` traces, simplifies and writes it.

    from autodiff_lib.arrays import gradient_program
    gradient_program(f, x)

Read in this order: trace.py (run once, write down what happens), simplify.py, names.py, source.py
(text, line by line), program.py (what users call). faster/ holds what only makes programs faster.
"""

from autodiff_lib import arrays  # noqa: F401  the rule table comes first
