"""Single numbers by Python's own operators and `math`, which are faster with them than NumPy."""

import numpy as np

from autodiff_lib.programs import source
from autodiff_lib.programs.names import number_text


def is_double_number(node):
    """Tell whether a node is a single number in double precision (or a truth value)."""
    return node.shape == () and node.dtype in (np.float64, np.bool_)


def is_scalar(inputs, nodes, outputs):
    """Tell whether a program can do with Python's numbers: other inputs are at most read."""
    used = {id(x) for node in nodes for x in node.operands} | {id(node) for node in outputs}
    numbers = [*nodes, *(node for node in inputs if id(node) in used or node.dtype.kind == "f")]
    return all(map(is_double_number, numbers)) and all(map(is_simple, nodes))


def is_simple(node):
    """Tell whether an operation does the same with Python's numbers: True + True is 2 there."""
    known = isinstance(node.row.numpy, np.ufunc) or node.row.scalar
    return known and (node.dtype == np.float64 or node.row.kind == "constant")


def scalar_expression(page, node):
    """Return the text of an operation on Python's numbers, in Python's own functions."""
    first = source.operand_text(page, node.operands[0], source.CALL)
    if node.op == "square" and first.isidentifier():
        return f"{first} * {first}", 3
    if node.row.scalar and not is_real_power(node):
        text = node.row.scalar
        names = ", ".join(f"{{{name}}}" for name in node.row.operands)
        return source.fill_in(page, node, text if "{" in text else f"{text}({names})"), source.CALL
    if node.op == "pow" and node.operands[1].constant:
        exponent = number_text(node.operands[1].raw)
        return f"{source.operand_text(page, node.operands[0], 6)} ** {exponent}", 5
    if node.row.symbol:
        return source.infix(page, node)
    if node.op == "neg":
        return f"-{source.operand_text(page, node.operands[0], source.MINUS)}", source.MINUS
    operands = ", ".join(source.operand_text(page, x) for x in node.operands)
    kind = "float" if node.dtype == np.float64 else "bool"
    return f"{kind}({source.function_name(page, node.row)}({operands}))", source.CALL


def is_real_power(node):
    """Tell whether x ** y is surely no complex number, which Python would return."""
    if node.op != "pow":
        return False
    x, y = node.operands
    return y.constant and float(y.raw).is_integer() or x.constant and x.raw > 0
