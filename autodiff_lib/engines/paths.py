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
from numbers import Real


class Tensor:
    """A real number that knows which operation made it, from which operands.

    gradient: a Tensor once `backward` has run on a result, None before. It is an expression of
    the same inputs, so it can be differentiated again.
    local_derivatives: one Tensor per operand, made from the operands when it is asked for.
    Operators accept plain numbers on either side.
    """

    __array_ufunc__ = None  # makes NumPy leave `array * tensor` to __rmul__, which refuses it

    def __init__(self, value, op=None, operands=(), name=None):
        if not isinstance(value, Real):
            raise TypeError(f"a Tensor holds one number, got {type(value).__name__}: {value!r}")
        self.value, self.op, self.operands, self.name = value, op, operands, name
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


def power_derivatives(a, n):
    """The local derivatives of a ** n with respect to a and to n.

    a ** 0 is the constant 1, even at a = 0. For a negative a only whole exponents have a value,
    so there is no slope with respect to n: nan.
    """
    along_a = n * a ** (n - 1) if n.value != 0 or a.value != 0 else 0
    if a.value > 0:
        return along_a, a**n * a.log()
    return along_a, 0 if a.value == 0 else math.nan


Rule = namedtuple("Rule", ["value", "local_derivatives"])

# fmt: off
RULES = {
    "add": Rule(lambda a, b: a + b, lambda a, b: (1, 1)),
    "sub": Rule(lambda a, b: a - b, lambda a, b: (1, -1)),
    "mul": Rule(lambda a, b: a * b, lambda a, b: (b, a)),
    "div": Rule(lambda a, b: a / b, lambda a, b: (1 / b, -a / b**2)),
    "pow": Rule(lambda a, n: a**n,  power_derivatives),
    "neg": Rule(lambda a: -a,       lambda a: (-1,)),
    "exp": Rule(math.exp,           lambda a: (a.exp(),)),
    "log": Rule(math.log,           lambda a: (1 / a,)),
}
# fmt: on


def rule(op):
    """The row of RULES for `op`.

    Raises NotImplementedError for an operation without a row, and says how to add one.
    """
    if op not in RULES:
        raise NotImplementedError(f"no rule for {op!r}: add a row to RULES, beside {list(RULES)}")
    return RULES[op]


def lift(number):
    """`number` itself if it is a Tensor, else a constant Tensor that holds it."""
    return number if isinstance(number, Tensor) else Tensor(number)


def apply(op, *operands):
    """A new Tensor: `op` of `operands` (Tensors or plain numbers), its value computed once."""
    operands = tuple(lift(operand) for operand in operands)
    value = rule(op).value(*[operand.value for operand in operands])
    return Tensor(value, op, operands)


def local_derivatives(node):
    """The derivative of `node` with respect to each operand, as new Tensors made from them."""
    if node.op is None:
        return ()
    return tuple(lift(local) for local in rule(node.op).local_derivatives(*node.operands))


def add_paths(node, product, sums):
    """Add `product` to the sum of `node`, and follow every path that leads on from it.

    product: the local derivatives along the path walked so far, multiplied: a Tensor.
    sums: {node: Tensor}, changed here. Called once for every path from the output to `node`.
    """
    sums[node] = sums[node] + product if node in sums else product
    for operand, local in zip(node.operands, node.local_derivatives, strict=True):
        add_paths(operand, product * local, sums)


def sums_over_paths(output):
    """{node: gradient of `output` with respect to it}, for all that `output` is made from."""
    if not isinstance(output, Tensor):
        raise TypeError(f"paths start from a Tensor, got {type(output).__name__}: {output!r}")
    sums = {}
    add_paths(output, Tensor(1), sums)
    return sums


def backward(output):
    """Set `gradient` on all that `output` is made from, in place of what an earlier call set.

    A node that `output` does not depend on is left as it was; `grad` gives 0 for it.
    """
    for node, total in sums_over_paths(output).items():
        node.gradient = total


def grad(output, x):
    """The gradient of `output` with respect to x, as a Tensor; changes nothing.

    Raises TypeError if x is not a Tensor.
    """
    if not isinstance(x, Tensor):
        raise TypeError(
            f"a gradient is taken with respect to a Tensor, got {type(x).__name__}: {x!r}; "
            "pass the very object that the output was built from"
        )
    return sums_over_paths(output).get(x, Tensor(0))
