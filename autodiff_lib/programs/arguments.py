"""What goes into a trace: an input for each number or array among the arguments of a function."""

import numpy as np

from autodiff_lib.arrays.checks import as_number, own
from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.structures import flatten, rebuild

from .readers_names import leaf_names


def lift_arguments(trace, arguments, names):
    """Return the arguments with traced leaves, and the steps of these.

    names: those of the parameters. The watch learns what to call a leaf that f does not name.
    """
    lifted, inputs = [], {}
    for argument, name in zip(arguments, names, strict=True):
        leaves = []
        for leaf, wanted in zip(flatten(argument), leaf_names(argument, name), strict=True):
            if not is_fixed(leaf):  # f may name the parts of a structure itself
                leaf = trace.input(as_input(leaf, name), name if wanted is name else None)
                inputs[leaf.step] = wanted
            leaves.append(leaf)
        lifted.append(rebuild(argument, iter(leaves)))
    trace.watch.inputs = inputs
    return lifted, list(inputs)


def input_values(arguments):
    """Return the numbers and arrays among arguments: what the inputs of their trace hold."""
    return [np.asarray(leaf)[()] for leaf in flatten(arguments) if not is_fixed(leaf)]


def is_fixed(leaf):
    """Tell whether an argument is none to compute with but one that says what to do."""
    return leaf is None or isinstance(leaf, (str, bytes)) or callable(leaf)


def as_input(leaf, name):
    """Return a leaf as the tracer takes it: integers and bools stay what they are."""
    if is_node(leaf):
        raise TypeError("a program is traced outside of grad: its arguments are plain arrays")
    if np.asarray(leaf).dtype.kind in "iub":
        return np.array(leaf)[()]
    return own(as_number(leaf, f"argument {name}"))
