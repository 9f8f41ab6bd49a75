"""Batching: the steps of one example, run on a whole batch.

    from autodiff_lib.arrays import vmap
    vmap(np.dot)(xs, ys)                  # one product for each pair of rows

`vmap` traces a function of one example once. Then it runs the steps, each on all examples at once:
NumPy's functions take arrays with one axis more, and a batching rule says for each kind of step how
they are told. Between the steps the batch axis is the first; a value that is the same for all
examples has none. Steps run as rows do, on arrays or on nodes: so `grad` of a function that uses
vmap, and vmap of grad, need nothing of their own.

Built cell by cell in chapter 15. batch_rules.py has the rules (batch_keys.py those of indexing),
batch_axes.py says what in_axes and out_axes mean. A row names its rule in the column `batch`, or
its kind does: elementwise rows align their operands, all others run one example at a time.
Limits: all examples take the steps of the first, so Python cannot read their values.
Source: a loop turned into operations on whole batches is pfor of TensorFlow (A. Agarwal, "Static
automatic batching in TensorFlow", 2019) and Matchbox (J. Bradbury and C. Fu, 2018); as a function
of functions it is JAX's vmap (2018), whose in_axes and out_axes these are: "autodidax", part 1,
and for traced programs part 3.
"""

import numpy as np

from autodiff_lib.arrays.checks import ESCAPED, own_arrays
from autodiff_lib.arrays.notes import EXAMPLE_NOTE, add_notes
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
from .trace import Trace


def vmap(f, in_axes=0, out_axes=0):
    """Return the function that computes f for every example of a batch, in one run.

    in_axes: along which axis of the arguments the examples lie: one number for all, or a tuple with
    one for each argument, which may be a structure like that argument. None: the same for all
    examples; so are arguments passed by name. out_axes: where the batch axis is in the result, in
    the same way; None for what is the same for all examples.
    Each call runs f once, on nodes of the first example; a gradient_program of a function that uses
    vmap does so once for all calls. Shapes are those of one example, and so may not depend on
    values. A function with a rule of its own (custom_vjp) is called once per example, and
    so is a row that somebody added without saying how it runs on a batch.

    Shapes: for x of shape (n, *s) and f(x[i]) of shape (*t), the result has shape (n, *t).
    Raises a ValueError where f reads a value, to branch or to count, for axes that there are not,
    or of different sizes; a TypeError for what is no array of real numbers.
    Source: JAX's vmap.
    """

    def mapped(*arguments, **keywords):
        trace = trace_example(Nested(), f, arguments, keywords, in_axes)
        refuse_reads(trace)
        values, batched = run_batch(trace.outputs, trace.known, trace.batched)
        return take_out(trace, values, batched, out_axes)

    return mapped


class Example(Trace):
    """The trace of one example, which knows what each of its inputs is for all.

    known: {input: what it is for all examples}; batched: those of them that have a batch axis.
    size: the number of examples; result: as f returns it; outputs: the steps of its leaves.
    """

    def __init__(self):
        super().__init__()
        self.known, self.batched = {}, set()

    def enter(self, x, has_axis=False):
        """Return the node of a new input: x for all examples, traced with the first."""
        node = self.input(first_example(x, has_axis))
        self.known[node.step] = x
        if has_axis:
            self.batched.add(node.step)
        return node


class Nested(Example):
    """An Example inside other runs: their nodes enter it where an operation meets them."""

    def lift(self, x):
        """Return a node of an outer level as an input that all share, anything else as it is."""
        level = getattr(x, "level", self)
        return self.enter(x) if level.number < self.number else x

    def apply(self, row, operands, *parameters):
        """Run an operation and write it down; see Trace.apply."""
        return super().apply(row, [self.lift(x) for x in operands], *parameters)


def first_example(x, has_axis):
    """Return what the first example has of x, as plain numbers; a stand-in where there is none."""
    x = plain(x)
    if not has_axis:
        return x
    return x[0] if len(x) else np.full(x.shape[1:], x.dtype.kind == "f", x.dtype)[()]


def enter_leaves(trace, leaves, axes, batches):
    """Return the arguments' leaves for one example: nodes in place of arrays."""
    entered = []
    for leaf, axis in zip(leaves, axes, strict=True):
        if axis is not None:
            leaf = trace.enter(next(batches), has_axis=True)
        elif type(leaf) is np.ndarray and leaf.ndim and leaf.dtype.kind in "fiub":
            leaf = trace.enter(leaf)  # so that a batch of positions can be its key
        entered.append(leaf)
    return entered


def refuse_escaped(*operation):
    """Refuse an operation on nodes that were kept after f had returned."""
    raise ValueError(ESCAPED)


def trace_example(trace, f, arguments, keywords, in_axes):
    """Run f on the first example, noted by the trace, a Nested; return that.

    A Program is traced as the function it was made of: its source may overwrite arrays.
    """
    f = f.function if isinstance(f, Program) else f
    axes = axes_of(in_axes, arguments, "in_axes")
    batches, trace.size = take_batches(arguments, axes)
    nodes = enter_leaves(trace, flatten(arguments), axes, iter(batches))
    try:
        with trace.watch:
            trace.result = f(*rebuild(arguments, iter(nodes)), **keywords)
    except (ValueError, IndexError) as error:
        add_notes(error, also=EXAMPLE_NOTE)
        raise
    finally:
        trace.apply = refuse_escaped
    trace.outputs = [trace.lower(trace.lift(leaf)) for leaf in flatten(trace.result)]
    return trace


def refuse_reads(trace):
    """Refuse values that Python read and that may differ among examples, with a ValueError."""
    for step, value, line in trace.reads:
        if trace.batched & set(topological_order(step)):
            raise ValueError(explain_read(step, value, line))


def take_out(trace, values, batched, out_axes):
    """Return the result for all examples, built as f builds it, each leaf with its batch axis.

    A batch that a rule has made is handed out as it is; what others may hold is copied: inputs,
    constants, what is the same for all, and parts of any.
    """
    axes = axes_of(out_axes, trace.result, "out_axes")
    results = [
        place(values[step], step in batched, (trace.size, *step.shape), axis)
        for step, axis in zip(trace.outputs, axes, strict=True)
    ]
    held = [x for step, x in values.items() if step.row is None or step not in batched]
    return rebuild(trace.result, iter(own_arrays(results, held)))


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


RULES = {  # what the column `batch` of a row may say, and where it says nothing its kind
    "elementwise": entry_by_entry,
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
    **dict.fromkeys(["linear", "multilinear", "general", "constant"], one_by_one),
}


def rule_of(row):
    """Return the batching rule of a row: that which its column names, or its kind."""
    return RULES[row.batch or row.kind]
