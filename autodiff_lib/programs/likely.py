"""A quick look at which identities may match a step, so that few are tried in earnest."""

from .steps import is_number

LETTERS = set("stuvwxyzX")  # what stands for anything


def needs(left):
    """Return what a left side asks of a step's operands, and whether they must share something."""
    letters = [letters_in(x) for x in left[1:]]
    shared = len(letters) == 2 and not letters[0].isdisjoint(letters[1])
    return set().union(*map(needs_of, left[1:])), shared


def needs_of(pattern):
    """Return what a step must be to match: a value, a number, an operation, one on a number."""
    if not isinstance(pattern, tuple):
        return {"number"} if pattern in ("a", "b") else {pattern} - LETTERS
    known = any(x in ("a", "b") or isinstance(x, float) for x in pattern[1:])
    return {pattern[0], (pattern[0], "number")} if known else {pattern[0]}


def letters_in(pattern):
    """Return the letters of a pattern."""
    if isinstance(pattern, tuple):
        return set().union(*map(letters_in, pattern[1:]))
    return {pattern}


def likely(rows, step):
    """Yield (left, right) of the rows (left, right, needs) that a step may match."""
    there = set().union(*map(describe, step.operands)) if rows else None
    share = None
    for left, right, (needed, shared) in rows:
        if needed <= there:
            if shared and share is None:
                share = have_common_parts(step)
            if share or not shared:
                yield left, right


def describe(step):
    """Return what a step is, as `needs_of` asks for it."""
    if is_number(step):
        return "number", step.raw
    known = any(map(is_number, step.operands))
    return (step.op, (step.op, "number")) if known else (step.op,)


def have_common_parts(step):
    """Tell whether two operands, products of up to three, have something in common."""
    first, second = ({id(y) for x in (operand, *operand.operands) if x.op == operand.op
                      for y in x.operands} for operand in step.operands)
    return not first.isdisjoint(second)
