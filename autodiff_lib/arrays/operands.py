"""What an operand may be: real numbers and arrays of them, and what is said of all else."""

import numpy as np


def is_node(value):
    """Tell whether a value is a node of some engine: what belongs to a level."""
    return hasattr(value, "level")


def as_constant(row, position, operand, keep):
    """Return an operand that is no node, kept from being changed if some rule asks for it."""
    operand = real_numbers(row, operand)
    asked = row.operands[0 if row.variadic else position] in row.rules.ask_for
    return keep(operand) if operand.shape and asked else operand


def real_numbers(row, operand):
    """Return an operand that is no node as a number or an array; refuse what is not real."""
    array = np.asarray(operand)
    if array.dtype.kind not in "fiub" or (array is not operand and is_odd(operand)):
        raise TypeError(
            f"{row.op} got {describe(operand)}; operands must be real numbers or arrays of them"
        )
    return array if array.shape else array[()]


def is_odd(value):
    """Tell whether a value is an array that does not compute like one: np.matrix, masked ones."""
    return isinstance(value, np.ndarray) and value.__array_priority__ > 0


def describe(value):
    """Say in a few words what a value is: its type, and dtype and shape if it is an array."""
    if is_odd(value):
        return f"a {type(value).__name__}, which does not compute like an array (np.asarray first)"
    if isinstance(value, (np.ndarray, np.generic)):
        return f"an array of dtype {value.dtype} and shape {value.shape}"
    return f"{type(value).__name__} {value!r:.40}"


def read_only(raw):
    """Return a view of an array through which it cannot be changed; anything else as it is."""
    if is_node(raw):
        return raw.value
    if isinstance(raw, np.ndarray):
        raw = raw.view()
        raw.flags.writeable = False
    return raw


def explain_shape(rule, g, shape):
    """Return the error text for a rule that returned what does not fit its operand."""
    return (
        f"the rule {rule} returned {describe(g)}, but its operand has shape {shape}; a rule gives "
        "an array of the operand's shape, or of the result's where broadcasting made that larger"
    )
