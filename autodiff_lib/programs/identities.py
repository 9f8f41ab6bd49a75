"""Identities: a row of text such as x * z + y * z -> (x + y) * z becomes a function of a step.

The left side is written as a loop over the ways in which it matches, and compiled. An identity
applies only if its right side has the shape and dtype of the left one, computes with floats, and
needs no more operations than go away. identity_rows.py lists those of the library.
"""

from .identity_rows import IDENTITY_ROWS
from .likely import Table
from .making import make
from .patterns import COMMUTATIVE, count_operations, read_identity
from .safety import is_safe
from .steps import is_number, same_type
from .uses import is_single

IDENTITIES = Table()


def write_match(left):
    """Return a left side as text: a list of the ways in which it matches a step t.

    A way is what the letters stand for, {letter: step}, and the operations that are covered.
    """
    found, covered = {}, []
    lines = write_part("t", left, found, covered)
    letters = ", ".join([f"{x}={place}" for x, place in found.items()])
    way = f"(dict({letters}), [{', '.join(covered)}])"
    return "\n".join([f"[{way}", "for t in [t]", *lines, "]"])


def write_part(name, pattern, found, covered):
    """Return what is asked of a step `name` that is to match a pattern, as lines.

    found: {letter: the name of its step}. covered: names of operations. Both are added to.
    """
    if not isinstance(pattern, tuple):
        return write_leaf(name, pattern, found)
    op, *parts = pattern
    covered.append(name)
    names = [f"{name}{i}" for i in range(len(parts))]
    lines = [f"if {name}.op == {op!r}",
             f"for {', '.join(names)}, in {write_orders(name, op)}"]  # fmt: skip
    for operand, part in zip(names, parts, strict=True):
        lines += write_part(operand, part, found, covered)
    return lines


def write_leaf(name, pattern, found):
    """Return what is asked of a step `name` that is to be a number or a letter, as lines.

    found: {letter: the name of its step}; a letter that is not there is entered.
    """
    if isinstance(pattern, float):
        return [f"if is_number({name}, {pattern})"]
    if pattern in found:
        return [f"if {name} is {found[pattern]}"]
    found[pattern] = name
    return []


def write_orders(name, op):
    """Return the orders in which the operands of a step `name` are tried, as text."""
    turned = f", {name}.operands[::-1]" * (op in COMMUTATIVE)
    return f"[{name}.operands{turned}]"


class Identity:
    """A row of text, as a function of a step: it returns what stands for it, or None."""

    def __init__(self, row):
        self.row = row.strip()
        self.left, self.right = read_identity(row)
        self.makes = count_operations(self.right)
        match = f"lambda t: {write_match(self.left)}"
        self.match = eval(match, {"is_number": is_number})

    def __call__(self, step):
        for found, covered in self.match(step):
            if is_safe(step, found) and self.makes <= goes(step, covered):
                better = build(self.right, found, step)
                if same_type(better, step):
                    return better
        return None


def goes(step, covered):
    """Return how many of the covered operations are sure to go when `step` is replaced.

    If one of them is used elsewhere, only the step itself is.
    """
    alone = all(x is step or is_single(x) for x in covered)
    return len(covered) if alone else 1


def build(pattern, found, step):
    """Return a right side as steps, in the place of `step`."""
    if isinstance(pattern, str):
        return found[pattern]
    if isinstance(pattern, float):
        return step.level.constant(pattern)
    parts = [build(part, found, step) for part in pattern[1:]]
    return make(pattern[0], *parts, level=step.level)


def add_identities(text):
    """Enter rows of text, unchecked: from here on programs are simplified by them, too.

    A false row gives wrong numbers, silently: ask `check_identity` (row_check.py) first.
    """
    for row in text.strip().splitlines():
        IDENTITIES.add(Identity(row))


def remove_identities(text):
    """Take rows of text out again. Raises ValueError for one that is not there."""
    for row in text.strip().splitlines():
        IDENTITIES.remove(row.strip())


add_identities(IDENTITY_ROWS)
