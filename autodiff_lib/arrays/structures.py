"""Structures of inputs: numbers and arrays, and tuples, lists and dicts of them, nested.

Only the *leaves* are numbers; `flatten` takes them out in order and `rebuild` puts others in.
"""

import copy


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
