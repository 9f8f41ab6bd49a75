"""What a program returns: plain numbers, and arrays that share memory with no other."""

import numpy as np

from .names import dtype_name, dtype_text
from .write import operand


def result_text(page, step, expected, shown, scalar):
    """Return the text of a result: a plain number, or an array that shares memory with no other."""
    text = operand(page, step)
    if isinstance(expected, (bool, int, float)) and not isinstance(expected, np.generic):
        same = scalar and isinstance(expected, float) and step.dtype == np.float64
        return text if same else f"{type(expected).__name__}({text})"
    if not step.shape:
        if isinstance(expected, np.ndarray):
            return f"np.array({text}{dtype_text(expected.dtype)})"
        return f"{dtype_name(expected.dtype)}({text})"
    root = page.owners.of(step)
    shared = root.op is None or page.owners.is_part(step)
    shared = shared or id(root) in shown or id(root) in page.owners.unsure
    shown.add(id(root))
    if step.dtype != expected.dtype:
        return f"{text}.astype(np.{expected.dtype})"
    return f"{text}.copy()" if shared else text
