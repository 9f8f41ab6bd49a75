"""Causes are read from the numbers of a program: its slopes and the paths through it."""

import pytest

from autodiff_lib.graphs.operations import OPERATIONS
from autodiff_lib.teaching.fuzzing import causes, programs
from autodiff_lib.teaching.fuzzing.programs import Program

TRUTHS = {op: OPERATIONS[op].value for op in OPERATIONS}
ONE_PATH = Program({"x": 3, "y": 2}, (("mul", ("x", "y")), ("mul", ("#0", 4))))
TWO_PATHS = Program({"x": 3, "y": 2}, (("mul", ("x", "y")), ("add", ("#0", "x"))))
CANCELLED = Program({"x": 3}, (("mul", ("x", 4)), ("sub", ("#0", "#0"))))


def explain(program, name, got):
    def true_gradients(p):
        return programs.true_gradients(p, TRUTHS)

    slopes = programs.step_slopes(program, programs.true_values(program, TRUTHS), true_gradients)
    return causes.explain_gradient(program, slopes, name, got, true_gradients(program)[name])


@pytest.mark.parametrize(
    "program, name, got, words",
    [
        (ONE_PATH, "x", 2, "the slope of mul along its left operand alone, not times what arrives"),
        (ONE_PATH, "x", 4, "the slope of mul along its left operand alone, not times what follows"),
        (ONE_PATH, "x", 16, ""),
        (TWO_PATHS, "x", 2, "It lacks the path along the right operand of o, which brings 1."),
        (TWO_PATHS, "x", 5, "It counts the path along the left operand of a and the left operand"),
        (TWO_PATHS, "x", 6, ""),
        (TWO_PATHS, "x", 0, ""),
        (CANCELLED, "x", 8, ""),
    ],
)
def test_a_cause_is_named_where_the_numbers_show_it(program, name, got, words):
    said = explain(program, name, got)
    assert words in said if words else said == ""


@pytest.mark.parametrize(
    "got, should, words",
    [
        (4, 2, "is 2 times too large"),
        (1, 2, "is 2 times too small"),
        (-2, 2, "has the wrong sign"),
        (-6, 2, "has the wrong sign, and is 3 times too large"),
        (0, 2, "is zero: nothing arrives"),
        (5, 0, "should be zero"),
        (2.123, 2, "is wrong"),
    ],
)
def test_a_wrong_slope_is_set_beside_the_right_one(got, should, words):
    assert causes.compare(got, should) == words


def test_long_programs_get_no_cause():
    assert (
        causes.explain_gradient(programs.chain(programs.Language({"add": 2}), 9), [], "x", 1, 2)
        == ""
    )
