"""The rule table: one row per operation, and NumPy functions that are composed of rows.

Read elementwise.py first, the simplest of them, then reductions.py, shapes.py, linear_algebra.py,
keys.py and decompositions.py; composed.py, rearranging.py, formulas.py and statistics.py hold what
needs no row of its own, custom.py rules for functions of the user's. What a row is says
autodiff_lib/arrays/rows.py. Importing any of them enters all of them, but for special.py: its rows,
of scipy.special's functions, wait for SciPy.
"""

from autodiff_lib import arrays  # noqa: F401  the whole table, whichever part is asked for first
