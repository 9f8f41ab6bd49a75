"""Predict, then run: a guess is judged at once, whatever ran before.

    predict("02.a", ...)   # the reader replaces ... by a guess and runs the cell again

The question, its answer and the beliefs behind wrong guesses stand in the chapter's data,
`chapters/chapter_NN.py`, and the answer is computed there from objects of its own. So a guess is
judged the same at the first run, after Run All, twice, and out of order. Without a guess the
answer waits under a fold.

A guess is a number, a word in quotes, True or False, or several of them in a tuple. Whatever
else stands there is answered in a sentence, and the notebook runs on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autodiff_lib.teaching.chapters import data_of, find
from autodiff_lib.teaching.judges import pairs
from autodiff_lib.teaching.values import (
    TOLERANCE,
    describe,
    is_number,
    kind,
    plain_value,
    read_as,
    same_value,
)
from autodiff_lib.teaching.verdicts import plain, plate

_guesses = {}  # key: the last Guess made for it, in the order of the first


@dataclass(frozen=True)
class Prediction:
    """A question that the reader answers before the chapter does.

    key: chapter and letter, "02.a"; answer: a number, a word, True or False, a tuple of them, or
    a function that computes it; beliefs: {wrong guess: what its reader believes}, or pairs;
    because: what a right guess is told; tolerance: relative, for numbers.
    """

    key: str
    question: str
    answer: Any | Callable
    beliefs: Any = ()
    because: str = ""
    tolerance: float = TOLERANCE

    def __post_init__(self):
        if not re.fullmatch(r"\d\d\.[a-z]", self.key):
            raise ValueError(
                f"a prediction's key is its chapter and a letter, '02.a', not {self.key!r}"
            )

    @property
    def right(self):
        """The answer, computed."""
        return plain_value(self.answer() if callable(self.answer) else self.answer)


def predict(key, guess=...):
    """Ask the question `key`, and judge the guess; `...` means that there is none yet.

    Returns a Guess, whose repr shows both. Raises ValueError for a key that there is not.
    """
    prediction = find(key, "PREDICTIONS", "prediction", r"[a-z]")
    right = prediction.right
    made = Guess(prediction, right, read_as(guess, right))
    _guesses[prediction.key] = made
    return made


def predictions():
    """All predictions of this notebook so far: how many were guessed, how many right."""
    return Guesses(_guesses.values())


def predictions_of(chapter):
    """The predictions of a chapter, by key, in order; {} for a chapter without any."""
    return data_of(chapter, "PREDICTIONS")


class Guess:
    """A guess and what is to be said of it; its repr does not give the answer away."""

    def __init__(self, prediction, answer, guess):
        self.prediction, self.answer, self.guess = prediction, answer, guess

    @property
    def state(self):
        """ "open" without a proper guess, else "right" or "wrong"."""
        if not is_guess(self.guess) or not self._is_a_choice():
            return "open"
        right = same_value(self.guess, self.answer, self.prediction.tolerance)
        return "right" if right else "wrong"

    def lines(self):
        """The guess, and what its reader is told."""
        if self.guess is ...:
            return ["no guess yet: replace ... by your guess and run this cell again"]
        if not self._is_a_choice():
            return [f"{describe(self.guess)} is none of the words: {', '.join(self._choices)}"]
        if self.state == "open":
            return [
                f"{describe(self.guess)} is not a guess: write a number, a word in quotes, "
                "True or False, or several of them in a tuple"
            ]
        said = f"your guess: {describe(self.guess)}"
        if self.state == "right":
            return [f"{said}. Right.", self.prediction.because]
        return [f"{said}. Not so.", self._belief()]

    @property
    def _choices(self):
        """The words in quotes among which the question lets choose; [] if it does not."""
        words = re.findall(r'"(\w+)"', self.prediction.question)
        return words if self.answer in words else []

    def _is_a_choice(self):
        """Whether the guess, if it is a word, is one that the question offers."""
        words = self._choices
        offered = any(same_value(self.guess, word) for word in words)
        return not words or not isinstance(self.guess, str) or offered

    def _belief(self):
        for wrong, sentence in pairs(self.prediction.beliefs, self.answer):
            if same_value(self.guess, wrong, self.prediction.tolerance):
                return sentence
        if kind(self.guess) != kind(self.answer):
            return f"The answer is {kind(self.answer)}, the guess is {kind(self.guess)}."
        return "Find the step where your reasoning and the run below part."

    def __repr__(self):
        return plain(self.state, self.prediction.question, self.lines())

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Text, and a plate; while the question is open or answered wrongly, with a fold."""
        fold = None if self.state == "right" else ("show the answer", describe(self.answer))
        html = plate(self.state, self.prediction.question, self.lines(), fold)
        return {"text/plain": repr(self), "text/html": html}


class Guesses(tuple):
    """The guesses of a notebook; the repr lists them, and counts the right ones."""

    def __repr__(self):
        if not self:
            return "no predictions yet"
        states = [guess.state for guess in self]
        guessed = len(states) - states.count("open")
        lines = [f"{guessed} of {len(self)} guessed, {states.count('right')} right"]
        for made in self:
            lines += plain(made.state, made.prediction.question, made.lines()[:1]).split("\n")
        return "\n  ".join(lines)


def is_guess(value):
    """Whether `value` is something one can guess: a number but nan, a word, a truth, a tuple."""
    if isinstance(value, tuple):
        return bool(value) and all(is_guess(entry) for entry in value)
    return isinstance(value, (bool, str)) or is_number(value) and value == value
