"""A quick look at which identities may match which steps, so that few are tried in earnest."""

from .steps import is_number


def needs(left):
    """Return what a left side asks of a step's operands, and whether they must share something."""
    shared = len(left) == 3 and not factors(left[1]).isdisjoint(factors(left[2]))
    return set().union(*map(needs_of, left[1:])), shared


def factors(pattern):
    """Return the letters that `have_common_parts` finds the steps of: factors of up to three."""
    if not isinstance(pattern, tuple):
        return set()
    if pattern[0] == ":=":
        return factors(pattern[2])
    products = [x for x in (pattern, *pattern[1:]) if isinstance(x, tuple) and x[0] == pattern[0]]
    return {y for x in products for y in x[1:] if isinstance(y, str)}


def needs_of(pattern):
    """Return what a step must be to match: a value, a number, an operation, one on a number."""
    if isinstance(pattern, float):
        return {pattern}
    if isinstance(pattern, str):
        return {"number"} if pattern in ("a", "b") else set()
    if pattern[0] == ":=":
        return needs_of(pattern[2])
    known = any(x in ("a", "b") or isinstance(x, float) for x in pattern[1:])
    return {pattern[0], (pattern[0], "number")} if known else {pattern[0]}


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
    first, second = (
        {id(y) for x in (operand, *operand.operands) if x.op == operand.op for y in x.operands}
        for operand in step.operands
    )
    return not first.isdisjoint(second)


def stir(nodes, before):
    """Unsettle the nodes at which an identity may apply since they were used as `before` says."""
    stirred = {id(node) for node, uses in zip(nodes, before, strict=True) if node.uses != uses}
    for _ in range(DEEPEST * bool(stirred)):
        stirred |= {id(node) for node in nodes if any(id(x) in stirred for x in node.operands)}
    for node in nodes:
        node.settled = node.settled and id(node) not in stirred


DEEPEST = 2  # operations below the first that an identity looks at, and whose uses matter
