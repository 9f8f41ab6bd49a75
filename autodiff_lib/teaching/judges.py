"""Judges: what is a right answer to an exercise, and which belief stands behind a wrong one.

A judge is a function: (answer, chapter) -> Judgement; `chapter` is the reader's own namespace, an
`autodiff_lib.teaching.namespace.Chapter`. This module makes judges from data:

    number(24, {28: "You sent on the accumulated gradient."})
    numbers({"x": 96, "y": 288}, [({"y": 144}, "One of the two paths from y is lost.")])
    choice("b", {"a": "the belief behind a", "b": "why b is right", "c": "the belief behind c"})
    function(lambda a, b: a * b, [(2, 3), (4, 5)], [(lambda a, b: a + b, "That is the sum.")])
    custom(lambda graph: len(graph) == 7 or "The picture has seven nodes.", "a list of nodes")
    custom(judge_rule, "a function of two Tensors", needs=("Tensor",))  # judge_rule(rule, chapter)

An answer that is not even of the right kind gets a sentence that says so.
"""

import copy
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autodiff_lib.teaching.running import explain_error, in_readers_code, readers_steps
from autodiff_lib.teaching.values import (
    TOLERANCE,
    describe,
    is_number,
    kind,
    plain_value,
    same_value,
)
from autodiff_lib.teaching.verdicts import Judgement

Judge = Callable[[Any, Any], Judgement]
ESTIMATE = 1e-2  # relative: as near as a nudge comes
OPEN = Judgement("open", "Replace ... by your answer, then run the cells again.")


def number(right, beliefs=(), tolerance=TOLERANCE, because=""):
    """A judge for one number.

    beliefs: {wrong number, or tuple of several: what its reader believes}; because: why the
    right one is right.
    """
    if not is_number(plain_value(right)):
        raise TypeError(f"number judges by a number, got {kind(right)}")
    beliefs = pairs(beliefs, right)

    def judge(answer, chapter=None):
        answer = plain_value(answer)
        if same_value(answer, right, tolerance):
            return Judgement("right", because)
        belief = find_belief(answer, beliefs, tolerance)
        return Judgement("wrong", belief or explain_number(answer, right))

    return judge


def explain_number(answer, right):
    """Why an answer that no belief stands behind is wrong: no number, an estimate, another one."""
    if not is_number(answer) or answer != answer:
        return not_a_number(answer)
    if same_value(answer, right, ESTIMATE) and answer != round(answer):
        return f"{describe(answer)} is very near. The exact number is asked for."
    return f"{describe(answer)} is not it. A hint may help."


def numbers(right, beliefs=(), tolerance=TOLERANCE, because=""):
    """A judge for several numbers, given as a tuple or, by name, as a dict.

    beliefs: [(wrong, sentence), ...]. wrong is a tuple (this very answer), a dict (the entries
    of these names are wrong in this way) or a number (any entry that is wrong in this way).
    """
    names = list(right) if isinstance(right, dict) else list(range(len(right)))
    wanted = [plain_value(right[name]) for name in names]
    if not names or not all(map(is_number, wanted)):
        raise TypeError(f"numbers judges by several numbers, got {describe(right)}")
    beliefs = pairs(beliefs, right)
    for wrong, _ in beliefs:
        if isinstance(wrong, dict) and not set(wrong) <= set(names):
            raise ValueError(f"a belief about {describe(wrong)}, but the entries are {names}")
    expected = f"{len(names)} numbers" + (
        f", {', '.join(names)}" if isinstance(right, dict) else ""
    )

    def judge(answer, chapter=None):
        given = read_numbers(plain_value(answer), names, isinstance(right, dict))
        if isinstance(given, str):
            return Judgement("wrong", f"This exercise asks for {expected}; {given}.")
        if all(entry is ... for entry in given.values()):
            return OPEN
        fits = {n: same_value(given[n], w, tolerance) for n, w in zip(names, wanted, strict=True)}
        if all(fits.values()):
            return Judgement("right", because)
        for wrong, sentence in beliefs:
            if is_believed(wrong, given, fits, tolerance):
                return Judgement("wrong", sentence)
        return Judgement("wrong", explain_entries(given, fits))

    return judge


def read_numbers(answer, names, by_name):
    """The answer as {name: entry}, or what it is instead."""
    if isinstance(answer, dict) and by_name:
        missing = [name for name in names if name not in answer]
        if missing:
            return f"there is no entry {missing[0]!r}"
        return {name: plain_value(answer[name]) for name in names}
    if not isinstance(answer, (tuple, np.ndarray)):
        return f"got {kind(answer)}"
    if len(answer) != len(names):
        return f"got {len(answer)}"
    return {name: plain_value(entry) for name, entry in zip(names, answer, strict=True)}


def is_believed(wrong, given, fits, tolerance):
    """Whether the answer is wrong in the way of a belief: a dict, a tuple or one number."""
    if isinstance(wrong, dict):
        return all(same_value(given[name], wrong[name], tolerance) for name in wrong)
    if is_number(wrong):
        return any(same_value(given[n], wrong, tolerance) and not fits[n] for n in given)
    return same_value(tuple(given.values()), wrong, tolerance)


