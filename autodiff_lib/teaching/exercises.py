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

import os
import re
import sys
import warnings
from dataclasses import dataclass

import numpy as np

from autodiff_lib.teaching.chapters import chapter_in_use, data_of, find
from autodiff_lib.teaching.judges import Judge
from autodiff_lib.teaching.namespace import Chapter
from autodiff_lib.teaching.running import TooSlow, explain_error, in_readers_code, run_within
from autodiff_lib.teaching.values import kind
from autodiff_lib.teaching.verdicts import Judgement, plain, plate

SECONDS = 10  # a reader's code may take this long
STATES = {"right": "right", "wrong": "not yet", "open": "not started yet"}
_hints_given = {}  # key: how many hints the reader has asked for


@dataclass(frozen=True)
class Exercise:
    """One exercise: what judges an answer, and what helps with it.

    key: chapter and number, "02.1"; title: as in the notebook; hints: three, each giving away
    more; judge: see `autodiff_lib.teaching.judges`; solution: the notebook in
    notebooks/solutions that works it out; module: where the library ships what the chapter
    builds, a name or a tuple of names: the judge finds there what the notebook does not define.
    """

    key: str
    title: str
    hints: tuple
    judge: Judge
    solution: str
    module: str | tuple = ()

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
    reached: str = ""

    def __bool__(self):
        return self.state == "right"

    @property
    def heading(self):
        return f"{self.key} {self.title}: {self.reached or STATES[self.state]}."

    def __repr__(self):
        return plain(self.state, self.heading, [self.text])

    def _repr_mimebundle_(self, include=None, exclude=None):
        html = plate(self.state, self.heading, self.text.split("\n"))
        return {"text/plain": repr(self), "text/html": html}


@dataclass(frozen=True, repr=False)
class Hint:
    """One hint, the way to the worked solution, or the list of exercises, as text."""

    text: str

    def __repr__(self):
        return self.text


def check_answer(key, answer=...):
    """Judge an answer to the exercise `key`; `...` means that it has not been started.

    answer: what the exercise asks for, a number or a function, say. Whatever it is, and whatever
    it does when it runs, the answer is a Verdict in words. It is judged with the classes of the
    notebook that calls.
    """
    exercise = find_exercise(key)
    if answer is ...:
        judgement = Judgement("open", "Replace ... by your answer, then run this cell again.")
    else:
        modules = (exercise.module,) if isinstance(exercise.module, str) else exercise.module
        chapter = Chapter(sys._getframe(1).f_globals, modules, exercise.key[:2])
        judgement = _judge(exercise, answer, chapter)
    return Verdict(exercise.key, exercise.title, *judgement)


def _judge(exercise, answer, chapter):
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return run_within(SECONDS, lambda: exercise.judge(answer, chapter))
    except TooSlow as error:
        text = f"Your code was stopped: {explain_error(error)}. Does a loop never end?"
    except (Exception, SystemExit) as error:
        if in_readers_code(error):
            text = f"Your code ended with {explain_error(error)}."
        else:
            text = f"This cannot be judged: {kind(answer)} is not what the exercise asks for."
    return Judgement("wrong", text)


def hint(key=None):
    """The next hint for the exercise `key`: three, one at a time, then where its solution is.

    Without a key: the list of this chapter's exercises.
    """
    if key is None:
        return Hint(list_exercises(this_chapter()))
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


def this_chapter():
    """The number of the chapter that is being read; None where nothing tells."""
    if chapter_in_use() is not None:
        return chapter_in_use()
    name = os.path.basename(os.environ.get("JPY_SESSION_NAME", ""))  # set by Jupyter's server
    return int(name[:2]) if re.match(r"\d\d_", name) else None


def list_exercises(chapter):
    """The exercises of a chapter, one a line, and how to get a hint for one."""
    exercises = exercises_of(chapter) if chapter is not None else {}
    if not exercises:
        return 'hint("02.1") gives the first hint for exercise 1 of chapter 02.'
    lines = [f"The exercises of chapter {chapter:02}:"]
    for key, exercise in exercises.items():
        given = min(_hints_given.get(key, 0), 3)
        lines.append(f"  {key} {exercise.title}" + (f" ({given} of 3 hints given)" * bool(given)))
    return "\n".join([*lines, f'hint("{next(iter(exercises))}") gives a hint.'])


def find_exercise(key):
    """The Exercise with this key. Raises ValueError with the keys there are."""
    return find(key, "EXERCISES", "exercise", r"\d+")


def exercises_of(chapter):
    """The exercises of a chapter, by key, in order; {} for a chapter without any."""
    return data_of(chapter, "EXERCISES")
