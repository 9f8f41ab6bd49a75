"""Exercises: right, wrong and nonsense answers are answered, hints come one at a time."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from exercise_checks import (
    NOTEBOOKS,
    calls,
    check_nonsense,
    check_notebooks,
    check_right_answers,
    check_wrong_answers,
    load_answers,
)

from autodiff_lib import teaching
from autodiff_lib.teaching import check_answer, exercises, hint
from autodiff_lib.teaching.exercises import Exercise, exercises_of
from autodiff_lib.teaching.judges import choice, custom, function, number, numbers

FOLDER = Path(teaching.__file__).parent / "chapters"
CHAPTERS = sorted(path.stem[-2:] for path in FOLDER.glob("chapter_[0-9][0-9].py"))
REGISTERED = [exercise for chapter in CHAPTERS for exercise in exercises_of(int(chapter)).values()]


@pytest.mark.parametrize("exercise", REGISTERED, ids=lambda exercise: exercise.key)
class TestRegistered:
    def test_right_answers_are_right(self, exercise):
        check_right_answers(exercise.key, self.answers(exercise))

    def test_each_typical_wrong_answer_gets_its_own_feedback(self, exercise):
        check_wrong_answers(exercise.key, self.answers(exercise))

    def test_nonsense_is_answered_in_a_sentence(self, exercise):
        check_nonsense(exercise.key)

    def test_chapter_and_worked_solution_check_the_answer(self, exercise):
        check_notebooks(exercise)

    def answers(self, exercise):
        chapter = exercise.key[:2]
        answers = load_answers(chapter).get(exercise.key)
        assert answers, f"answers_{chapter}.py has no entry for exercise {exercise.key}"
        return answers


def test_every_check_and_hint_in_a_notebook_is_of_a_registered_exercise():
    keys = {exercise.key for exercise in REGISTERED}
    for path in [*NOTEBOOKS.glob("*.ipynb"), *NOTEBOOKS.glob("solutions/*.ipynb")]:
        asked = set(re.findall(r'(?:check_answer|hint)\("(.*?)"', calls(path)))
        assert asked <= keys, f"{path.name} asks for {asked - keys}"


# ------------------------------------------------------------------------ a chapter to test on

HINTS = ("Which nodes lie on a path?", "b is used by c and by d.", "Add the two products.")
EXERCISES = [
    Exercise(
        key="98.1",
        title="Two paths",
        hints=HINTS,
        judge=number(
            24,
            {
                28: "c sent on all that b had collected: send on only what arrives.",
                20: "You followed the path over d, and lost the one over c.",
                4: "You followed the path over c, and lost the one over d.",
            },
            because="4 over c and 20 over d.",
        ),
        solution="98_example.ipynb",
    ),
    Exercise(
        key="98.2",
        title="The diamond",
        hints=HINTS,
        judge=numbers({"x": 96, "y": 288}, [({"y": 144}, "y is used twice: two paths, not one.")]),
        solution="98_example.ipynb",
    ),
    Exercise(
        key="98.3",
        title="The rule of div",
        hints=HINTS,
        judge=function(
            lambda a, b: (1 / b, -a / b**2),
            probes=[(6, 2), (1, 4), (-3, 0.5)],
            beliefs=[
                (lambda a, b: (1 / b, a / b**2), "The sign: a larger divisor makes less."),
                (lambda a, b: (-a / b**2, 1 / b), "The two rules are swapped."),
                (lambda a, b: 1 / b, "a / b has two operands, so two derivatives."),
            ],
        ),
        solution="98_example.ipynb",
    ),
    Exercise(
        key="98.4",
        title="Once or twice",
        hints=HINTS,
        judge=choice("twice", {"once": "x * x uses x two times.", "twice": "", "never": "Look."}),
        solution="98_example.ipynb",
    ),
    Exercise(
        key="98.5",
        title="Seven zeros",
        hints=HINTS,
        judge=custom(lambda xs: list(xs) == 7 * [0] or f"{len(xs)} entries.", "seven zeros"),
        solution="98_example.ipynb",
    ),
]
ANSWERS = {
    "98.1": dict(right=[24, 24.0], wrong=[28, 20, 4, 7, "24"]),
    "98.2": dict(right=[(96, 288), {"y": 288, "x": 96}], wrong=[(96, 144), (96, 1), (1, 288)]),
    "98.3": dict(
        right=[lambda a, b: (1 / b, -a / (b * b))],
        wrong=[
            lambda a, b: (1 / b, a / b**2),
            lambda a, b: (-a / b**2, 1 / b),
            lambda a, b: 1 / b,
            lambda a, b: (0.5, -1.5),
        ],
    ),
    "98.4": dict(right=["twice", "Twice "], wrong=["once", "never", "thrice"]),
    "98.5": dict(right=[[0] * 7], wrong=[[1], [1, 2], 5]),
}


@pytest.fixture(autouse=True)
def example(monkeypatch):
    module = ModuleType("autodiff_lib.teaching.chapters.chapter_98")
    module.EXERCISES = EXERCISES
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exercises._hints_given.clear()


@pytest.mark.parametrize("key", ANSWERS)
def test_the_example_holds_what_every_exercise_must(key):
    check_right_answers(key, ANSWERS[key])
    check_wrong_answers(key, ANSWERS[key])
    check_nonsense(key)


def test_the_checks_notice_a_lazy_exercise():
    with pytest.raises(AssertionError, match="get the same feedback"):
        check_wrong_answers("98.1", dict(wrong=[28, 28.0, 20]))
    with pytest.raises(AssertionError, match="has 2 wrong answers to try"):
        check_wrong_answers("98.1", dict(wrong=[28, 20]))
    with pytest.raises(AssertionError, match="24 should be wrong"):
        check_wrong_answers("98.1", dict(wrong=[28, 20, 24]))
    with pytest.raises(AssertionError, match="28 should be right"):
        check_right_answers("98.1", dict(right=[28]))
    with pytest.raises(AssertionError, match="the worked solution of 98.1 is missing"):
        check_notebooks(EXERCISES[0])


def test_verdicts_read_as_text():
    assert repr(check_answer("98.1", 24)) == "98.1 Two paths: right.\n  4 over c and 20 over d."
    assert repr(check_answer("98.1", 7)).startswith("98.1 Two paths: not yet.\n  7 is not it.")
    assert repr(check_answer("98.1", ...)) == (
        "98.1 Two paths: not started yet.\n  Replace ... by your answer, then run this cell again."
    )
    assert repr(check_answer("98.2", (96, 288))) == "98.2 The diamond: right."


def test_a_function_that_never_ends_is_stopped(monkeypatch):
    monkeypatch.setattr(exercises, "SECONDS", 0.2)

    def endless(a, b):
        while True:
            a += b

    verdict = check_answer("98.3", endless)
    assert verdict.state == "wrong"
    assert "had not finished after 0.2 seconds, in line" in verdict.text


def test_a_function_that_recurses_or_leaves_is_answered():
    def deeper(a, b):
        return deeper(a, b)

    def leaves(a, b):
        raise SystemExit

    assert "RecursionError: it calls itself too many times" in check_answer("98.3", deeper).text
    assert "ended with SystemExit" in check_answer("98.3", leaves).text


def test_an_object_that_resists_is_answered():
    class Resists:
        def __getattribute__(self, name):
            raise ValueError("no")

        __repr__ = __eq__ = __len__ = __getattribute__

    for key in ANSWERS:
        verdict = check_answer(key, Resists())
        assert verdict.state == "wrong" and "\n" not in verdict.text


def test_hints_come_one_at_a_time_and_then_the_way_to_the_solution():
    given = [repr(hint("98.1")) for _ in range(5)]
    assert given[:3] == [f"98.1 Two paths, hint {i + 1} of 3:\n  {HINTS[i]}" for i in range(3)]
    assert given[3] == given[4]
    assert "solutions/98_example.ipynb" in given[3]
    assert repr(hint("98.2")).startswith("98.2 The diamond, hint 1 of 3")


@pytest.mark.parametrize("call", [check_answer, hint])
@pytest.mark.parametrize(
    "key, words",
    [
        ("98.9", "no exercise 98.9; chapter 98 has 98.1, 98.2"),
        ("97.1", "chapter 97 has no exercises"),
        (98.1, 'in quotes, "02.1", not 98.1'),
        ("one", "by chapter and number in quotes"),
        (None, "not None"),
    ],
)
def test_an_unknown_key_is_answered_with_the_keys_there_are(call, key, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        call(key)


def test_short_keys_are_understood():
    module = ModuleType("autodiff_lib.teaching.chapters.chapter_02")
    module.EXERCISES = [Exercise("02.1", "Two", HINTS, number(2), "02_x.ipynb")]
    sys.modules[module.__name__], before = module, sys.modules.get(module.__name__)
    try:
        assert check_answer("2.1", 2).key == "02.1"
    finally:
        del sys.modules[module.__name__]
        if before:
            sys.modules[module.__name__] = before


@pytest.mark.parametrize(
    "key, hints, words",
    [
        ("2.1", HINTS, "'02.1', not '2.1'"),
        ("02.1", HINTS[:2], "three different hints"),
        ("02.1", ("a", "a ", "b"), "three different hints"),
    ],
)
def test_an_exercise_without_key_or_hints_is_refused(key, hints, words):
    with pytest.raises(ValueError, match=words):
        Exercise(key, "title", hints, number(1), "02_x.ipynb")
