"""What keeps identities from harm: numbers that overflow, integers, rows that never end."""

from .steps import is_number


def is_tame(step, found):
    """Tell whether a step and what letters stand for are floats, and known ones not extreme.

    Of a float x and an unsigned y, x + -y is not x - y. A product of two known numbers is computed
    at once, and must not overflow.
    """
    if step.dtype.kind != "f":
        return False
    for x in found.values():
        if is_number(x):
            if x.dtype.kind not in "fi" or x.raw and not 1e-99 < abs(float(x.raw)) < 1e99:
                return False
        elif x.dtype.kind != "f":
            return False
    return True


MOST_REPLACED = 100


def refuse_circle(applied):
    """Raise ValueError, naming identities that undo each other, if too many came one by one."""
    if len(applied) > MOST_REPLACED:
        rows = {x.row: None for x in applied[MOST_REPLACED // 2 :] if hasattr(x, "row")}
        raise ValueError(
            f"these rows lead nowhere, again and again: {'; '.join(rows)}; take one of them out"
        )
