"""Each judge knows right from wrong, names the belief, and answers nonsense in a sentence."""

import linecache
import math
import re
from operator import methodcaller

import numpy as np
import pytest

from autodiff_lib.engines.symbolic import Tensor
from autodiff_lib.teaching.judges import OPEN, choice, custom, function, number, numbers
from autodiff_lib.teaching.verdicts import Judgement

NONSENSE = [None, "x", "", object(), math.nan, 1j, [], {}, print, int, b"2", np.ones((2, 2)), True]


def is_sentence(text):
    return bool(text) and "\n" not in text and " 0x" not in text and len(text) < 400


# ------------------------------------------------------------------------------------- number

beliefs_24 = {28: "You sent on the accumulated gradient.", 20: "A path was lost."}


@pytest.mark.parametrize("answer", [24, 24.0, np.float64(24), np.array(24), Tensor(24), 24 + 1e-12])
def test_number_accepts_every_way_to_write_it(answer):
    assert number(24, beliefs_24)(answer).state == "right"


@pytest.mark.parametrize(
    "answer, words",
    [
        (28, "You sent on the accumulated gradient."),
        (20, "A path was lost."),
        (7, "7 is not it."),
        (24.024, "24.024 is very near. The exact number is asked for."),
        (24.3, "24.3 is not it."),
        ("24", "write it without quotes, not '24'"),
        (None, "was a value assigned, or returned"),
        (math.nan, "nan, not a number"),
        (True, "got True or False"),
        (24 + 0j, "got a complex number"),
        ([24], "got a tuple or list of 1"),
        (np.array([24]), "got an array of shape (1,)"),
        (max, "call it, and hand in its result"),
    ],
)
def test_number_answers_a_wrong_number_with_its_belief(answer, words):
    assert number(24, beliefs_24)(answer).state == "wrong"
    assert words in number(24, beliefs_24)(answer).text


def test_small_numbers_are_told_apart_and_rounding_is_not():
    assert number(1e-12)(0).state == "wrong" and number(1e-12)(2e-12).state == "wrong"
    assert number(2**1100)(2**1100 + 1).state == number(24)(10**5000).state == "wrong"
    assert number(0)(0.1 + 0.2 - 0.3).state == "right"
    cancels = function(lambda a: a - a, [np.array([1.0, 0.1]), 0.3])
    assert cancels(lambda a: (a + 0.2) - 0.2 - a).state == "right"


def test_number_says_why_the_right_one_is_right():
    assert number(24, because="20 + 4.")(24) == Judgement("right", "20 + 4.")


# ------------------------------------------------------------------------------------ numbers

three = numbers(
    {"x": 96, "y": 288, "z": 288},
    [
        ({"y": 144}, "One of the two paths from y is lost."),
        ((288, 96, 288), "x and y are swapped."),
        (576, "Counted twice."),
    ],
)


@pytest.mark.parametrize(
    "answer",
    [(96, 288, 288), [96, 288.0, 288], np.array([96, 288, 288]), {"z": 288, "x": 96, "y": 288}],
)
def test_numbers_accepts_tuple_array_and_dict(answer):
    assert three(answer).state == "right"


@pytest.mark.parametrize(
    "answer, text",
    [
        ((96, 144, 288), "One of the two paths from y is lost."),
        ((1, 144, 288), "One of the two paths from y is lost."),
        ((288, 96, 288), "x and y are swapped."),
        ((96, 288, 576), "Counted twice."),
        ((96, 1, 288), "x and z are right. y is not 1."),
        ((96, ..., 2), "x is right. y is still open. z is not 2."),
        (("96", 288, 288), "y and z are right. x: A number is asked for"),
        ((96, 288), "asks for 3 numbers, x, y, z; got 2."),
        ({"x": 96, "y": 288}, "there is no entry 'z'"),
        (96, "asks for 3 numbers, x, y, z; got a number."),
    ],
)
def test_numbers_gives_feedback_per_entry(answer, text):
    assert three(answer).state == "wrong" and text in three(answer).text


def test_numbers_without_names_are_counted_from_one():
    assert numbers((1, 2))((1, 3)).text == "number 1 is right. number 2 is not 3."


def test_numbers_that_are_all_dots_have_not_been_started():
    assert three((..., ..., ...)).state == "open"
    assert three({"x": ..., "y": ..., "z": ...}).state == "open"


# ------------------------------------------------------------------------------------- choice

