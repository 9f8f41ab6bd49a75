"""Reverse mode on arrays: each operation is a Function, forward and backward side by side.

Built cell by cell in notebooks/05_arrays_and_functions.ipynb.
Notation: `incoming` is the gradient that arrives along one path at the result of an operation.
It has the shape of that result, as a node's gradient has the shape of its value.
Limits: no broadcasting, matrices only for @; every path is walked on its own, so n doublings
take 2^(n+1) - 1 calls; the walk is recursive, so a deep graph ends in a RecursionError.
Source: the idea is oelin/ad, "Automatic differentiation in 16 lines of code" (MIT).
"""

import numpy as np

from autodiff_lib.engines.array_manners import (
    fill,
    locked_floats,
    require_equal_shapes,
    require_gradients,
    require_matrices,
    square,
    weights_for,
)
from autodiff_lib.engines.overloading import clear


class Variable:
    """An array that knows which operation made it, from which operands.

    value: an array of floats, a copy that cannot be written to. A number has shape ().
    gradient: an array of the same shape once `backward` has run, None before.
    pass_back: from what comes in to a tuple of what each operand gets; an input has none.
    Operators accept arrays and plain numbers on either side.
    """

    __array_ufunc__ = None  # an array on the left of an operator leaves the work to us

    def __init__(self, value, op=None, operands=(), name=None):
        self.value, self.name = locked_floats(value), name
        self.op, self.operands = op, operands
        self.gradient, self.pass_back = None, lambda incoming: ()

    def __repr__(self):
        return f"Variable({self.value.tolist()})"

    # fmt: off
    def __add__(self, other): return add(self, fill(other, self))
    def __radd__(self, other): return add(fill(other, self), self)
    def __sub__(self, other): return self + -lift(fill(other, self))
    def __rsub__(self, other): return other + -self
    def __mul__(self, other): return mul(self, fill(other, self))
    def __rmul__(self, other): return mul(fill(other, self), self)
    def __matmul__(self, other): return matmul(self, other)
    def __rmatmul__(self, other): return matmul(other, self)
    def __neg__(self): return self * -1
    def __pow__(self, n): return square(self, n)
    def relu(self): return relu(self)
    def sum(self): return sum_entries(self)
    def backward(self, weights=None): backward(self, weights)
    # fmt: on


def lift(operand):
    """`operand` itself if it is a Variable, else a constant Variable that holds it."""
    return operand if isinstance(operand, Variable) else Variable(operand)


class Function:
    """An operation. Subclasses name it and say how to go forward and back, on plain arrays.

    forward(*arrays) returns the result. backward(*arrays, incoming) takes the same arrays and
    the gradient of the result, and returns a tuple of gradients, one per operand. Neither
    changes what it is given.
    """

    def __call__(self, *operands):
        operands = tuple(lift(operand) for operand in operands)
        arrays = [operand.value for operand in operands]
        result = Variable(self.forward(*arrays), self.op, operands)

        def pass_back(incoming):
            gradients = self.backward(*arrays, incoming)
            require_gradients(self.op, gradients, arrays)
            return gradients

        result.pass_back = pass_back
        return result


class Sum(Function):
    """The sum of all entries, one number."""

    op = "sum"

    def forward(self, x):
        return x.sum()

    def backward(self, x, incoming):
        return (np.full(x.shape, incoming),)


sum_entries = Sum()


class MatMul(Function):
    """x @ y for x: (n, k) and y: (k, m), which gives (n, m)."""

    op = "matmul"

    def forward(self, x, y):
        require_matrices(self.op, x, y)
        return x @ y

    def backward(self, x, y, incoming):
        return incoming @ y.T, x.T @ incoming


matmul = MatMul()


class Add(Function):
    """x + y, entry by entry."""

    op = "add"

    def forward(self, x, y):
        require_equal_shapes(self.op, x, y)
        return x + y

    def backward(self, x, y, incoming):
        return incoming, incoming


class ReLU(Function):
    """x where x is positive, else 0, entry by entry. At 0 the slope is taken as 0."""

    op = "relu"

    def forward(self, x):
        return np.maximum(x, 0)

    def backward(self, x, incoming):
        return (incoming * (x > 0),)


add, relu = Add(), ReLU()


class Mul(Function):
    """x * y, entry by entry."""

    op = "mul"

    def forward(self, x, y):
        require_equal_shapes(self.op, x, y)
        return x * y

    def backward(self, x, y, incoming):
        return incoming * y, incoming * x


mul = Mul()


def backward(output, weights=None):
    """Set `gradient` on all that `output` is made from, in place of what an earlier call set.

    weights: how much each entry of the output counts, an array of its shape. The only entry of
    an output with one entry counts 1.
    Raises ValueError if the output has several entries and nobody says how much they count.
    """
    clear(output)
    receive(output, weights_for(output.value, weights))


def receive(node, incoming):
    """Add `incoming` to the gradient of `node`, and send on what each operand gets of it.

    Called once for every path from the output to `node`.
    """
    node.gradient += incoming
    gradients = node.pass_back(incoming)
    for operand, gradient in zip(node.operands, gradients, strict=True):
        receive(operand, gradient)
