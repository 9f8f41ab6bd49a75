"""Batching: the steps of one example, run on a whole batch.

    from autodiff_lib.arrays import vmap
    vmap(np.dot)(xs, ys)                  # one product for each pair of rows

`vmap` traces a function of one example once. Then it runs the steps, each on all examples at once:
NumPy's functions take arrays with one axis more, and a batching rule says for each kind of step how
they are told. Between the steps the batch axis is the first; a value that is the same for all
examples has none. Steps run as rows do, on arrays or on nodes: so `grad` of a function that uses
vmap, and vmap of grad, need nothing of their own.

Built cell by cell in chapter 15. Which rule a row has is its column `batch`; without one, rows that
work entry by entry align their operands, and all others run one example at a time.
Limits: all examples take the steps of the first, so Python cannot read their values.
Source: the idea is that of `map` as one program over arrays: pfor of TensorFlow (A. Agarwal,
"Static automatic batching in TensorFlow", 2019), Matchbox (J. Bradbury, 2018); under the name vmap
in JAX (2018), whose `in_axes` and `out_axes` these are, and in "autodidax", part 1.
"""

import math

import numpy as np

from autodiff_lib.arrays.checks import as_number, own_arrays
from autodiff_lib.arrays.node import NO_PARAMETERS
from autodiff_lib.arrays.operands import describe, is_node
from autodiff_lib.arrays.rows import ROWS
from autodiff_lib.arrays.structures import flatten, rebuild
from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.table.keys import Slot, fill
from autodiff_lib.table.linear_algebra import LETTERS
from autodiff_lib.table.shapes import as_tuple, is_basic

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


def axes_of(axes, structure, name):
    """Return the axis of every leaf: one number or None holds for all that is in its place."""
    if axes is None or (isinstance(axes, (int, np.integer)) and not isinstance(axes, bool)):
        return [axes] * len(flatten(structure))
    if isinstance(axes, dict) and isinstance(structure, dict) and axes.keys() == structure.keys():
        pairs = [(axes[key], part) for key, part in structure.items()]
    elif (isinstance(axes, (list, tuple)) and isinstance(structure, (list, tuple))
          and len(axes) == len(structure)):
        pairs = list(zip(axes, structure, strict=True))
    else:
        raise ValueError(f"{name} has {axes!r:.60} for {describe(structure)}: give a number, None, "
                         "or a structure like it")
    return [axis for one, part in pairs for axis in axes_of(one, part, name)]


def take_batches(arguments, axes):
    """Return the leaves that have an axis, with that axis first, and how many examples they hold.

    arguments: a tuple. Raises a ValueError if an axis is not there, if sizes differ, or if no leaf
    has an axis.
    """
    positions = [i for i, argument in enumerate(arguments) for _ in flatten(argument)]
    batches, sizes = [], {}
    for leaf, axis, position in zip(flatten(arguments), axes, positions, strict=True):
        if axis is not None:
            batches.append(to_front(leaf, axis, f"argument {position}"))
            sizes.setdefault(batches[-1].shape[0], f"argument {position} has shape "
                             f"{np.shape(leaf)} and examples along axis {axis}")
    if not sizes:
        raise ValueError("vmap needs one argument at least with examples along an axis; in_axes "
                         f"is None for all {len(arguments)}")
    if len(sizes) > 1:
        raise ValueError(f"the numbers of examples differ: {'; '.join(sizes.values())}")
    return batches, next(iter(sizes))


def to_front(leaf, axis, what):
    """Return an array or a node with one axis moved to the front."""
    if not is_node(leaf):
        as_number(leaf, what)
    rank = np.ndim(leaf)
    if not -rank <= axis < rank:
        raise ValueError(f"{what} has shape {np.shape(leaf)} and so no axis {axis} with examples; "
                         "in_axes=None is for what is the same for all examples")
    return np.moveaxis(leaf, axis, 0) if axis else leaf


def put_into(arguments, axes, nodes):
    """Return the arguments with nodes in place of the leaves that have an axis."""
    nodes = iter(nodes)
    leaves = zip(flatten(arguments), axes, strict=True)
    return rebuild(arguments, iter([x if axis is None else next(nodes) for x, axis in leaves]))


def plain(x):
    """Return the array that a node of any level holds."""
    while is_node(x):
        x = x.raw
    return x


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


def explain_read(step, value, line):
    """Return the error text for a value of one example that decided about all."""
    if step.op == "count_nonzero":
        return (f"each example would get a shape of its own, for a mask picked {value} entries of "
                f"the first one ({line}); write np.where(mask, x, 0.0)")
    return (f"Python read the value of the first example, {value!r:.60} ({line}), but the steps "
            "must hold for all examples; write np.where(condition, x, y) for a branch, and give "
            "vmap in_axes=None for an argument that is the same for all")