letters = choice("b", {"a": "belief a", "b": "because b", "c": "belief c"})


def test_choice_ignores_case_and_spaces_and_answers_every_option():
    assert letters(" B ") == Judgement("right", "because b")
    assert letters("a") == Judgement("wrong", "belief a")
    assert letters("C") == Judgement("wrong", "belief c")
    assert letters("d") == Judgement("wrong", "Choose one of 'a', 'b', 'c'; got 'd'.")
    assert choice(True, {True: "yes", False: "no"})(1).state == "wrong"


# ----------------------------------------------------------------------------------- function

multiply = function(
    lambda a, b: a * b, [(2, 3), (4, 5)], [(lambda a, b: a + b, "That is their sum.")]
)


def shell(a, b):
    """Multiply a and b."""
    ...


def returns_dots(a, b):
    return ...


def not_implemented(a, b):
    raise NotImplementedError


def right(a, b):
    return a * b


@pytest.mark.parametrize("f", [shell, returns_dots, not_implemented])
def test_untouched_function_has_not_been_started(f):
    assert multiply(f).state == "open"


def test_right_function_is_right_whatever_its_parameters_are_called():
    assert multiply(right).state == "right"
    assert multiply(lambda *both: math.prod(both)).state == "right"
    assert multiply(math.prod).state == "wrong"


@pytest.mark.parametrize(
    "f, words",
    [
        (lambda a, b: a + b, "That is their sum."),
        (lambda a, b: 6, "f(4, 5) gives 6, expected 20."),
        (lambda a, b: print(end=""), "f(2, 3) gives None: is a return missing?"),
        (lambda a, b: str(a * b), "f(2, 3) gives text in quotes, expected a number."),
        (lambda a, b: np.array([a * b]), "gives an array of shape (1,), expected a number."),
        (lambda a, b: a * b / 0, "f(2, 3) ended with ZeroDivisionError: division by zero"),
        (lambda a, b: math.nan, "f(2, 3) gives nan, expected 6."),
        (lambda a, b: complex(a * b), "gives a complex number, expected a number."),
        (lambda a: a, "Your function must take 2 arguments: (a, b)."),
        (lambda: 6, "Your function must take 2 arguments: (a, b)."),
        (6, "asks for a function, got a number. Pass the function itself"),
    ],
)
def test_wrong_function_gets_its_belief_or_the_first_difference(f, words):
    assert multiply(f).state == "wrong" and words in multiply(f).text


def test_function_that_is_right_at_the_shown_probe_only_is_caught():
    assert multiply(lambda a, b: 6 if (a, b) == (2, 3) else 0).state == "wrong"
    with pytest.raises(ValueError, match="two probes at least"):
        function(abs, [1])


def test_function_that_changes_its_arguments_is_told_so_and_the_probes_stay_whole():
    total = function(sum, [([1, 2],), ([3],)])

    def greedy(numbers):
        result = sum(numbers)
        numbers.clear()
        return result

    for _ in range(2):
        assert "greedy([1, 2]) changes its arguments: work on copies" in total(greedy).text
    assert total(lambda numbers: sum(numbers)).state == "right"


def test_functions_written_in_c_are_judged_too():
    assert function(max, [(1, 2), (4, 3)])(lambda a, b: a if a > b else b).state == "right"
    assert function(max, [(1, 2), (4, 3)])(lambda a: a).text.endswith("2 arguments: (...).")
    assert function(lambda a, b: b, [(1, 2), (3, 4)])(max).state == "right"


def test_function_that_should_raise_is_compared_by_the_type_of_its_error():
    root = function(math.sqrt, [4, -1])
    assert root(lambda x: math.sqrt(x)).state == "right"
    assert root(lambda x: abs(x) ** 0.5).text == "f(-1) gives 1.0, but should raise ValueError."


def test_functions_of_arrays_and_tuples_are_compared_entry_by_entry():
    vjp = function(lambda g, a: (g * a, g.sum()), lambda: [(np.ones(2), 2), (np.arange(2.0), 3)])
    assert vjp(lambda g, a: [a * g, np.sum(g)]).state == "right"
    assert "expected ([2.0, 2.0], 2.0)" in vjp(lambda g, a: (g, a)).text


# ------------------------------------------------------------------------------------- custom


