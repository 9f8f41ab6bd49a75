"""Rows of identities: which are true of floats, and how they come and go."""

import itertools
import math

import numpy as np
import pytest

from autodiff_lib.arrays import Program, Row, add_rows, gradient_program, operation, remove_row
from autodiff_lib.arrays.structures import flatten
from autodiff_lib.programs.by_steps import compute, graph
from autodiff_lib.programs.identities import IDENTITIES, add_identities, remove_identities
from autodiff_lib.programs.identity_rows import IDENTITY_ROWS
from autodiff_lib.programs.patterns import leaves, read_identity
from autodiff_lib.programs.readers_names import parameter_names
from autodiff_lib.programs.row_check import check_identity, evaluate
from autodiff_lib.programs.simplify import operations, simplify
from autodiff_lib.programs.trace import record

ROWS = IDENTITY_ROWS.strip().split("\n")


def trace_outputs(f, *arguments):
    """Return the steps of a function's results, one or several."""
    trace, _, result = record(f, arguments, parameter_names(f, len(arguments)))
    return [trace.lower(leaf) for leaf in flatten(result)]


@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_the_library_is_true_of_floats(row):
    assert check_identity(row) is None


@pytest.mark.parametrize("row", ROWS)
def test_no_row_makes_a_number_of_a_letter_that_is_inf_or_nan(row):
    left, right = read_identity(row)
    letters = sorted(leaves(left, str))
    values = [0.0, 1.0, -1.0, 1e200, -1e200, 1e-200, math.inf, -math.inf, math.nan]
    with np.errstate(all="ignore"):
        for some in itertools.product(map(np.float64, values), repeat=len(letters)):
            numbers = dict(zip(letters, some, strict=True))
            sides = [math.isfinite(evaluate(side, numbers)) for side in (left, right)]
            assert sides[0] == sides[1] or all(map(math.isfinite, some)), numbers


def softmax(x, t):
    e = np.exp(x - t)
    return np.exp(x - (np.log(np.sum(e)) + t)), np.exp(x - (t + np.log(np.sum(e))))


def test_softmax_reads_off_what_its_logarithm_has_computed():
    x = np.array([0.3, 0.7, 1.1])
    outputs = trace_outputs(softmax, x, 0.5)
    short, _ = simplify(outputs)
    assert [output.op for output in short] == ["div", "div"] and short[0] is short[1]
    for one, other in zip(compute(outputs, x=x, t=0.5), compute(short, x=x, t=0.5), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)


@pytest.mark.parametrize("f", [
    lambda x, t: np.exp(x - (np.log(np.sum(np.exp(t - x))) + t)),
    lambda x, t: np.exp(x - (np.log(np.sum(np.exp(x - 2.0 * t))) + t)),
    lambda x, t: np.exp(x - (np.log(np.max(np.exp(x - t))) + t)),
    lambda x, t: np.exp(x - (np.sqrt(np.sum(np.exp(x - t))) + t)),
])  # fmt: skip
def test_what_is_no_softmax_stays_an_exponential(f):
    (output,), _ = simplify(trace_outputs(f, np.array([0.3, 0.7]), 0.5))
    assert output.op == "exp"


def test_factoring_may_overflow_where_the_sum_of_products_does_not():
    row, numbers = "x * z + y * z -> (x + y) * z", {"x": 1e308, "y": 1e308, "z": 0.5}
    step = graph(lambda x, y, z: x * z + y * z, 1.0, 1.0, 1.0)
    with np.errstate(over="ignore"):
        assert compute([step], **numbers) == [1e308]
        assert compute(simplify([step])[0], **numbers) == [math.inf]
        assert check_identity(row, [1e308, 0.5]) == (
            {"x": 1e308, "y": 1e308, "z": 0.5},
            1e308,
            math.inf,
        )
    assert check_identity(row) is None


ACCEPTED = {
    "x * z + y * z -> (x + y) * z": ({"x": 2.0, "y": -1.0, "z": math.inf}, "nan", "inf"),
    "x - y -> -(y - x)": ({"x": 2.0, "y": 2.0}, "0.0", "-0.0"),
    "x + 0 -> x": ({"x": -0.0}, "0.0", "-0.0"),
    "x * x -> -(x * x)": ({"x": math.inf}, "inf", "-inf"),
    "x - x -> x": ({"x": math.inf}, "nan", "inf"),
}


@pytest.mark.parametrize("row", ACCEPTED)
def test_what_a_row_hides_is_told_where_it_is_asked_for(row):
    wanted, *both = ACCEPTED[row]
    numbers = list(wanted.values())
    assert check_identity(row, numbers) is None
    found, *sides = check_identity(row, numbers, strict=True)
    assert repr(found) == repr(wanted) and [repr(side) for side in sides] == both


