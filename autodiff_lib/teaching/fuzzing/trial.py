"""Run one small program through a reader's engine, and compare it with the truth."""

import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from autodiff_lib.checking.diagnosis import show
from autodiff_lib.checking.reference import reference_slope
from autodiff_lib.teaching.fuzzing import causes, programs
from autodiff_lib.teaching.running import explain_error
from autodiff_lib.teaching.values import describe, is_node, is_number, kind, plain_value

TOLERANCE = 1e-6  # a wrong rule is further off, the rounding of 40 operations is not
STEEPEST = 1e9  # beyond, a program is left out
SMALL = 2  # operations of a graph that is asked everything
MOST_MADE = 100
UNUSED = "unused"  # the name of an input that nothing is made from


@dataclass(frozen=True)
class Failure:
    """What an engine did wrong. kind: in shrinking, only failures of one kind are the same."""

    kind: str
    text: str


@dataclass(frozen=True)
class Questions:
    """What an engine is asked besides its values and gradients; each as in `fuzz`."""

    twice: bool = False
    unused: bool = False
    second: bool = False
    backward: Callable | None = None
    kept: bool = False
    change: Callable | None = None

    def names(self):
        """What is asked, in words for the report."""
        words = {
            "a second time": self.twice,
            "backward": self.backward,
            "unused inputs": self.unused,
            "second derivatives": self.second,
            "values set afterwards": self.kept or self.change,
        }
        return [name for name, asked in words.items() if asked]


