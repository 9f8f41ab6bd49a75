"""Exercises that check themselves: an answer gets a verdict, a stuck reader a hint.

The exercises of chapter NN are listed, as data, in `chapters/chapter_NN.py`, which is loaded when
one of them is first asked for:

    EXERCISES = [
        Exercise(
            key="02.1",
            title="Count the nodes",
            hints=("first hint", "second hint", "third hint"),
            judge=number(24, {28: "the belief behind 28"}),
            solution="02_symbolic_tensor.ipynb",
        ),
    ]
"""

import re
import warnings
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from autodiff_lib.teaching.judges import Judge, Judgement
from autodiff_lib.teaching.running import TooSlow, explain_error, run_within

SECONDS = 10  # a reader's code may take this long
_hints_given = {}  # key: how many hints the reader has asked for


@dataclass(frozen=True)
class Exercise:
    """One exercise: what judges an answer, and what helps with it.

    key: chapter and number, "02.1"; title: as in the notebook; hints: three, each giving away
    more; judge: see `autodiff_lib.teaching.judges`; solution: the notebook in
    notebooks/solutions that works it out.
    """

    key: str
    title: str
    hints: tuple
    judge: Judge
    solution: str

    def __post_init__(self):
        if not re.fullmatch(r"\d\d\.[1-9]\d*", self.key):
            raise ValueError(
                f"an exercise's key is its chapter and number, '02.1', not {self.key!r}"
            )
        if len({hint.strip() for hint in self.hints} - {""}) != 3:
            raise ValueError(f"exercise {self.key} needs three different hints, one at a time")


@dataclass(frozen=True, repr=False)
class Verdict:
    """What `check_answer` says: state is "right", "wrong" or "open"; true if right."""

    key: str
    title: str
    state: str
    text: str

    def __bool__(self):
        return self.state == "right"

    def __repr__(self):
        states = {"right": "right", "wrong": "not yet", "open": "not started yet"}
        return f"{self.key} {self.title}: {states[self.state]}.\n  {self.text}".rstrip()


@dataclass(frozen=True, repr=False)
class Hint:
    """One hint, or the way to the worked solution, as text."""

    text: str

    def __repr__(self):
        return self.text


def check_answer(key, answer=...):
    """Judge an answer to the exercise `key`; `...` means that it has not been started.

    answer: what the exercise asks for, a number or a function, say. Whatever it is, and whatever
    it does when it runs, the answer is a Verdict in words.
    """
    exercise = find_exercise(key)
    if answer is ...:
        judgement = Judgement("open", "Replace ... by your answer, then run this cell again.")
    else:
        judgement = _judge(exercise, answer)
    return Verdict(exercise.key, exercise.title, *judgement)


def _judge(exercise, answer):
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return run_within(SECONDS, lambda: exercise.judge(answer))
    except TooSlow as error:
        text = f"Your code was stopped: {explain_error(error)}. Does a loop never end?"
    except (Exception, SystemExit) as error:
        text = f"Checking your {type(answer).__name__} ended with {explain_error(error)}."
    return Judgement("wrong", text)


def hint(key):
    """The next hint for the exercise `key`: three, one at a time, then where its solution is."""
    exercise = find_exercise(key)
    given = _hints_given[exercise.key] = min(_hints_given.get(exercise.key, 0) + 1, 4)
    if given <= 3:
        return Hint(
            f"{exercise.key} {exercise.title}, hint {given} of 3:\n  {exercise.hints[given - 1]}"
        )
    return Hint(
        f"{exercise.key} {exercise.title}: those were the three hints.\n"
        f"  The worked solution is in solutions/{exercise.solution}, exercise {exercise.key}."
    )


def find_exercise(key):
    """The Exercise with this key. Raises ValueError with the keys there are."""
    if not isinstance(key, str) or not re.fullmatch(r"\s*\d+\.\d+\s*", key):
        raise ValueError(
            f'an exercise is named by chapter and number in quotes, "02.1", not {key!r}'
        )
    chapter, number = key.strip().split(".")
    known = exercises_of(int(chapter))
    key = f"{int(chapter):02}.{number}"
    if key not in known:
        has = ", ".join(known) or "no exercises"
        raise ValueError(f"there is no exercise {key}; chapter {int(chapter):02} has {has}")
    return known[key]


def exercises_of(chapter):
    """The exercises of a chapter, by key, in order; {} for a chapter without any."""
    name = f"{__package__}.chapters.chapter_{chapter:02}"
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return {}
    return {exercise.key: exercise for exercise in module.EXERCISES}
