"""Identities: what may stand for what, as rows of text, and twenty lines that match them.

In a row, x, y, z ... stand for anything, a and b for numbers that the program knows, s for a single
number and X for an array; a letter twice for the same thing. Sums and products match in either
order. A row applies only if its right side has the shape and dtype of the left one, computes with
floats, and needs no more operations than go away. Whether it is true, `check_identity`
(row_check.py) tells.

Limits: a row changes the order of roundings, and what overflows. x * z + y * z is 1e308 for
x = y = 1e308 and z = 0.5, and (x + y) * z is infinite.
"""

import ast
import operator
from types import SimpleNamespace

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
"""
SYMBOLS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}
IDENTITIES = {}  # the operation on the left: [(left, right, what the left asks for)]
COMMUTATIVE = {"add", "mul"}
KNOWN = {"mul": operator.mul, "neg": operator.neg}  # with numbers that are known


def read_pattern(tree):
    """Return a side of a row as nested tuples (op, operands), names and numbers."""
    if isinstance(tree, ast.Name):
        return tree.id
    if isinstance(tree, ast.Constant):
        return float(tree.value)
    if isinstance(tree, ast.BinOp):
        sides = read_pattern(tree.left), read_pattern(tree.right)
        return SYMBOLS[type(tree.op)], *sides
    if isinstance(tree, ast.Call):
        return tree.func.id, *map(read_pattern, tree.args)
    part = read_pattern(tree.operand)
    return -part if isinstance(part, float) else ("neg", part)


def read_identity(row):
    """Return the two sides of a row."""
    sides = [side.strip() for side in row.split("->")]
    left, right = [read_pattern(ast.parse(side, mode="eval").body) for side in sides]
    return left, right


def add_identities(text):
    """Enter rows of text into IDENTITIES: from here on programs are simplified by them, too.

    Raises ValueError for a row that never ends. Rows that undo each other stop `simplify`.
    """
    for row in text.strip().splitlines():
        left, right = read_identity(row)
        refuse_endless(row, left, right)
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
    """Return the ways in which a pattern matches a step, {letter: step} each.

    found: what the letters stand for so far. The operations that are covered are in it by their id.
    """
    if isinstance(pattern, float):
        return [found] if is_number(step, pattern) else []
    if isinstance(pattern, str):
        fits = is_kind(pattern, step) and found.get(pattern, step) is step
        return [{**found, pattern: step}] if fits else []
    ways = []
    if step.op == pattern[0]:
        for operands in orders(step):
            covered = {**found, id(step): step}
            ways += match_all(pattern[1:], operands, covered)
    return ways


def orders(step):
    """Return the operands of a step, of a sum or product in both orders."""
    turned = [step.operands[::-1]] if step.op in COMMUTATIVE else []
    return [step.operands, *turned]


def match_all(patterns, steps, found):
    """Return the ways in which some patterns match some steps, each its own."""
    ways = [found] if len(patterns) == len(steps) else []
    for pattern, step in zip(patterns, steps, strict=False):
        ways = [more for way in ways for more in matches(pattern, step, way)]
    return ways


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
    No more operations may be made than go away. If one that the left side covers is used
    elsewhere, only the step itself is sure to go.
    """
    covered = [x for key, x in found.items() if isinstance(key, int)]
    made = []
    result = build_part(pattern, found, step, made)
    alone = all(x is step or x.uses <= 1 for x in covered)
    goes = len(covered) if alone else 1
    fits = len(made) <= goes and same_type(result, step)
    tame = all(x.dtype.kind == "f" and is_tame(x) for x in covered + made)
    if made:
        result.number = step.number
    return result if fits and tame else None


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


def refuse_endless(row, left, right):
    """Raise ValueError for a row whose left side matches what its right side makes, again."""
    made = {}
    as_step(right, made)
    if any(matches(left, part, {}) for part in made.values()):
        raise ValueError(
            f"{row.strip()} would never end: its left side matches what its right side makes; "
            "write a right side that it does not match"
        )


def refuse_circle(step, identities, applied, most=100):
    """Raise ValueError, naming rows that undo each other, once `most` of them made `step`."""
    if applied < most:
        return
    circle = []
    while step is not None:
        row, step = next_row(step, identities)
        if row in circle:
            break
        circle.append(row)
    raise ValueError(
        f"these rows undo each other, again and again: {'; '.join(filter(None, circle))}; "
        "take one of them out"
    )


def next_row(step, identities):
    """Return the first row that applies to a step, as text, and what stands for the step then."""
    for left, right, _ in identities.get(step.op, ()):
        for found in matches(left, step, {}):
            better = build(right, found, step)
            if better is not None:
                return f"{as_text(left)} -> {as_text(right)}", better
    return None, None


def as_text(pattern, inside=False):
    """Return a side of a row as text, the reverse of `read_pattern`."""
    if not isinstance(pattern, tuple):
        return pattern if isinstance(pattern, str) else f"{pattern:g}"
    op, *parts = pattern
    symbol = {"add": "+", "sub": "-", "mul": "*", "div": "/"}.get(op)
    if symbol is None and op != "neg":
        return f"{op}({', '.join(map(as_text, parts))})"
    parts = [as_text(part, inside=True) for part in parts]
    text = f" {symbol} ".join(parts) if symbol else f"-{parts[0]}"
    return f"({text})" if inside else text


def as_step(pattern, made):
    """Return a side of a row as a step to be matched; `made` holds it and its parts, each once."""
    if pattern not in made and isinstance(pattern, tuple):
        operands = tuple([as_step(part, made) for part in pattern[1:]])
        made[pattern] = SimpleNamespace(op=pattern[0], operands=operands, constant=False, shape=())
    elif pattern not in made:
        shape = (1,) if pattern == "X" else ()
        known = pattern in ("a", "b") or isinstance(pattern, float)
        made[pattern] = SimpleNamespace(
            op=None, operands=(), constant=known, shape=shape, raw=pattern
        )
    return made[pattern]


def is_tame(step):
    """Tell whether the numbers that a step uses are far from the ends of what floats can hold."""
    numbers = [abs(float(x.raw)) for x in step.operands if is_number(x)]
    return all(1e-99 < number < 1e99 for number in numbers if number)


add_identities(NUMBERS_AND_SIGNS)
add_identities(FACTORS)