def test_rows_that_hide_nothing_are_strictly_true():
    for row in ("x * 1 -> x", "-(-x) -> x", "x - -y -> x + y", "-x * y -> -(x * y)"):
        assert check_identity(row, strict=True) is None
    assert check_identity("x * 0.1 -> x / 10", [3.0, -0.0], strict=True) is None


def test_a_program_may_hide_what_its_rows_hide():
    step = graph(lambda x, y, z: x * z + y * z, 1.0, 1.0, 1.0)
    numbers = {"x": 2.0, "y": -1.0, "z": math.inf}
    with np.errstate(invalid="ignore"):
        assert math.isnan(compute([step], **numbers)[0])
        assert compute(simplify([step])[0], **numbers) == [math.inf]


REGROUPED = "x * (w * z) + y * (v * z) -> (x * w + y * v) * z"


@pytest.mark.parametrize("numbers, found", [
    (dict(x=0.0, w=1e200, y=0.0, v=0.0, z=1e200), ("nan", "0.0")),
    (dict(x=1e-300, w=1e200, y=0.0, v=1e-300, z=1e200), ("inf", "1e+100")),
    (dict(x=1e200, w=1e200, y=1e200, v=1e200, z=1e-200), ("2e+200", "inf")),
])  # fmt: skip
def test_regrouped_products_overflow_elsewhere(numbers, found):
    step = graph(lambda x, w, y, v, z: x * (w * z) + y * (v * z), 1.0, 2.0, 3.0, 4.0, 5.0)
    with np.errstate(over="ignore", invalid="ignore"):
        (before,), (after,) = compute([step], **numbers), compute(simplify([step])[0], **numbers)
    assert (f"{before:.4g}", f"{after:.4g}") == tuple(
        side if side in ("nan", "inf") else f"{float(side):.4g}" for side in found
    )
    assert check_identity(REGROUPED, [*{*numbers.values()}])


def test_where_a_letter_is_inf_or_nan_no_row_gives_a_number():
    for row in ROWS:
        for extreme in (math.inf, math.nan):
            assert check_identity(row, [0.0, 2.0, extreme]) is None


def test_rows_are_added_unchecked():
    step = graph(lambda x: x + x, 2.0)
    add_identities("x + x -> 3 * x")
    try:
        assert compute(simplify([step])[0], x=2.0) == [6.0]
    finally:
        remove_identities("x + x -> 3 * x")


ENDLESS = {
    "x + y -> y + x": lambda x, y: x + y,
    "a * x -> x * a": lambda x, y: 3.0 * x,
    "(x * y) * z -> x * (y * z)": lambda x, y: (x * y) * np.sin(x),
    "x * x -> square(x)\nsquare(x) -> x * x": lambda x, y: x * x + 1.0,
}


@pytest.mark.parametrize("rows", ENDLESS)
def test_rows_that_lead_nowhere_are_named(rows):
    steps = trace_outputs(ENDLESS[rows], 2.0, 3.0)
    add_identities(rows)
    try:
        with pytest.raises(ValueError, match=r"lead nowhere, again and again") as caught:
            simplify(steps)
    finally:
        remove_identities(rows)
    assert all(row in str(caught.value) for row in rows.split("\n"))


@pytest.mark.parametrize("row", ["foo(x) -> x", "sin(x, y) -> x", "stack(x, x) -> x"])
def test_a_row_of_no_operation_of_the_table_is_refused(row):
    with pytest.raises(ValueError, match=r"no operation '\w+' takes"):
        add_identities(row)


def test_no_more_operations_are_made_than_go_away():
    def f(x, y):
        return np.exp(x - y), np.sin(np.exp(x) * np.exp(y))

    rows = "x - y -> x + -1 * y\nexp(x) * exp(y) -> exp(x + y)"
    add_identities(rows)
    try:
        minus, product = simplify(trace_outputs(f, 2.0, 3.0))[0]
    finally:
        remove_identities(rows)
    assert minus.operands[0].op == "sub" and product.operands[0].op == "exp"


def one_product(x, y, z):
    product = y * z
    return x * z + product, np.sin(product)


def the_same_product_twice(x, y, z):
    return np.sin(y * z), x * z + y * z


def a_product_that_a_rule_leaves(x, y, z):
    product = (y * z) / 1.0
    return x * z + product, np.sin(product)


@pytest.mark.parametrize("f", [one_product, the_same_product_twice, a_product_that_a_rule_leaves])
def test_what_another_line_needs_too_does_not_count_as_going_away(f):
    outputs, _ = simplify(trace_outputs(f, 2.0, 3.0, 5.0))
    assert {output.op for output in outputs} == {"add", "sin"}


