"""Reverse mode as a sum over paths: multiply along each path, add over the paths.

Built cell by cell in notebooks/06_sum_over_paths.ipynb.
Notation: the local derivative of a node with respect to an operand is the slope of that one
operation, the other operands held fixed.
Limits: numbers only; every path is walked on its own, so n doublings take 2^(n+1) - 1 calls;
the walk is recursive, so a deep graph ends in a RecursionError.
Source: the idea is lizhieffe/nn_grad_engine, after B. Clarkson's post "LLM from scratch: scalar
autograd".
"""

import math
from collections import namedtuple

from autodiff_lib.engines.manners import not_a_node, power_slopes, real, row


class Tensor:
    """A real number that knows which operation made it, from which operands.

    gradient: a Tensor once `backward` has run on a result, None before. It is an expression of
    the same inputs, so it can be differentiated again.
    local_derivatives: one Tensor per operand, made from the operands when it is asked for.
    Operators accept plain numbers on either side.
    """

    __array_ufunc__ = None  # makes NumPy leave `array * tensor` to __rmul__, which refuses it

    def __init__(self, value, op=None, operands=(), name=None):
        self.value, self.name = real(value), name
        self.op, self.operands = op, operands
        self.gradient = None

    def __repr__(self):
        return f"Tensor({self.value})"

    # fmt: off
    local_derivatives = property(lambda self: local_derivatives(self))
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
    def backward(self): backward(self)
    def grad(self, x): return grad(self, x)
    # fmt: on


Rule = namedtuple("Rule", ["value", "local_derivatives"])

# fmt: off
RULES = {
    "add": Rule(lambda a, b: a + b, lambda a, b: (1, 1)),
    "sub": Rule(lambda a, b: a - b, lambda a, b: (1, -1)),
    "mul": Rule(lambda a, b: a * b, lambda a, b: (b, a)),
    "div": Rule(lambda a, b: a / b, lambda a, b: (1 / b, -a / b**2)),
    "pow": Rule(lambda a, n: a**n,  power_slopes),
    "neg": Rule(lambda a: -a,       lambda a: (-1,)),
    "exp": Rule(math.exp,           lambda a: (a.exp(),)),
    "log": Rule(math.log,           lambda a: (1 / a,)),
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


def local_derivatives(node):
    """The derivative of `node` with respect to each operand, as new Tensors made from them."""
    if node.op is None:
        return ()
    slopes = row(RULES, node.op).local_derivatives(*node.operands)
    return tuple(map(lift, slopes))


def add_paths(node, product, sums):
    """Add `product` to the sum of `node`, and follow every path that leads on from it.

    product: the local derivatives along the path walked so far, multiplied: a Tensor.
    sums: {node: Tensor}, changed here. Called once for every path from the output to `node`.
    """
    sums[node] = sums[node] + product if node in sums else product
    arrows = zip(node.operands, node.local_derivatives, strict=True)
    for operand, local in arrows:
        add_paths(operand, product * local, sums)


def sums_over_paths(output):
    """{node: gradient of `output` with respect to it}, for all that `output` is made from."""
    if not isinstance(output, Tensor):
        raise not_a_node("paths start from a Tensor", output)
    sums = {}
    add_paths(output, Tensor(1), sums)
    return sums


def backward(output):
    """Set `gradient` on all that `output` is made from, in place of what an earlier call set.

    A node that `output` is not made from keeps what it had; `grad` gives 0 for it.
    """
    for node, total in sums_over_paths(output).items():
        node.gradient = total


def grad(output, x):
    """The gradient of `output` with respect to x, as a Tensor; changes nothing.

    Local derivatives are made from what the operands hold now. Results that were made before an
    input changed keep their values, so the graph of a changed input has to be built anew.
    Raises TypeError if x is not a Tensor.
    """
    if not isinstance(x, Tensor):
        raise not_a_node("paths end at a Tensor", x)
    return sums_over_paths(output).get(x, Tensor(0))
