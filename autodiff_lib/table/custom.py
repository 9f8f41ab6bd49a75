"""Functions of the user's own: custom_vjp gives one a rule, stop_gradient gives it none.

Also the functions of this package that NumPy lacks: relu, sigmoid, logsumexp.
"""

import functools
import inspect

import numpy as np

from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.rows import ROWS, Row, Rules, add_rows
from autodiff_lib.arrays.structures import flatten, rebuild

add_rows(Row("stop_gradient", lambda x: x, "x", "constant", batch="elementwise", view=True))


def custom_vjp(**rules):
    """Return a decorator that gives a function its own rules, one per argument, as in a row:

        @custom_vjp(x=lambda g, x: g * x)     # x=None: no gradient flows to x
        def f(x): ...

    The function is not looked into: it gets arrays, and the rules alone say how it differentiates.
    Arguments with a default are parameters, which get no gradient.
    """

    def decorate(function):
        known = inspect.signature(function).parameters.items()
        operands = tuple(name for name, p in known if p.default is p.empty)
        parameters = {name: p.default for name, p in known if p.default is not p.empty}
        checked = {name: rule and as_arrays(rule) for name, rule in rules.items()}
        row = Row(function.__name__, as_arrays(function), (operands, parameters))
        row.rules = Rules(row, checked)
        return functools.wraps(function)(operation(row))

    return decorate


def as_arrays(function):
    """Return a function whose result is an array or a NumPy number, even where it is a float."""

    @functools.wraps(function)
    def compute(*operands, **parameters):
        out = function(*operands, **parameters)
        return out if out is None or is_node(out) else np.asarray(out)[()]

    return compute


def operation(row):
    """Return the function that users call for a row: it takes nodes as well as arrays.

    NumPy's own functions need none: np.exp(node) finds its row.
    """

    def call(*arguments, **keywords):
        operands, parameters = row.bind(*arguments, **keywords)
        for name, value in parameters.items():
            if is_node(value):
                raise TypeError(
                    f"{row.op} has no rule for its parameter {name}; arguments with a default get "
                    "no gradient: leave the default out and give a rule"
                )
        return row(*operands, **parameters)

    call.__name__ = row.op
    return call


def stop_gradient(x):
    """Return x (a number, an array or a structure) as a constant: no derivative flows back."""
    leaves = map(ROWS["stop_gradient"], flatten(x))
    return rebuild(x, leaves)


relu = operation(ROWS["relu"])
relu.__doc__ = """Return max(x, 0); its slope at 0 is 0."""
sigmoid = operation(ROWS["sigmoid"])
sigmoid.__doc__ = """Return 1 / (1 + exp(-x)), without overflow."""
logsumexp = operation(ROWS["logsumexp"])
logsumexp.__doc__ = """Return log(sum(exp(x))) over `axis`, without overflow."""
