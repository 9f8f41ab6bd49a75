"""The reader's fuzzer finds every typical mistake, in the smallest graph, the same each time."""

import ast
import math
import os
import stat

import buggy_engine
import numpy as np
import planted_mistakes
import pytest
from buggy_engine import Node, gradients

from autodiff_lib.engines import overloading, paths, symbolic, topological
from autodiff_lib.teaching import fuzz

ALL = "add sub mul div pow neg exp tanh"


@pytest.fixture(autouse=True)
def no_mistakes():
    Node.mistakes = set()
    buggy_engine.MEMORY.clear()


def fuzz_with(mistake, operations=ALL, **options):
    Node.mistakes = {mistake}
    return fuzz(Node, gradients, operations, **options)


def true_gradients(output, inputs):
    return topological.grad(output, *inputs)


def test_right_engine_passes_and_the_report_counts_what_was_tried():
    report = fuzz(Node, gradients)
    assert report and repr(report) == (
        "no mistake found in all 282 graphs of one or two operations, 500 random graphs of up to "
        "34 operations, a chain of 5,000.\nOperations: add, sub, mul, plain numbers on either side."
    )
    assert report._repr_mimebundle_() == {"text/plain": report.text}


def test_without_random_graphs_or_a_chain_the_report_names_neither():
    assert repr(fuzz(Node, gradients, "add", graphs=0, chain=0, constants=False)) == (
        "no mistake found in all 14 graphs of one or two operations.\nOperations: add."
    )


def test_an_engine_that_is_not_written_yet_is_no_error():
    for report in (fuzz(..., ...), fuzz(Node, ...), fuzz(..., gradients)):
        assert not report and repr(report).startswith("no engine yet: replace ...")
    assert "got ..." in repr(fuzz(Node, lambda output, inputs: ...))


def test_right_engines_of_the_series_pass_with_all_operations():
    operations = "add sub mul div pow neg exp log sin cos tanh relu abs square"
    assert fuzz(topological.Node, true_gradients, operations, twice=True)


@pytest.mark.parametrize(
    "mistake, steps, words",
    [
        ("overwritten", ["o = x + x"], "do/dx: your engine says 1, should be 2. x reaches o along"),
        (
            "overwritten",
            ["o = x + x"],
            "It lacks the path along the left operand of o, which brings 1",
        ),
        ("operands in a set", ["o = x + x"], "your engine says 1, should be 2."),
        ("sign of sub", ["o = x - y"], "slope of sub along its right operand has the wrong sign."),
        ("div swapped", ["o = x / y"], "The slopes of div along its two operands are swapped."),
        ("pow", ["o = x ** 3"], "slope of pow along its left operand is 3 times too small."),
        ("exp as power", ["o = exp(x)"], "should be 20.0855."),
        ("tanh of the operand", ["o = tanh(x)"], "your engine says -8, should be"),
        ("rsub", ["o = 4 - x"], "your engine says o = -1, should be 1."),
        ("value of 4 * x", ["o = 4 * x"], "your engine says o = 15, should be 12."),
        ("no constants", ["o = x + 4"], "pass constants=False."),
        ("accumulated gradient sent on", ["a = x + y", "o = a + a"], "says 3, should be 2."),
        (
            "nodes told apart by value",
            ["a = x + y", "o = z + a"],
            "do/dx: your engine says 0, should be 1.",
        ),
        ("fifth arrow lost", ["a = x + x", "b = x + x", "c = a + b", "o = x + c"], "says 1, sho"),
        ("none", ["o = x + y"], "do/dx must be a number, got None."),
        ("dict", ["o = x + y"], "must return a list with one derivative for each input"),
    ],
)
def test_each_mistake_is_found_in_the_smallest_graph(mistake, steps, words):
    report = fuzz_with(mistake)
    listing = [line for line in str(report.program).splitlines() if line[0] not in "xyz"]
    assert not report and words in repr(report), report
    assert len(listing) == len(steps) and (len(steps) > 3 or listing == steps), report


def test_a_failure_that_small_graphs_miss_is_shrunk_to_the_smallest():
    report = fuzz_with("pre-order", "add sub mul")
    assert str(report.program) == "x = 3\na = x + x\nb = a + x\no = a + b"
    assert "your engine says 3, should be 5. x reaches o along 5 paths." in repr(report)


