"""Simplify a traced program: fewer operations, the same numbers.

A program is given by its outputs, which are steps. A walk over it, operands before results, gives
every step a replacement; what a rule makes is simplified at once. Another walk follows only if
a step that a rule waited for is used once by now: one to three in all, however long the program.
Simplifying changes the order of roundings, and what overflows, cancels or is nan, and the sign of
zeros (identity_rows.py).
"""

from collections import Counter

from autodiff_lib.graphs.walk import topological_order

from .frozen import frozen
from .identities import IDENTITIES
from .layout import LAYOUT
from .making import keep_place
from .patterns import COMMUTATIVE
from .safety import refuse_circle
from .steps import with_operands
from .uses import any_freed, count_uses


def operations(outputs):
    """Return the steps of a program that compute something."""
    order = topological_order(*outputs)
    return [step for step in order if step.op is not None]


def rewrite(outputs, replace):
    """Return the outputs of a program in which `replace(step)` stands for every step."""
    new = {}
    for step in count_uses(topological_order(*outputs), outputs):
        operands = tuple([new[operand] for operand in step.operands])
        again = step
        if operands != step.operands:
            again = with_operands(step, operands)
        new[step] = keep_place(step, replace(again))
    return [new[output] for output in outputs]


def share_common(step, known):
    """Return the first step that computes the same; `known` holds what is there already."""
    if step.op is None:
        return step
    alike = frozenset if step.op in COMMUTATIVE else tuple
    key = step.row, alike(step.operands), frozen(step.parameters)
    first = known.setdefault(key, step)
    if first is not step:
        first.uses += step.uses
    return first


def apply_rule(step, rules, applied):
    """Return what the first rule that applies makes of a step, and `applied` with it, or None.

    applied: the rules that have made the step itself. Raises ValueError if they go in a circle.
    """
    for rule in rules:
        better = rule(step)
        if better is not None:
            refuse_circle(applied)
            better.uses += step.uses
            return better, (*applied, rule)
    return None


class Improver:
    """A function of one step: it applies the first rule that applies, again and again.

    Then an earlier step may stand for it. `saved` counts both.
    """

    def __init__(self, functions, saved):
        self.functions, self.saved = functions, saved
        self.known, self.final = {}, set()

    def __call__(self, step, applied=()):
        if step.op is None or step in self.final:
            return step
        operands = tuple([self(x, applied) for x in step.operands])
        if operands != step.operands:  # a rule made some of them
            step = with_operands(step, operands)
        rules = IDENTITIES.rules(step, self.functions)
        changed = apply_rule(step, rules, applied)
        if changed is not None:
            self.saved["algebra"] += 1
            return self(*changed)
        first = share_common(step, self.known)
        self.saved["common subexpressions"] += first is not step
        self.final.add(first)
        return first


MOST_WALKS = 20


def simplify(outputs, functions=LAYOUT):
    """Walk while that helps; return the outputs and how many steps each pass replaced.

    functions: rules that are no rows of text, as in LAYOUT.
    """
    saved = Counter(algebra=0)
    for _ in range(MOST_WALKS):
        before = saved.total()
        outputs = rewrite(outputs, Improver(functions, saved))
        if saved.total() == before or not any_freed(topological_order(*outputs), outputs):
            break
    return outputs, saved
