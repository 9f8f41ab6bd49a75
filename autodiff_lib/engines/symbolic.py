"""Symbolic derivatives of a recorded expression: the derivative is an expression again.

Built cell by cell in notebooks/02_symbolic_tensor.ipynb.
Notation: a, b are the operands of an operation, da, db their derivatives with respect to one
and the same x.
Limits: numbers only; an exponent is taken for fixed, so the derivative along one is 0; one walk
per input; a shared node is differentiated, and recomputed by `forward`, again on every path to it,
so the derivative of n doublings has 2^(n+1) - 1 nodes; the walks are recursive, so an expression
deeper than Python's recursion limit can be neither differentiated nor recomputed.
Source: the idea is V. Martin's, "Understanding automatic differentiation in 30 lines of Python".
"""

import math
from collections import namedtuple

from autodiff_lib.engines.manners import not_a_node, real, row


class Tensor:
    """A number that knows which operation made it, from which operands.

    Inputs and constants have no op. Operators accept plain numbers on either side.
    Two Tensors are the same input only if they are the same object.
    """

    def __init__(self, value, op=None, operands=(), name=None):
        self.value, self.name = real(value), name
        self.op, self.operands = op, operands

    def __repr__(self):
        return f"T:{self.value}"

    # fmt: off
    def __add__(self, other): return apply("add", self, other)
    def __radd__(self, other): return apply("add", other, self)
    def __sub__(self, other): return apply("sub", self, other)
    def __rsub__(self, other): return apply("sub", other, self)
    def __mul__(self, other): return apply("mul", self, other)
    def __rmul__(self, other): return apply("mul", other, self)
    def __truediv__(self, other): return apply("div", self, other)
    def __rtruediv__(self, other): return apply("div", other, self)
    def __pow__(self, n): return power(self, n)
    def __neg__(self): return apply("neg", self)
    def exp(self): return apply("exp", self)
    def log(self): return apply("log", self)
    def forward(self): return forward(self)
    def grad(self, x): return derivative(self, x)
    # fmt: on


Rule = namedtuple("Rule", ["value", "derivative"])

# fmt: off
RULES = {
    "add": Rule(lambda a, b: a + b, lambda a, b, da, db: da + db),
    "sub": Rule(lambda a, b: a - b, lambda a, b, da, db: da - db),
    "mul": Rule(lambda a, b: a * b, lambda a, b, da, db: da * b + a * db),
    "div": Rule(lambda a, b: a / b, lambda a, b, da, db: (da * b - a * db) / b**2),
    "pow": Rule(lambda a, n: a**n,  lambda a, n, da, dn: n.value * a**(n.value - 1) * da),
    "neg": Rule(lambda a: -a,       lambda a, da: -da),
    "exp": Rule(math.exp,           lambda a, da: da * a.exp()),
    "log": Rule(math.log,           lambda a, da: da / a),
}
# fmt: on


def lift(number):
    """`number` itself if it is a Tensor, else a constant Tensor that holds it."""
    return number if isinstance(number, Tensor) else Tensor(number)


def apply(op, *operands):
    """A new Tensor: `op` of `operands` (Tensors or plain numbers), its value computed once."""
    operands = tuple(map(lift, operands))
    value = row(RULES, op).value(*[operand.value for operand in operands])
    return Tensor(value, op, operands)


def power(a, n):
    """a ** n for a plain number n; a ** 0 is the constant 1.

    Raises TypeError for an exponent that is itself a Tensor: its rule needs a logarithm.
    """
    if isinstance(n, Tensor):
        raise TypeError("** takes a plain number; for x ** y write (y * x.log()).exp()")
    return apply("pow", a, n) if n != 0 else Tensor(1)


def forward(z):
    """Recompute z, and all it is made from, from the inputs' present values; return z."""
    if z.op is not None:
        values = [forward(operand).value for operand in z.operands]
        z.value = row(RULES, z.op).value(*values)
    return z


def derivative(z, x):
    """The derivative of z with respect to x, as a new Tensor: it can be differentiated again.

    x may be an input or any node in between. A Tensor that z is not made from gives 0.
    """
    if not isinstance(x, Tensor):
        raise not_a_node("a derivative is taken along a Tensor", x)
    if z is x:
        return Tensor(1)
    if z.op is None:
        return Tensor(0)
    slopes = [derivative(operand, x) for operand in z.operands]
    return row(RULES, z.op).derivative(*z.operands, *slopes)