def test_a_rule_that_waited_for_a_step_gets_another_walk():
    product, _ = simplify(trace_outputs(lambda x, y, z: x * z + (y * z) * 1.0, 2.0, 3.0, 5.0))
    assert [step.op for step in operations(product)] == ["add", "mul"]


FALSE = {
    "x / x -> 1": {"x": 0.0},
    "x * 0 -> 0": {"x": math.inf},
    "x - x -> 0": {"x": math.inf},
    "(x + y) + z -> x + (y + z)": {"x": 1.0, "y": -1.0, "z": 2.0**-70},
    "sqrt(x * x) -> x": {"x": -1.0},
    "x - y -> y - x": {"x": 0.0, "y": 1.0},
}


@pytest.mark.parametrize("row", FALSE)
def test_a_row_that_is_false_of_floats_is_caught(row):
    assert check_identity(row)[0] == FALSE[row]


def test_what_gets_lost_in_a_sum_is_caught():
    numbers = {"x": 1e-20, "y": 1.0}
    assert check_identity("(x + y) - y -> x", [1e-20, 1.0]) == (numbers, 0.0, 1e-20)


def test_unsigned_numbers_have_no_sign_to_move():
    assert check_identity("x + -y -> x - y") is None
    numbers, left, right = check_identity("x + -y -> x - y", unsigned="y")
    assert numbers == {"x": 0.0, "y": 1} and (left, right) == (255.0, -1.0)


def test_a_row_may_give_a_number_and_be_taken_back():
    def f(x):
        return 3.0 * (np.sin(x) * np.sin(x) + np.cos(x) * np.cos(x))

    row = "sin(x) * sin(x) + cos(x) * cos(x) -> 1"
    (before,), _ = simplify([graph(f, 2.0)])
    add_identities(row)
    try:
        (after,), _ = simplify([graph(f, 2.0)])
    finally:
        remove_identities(row)
    assert before.op == "mul" and after.constant and after.raw == 3.0
    assert simplify([graph(f, 2.0)])[0][0].op == "mul"


ANYWHERE = {
    "((x + y) + x) + y -> 2 * (x + y)": (lambda x, y: ((x + y) + x) + y, 2),
    "(p * q) / p -> q": (lambda x, y: (x * y) / x, 0),
    "exp(x) / (1 + exp(x)) -> sigmoid(x)": (lambda x, y: np.exp(x) / (1 + np.exp(x)), 1),
    "sin(x) * sin(x) + cos(x) * cos(x) -> 1": (
        lambda x, y: (np.cos(y) * np.cos(y) + np.sin(y) * np.sin(y)) * x, 0),
}  # fmt: skip


@pytest.mark.parametrize("row", ANYWHERE)
def test_a_row_is_tried_wherever_it_matches(row):
    f, count = ANYWHERE[row]
    add_identities(row)
    try:
        outputs, _ = simplify([graph(f, 2.0, 3.0)])
    finally:
        remove_identities(row)
    assert len(operations(outputs)) == count


def test_a_number_is_not_put_in_the_place_of_an_array():
    add_identities("tanh(x) -> 1")
    try:
        assert "np.tanh" in str(gradient_program(lambda x: np.sum(np.tanh(x)), np.ones(3)))
    finally:
        remove_identities("tanh(x) -> 1")


def test_only_rows_that_are_there_are_taken_out():
    before = list(IDENTITIES.identities)
    with pytest.raises(ValueError):
        remove_identities("x * 1 -> x * x")
    assert before == IDENTITIES.identities


def test_unsigned_numbers_are_left_alone():
    f = lambda x, y: x + -y  # noqa: E731
    (output,), _ = simplify([graph(f, 2.0, np.uint8(0))])
    assert output.op == "add"


def test_what_is_asked_for_itself_does_not_count_as_going_away():
    outputs = trace_outputs(lambda x, y, z: (q := x * z, p := y * z, q + p), 2.0, 3.0, 5.0)
    assert len(operations(simplify(outputs)[0])) == 3


def test_a_row_that_is_added_later_may_commute():
    def cup(x, y):
        return np.hypot(x, y)

    row = Row("cup", cup, "x, y", "elementwise", commutes=True, x=None, y=None)
    add_rows(row)
    try:
        function = operation(row)
        program = Program(lambda x, y: function(x, y) + function(y, x), (3.0, 4.0))
        assert program.source.count("cup(") == 1 and program(3.0, 4.0) == 10.0
    finally:
        remove_row("cup")


def test_a_reduction_that_is_reshaped_keeps_its_shape():
    x = np.arange(12.0).reshape(3, 4)
    for reduce in (np.max, np.mean, np.prod):
        for shape in ((3,), (1, 3)):
            f = lambda x: np.reshape(reduce(np.sin(x), axis=1, keepdims=True), shape)  # noqa: B023, E731
            assert Program(f, (x,))(x).shape == shape
