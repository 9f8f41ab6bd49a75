"""How parameters are written: axes, shapes, keys, texts; arrays and objects by their names."""

import functools
import inspect

import numpy as np

from autodiff_lib.table.keys import Slot

from .names import key_text, number_text


def spell_parameters(page, step, slots=()):
    """Return the texts of the parameters that the function does not have anyway."""
    defaults, texts = default_values(step.row), {}
    for name, value in step.parameters.items():
        if name == step.row.bare and value is not None:
            texts[name] = spell_bare(page, value, slots)
        elif name not in defaults or not is_alike(value, defaults[name]):
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
    defaults = {name: known[name].default for name in row.parameters if name in known}
    return {
        name: row.parameters[name] if default is np._NoValue else default
        for name, default in defaults.items()
    }


def is_alike(value, default):
    """Tell whether a parameter is the default."""
    return type(value) is type(default) and not isinstance(value, np.ndarray) and value == default


def spell_bare(page, value, slots=()):
    """Write a key, a shape or axes as they stand between brackets: 1:, None, positions."""
    if isinstance(value, tuple) and value:
        return ", ".join(spell_bare(page, x, slots) for x in value) + "," * (len(value) == 1)
    if isinstance(value, Slot):
        return slots[value.number]
    if isinstance(value, slice):
        start, stop, step = ("" if x is None else x for x in (value.start, value.stop, value.step))
        return f"{start}:{stop}" + (f":{step}" if step != "" else "")
    return spell(page, value)


def spell(page, value):
    """Write a parameter: an axis, a shape, a text; arrays and objects by their names."""
    if isinstance(value, tuple):
        return f"({', '.join(spell(page, x) for x in value)}{',' * (len(value) == 1)})"
    if isinstance(value, np.ndarray):
        return page.names.constant(value, default="positions")
    if isinstance(value, (int, float, np.generic)):
        return number_text(value)
    return "..." if value is ... else key_text(page.names, value)


def spell_options(options):
    """Return keyword arguments as they are written."""
    return [f"{name}={text}" for name, text in options.items()]
