"""What arguments, results and seeds must be, and what gradients are returned as.

Bad input is refused with a sentence, and each gradient gets the type, the dtype and the memory that
its argument lets one expect.
"""

import numpy as np

from .operands import describe, is_node, is_odd
from .structures import flatten, rebuild


def choose(arguments, argnums):
    """Return the positions that argnums names, as a tuple; refuse those that do not exist."""
    chosen = argnums if isinstance(argnums, tuple) else (argnums,)
    for position in chosen:
        if isinstance(position, bool) or not isinstance(position, (int, np.integer)):
            raise TypeError(f"argnums is a number or a tuple of numbers, not {argnums!r:.60}")
        if not 0 <= position < len(arguments):
            raise ValueError(
                f"argnums is {argnums!r}, but the function was called with {len(arguments)} "
                "argument(s) by position, numbered from 0; differentiated arguments are passed "
                "by position, not by name"
            )
    if len(chosen) > len(set(chosen)):
        raise ValueError(f"argnums is {argnums!r}, which names an argument twice")
    return chosen


def choose_one(arguments, argnums):
    """Return the one position that argnums names."""
    chosen = choose(arguments, argnums)
    if len(chosen) > 1:
        raise ValueError(f"a Jacobian is taken for one argument, not for argnums={argnums}")
    return chosen[0]


def check_mode(mode):
    """Return the mode of a Jacobian; refuse what is none."""
    if mode not in ("reverse", "forward"):
        raise ValueError(f"jacobian works in mode 'reverse' or 'forward', not {mode!r}")
    return mode


def as_number(leaf, what="an argument"):
    """Return a leaf as floats: integers and bools become float64, floats keep their width.

    Raises TypeError for what is not real numbers: complex, text, None, objects, ragged lists.
    """
    is_array = isinstance(leaf, (np.ndarray, np.generic)) and not is_odd(leaf)
    if is_array and leaf.dtype.kind in "fiub":
        return leaf if leaf.dtype.kind == "f" else leaf.astype(np.float64)
    if isinstance(leaf, (bool, int, float)):
        return np.float64(leaf)
    if is_node(leaf):
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
    if is_node(gradient) or is_node(leaf):
        return gradient
    if isinstance(leaf, (bool, int, float)):
        return float(gradient)
    if isinstance(leaf, np.ndarray):
        return np.asarray(gradient, leaf.dtype if leaf.dtype.kind == "f" else np.float64)
    return gradient.astype(leaf.dtype if leaf.dtype.kind == "f" else np.float64)


def own_arrays(arrays, held=()):
    """Copy every array that shares memory with another one of the list, or is one of `held`."""
    seen, owned = set(map(id, held)), []
    for array in arrays:
        if isinstance(array, np.ndarray) and (array.base is not None or id(array) in seen):
            array = array.copy()
        seen.add(id(array))
        owned.append(array)
    return owned


def as_python(value):
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
        leaves.append(leaf if is_node(leaf) else leaf.astype(wanted.dtype, copy=False))
    return leaves


def check_tangents(tangents, arguments):
    """Return the leaves of the tangents, which must be like the arguments; both are tuples."""
    if not isinstance(arguments, tuple):
        raise TypeError("jvp takes a tuple of arguments and one of tangents: jvp(f, (x,), (v,))")
    return check_like(tangents, arguments, "the tangents")


def check_seed(seed, value):
    """Return copies of the leaves of a seed, which must be like the value that f returned."""
    return [own(leaf) for leaf in check_like(seed, value, "the seed")]


def hand_out(value):
    """Return a value whose arrays nobody else holds, its numbers as Python's."""
    return rebuild(value, (as_python(own(leaf)) for leaf in flatten(value)))


def own(leaf):
    """Return a copy of an array, anything else as it is."""
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf


def one(value):
    """Return the seed of a gradient: a 1 like the result of f, which must be one number."""
    value = as_number(value, RESULT)
    if value.size != 1:
        raise ValueError(
            f"grad needs a function that returns one number; this one returned shape "
            f"{value.shape}: reduce it (np.sum), or use vjp or jacobian"
        )
    return np.ones(value.shape, value.dtype) if value.shape else value.dtype.type(1.0)


def restore(gradients, arguments, argnums):
    """Return gradients in the structure and dtypes of their arguments, each with its own memory.

    The gradient of one argument if argnums is a number, else the tuple of several.
    """
    gradients, results = iter(own_arrays(gradients)), []
    is_one = isinstance(argnums, (int, np.integer))
    for position in (argnums,) if is_one else argnums:
        leaves = [like(next(gradients), leaf) for leaf in flatten(arguments[position])]
        results.append(rebuild(arguments[position], iter(leaves)))
    return results[0] if is_one else tuple(results)


def explain_list(error, arguments):
    """Add to an error what is behind it where arrays were filled with nodes, or came as lists."""
    if any(isinstance(argument, list) for argument in arguments):
        error.add_note(LIST_NOTE)
    if "setting an array element" in str(error):
        error.add_note(FILL_NOTE)


RESULT = "the result of f"
FILL_NOTE = "An array cannot hold nodes. Collect them in a list, then np.stack or np.concatenate."
LIST_NOTE = (
    "An argument is a list: f got a list of numbers, not an array. For a vector pass np.array(...)."
)

ESCAPED = (
    "a node was used after its derivative was finished: it escaped from the differentiated "
    "function (a global, an attribute, a list); return it from the function instead"
)


def finish(level):
    """End a level: from here on it refuses whatever it would still follow."""
    level.finished = True
    vars(level).pop("apply", None)  # see in_place.py
