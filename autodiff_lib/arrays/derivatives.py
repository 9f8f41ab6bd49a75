"""What users call: grad, value_and_grad, vjp, jvp, jacobian, hessian, hvp.

Each works on a function written with NumPy. `grad`, `value_and_grad`, `jacobian` and `hessian`
return a function; `vjp`, `jvp` and `hvp` run at once. They nest: the gradient of a gradient is a
second derivative.
"""

import numpy as np

from .forward import Dual, Forward
from .guard import Guard
from .node import Node
from .reverse import ESCAPED, Reverse, backward
from .structures import (
    as_number,
    check_like,
    flatten,
    like,
    own_arrays,
    plain,
    rebuild,
)


def grad(f, argnums=0):
    """Return the function that computes the gradient of `f`, which must return one number.

    argnums: which argument, or a tuple of several for a tuple of gradients. A gradient has the
    structure and shapes of its argument. Raises a ValueError if f returns an array.
    """
    value_and_gradient = value_and_grad(f, argnums)
    return lambda *arguments, **keywords: value_and_gradient(*arguments, **keywords)[1]


def value_and_grad(f, argnums=0):
    """Return the function that computes (f(...), gradient) in one run; see `grad`."""

    def derivative(*arguments, **keywords):
        chosen = choose(arguments, argnums)
        with Guard() as guard:
            level = Reverse(guard.keep)
            lifted, inputs = lift(arguments, chosen, level.input)
            value = run(level, f, lifted, keywords)
            seed = require_scalar(lower(value, level))
            gradients = pull_back(level, [value], [seed], inputs, once=True)
        gradients = restore(gradients, arguments, chosen)
        gradient = gradients if isinstance(argnums, tuple) else gradients[0]
        return plain(lower(value, level)), gradient

    return derivative


def vjp(f, *arguments):
    """Return f(*arguments) and its pullback: seeds like the output -> one gradient per argument.

    The pullback can be called any number of times, at any time: what it needs is copied.
    """
    with Guard(copy_up_to=np.inf) as guard:
        level = Reverse(guard.keep)
        lifted, inputs = lift(arguments, range(len(arguments)), level.input)
        output = run(level, f, lifted, {})
    outputs = flatten(output)
    values = [as_number(lower(out, level), "the result of f") for out in outputs]

    def pullback(seed):
        seeds = check_like(seed, rebuild(output, iter(values)), "the seed")
        gradients = pull_back(level, outputs, seeds, inputs)
        return restore(gradients, arguments, range(len(arguments)), foreign=seeds)

    return rebuild(output, map(plain, own_arrays(values, foreign=values))), pullback


def jvp(f, arguments, tangents):
    """Return f(*arguments) and how fast it changes when the arguments move along `tangents`.

    Both are tuples, of the same structure and shapes. Costs two to four runs of f on large arrays,
    whatever the number of inputs, and keeps no tape.
    """
    if not isinstance(arguments, tuple):
        raise TypeError("jvp takes a tuple of arguments and one of tangents: jvp(f, (x,), (v,))")
    moves = iter(check_like(tangents, arguments, "the tangents"))
    level = Forward()
    lifted, inputs = lift(
        arguments, range(len(arguments)), lambda value: Dual(value, level, next(moves))
    )
    output = run(level, f, lifted, {})
    outputs = flatten(output)
    values = [as_number(lower(out, level), "the result of f") for out in outputs]
    foreign = [node.raw for node in inputs] + [node.tangent for node in inputs]
    foreign += [lower(out, level) for out in outputs if not is_of(out, level)]
    moved = [
        out.tangent if is_of(out, level) else np.zeros(value.shape)[()]
        for out, value in zip(outputs, values, strict=True)
    ]
    both = [plain(array) for array in own_arrays(values + moved, foreign)]
    return tuple(rebuild(output, iter(half)) for half in (both[: len(values)], both[len(values) :]))


def jacobian(f, argnums=0, mode="reverse"):
    """Return the function that computes the Jacobian: shape of the output + shape of the input.

    mode: "reverse" costs one walk back per entry of the output, "forward" one run per entry of
    the input. For one array argument and one array result.
    """
    if mode not in ("reverse", "forward"):
        raise ValueError(f"jacobian works in mode 'reverse' or 'forward', not {mode!r}")
    columns_or_rows = jacobian_rows if mode == "reverse" else jacobian_columns

    def derivative(*arguments, **keywords):
        chosen = choose(arguments, argnums)
        if len(chosen) > 1:
            raise ValueError(f"a Jacobian is taken for one argument, not for argnums={argnums}")
        (position,) = chosen
        x = as_number(arguments[position], "the argument of a Jacobian")

        def of_one(x):
            return f(*arguments[:position], x, *arguments[position + 1 :], **keywords)

        return columns_or_rows(of_one, x)

    return derivative