def run_batch(outputs, batches, same):
    """Run the steps that outputs need; return {step: value} and the set of steps with a batch axis.

    batches: {input: array}, the batch axis first. same: {input: value}, alike for all examples.
    """
    values, batched = {**same, **batches}, set(batches)
    for step in topological_order(*outputs):
        if step in values:
            continue
        operands, has_axis = [values[x] for x in step.operands], [x in batched
                                                                  for x in step.operands]
        if step.constant:
            values[step] = step.raw
        elif any(has_axis):
            rule = rule_of(step.row)
            size = operands[has_axis.index(True)].shape[0]
            values[step] = rule(step, operands, has_axis, size)
            batched.add(step)
        else:
            values[step] = step.row(*operands, **step.parameters)
    return values, batched


def place(value, batched, shape, axis):
    """Return a result with its batch axis where out_axes wants it. shape: with that axis first."""
    if axis is None and batched:
        raise ValueError("out_axes is None for a result that depends on the example; give a number")
    if axis is None:
        return value
    if not -len(shape) <= axis < len(shape):
        raise ValueError(f"out_axes has {axis}, but with its batch axis the result has "
                         f"{len(shape)} axes")
    value = value if batched else ROWS["broadcast_to"](value, shape=shape)
    return np.moveaxis(value, 0, axis) if axis else value


# Rules: each gets a step, its operands (batched ones with the batch axis first), whether they have
# one, and its size. It returns the results of all examples, the batch axis first.


def reshape(x, *shape):
    """Return an array or a node in this shape."""
    return x if np.shape(x) == shape else ROWS["reshape"](x, shape=shape)


def fit(x, batched, shape, rank):
    """Return x in the shape of one example; if it is a batch, (size, 1, ..., 1, *shape).

    So batches of lower rank meet the others as single examples do: from the last axis on.
    """
    if batched:
        shape = (x.shape[0], *[1] * (rank - len(shape)), *shape)
    return reshape(x, *shape)


def spread(step, operands, batched, size):
    """Return all operands with a batch axis: those without one are copied along it."""
    return [
        x if has_axis else ROWS["broadcast_to"](x, shape=(size, *one.shape))
        for x, has_axis, one in zip(operands, batched, step.operands, strict=True)
    ]


def entry_by_entry(step, operands, batched, size):
    """Align the axes of the examples; NumPy does the rest."""
    rank = max(x.ndim for x in step.operands)
    aligned = [
        fit(x, has_axis, one.shape, rank)
        for x, has_axis, one in zip(operands, batched, step.operands, strict=True)
    ]
    return step.row(*aligned, **step.parameters)


def one_by_one(step, operands, batched, size):
    """Run a step that no rule knows for each example."""
    if not size:
        return np.zeros((0, *step.shape), step.dtype)
    results = [
        step.row(*[x[i] if has_axis else x for x, has_axis in zip(operands, batched, strict=True)],
                 **step.parameters)
        for i in range(size)
    ]
    return ROWS["stack"](*results, axis=0)


def moved(parameters):
    """Return parameters with their axis numbers behind a new first axis: from the end none move."""

    def move(axis):
        return tuple(map(move, axis)) if isinstance(axis, tuple) else axis + (axis >= 0)

    names = {"axis", "axis1", "axis2", "source", "destination"} & parameters.keys()
    return parameters | {name: move(parameters[name]) for name in names}


def along_axes(step, operands, batched, size):
    """Move the axis numbers by one; without an axis, run along the entries of each example."""
    (x,), (one,) = operands, step.operands
    parameters = step.row.parameters | step.parameters
    if parameters.get("axis", 0) is not None and one.shape:
        return step.row(x, **moved(parameters))
    out = step.row(reshape(x, size, one.size), **parameters | {"axis": 1})
    return reshape(out, size, *step.shape)


def along_joined(step, operands, batched, size):
    """Move the axis numbers of a step whose operands all need the batch axis."""
    return step.row(*spread(step, operands, batched, size), **moved(step.parameters))


def to_shape(step, operands, batched, size):
    """Put the batch axis before the shape that each example gets."""
    return reshape(operands[0], size, *step.shape)


def copied(step, operands, batched, size):
    """Copy along missing axes, those after the batch axis included."""
    x = fit(operands[0], True, step.operands[0].shape, step.ndim)
    return ROWS["broadcast_to"](x, shape=(size, *step.shape))


def transposed(step, operands, batched, size):
    """Leave the batch axis first and permute the others."""
    axes = step.parameters["axes"] or range(step.ndim)[::-1]
    return step.row(operands[0], axes=(0, *(axis % step.ndim + 1 for axis in axes)))


def padded(step, operands, batched, size):
    """Put nothing around the batch axis."""
    return step.row(operands[0], widths=((0, 0), *step.parameters["widths"]))


