"""How an operation is written: its function or template; axes, shapes, keys, texts, names."""

import functools
import inspect

import numpy as np

from autodiff_lib.table.keys import Slot

from .frozen import frozen
from .names import key_text, number_text


def spell_call(page, step, operands):
    """Return the text of a step, as its row's column `template` has it, or else as a call.

    operands: their texts. A call has the parameters that are not the function's defaults.
    """
    if step.row.template:
        return fill_in(page, step, step.row.template, operands)
    parts = operands + spell_options(spell_parameters(page, step))
    return f"{function_name(page, step.row)}({', '.join(parts)})"


def fill_in(page, step, text, operands):
    """Return the text of a row's column with operands and parameters filled in.

    Of a pair, the first is for parameters that are the defaults. `options` are the others; what
    the row calls `bare` is written as between brackets.
    """
    options = spell_parameters(page, step, operands[1:])
    if isinstance(text, tuple):
        text = text[bool(options)]
    texts = [", ".join(operands)] if step.row.variadic else operands
    named = {"first": operands[0], "options": ", ".join(spell_options(options))}
    named |= zip(step.row.operands, texts, strict=True)
    used = [name for name in step.parameters if f"{{{name}}}" in text and name not in options]
    known = {name: spell(page, step.parameters[name]) for name in used}
    return text.format(**known | options | named)


def function_name(page, row):
    """Return how the program calls a row's function: np.exp, np.linalg.inv, or by its own name."""
    name = getattr(row.numpy, "__name__", "")
    for module, prefix in ((np, "np."), (np.linalg, "np.linalg.")):
        if getattr(module, name, None) is row.numpy and not row.variadic:
            return prefix + name
    return page.names.constant(row.function, row.op if row.op.isidentifier() else None, "function")


def spell_parameters(page, step, slots=()):
    """Return the texts of the parameters that the function does not have anyway."""
    defaults, texts = default_values(step.row), {}
    for name, value in step.parameters.items():
        if name == step.row.bare and value is not None:
            texts[name] = spell(page, value, slots, bare=True)
        elif frozen(value) != frozen(defaults.get(name, inspect.Parameter.empty)):
            if name == "axis" and isinstance(value, tuple) and len(value) == 1:
                (value,) = value
            texts[name] = spell(page, value)
    return texts


@functools.cache
def default_values(row):
    """Return the defaults that a row's parameters have in the function that the program calls.

    Where NumPy's default is np._NoValue, "as if it were not there", that is the row's default.
    """
    try:
        known = inspect.signature(row.numpy).parameters
    except (TypeError, ValueError):
        return {}
    return {
        name: own if known[name].default is np._NoValue else known[name].default
        for name, own in row.parameters.items() if name in known
    }


def spell(page, value, slots=(), bare=False):
    """Write a parameter: an axis, a shape, a text; arrays and objects by their names.

    bare: as it stands between brackets, such as a key with slices. slots: what stands for those of
    a key.
    """
    if isinstance(value, tuple):
        text = ", ".join(spell(page, x, slots, bare) for x in value) + "," * (len(value) == 1)
        return text if bare and value else f"({text})"
    if isinstance(value, Slot):
        return slots[value.number]
    if isinstance(value, slice):
        bounds = value.start, value.stop, *[value.step] * (value.step is not None)
        return ":".join("" if x is None else str(x) for x in bounds)
    if isinstance(value, np.ndarray):
        return page.names.constant(value, default="positions")
    if isinstance(value, (int, float, np.generic)):
        return number_text(value)
    return "..." if value is ... else key_text(page.names, value)


def spell_options(options):
    """Return keyword arguments as they are written."""
    return [f"{name}={text}" for name, text in options.items()]
