"""What a reader is told when his program does what nodes cannot do: each message names a way on."""

import math
import operator
import re

import numpy as np
import pytest

from autodiff_lib.arrays import (
    Program,
    custom_vjp,
    grad,
    gradient_program,
    jacobian,
    jvp,
    stop_gradient,
    vjp,
    vmap,
)
from autodiff_lib.arrays.calls import COMPOSED
from autodiff_lib.arrays.messages import explain_missing_row
from autodiff_lib.table.composed import REFUSED, path_of
from tests.table.table_walk import without_row

X = np.array([0.5, -1.0, 2.0])


def fill(x):
    a = np.zeros(3)
    a[0] = x[0]
    return a


def fill_from_list(x):
    a = np.zeros(2)
    a[:] = [x[0], x[1]]
    return a


def add_in_place(a, x):
    a += x
    return a


def fill_whole(x):
    a = np.zeros(3)
    a[:] = x
    return a


def change_node(x):
    x[0] = 1.0
    return x


# A program, and what its message must contain.
MESSAGES = [
    # plain arrays and numbers
    (fill, "plain number cannot hold a node", "a[i] = x", "np.stack"),
    (fill_from_list, "array cannot hold a node", "np.array([x, y])", "np.stack([x, y])"),
    (fill_whole, "array cannot hold a node", "a[:] = x", "write np.stack"),
    (change_node, "node cannot be changed in place", "np.where", "np.stack"),
    (lambda x: np.array([x[0], x[1]]), "np.array([x, y])", "np.stack([x, y])"),
    (lambda x: np.sum([x[0], x[1]]), "np.sum([x, y])", "write", "np.sum(np.stack([x, y]))"),
    (lambda x: np.exp([x[0], 1.0]), "array cannot hold a node", "np.stack([x, y])"),
    (lambda x: np.stack([[x[0], x[1]], [1.0, x[2]]]), "write", "np.block([[x, y], [z, w]])"),
    (lambda x: np.r_[x, 1.0], "np.r_ and np.c_ make arrays", "np.hstack([x, 1.0])"),
    (lambda x: np.c_[x, x], "np.r_ and np.c_ make arrays", "np.column_stack([x, y])"),
    (lambda x: np.block([[x[0], [x[1]]]]), "np.block: all arrays stand in equally many lists"),
    (lambda x: np.asarray(x), "np.asarray(x)", "x itself", "np.asarray(stop_gradient(x))"),
    (lambda x: np.full(3, x[0]), "np.full makes an array", "np.broadcast_to(x, shape)"),
    (lambda x: np.full(3, x[0], float), "an array that is filled", "shape) for np.full"),
    (lambda x: np.copyto(np.zeros(3), x), "np.copyto of a node", "an array that is filled"),
    (lambda x: math.sin(x[0]), "math.sin(x)", "write np.sin(x)", "custom_vjp"),
    (lambda x: math.sin(x[0]), "Variable(np.float64(0.5)) would lose its derivative"),
    (lambda x: float(np.outer(x, np.ones(40))), "Variable(array([[ 0.5, 0.5, 0.5", "...", "float"),
    (lambda x: float(x[0]), "float(x)", "float(stop_gradient(x)) for a constant"),
    (lambda x: int(x[0]), "int(x)", "np.trunc(x)", "int(stop_gradient(x))"),
    (lambda x: complex(x[0]), "complex(x)", "real and imaginary parts"),
    (lambda x: len(x[0]), "single number: it has no length"),
    # methods and attributes
    (lambda x: x[0].item(), "'item'", "write x itself", "float(stop_gradient(x))"),
    (lambda x: x.flat, "'flat'", "write x.ravel()"),
    (lambda x: x.tolist(), "'tolist'", "list(x), a list of nodes"),
    (lambda x: x.sort(), "'sort'", "write np.sort(x): a node cannot be changed in place"),
    (lambda x: x.ptp(), "'ptp'", "write np.ptp(x)"),
    (lambda x: x.unwrap(), "'unwrap'", "x.value is the array"),
    (lambda x: x.summ(), "'Variable' object has no attribute 'summ'", "x.value is the array"),
    (lambda x: x.astype(int), "astype(int64)", "np.round(x)", "stop_gradient(x).astype(int64)"),
    (lambda x: x.astype(np.float32), "astype(float32)", "would lose digits", "before"),
    (lambda x: x.mean(where=x > 0), "mean of a node takes (x, axis=None", "where"),
    # NumPy functions and keywords
    (lambda x: np.piecewise(x, [x > 0], [1, 2]), "np.piecewise of a node", "write np.select"),
    (lambda x: np.unique(x), "np.unique", "pass it stop_gradient(x)"),
    (lambda x: np.trace(np.outer(x, x), dtype=float), "np.trace of a node takes (x", "x.astype("),
    (lambda x: np.diff(x, order=2), "order"),
    (lambda x: np.exp(x, out=np.zeros(3)), "exp of a node takes (x), not out"),
    (lambda x: np.sum(x, initial=1.0), "sum of a node takes (x, axis=None", "not initial"),
    (lambda x: add_in_place(np.zeros(3), x), "add of a node takes", "write a = a + x, not a += x"),
    (lambda x: np.exp(x, where=x > 0), "not where", "np.where(condition, x, 0.0)"),
    (lambda x: np.sum(x, dtype=float), "not dtype", "x.astype(dtype)"),
    (lambda x: np.linalg.eig(np.outer(x, x)), "np.linalg.eig has no rule", "stop_gradient(x)"),
    (lambda x: np.linalg.qr(np.outer(x, x)), "np.linalg.qr has no rule", "np.linalg.cholesky(x.T"),
    (lambda x: np.modf(x)[0], "np.modf has no rule", "x - np.trunc(x)"),
    (lambda x: np.sum(x * 1j), "mul got complex 1j; operands must be real numbers"),
    (lambda x: np.fft.rfft(x), "np.fft.rfft has no rule: complex numbers are not", "np.cos"),
    (lambda x: np.add.reduce(x), "np.add.reduce", "write np.sum"),
    (lambda x: np.concatenate([x, 1.0]), "joins arrays, not numbers", "np.append"),
]  # fmt: skip


