"""Sums as products, and products of less: each function takes a step, as in layout.py.

A sum over rows that are weighted is a product of matrices, which BLAS computes many times faster.
"""

from autodiff_lib.programs.making import make
from autodiff_lib.programs.steps import is_number
from autodiff_lib.programs.uses import is_single


def scale_the_smaller(node):
    """(2 * x) * y = x * (2 * y) where y is the smaller array."""
    for x, y in (node.operands, node.operands[::-1]) * (node.dtype.kind == "f"):
        if x.op == "mul" and y.op is not None and 1 < y.size < x.size and is_single(x):
            for factor, rest in (x.operands, x.operands[::-1]):
                if is_number(factor):
                    small = make("mul", y, factor, like=y)
                    return None if small is None else make("mul", rest, small, like=node)


def sum_of_less(node):
    """sum(-x) = -sum(x); sum over the rows of x @ y = (sum over the rows of x) @ y."""
    (x,) = node.operands
    axis = node.parameters["axis"]
    if node.dtype.kind != "f":
        return None
    if x.op == "neg" and is_single(x):
        total = make("sum", x.operands[0], like=node, **node.parameters)
        return None if total is None else make("neg", total, like=node)
    if x.op == "matmul" and is_single(x) and axis in (x.ndim - 2, -2, (x.ndim - 2,)) and x.ndim > 1:
        left, right = x.operands
        if left.ndim == x.ndim and node.parameters["keepdims"]:
            rows = make("sum", left, level=node.level, axis=axis, keepdims=True)
            return make("matmul", rows, right, like=node)


def sum_of_weighted(node):
    """The sum over the rows of x * w, where w has one column, is wᵀ @ x."""
    (product,) = node.operands
    if product.op != "mul" or product.ndim < 2 or node.dtype.kind != "f":
        return None
    for x, w in (product.operands, product.operands[::-1]):
        shapes = x.shape == product.shape and w.shape == (*x.shape[:-1], 1) != x.shape
        if shapes and node.parameters["axis"] in (-2, x.ndim - 2, (x.ndim - 2,)):
            row = make("swapaxes", w, level=node.level, axis1=-1, axis2=-2)
            total = make("matmul", row, x, level=node.level)
            return make("reshape", total, like=node, shape=node.shape)


PRODUCTS = (  # see LAYOUT
    ("mul", "mul", scale_the_smaller),
    ("sum", "neg matmul", sum_of_less),
    ("sum", "mul", sum_of_weighted),
)
