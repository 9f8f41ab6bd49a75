"""A program step by step, to look at: traced, written with a line for each, computed."""

import numpy as np

from autodiff_lib.arrays.derivatives import value_and_grad
from autodiff_lib.arrays.structures import flatten
from autodiff_lib.graphs.walk import topological_order

from .readers_names import parameter_names
from .steps import run_steps
from .trace import lower_to_trace, record
from .write import Page, tidy, write


def trace_gradient(f, arguments, argnums):
    """Return the result and the slopes of f as steps, as they are traced.

    arguments: numbers and arrays. argnums: which of them get a slope; that of x is called x_bar.
    """
    names = parameter_names(f, len(arguments))
    both = value_and_grad(f, tuple(argnums))
    trace, _, (value, slopes) = record(both, arguments, names, expands=True)
    result, *bars = [lower_to_trace(x, trace) for x in (value, *flatten(slopes))]
    result.name = result.name or "result"
    for bar, position in zip(bars, argnums, strict=True):
        bar.name = bar.name or f"{names[position]}_bar"
    return result, bars


def one_a_line(outputs):
    """Return the text of a program with a line for every operation, none nested in another."""
    inputs = inputs_of(outputs)
    page = Page(inputs, outputs)
    page.nested = set()
    for step in inputs:
        page.text[id(step)] = page.names.new(step.name)
    write(page)
    return tidy("\n".join(page.lines))


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