# A call of this package's functions, and what its message must contain.
CALLS = [
    (lambda: grad(np.sum)(X * 1j), "argument 0 is an array of dtype complex", "x.real and x"),
    (lambda: grad(np.sum)(2j), "argument 0 is complex 2j", "pass x.real and x.imag as two"),
    (lambda: grad(lambda x: None)(X), "result of f is NoneType", "does f end without a return?"),
    (lambda: grad(lambda x: (x, x))(1.0), "the result of f is tuple", "return one number", "vjp"),
    (lambda: jacobian(lambda x: [x])(1.0), "the result of f is list", "one array, for jacobian"),
    (lambda: grad(np.sum, X)(X), "argnums is a number or a tuple of numbers, not array([ 0.5, -1.",
        "grad(f)(x)"),
    (lambda: grad(np.sum, [0])(X), "argnums is a number or a tuple of numbers", "; write (0,)"),
    (lambda: grad(lambda x: x[x[0]])(X), "an index must be integers, not a node of dtype float64"),
    (lambda: vjp(np.sin, X)[1]([1.0, 2.0, 3.0]), "the seed must be", "got list", "pass np.array("),
    (lambda: jvp(sum, ({"w": X},), ({"b": X},)), "got dict", "; give it the same structure"),
    (lambda: gradient_program(np.sum, X)([1.0, 2.0, 3.0]), "traced as an array", "np.array(...)"),
    (lambda: vmap(np.dot)(X, X[:2]), "the numbers of examples differ: argument 0 has shape (3,)",
        "cut them alike, or give in_axes=None for what is the same for all examples"),
    (lambda: vmap(lambda x: math.exp(x))(X), "Traced(np.float64(0.5)) would be fixed to"),
    (lambda: Program(lambda x: math.exp(x[0]), (X,)), "would be fixed to this value in math.exp"),
    (lambda: custom_vjp(x=lambda g, z: g)(lambda x, n=2: x), "x, out, n, position, x_shape"),
]  # fmt: skip
ONE_OF_ALL = [  # what stands in the line, what is said, and what is not
    (lambda x: math.sin(x[0]), "in math.sin(x); write np.sin(x)", "stop_gradient"),
    (lambda x: math.sqrt(x[0]), "in math.sqrt(x); write np.sqrt(x)", "sin"),
    (lambda x: float(x[0]), "in float(x); write float(stop_gradient(x))", "math"),
    (fill, "in a[i] = x; write np.stack of a list", "math"),
    (lambda x: operator.methodcaller("__float__")(x[0]), "in math.sin(x), a[i] = x, float(x)", "?"),
]


