"""Exercise 10.5: two rows that are right are told where they overflow, and softplus its kind."""

import numpy as np
import pytest

from autodiff_lib.arrays import Row, reverse
from autodiff_lib.teaching.chapters.chapter_10 import KIND, OVERFLOW, judge_rows


def rows(softplus, slope, kind="elementwise"):
    return (
        Row("softplus", softplus, "x", kind, x=slope),
        Row("logsumexp", lambda x: np.max(x) + np.log(np.sum(np.exp(x - np.max(x)))), "x",
            x=lambda g, x, out: g * np.exp(x - out)),
    )  # fmt: skip


def steady(g, x):
    return g / (1 + np.exp(-x))


@pytest.mark.parametrize(
    "softplus, slope, said",
    [
        (lambda x: np.logaddexp(0, x), steady, ""),
        (lambda x: np.log(1 + np.exp(x)), steady, OVERFLOW),
        (lambda x: np.logaddexp(0, x), lambda g, x: g * np.exp(x) / (1 + np.exp(x)), OVERFLOW),
    ],
)
def test_rows_that_are_right_are_told_where_they_overflow(softplus, slope, said):
    judged = judge_rows(rows(softplus, slope), reverse)
    assert (judged.state, judged.text) == ("right", said)


def test_a_softplus_without_its_kind_is_right_and_told_so():
    judged = judge_rows(rows(lambda x: np.logaddexp(0, x), steady, kind="general"), reverse)
    assert (judged.state, judged.text) == ("right", KIND)