def explain_entries(given, fits):
    """Which entries are right, which are open, which are wrong."""
    label = {n: n if isinstance(n, str) else f"number {n + 1}" for n in given}
    good = [label[name] for name in given if fits[name]]
    lines = [f"{and_join(good)} {'is' if len(good) == 1 else 'are'} right."] if good else []
    for name, entry in given.items():
        if entry is ...:
            lines.append(f"{label[name]} is still open.")
        elif not is_number(entry) or entry != entry:
            lines.append(f"{label[name]}: {not_a_number(entry)}")
        elif not fits[name]:
            lines.append(f"{label[name]} is not {describe(entry)}.")
    return " ".join(lines)


def choice(right, options):
    """A judge for one of several words (or numbers, or True and False).

    options: {option: the belief behind it}; the sentence of the right one says why it is right.
    """
    if not any(same_value(option, right) for option in options):
        raise ValueError(f"{describe(right)} is not among the options {describe(list(options))}")

    def judge(answer, chapter=None):
        for option, sentence in options.items():
            if same_value(answer, option):
                return Judgement("right" if same_value(option, right) else "wrong", sentence)
        listed = ", ".join(describe(option) for option in options)
        return Judgement("wrong", f"Choose one of {listed}; got {describe(answer)}.")

    return judge


def function(right, probes, beliefs=(), tolerance=TOLERANCE, because=""):
    """A judge for a function: it must do what `right` does, at every probe.

    probes: the arguments to try, a tuple for each call, two calls at least, so that numbers
    written down for one of them do not pass; or a function that makes them. beliefs:
    [(wrong function, sentence), ...]: the reader holds the belief if his function agrees with
    the wrong one at every probe. The arguments handed out are copies and must not be changed.
    """
    make_probes = probes if callable(probes) else lambda: probes
    if len(make_probes()) < 2:
        raise ValueError("a function is judged at two probes at least, else a constant passes")
    beliefs = pairs(beliefs, right)

    def judge(answer, chapter=None):
        probes = [probe if isinstance(probe, tuple) else (probe,) for probe in make_probes()]
        problem = why_not_callable(answer, right, probes[0])
        if problem:
            return Judgement("wrong", problem)
        wanted, given = ([run(f, probe) for probe in probes] for f in (right, answer))
        if is_untouched(answer, given[0]):
            return OPEN
        wrong_at = [k for k in range(len(probes)) if not agree(given[k], wanted[k], tolerance)]
        if not wrong_at:
            changes = [
                spell_call(answer, p) for p, g in zip(probes, given, strict=True) if g.changed
            ]
            text = "The result is right, but {} changes its arguments: work on copies."
            return (
                Judgement("wrong", text.format(*changes))
                if changes
                else Judgement("right", because)
            )
        for wrong, sentence in beliefs:
            believed = [run(wrong, probe) for probe in probes]
            if all(agree(g, b, tolerance) for g, b in zip(given, believed, strict=True)):
                return Judgement("wrong", sentence)
        k = wrong_at[0]
        call = spell_call(answer, probes[k])
        return Judgement("wrong", explain_difference(call, given[k], wanted[k]))

    return judge


def custom(judge_answer, asks_for, needs=()):
    """A judge from a function: answer -> True, or a sentence that says what is wrong.

    asks_for: what the exercise wants, "a list of nodes"; said to whoever hands in something that
    judge_answer cannot even look at. needs: the names that judge_answer takes from the reader's
    chapter, ("Tensor", "grad"): with them it is called as judge_answer(answer, chapter), once the
    reader has run the cells that define them last. judge_answer may return a Judgement, too.
    """

    def judge(answer, chapter=None):
        if needs and (problem := chapter.problem(needs)):
            return Judgement("open", problem)
        asked = f"This exercise asks for {asks_for}"
        try:
            said = judge_answer(answer, chapter) if needs else judge_answer(answer)
        except Exception as error:
            if in_readers_code(error):
                text = f"{asked}; running yours ended with {explain_in(answer, error)}."
                return Judgement("wrong", text)
            if refuses_its_arguments(answer, error):
                text = f"{asked}; calling yours like this ended with {explain_error(error)}."
                return Judgement("wrong", text)
            return Judgement("wrong", f"{asked}; got {kind(answer)}.")
        if isinstance(said, Judgement):
            return said
        if said is True:
            return Judgement("right", "")
        return Judgement(
            "wrong", said if isinstance(said, str) else f"{asked}; got {kind(answer)}."
        )

    return judge


def explain_in(answer, error):
    """`error` in words, at the line of `answer`'s own cell that led to it, if one did."""
    code = getattr(answer, "__code__", None)
    cell = code and code.co_filename
    return explain_error(error, within=cell if readers_steps(error, cell) else None)


