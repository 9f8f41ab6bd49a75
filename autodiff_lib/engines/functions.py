"""Reverse mode on arrays: each operation is a Function, forward and backward side by side.

Built cell by cell in notebooks/05_arrays_and_functions.ipynb.
Notation: `incoming` is the gradient that arrives along one path at the result of an operation.
It has the shape of that result, as a node's gradient has the shape of its value.
Limits: no broadcasting, matrices only for @; every path is walked on its own, so n doublings
take 2^(n+1) - 1 calls; the walk is recursive, so a deep graph ends in a RecursionError.
Source: the idea is oelin/ad, "Automatic differentiation in 16 lines of code" (MIT).
"""

from numbers import Real

import numpy as np

from autodiff_lib.engines.overloading import clear


class Variable:
    """An array that knows which operation made it, from which operands.

    value: an array of floats, a copy that cannot be written to. A number has shape ().
    gradient: an array of the same shape once `backward` has run, None before.
    Operators accept arrays and plain numbers on either side.
    """

    __array_ufunc__ = None  # an array on the left of an operator leaves the work to us

    def __init__(self, value, op=None, operands=(), name=None):
        self.value, self.op, self.operands, self.name = floats(value), op, operands, name
        self.gradient = self.pass_back = None

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


def floats(value):
    """A copy of `value` as an array of floats that cannot be written to.

    Raises TypeError for what is not made of real numbers, and NumPy's ValueError for rows of
    unequal lengths.
    """
    array = np.array(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"a Variable holds real numbers, got {type(value).__name__}: {value!r}")
    array = array.astype(float)
    array.flags.writeable = False
    return array


def lift(operand):
    """`operand` itself if it is a Variable, else a constant Variable that holds it."""
    return operand if isinstance(operand, Variable) else Variable(operand)


def fill(operand, like):
    """A plain number as an array full of it, shaped like `like`; anything else as it is."""
    return np.full(like.value.shape, operand) if isinstance(operand, Real) else operand


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
            require_shapes(self.op, gradients, arrays)
            return gradients

        result.pass_back = pass_back
        return result


class MatMul(Function):
    """x @ y for x: (n, k) and y: (k, m), which gives (n, m)."""

    op = "matmul"

    def forward(self, x, y):
        require_matrices(self.op, x, y)
        return x @ y

    def backward(self, x, y, incoming):
        return incoming @ y.T, x.T @ incoming


class Add(Function):
    """x + y, entry by entry."""

    op = "add"

    def forward(self, x, y):
        require_same_shape(self.op, x, y)
        return x + y

    def backward(self, x, y, incoming):
        return incoming, incoming


class Mul(Function):
    """x * y, entry by entry."""

    op = "mul"

    def forward(self, x, y):
        require_same_shape(self.op, x, y)
        return x * y

    def backward(self, x, y, incoming):
        return incoming * y, incoming * x


class ReLU(Function):
    """x where x is positive, else 0, entry by entry. At 0 the slope is taken as 0."""

    op = "relu"

    def forward(self, x):
        return np.maximum(x, 0)

    def backward(self, x, incoming):
        return (incoming * (x > 0),)


class Sum(Function):
    """The sum of all entries, one number."""

    op = "sum"

    def forward(self, x):
        return x.sum()

    def backward(self, x, incoming):
        return (np.full(x.shape, incoming),)


matmul, add, mul, relu, sum_entries = MatMul(), Add(), Mul(), ReLU(), Sum()


def square(x, n):
    """x ** 2, entry by entry. Raises ValueError for an n other than 2: it needs a Function."""
    if not isinstance(n, Real) or n != 2:
        raise ValueError(f"** is known for the exponent 2 only, got {n!r}: write a Function for it")
    return x * x


def require_matrices(op, x, y):
    """Raise a ValueError that says what does not fit unless x @ y is a product of matrices."""
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[0]:
        raise ValueError(
            f"{op} takes shapes (n, k) and (k, m), got {x.shape} and {y.shape}; change their "
            "order, transpose one, or write a row as [[1, 2]] and a column as [[1], [2]]"
        )


def require_same_shape(op, x, y):
    """Raise a ValueError that says how to go on if two arrays differ in shape."""
    if x.shape != y.shape:
        raise ValueError(
            f"{op} needs two equal shapes, got {x.shape} and {y.shape}; to repeat a row b of "
            "shape (1, m) n times, write np.ones((n, 1)) @ b"
        )


def require_shapes(op, gradients, arrays):
    """Raise a ValueError that names the operation whose backward returned what does not fit."""
    wanted, got = [array.shape for array in arrays], type(gradients).__name__
    if isinstance(gradients, tuple):
        got = [np.shape(gradient) for gradient in gradients]
    if got != wanted:
        raise ValueError(
            f"backward of {op} must return a tuple of gradients, one per operand, "
            f"of shapes {wanted}; got {got}"
        )


def backward(output, weights=None):
    """Set `gradient` on all that `output` is made from, in place of what an earlier call set.

    weights: how much each entry of the output counts, an array of its shape. The only entry of
    an output with one entry counts 1.
    Raises ValueError if the output has several entries and nobody says how much they count.
    """
    shape = output.value.shape
    if weights is None and output.value.size == 1:
        weights = np.ones(shape)
    if np.shape(weights) != shape:
        raise ValueError(
            f"backward starts from one number; an output of shape {shape} needs .sum() first, or "
            f"backward(weights) with one weight per entry, not {weights}"
        )
    clear(output)
    receive(output, floats(weights))


def receive(node, incoming):
    """Add `incoming` to the gradient of `node`, and send on what each operand gets of it.

    Called once for every path from the output to `node`.
    """
    node.gradient += incoming
    if node.op is not None:
        for operand, gradient in zip(node.operands, node.pass_back(incoming), strict=True):
            receive(operand, gradient)
