"""Arguments of a program: just like the examples at once, others converted or refused."""

import numpy as np

from autodiff_lib.arrays.checks import as_number, same_structure
from autodiff_lib.arrays.operands import describe
from autodiff_lib.arrays.structures import flatten, rebuild

from .arguments import is_fixed
from .names import Names, leaf_paths


def compile_check(examples, scalar):
    """Return a function that quickly tells whether arguments are just like the examples."""
    names, tests = Names(), [f"len(arguments) == {len(examples)}"]
    array = names.constant(np.ndarray, "array")
    for i, example in enumerate(examples):
        paths = leaf_paths(names, f"arguments[{i}]", example)
        for path, leaf in zip(paths, flatten(example), strict=True):
            if isinstance(leaf, np.ndarray):
                tests.append(f"{path}.__class__ is {array} and {path}.shape == {leaf.shape}")
                tests.append(f"{path}.dtype == {leaf.dtype.str!r}")
            elif is_fixed(leaf):
                tests.append(f"{path} is {names.constant(leaf, 'fixed')}")
            else:
                kind = names.constant(number_type(leaf, scalar), "number")
                tests.append(f"{path}.__class__ is {kind}")
    check = eval(f"lambda arguments: {' and '.join(tests)}", names.constants)

    def accepts(*arguments):
        try:
            return check(arguments)
        except (TypeError, LookupError, AttributeError):
            return False

    return accepts


def convert(arguments, keywords, examples, names, scalar):
    """Return arguments as the program takes them, or raise an error that says what differs."""
    arguments = by_position(arguments, keywords, names)
    if len(arguments) != len(examples):
        raise TypeError(f"this program takes {len(examples)} arguments ({', '.join(names)}), "
                        f"got {len(arguments)}")
    converted = []
    for name, argument, example in zip(names, arguments, examples, strict=True):
        argument = order_like(argument, example)
        if not same_structure(argument, example):
            raise ValueError(f"{name} was traced as {describe(example)}, got {describe(argument)}")
        paths = leaf_paths(Names(), name, example)
        leaves = [
            convert_leaf(leaf, wanted, path, scalar)
            for path, leaf, wanted in zip(paths, flatten(argument), flatten(example), strict=True)
        ]
        converted.append(rebuild(example, iter(leaves)))
    return converted


def order_like(argument, example):
    """Return a structure with the keys of its dicts in the order of an example."""
    if isinstance(argument, dict) and isinstance(example, dict):
        if argument.keys() == example.keys():
            return {key: order_like(argument[key], part) for key, part in example.items()}
    elif type(argument) is type(example) and isinstance(argument, (list, tuple)):
        if len(argument) == len(example):
            parts = list(map(order_like, argument, example))
            kind = type(argument)
            return kind(*parts) if hasattr(kind, "_fields") else kind(parts)
    return argument


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
    """Return all arguments by position; refuse names that are not left to be given."""
    if not keywords:
        return arguments
    left = list(names)[len(arguments) :]
    wrong = [name for name in keywords if name not in left]
    missing = [name for name in left if name not in keywords]
    if wrong or missing:
        problem = f"{wrong[0]} cannot be given" if wrong else f"{missing[0]} is missing"
        raise TypeError(f"this program takes ({', '.join(names)}): {problem}")
    return (*arguments, *(keywords[name] for name in left))