def test_shrinking_takes_any_failing_graph_to_the_smallest():
    """Small graphs left out, so that random ones have to be shrunk."""
    from autodiff_lib.teaching.fuzzing import programs
    from autodiff_lib.teaching.fuzzing.fuzzer import OPERATORS, search
    from autodiff_lib.teaching.fuzzing.trial import Questions, Trial

    Node.mistakes = {"accumulated gradient sent on"}
    truths = {op: OPERATORS[op] for op in ("add", "sub", "mul")}
    trial = Trial(Node, gradients, truths, truths, Questions())
    language = programs.Language(dict.fromkeys(truths, 2))
    small, programs.all_programs = programs.all_programs, lambda *args: []
    try:
        for seed in range(20):
            report = search(trial, language, 100, 0, seed)
            assert str(report.program) == "x = 3\na = x + x\no = a + a", report
    finally:
        programs.all_programs = small


def test_second_run_is_checked_when_asked_for():
    assert fuzz_with("no reset")
    report = fuzz_with("no reset", twice=True)
    assert "the second time, do/dx: your engine says 3, should be 1" in repr(report)
    assert "something of the first run is still there" in repr(report)


def test_gradients_kept_from_graph_to_graph_are_found():
    report = fuzz_with("remembers")
    assert not report and len(report.program.steps) == 1


def test_recursion_is_reported_with_the_length_of_the_chain():
    report = fuzz_with("recursion")
    assert not report and len(report.program.steps) == 5_000
    assert repr(report).startswith(
        "your engine fails on a chain of 5,000 operations (a = x + x, b = a + x, and so on):\n"
        "gradients(o, [x]) ended with RecursionError: it calls itself too many times."
    )
    assert "Without a mistake: all" in repr(report)
    assert fuzz_with("recursion", chain=50) and fuzz_with("recursion", chain=0)


def test_a_chain_that_fails_otherwise_is_cut_to_the_shortest():
    report = fuzz_with("long chains", graphs=0)
    assert len(report.program.steps) == 100
    assert "a chain of 100 operations" in repr(report)


def test_recursive_engine_of_chapter_04_is_right_but_for_depth():
    def stored(output, inputs):
        overloading.backward(output)
        return [x.gradient for x in inputs]

    assert fuzz(overloading.Number, stored, "add mul div", chain=0)
    assert "RecursionError" in repr(fuzz(overloading.Number, stored, "add mul div"))


def test_endless_engine_is_stopped():
    report = fuzz_with("endless", seconds=0.3)
    assert "stopped: it had not finished after 0.3 seconds, in line" in repr(report)
    assert "o = x + y" in repr(report)


def test_report_shows_program_outline_and_picture():
    Node.mistakes = {"accumulated gradient sent on"}
    shown = fuzz(Node, gradients)._repr_mimebundle_()
    assert "  a = x + y\n  o = a + a\n\ndo/dx: your engine says 3" in shown["text/plain"]
    assert "a = x + y" in shown["text/plain"].split("do/dy")[1]
    assert shown["text/html"].startswith("<pre>your engine fails")


def test_same_call_gives_the_same_report_and_another_seed_other_graphs():
    assert repr(fuzz_with("fifth arrow lost")) == repr(fuzz_with("fifth arrow lost"))
    texts = {repr(fuzz_with("", graphs=20, chain=0, seed=seed)) for seed in range(4)}
    assert len(texts) > 1


