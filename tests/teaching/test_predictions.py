"""A guess is judged the same whenever it is typed, and its answer stays under a fold till then."""

import math
import os
import re
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from autodiff_lib import teaching
from autodiff_lib.engines.symbolic import Tensor
from autodiff_lib.teaching import predict, predictions
from autodiff_lib.teaching.predictions import Prediction, _guesses, predictions_of
from autodiff_lib.teaching.values import describe, read_as, same_value
from autodiff_lib.tools.recording import NOTEBOOKS, read

FOLDER = Path(teaching.__file__).parent / "chapters"
CHAPTERS = sorted(int(path.stem[-2:]) for path in FOLDER.glob("chapter_[0-9][0-9].py"))
REGISTERED = [p for chapter in CHAPTERS for p in predictions_of(chapter).values()]
PATHS = {p.name[:2]: p for p in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))}
OPEN = "no guess yet: replace ... by your guess and run this cell again"


@pytest.fixture(autouse=True)
def example(monkeypatch):
    """A chapter 98 with one prediction for each kind of answer; `ask` makes more."""
    module = ModuleType("autodiff_lib.teaching.chapters.chapter_98")
    module.PREDICTIONS = [
        Prediction("98.a", "How many arrows leave x?", 2, {1: "x * x uses x twice."}, "Two."),
        Prediction("98.b", "Which?", lambda: (96, 288)),
    ]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    _guesses.clear()

    def ask(answer, guess, **more):
        module.PREDICTIONS = [Prediction("98.z", "What?", answer, **more)]
        return predict("98.z", guess)

    return ask


def test_an_open_prediction_says_what_to_do_and_folds_its_answer():
    untouched = predict("98.a", ...)
    assert repr(untouched) == f"\u25cb How many arrows leave x?\n  {OPEN}"
    html = untouched._repr_mimebundle_()["text/html"]
    visible, folded = html.split("<details>")
    assert folded == "<summary>show the answer</summary>2</details></div>" and "2" not in words(
        visible
    )


def words(html):
    return re.sub("<.*?>", " ", html)


def test_a_guess_is_judged_at_once_with_the_belief_behind_it():
    assert repr(predict("98.a", 1)).splitlines()[1:] == [
        "  your guess: 1. Not so.",
        "  x * x uses x twice.",
    ]
    right = predict("98.a", 2)
    assert repr(right).splitlines()[1:] == ["  your guess: 2. Right.", "  Two."]
    assert "<details>" not in right._repr_mimebundle_()["text/html"]


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
        ("96", 96),
        (" 1,000 ", 1000),
        ("2/3", 2 / 3),
        ("2**10 ", 1024),
        ([96], 96),
        ((96,), 96),
        (Decimal("0.1"), 0.1),
        (Fraction(1, 3), 1 / 3),
        (["96", Fraction(288)], (96, 288)),
        (np.bool_(True), True),
    ],
)
def test_equal_guesses_are_right(example, guess, answer):
    assert example(answer, guess).state == "right"


@pytest.mark.parametrize(
    "guess, answer",
    [(1, True), ((1, 2), (1, 2, 3)), (0.3, 0.30001), ("xy", "yx"), ("many", 3), (True, 1)],
)
def test_unequal_guesses_are_wrong(example, guess, answer):
    assert example(answer, guess).state == "wrong"


def test_a_tolerance_widens_what_is_right(example):
    assert example(100, 103, tolerance=0.05).state == "right"
    assert example(100, 103, tolerance=0.02).state == "wrong"


@pytest.mark.parametrize("guess", [None, math.nan, 2j, {}, [], object(), print, (1, None)])
def test_what_is_no_guess_is_answered_in_a_sentence(example, guess):
    made = example(3, guess)
    assert made.state == "open" and "is not a guess: write a number" in repr(made)


def test_a_guess_of_another_kind_is_told_which_kind_is_asked_for(example):
    assert "The answer is a number, the guess is text in quotes." in repr(example(3, "three"))


def test_a_word_that_the_question_does_not_offer_stays_open(example):
    module = sys.modules["autodiff_lib.teaching.chapters.chapter_98"]
    module.PREDICTIONS = [Prediction("98.z", 'Does it "fall" or "rise"?', "fall", {"rise": "No."})]
    made = predict("98.z", "falls")
    assert made.state == "open" and "is none of the words: fall, rise" in repr(made)
    assert predict("98.z", " Fall").state == "right" and predict("98.z", "rise").state == "wrong"


