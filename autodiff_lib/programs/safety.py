"""What keeps identities from harm: numbers that overflow, integers, rows that never end."""

from .steps import is_number, same_type


def is_safe(step, found, better):
    """Tell whether a step may be replaced by a better one, made of what the letters stand for.

    It must be of the same shape and dtype, and computed with floats: of a float x and an unsigned
    y, x + -y is not x - y. Known numbers must not be extreme: their product must not overflow.
    """
    for x in (step, *found.values()):
        if is_number(x):
            if x.dtype.kind not in "fi" or x.raw and not 1e-99 < abs(float(x.raw)) < 1e99:
                return False
        elif x.dtype.kind != "f":
            return False
    return same_type(step, better)


MOST_REPLACED = 100


def refuse_circle(applied):
    """Raise ValueError, naming identities that undo each other, if too many came one by one."""
    if len(applied) > MOST_REPLACED:
        rows = {x.row: None for x in applied[MOST_REPLACED // 2 :] if hasattr(x, "row")}
        raise ValueError(
            f"these rows lead nowhere, again and again: {'; '.join(rows)}; take one of them out"
        )
