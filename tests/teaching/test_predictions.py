"""A guess is stored, shown beside the answer, and a wrong one gets the belief behind it."""

import math

import numpy as np
import pytest

from autodiff_lib.engines.symbolic import Tensor
from autodiff_lib.teaching import predict, predictions
from autodiff_lib.teaching.predictions import _predictions

QUESTION = "How many arrows leave x?"
BELIEFS = {1: "x * x uses x twice: two arrows, not one."}


@pytest.fixture(autouse=True)
def fresh_notebook():
    _predictions.clear()


def test_untouched_prediction_says_what_to_do_and_still_shows_the_answer():
    guess = predict(QUESTION, ...)
    assert repr(guess) == (
        f"{QUESTION}\n  no guess yet: replace ... by your guess and run this cell again"
    )
    assert repr(guess.reveal(2, BELIEFS)) == f"{QUESTION}\n  no guess yet\n  answer:     2"


def test_guess_is_shown_beside_the_answer_with_the_belief_behind_it():
    guess = predict(QUESTION, 1)
    assert repr(guess) == f"{QUESTION}\n  your guess: 1"
    assert repr(guess.reveal(2, BELIEFS)) == (
        f"{QUESTION}\n  your guess: 1\n  answer:     2\n  {BELIEFS[1]}"
    )
    assert repr(predict(QUESTION, 2).reveal(2, BELIEFS)).endswith("answer:     2, as you guessed")


@pytest.mark.parametrize(
    "guess, answer",
    [
        (0.1 + 0.2, 0.3),
        (np.float64(3), 3),
        ("X * y", "x*Y"),
        ([96, 288.0], (96, 288)),
        ((1, ("a", True)), (1, ("A", True))),
        (np.array(3), 3),
        (4, Tensor(4)),
        (math.inf, math.inf),
    ],
)
def test_equal_guesses_are_right(guess, answer):
    assert predict(QUESTION, guess).reveal(answer).right


@pytest.mark.parametrize(
    "guess, answer", [(1, True), ("1", 1), ((1, 2), (1, 2, 3)), (0.3, 0.30001), ("xy", "yx")]
)
def test_unequal_guesses_are_wrong(guess, answer):
    assert predict(QUESTION, guess).reveal(answer).right is False


def test_tolerance_is_the_authors():
    assert predict(QUESTION, 3.1).reveal(math.pi, tolerance=0.02).right
    assert "far" in repr(predict(QUESTION, 3.9).reveal(math.pi, {4: "far"}, tolerance=0.05))


def test_unlisted_wrong_guess_gets_an_honest_line():
    assert "Find the step" in repr(predict(QUESTION, 7).reveal(2, BELIEFS))
    assert "The answer is a number, the guess is text" in repr(predict(QUESTION, "2").reveal(2))


@pytest.mark.parametrize("nonsense", [None, object(), math.nan, {1: 2}, (), print, 1j, {1}])
def test_nonsense_guess_is_answered_in_a_sentence_and_the_notebook_runs_on(nonsense):
    guess = predict(QUESTION, nonsense)
    assert "is not a guess: write a number" in repr(guess) and "0x" not in repr(guess)
    revealed = guess.reveal(2)
    assert revealed.right is None and repr(revealed).endswith("answer:     2")


def test_beliefs_may_be_pairs_for_guesses_that_are_no_keys():
    revealed = predict(QUESTION, [2, 1]).reveal([1, 2], [([2, 1], "the other way round")])
    assert repr(revealed).endswith("the other way round")


def test_beliefs_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="2 is the right answer"):
        predict(QUESTION, 1).reveal(2, {2.0: "no"})
    with pytest.raises(TypeError, match="beliefs are"):
        predict(QUESTION, 1).reveal(2, [1, 2])
    with pytest.raises(ValueError, match="tolerance must be a number"):
        predict(QUESTION, 1).reveal(2, tolerance="little")
    with pytest.raises(TypeError, match="a question in quotes, got a number"):
        predict(2, QUESTION)


def test_running_a_cell_again_replaces_its_prediction():
    predict(QUESTION, 1).reveal(2)
    predict("And now?", ...)
    predict(QUESTION, 2).reveal(2)
    predict("Third?", 5).reveal(6)
    assert repr(predictions()) == (
        "2 of 3 guessed, 1 right\n"
        "  How many arrows leave x? guess 2, answer 2\n"
        "  And now? no guess, not run yet\n"
        "  Third? guess 5, answer 6"
    )


def test_a_notebook_without_predictions_says_so():
    assert repr(predictions()) == "no predictions yet"
