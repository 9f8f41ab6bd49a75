"""Predict, then run: store a guess, and show it beside the answer.

    guess = predict("How many arrows leave x?", ...)   # the reader replaces ... by a guess
    guess.reveal(2, {1: "x * x uses x twice: two arrows, not one."})

A guess is a number, a word in quotes, True or False, or several of them in a tuple. Whatever
else stands there is answered in a sentence, and the notebook runs on.
"""

from html import escape

from autodiff_lib.teaching.values import (
    TOLERANCE,
    describe,
    is_number,
    kind,
    plain_value,
    same_value,
)

_predictions = {}  # question: the last Prediction made for it, in the order of the first


def predict(question, guess=...):
    """Store the guess for a question, and show both; `...` means that there is no guess yet.

    Running the cell again replaces the guess. Returns a Prediction; its `reveal` shows the answer.
    """
    if not isinstance(question, str) or not question.strip():
        raise TypeError(f"predict needs a question in quotes, got {kind(question)}")
    prediction = Prediction(" ".join(question.split()), plain_value(guess))
    _predictions[prediction.question] = prediction
    return prediction


def predictions():
    """All predictions of this notebook so far: the guess beside the answer, and how many fit."""
    return Predictions(_predictions.values())


class Prediction:
    """A question and the reader's guess; its repr shows both."""

    def __init__(self, question, guess):
        self.question, self.guess, self.revealed = question, guess, None

    def reveal(self, answer, beliefs=(), tolerance=TOLERANCE):
        """Show the answer beside the guess and, for a wrong guess, the belief behind it.

        answer: a number, a word, True or False, or a tuple of them; a node counts as its value.
        beliefs: what a wrong guess shows that its reader believes, {guess: sentence}, or
        [(guess, sentence), ...] for guesses that cannot be keys.
        """
        if not is_number(tolerance) or not tolerance >= 0:
            raise ValueError(f"tolerance must be a number from 0 up, got {describe(tolerance)}")
        self.revealed = Revealed(self, plain_value(answer), pairs(beliefs, answer), tolerance)
        return self.revealed

    @property
    def problem(self):
        """Why the guess is none, as a sentence; "" for `...` and for a proper guess."""
        if self.guess is ... or is_guess(self.guess):
            return ""
        return (
            f"{describe(self.guess)} is not a guess: write a number, a word in quotes, "
            "True or False, or several of them in a tuple"
        )

    def __repr__(self):
        return f"{self.question}\n  {self._guess_line()}"

    def _guess_line(self):
        if self.guess is ...:
            return "no guess yet: replace ... by your guess and run this cell again"
        return self.problem or f"your guess: {describe(self.guess)}"


class Revealed:
    """A guess beside the answer; its repr says whether they agree and, if not, why perhaps."""

    def __init__(self, prediction, answer, beliefs, tolerance):
        self.prediction, self.answer = prediction, answer
        self.beliefs, self.tolerance = beliefs, tolerance

    @property
    def right(self):
        """True or False; None without a guess."""
        prediction = self.prediction
        if prediction.guess is ... or prediction.problem:
            return None
        return same_value(prediction.guess, self.answer, self.tolerance)

    def __repr__(self):
        prediction, answer = self.prediction, f"answer:     {describe(self.answer)}"
        if prediction.guess is ...:
            return f"{prediction.question}\n  no guess yet\n  {answer}"
        if self.right:
            answer += ", as you guessed"
        lines = [prediction.question, prediction._guess_line(), answer]
        if self.right is False:
            lines.append(self._belief())
        return "\n  ".join(lines)

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Text; and for a notebook whose reader has not guessed yet, the answer under a fold."""
        text = {"text/plain": repr(self)}
        if self.prediction.guess is not ...:
            return text
        folded = (
            f"<p>{escape(self.prediction.question)}</p><details><summary>no guess yet: unfold the "
            f"answer, or guess first</summary>{escape(describe(self.answer))}</details>"
        )
        return text | {"text/html": folded}

    def _belief(self):
        guess = self.prediction.guess
        for wrong, sentence in self.beliefs:
            if same_value(guess, wrong, self.tolerance):
                return sentence
        if kind(guess) != kind(self.answer):
            return f"The answer is {kind(self.answer)}, the guess is {kind(guess)}."
        return "Not what came out. Find the step where your reasoning and the run part."


class Predictions(tuple):
    """The predictions of a notebook; the repr lists them, and counts the right ones."""

    def __repr__(self):
        if not self:
            return "no predictions yet"
        revealed = [p.revealed for p in self if p.revealed is not None]
        guessed = sum(p.guess is not ... and not p.problem for p in self)
        right = sum(bool(r.right) for r in revealed)
        lines = [f"{guessed} of {len(self)} guessed, {right} right"]
        for p in self:
            guess = "no guess" if p.guess is ... or p.problem else f"guess {describe(p.guess)}"
            answer = f"answer {describe(p.revealed.answer)}" if p.revealed else "not run yet"
            lines.append(f"  {p.question} {guess}, {answer}")
        return "\n".join(lines)


def is_guess(value):
    """Whether `value` is something one can guess: a number but nan, a word, a truth, a tuple."""
    if isinstance(value, tuple):
        return bool(value) and all(is_guess(entry) for entry in value)
    return isinstance(value, (bool, str)) or is_number(value) and value == value


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