ROWS_TO_ADD = {  # what is said when the row of an operation is not there
    "hypot": (lambda x: np.hypot(x, x), 'add_rows(Row("hypot", np.hypot, "x, y", "elementwise", '
        "x=lambda g, x, y: g * ..., y=lambda g, x, y: g * ...))"),
    "det": (lambda x: np.linalg.det(np.outer(x, x)),
        'add_rows(Row("det", np.linalg.det, "x", x=lambda g, x: g * ...))'),
    "isnan": (lambda x: np.isnan(x),
        'add_rows(Row("isnan", np.isnan, "x", "constant", batch="elementwise")), where "constant"'),
    "logical_or": (lambda x: np.logical_or(x, x), 'add_rows(Row("logical_or", np.logical_or, '
        '"x, y", "constant", batch="elementwise")), where "constant" says that no gradient flows'),
}  # fmt: skip


def message_of(program):
    """Return what a failing program says, with the cause that a traceback shows above it."""
    with pytest.raises((TypeError, ValueError, NotImplementedError, AttributeError)) as caught:
        grad(lambda x: program(x))(X)
    return f"{caught.value.__cause__ or ''} {caught.value}"


@pytest.mark.parametrize("case", MESSAGES, ids=lambda case: case[1][:40])
def test_the_message_says_what_to_do(case):
    program, *parts = case
    message = message_of(program)
    for part in parts:
        assert part in message
    assert len(message) < 400 and "\n" not in message


@pytest.mark.parametrize("case", CALLS, ids=lambda case: case[1][:40])
def test_a_call_that_is_refused_has_a_next_step(case):
    call, *parts = case
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)
    assert len(str(caught.value)) < 400 and "\n" not in str(caught.value)


@pytest.mark.parametrize("program, said, unsaid", ONE_OF_ALL, ids=lambda x: str(x)[:20])
def test_of_several_ways_to_lose_a_derivative_the_one_in_the_line_is_named(program, said, unsaid):
    message = message_of(program)
    assert said in message and unsaid not in message


@pytest.mark.parametrize("op", ROWS_TO_ADD)
def test_the_message_shows_the_row_to_add(op):
    program, row = ROWS_TO_ADD[op]
    with without_row(op):
        message = message_of(program)
    assert f"np.{'linalg.' * (op == 'det')}{op} has no rule" in message and row in message
    assert len(message) < 400 and "\n" not in message


@pytest.mark.parametrize("function", list(REFUSED), ids=path_of)
def test_a_refused_function_names_itself_and_the_way_on(function):
    with pytest.raises(NotImplementedError, match=re.escape(path_of(function))) as caught:
        COMPOSED[function](X)
    assert REFUSED[function] in str(caught.value)


@pytest.mark.parametrize(
    "function",
    [
        np.linalg.qr,
        np.modf,
        np.frexp,
        np.linalg.eig,
        np.fft.fft,
        np.lexsort,
        np.choose,
        np.unique_all,
        np.ix_,
        np.histogram2d,
        np.divmod,
    ],
    ids=path_of,
)
def test_no_lambda_is_offered_that_cannot_work(function):
    """A function with several results, or of a list, is not one row."""
    assert "lambda" not in explain_missing_row(function)


def test_the_advice_for_qr_works():
    def f(x):
        r = np.linalg.cholesky(x.T @ x).T
        return r, x @ np.linalg.inv(r)

    x = np.array([[1.0, 2.0], [0.5, -1.0], [0.25, 1.5]])
    (r, q), (q_known, r_known) = f(x), np.linalg.qr(x)
    np.testing.assert_allclose(np.abs(r), np.abs(r_known), atol=1e-15)
    np.testing.assert_allclose(np.abs(q), np.abs(q_known), atol=1e-12)
    assert np.isfinite(grad(lambda x: np.sum(f(x)[1]))(x)).all()


