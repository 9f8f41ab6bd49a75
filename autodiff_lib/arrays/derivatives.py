"""What users call: grad, value_and_grad, vjp, jvp, jacobian, hessian, hvp.

Each works on a function written with NumPy. `grad`, `value_and_grad`, `jacobian` and `hessian`
return a function; `vjp`, `jvp` and `hvp` run at once. They nest: the gradient of a gradient is a
second derivative.
"""

import numpy as np

from .checks import (
    ESCAPED,
    RESULT,
    as_number,
    as_python,
    check_mode,
    check_seed,
    check_tangents,
    choose,
    choose_one,
    finish,
    hand_out,
    one,
    restore,
)
from .forward import Dual, Forward, zeros_like
from .guard import Guard
from .in_place import refuse_spoilt
from .notes import add_notes
from .reverse import Reverse, backward
from .structures import flatten, rebuild


def lift(arguments, argnums, wrap):
    """Return the arguments, every leaf of those that argnums names wrapped, and these leaves."""
    lifted, nodes = list(arguments), []
    for position in choose(arguments, argnums):
        leaves = [as_number(x, f"argument {position}") for x in flatten(lifted[position])]
        wrapped = list(map(wrap, leaves))
        lifted[position] = rebuild(lifted[position], iter(wrapped))
        nodes += wrapped
    return lifted, nodes


def run(level, f, arguments, keywords):
    """Run f; afterwards nothing more can be recorded at this level."""
    try:
        return f(*arguments, **keywords)
    except (TypeError, ValueError, IndexError) as error:
        add_notes(error, arguments)
        raise
    finally:
        finish(level)


def lower(value, level):
    """Take a result out of the level's node; refuse one that escaped from an inner level."""
    of = getattr(value, "level", None)
    if of is level:
        refuse_spoilt(value)
        return value.raw
    if of is not None and (of.finished or of.number > level.number):
        raise ValueError(ESCAPED)
    return value


def run_on_nodes(level, f, arguments, wrap):
    """Run f on arguments that are all wrapped: the input nodes, the output's leaves, its value."""
    lifted, inputs = lift(arguments, tuple(range(len(arguments))), wrap)
    output = run(level, f, lifted, {})
    outputs = flatten(output)
    values = [as_number(lower(out, level), RESULT) for out in outputs]
    return inputs, outputs, rebuild(output, iter(values))


def tangent_of(out, level):
    """Return the tangent of a result, zeros for one that does not move at this level."""
    return out.tangent if getattr(out, "level", None) is level else zeros_like(as_number(out))


def pull_back(level, tape, outputs, seeds, inputs):
    """Return the gradient of every input, zeros for those the outputs do not depend on."""
    starts = {}
    for out, seed in zip(outputs, seeds, strict=True):
        if getattr(out, "level", None) is level:
            starts[out.line] = starts[out.line] + seed if out.line in starts else seed
    gradients = backward(tape, starts)
    return [
        gradients[x.line] if x.line in gradients else np.zeros(x.shape, x.dtype)[()] for x in inputs
    ]


def value_and_grad(f, argnums=0):
    """Return the function that computes (f(...), gradient) in one run; see `grad`."""

    def derivative(*arguments, **keywords):
        with Guard() as guard:
            level = Reverse(guard.keep)
            lifted, inputs = lift(arguments, argnums, level.input)
            o = run(level, f, lifted, keywords)
            value = lower(o, level)
            slopes = pull_back(level, level.tape, [o], [one(value)], inputs)
        return as_python(value), restore(slopes, arguments, argnums)

    return derivative


def grad(f, argnums=0):
    """Return the function that computes the gradient of `f`, which must return one number.

    argnums: which argument, or a tuple of several for a tuple of gradients. A gradient has the
    structure and shapes of its argument. Raises a ValueError if f returns an array.
    """
    value_and_gradient = value_and_grad(f, argnums)
    return lambda *arguments, **keywords: value_and_gradient(*arguments, **keywords)[1]


def vjp(f, *arguments):
    """Return f(*arguments) and its pullback: seeds like the output -> one gradient per argument.

    The pullback can be called any number of times, at any time: what it needs is copied.
    """
    level, everything = Reverse(keep=np.copy), range(len(arguments))
    inputs, outputs, value = run_on_nodes(level, f, arguments, level.input)

    def pullback(seed):
        seeds = check_seed(seed, value)
        gradients = pull_back(level, list(level.tape), outputs, seeds, inputs)
        return restore(gradients, arguments, everything)

    return hand_out(value), pullback


def jvp(f, arguments, tangents):
    """Return f(*arguments) and how fast it changes when the arguments move along `tangents`.

    Both are tuples, of the same structure and shapes. Costs two to four runs of f on large arrays,
    whatever the number of inputs, and keeps no tape.
    """
    level, moves = Forward(), iter(check_tangents(tangents, arguments))
    _, outputs, value = run_on_nodes(level, f, arguments, lambda x: Dual(x, level, next(moves)))
    moved = [tangent_of(out, level) for out in outputs]
    return hand_out((value, rebuild(value, iter(moved))))


def jacobian(f, argnums=0, mode="reverse"):
    """Return the function that computes the Jacobian: shape of the output + shape of the input.

    mode: "reverse" costs one walk back per entry of the output, "forward" one run per entry of
    the input. For one array argument and one array result.
    """
    fill = {"reverse": jacobian_rows, "forward": jacobian_columns}[check_mode(mode)]
    return lambda *arguments, **keywords: fill(*of_one(f, argnums, arguments, keywords))


def of_one(f, argnums, arguments, keywords):
    """Return f as a function of the one argument that argnums names, and that argument."""
    k = choose_one(arguments, argnums)
    x = as_number(arguments[k], "the argument of a Jacobian")

    def f_of_x(x):
        return as_number(f(*arguments[:k], x, *arguments[k + 1 :], **keywords), RESULT)

    return f_of_x, x


def jacobian_rows(f, x):
    """Return the Jacobian row by row: pull back one unit vector per entry of the output."""
    out, pullback = vjp(f, x)
    rows = [pullback(unit)[0] for unit in unit_arrays(np.shape(out))]
    return stack_up(rows, np.shape(out) + x.shape)


def jacobian_columns(f, x):
    """Return the Jacobian column by column: push one unit vector per entry of the input."""
    columns = [jvp(f, (x,), (unit,))[1] for unit in unit_arrays(x.shape)]
    out = columns[0] if columns else f(x)
    return stack_up(columns, np.shape(out) + x.shape, axis=-1)


def stack_up(parts, shape, axis=0):
    """Return parts stacked along a new axis, in this shape; zeros if there are none."""
    return np.reshape(np.stack(parts, axis=axis), shape) if parts else np.zeros(shape)


def unit_arrays(shape):
    """Yield arrays of this shape with a single 1, in order."""
    for place in np.ndindex(shape):
        unit = np.zeros(shape)
        unit[place] = 1.0
        yield unit[()]


def hessian(f, argnums=0):
    """Return the function that computes the Hessian: shape of the input, twice.

    Runs the gradient once, and walks back through it once per entry of the input. (The same by
    columns costs more: each runs the gradient anew.)
    """
    return jacobian(grad(f, argnums), argnums, mode="reverse")


def hvp(f, x, v):
    """Return the Hessian of `f` at x times v, without the Hessian: how f changes along v, derived.

    x and v: numbers, arrays or structures of them, alike. Costs a small multiple of f. (The
    gradient moved along v is the same; on large arrays it costs more, as its way back would run on
    nodes.)
    """
    return grad(lambda x: jvp(f, (x,), (v,))[1])(x)
