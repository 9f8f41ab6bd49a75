"""The programs that the fuzzer tries are many, tame, and of every sort that breaks engines."""

import math
import random

import pytest

from autodiff_lib.graphs.operations import OPERATIONS
from autodiff_lib.teaching.fuzzing import programs
from autodiff_lib.teaching.fuzzing.programs import Program

ARITIES = {
    op: OPERATIONS[op].spelling.count("{}") for op in ("add", "sub", "mul", "div", "pow", "exp")
}
LANGUAGE = programs.Language(ARITIES)
TRUTHS = {op: OPERATIONS[op].value for op in OPERATIONS}
RANDOM = [
    programs.random_program(random.Random(seed), LANGUAGE, TRUTHS, 3 + seed % 38)
    for seed in range(300)
]


def uses(program):
    return [operand for _, operands in program.steps for operand in operands]


def test_a_program_is_printed_as_straight_line_code():
    program = Program(
        {"x": 3, "y": 2}, (("add", ("x", 4)), ("pow", ("#0", 2)), ("sub", ("y", "#1")))
    )
    assert str(program) == "x = 3\ny = 2\na = x + 4\nb = a ** 2\no = y - b"
    assert programs.true_values(program, TRUTHS)["#2"] == -47
    assert programs.true_gradients(program, TRUTHS) == {"x": -14.0, "y": 1.0}
    assert programs.count_paths(program, "x") == programs.count_paths(program, "y") == 1


def test_long_programs_have_a_name_for_every_step():
    names = programs.chain(programs.Language({"add": 2}), 60).names()
    assert len(set(names.values())) == 61 and names["#59"] == "o"


@pytest.mark.parametrize(
    "steps",
    [
        [("div", ("x", 0))],
        [("log", ("y",))],
        [("pow", ("y", 0.5))],
        [("relu", ("z",))],
        [("abs", ("z",))],
        [("exp", ("x",)), ("exp", ("#0",))],
        [("sub", ("x", 3)), ("div", ("x", "#0"))],
        [("mul", ("x", 1e-9))],
    ],
)
def test_programs_that_cannot_be_compared_are_left_out(steps):
    assert programs.true_values(Program({"x": 3, "y": -2, "z": 0}, tuple(steps)), TRUTHS) is None


def test_every_small_program_is_there_once_and_uses_all_of_itself():
    language = programs.Language({"add": 2, "mul": 2})
    small = [p for size in (1, 2) for p in programs.all_programs(language, size)]
    assert len({str(p) for p in small}) == len(small) == 8 + 120
    for p in small:
        assert programs.prune(p.inputs, p.steps) == p and uses(p)[0] in ("x", 4)
        assert programs.true_values(p, TRUTHS) is not None
    without = programs.all_programs(programs.Language({"add": 2}, constants=False), 1)
    assert [str(p).splitlines()[-1] for p in without] == ["o = x + y", "o = x + x"]


def test_random_programs_are_tame_and_of_every_sort():
    for p in RANDOM:
        known = programs.true_values(p, TRUTHS)
        values = [known[f"#{k}"] for k in range(len(p.steps))]
        assert all(v == 0 or 1e-6 <= abs(v) <= 1e6 and math.isfinite(v) for v in values)
        paths = [programs.count_paths(p, name) for name in p.inputs]
        assert sum(paths) <= programs.MOST_PATHS and list(p.inputs) == list("xyz")[: len(paths)]
    steps = [step for p in RANDOM for step in p.steps]
    assert max(len(p.steps) for p in RANDOM) > 25
    assert any(len(set(operands)) < len(operands) for _, operands in steps)
    assert any(uses(p).count("#0") > 2 for p in RANDOM)
    assert any(not isinstance(xs[0], str) for _, xs in steps)
    assert any(not isinstance(xs[-1], str) for _, xs in steps)
    assert {op for op, _ in steps} == set(ARITIES)
    assert {xs[1] for op, xs in steps if op == "pow"} == set(programs.EXPONENTS)


def test_random_programs_are_the_same_for_the_same_seed_and_may_leave_out_numbers():
    again = programs.random_program(random.Random(7), LANGUAGE, TRUTHS, 10)
    assert again == RANDOM[7] and again != RANDOM[45]
    plain = [
        programs.random_program(random.Random(s), programs.Language(ARITIES, False), TRUTHS, 9)
        for s in range(50)
    ]
    steps = [step for p in plain for step in p.steps if step[0] != "pow"]
    assert all(isinstance(operand, str) for _, operands in steps for operand in operands)


def test_changes_keep_a_power_with_a_number_for_exponent():
    for p in RANDOM[:40]:
        for other in programs.simpler(p, LANGUAGE):
            assert all(not isinstance(xs[1], str) for op, xs in other.steps if op == "pow")


def test_pruning_leaves_out_what_the_output_does_not_need():
    steps = [("add", ("y", 1)), ("exp", ("x",)), ("mul", ("#0", "z"))]
    assert programs.prune({"x": 1, "y": 2, "z": 3}, steps) == Program(
        {"x": 2, "y": 3}, (("add", ("x", 1)), ("mul", ("#0", "y")))
    )


@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "neg", "abs"])
def test_chains_stay_tame(op):
    long = programs.chain(programs.Language({op: OPERATIONS[op].spelling.count("{}")}), 5_000)
    assert len(long.steps) == 5_000 and programs.true_values(long, TRUTHS) is not None


def test_there_is_no_chain_of_what_grows_or_dies_out():
    assert programs.chain(programs.Language({"exp": 1, "tanh": 1}), 100) is None


def test_shrinking_ends_at_a_program_that_no_change_makes_smaller():
    def fails(program):
        """Whether a sum is multiplied."""
        sums = {f"#{k}" for k, (op, _) in enumerate(program.steps) if op == "add"}
        return any(op == "mul" and sums & set(operands) for op, operands in program.steps)

    for p in filter(fails, RANDOM[:60]):
        small = programs.shrink(p, fails, LANGUAGE, TRUTHS)
        assert len(small.steps) == 2 and fails(small) and list(small.inputs) == ["x"]