class Trial:
    """An engine on trial.

    variable, gradients: the engine's, as in `fuzz`. truths, engine: {operation: function}, of
    plain numbers and of nodes. questions: what else to ask.
    """

    def __init__(self, variable, gradients, truths, engine, questions):
        self.variable, self.gradients, self.questions = variable, gradients, questions
        self.truths, self.engine = truths, engine
        self.program = None  # the last that it was tried on
        try:
            self.takes_name = "name" in inspect.signature(variable).parameters
        except (TypeError, ValueError):
            self.takes_name = False

    def is_defined(self, program):
        """Whether the program has values and gradients that can be compared."""
        if programs.true_values(program, self.truths) is None:
            return False
        return all(abs(slope) <= STEEPEST for slope in self.true_gradients(program).values())

    def true_gradients(self, program):
        """{input: derivative}."""
        try:
            return programs.true_gradients(program, self.truths)
        except Exception:  # an operation of the reader's that takes no complex numbers
            return programs.true_gradients(program, self.truths, measured_slope)

    def failure(self, program, depth="all"):
        """The Failure of the engine on `program`, or None.

        depth: "value" asks for the value alone, "gradient" for the gradients too, "all" for all.
        """
        self.program = program
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return next(filter(None, self.examine(program, depth)), None)

    def fails_like(self, failure):
        """A function of a program: whether the engine fails on it in the same way."""

        def fails(program):
            found = self.failure(program) if self.is_defined(program) else None
            return found is not None and found.kind == failure.kind

        return fails

    def examine(self, program, depth):
        """Build the graph and ask one question after the other: the Failure of each, or None."""
        try:
            inputs = {name: self.make_input(name, x) for name, x in program.inputs.items()}
            unused = [self.make_input(UNUSED, 7)] if self.questions.unused else []
            output = programs.run_program(program, inputs, self.engine)[program.output]
        except Exception as error:
            text = f"building it ended with {explain_error(error)}. {advice(error, program)}"
            yield Failure(f"build {type(error).__name__}", text.rstrip())
            return
        nodes = list(inputs.values())
        if plain_value(getattr(output, "value", output)) is not None:
            yield self.wrong_value(program, output)
        elif depth == "value":
            yield self.value_after_gradients(program, output, nodes)
        if depth == "value":
            return
        truth = self.true_gradients(program)
        failure, claimed = self.ask("", program, output, nodes, truth)
        yield failure if claimed is None else self.wrong_value(program, output) or failure
        if depth == "all":
            yield from self.ask_more(program, output, nodes, truth, claimed, unused)

    def value_after_gradients(self, program, output, nodes):
        """As wrong_value, for an engine that computes values when it is asked for gradients."""
        try:
            self.gradients(output, nodes)
        except Exception:
            return None  # the gradients are asked for again
        value = plain_value(getattr(output, "value", output))
        return self.wrong_value(program, output) if is_number(value) else None

    def nodes_made(self, program):
        """How many operations the engine makes of the program: x - y may become x + y * -1.

        An operation that is made of others is tried after them, so that they are blamed first.
        """
        try:
            inputs = {name: self.make_input(name, x) for name, x in program.inputs.items()}
            stack = [programs.run_program(program, inputs, self.engine)[program.output]]
            met = {}
            while stack and len(met) < MOST_MADE:
                node = stack.pop()
                if getattr(node, "op", None) is not None and id(node) not in met:
                    met[id(node)] = node
                    stack += node.operands
            return len(met)
        except Exception:
            return MOST_MADE

    def ask(self, when, program, output, nodes, truth, quantity="do/d{}"):
        """The Failure of the engine's gradients, or None; and the gradients as it gave them."""
        try:
            claimed = self.gradients(output, nodes)
        except Exception as error:
            text = f"{when}gradients(o, [{', '.join(program.inputs)}]) ended with "
            return Failure(f"{when}{type(error).__name__}", f"{text}{explain_error(error)}."), None
        return self.compare(when, program, truth, claimed, quantity), claimed

    def compare(self, when, program, truth, claimed, quantity="do/d{}"):
        """The Failure of these gradients, or None. Causes are named for the plain question."""
        slopes = None
        if not when and len(program.steps) <= causes.MOST_STEPS:
            values = programs.true_values(program, self.truths)
            slopes = programs.step_slopes(program, values, self.true_gradients)
        text = wrong_gradients(program, truth, claimed, slopes, quantity)
        return Failure(f"{when}gradient", when + text) if text else None

    def ask_more(self, program, output, nodes, truth, claimed, unused):
        """The Failures of all other questions."""
        asked, small = self.questions, len(program.steps) <= SMALL
        if asked.twice:
            failure, again = self.ask("the second time, ", program, output, nodes, truth)
            why = " The first time it was right: something of the first run is still there."
            yield failure and Failure(failure.kind, f"{failure.text}\n{why.strip()}")
        if asked.backward:
            yield self.ask_backward(program, output, nodes, truth)
        if not small:
            return
        if asked.second:
            yield from self.ask_second(program, nodes, claimed)
        if unused:
            zero = truth | {UNUSED: 0.0}
            when = "with an input that o is not made from, "
            yield self.ask(when, program, output, nodes + unused, zero)[0]
        if asked.kept or asked.change:
            yield from self.ask_changed(program, output, nodes, truth)

    def ask_backward(self, program, output, nodes, truth):
        """The Failure of the gradients that backward(output) stores, or None."""
        try:
            self.questions.backward(output)
            stored = [node.gradient for node in nodes]
        except Exception as error:
            return Failure(
                f"backward {type(error).__name__}",
                f"backward(o) ended with {explain_error(error)}.",
            )
        failure = self.compare("after backward(o), ", program, truth, stored, "{}.gradient")
        if failure or not self.questions.second or len(program.steps) > SMALL:
            return failure
        return next(
            filter(None, self.ask_second(program, nodes, stored, "after backward(o), ")), None
        )

    def ask_second(self, program, nodes, claimed, when=""):
        """The Failures of the second derivatives: the gradients of the gradients `claimed`."""
        truths = programs.true_second_derivatives(program, self.true_gradients)
        for a, gradient in zip(program.inputs, claimed, strict=True):
            if not is_node(gradient):
                text = (
                    f"{when}do/d{a} must be a node, to have derivatives; got {describe(gradient)}."
                )
                yield Failure("second", text)
                return
            row = {b: truths[a, b] for b in program.inputs}
            if all(abs(slope) <= STEEPEST for slope in row.values()):
                start = f"{when}second derivatives: "
                failure, _ = self.ask(start, program, gradient, nodes, row, f"d(do/d{a})/d{{}}")
                op = program.steps[0][0]
                known = (
                    f" The gradients are right: is what {op} sends back made of nodes throughout?"
                )
                yield failure and Failure(
                    "second", failure.text + known * (len(program.steps) == 1)
                )

    def ask_changed(self, program, output, nodes, truth):
        """The Failures of value and gradients once the inputs have other numbers."""
        new = programs.at(program, {name: x + 1 for name, x in program.inputs.items()})
        if not self.is_defined(new):
            return
        numbers = ", ".join(f"{name} = {x}" for name, x in new.inputs.items())
        try:
            for node, (name, x) in zip(nodes, new.inputs.items(), strict=True):
                if self.questions.change:
                    self.questions.change(node, x)
                else:
                    node.value = self.make_input(name, x).value
        except Exception as error:
            yield Failure("change", f"setting {numbers} ended with {explain_error(error)}.")
            return
        when = f"with {numbers} set afterwards, "
        if self.questions.change:
            failure, _ = self.ask(when, new, output, nodes, self.true_gradients(new))
            value = self.wrong_value(new, output)
            yield value and Failure("change", when + value.text)
            yield failure and Failure("change", failure.text)
        else:
            failure, _ = self.ask(when, program, output, nodes, truth)
            why = "The run that was recorded had other numbers, and its gradients stay."
            yield failure and Failure("kept", f"{failure.text}\n{why}")

    def make_input(self, name, value):
        """An input node of the engine; it gets its name, if it takes one."""
        return self.variable(value, name=name) if self.takes_name else self.variable(value)

    def wrong_value(self, program, output):
        """The Failure of the output's value, or None."""
        true = programs.true_values(program, self.truths)[program.output]
        value = plain_value(getattr(output, "value", output))
        if is_number(value) and abs(value - true) <= TOLERANCE * max(1, abs(true)):
            return None
        says = show(value, true) if is_number(value) else describe(value)
        text = f"your engine says o = {says}, should be {show(true)}."
        if len(program.steps) == 1:
            text += f" The value of {program.steps[0][0]} is wrong."
        return Failure("value", text)


