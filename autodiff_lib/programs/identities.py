"""Identities: what may stand for what, as rows of text, and twenty lines that match them.

In a row, x, y, z ... stand for anything, a and b for numbers that the program knows, s for a single
number and X for an array; a letter twice for the same thing; `e := ...` names what stays. Sums and
products match in either order. A row applies only if its right side has the shape and dtype of the
left one, computes with floats, and needs no more operations than go away. Nobody looks whether it
is true: `check_identity` (row_check.py) does.
"""

import ast
import operator

from .likely import likely, needs
from .making import make
from .steps import is_number, same_type

NUMBERS_AND_SIGNS = """
x * 1 -> x
x / 1 -> x
x + 0 -> x
x - 0 -> x
x * -1 -> -x
-(-x) -> x
-(x - y) -> y - x
x + -y -> x - y
x - -y -> x + y
-x - y -> -(x + y)
a * -x -> -a * x
a / -x -> -a / x
-x / a -> x / -a
-x * y -> -(x * y)
-x / y -> -(x / y)
x / -y -> -(x / y)
-(a * x) -> -a * x
-(a / x) -> -a / x
-(x / a) -> x / -a
"""
FACTORS = """
a * (b * x) -> (a * b) * x
s * (a * X) -> (s * a) * X
x * z + y * z -> (x + y) * z
x * z - y * z -> (x - y) * z
x * (w * z) + y * z -> (x * w + y) * z
x * (w * z) - y * z -> (x * w - y) * z
y * z - x * (w * z) -> (y - x * w) * z
x * (w * z) + y * (v * z) -> (x * w + y * v) * z
x * (w * z) - y * (v * z) -> (x * w - y * v) * z
exp(x - (log(s := sum(e := exp(x - t))) + t)) -> e / s
"""
SYMBOLS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.USub: "neg"}
IDENTITIES = {}  # the operation on the left: [(left, right, what the left asks for)]
COMMUTATIVE = {"add", "mul"}
KNOWN = {"mul": operator.mul, "neg": operator.neg}  # with numbers that are known


def read_pattern(tree):
    """Return a side of a row as nested tuples (op, operands), names and numbers."""
    if isinstance(tree, ast.NamedExpr):
        return ":=", tree.target.id, read_pattern(tree.value)
    if isinstance(tree, ast.BinOp):
        sides = tree.left, tree.right
        return SYMBOLS[type(tree.op)], *map(read_pattern, sides)
    if isinstance(tree, ast.Call):
        return tree.func.id, *map(read_pattern, tree.args)
    if isinstance(tree, ast.Name):
        return tree.id
    try:
        return float(ast.literal_eval(tree))
    except ValueError:
        return SYMBOLS[type(tree.op)], read_pattern(tree.operand)


def read_identity(row):
    """Return the two sides of a row."""
    sides = [side.strip() for side in row.split("->")]
    left, right = [read_pattern(ast.parse(side, mode="eval").body) for side in sides]
    return left, right


def add_identities(text):
    """Enter rows of text into IDENTITIES: from here on programs are simplified by them, too."""
    for row in text.strip().splitlines():
        left, right = read_identity(row)
        rows = IDENTITIES.setdefault(left[0], [])
        rows.append((left, right, needs(left)))


def remove_identities(text):
    """Take rows of text out of IDENTITIES again. Raises ValueError for one that is not there."""
    for row in text.strip().splitlines():
        left, right = read_identity(row)
        IDENTITIES[left[0]].remove((left, right, needs(left)))


def apply_identity(step):
    """Return what stands for a step by the first row that applies, or None."""
    for left, right in likely(IDENTITIES.get(step.op, ()), step):
        for found in matches(left, step, {}):
            better = build(right, found, step)
            if better is not None:
                return better
    return None


def matches(pattern, step, found):
    """Yield {name: step} for each way in which a pattern matches; `found` is what is known."""
    if isinstance(pattern, float):
        if is_number(step, pattern):
            yield found
    elif isinstance(pattern, str):
        if is_kind(pattern, step) and found.get(pattern, step) is step:
            yield {**found, pattern: step}
    elif pattern[0] == ":=":
        for more in matches(pattern[2], step, found):
            yield {**more, pattern[1]: step}
    elif step.op == pattern[0]:
        for operands in orders(step):
            covered = {**found, id(step): step}
            yield from match_all(pattern[1:], operands, covered)


def orders(step):
    """Return the operands of a step, of a sum or product in both orders."""
    turned = [step.operands[::-1]] if step.op in COMMUTATIVE else []
    return [step.operands, *turned]


def match_all(patterns, steps, found):
    """Yield the ways in which some patterns match some steps, each its own."""
    if not patterns:
        yield found
    else:
        for more in matches(patterns[0], steps[0], found):
            yield from match_all(patterns[1:], steps[1:], more)


def is_kind(name, step):
    """Tell whether a step is what a letter stands for."""
    if name in "ab":
        return is_number(step)
    if name in "sX":
        return bool(step.shape) == (name == "X")
    return True


def build(pattern, found, step):
    """Return the right side of a row in place of a step, or None if it would not be as good.

    Numbers must be floats, before and after: of a float x and an unsigned y, x + -y is not x - y.
    """
    gone = [x for key, x in found.items() if isinstance(key, int)]
    made = []
    result = build_part(pattern, found, step, made)
    alone = all(x is step or x.uses <= 1 for x in gone)
    if not (alone or len(made) <= 1) or not same_type(result, step):
        return None
    if any(x.dtype.kind != "f" or not is_tame(x) for x in gone + made):
        return None
    result.number = step.number if made else result.number
    return result


def build_part(pattern, found, step, made):
    """Return the step of one part of a right side; `made` lists those that are new."""
    if isinstance(pattern, str):
        return found[pattern]
    if isinstance(pattern, float):
        return step.level.constant(pattern)
    parts = [build_part(x, found, step, made) for x in pattern[1:]]
    if pattern[0] in KNOWN and all(map(is_number, parts)):
        number = KNOWN[pattern[0]](*(x.raw for x in parts))
        return step.level.constant(number)
    made.append(make(pattern[0], *parts, like=None, level=step.level))
    return made[-1]


def is_tame(step):
    """Tell whether the numbers that a step uses are far from the ends of what floats can hold."""
    numbers = [abs(float(x.raw)) for x in step.operands if is_number(x)]
    return all(1e-99 < number < 1e99 for number in numbers if number)


add_identities(NUMBERS_AND_SIGNS)
add_identities(FACTORS)
