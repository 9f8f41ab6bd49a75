"""Exercises: right, wrong and nonsense answers are answered, hints come one at a time."""

import contextlib
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from chapter_namespace import library_of, notebook_of, quiet, run_cell, run_notebook
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
from autodiff_lib.teaching.chapters import module_of
from autodiff_lib.teaching.exercises import Exercise, exercises_of
from autodiff_lib.teaching.judges import choice, custom, function, number, numbers
from autodiff_lib.tools.recording import EXPECTED_ERROR, read

FOLDER = Path(teaching.__file__).parent / "chapters"
CHAPTERS = sorted(path.stem[-2:] for path in FOLDER.glob("chapter_[0-9][0-9].py"))
REGISTERED = [exercise for chapter in CHAPTERS for exercise in exercises_of(int(chapter)).values()]


@cache
def kernel(path):
    """What a notebook's cells define, run once for all tests."""
    return run_notebook(path)


def answers_to(exercise):
    chapter = exercise.key[:2]
    answers = load_answers(chapter).get(exercise.key)
    assert answers, f"answers_{chapter}.py has no entry for exercise {exercise.key}"
    return answers


@pytest.mark.parametrize("exercise", REGISTERED, ids=lambda exercise: exercise.key)
class TestRegistered:
    def test_right_answers_made_of_the_chapters_classes_are_right(self, exercise):
        names = kernel(notebook_of(exercise.key[:2]))
        check_right_answers(exercise.key, answers_to(exercise), names)

    def test_right_answers_made_of_the_librarys_classes_are_right(self, exercise):
        check_right_answers(exercise.key, answers_to(exercise), library_of(exercise))

    def test_each_typical_wrong_answer_gets_its_own_feedback(self, exercise):
        names = kernel(notebook_of(exercise.key[:2]))
        check_wrong_answers(exercise.key, answers_to(exercise), names)

    def test_wrong_answers_made_of_the_librarys_classes_are_wrong(self, exercise):
        check_wrong_answers(exercise.key, answers_to(exercise), library_of(exercise))

    def test_the_worked_solution_is_right_in_the_chapter(self, exercise):
        """The solution's cells, run after the chapter's own."""
        path = NOTEBOOKS / "solutions" / exercise.solution
        names = dict(kernel(notebook_of(exercise.key[:2])))
        verdicts = run_checks(path, names)
        assert verdicts.get(exercise.key), f"{path.name}: {verdicts.get(exercise.key)}"

    def test_nonsense_is_answered_in_a_sentence(self, exercise):
        check_nonsense(exercise.key)

    def test_chapter_and_worked_solution_check_the_answer(self, exercise):
        check_notebooks(exercise)


def run_checks(path, names):
    """{key: Verdict} of the check_answer calls of a solutions notebook, run in `names`.

    What it imports from the library in place of the chapter's classes is left out.
    """
    verdicts = {}
    for k, cell in enumerate(c for c in read(path).cells if c.cell_type == "code"):
        source = "\n".join(
            line for line in cell.source.splitlines() if "import" not in line.split("#")[0].split()
            or "autodiff_lib.engines." not in line
        )  # fmt: skip
        if not source.strip():
            continue
        with quiet(), contextlib.suppress(*[Exception] * is_tagged(cell)):
            result = run_cell(source, names, f"<{path.stem} cell {k + 1}>")
            if isinstance(result, exercises.Verdict):
                verdicts[result.key] = result
    return verdicts


