"""Sides of identities as patterns: read from text, counted, and compared with kinds of steps.

A pattern is a letter, a number, or a tuple of an operation and the patterns of its operands.
"""

import ast

from autodiff_lib.arrays.rows import ROWS

SYMBOLS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}
KNOWN = ("a", "b")  # letters for numbers that the program knows


class Commutative:
    """The operations whose operands may be turned round, those of later rows among them."""

    def __contains__(self, op):
        return op in ROWS and ROWS[op].commutes is True


COMMUTATIVE = Commutative()


def read_identity(row):
    """Return the two sides of a row of text as patterns."""
    left, right = row.split("->")
    return [read_pattern(ast.parse(side.strip(), mode="eval").body) for side in (left, right)]


def read_pattern(tree):
    """Return the pattern of an expression that Python has parsed.

    Raises ValueError for a function that is none of the table's, or takes another number of things.
    """
    if isinstance(tree, ast.Name):
        return tree.id
    if isinstance(tree, ast.Constant):
        return float(tree.value)
    if isinstance(tree, ast.BinOp):
        return SYMBOLS[type(tree.op)], read_pattern(tree.left), read_pattern(tree.right)
    if isinstance(tree, ast.Call):
        return check_call(tree.func.id, *map(read_pattern, tree.args))
    part = read_pattern(tree.operand)  # what is left is a minus
    return -part if isinstance(part, float) else ("neg", part)


def check_call(op, *operands):
    """Return a call as a pattern. Raises ValueError if it is none of the table's operations."""
    row = ROWS.get(op)
    if row is None or row.variadic or len(row.operands) != len(operands):
        raise ValueError(f"no operation {op!r} takes {len(operands)} operands, always")
    return op, *operands


def leaves(pattern, kind):
    """Return the letters (kind=str) or the numbers (kind=float) of a side."""
    if isinstance(pattern, tuple):
        return set().union(*[leaves(part, kind) for part in pattern[1:]])
    return {pattern} if isinstance(pattern, kind) else set()


def is_known(pattern):
    """Tell whether a pattern stands for a number that the program knows."""
    if isinstance(pattern, tuple):
        return all(map(is_known, pattern[1:]))
    return pattern in KNOWN or isinstance(pattern, float)


def count_operations(pattern):
    """Return how many operations a side takes; known numbers are computed in advance."""
    if not isinstance(pattern, tuple) or is_known(pattern):
        return 0
    return 1 + sum(map(count_operations, pattern[1:]))
