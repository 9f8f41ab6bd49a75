"""Rule puzzles: one line that sends a gradient back, judged by the dot-product test.

A puzzle knows only what its operation does to a nudge of one operand, `push`. A rule is right if
it is the transpose of that: <w, push(u)> = <rule(w), u> for every u and w. With one unit nudge
after another that gives each entry of what the rule must return, so a wrong one is told how it is
wrong: a sum that is missing, a transpose, an axis that got lost, a sign, a factor, or a shape that
is right by luck on squares.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autodiff_lib.teaching.running import explain_error
from autodiff_lib.teaching.values import kind, same_value
from autodiff_lib.teaching.verdicts import Judgement

FACTORS = (2, 0.5, 3, 1 / 3, 4, 0.25)


@dataclass(frozen=True)
class Puzzle:
    """One operation and the operand whose rule is asked for.

    formula: "x @ y, for x"; push: how a nudge of the operand moves the result, push(v, **known);
    asks: the names that the rule gets after g; cases: dicts of arrays by name, the operand's shape
    under "x_shape", that of the result under "shape"; the first is a square where there is one.
    hints: [(wrong rule, sentence)], beside what is found by the shapes and values alone.
    """

    formula: str
    push: Any
    asks: tuple
    cases: list
    hints: list = field(default_factory=list)

    def problem(self, rule):
        """What is wrong with a rule, as a sentence; "" for a right one, ... for an open one."""
        found = [self.problem_at(rule, case) for case in self.cases]
        if any(problem is ... for problem in found):
            return ...
        wrong = next((problem for problem in reversed(found) if problem), "")
        if not wrong:
            return ""
        for mistaken, sentence in self.hints:
            if all(alike(self.run(rule, c), self.run(mistaken, c)) for c in self.cases):
                return sentence
        by_luck = self.fits(rule, self.cases[0]) and not self.fits(rule, self.cases[-1])
        return wrong + " On squares the shape is right by luck." * by_luck

    def problem_at(self, rule, case):
        """What is wrong in one case."""
        g, given = incoming(case), self.run(rule, case)
        if given is ... or isinstance(given, Exception):
            return ... if given is ... else f"it ended with {explain_error(given)}."
        if isinstance(given, bool) or np.asarray(given).dtype.kind not in "fiu":
            return f"a gradient is an array of numbers, not {kind(given)}."
        return compare(np.asarray(given, float), self.right(case), g, case)

    def run(self, rule, case):
        """What a rule returns, or the exception that ended it."""
        try:
            return rule(incoming(case), *[case[name] for name in self.asks])
        except Exception as error:
            return error

    def right(self, case):
        """The transpose of `push`, entry by entry: <g, push(unit)>."""
        shape, g = case["x_shape"], incoming(case)
        right = np.empty(shape)
        for place in np.ndindex(shape):
            unit = np.zeros(shape)
            unit[place] = 1.0
            right[place] = np.sum(g * self.push(unit, **case))
        return right

    def fits(self, rule, case):
        """Whether a rule returns something of the operand's shape."""
        given = self.run(rule, case)
        return not isinstance(given, Exception) and np.shape(given) == case["x_shape"]


def alike(one, other):
    """Whether two rules returned the same, or ended with the same kind of error."""
    if isinstance(one, Exception) or isinstance(other, Exception):
        return type(one) is type(other)
    return same_value(one, other, 1e-9)


def incoming(case):
    """The gradient of the result: the same numbers each time, no two alike."""
    return np.random.default_rng(1).uniform(1, 2, case["shape"])


def compare(given, right, g, case):
    """What is wrong with a gradient, as a sentence, or ""."""
    if given.shape != right.shape:
        return other_shape(given, right, case)
    if same_value(given, right, 1e-9):
        return ""
    if same_value(given, -right, 1e-9):
        return "the sign is wrong."
    for factor in (*FACTORS, right.size, 1 / right.size, g.size, 1 / g.size):
        if factor != 1 and same_value(given, factor * right, 1e-9):
            return f"each entry is {factor:.3g} times as large as it should be."
    if given.ndim == 2 and len(set(given.shape)) == 1 and same_value(given, right.T, 1e-9):
        return "rows and columns are swapped: a transpose is missing, or one too many."
    if given.size > 1 and same_value(np.sort(given, None), np.sort(right, None), 1e-9):
        return "the right numbers stand in wrong places."
    u = np.random.default_rng(2).uniform(1, 2, right.shape)
    return (
        f"the shape is right, the numbers are not: <w, J u> is {np.sum(right * u):.4g}, but "
        f"<J^T w, u> is {np.sum(given * u):.4g}."
    )


def other_shape(given, right, case):
    """What is wrong with a gradient that has not the operand's shape."""
    shapes = f"the operand has shape {right.shape}, this gradient {given.shape}"
    if given.ndim >= right.ndim and given.size > right.size and sums_to(given, right):
        return f"a sum is missing: {shapes}, and each copy of an entry still stands alone."
    if given.T.shape == right.shape and given.ndim == 2:
        return f"rows and columns are swapped: {shapes}."
    if given.size < right.size and copies_to(given, right):
        return f"an axis got lost: {shapes}. Copy it to all places that were summed."
    if given.size == right.size:
        return f"the right number of entries in the wrong shape: {shapes}."
    return f"{shapes}."


def sums_to(given, right):
    """Whether sums over one axis of `given`, or over all, make `right`."""
    totals = [given.sum(axis=axis) for axis in [None, *range(given.ndim)]]
    return any(t.size == right.size and same_value(t.ravel(), right.ravel()) for t in totals)


def copies_to(given, right):
    """Whether `given`, copied along one axis or along all, makes `right`."""
    shape = right.shape
    tries = [(1,) * len(shape), *[(*shape[:k], 1, *shape[k + 1 :]) for k in range(len(shape))]]
    fitting = [given.reshape(one) for one in tries if np.prod(one) == given.size]
    return any(np.allclose(one, right) for one in fitting)


def judge_puzzles(puzzles):
    """A judge for a list of rules, one for each puzzle."""

    def judge(answer, chapter=None):
        if isinstance(answer, dict):
            answer = list(answer.values())
        if not isinstance(answer, (list, tuple)) or len(answer) != len(puzzles):
            got = f"{len(answer)}" if isinstance(answer, (list, tuple)) else kind(answer)
            return Judgement("wrong", f"A list of {len(puzzles)} rules is asked for, got {got}.")
        found = [problem_of(rule, p) for rule, p in zip(answer, puzzles, strict=True)]
        still = [k for k, problem in enumerate(found, 1) if problem is ...]
        right = [k for k, problem in enumerate(found, 1) if problem == ""]
        wrong = [(k, problem) for k, problem in enumerate(found, 1) if problem and problem != ...]
        if len(right) == len(puzzles):
            return Judgement("right", "")
        lines = [f"Puzzle {k}, {puzzles[k - 1].formula}: {text}" for k, text in wrong[:2]]
        lines += [f"Wrong, too: {', '.join(str(k) for k, _ in wrong[2:])}."] * bool(wrong[2:])
        lines += [f"Right: {', '.join(map(str, right))}."] * bool(right)
        lines += [f"Open: {', '.join(map(str, still))}."] * bool(still)
        reached = f"{len(right)} of {len(puzzles)} right" * bool(right)
        return Judgement("wrong" if wrong else "open", "\n".join(lines), reached)

    return judge


def problem_of(rule, puzzle):
    """What is wrong with an answer to one puzzle."""
    if rule is ...:
        return ...
    if not callable(rule):
        return f"a rule is a function, got {kind(rule)}."
    return puzzle.problem(rule)