def measured_slope(f, x):
    """The slope of f at x, for an f that takes no complex numbers."""
    return reference_slope(f, x).slope


def advice(error, program):
    """What helps if an engine cannot build a program because it spells it in another way."""
    ops = [op for op, _ in program.steps]
    if isinstance(error, AttributeError):
        return f"If your engine writes {ops[-1]} in another way, pass {ops[-1]}=your_function."
    if isinstance(error, TypeError) and any(
        op == "pow" and isinstance(xs[1], str) for op, xs in program.steps
    ):
        return "If your engine's exponents are plain numbers, pass exponents=False."
    numbers = [o for op, xs in program.steps for o in xs if op != "pow" and not isinstance(o, str)]
    if isinstance(error, TypeError) and numbers:
        return "If your engine takes no plain numbers, pass constants=False."
    return ""


def wrong_gradients(program, truth, claimed, slopes=None, quantity="do/d{}"):
    """What is wrong with the claimed gradients; "" if all are right.

    slopes: what step_slopes returned, to name causes; None for no causes.
    """
    names, claimed = list(truth), plain_value(claimed)
    if is_number(claimed):
        claimed = (claimed,)
    if isinstance(claimed, np.ndarray):
        claimed = tuple(claimed.tolist())
    if not isinstance(claimed, tuple) or len(claimed) != len(names):
        return (
            f"gradients(o, [{', '.join(names)}]) must return a list with one derivative for each "
            f"input, got {kind(claimed)}."
        )
    for name, slope in zip(names, claimed, strict=True):
        if not is_number(slope):
            return f"{quantity.format(name)} must be a number, got {describe(slope)}."
    expected, lines = list(truth.values()), []
    swapped = causes.explain_swap(program, claimed, expected) if slopes else ""
    for name, got, should in zip(names, claimed, expected, strict=True):
        if abs(got - should) <= TOLERANCE * max(1, abs(should)):
            continue
        says = f"your engine says {show(got, should)}, should be {show(should, got)}."
        paths = programs.count_paths(program, name) if name in program.inputs else 0
        many = f" {name} reaches o along {paths} paths." if paths > 1 else ""
        cause = swapped
        if slopes and not swapped:
            cause = causes.explain_gradient(program, slopes, name, got, should)
        lines.append(f"{quantity.format(name)}: {says}{many} {cause}".rstrip())
    return "\n".join(lines)