def is_tagged(cell):
    return EXPECTED_ERROR in cell.metadata.get("tags", [])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_numbers_of_another_library_are_what_it_prints(chapter):
    recorded = getattr(module_of(int(chapter)), "OUTSIDE", None)
    if recorded is None:
        pytest.skip("this chapter shows none")
    try:
        printed = recorded.run()
    except ImportError:
        pytest.skip(f"{recorded.library} is not installed")
    assert printed.strip() == recorded.printed.strip()


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
    "98.1": dict(
        right=["24", "24.0", "import numpy\nnumpy.float64(24)"],
        wrong=[
            ("28", "all that b had"), ("20", "lost the one over c"), ("4", "lost the one over d"),
            ("7", "7 is not it"), ("'24'", "without quotes"),
        ],
    ),
    "98.2": dict(
        right=["(96, 288)", "{'y': 288, 'x': 96}"],
        wrong=[("(96, 144)", "two paths"), ("(96, 1)", "y is not 1"), ("(1, 288)", "x is not 1")],
    ),
    "98.3": dict(
        right=["lambda a, b: (1 / b, -a / (b * b))", "def f(a, b):\n    return [1 / b, -a / b**2]"],
        wrong=[
            ("lambda a, b: (1 / b, a / b**2)", "The sign"),
            ("lambda a, b: (-a / b**2, 1 / b)", "swapped"),
            ("lambda a, b: 1 / b", "two derivatives"),
            ("lambda a, b: (0.5, -1.5)", "expected"),
        ],
    ),
    "98.4": dict(
        right=["'twice'", "'Twice '"],
        wrong=[("'once'", "two times"), ("'never'", "Look"), ("'thrice'", "Choose one")],
    ),
    "98.5": dict(
        right=["[0] * 7"],
        wrong=[("[1]", "1 entries"), ("[1, 2]", "2 entries"), ("5", "asks for seven zeros")],
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def example(monkeypatch):
    module = ModuleType("autodiff_lib.teaching.chapters.chapter_98")
    module.EXERCISES = EXERCISES
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exercises._hints_given.clear()


@pytest.mark.parametrize("key", ANSWERS)
def test_the_example_holds_what_every_exercise_must(key):
    check_right_answers(key, ANSWERS[key], {})
    check_wrong_answers(key, ANSWERS[key], {})
    check_nonsense(key)


def test_the_checks_notice_a_lazy_exercise():
    twice, lost = ("28", "all that b had"), ("20", "lost the one over c")
    with pytest.raises(AssertionError, match="get the same feedback"):
        check_wrong_answers("98.1", dict(wrong=[twice, ("28.0", "all that"), lost]), {})
    with pytest.raises(AssertionError, match="has 2 wrong answers to try"):
        check_wrong_answers("98.1", dict(wrong=[twice, lost]), {})
    with pytest.raises(AssertionError, match="(?s)should be wrong.*24"):
        check_wrong_answers("98.1", dict(wrong=[twice, lost, ("24", "x")]), {})
    with pytest.raises(AssertionError, match="is not said of"):
        check_wrong_answers("98.1", dict(wrong=[twice, lost, ("4", "over f")]), {})
    with pytest.raises(AssertionError, match="(?s)should be right.*28"):
        check_right_answers("98.1", dict(right=["28"]), {})
    with pytest.raises(AssertionError, match="the worked solution of 98.1 is missing"):
        check_notebooks(EXERCISES[0])


def test_verdicts_read_as_text():
    right, wrong, untouched = (repr(check_answer("98.1", answer)) for answer in (24, 7, ...))
    assert right == "\u2713 98.1 Two paths: right.\n  4 over c and 20 over d."
    assert wrong.startswith("\u2717 98.1 Two paths: not yet.\n  7 is not it.")
    assert untouched == (
        "\u25cb 98.1 Two paths: not started yet.\n"
        "  Replace ... by your answer, then run this cell again."
    )
    assert repr(check_answer("98.2", (96, 288))) == "\u2713 98.2 The diamond: right."


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


def test_hint_lists_the_exercises_of_the_chapter_in_use():
    check_answer("98.2")
    hint("98.1")
    assert repr(hint()).splitlines() == [
        "The exercises of chapter 98:",
        "  98.1 Two paths (1 of 3 hints given)",
        "  98.2 The diamond",
        "  98.3 The rule of div",
        "  98.4 Once or twice",
        "  98.5 Seven zeros",
        'hint("98.1") gives a hint.',
    ]


def test_right_wrong_and_open_differ_in_sign_and_colour():
    html = [
        check_answer("98.1", answer)._repr_mimebundle_()["text/html"] for answer in (24, 7, ...)
    ]
    assert [re.search("<b>(.)", text)[1] for text in html] == ["\u2713", "\u2717", "\u25cb"]
    assert len({re.search("background-color:(#[0-9a-f]{6})", text)[1] for text in html}) == 3


@pytest.mark.parametrize("call", [check_answer, hint])
@pytest.mark.parametrize(
    "key, words",
    [
        ("98.9", "no exercise 98.9; chapter 98 has 98.1, 98.2"),
        ("97.1", "chapter 97 has no exercises"),
        (98.1, 'in quotes, "98.1", not 98.1'),  # an exercise of the chapter in use
        ("one", "by chapter and number in quotes"),
        ("98.a", "not '98.a'"),
    ],
)
def test_an_unknown_key_is_answered_with_the_keys_there_are(call, key, words):
    module_of(98)
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