def test_nothing_is_written_even_on_a_read_only_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.chmod(tmp_path, stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert not fuzz_with("overwritten")
    finally:
        os.chmod(tmp_path, stat.S_IRWXU)
    assert os.listdir(tmp_path) == []


def test_operations_may_be_written_in_the_readers_own_way():
    multiply, add = (lambda a, b: a * b), (lambda a, b: a + b)
    assert fuzz(Node, gradients, "", mul=multiply, add=add, constants=False)
    report = fuzz(Node, gradients, "", mul=add)
    assert "o = x * y" in repr(report) and "should be 6" in repr(report)


def test_an_operation_of_the_readers_own_comes_with_its_truth():
    def double(a):
        return 2 * a

    few = {"graphs": 20, "chain": 0}
    assert fuzz(Node, gradients, "add", **few, double=(double, lambda a: 2 * a))
    assert not fuzz(Node, gradients, "add", double=(double, lambda a: 3 * a))

    def real_only(a):
        return math.exp(a)

    assert fuzz(Node, gradients, "add", **few, e_to=(Node.exp, real_only))


def test_engine_that_breaks_is_answered_with_its_own_line():
    def variable(value):
        return 1 / 0

    report = repr(fuzz(variable, gradients))
    assert report.startswith("your engine fails on a graph of one operation:\n\n  x = 3\n")
    text = report.splitlines()[-1]
    assert text.startswith("building it ended with ZeroDivisionError: division by zero, in line ")
    assert text.endswith(': "return 1 / 0".')


def test_constants_are_only_blamed_where_there_are_some():
    text = repr(fuzz(lambda value: [], lambda output, inputs: [1], "sub"))
    assert "TypeError: unsupported operand" in text and "constants=False" not in text


def test_output_without_a_number_is_named():
    text = repr(fuzz(lambda value: Node(None), gradients, "", add=lambda a, b: Node(None)))
    assert "TypeError" in text or "your engine says o = None, should be 5." in text
    text = repr(fuzz(Node, lambda o, xs: [2], "", add=lambda a, b: "six"))
    assert "your engine says o = 'six', should be 5." in text


def test_missing_method_is_answered_with_the_way_to_pass_it():
    report = fuzz(Node, gradients, "add sin")
    assert "AttributeError: 'Node' object has no attribute 'sin'" in repr(report)
    assert "pass sin=your_function" in repr(report)


def test_inputs_get_their_names_if_the_engine_takes_them():
    names = set()

    def named(value, name):
        names.add(name)
        return Node(value)

    assert fuzz(named, gradients, chain=0) and names == {"x", "y", "z"}
    assert fuzz(lambda value: Node(value), gradients, graphs=20, chain=0)


def test_gradients_may_be_numpy_numbers_nodes_or_one_number():
    for wrap in (np.array, tuple, lambda found: [Node(g) for g in found]):
        assert fuzz(Node, lambda o, xs, wrap=wrap: wrap(gradients(o, xs)), graphs=20, chain=0)


@pytest.mark.parametrize(
    "args, options, error, words",
    [
        ((3, gradients), {}, TypeError, "variable must be a function"),
        ((Node, [1]), {}, TypeError, "gradients must be a function"),
        ((Node, gradients, "add plus"), {}, ValueError, "'plus' computes is not known"),
        ((Node, gradients, ""), {}, ValueError, "no operation to try"),
        ((Node, gradients, 5), {}, TypeError, "operations"),
        ((Node, gradients, "add"), {"mul": 3}, TypeError, "mul must be a function"),
        ((Node, gradients), {"graphs": 1.5}, ValueError, "graphs must be a number from 0 up"),
        ((Node, gradients), {"chain": -1}, ValueError, "chain must be a number"),
        ((Node, gradients), {"seconds": "1"}, ValueError, "seconds must be a number"),
    ],
)
def test_bad_calls_are_refused_in_a_sentence(args, options, error, words):
    with pytest.raises(error, match=words):
        fuzz(*args, **options)


# ---- what is asked besides ----------------------------------------------------------------------


def fuzz_overloading(**options):
    def stored(output, inputs):
        output.backward()
        return [x.gradient for x in inputs]

    return fuzz(overloading.Number, stored, "add mul pow", graphs=20, chain=0, **options)


def test_exponents_that_are_nodes_are_tried_and_their_slope_is_named(monkeypatch):
    assert "exponents that are nodes" in repr(fuzz_overloading(exponents=True))
    row = overloading.RULES["pow"]
    wrong = row._replace(slopes=lambda a, n: (row.slopes(a, n)[0], 12345))
    monkeypatch.setitem(overloading.RULES, "pow", wrong)
    assert fuzz_overloading()
    assert "slope of pow along its right operand" in repr(fuzz_overloading(exponents=True))


def test_values_come_before_all_gradients():
    Node.mistakes = {"sign of sub", "value of 4 * x"}
    assert "The value of mul is wrong." in repr(fuzz(Node, gradients))


def test_an_unused_input_has_gradient_zero():
    def forgetful(output, inputs):
        found = topological.gradients(output)
        return [dict(found)[x] for x in inputs]

    few = {"graphs": 20, "chain": 0}
    assert fuzz(topological.Node, true_gradients, unused=True, **few)
    assert fuzz(topological.Node, forgetful, **few)
    report = repr(fuzz(topological.Node, forgetful, unused=True, **few))
    assert (
        "with an input that o is not made from, gradients(o, [x, y]) ended with KeyError" in report
    )


def test_second_derivatives_are_compared_where_gradients_are_nodes():
    def nodes(output, inputs):
        return [output.grad(x) for x in inputs]

    def constants(output, inputs):
        return [paths.Tensor(output.grad(x).value) for x in inputs]

    few = {"graphs": 20, "chain": 0, "second": True}
    assert fuzz(paths.Tensor, nodes, "add mul pow", **few)
    report = repr(fuzz(paths.Tensor, constants, "add mul", **few))
    assert "second derivatives: d(do/dx)/dy: your engine says 0, should be 1." in report
    assert "is what mul sends back made of nodes throughout?" in report
    report = repr(fuzz(topological.Node, true_gradients, **few))
    assert "do/dx must be a node, to have derivatives" in report


def test_stored_gradients_are_compared_as_well():
    def nodes(output, inputs):
        return [output.grad(x) for x in inputs]

    def nothing(output):
        pass

    few = {"graphs": 20, "chain": 0}
    assert fuzz(paths.Tensor, nodes, backward=paths.Tensor.backward, second=True, **few)
    report = repr(fuzz(paths.Tensor, nodes, backward=nothing, **few))
    assert "after backward(o), x.gradient must be a number, got None." in report


def test_values_set_afterwards_leave_a_kept_run_as_it_was():
    assert fuzz_overloading(kept=True)
    assert "values set afterwards" in repr(fuzz_overloading(kept=True))

    def stored(output, inputs):
        for node in (output, *output.operands):
            node.operand_values = tuple(operand.value for operand in node.operands)
        output.backward()
        return [x.gradient for x in inputs]

    report = repr(fuzz(overloading.Number, stored, "mul", kept=True, graphs=0, chain=0))
    assert "with x = 4, y = 3 set afterwards, do/dx: your engine says 3, should be 2." in report
    assert "The run that was recorded had other numbers" in report


def test_an_engine_that_computes_again_follows_the_new_numbers():
    def change(x, number):
        x.value = number

    def again(output, inputs):
        output.forward()
        return [output.grad(x) for x in inputs]

    def old(output, inputs):
        return [output.grad(x) for x in inputs]

    few = {"graphs": 0, "chain": 0, "change": change}
    assert fuzz(symbolic.Tensor, again, "add mul", **few)
    report = repr(fuzz(symbolic.Tensor, old, "add mul", **few))
    assert "with x = 4, y = 3 set afterwards, your engine says o = 5, should be 7." in report


def test_a_mistake_of_the_walk_is_not_blamed_on_one_rule():
    report = repr(fuzz(Node, lambda o, inputs: [2 * g for g in gradients(o, inputs)]))
    assert "The slope of add along its left operand is 2 times too large." in report
    assert "No operation is right by itself" in report
    assert "No operation is right by itself" not in repr(fuzz_with("sign of sub"))


def test_a_cause_is_named_only_where_the_numbers_show_it():
    Node.mistakes = {"exp as power"}
    report = repr(fuzz(Node, gradients, "exp"))
    assert (
        "is 3 times too large" in report or "The slope of exp along its operand is wrong." in report
    )
    assert "twice" not in report


# ---- planted mistakes ---------------------------------------------------------------------------


@pytest.mark.parametrize("engine", planted_mistakes.OPS)
def test_planted_mistakes_are_caught_and_named(engine):
    """Every twelfth; run planted_mistakes.py for all of them."""
    mistakes = planted_mistakes.mistakes(engine)
    assert len(mistakes) > 60
    missed = []
    for mistake in mistakes[::12]:
        report = planted_mistakes.try_mistake(mistake)
        if not planted_mistakes.names_it(mistake, report):
            missed.append(f"{mistake.name}: {report.text}")
    assert not missed


@pytest.mark.parametrize("engine", planted_mistakes.OPS)
def test_the_engines_pass_what_their_mistakes_fail(engine):
    tree = ast.parse(planted_mistakes.source_of(engine))
    assert planted_mistakes.fuzz_engine(engine, planted_mistakes.build(engine, tree))