def test_custom_judge_answers_with_its_own_words_or_with_what_it_asks_for():
    judge = custom(lambda xs: len(xs) == 2 or f"{len(xs)} nodes, not 2.", "a list of nodes")
    assert judge([1, 2]).state == "right"
    assert judge([1]) == Judgement("wrong", "1 nodes, not 2.")
    assert custom(lambda answer: OPEN, "a node")(3) == OPEN
    assert custom(len, "a list of nodes")(5).text == (
        "This exercise asks for a list of nodes; got a number."
    )


def test_a_readers_error_is_told_with_its_line_and_what_was_asked_for():
    def answer(x):
        return x.nothing

    text = custom(lambda f: f(3) == 3 or "Not 3.", "a function of a number")(answer).text
    assert text.startswith("This exercise asks for a function of a number; running yours ended")
    assert "return x.nothing" in text


def test_an_error_is_told_at_the_line_of_the_answers_own_cell():
    names, file = {}, "<another cell>"
    text = "def halve(x):\n    return x.half\n"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), names)

    def answer(x):
        return names["halve"](x)

    text = custom(lambda f: f(3) == 3 or "Not 3.", "a function of a number")(answer).text
    assert 'return names["halve"](x)' in text and "x.half" not in text


class Empty:
    """A class of the reader's that takes nothing."""

    def __init__(self):
        pass


@pytest.mark.parametrize(
    "answer, said",
    [
        (lambda: 3, "takes 0 positional arguments but 1 was given"),
        (lambda x, y: 3, "missing 1 required positional argument: 'y'"),
        (Empty, "takes 1 positional argument but 2 were given"),
    ],
)
def test_a_function_that_takes_other_arguments_is_told_so(answer, said):
    text = custom(methodcaller("__call__", 3), "a function of a number")(answer).text
    assert text.startswith("This exercise asks for a function of a number; calling yours like")
    assert said in text and "got a function" not in text


class Draft:
    """A class of the reader's that lacks what the library's Tensor has."""

    def __add__(self, other):
        return self


def test_judges_take_the_readers_classes_and_name_an_earlier_draft():
    from autodiff_lib.engines.symbolic import Tensor
    from autodiff_lib.teaching.namespace import Chapter

    module = ("autodiff_lib.engines.symbolic",)
    judge = custom(lambda x, chapter: isinstance(x, chapter.Tensor), "a Tensor", ("Tensor",))
    mine = type("Tensor", (Tensor,), {})
    assert judge(mine(3), Chapter({"Tensor": mine}, module)).state == "right"
    assert judge(Tensor(3), Chapter({"Tensor": mine}, module)).state == "wrong"
    assert judge(Tensor(3), Chapter({}, module)).state == "right"
    judgement = judge(3, Chapter({"Tensor": Draft}, module, "02"))
    assert judgement.state == "open"
    said = r"Tensor is an earlier draft in this notebook: it has no \w+\. Run cell"
    assert re.match(said, judgement.text)


def test_a_notebook_that_has_not_run_all_its_cells_is_told_which_to_run():
    from autodiff_lib.engines.topological import Node
    from autodiff_lib.teaching.namespace import Chapter

    judge = custom(lambda x, chapter: True, "a Node", ("Node", "grad"))
    mine = type("Node", (Node,), {})
    text = judge(3, Chapter({"Node": mine}, ("autodiff_lib.engines.topological",), "07")).text
    assert text.startswith("This notebook defines Node, but not grad. Run cell [")


@pytest.mark.parametrize("answer", NONSENSE, ids=lambda x: repr(x).partition(" at ")[0])
@pytest.mark.parametrize(
    "judge",
    [number(24), three, letters, multiply, custom(lambda x: x.shape == (7,), "seven entries")],
    ids=["number", "numbers", "choice", "function", "custom"],
)
def test_nonsense_gets_one_sentence(judge, answer):
    judgement = judge(answer)
    assert judgement.state == "wrong" and is_sentence(judgement.text)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: number("24"), "number judges by a number, got text in quotes"),
        (lambda: number(24, {24: "no"}), "24 is the right answer"),
        (lambda: numbers({}), "several numbers"),
        (lambda: numbers({"x": 1}, [({"y": 1}, "no")]), "but the entries are"),
        (lambda: choice("d", {"a": "no"}), "'d' is not among the options"),
    ],
)
def test_a_judge_that_cannot_work_is_refused_when_it_is_made(make, words):
    with pytest.raises((TypeError, ValueError), match=words):
        make()
