"""Constants of a trace: each number once, each array once while it is unchanged."""

import numpy as np

from autodiff_lib.arrays.node import NUMBERS
from autodiff_lib.arrays.operands import real_numbers
from autodiff_lib.arrays.rows import ROWS


def take_constant(trace, row, operand):
    """Return the step and the value of an operand that is no node: this is Trace.take_constant."""
    if type(operand) not in NUMBERS:
        operand = real_numbers(row, operand)
    return trace.constant(operand), operand


def constant(trace, value):
    """Return the step of a constant: the same for the same number, or array while unchanged.

    This is Trace.constant.
    """
    is_array = isinstance(value, np.ndarray)
    key = id(value) if is_array else (type(value), repr(value))
    step, _ = trace.constants.get(key, (None, None))
    if step is None or (is_array and not is_still(step, value)):
        step = make_constant(trace, value)
        trace.constants[key] = step, value  # kept, so its id stays its own
    return step


def is_still(step, value):
    """Tell whether an array is still the one of which a constant was made."""
    known = step.raw if step.constant else step.operands[0].raw
    return np.array_equal(np.broadcast_to(known, value.shape), value, equal_nan=True)


def is_one_number(array):
    """Tell whether all entries are the same number, zeros of the same sign."""
    first = array.flat[0]
    same = (array == first).all()
    return same and (first or array.dtype.kind != "f" or len(set(np.signbit(array).flat)) == 1)


def make_constant(trace, value):
    """Return the step of a constant: arrays are copied, one number in all places is broadcast."""
    if np.size(value) > 1 and is_one_number(value):
        trace.count += 1
        operands, parameters = (trace.constant(value.flat[0]),), {"shape": value.shape}
        return trace.step(value, ROWS["broadcast_to"], operands, parameters)
    step = trace.step(value)
    step.raw, step.constant = value.copy() if isinstance(value, np.ndarray) else value, True
    step.value = step.raw
    return step