def of_matrices(step, operands, batched, size):
    """Rely on NumPy, which takes the last two axes for a matrix and all before for a stack."""
    if step.operands[0].ndim < 2:
        return one_by_one(step, operands, batched, size)
    return step.row(operands[0], **step.parameters)


def products(step, operands, batched, size):
    """Run matmul or solve on stacks of matrices: a vector is one of one row, or one column."""
    (x, y), (left, right) = operands, [one.shape for one in step.operands]
    if step.op == "matmul" and not batched[1] and len(right) < 3:
        return step.row(x, y)  # one product, as all examples share the matrix
    if not batched[0] and len(left) == 2 and len(right) == 1:
        return step.row(y, x.T) if step.op == "matmul" else step.row(x, y.T).T
    left, right = (1, *left)[-max(2, len(left)):], right if len(right) > 1 else (*right, 1)
    rank = max(len(left), len(right))
    out = step.row(fit(x, batched[0], left, rank), fit(y, batched[1], right, rank))
    return reshape(out, size, *step.shape)


def einsum(step, operands, batched, size):
    """Give the batch axis a letter of its own."""
    subscripts = step.parameters["subscripts"]
    letter = next(letter for letter in LETTERS if letter not in subscripts)
    terms, _, output = subscripts.partition("->")
    terms = [letter * has_axis + term
             for term, has_axis in zip(terms.split(","), batched, strict=True)]
    return step.row(*operands, subscripts=f"{','.join(terms)}->{letter}{output}")


def lookup(step, operands, batched, size):
    """Look all values up at once where there is one table for all examples."""
    table = {"searchsorted": 0, "digitize": 1}[step.op]
    if batched[table]:
        return one_by_one(step, operands, batched, size)
    return step.row(*operands, **step.parameters)


# Keys: x[:, key] does not always do for each example what x[key] does, as NumPy moves the axes of
# several arrays to the front. Then the entries are found by their numbers in the flattened array.


def takes_slice(key):
    """Tell whether a key means the same for each example after a slice for the batch axis."""
    picks = [part for part in as_tuple(key) if not isinstance(part, (slice, type(None), type(...)))]
    return len(picks) < 2 or is_basic(key)


def numbers_of(step, shape, entries, slots, batched, size):
    """Return which entries of flattened arrays of this shape a key names: (size or 1, *entries)."""
    key, rank = step.parameters["key"], len(entries)
    numbers, all_sizes = np.arange(math.prod(shape)).reshape(shape), max(entries, default=1) + 1
    slots = [fit(x, b, one.shape, rank) if b else x
             for x, b, one in zip(slots, batched, step.operands[1:], strict=True)]
    found = ROWS["pick"](numbers, *slots, key=key)
    if any(batched):  # NumPy says where it puts the batch axis: a size that no other axis has
        trial = [np.zeros((all_sizes, *x.shape[1:]), int) if b else plain(x)
                 for x, b in zip(slots, batched, strict=True)]
        found = np.moveaxis(found, numbers[fill(key, trial)].shape.index(all_sizes), 0)
    return reshape(found, size if any(batched) else 1, *entries)


def first_numbers(shape, rank, size):
    """Return the number of the first entry of each example: (size, 1, ..., 1), of rank + 1 axes."""
    return np.arange(size).reshape(size, *[1] * rank) * math.prod(shape)


def picked(step, operands, batched, size):
    """Take the same entries of each example, or those that its own positions name."""
    x, shape = operands[0], step.operands[0].shape
    if step.op == "index" and takes_slice(step.parameters["key"]):
        return step.row(x, key=(slice(None), *as_tuple(step.parameters["key"])))
    numbers = numbers_of(step, shape, step.shape, operands[1:], batched[1:], size)
    if batched[0]:
        numbers = numbers + first_numbers(shape, step.ndim, size)
    return ROWS["pick"](ROWS["reshape"](x, shape=(-1,)), numbers, key=Slot(0))


def put_back(step, operands, batched, size):
    """Add each example's entries into zeros of its own: the way back of `picked`."""
    g, shape = operands[0], step.parameters["shape"]
    if step.op == "scatter" and takes_slice(step.parameters["key"]):
        key = (slice(None), *as_tuple(step.parameters["key"]))
        return step.row(g, key=key, shape=(size, *shape))
    entries = step.operands[0].shape
    numbers = numbers_of(step, shape, entries, operands[1:], batched[1:], size)
    numbers = numbers + first_numbers(shape, len(entries), size)
    g = g if batched[0] else ROWS["broadcast_to"](g, shape=(size, *entries))
    out = ROWS["put"](g, numbers, key=Slot(0), shape=(size * math.prod(shape),))
    return reshape(out, size, *shape)


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
    return RULES[row.batch or "entries"] if row.batch or row.kind == "elementwise" else one_by_one
