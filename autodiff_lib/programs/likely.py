"""A table of rules for steps that tells at once which of them may apply."""

from .layout import fold_constant
from .patterns import COMMUTATIVE, is_known, letters


class Table:
    """Identities in order. Which may apply is asked once for all steps of one kind."""

    def __init__(self):
        self.identities, self.chosen = [], {}

    def add(self, identity):
        """Enter an identity."""
        self.identities.append(identity)
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
        kinds = [x.op or (not x.shape if x.constant else None) for x in step.operands]
        key = id(functions), step.op, not step.shape, *kinds
        if key not in self.chosen:
            rules = self.choose(functions, *key[1:])
            self.chosen[key] = rules, functions  # kept, so their id stays their own
        return self.chosen[key][0]

    def choose(self, functions, op, single, *kinds):
        """Return the rules for steps of an operation on operands of some kinds (see may_match).

        The first rule is for known operands only: the step is computed at once.
        """
        folds = [fold_constant] * (kinds != () and {True, False}.issuperset(kinds))
        rows = [x for x in self.identities if may_match(x.left, op, single, *kinds)]
        for operations, operands, function in functions:
            if op in operations.split() and not (operands and {*operands.split()}.isdisjoint(kinds)):
                rows.append(function)
        return folds + rows


def may_match(left, op, single, *kinds):
    """Tell whether a left side matches steps of an operation on operands of some kinds.

    single: whether the step is a single number. A kind is an operation, True for a known number,
    False for a known array, None for an input.
    """
    orders = (kinds, kinds[::-1]) if op in COMMUTATIVE else (kinds,)
    fit = any(all(map(fits, left[1:], order)) for order in orders)
    alike = op == left[0] and len(kinds) == len(left) - 1
    return alike and fit and not (single and "X" in letters(left))


def fits(pattern, kind):
    """Tell whether an operand of this kind may be what a pattern asks for."""
    if isinstance(pattern, tuple):
        return kind == pattern[0]
    return kind is True or not is_known(pattern)
