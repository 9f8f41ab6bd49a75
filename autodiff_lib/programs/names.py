"""Names in a program: of its parameters, its variables and its constants, no two alike.

What a program needs besides NumPy and Python stands above its function: short arrays are defined,
functions of this library imported. Long arrays, and functions of the user's own, are in
`program.constants` under the name that the source gives them.
"""

import ast
import itertools
import keyword
import math
import re
import sys

import numpy as np

from autodiff_lib.arrays.operands import read_only

from .frozen import frozen

SPOKEN = "np math expect abs bool float int max range slice".split()  # what sources say themselves
SHORT = 16  # entries: arrays up to here are written out
WIDTH = 96  # characters: longer lines are not


def new_name(names, wanted, default="t"):
    """Return a Python name that is not taken yet, like the wanted one."""
    stem = wanted or default
    if not stem.isidentifier():
        stem = re.sub(r"\W|^(?=\d)", "_", stem, flags=re.ASCII)
    name = stem if wanted else f"{stem}1"
    while name in names.taken:
        names.last[stem] = names.last.get(stem, 1) + 1
        name = f"{stem}_{names.last[stem]}" if wanted else f"{stem}{names.last[stem]}"
    names.taken.add(name)
    return name


def lines_above(names, lines):
    """Return the lines above a program's function: what it needs besides np and math."""
    above = [definition(name, value) for name, value in names.constants.items()]
    if any(line.lstrip().startswith("expect(") for line in lines):
        above.insert(0, "from autodiff_lib.arrays import expect")
    return "".join(f"{line}\n" for line in above)


class Names:
    """All names that a program uses, and what its constants stand for."""

    new, above = new_name, lines_above

    def __init__(self):
        self.taken = {*SPOKEN, *keyword.kwlist}
        self.last = {}  # the last number given to each kind of name
        self.constants, self.known = {}, {}

    def constant(self, value, wanted=None, default="constant"):
        """Return the name of an array, a function or another object: one name for each."""
        is_array = isinstance(value, np.ndarray)
        key = frozen(value) if is_array else id(value)
        if key not in self.known:
            self.known[key] = name = self.new(wanted, default)
            self.constants[name] = read_only(value)
        return self.known[key]

    def spell(self, value, default):
        """Return the text of a number, or the name of an array."""
        return self.constant(value, default=default) if np.shape(value) else number_text(value)


def number_text(value, exact=False):
    """Return the text of a number; with `exact`, a NumPy number keeps its dtype."""
    if isinstance(value, (np.generic, np.ndarray)):
        if exact:
            return f"np.{value.dtype}({number_text(value.item())})"
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return "np.nan" if value != value else "np.inf" if value > 0 else "-np.inf"
    return repr(value)


def operand_text(value, exact=False):
    """Return the text of a number inside a line: in brackets, but for such as 2.0.

    Python takes its time to compile what stands in brackets.
    """
    text = number_text(value, exact)
    return text if text[0].isdigit() and "." in text else f"({text})"


def dtype_text(dtype):
    """Return what is added to np.zeros(shape...) for a dtype: nothing for double precision."""
    return "" if dtype == np.float64 else f", np.{dtype}"


def key_text(names, key):
    """Return the text of a dict's key: as it is written, or the name of a constant."""
    try:
        if ast.literal_eval(repr(key)) == key:
            return repr(key)
    except (ValueError, SyntaxError, TypeError, MemoryError):
        pass
    return names.constant(key, default="key")


def leaf_paths(names, text, argument):
    """Return how the source reaches each leaf of an argument: params["W1"], layers[0], p.mean."""
    pairs = part_paths(names, text, argument)
    return [path for path, part in pairs if not isinstance(part, (dict, list, tuple))]


def part_paths(names, text, whole):
    """Return how the source reaches a structure and each of its parts, with what is there."""
    if isinstance(whole, dict):
        parts = [(f"[{key_text(names, key)}]", part) for key, part in whole.items()]
    elif hasattr(whole, "_fields"):
        parts = [(f".{name}", getattr(whole, name)) for name in whole._fields]
    else:
        rows = whole if isinstance(whole, (list, tuple)) else ()
        parts = [(f"[{i}]", part) for i, part in enumerate(rows)]
    inside = [part_paths(names, text + step, part) for step, part in parts]
    return [(text, whole), *itertools.chain(*inside)]


def spell_structure(names, structure):
    """Return the text of a structure whose leaves are texts; one of a class of its own names it."""
    kind, own = type(structure), type(structure) not in (dict, list, tuple)
    if isinstance(structure, dict):
        pairs = [(key_text(names, key), part) for key, part in structure.items()]
        text = "{" + ", ".join(f"{key}: {spell_structure(names, x)}" for key, x in pairs) + "}"
    elif isinstance(structure, (list, tuple)):
        text = ", ".join(spell_structure(names, part) for part in structure)
        if hasattr(structure, "_fields"):
            return f"{names.constant(kind, kind.__name__)}({text})"
        comma = "," * (len(structure) == 1)
        text = f"[{text}]" if isinstance(structure, list) else f"({text}{comma})"
    else:
        return structure
    return f"{names.constant(kind, kind.__name__)}({text})" if own else text


def definition(name, value):
    """Return the line that defines a constant, or a comment that says where it is."""
    if isinstance(value, np.ndarray):
        line = f"{name} = {array_text(value)}"
        if value.size <= SHORT and len(line) <= WIDTH and np.isfinite(value).all():
            return line
        what = f"dtype {value.dtype}, shape {value.shape}"
    elif is_importable(value):
        return f"from {value.__module__} import {value.__name__}" + (
            f" as {name}" * (name != value.__name__))
    else:
        what = f"a {type(value).__name__}"
    return f'# {name} = program.constants["{name}"]: {what}'


def is_importable(value):
    """Tell whether a value is a function that this library defines under its own name."""
    module = sys.modules.get(getattr(value, "__module__", None))
    ours = getattr(module, "__name__", "").startswith("autodiff_lib.")
    return ours and vars(module).get(getattr(value, "__name__", None)) is value


def array_text(value):
    """Return the text of an array."""
    if not value.size:
        return f"np.zeros({value.shape}{dtype_text(value.dtype)})"
    plain = value.dtype in (np.float64, np.int64, np.bool_)
    dtype = "" if plain else f", np.{value.dtype}"
    return f"np.array({value[()].tolist()!r}{dtype})" if value.size <= SHORT else ""
