"""The scalar operations of the series: how each is written and what it computes.

Pictures read the spelling, the reader's fuzzer and the step-through read `value`.
There are no derivatives here: those belong to the engines. Whoever needs a derivative to
compare with takes the complex step of `value`, which is why every `value` also accepts
complex numbers.
"""

import operator
from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Operation(NamedTuple):
    """How an operation is written, how many operands it takes, what it computes."""

    spelling: str  # "{} * {}" or "exp({})": one {} per operand
    symbol: str  # what a picture shows inside the node
    value: Callable  # numbers or arrays, real or complex -> the same


def _relu(x):
    return np.where(np.real(x) <= 0, 0, x)[()]  # nan stays nan, and -inf gives 0


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
    "relu": Operation("relu({})", "relu", _relu),
    "abs": Operation("abs({})", "abs", lambda x: x * np.sign(np.real(x))),
}

ARRAY_SPELLINGS = {"matmul": "{} @ {}", "transpose": "{}.T"}


def spell(op, operands):
    """Write `op` applied to already written operands: spell("mul", ["x", "y"]) is "x * y".

    An operation that is not known is written as a call: "conv(x, w)".
    """
    spelling = OPERATIONS[op].spelling if op in OPERATIONS else ARRAY_SPELLINGS.get(op, "")
    if spelling.count("{}") == len(operands) > 0:
        return spelling.format(*operands)
    return f"{op}({', '.join(operands)})"
