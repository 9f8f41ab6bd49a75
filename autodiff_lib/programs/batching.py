"""Batching: the steps of one example, run on a whole batch.

    from autodiff_lib.arrays import vmap
    vmap(np.dot)(xs, ys)                  # one product for each pair of rows

`vmap` traces a function of one example once. Then it runs the steps, each on all examples at once:
NumPy's functions take arrays with one axis more, and a batching rule says for each kind of step how
they are told. Between the steps the batch axis is the first; a value that is the same for all
examples has none. Steps run as rows do, on arrays or on nodes: so `grad` of a function that uses
vmap, and vmap of grad, need nothing of their own.

Built cell by cell in chapter 15. batch_rules.py has the rules (batch_keys.py those of indexing),
batch_axes.py says what in_axes and out_axes mean. A row names its rule in the column `batch`;
without one, rows that work entry by entry align their operands, and all others run one example at
a time.
Limits: all examples take the steps of the first, so Python cannot read their values.
Source: a loop turned into operations on whole batches is pfor of TensorFlow (A. Agarwal, "Static
automatic batching in TensorFlow", 2019) and Matchbox (J. Bradbury and C. Fu, 2018); as a function
of functions it is JAX's vmap (2018), whose in_axes and out_axes these are: "autodidax", part 1,
and for traced programs part 3.
"""

import numpy as np

from autodiff_lib.arrays.checks import ESCAPED, own
from autodiff_lib.arrays.node import NO_PARAMETERS
from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.structures import flatten, rebuild
from autodiff_lib.graphs.walk import topological_order

from .batch_axes import axes_of, explain_read, place, plain, take_batches
from .batch_keys import picked, put_back
from .batch_rules import (
    along_all,
    along_axes,
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
from .gradient_program import Program
from .trace import Trace, Traced


def vmap(f, in_axes=0, out_axes=0):
    """Return the function that computes f for every example of a batch, in one run.

    in_axes: along which axis of the arguments the examples lie: one number for all, or a tuple with
    one for each argument, which may be a structure like that argument. None: the same for all
    examples; so are arguments passed by name. out_axes: where the batch axis is in the result, in
    the same way; None for what is the same for all examples.
    f runs once, on nodes of the first example: shapes are those of one example, and so may not
    depend on values. A function with a rule of its own (custom_vjp) is called once per example, and
    so is a row that somebody added without saying how it runs on a batch.

    Shapes: for x of shape (n, *s) and f(x[i]) of shape (*t), the result has shape (n, *t).
    Raises a ValueError where f reads a value, to branch or to count, for axes that there are not,
    or of different sizes; a TypeError for what is no array of real numbers.
    Source: JAX's vmap.
    """

    def mapped(*arguments, **keywords):
        trace = trace_example(f, arguments, keywords, in_axes)
        refuse_reads(trace, trace.batched)
        values, batched = run_batch(trace.outputs, trace.known, trace.batched)
        return take_out(trace, values, batched, out_axes)

    return mapped


def first_example(batch):
    """Return the first example of a batch, or what stands in for it where there is none."""
    batch = plain(batch)
    if len(batch):
        return batch[0]
    return np.full(batch.shape[1:], batch.dtype.kind == "f", batch.dtype)[()]


class Example(Trace):
    """The trace of one example.

    known: {input: what it is for all examples}; batched: those of them that have a batch axis. The
    others are arrays that all examples share, and nodes of outer levels that operations met.
    arguments, result: as f takes and returns them; outputs: the steps of the result's leaves.
    """

    def __init__(self, arguments):
        super().__init__()
        self.known, self.batched, self.arguments = {}, set(), arguments

    def enter(self, x, example):
        """Return the node of a new input: x for all examples, this value for the first."""
        node = Traced(example, self, self.step(example))
        self.known[node.step] = x
        return node

    def lift(self, x):
        """Return a node of an outer level as an input, anything else as it is."""
        return self.enter(x, plain(x)) if is_node(x) and x.level.number < self.number else x

    def apply(self, row, operands, parameters=NO_PARAMETERS):
        """Run an operation and write it down; see Trace.apply."""
        if self.finished:
            raise ValueError(ESCAPED)
        return super().apply(row, [self.lift(x) for x in operands], parameters)


def lift_leaves(trace, leaves, axes, batches):
    """Return the arguments' leaves for one example: nodes in place of arrays."""
    lifted = []
    for leaf, axis in zip(leaves, axes, strict=True):
        if axis is not None:
            batch = next(batches)
            leaf = trace.enter(batch, first_example(batch))
            trace.batched.add(leaf.step)
        elif type(leaf) is np.ndarray and leaf.ndim and leaf.dtype.kind in "fiub":
            leaf = trace.enter(leaf, leaf)  # so that a batch of positions can be its key
        lifted.append(leaf)
    return lifted


def trace_example(f, arguments, keywords, in_axes):
    """Run f on the first example, and return its Example.

    A Program is traced as the function it was made of: its source may overwrite arrays.
    """
    f, trace = f.function if isinstance(f, Program) else f, Example(arguments)
    axes = axes_of(in_axes, arguments, "in_axes")
    batches, trace.size = take_batches(arguments, axes)
    nodes = lift_leaves(trace, flatten(arguments), axes, iter(batches))
    with trace.watch:
        trace.result = f(*rebuild(arguments, iter(nodes)), **keywords)
    trace.outputs = [trace.lower(trace.lift(leaf)) for leaf in flatten(trace.result)]
    return trace


def refuse_reads(trace, batched):
    """Refuse values that Python read and that may differ among examples.

    batched: those inputs of the trace that have a batch axis. Raises a ValueError.
    """
    for step, value, line in trace.reads:
        if batched & set(topological_order(step)):
            raise ValueError(explain_read(step, value, line))


def take_out(trace, values, batched, out_axes):
    """Return the result for all examples, built as f builds it, each leaf with its batch axis."""
    axes = axes_of(out_axes, trace.result, "out_axes")
    results = [
        place(values[step], step in batched, (trace.size, *step.shape), axis)
        for step, axis in zip(trace.outputs, axes, strict=True)
    ]
    return rebuild(trace.result, map(own, results))


def run_batch(outputs, known, batched):
    """Run the steps that outputs need; return {step: value} and the set of those with a batch axis.

    known: {input: value}; batched: those inputs whose first axis is the batch.
    """
    values, batched = dict(known), set(batched)
    for step in topological_order(*outputs):
        if step.constant:
            values[step] = step.raw
        elif step not in values:
            operands = [values[x] for x in step.operands]
            has_axis = [x in batched for x in step.operands]
            if any(has_axis):
                size = operands[has_axis.index(True)].shape[0]
                values[step] = rule_of(step.row)(step, operands, has_axis, size)
                batched.add(step)
            else:
                values[step] = step.row(*operands, **step.parameters)
    return values, batched


RULES = {  # what the column `batch` of a row may say
    "entries": entry_by_entry,
    "axes": along_axes,
    "all axes": along_all,
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
