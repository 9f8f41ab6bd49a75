"""Operators that record: an expression written as usual builds its own graph.

Built cell by cell in notebooks/04_operator_overloading.ipynb.
Notation: `incoming` is the gradient that arrives along one path. A node adds it up in
`gradient`, and sends it onward times its slope.
Limits: one real number per node; every path is walked on its own, so n doublings take
2^(n+1) - 1 calls; the walk is recursive, so a graph deeper than Python's recursion limit fails;
a node that the last output is not made from keeps the gradient of an earlier one.
Source: the class follows `NumberWithGrad` in S. Weidman, "Deep Learning from Scratch" (2019),
chapter 6; that the incoming gradient must be sent on is pull request 13 of its code.
"""

import math
from collections import namedtuple

from autodiff_lib.engines.manners import real, real_power_slopes, row


class Operators:
    """Python's operators, a plain number on either side: each asks `apply`."""

    # fmt: off
    def __add__(self, other): return apply("add", self, other)
    def __radd__(self, other): return apply("add", other, self)
    def __sub__(self, other): return apply("sub", self, other)
    def __rsub__(self, other): return apply("sub", other, self)
    def __mul__(self, other): return apply("mul", self, other)
    def __rmul__(self, other): return apply("mul", other, self)
    def __truediv__(self, other): return apply("div", self, other)
    def __rtruediv__(self, other): return apply("div", other, self)
    def __pow__(self, other): return apply("pow", self, other)
    def __rpow__(self, other): return apply("pow", other, self)
    def __neg__(self): return apply("neg", self)
    def exp(self): return apply("exp", self)
    def log(self): return apply("log", self)
    # fmt: on


class Number(Operators):
    """A real number that knows which operation made it, from which operands.

    Operators accept plain numbers on either side. A node keeps the values its operands had when
    it was made, so setting the value of an operand later changes neither its value nor its slopes.
    """

    __array_ufunc__ = None  # makes NumPy leave `array * number` to __rmul__, which refuses it

    def __init__(self, value, op=None, operands=(), name=None):
        self.value, self.op, self.name = float(real(value)), op, name
        self.operands, self.gradient = operands, None
        self.operand_values = tuple(node.value for node in operands)

    def __repr__(self):
        return f"Number({self.value})"

    def backward(self):
        return backward(self)


Rule = namedtuple("Rule", ["value", "slopes"])

# fmt: off
RULES = {
    "add": Rule(lambda a, b: a + b, lambda a, b: (1, 1)),
    "sub": Rule(lambda a, b: a - b, lambda a, b: (1, -1)),
    "mul": Rule(lambda a, b: a * b, lambda a, b: (b, a)),
    "div": Rule(lambda a, b: a / b, lambda a, b: (1 / b, -a / b / b)),
    "pow": Rule(lambda a, n: a**n,  real_power_slopes),
    "neg": Rule(lambda a: -a,       lambda a: (-1,)),
    "exp": Rule(math.exp,           lambda a: (math.exp(a),)),
    "log": Rule(math.log,           lambda a: (1 / a,)),
}
# fmt: on


def lift(number):
    """`number` itself if it is a Number, else a constant Number that holds it."""
    return number if isinstance(number, Number) else Number(number)


def apply(op, *operands):
    """A new Number: `op` of `operands` (Numbers or plain numbers), its value computed once."""
    operands = tuple(lift(operand) for operand in operands)
    values = [operand.value for operand in operands]
    return Number(row(RULES, op).value(*values), op, operands)


def backward(output):
    """Set `gradient` on all that `output` is made from: how many times as far `output` moves.

    Earlier gradients of these nodes are replaced, so a second call gives the same.
    """
    clear(output)
    receive(output, 1.0)


def clear(node):
    """Set the gradient of `node`, and of all it is made from, to 0."""
    node.gradient = 0.0
    for operand in node.operands:
        clear(operand)


def receive(node, incoming):
    """Add `incoming` to the gradient of `node`, and send it on, times each slope.

    Called once for every path from the output to `node`. What is sent on is what came in on
    this path: the sum so far holds other paths, which have been sent on already.
    """
    node.gradient += incoming
    if node.op is not None:
        slopes = row(RULES, node.op).slopes(*node.operand_values)
        for operand, slope in zip(node.operands, slopes, strict=True):
            receive(operand, incoming * slope)