def refuses_its_arguments(answer, error):
    """Whether `error` says that `answer`, a function or class, takes other arguments."""
    name = getattr(answer, "__qualname__", "")
    said = str(error)
    return isinstance(error, TypeError) and said.startswith((f"{name}()", f"{name}.__init__()"))


# ------------------------------------------------------------------------- what judges share


class Outcome(NamedTuple):
    """What one call of a function did: its result, or the exception that ended it."""

    result: Any
    error: Exception | None = None
    changed: bool = False  # whether it changed a list, dict or array that it was given


def run(f, args):
    """Call f with copies of args; return the Outcome."""
    handed = copy.deepcopy(args)
    try:
        result = f(*handed)
    except Exception as error:
        return Outcome(None, error)
    changeable = (list, dict, np.ndarray)
    return Outcome(
        result,
        changed=any(
            isinstance(arg, changeable) and not same_value(got, arg)
            for got, arg in zip(handed, args, strict=True)
        ),
    )


def agree(a, b, tolerance):
    """Whether two Outcomes are the same: equal results, or exceptions of one type."""
    return type(a.error) is type(b.error) and same_value(a.result, b.result, tolerance)


def why_not_callable(answer, right, probe):
    """Why `answer` cannot be called with what `right` is called with, as a sentence, or ""."""
    if not callable(answer):
        return (
            f"This exercise asks for a function, got {kind(answer)}. "
            "Pass the function itself, without calling it."
        )
    try:
        inspect.signature(answer).bind(*probe)
    except TypeError:
        names = ", ".join(parameters(right))
        takes = f"{len(probe)} argument{'s' * (len(probe) != 1)}: " if "*" not in names else ""
        return f"Your function must take {takes}({names})."
    except ValueError:  # a function written in C does not say what it takes
        pass
    return ""


def parameters(f):
    """The names of what f takes."""
    try:
        taken = inspect.signature(f).parameters.values()
        return ["*" * (p.kind is p.VAR_POSITIONAL) + p.name for p in taken]
    except ValueError:
        return ["..."]


def is_untouched(f, outcome):
    """Whether f is still the empty shell of an exercise: `return ...`, or a body of `...`."""

    def shell(): ...

    code = getattr(f, "__code__", None)
    is_shell = code is not None and len(code.co_code) <= len(shell.__code__.co_code)
    empty = is_shell and outcome.result is None and outcome.error is None
    return empty or outcome.result is ... or isinstance(outcome.error, NotImplementedError)


def explain_difference(call, given, wanted):
    """One sentence: what the reader's function did, and what it should have done."""
    if given.error is not None:
        return f"{call} ended with {explain_error(given.error)}."
    if wanted.error is not None:
        should = type(wanted.error).__name__
        return f"{call} gives {describe(given.result)}, but should raise {should}."
    if given.result is None:
        return f"{call} gives None: is a return missing?"
    if kind(given.result) != kind(wanted.result):
        return f"{call} gives {kind(given.result)}, expected {kind(wanted.result)}."
    return f"{call} gives {describe(given.result)}, expected {describe(wanted.result)}."


def spell_call(f, args):
    """A call as text: "product(2, 3)"."""
    name = getattr(f, "__name__", "f")
    return f"{'f' if name == '<lambda>' else name}({', '.join(describe(arg, 40) for arg in args)})"


def pairs(beliefs, right):
    """Beliefs as a list of (wrong answer, sentence), whether given as a dict or as pairs.

    Raises ValueError if the right answer stands among the wrong ones, TypeError for other forms.
    """
    pairs = list(beliefs.items()) if isinstance(beliefs, dict) else list(beliefs)
    if not all(
        isinstance(p, (tuple, list)) and len(p) == 2 and isinstance(p[1], str) for p in pairs
    ):
        raise TypeError("beliefs are {wrong answer: sentence} or [(wrong answer, sentence), ...]")
    if any(not callable(wrong) and same_value(wrong, right) for wrong, _ in pairs):
        raise ValueError(f"{describe(right)} is the right answer: no belief can stand behind it")
    return pairs


def find_belief(answer, beliefs, tolerance=TOLERANCE):
    """The sentence that belongs to a wrong answer, or ""."""
    return next((text for wrong, text in beliefs if same_value(answer, wrong, tolerance)), "")


def not_a_number(answer):
    """Why `answer` is no number, as a sentence that says what to write instead."""
    if isinstance(answer, str):
        return f"A number is asked for: write it without quotes, not {describe(answer)}."
    if answer is None:
        return "The answer is None: was a value assigned, or returned?"
    if isinstance(answer, tuple):
        return f"A number is asked for, got a tuple or list of {len(answer)}."
    if isinstance(answer, float):
        return "The answer is nan, not a number: something like 0 / 0 happened on the way."
    if callable(answer):
        return f"A number is asked for, got {kind(answer)}: call it, and hand in its result."
    return f"A number is asked for, got {kind(answer)}."


def and_join(words):
    """ "x", "x and y" or "x, y and z"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
