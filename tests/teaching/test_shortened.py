"""Exercise 13.2 counts the operations of a gradient, and of the one that is printed."""

import numpy as np
import pytest

from autodiff_lib.teaching.chapters.chapter_13 import judge_own, operations_in


def mine(x):
    return np.sum(x * np.log(x))


def printed(x):
    logs = np.log(x)
    x_bar = np.broadcast_to(1.0, shape=(3,))
    return x_bar * logs + x_bar * x * (1.0 / x) * 1.0


def shortened(x):
    return np.log(x) + 1.0


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
