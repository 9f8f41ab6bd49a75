"""Batching rules: how a step of one example runs on a batch, one rule for each kind of step.

Each gets a step, its operands (batches with the batch axis first), which of them are batches, and
how many examples there are. It returns the results of all examples, the batch axis first. Rules
work on arrays and on nodes.
"""

import numpy as np

from autodiff_lib.arrays.rows import ROWS
from autodiff_lib.table.linear_algebra import LETTERS


def reshape(x, *shape):
    """Return an array or a node in this shape."""
    return x if np.shape(x) == shape else ROWS["reshape"](x, shape=shape)


def fit(x, rank):
    """Return a batch whose examples have `rank` axes: (size, 1, ..., 1, *shape of an example).

    So batches of lower rank meet the others as single examples do: from the last axis on.
    """
    size, *shape = x.shape
    ones = [1] * (rank - len(shape))
    return x.reshape(size, *ones, *shape) if ones else x


def spread(step, operands, batched, size):
    """Return all operands with a batch axis: those without one are copied along it."""
    return [
        x if has_axis else ROWS["broadcast_to"](x, shape=(size, *one.shape))
        for x, has_axis, one in zip(operands, batched, step.operands, strict=True)
    ]


def entry_by_entry(step, operands, batched, size):
    """Align the axes of the examples; NumPy does the rest."""
    rank = max(x.ndim for x in step.operands)
    pairs = zip(operands, batched, strict=True)
    aligned = [fit(x, rank) if has_axis else x for x, has_axis in pairs]
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


def moved(axis):
    """Return an axis, or a tuple of them, behind a new first axis: from the end none moves."""
    if isinstance(axis, tuple):
        return tuple(map(moved, axis))
    return axis + 1 if axis >= 0 else axis


def along_axes(step, operands, batched, size):
    """Move the axis by one; without an axis, run along the entries of each example."""
    x, one = operands[0], step.operands[0]
    parameters = step.row.parameters | step.parameters
    if parameters["axis"] is None or one.ndim == 0:
        x = reshape(x, size, one.size)
        parameters["axis"] = 0
    parameters["axis"] = moved(parameters["axis"])
    return reshape(step.row(x, **parameters), size, *step.shape)


AXES = {"axis", "axis1", "axis2", "source", "destination"}  # parameters that number axes


def along_all(step, operands, batched, size):
    """Move every axis number of a step whose operands all need the batch axis."""
    parameters = {name: moved(value) if name in AXES else value
                  for name, value in step.parameters.items()}
    return step.row(*spread(step, operands, batched, size), **parameters)


def to_shape(step, operands, batched, size):
    """Put the batch axis before the shape that each example gets."""
    return reshape(operands[0], size, *step.shape)


def copied(step, operands, batched, size):
    """Copy along missing axes, those after the batch axis included."""
    x = fit(operands[0], step.ndim)
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
    out = step.row(as_stack(x, batched[0], left, rank), as_stack(y, batched[1], right, rank))
    return reshape(out, size, *step.shape)


def as_stack(x, batched, shape, rank):
    """Return x as a matrix of this shape, or as a stack of `rank` axes for each example."""
    front = (x.shape[0], *[1] * (rank - len(shape))) if batched else ()
    return reshape(x, *front, *shape)


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
