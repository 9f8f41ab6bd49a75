"""Batching: the steps of one example, run on a whole batch.

    from autodiff_lib.arrays import vmap
    vmap(np.dot)(xs, ys)                  # one product for each pair of rows

`vmap` traces a function of one example once. Then it runs the steps, each on all examples at once:
NumPy's functions take arrays with one axis more, and a batching rule says for each kind of step how
they are told. Between the steps the batch axis is the first; a value that is the same for all
examples has none. Steps run as rows do, on arrays or on nodes: so `grad` of a function that uses
vmap, and vmap of grad, need nothing of their own.

Built cell by cell in chapter 15; batch_rules.py has the rules, batch_axes.py what in_axes means. Which rule a row has is its column `batch`; without one, rows that
work entry by entry align their operands, and all others run one example at a time.
Limits: all examples take the steps of the first, so Python cannot read their values.
Source: the idea is that of `map` as one program over arrays: pfor of TensorFlow (A. Agarwal,
"Static automatic batching in TensorFlow", 2019), Matchbox (J. Bradbury, 2018); under the name vmap
in JAX (2018), whose `in_axes` and `out_axes` these are, and in "autodidax", part 1.
"""

import numpy as np

from autodiff_lib.arrays.checks import own_arrays
from autodiff_lib.arrays.node import NO_PARAMETERS
from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.structures import flatten, rebuild
from autodiff_lib.graphs.walk import topological_order

from .batch_axes import axes_of, explain_read, place, plain, put_into, take_batches
from .batch_keys import picked, put_back
from .batch_rules import (
    along_axes,
    along_joined,
    copied,
    einsum,
    entry_by_entry,
    lookup,
    of_matrices,
    one_by_one,
    padded,
    products,
    to_shape,
    transposed,
)
from .program import Program
from .trace import Trace, Traced, lower_to_trace


def vmap(f, in_axes=0, out_axes=0):
    """Return the function that computes f for every example of a batch, in one run.

    in_axes: along which axis of the arguments the examples lie: one number for all, or a tuple with
    one for each argument, which may be a structure like that argument. None: the same for all
    examples; so are arguments passed by name. out_axes: where the batch axis is in the result, in
    the same way; None for what is the same for all examples.
    f runs once, on nodes of the first example: shapes are those of one example, and so may not
    depend on values. A function with a rule of its own (custom_vjp) is called once per example.

    Shapes: for x of shape (n, *s) and f(x[i]) of shape (*t), the result has shape (n, *t).
    Raises a ValueError where f reads a value, to branch or to count, for axes that there are not,
    or of different sizes; a TypeError for what is no array of real numbers.
    Source: JAX's vmap.
    """
    f = f.function if isinstance(f, Program) else f  # its source may overwrite arrays

    def mapped(*arguments, **keywords):
        axes = axes_of(in_axes, arguments, "in_axes")
        batches, size = take_batches(arguments, axes)

        def one_example(*nodes):
            return f(*put_into(arguments, axes, nodes), **keywords)

        trace, inputs, result = trace_example(one_example, list(map(first_example, batches)))
        outputs = [lower_to_trace(trace.lift(leaf), trace) for leaf in flatten(result)]
        values, batched = run_batch(outputs, dict(zip(inputs, batches, strict=True)), trace.outer)
        axes = axes_of(out_axes, result, "out_axes")
        results = [
            place(values[step], step in batched, (size, *step.shape), axis)
            for step, axis in zip(outputs, axes, strict=True)
        ]
        return rebuild(result, iter(own_arrays(results, foreign=flatten(arguments))))

    return mapped


def first_example(batch):
    """Return the first example of a batch, or what stands in for it where there is none."""
    batch = plain(batch)
    return batch[0] if len(batch) else np.full(batch.shape[1:], batch.dtype.kind == "f",
                                               batch.dtype)[()]


class Example(Trace):
    """The trace of one example. What it meets of outer levels is the same for all examples.

    outer: {step: node} of what it met.
    """

    def __init__(self):
        super().__init__()
        self.outer = {}

    def apply(self, row, operands, parameters=NO_PARAMETERS):
        """Run an operation and write it down; see Trace.apply."""
        return super().apply(row, [self.lift(x) for x in operands], parameters)

    def lift(self, x):
        """Return a node of an outer level as an input of this trace, anything else as it is."""
        if not is_node(x) or x.level.number >= self.number:
            return x
        node = Traced(plain(x), self, self.step(plain(x)))
        self.outer[node.step] = x
        return node


def trace_example(function, examples):
    """Run a function on nodes of one example; return its trace, its inputs' steps and its result.

    Raises a ValueError where Python read a value: the other examples may have another one.
    """
    trace = Example()
    nodes = [Traced(x, trace, trace.step(x)) for x in examples]
    try:
        result = function(*nodes)
    finally:
        trace.finished = True
        trace.watch.end({})
    if trace.reads:
        raise ValueError(explain_read(*trace.reads[0]))
    return trace, [node.step for node in nodes], result


def run_batch(outputs, batches, same):
    """Run the steps that outputs need; return {step: value} and the set of steps with a batch axis.

    batches: {input: array}, the batch axis first. same: {input: value}, alike for all examples.
    """
    values, batched = {**same, **batches}, set(batches)
    for step in topological_order(*outputs):
        if step in values:
            continue
        operands = [values[x] for x in step.operands]
        has_axis = [x in batched for x in step.operands]
        if step.constant:
            values[step] = step.raw
        elif any(has_axis):
            size = operands[has_axis.index(True)].shape[0]
            values[step] = rule_of(step.row)(step, operands, has_axis, size)
            batched.add(step)
        else:
            values[step] = step.row(*operands, **step.parameters)
    return values, batched


RULES = {  # what the column `batch` of a row may say
    "entries": entry_by_entry,
    "axes": along_axes,
    "joined": along_joined,
    "shape": to_shape,
    "copied": copied,
    "transpose": transposed,
    "pad": padded,
    "matrices": of_matrices,
    "products": products,
    "einsum": einsum,
    "lookup": lookup,
    "pick": picked,
    "put": put_back,
}


def rule_of(row):
    """Return the batching rule of a row: that of its column, of its kind, or one at a time."""
    if row.batch is None:
        return entry_by_entry if row.kind == "elementwise" else one_by_one
    return RULES[row.batch]
