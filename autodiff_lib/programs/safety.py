"""What keeps identities from harm: numbers that overflow, integers, rows that never end."""

from .patterns import KNOWN
from .steps import is_number


def is_safe(step, found):
    """Tell whether letters may stand for what was found: what they ask for, and floats.

    Of a float x and an unsigned y, x + -y is not x - y. Known numbers must not be extreme: their
    product must not overflow.
    """
    for letter, x in found.items():
        known = is_number(x)
        if letter in KNOWN and not known or letter in "sX" and bool(x.shape) != (letter == "X"):
            return False
        if x.dtype.kind not in ("fi" if known else "f"):
            return False
        if known and x.raw and not 1e-99 < abs(float(x.raw)) < 1e99:
            return False
    return step.dtype.kind == "f"


MOST_REPLACED = 100


def refuse_circle(applied):
    """Raise ValueError, naming identities that undo each other, if too many came one by one."""
    if len(applied) > MOST_REPLACED:
        rows = {x.row: None for x in applied[MOST_REPLACED // 2 :] if hasattr(x, "row")}
        raise ValueError(
            f"these rows lead nowhere, again and again: {'; '.join(rows)}; take one of them out"
        )
