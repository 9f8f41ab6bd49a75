"""A program step by step, to look at: traced, written with a line for each, computed."""

import numpy as np

from autodiff_lib.arrays.derivatives import value_and_grad
from autodiff_lib.arrays.structures import flatten, rebuild
from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.pictures.shrinking import shrinking

from .arguments import input_values
from .page import Page
from .readers_names import parameter_names
from .steps import run_steps
from .trace import record
from .write import tidy, write


def graph(f, *arguments):
    """Return the step of f(*arguments), with all steps it was made from: to draw, step, count.

    The inputs carry the names of f's parameters. A structure of results gives one of steps.
    """
    trace, inputs, result = record(f, arguments, parameter_names(f, len(arguments)))
    steps = [trace.lower(leaf) for leaf in flatten(result)]
    run_steps(inputs, input_values(arguments), steps)
    return rebuild(result, iter(steps))


def trace_gradient(f, arguments, argnums):
    """Return the result and the slopes of f as steps, as they are traced.

    arguments: numbers and arrays. argnums: which of them get a slope; that of x is called x_bar.
    """
    names = parameter_names(f, len(arguments))
    both = value_and_grad(f, tuple(argnums))
    trace, _, (value, slopes) = record(both, arguments, names, expands=True)
    result, *bars = [trace.lower(x) for x in (value, *flatten(slopes))]
    result.name = result.name or "result"
    for bar, position in zip(bars, argnums, strict=True):
        bar.name = bar.name or f"{names[position]}_bar"
    return result, bars


def one_a_line(outputs):
    """Return the text of a program with a line for every operation, none nested in another."""
    return tidy("\n".join(written(outputs).lines))


def line_names(outputs):
    """Return {name: step}: what the lines of `one_a_line` call the operations, for pictures."""
    page = written(outputs)
    return {page.terms[id(step)]: step for step in page.steps}


def film_of(stages, names, **values):
    """Return the film of a program at several stages, its numbers computed.

    stages: {title: outputs}. names: {name: step} from `line_names`, asked before the program was
    rewritten: that changes the order of its lines. values: those of the inputs, by their names.
    """
    for outputs in stages.values():
        compute(outputs, **values)
    return shrinking(stages, names, key=lambda step: step.number)


def written(outputs):
    """Return the page of a program with a line for every operation."""
    inputs = inputs_of(outputs)
    page = Page(inputs, outputs)
    page.nested = set()
    for step in inputs:
        page.terms[id(step)] = page.names.new(step.name)
    write(page)
    return page


def inputs_of(outputs):
    """Return the inputs that outputs are made from, in the order in which they were traced."""
    leaves = [x for x in topological_order(*outputs) if x.op is None and not x.constant]
    return sorted(leaves, key=lambda leaf: leaf.number)


def compute(outputs, **values):
    """Return the values of outputs, single ones as Python's numbers.

    values: those of the inputs, by their names.
    """
    leaves = inputs_of(outputs)
    run_steps(leaves, [values[leaf.name] for leaf in leaves], outputs)
    return [np.asarray(output.value)[()].tolist() if not output.shape else output.value
            for output in outputs]  # fmt: skip