@pytest.mark.parametrize("key", ["98.c", "97.a", "98.1", 98, "a"])
def test_an_unknown_key_is_refused_with_the_keys_there_are(key):
    with pytest.raises(ValueError, match="there is no prediction|is named by chapter and letter"):
        predict(key, 1)


def test_all_guesses_are_listed():
    assert repr(predictions()) == "no predictions yet"
    predict("98.a", 1), predict("98.b"), predict("98.a", 2)
    assert repr(predictions()).startswith("1 of 2 guessed, 1 right\n  \u2713 How many arrows")


# ------------------------------------------------------------------- every registered prediction


@pytest.mark.parametrize("prediction", REGISTERED, ids=lambda p: p.key)
class TestRegistered:
    def test_right_guesses_and_beliefs_are_judged(self, prediction):
        made = predict(prediction.key, prediction.right)
        assert made.state == "right"
        beliefs = dict(prediction.beliefs)
        assert len(beliefs) >= 2, "at least two wrong guesses are understood"
        for wrong, sentence in beliefs.items():
            made = predict(prediction.key, wrong)
            assert made.state == "wrong" and sentence in repr(made)

    def test_its_chapter_asks_it_once_and_gives_nothing_away(self, prediction):
        cells = [c for c in read(PATHS[prediction.key[:2]]).cells if c.cell_type == "code"]
        asking = [c for c in cells if f'predict("{prediction.key}"' in c.source]
        assert [c.source.strip() for c in asking] == [f'predict("{prediction.key}", ...)']
        (output,) = asking[0].outputs
        assert output.data["text/plain"] == repr(predict(prediction.key, ...))
        assert describe(prediction.right) not in re.findall(r"[\w.-]+", output.data["text/plain"])

    def test_the_line_that_jupyterlab_shows_of_a_folded_answer_is_in_words(self, prediction):
        """Of a folded output it shows the first line: no answer, no bytes of a picture."""
        cells = [c for c in read(PATHS[prediction.key[:2]]).cells if c.cell_type == "code"]
        at = next(k for k, c in enumerate(cells) if f'predict("{prediction.key}"' in c.source)
        output = next(c.outputs[0] for c in cells[at + 1 :] if c.outputs)
        line = (output.get("text") or output.data["text/html"]).split("\n")[0]
        assert not line.startswith("<img"), "print a line above the picture"
        told = [read_as(word.strip(",:()[]"), prediction.right) for word in line.split()]
        assert not any(same_value(word, prediction.right) for word in told), line


def test_every_prediction_in_a_notebook_is_registered():
    known = {p.key for p in REGISTERED}
    for path in PATHS.values():
        cells = [c.source for c in read(path).cells if c.cell_type == "code"]
        assert set(re.findall(r'predict\("(.*?)"', "\n".join(cells))) <= known, path.name


ASKING = [path for number, path in PATHS.items() if predictions_of(int(number))]


@pytest.mark.parametrize("path", ASKING, ids=lambda path: path.stem)
def test_guesses_are_judged_the_same_whatever_ran_before(path):
    """In a real kernel: first of all, after Run All, out of order and twice."""
    chapter = predictions_of(int(path.name[:2]))
    wrong = {key: next(iter(dict(p.beliefs))) for key, p in chapter.items()}
    guesses = [(key, guess) for key, p in chapter.items() for guess in (p.right, wrong[key])]
    cells = [c.source for c in read(path).cells if c.cell_type == "code"]
    library = {"PYTHONPATH": str(NOTEBOOKS.parent)}  # the one that is tested, installed or not
    manager, client = start_new_kernel(cwd=str(path.parent), env=os.environ | library)
    try:

        def said(source):
            shown = []

            def keep(message):
                shown.append(message["content"].get("data", {}).get("text/plain", ""))

            client.execute_interactive(source, output_hook=keep, timeout=60)
            return "".join(shown)

        def judged(pairs):
            return {(key, g): said(f"predict({key!r}, {g!r})") for key, g in pairs}

        said("from autodiff_lib.teaching import predict")
        first = judged(guesses)
        for (key, guess), text in first.items():
            sentence = dict(chapter[key].beliefs).get(guess, "Right.")
            assert sentence in text, text
        for source in cells:
            said(source)
        assert all(OPEN in said(f"predict({key!r}, ...)") for key in chapter)
        assert judged(guesses[::-1]) == first == judged(guesses)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("guess", [0, 2, 3, 4, 5, 6, 7])
def test_every_small_guess_at_dead_lines_is_answered_with_its_belief(guess):
    prediction = predictions_of("14")["14.a"]
    assert prediction.beliefs[guess] in str(predict("14.a", guess))
