"""What a program returns: plain numbers, and arrays that share memory with no other."""

import numpy as np

from autodiff_lib.arrays.structures import flatten, rebuild

from .names import dtype_text, spell_structure
from .write import operand


def result_text(page, expected, scalar):
    """Return the text of what a program returns: a structure like `expected`."""
    leaves, shown = [], set()
    for step, leaf in zip(page.outputs, flatten(expected), strict=True):
        leaves.append(leaf_text(page, step, leaf, shown, scalar))
    return spell_structure(page.names, rebuild(expected, iter(leaves)))


def leaf_text(page, step, expected, shown, scalar):
    """Return the text of a result: a plain number, or an array that shares memory with no other."""
    text = operand(page, step)
    if isinstance(expected, (bool, int, float)) and not isinstance(expected, np.generic):
        same = scalar and isinstance(expected, float) and step.dtype == np.float64
        return text if same else f"{type(expected).__name__}({text})"
    if not step.shape:
        if isinstance(expected, np.ndarray):
            return f"np.array({text}{dtype_text(expected.dtype)})"
        return f"np.{expected.dtype}({text})"
    root = page.owners.of(step)
    shared = root.op is None or page.owners.is_part(step)
    shared = shared or id(root) in shown or id(root) in page.owners.unsure
    shown.add(id(root))
    if step.dtype != expected.dtype:
        return f"{text}.astype(np.{expected.dtype})"
    return f"{text}.copy()" if shared else text
