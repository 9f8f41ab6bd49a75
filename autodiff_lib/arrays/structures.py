"""Structures of inputs: numbers and arrays, and tuples, lists and dicts of them, nested.

Only the *leaves* are numbers; `flatten` takes them out in order and `rebuild` puts others in.
"""

import copy

import numpy as np

from .node import Node, describe, is_odd


def flatten(structure):
    """Return the list of leaves of a structure, in order."""
    if isinstance(structure, dict):
        return [leaf for part in structure.values() for leaf in flatten(part)]
    if isinstance(structure, (list, tuple)):
        return [leaf for part in structure for leaf in flatten(part)]
    return [structure]


def rebuild(structure, leaves):
    """Return a structure like this one that holds other leaves, taken from an iterator."""
    if isinstance(structure, dict):
        rebuilt = copy.copy(structure)  # a defaultdict keeps its factory, a Counter its keys
        for key, part in structure.items():
            rebuilt[key] = rebuild(part, leaves)
        return rebuilt
    if isinstance(structure, (list, tuple)):
        parts = [rebuild(part, leaves) for part in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else type(structure)(parts)
    return next(leaves)


def as_number(leaf, what="an argument"):
    """Return a leaf as floats: integers and bools become float64, floats keep their width.

    Raises TypeError for what is not real numbers: complex, text, None, objects, ragged lists.
    """
    is_array = isinstance(leaf, (np.ndarray, np.generic)) and not is_odd(leaf)
    if is_array and leaf.dtype.kind in "fiub":
        return leaf if leaf.dtype.kind == "f" else leaf.astype(np.float64)
    if isinstance(leaf, (bool, int, float)):
        return np.float64(leaf)
    if isinstance(leaf, Node):
        return leaf
    raise TypeError(f"{what} is {describe(leaf)}; derivatives need real numbers or arrays of them")


def same_structure(one, other):
    """Tell whether two structures hold their leaves in the same places."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and list(one) == list(other)
            and all(same_structure(one[key], other[key]) for key in one)
        )
    if isinstance(one, (list, tuple)):
        return (
            isinstance(other, type(one))
            and len(one) == len(other)
            and all(map(same_structure, one, other))
        )
    return not isinstance(other, (dict, list, tuple))


def like(gradient, leaf):
    """Return a gradient as the leaf it belongs to: same dtype, a Python float for a number."""
    if isinstance(gradient, Node) or isinstance(leaf, Node):
        return gradient
    if isinstance(leaf, (bool, int, float)):
        return float(gradient)
    if isinstance(leaf, np.ndarray):
        return np.asarray(gradient, leaf.dtype if leaf.dtype.kind == "f" else np.float64)
    return gradient.astype(leaf.dtype if leaf.dtype.kind == "f" else np.float64)


def own_arrays(arrays, foreign=()):
    """Copy every array that shares memory with another one of the list or with a foreign one."""
    seen, owned = {id(array) for array in foreign}, []
    for array in arrays:
        if isinstance(array, np.ndarray) and (array.base is not None or id(array) in seen):
            array = array.copy()
        seen.add(id(array))
        owned.append(array)
    return owned


def plain(value):
    """Return a double-precision number as a Python float, anything else as it is."""
    if isinstance(value, np.ndarray) and not value.shape:
        value = value[()]  # np.where returns such an array
    return float(value) if type(value) is np.float64 else value


def check_like(given, model, what):
    """Return the leaves of `given`, which must have the structure and shapes of `model`.

    Nothing is broadcast. Raises a ValueError that names both shapes.
    """
    if not same_structure(given, model):
        raise ValueError(f"{what} must be structured like {describe(model)}, not {describe(given)}")
    leaves = []
    for leaf, wanted in zip(flatten(given), map(as_number, flatten(model)), strict=True):
        leaf = as_number(leaf, what)
        if leaf.shape != wanted.shape:
            raise ValueError(f"{what} must have shape {wanted.shape}, got {leaf.shape}")
        leaves.append(leaf if isinstance(leaf, Node) else leaf.astype(wanted.dtype, copy=False))
    return leaves
