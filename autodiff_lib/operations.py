"""The scalar operations of the series: how each is written and what it computes.

Pictures read the spelling, the reader's fuzzer and the step-through read `value`.
There are no derivatives here: those belong to the engines. Whoever needs a derivative to
compare with takes the complex step of `value`, which is why every `value` also accepts
complex numbers.
"""

import operator
from typing import Callable, NamedTuple

import numpy as np


class Operation(NamedTuple):
    """How an operation is written, how many operands it takes, what it computes."""

    spelling: str  # "{} * {}" or "exp({})": one {} per operand
    symbol: str  # what a picture shows inside the node
    value: Callable  # numbers or arrays, real or complex -> the same


def _where_positive(x, yes, no):
    return np.where(np.real(x) > 0, yes, no)[()]


OPERATIONS = {
    "add": Operation("{} + {}", "+", operator.add),
    "sub": Operation("{} - {}", "-", operator.sub),
    "mul": Operation("{} * {}", "*", operator.mul),
    "div": Operation("{} / {}", "/", operator.truediv),
    "pow": Operation("{} ** {}", "**", operator.pow),
    "neg": Operation("-{}", "neg", operator.neg),
    "square": Operation("{}**2", "square", lambda x: x * x),
    "exp": Operation("exp({})", "exp", np.exp),
    "log": Operation("log({})", "log", np.log),
    "sin": Operation("sin({})", "sin", np.sin),
    "cos": Operation("cos({})", "cos", np.cos),
    "tanh": Operation("tanh({})", "tanh", np.tanh),
    "relu": Operation("relu({})", "relu", lambda x: _where_positive(x, x, 0 * x)),
    "abs": Operation("abs({})", "abs", lambda x: _where_positive(x, x, -x)),
}


def spell(op, operands):
    """Write `op` applied to already written operands: spell("mul", ["x", "y"]) is "x * y".

    An operation that OPERATIONS does not list is written as a call: "conv(x, w)".
    """
    operation = OPERATIONS.get(op)
    if operation and operation.spelling.count("{}") == len(operands):
        return operation.spelling.format(*operands)
    return f"{op}({', '.join(operands)})"
