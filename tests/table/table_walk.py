"""Check one row of the rule table against numeric derivatives, in every way engines read it."""

import contextlib

import numpy as np

from autodiff_lib.arrays import ROWS, add_rows, jvp, remove_row, vjp

RANDOM = np.random.default_rng


def check_row(row, operands, parameters):
    """Raise an AssertionError unless the row's rules are right at these operands.

    A note below it names the row and the operand, or all operands that were followed at once.
    """
    operands = [np.asarray(x, float) if np.asarray(x).dtype.kind == "f" else x for x in operands]
    followed = [i for i, x in enumerate(operands) if np.asarray(x).dtype.kind == "f"]
    for positions in [[i] for i in followed] + [followed] * (len(followed) > 1):
        f, xs = close_over(row, operands, parameters, positions)
        try:
            check_first_order(f, xs)
            check_second_order(f, xs)
            check_float32(f, xs)
        except Exception as error:
            names = " and ".join(operand_name(row, position) for position in positions)
            error.add_note(f"row {row.op}, operand {names}: its rule, or the kind of the row")
            raise


def operand_name(row, position):
    """Return what a row calls an operand: y, or xs[1]."""
    return f"{row.operands[0]}[{position}]" if row.variadic else row.operands[position]


@contextlib.contextmanager
def without_row(op):
    """Take a row out of the table for a while: nobody knows its function then.

    So no test needs a function of NumPy's that has no row yet.
    """
    row = ROWS[op]
    remove_row(op)
    try:
        yield row
    finally:
        if op in ROWS:
            remove_row(op)
        add_rows(row)


def close_over(row, operands, parameters, positions):
    """Return the operation as a function of the operands at `positions`, and those operands."""

    def f(*xs):
        full = list(operands)
        for position, x in zip(positions, xs, strict=True):
            full[position] = x
        return row(*full, **parameters)

    return f, tuple(operands[i] for i in positions)


def slope(f, xs, us, h=1e-3):
    """Return the directional derivative by a fourth-order difference; f returns a tuple."""

    def at(step):
        return [np.asarray(y) for y in f(*(x + step * u for x, u in zip(xs, us, strict=True)))]

    near = [a - b for a, b in zip(at(h), at(-h), strict=True)]
    far = [a - b for a, b in zip(at(2 * h), at(-2 * h), strict=True)]
    return [(8 * n - w) / (12 * h) for n, w in zip(near, far, strict=True)]


def directions(like, seed):
    """Return random arrays shaped like those given."""
    return tuple(RANDOM(seed + i).normal(size=np.shape(x)) for i, x in enumerate(like))


def inner(one, other):
    """Return the sum of all products of two tuples of arrays."""
    return sum(np.sum(a * b) for a, b in zip(one, other, strict=True))


def check_first_order(f, xs):
    """Forward mode against differences, reverse against forward: <v, J u> = <Jt v, u>."""
    us = directions(xs, 1)
    out, moved = jvp(f, xs, us)
    (v,) = directions([out], 7)
    (expected,) = slope(lambda *xs: (f(*xs),), xs, us)
    np.testing.assert_allclose(moved, expected, rtol=1e-7, atol=1e-8, err_msg="forward mode")
    gradients = vjp(f, *xs)[1](v)
    assert [g.shape for g in gradients] == [np.shape(x) for x in xs]
    np.testing.assert_allclose(
        inner(gradients, us), inner([v], [expected]), rtol=1e-7, atol=1e-8, err_msg="reverse mode"
    )


def check_second_order(f, xs):
    """Differentiate the pullback, forward over reverse and reverse over reverse."""
    us = directions(xs, 3)
    (v,) = directions([f(*xs)], 5)

    def pulled(*xs):
        return vjp(f, *xs)[1](v)

    expected = slope(pulled, xs, us)
    for got, wanted in zip(jvp(pulled, xs, us)[1], expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-6, atol=1e-7, err_msg="forward-reverse")
    ws = directions(xs, 9)
    twice = vjp(pulled, *xs)[1](ws)
    np.testing.assert_allclose(
        inner(twice, us), inner(ws, expected), rtol=1e-6, atol=1e-7, err_msg="reverse-reverse"
    )


def check_float32(f, xs):
    """The same gradient in single precision, and it stays single."""
    out, pullback = vjp(f, *xs)
    (v,) = directions([out], 7)
    narrow = tuple(np.asarray(x, np.float32) for x in xs)
    out_narrow, pullback_narrow = vjp(f, *narrow)
    for got, wanted in zip(pullback_narrow(np.float32(v)), pullback(v), strict=True):
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, wanted, rtol=2e-3, atol=2e-3, err_msg="float32")
