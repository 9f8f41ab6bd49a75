"""Run one small program through a reader's engine, and compare it with the truth."""

import inspect
import warnings
from dataclasses import dataclass

import numpy as np

from autodiff_lib.checking.diagnosis import explain_swap, explain_values, show
from autodiff_lib.checking.reference import reference_slope
from autodiff_lib.teaching.fuzzing import programs
from autodiff_lib.teaching.running import explain_error
from autodiff_lib.teaching.values import describe, is_number, kind, plain_value

TOLERANCE = 1e-6  # a wrong rule is further off, the rounding of 40 operations is not
STEEPEST = 1e9  # beyond, a program is left out


@dataclass(frozen=True)
class Failure:
    """What an engine did wrong. kind: in shrinking, only failures of one kind are the same."""

    kind: str
    text: str


class Trial:
    """An engine on trial.

    variable, gradients: the engine's, as in `fuzz`. truths, engine: {operation: function}, of
    plain numbers and of nodes. twice: whether to ask for the gradients a second time.
    """

    def __init__(self, variable, gradients, truths, engine, twice):
        self.variable, self.gradients, self.twice = variable, gradients, twice
        self.truths, self.engine = truths, engine
        self.count, self.program = 0, None  # how many programs it was tried on, and the last
        try:
            self.takes_name = "name" in inspect.signature(variable).parameters
        except (TypeError, ValueError):
            self.takes_name = False

    def failure(self, program):
        """The Failure of the engine on `program`, or None."""
        truth = self.true_gradients(program)
        if truth is None:
            return None
        self.count, self.program = self.count + 1, program
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self.examine(program, truth)

    def fails_like(self, failure):
        """A function of a program: whether the engine fails on it in the same way."""

        def fails(program):
            found = self.failure(program)
            return found is not None and found.kind == failure.kind

        return fails

    def true_gradients(self, program):
        """{input: derivative}, or None where it is too steep to compare."""
        try:
            truth = programs.true_gradients(program, self.truths)
        except Exception:  # an operation of the reader's that takes no complex numbers
            truth = programs.true_gradients(program, self.truths, measured_slope)
        return truth if all(abs(slope) <= STEEPEST for slope in truth.values()) else None

    def examine(self, program, truth):
        """Build the graph, ask for its gradients, compare its value and them with the truth."""
        try:
            inputs = {name: self.make_input(name, x) for name, x in program.inputs.items()}
            output = programs.run_program(program, inputs, self.engine)[program.output]
        except Exception as error:
            text = f"building it ended with {explain_error(error)}. {advice(error, program)}"
            return Failure(f"build {type(error).__name__}", text.rstrip())
        for time in ("", "the second time, ")[: 1 + self.twice]:
            try:
                claimed = self.gradients(output, list(inputs.values()))
            except Exception as error:
                text = f"{time}gradients(o, [{', '.join(inputs)}]) ended with "
                return Failure(f"{time}{type(error).__name__}", f"{text}{explain_error(error)}.")
            text = self.wrong_value(program, output) if not time else ""
            if text:
                return Failure("value", text)
            text = wrong_gradients(program, truth, claimed, causes=not time)
            if text and time:
                text += "\nThe first time it was right: something of the first run is still there."
            if text:
                return Failure(f"{time}gradient", time + text)
        return None

    def make_input(self, name, value):
        """An input node of the engine; it gets its name, if it takes one."""
        return self.variable(value, name=name) if self.takes_name else self.variable(value)

    def wrong_value(self, program, output):
        """What is wrong with the output's value, or ""."""
        true = programs.true_values(program, self.truths)[program.output]
        value = plain_value(getattr(output, "value", output))
        if is_number(value) and abs(value - true) <= TOLERANCE * max(1, abs(true)):
            return ""
        says = show(value, true) if is_number(value) else describe(value)
        return f"your engine says o = {says}, should be {show(true)}."


def measured_slope(f, x):
    """The slope of f at x, for an f that takes no complex numbers."""
    return reference_slope(f, x).slope


def advice(error, program):
    """What helps if an engine cannot build a program because it spells it in another way."""
    ops = [op for op, _ in program.steps]
    if isinstance(error, AttributeError):
        return f"If your engine writes {ops[-1]} in another way, pass {ops[-1]}=your_function."
    numbers = [o for op, xs in program.steps for o in xs if op != "pow" and not isinstance(o, str)]
    if isinstance(error, TypeError) and numbers:
        return "If your engine takes no plain numbers, pass constants=False."
    return ""


def wrong_gradients(program, truth, claimed, causes=True):
    """What is wrong with the claimed gradients, and the likely causes; "" if all are right."""
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
            return f"do/d{name} must be a number, got {describe(slope)}."
    claimed = [np.array(float(slope)) for slope in claimed]
    expected = [np.array(slope) for slope in truth.values()]
    lines = []
    for k, name in enumerate(names):
        got, should = claimed[k], expected[k]
        if abs(got - should) <= TOLERANCE * max(1, abs(should)):
            continue
        cause = explain_swap(claimed, expected, names, k)
        cause = cause or explain_values(got, should, np.array(True)) if causes else ""
        paths = programs.count_paths(program, name)
        along = f" {name} reaches o along {paths} paths." if paths > 1 else ""
        says = f"do/d{name}: your engine says {show(got, should)}, should be {show(should, got)}."
        lines.append(f"{says}{along} {cause}".rstrip())
    return "\n".join(lines)
