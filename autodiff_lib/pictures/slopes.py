"""Local derivatives: how far a result moves per nudge of one operand, the others held still.

The number is the engine's own where it stores one; else it is measured, exactly, by the
complex step of the operation. The formula is for the reader; a test compares the two.
"""

import numpy as np

from autodiff_lib.checking.nudging import complex_step
from autodiff_lib.graphs.operations import OPERATIONS
from autodiff_lib.pictures.graph import HIDDEN
from autodiff_lib.pictures.text import is_number, number

FORMULAS = {  # per operand; a and b are the operands, v is the result
    "add": ("1", "1"),
    "sub": ("1", "-1"),
    "mul": ("{b}", "{a}"),
    "div": ("1 / {b}", "-{a} / {b}**2"),
    "pow": ("{b} * {a}**({b} - 1)", "{v} * log({a})"),
    "neg": ("-1",),
    "square": ("2 * {a}",),
    "exp": ("{v}",),
    "log": ("1 / {a}",),
    "sin": ("cos({a})",),
    "cos": ("-sin({a})",),
    "tanh": ("1 - {v}**2",),
}


def slope(graph, vertex, slot):
    """The local derivative of a vertex with respect to one operand; None where unknown."""
    if vertex.local_derivatives is not None:
        return vertex.local_derivatives[slot]
    return measured_slope(graph, vertex, slot)


def measured_slope(graph, vertex, slot):
    """The local derivative from the operation's value alone, whatever the engine stored."""
    values = [None if i == HIDDEN else graph.vertices[i].value for i in vertex.operands]
    operation = OPERATIONS.get(vertex.op)
    if operation is None or operation.spelling.count("{}") != len(values):
        return None
    if not all(is_number(value) and not isinstance(value, complex) for value in values):
        return None
    return measured(operation, values, slot)


def measured(operation, values, slot):
    """The complex step of an operation, taken twice: None where the two do not agree.

    They disagree where there is no finite slope, such as that of log at 0.
    """

    def along(x):
        return operation.value(*values[:slot], x, *values[slot + 1 :])

    with np.errstate(all="ignore"):
        try:
            values = [float(value) for value in values]
            found, again = (float(complex_step(along, values[slot], h)) for h in (1e-100, 1e-90))
        except (ArithmeticError, TypeError, ValueError):
            return None
    agree = abs(found - again) <= 1e-9 * abs(found) or np.isnan(found)
    return found if agree else None


def formula(vertex, slot):
    """The local derivative as an expression in the operands' names, or None: "y", "2 * x"."""
    texts = FORMULAS.get(vertex.op)
    if texts is None or len(texts) != len(vertex.operands):
        return None
    names = [f"({name})" if name.startswith("-") else name for name in vertex.operand_names]
    if vertex.op == "pow" and slot == 0 and vertex.operands[1] != HIDDEN:
        return power_formula(*names)
    return texts[slot].format(a=names[0], b=names[-1], v=vertex.name)


def power_formula(a, b):
    """The slope of x**3 is "3 * x**2"; of a power that is no plain number the general form."""
    try:
        n = float(b.strip("()"))
    except ValueError:
        return FORMULAS["pow"][0].format(a=a, b=b)
    less = number(n - 1)
    power = {"0": "1", "1": a}.get(less, f"{a}**{less}" if n > 1 else f"{a}**({less})")
    return f"{b} * {power}"
