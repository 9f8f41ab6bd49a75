"""A table of rules for steps that tells at once which of them may apply.

A kind of operand is an operation, (1.0,) for this known number, () for one that no left side of an
identity names, False for a known array, None for an input.
"""

from .layout import fold_constant
from .patterns import COMMUTATIVE, is_known, leaves


def choose_rules(table, functions, op, single, *kinds):
    """Return the rules for steps of an operation on operands of some kinds.

    The first rule is for known operands only: the step is computed at once.
    """
    known = kinds != () and all(kind is False or isinstance(kind, tuple) for kind in kinds)
    likely = [x for x in table.identities if may_match(x.left, op, single, *kinds)]
    for operations, operands, function in functions:
        if op in operations.split() and (not operands or {*operands.split()} & {*kinds}):
            likely.append(function)
    return [fold_constant] * known + likely


class Table:
    """Identities in order. Which may apply is asked once for all steps of one kind."""

    def __init__(self):
        self.identities, self.chosen = [], {}
        self.numbers = set()  # that a left side names: 1.0 of x * 1

    def add(self, identity):
        """Enter an identity."""
        self.identities.append(identity)
        self.numbers |= leaves(identity.left, float)
        self.chosen.clear()

    def remove(self, row):
        """Take the identity with this text out. Raises ValueError if there is none."""
        texts = [identity.row for identity in self.identities]
        del self.identities[texts.index(row)]
        self.chosen.clear()

    def rules(self, step, functions=()):
        """Return what may apply to steps of such an operation on such operands, to be called.

        functions: more rules, as in LAYOUT.
        """
        kinds = [x.op or kind_of(x, self.numbers) for x in step.operands]
        key = id(functions), step.op, not step.shape, *kinds
        if (known := self.chosen.get(key)) is None:
            rules = choose_rules(self, functions, *key[1:])
            known = self.chosen[key] = rules, functions  # kept, so their id stays their own
        return known[0]


def kind_of(leaf, numbers):
    """Return the kind of an operand that no operation made; `numbers` are those that rows name."""
    if not leaf.constant:
        return None
    if leaf.shape:
        return False
    return (number,) if (number := float(leaf.raw)) in numbers else ()


def may_match(left, op, single, *kinds):
    """Tell whether a left side matches steps of an operation on operands of some kinds.

    single: whether the step is a single number.
    """
    orders = (kinds, kinds[::-1]) if op in COMMUTATIVE else (kinds,)
    fit = any(all(map(fits, left[1:], order)) for order in orders)
    alike = op == left[0] and len(kinds) == len(left) - 1
    return alike and fit and not (single and "X" in leaves(left, str))


def fits(pattern, kind):
    """Tell whether an operand of this kind may be what a pattern asks for."""
    if isinstance(pattern, tuple):
        return kind == pattern[0]
    if isinstance(pattern, float):
        return kind == (pattern,)
    return isinstance(kind, tuple) or not is_known(pattern)
