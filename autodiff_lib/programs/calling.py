"""Arguments of a program: just like the examples at once, others converted or refused."""

import itertools

import numpy as np

from autodiff_lib.arrays.checks import as_number, leaves_like
from autodiff_lib.arrays.structures import flatten, rebuild

from .arguments import is_fixed
from .names import Names, leaf_paths, part_paths


def compile_check(examples, scalar):
    """Return a function that quickly tells whether arguments are just like the examples."""
    names, tests = Names(), []
    array = names.constant(np.ndarray, "array")
    for path, part in part_paths(names, "arguments", examples):
        if isinstance(part, (dict, list, tuple)):
            tests.append(f"len({path}) == {len(part)}")
        elif isinstance(part, np.ndarray):
            tests.append(f"{path}.__class__ is {array} and {path}.shape == {part.shape}")
            tests.append(f"{path}.dtype == {part.dtype.str!r}")
        elif is_fixed(part):
            tests.append(f"{path} is {names.constant(part, 'fixed')}")
        else:
            kind = names.constant(number_type(part, scalar), "number")
            tests.append(f"{path}.__class__ is {kind}")
    check = eval(f"lambda arguments: {' and '.join(tests)}", names.constants)

    def accepts(*arguments):
        try:
            return check(arguments)
        except (TypeError, LookupError, AttributeError):
            return False

    return accepts


def convert(program, arguments, keywords):
    """Return arguments as a program takes them, or raise an error that says what differs."""
    if keywords or len(arguments) != len(program.names):
        arguments = by_position(arguments, keywords, program.names)
    other, own = (np.float64, float) if program.scalar else (float, np.float64)
    alike = [own(x) if x.__class__ is other else x for x in arguments]
    if program.accepts(*alike):  # mostly nothing else differs
        return alike
    converted = []
    for name, argument, example in zip(program.names, arguments, program.examples, strict=True):
        leaves = leaves_like(argument, example, f"{name} was traced as")
        paths = leaf_paths(Names(), name, example)
        scalar = itertools.repeat(program.scalar)
        leaves = map(convert_leaf, leaves, flatten(example), paths, scalar)
        converted.append(rebuild(example, leaves))
    return converted


def convert_leaf(leaf, example, path, scalar):
    """Return a leaf in the shape and dtype of the trace; refuse another shape or wider numbers."""
    if is_fixed(example):
        if leaf is example or (isinstance(example, (str, bytes)) and leaf == example):
            return leaf
        raise ValueError(f"{path} was traced as {example!r:.60}, got {leaf!r:.60}; trace again")
    wanted = np.asarray(example)
    known = isinstance(leaf, (np.ndarray, np.generic)) or (
        isinstance(leaf, (bool, int)) and wanted.dtype.kind in "biu")
    array = np.asarray(leaf) if known else as_number(leaf, path)
    if array.shape != wanted.shape or not np.can_cast(array.dtype, wanted.dtype, "safe"):
        raise ValueError(
            f"{path} was traced with shape {wanted.shape} and dtype {wanted.dtype}, got shape "
            f"{array.shape} and dtype {array.dtype}; trace again: gradient_program(f, ...)"
        )
    if isinstance(example, np.ndarray):
        return np.asarray(array, wanted.dtype)
    return number_type(example, scalar)(array)


def number_type(example, scalar):
    """Return the class of an argument that is a number: Python's if the program is scalar."""
    dtype = np.asarray(example).dtype
    return {"f": float, "i": int, "u": int, "b": bool}[dtype.kind] if scalar else dtype.type


def by_position(arguments, keywords, names):
    """Return all arguments by position; refuse too many, too few, and names that are none."""
    given = dict(zip(names, arguments, strict=False)) | keywords
    if len(arguments) + len(keywords) != len(names) or given.keys() != {*names}:
        raise TypeError(
            f"this program takes {len(names)} arguments ({', '.join(names)}), got {len(arguments)} "
            f"by position and {', '.join(keywords) or 'none'} by name"
        )
    return [given[name] for name in names]