# What works though it looks like the above
WORKS = {
    "x += 1": (lambda x: np.sum(add_one(x)), [1, 1, 1]),
    "sum of a list": (lambda x: sum([x[0], x[1] * 2]), [1, 2, 0]),
    "np.stack of a list": (lambda x: np.sum(np.stack([x[0], x[1] * 2])), [1, 2, 0]),
    "np.block of nested lists": (
        lambda x: np.sum(np.block([[x[0], x[1]], [x[2], 1.0]]) @ X[:2]),
        [0.5, -1, 0.5],
    ),
    "np.stack of lists": (lambda x: np.sum(np.stack([x[:2], [x[2], 1.0]]) @ X[:2]), [0.5, -1, 0.5]),
    "np.concatenate with a list": (lambda x: np.sum(np.concatenate([x, [x[0], 2.0]])), [2, 1, 1]),
    "np.hstack for np.r_": (lambda x: np.sum(np.hstack([x, 1.0]) ** 2), 2 * X),
    "np.column_stack for np.c_": (lambda x: np.sum(np.column_stack([x, X]) @ X[:2]), [0.5] * 3),
    "np.append of a list": (lambda x: np.sum(np.append(x, [[x[0], 2.0]])), [2, 1, 1]),
    "np.hstack with a list": (lambda x: np.sum(np.hstack([x, [x[0], 2.0]])), [2, 1, 1]),
    "np.vstack with a list": (lambda x: np.sum(np.vstack([x, [x[0], 2.0, 3.0]])), [2, 1, 1]),
    "np.column_stack with a list": (
        lambda x: np.sum(np.column_stack([x, [x[0], 2.0, 3.0]])),
        [2, 1, 1],
    ),
    "np.array like a node": (
        lambda x: np.sum(np.array([[x[0], x[1]], [x[2], 1.0]], like=x) @ X[:2]),
        [0.5, -1, 0.5],
    ),
    "np.sum of a stack": (lambda x: np.sum(np.stack([x[0], x[1] * 2])), [1, 2, 0]),
    "round": (lambda x: round(x[2]) * x[2] + round(x[0], 1) * x[0], [0.5, 0, 2]),
    "astype": (lambda x: np.sum(x.astype(float, copy=False)), [1, 1, 1]),
    "widened": (lambda x: np.sum(x.astype(np.longdouble)), [1, 1, 1]),
    "mT": (lambda x: (np.outer(x, X).mT @ X)[0], [0.25, -0.5, 1]),
    "searchsorted": (lambda x: x[x[[0, 2]].searchsorted(1.0)], [0, 1, 0]),
    "keywords that say nothing": (
        lambda x: np.sum(np.exp(x[:1], out=None, where=True), dtype=None),
        [np.exp(0.5), 0, 0],
    ),
    "float of a constant": (lambda x: float(stop_gradient(x[0])) * x[0], [0.5, 0, 0]),
    "array of a constant": (lambda x: np.sum(np.asarray(stop_gradient(x)) * x), X),
    "int of a constant": (lambda x: int(stop_gradient(x[2])) * x[0], [2, 0, 0]),
}


def add_one(x):
    x += 1
    return x


@pytest.mark.parametrize("program, gradient", WORKS.values(), ids=WORKS)
def test_what_works(program, gradient):
    np.testing.assert_allclose(grad(program)(X), gradient)
    assert jvp(program, (X,), (X,))[1] == pytest.approx(np.dot(gradient, X))


def test_f_strings_show_the_value():
    texts = []

    def f(x):
        texts.append(f"{x[0]} {x[2]:.3f} {x[:2]}")
        return x[0]

    grad(f)(X)
    grad(grad(lambda t: f(t * X)))(1.0)
    assert texts == ["0.5 2.000 [ 0.5 -1. ]"] * 2


def test_a_missing_attribute_is_missing():
    """hasattr says no, and looking for protocols that nodes do not have goes quietly."""

    def f(x):
        assert not hasattr(x, "summ") and not hasattr(x, "_repr_html_")
        with pytest.raises(AttributeError, match="attribute '_repr_html_'$") as caught:
            x._repr_html_()
        assert (caught.value.name, caught.value.obj) == ("_repr_html_", x)  # "did you mean"
        return x

    assert grad(f)(1.0) == 1.0
