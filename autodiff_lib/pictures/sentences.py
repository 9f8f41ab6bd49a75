"""The sentence of one step of a reverse pass: what arrives, what is sent on, the sums.

v1: 48 arrives; to x: 48 * y = 48 * 2 = 96; to y: 48 * x = 48 * 3 = 144, sum 144 + 144 = 288

A local derivative is the engine's own where it stores one; else it is measured, exactly, by the
complex step of the operation. The formula is for the reader; a test compares the two.
"""

import numpy as np

from autodiff_lib.checking.nudging import complex_step
from autodiff_lib.graphs.operations import OPERATIONS
from autodiff_lib.pictures.graph import HIDDEN
from autodiff_lib.pictures.text import is_number, number, shape, shown, visible

MOST_OPERANDS = 6  # told in one sentence


def sending(graph, visit, times, before, recorded):
    """The sentence of a Visit.

    times: how often its vertex has been visited. before: the sums before this step.
    recorded: whether an engine did this, so that it may be wrong.
    """
    if visit.vertex is None:
        return visit.says
    i, arrives, sent = visit.vertex, visit.arrives, visit.sent
    vertex = graph.vertices[i]
    clauses, sums = [opening(vertex, times, arrives, before.get(i))], dict(before)
    for slot, amount in sent.items():
        name, operand = vertex.operand_names[slot], vertex.operands[slot]
        held = before.get(i) if recorded else arrives
        clause = f"to {name}: {told(graph, vertex, slot, arrives, held, amount)}"
        if operand in sums and known(sums[operand]) and known(amount):
            total = sums[operand] + amount
            clause += f", sum {shown(sums[operand])} + {term(amount)} = {shown(total)}"
        sums[operand] = sums[operand] + amount if clause_adds(sums, operand, amount) else amount
        clauses.append(clause)
    if not sent:
        clauses.append("nothing is sent on")
    if len(clauses) > MOST_OPERANDS + 1:
        left_out = len(clauses) - MOST_OPERANDS - 1
        clauses[MOST_OPERANDS + 1 :] = [f"and to {left_out} more"]
    return "; ".join(clauses)


def clause_adds(sums, operand, amount):
    """Whether an amount meets another that is known."""
    return operand in sums and known(sums[operand]) and known(amount)


def opening(vertex, visit, arrives, held):
    """Who is visited, and what comes in: "b, visit 2: 5 arrives, 6 in all"."""
    name = vertex.name if visit == 1 else f"{vertex.name}, visit {visit}"
    if arrives is None:
        return f"{name}: {shape_words(vertex.value)} arrives"
    text = f"{name}: {shown(arrives)} arrives"
    if visit > 1 and known(held) and known(arrives) and not equal(held, arrives):
        text += f", {shown(held)} in all"
    return text


def told(graph, vertex, slot, arrives, held, amount):
    """How the amount comes about: "48 * y = 48 * 2 = 96"."""
    local = slope(graph, vertex, slot)
    if amount is None:
        return why_unknown(graph, vertex, slot, local)
    if not (known(local) and known(arrives) and known(amount)):
        return shown(amount)
    if equal(arrives * local, amount):
        return product(graph, vertex, slot, arrives, amount)
    if known(held) and equal(held * local, amount):
        words = product(graph, vertex, slot, held, amount)
        return f"{words}, though only {shown(arrives)} arrives now"
    return f"{shown(amount)}, though {shown(arrives)} * {term(local)} = {shown(arrives * local)}"


def product(graph, vertex, slot, factor, amount, slope_first=False):
    """How an amount is made: "48 * y = 48 * 2 = 96"; without a formula that would lie.

    slope_first: "y * 48 = 2 * 48 = 96", as forward mode writes it.
    """
    local, measured = slope(graph, vertex, slot), measured_slope(graph, vertex, slot)
    first, second = (local, factor) if slope_first else (factor, local)
    numbers = f"{shown(first)} * {term(second)} = {shown(amount)}"
    text = formula(vertex, slot)
    if text in (None, shown(local), term(local)) or measured is None or not equal(local, measured):
        return numbers
    text = text if text.isalnum() else f"({text})"
    named = f"{text} * {term(factor)}" if slope_first else f"{shown(factor)} * {text}"
    return f"{named} = {numbers}"


def why_unknown(graph, vertex, slot, local):
    """What can be said of an amount that is no known number."""
    operand = graph.vertices[vertex.operands[slot]]
    if shape(operand.value):
        return shape_words(operand.value)
    if local is None:
        return (
            f"not known, as {visible(vertex.op)!r} has no slope here that could be measured, "
            "and the engine stores no local derivative"
        )
    return "not known"


def shape_words(value):
    """What is known of an amount without its numbers: "an amount of shape (2, 3)"."""
    return f"an amount of shape {shape(value)}" if shape(value) else "an amount that is not known"


def known(amount):
    """Whether an amount is a number to reckon with."""
    return amount is not None and is_number(amount)


def equal(a, b):
    """Whether two numbers are the same but for rounding."""
    return bool(np.isclose(a, b, rtol=1e-9, atol=0.0, equal_nan=True))


def term(number):
    """A number inside an expression: (-1)."""
    text = shown(number)
    return f"({text})" if text.startswith("-") else text


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
