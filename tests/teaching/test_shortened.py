"""What right answers of chapter 13 are told: how long a gradient is, what is computed twice."""

import numpy as np
import pytest

from autodiff_lib.programs.write import assign
from autodiff_lib.teaching.chapters.chapter_13 import (
    judge_aloud,
    judge_own,
    operations_in,
)


def mine(x):
    return np.sum(x * np.log(x))


def printed(x):
    logs = np.log(x)
    x_bar = np.broadcast_to(1.0, shape=(3,))
    return x_bar * logs + x_bar * x * (1.0 / x) * 1.0


def shortened(x):
    return np.log(x) + 1.0


def ones(x):
    return np.ones(3)


def test_a_gradient_of_one_call_has_nothing_to_shorten():
    assert "Operations in it: 1." == judge_own((lambda x: np.sum(x), ones)).text


def test_operators_and_calls_are_counted():
    assert operations_in(shortened.__code__) == 2
    assert operations_in(mine.__code__) == 3
    assert operations_in((lambda x: -x[0] if x[1] > 2 else x[2]).__code__) == 2


@pytest.mark.parametrize(
    "gradient, said",
    [
        (shortened, "Operations in it: 2; as printed: "),
        (printed, "Not shortened yet, 8 operations"),
    ],
)
def test_a_right_gradient_is_told_its_length(gradient, said):
    judged = judge_own((mine, gradient))
    assert judged.state == "right" and judged.text.startswith(said), judged.text


def test_a_program_without_a_text_is_right_too():
    class Program:
        def __call__(self, x):
            return shortened(x)

    assert judge_own((mine, Program())) is True


@pytest.mark.parametrize(
    "line, twice",
    [
        ("print({text})", True),
        ("print('{text} =', {name})", False),
        ("print(f'{{{name}}}')", False),
    ],
)
def test_a_line_that_computes_its_value_again_is_told_so(line, twice):
    def assign_aloud(page, step, text):
        assign(page, step, text)
        page.lines.append(line.format(text=text, name=page.terms[id(step)]))

    judged = judge_aloud(assign_aloud)
    assert judged.state == "right"
    assert ("computes the value again" in judged.text) == twice, judged.text
