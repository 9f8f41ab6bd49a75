"""What happens between trace and page: simplifying, and the passes of faster/ where asked for."""

import functools

import numpy as np

from autodiff_lib.arrays.structures import flatten
from autodiff_lib.graphs.walk import topological_order

from .adding import write_adding
from .arguments import input_values
from .faster import blocks, dots, memory, scalars, short_rows
from .faster.batches import batch
from .faster.products import PRODUCTS
from .faster.reciprocals import divide_once
from .layout import LAYOUT
from .names import operand_text
from .ownership import Owners
from .simplify import simplify
from .steps import run_steps
from .trace import record


def trace_and_simplify(function, arguments, names, argnums, faster):
    """Run a function on traced nodes; return inputs, simplified outputs, reads, savings.

    argnums: the arguments whose gradients are the last results.
    """
    trace, inputs, result = record(function, arguments, names, expands=True)
    outputs = [trace.lower(leaf) for leaf in flatten(result)]
    owners = [i for i, argument in enumerate(arguments) for _ in input_values(argument)]
    moved = [x for k in argnums for i, x in zip(owners, inputs, strict=True) if i == k]
    for step, x in zip(reversed(outputs), reversed(moved), strict=False):
        if step.op is not None:
            step.name = step.name or f"{x.name}_bar"
    everything = [*outputs, *(node for node, _, _ in trace.reads)]
    order = topological_order(*everything)
    dead = {"dead code": trace.count - sum(node.op is not None for node in order)}
    has_arrays = any(node.shape for node in order)
    functions = BOTH if has_arrays and "products" in faster else LAYOUT
    everything, saved = simplify(everything, functions)
    saved["done in batches"] = 0
    for name, quicken in (("reciprocals", divide_once), ("batches", batch)):
        if has_arrays and name in faster and (done := quicken(everything)):
            saved["done in batches"] += done * (name == "batches")
            everything, more = simplify(everything, functions)
            saved["algebra"] += more.total() * (name == "reciprocals")
    nodes = everything[len(outputs) :]
    reads = [(new, *read[1:]) for new, read in zip(nodes, trace.reads, strict=True)]
    return inputs, everything[: len(outputs)], reads, dead | saved


BOTH = LAYOUT + PRODUCTS


def draw_from(program):
    """Return the results of a program as steps with their values at the examples, for pictures."""
    asked = program.function, program.examples, program.names, program.argnums
    inputs, outputs, *_ = trace_and_simplify(*asked, program.faster)
    run_steps(inputs, input_values(program.examples), outputs)
    return tuple(outputs)


PLANS = {"scalars": scalars, "blocks": blocks, "dots": dots, "short rows": short_rows,
         "memory": memory}


def prepare(page, faster=(), scalar=False):
    """Give a page the writers and spellers of the passes."""
    page.owners = Owners(page.steps)
    plain = all(x.dtype in PLAIN for x in [*page.inputs, *page.steps])
    page.number = functools.partial(operand_text, exact=not plain)
    for name, module in PLANS.items():
        if name in faster and scalar == (name == "scalars"):
            module.plan(page)
    page.writers.append(write_adding)


PLAIN = set(map(np.dtype, (float, np.int64, bool)))  # next to these a number needs no dtype
