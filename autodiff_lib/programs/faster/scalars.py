"""Single numbers by Python's own operators and `math`, which are faster with them than NumPy."""

import numpy as np

from autodiff_lib.programs.expecting import OtherPath
from autodiff_lib.programs.names import operand_text
from autodiff_lib.programs.spelling import fill_in, function_name
from autodiff_lib.programs.write import operand

DOUBLE, TRUTH = np.dtype(np.float64), np.dtype(np.bool_)


def plan(page):
    """Write all of a program in Python's numbers; only where `is_scalar` says that it can be."""
    page.spellers.append(scalar_expression)
    page.number = lambda raw: operand_text(float(raw))


def is_double_number(step):
    """Tell whether a step is a single number in double precision (or a truth value)."""
    return step.shape == () and step.dtype in (DOUBLE, TRUTH)


def is_scalar(page):
    """Tell whether a program can do with Python's numbers: other inputs are at most read."""
    used = {id(x) for step in page.steps for x in step.operands} | {id(x) for x in page.outputs}
    inputs = [step for step in page.inputs if id(step) in used or step.dtype.kind == "f"]
    return all(map(is_double_number, [*page.steps, *inputs])) and all(map(is_simple, page.steps))


def is_simple(step):
    """Tell whether an operation does the same with Python's numbers: True + True is 2 there."""
    known = isinstance(step.row.numpy, np.ufunc) or step.row.scalar
    return known and (step.dtype == DOUBLE or step.row.kind == "constant")


def scalar_expression(page, step):
    """Return the text of an operation on Python's numbers, in Python's own functions."""
    row, known = step.row, step.row.scalar and not is_real_power(step)
    if not known and (row.symbol or row.template):
        return None
    operands = [operand(page, x) for x in step.operands]
    if step.op == "square" and operands[0].isidentifier():
        return f"{operands[0]} * {operands[0]}"
    if known:
        if "{" in row.scalar:
            return fill_in(page, step, row.scalar, operands)
        return f"{row.scalar}({', '.join(operands)})"
    kind = "float" if step.dtype == DOUBLE else "bool"
    return f"{kind}({function_name(page, row)}({', '.join(operands)}))"


def is_real_power(step):
    """Tell whether x ** y is surely no complex number, which Python would return."""
    if step.op != "pow":
        return False
    x, y = step.operands
    return y.constant and float(y.raw).is_integer() or x.constant and x.raw > 0


def with_fallback(run, function):
    """Return `run`, but where Python's math raises, ask the engine, which says inf or nan."""

    def careful(*arguments):
        try:
            return run(*arguments)
        except (ZeroDivisionError, OverflowError, ValueError) as error:
            if isinstance(error, OtherPath):
                raise
            return function(*arguments)

    return careful