def jacobian_rows(f, x):
    """Return the Jacobian row by row: pull back one unit vector per entry of the output."""
    out, pullback = vjp(f, x)
    shape = as_number(out, "the result of f").shape
    rows = [pullback(unit)[0] for unit in unit_arrays(shape)]
    return np.reshape(np.stack(rows), shape + x.shape) if rows else np.zeros(shape + x.shape)


def jacobian_columns(f, x):
    """Return the Jacobian column by column: push one unit vector per entry of the input."""
    if not x.size:
        return np.zeros(as_number(f(x)).shape + x.shape)
    columns = [jvp(f, (x,), (unit,))[1] for unit in unit_arrays(x.shape)]
    shape = as_number(columns[0], "the result of f").shape
    return np.reshape(np.stack(columns, axis=-1), shape + x.shape)


def unit_arrays(shape):
    """Yield arrays of this shape with a single 1, in order."""
    for position in range(int(np.prod(shape, dtype=int))):
        unit = np.zeros(shape)
        unit.flat[position] = 1.0
        yield unit[()]


def hessian(f, argnums=0):
    """Return the function that computes the Hessian: forward mode over the gradient."""
    return jacobian(grad(f, argnums), argnums, mode="forward")


def hvp(f, x, v):
    """Return the Hessian of `f` at x times v, without the Hessian: how f changes along v, derived.

    x and v: numbers, arrays or structures of them, alike. Costs a small multiple of f. (The
    gradient moved along v is the same; on large arrays it costs more, as its way back would run on
    nodes.)
    """
    return grad(lambda x: jvp(f, (x,), (v,))[1])(x)


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


def lift(arguments, chosen, wrap):
    """Return the arguments with every leaf of the chosen ones wrapped, and the list of those."""
    lifted, nodes = list(arguments), []
    for position in chosen:
        leaves = flatten(lifted[position])
        wrapped = [wrap(as_number(leaf, f"argument {position}")) for leaf in leaves]
        lifted[position] = rebuild(lifted[position], iter(wrapped))
        nodes += wrapped
    return lifted, nodes


def run(level, f, arguments, keywords):
    """Run f; afterwards nothing more can be recorded at this level."""
    try:
        return f(*arguments, **keywords)
    except (TypeError, ValueError) as error:
        if any(isinstance(argument, list) for argument in arguments):
            error.add_note(LIST_NOTE)
        if "setting an array element" in str(error):
            error.add_note(FILL_NOTE)
        raise
    finally:
        level.finished = True


FILL_NOTE = "An array cannot hold nodes. Collect them in a list, then np.stack or np.concatenate."
LIST_NOTE = (
    "An argument is a list: f got a list of numbers, not an array. For a vector pass np.array(...)."
)


def is_of(value, level):
    """Tell whether a value is a node of this level."""
    return isinstance(value, Node) and value.level is level


def lower(value, level):
    """Take a result out of the level's node; refuse one that escaped from an inner level."""
    if is_of(value, level):
        return value.raw
    if isinstance(value, Node) and (value.level.finished or value.level.number > level.number):
        raise ValueError(ESCAPED)
    return value


def require_scalar(value):
    """Return the seed of a gradient: 1 in the dtype of f's result, which must be one number."""
    value = as_number(value, "the result of f")
    if value.shape:
        raise ValueError(
            f"grad needs a function that returns one number; this one returned shape "
            f"{value.shape}: reduce it (np.sum), or use vjp or jacobian"
        )
    return value.dtype.type(1.0)


def pull_back(level, outputs, seeds, inputs, once=False):
    """Return the gradient of every input, zeros for those the outputs do not depend on."""
    starts = {}
    for out, seed in zip(outputs, seeds, strict=True):
        if is_of(out, level):
            starts[out.line] = starts[out.line] + seed if out.line in starts else seed
    gradients = backward(level, starts, once)
    return [
        gradients[x.line] if x.line in gradients else np.zeros(x.shape, x.dtype)[()] for x in inputs
    ]


def restore(gradients, arguments, chosen, foreign=()):
    """Return gradients in the structure and dtypes of their arguments, each with its own memory."""
    gradients, results = iter(own_arrays(gradients, foreign)), []
    for position in chosen:
        leaves = [like(next(gradients), leaf) for leaf in flatten(arguments[position])]
        results.append(rebuild(arguments[position], iter(leaves)))
    return tuple(results)
