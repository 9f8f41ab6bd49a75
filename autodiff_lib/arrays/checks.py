"""What arguments, results and seeds must be, and what gradients are returned as.

Bad input is refused with a sentence, and each gradient gets the type, the dtype and the memory that
its argument lets one expect.
"""

import numpy as np

from .messages import explain_argnums, explain_not_real
from .operands import describe, is_node, is_odd
from .structures import flatten, rebuild


def choose(arguments, argnums):
    """Return the positions that argnums names, as a tuple; refuse those that do not exist."""
    chosen = argnums if isinstance(argnums, tuple) else (argnums,)
    for position in chosen:
        if isinstance(position, bool) or not isinstance(position, (int, np.integer)):
            raise TypeError(explain_argnums(argnums))
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
    raise TypeError(explain_not_real(what, leaf))


def leaves_like(given, model, claim):
    """Return the leaves of a structure in the order of those of `model`, which has the same places.

    Raises a ValueError if it has others: `claim`, such as "x was traced as", then the first part of
    the model that is not there.
    """
    if isinstance(model, dict):
        if isinstance(given, dict) and given.keys() == model.keys():
            return [leaf for key in model for leaf in leaves_like(given[key], model[key], claim)]
    elif isinstance(model, (list, tuple)):
        if isinstance(given, type(model)) and len(given) == len(model):
            return [x for i, part in enumerate(model) for x in leaves_like(given[i], part, claim)]
    elif not isinstance(given, (dict, list, tuple)):
        return [given]
    advice = "pass np.array(...)" if getattr(model, "shape", ()) else "give it the same structure"
    raise ValueError(f"{claim} {describe(model)}, got {describe(given)}; {advice}")


def like(gradient, leaf):
    """Return a gradient as the leaf it belongs to: same dtype, a Python float for a number."""
    if is_node(gradient) or is_node(leaf):
        return gradient
    if isinstance(leaf, (bool, int, float)):
        return float(gradient)
    dtype = leaf.dtype if leaf.dtype.kind == "f" else np.float64
    return np.asarray(gradient, dtype) if isinstance(leaf, np.ndarray) else gradient.astype(dtype)


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
    leaves, found = [], leaves_like(given, model, f"{what} must be structured like")
    for leaf, wanted in zip(found, flatten(model), strict=True):
        leaf, wanted = as_number(leaf, what), as_number(wanted)
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


RESULT = "the result of f"
ESCAPED = (
    "a node was used after its derivative was finished: it escaped from the differentiated "
    "function (a global, an attribute, a list); return it from the function instead"
)


def finish(level):
    """End a level: from here on it refuses whatever it would still follow."""
    level.finished = True
    vars(level).pop("apply", None)  # see in_place.py
