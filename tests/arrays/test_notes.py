"""An error that leaves the user's function says which operation it is about, in a note below it."""

import traceback

import numpy as np
import pytest

from autodiff_lib.arrays import (
    Program,
    custom_vjp,
    grad,
    gradient_program,
    graph,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
    vmap,
)

EXAMPLE_NOTE = "vmap runs f on one example: these are its shapes, without the axis of the batch."
X, PAIR, M = np.array([0.5, -1.0, 2.0]), np.array([1.0, 2.0]), np.ones((2, 3))
MUL = "The operation was mul of shapes (3,) and (2,)."

# An operation on x of shape (3,), and what is said of it.
OPERATIONS = [
    (lambda x: x * PAIR, MUL),
    (lambda x: PAIR - x, "The operation was sub of shapes (2,) and (3,)."),
    (lambda x: x @ M, "The operation was matmul of shapes (3,) and (2, 3)."),
    (lambda x: np.einsum("i,i", x, PAIR), "The operation was einsum of shapes (3,) and (2,)."),
    (lambda x: np.concatenate([x, M]), "The operation was concatenate of shapes (3,) and (2, 3)."),
    (lambda x: np.stack([x, PAIR, x]), "stack of shapes (3,), (2,) and (3,)."),
    (lambda x: np.stack([x] * 7 + [PAIR]), "(3,), (3,), (3,), (3,), (3,) and 3 more."),
    (lambda x: x.reshape(2, 2), "The operation was reshape of shape (3,)."),
    (lambda x: np.sum(x, axis=1), "The operation was sum of shape (3,)."),
    (lambda x: np.linalg.inv(x * np.ones((3, 3))), "The operation was inv of shape (3, 3)."),
    (lambda x: x[3], "The operation was index of shape (3,)."),
    (lambda x: x[np.array([True, False])], "The operation was index of shape (3,)."),
    (lambda x: np.where(x > 0, x, PAIR), "where of shapes (3,), (3,) and (2,)."),
    (lambda x: custom_vjp(x=lambda g: g)(lambda x: x)(x) * PAIR, MUL),
]

# How f is called, for f of x of shape (3,).
WAYS = {
    "grad": lambda f: grad(f)(X),
    "value_and_grad": lambda f: value_and_grad(f)(X),
    "vjp": lambda f: vjp(f, X),
    "jvp": lambda f: jvp(f, (X,), (X,)),
    "jacobian": lambda f: jacobian(f)(X),
    "forward": lambda f: jacobian(f, mode="forward")(X),
    "hessian": lambda f: hessian(f)(X),
    "hvp": lambda f: hvp(f, X, X),
    "grad of grad": lambda f: grad(lambda x: np.sum(grad(f)(x)))(X),
    "vmap": lambda f: vmap(f)(np.ones((4, 3))),
    "vmap of grad": lambda f: vmap(grad(f))(np.ones((4, 3))),
    "grad of vmap": lambda f: grad(lambda xs: np.sum(vmap(f)(xs)))(np.ones((4, 3))),
    "gradient_program": lambda f: gradient_program(f, X),
    "Program": lambda f: Program(f, (X,)),
    "graph": lambda f: graph(f, X),
}


def error_of(call, *arguments):
    """Return what a call raises."""
    with pytest.raises(Exception) as caught:  # noqa: B017
        call(*arguments)
    return caught.value


def notes_of(error):
    """Return the notes of an error."""
    return getattr(error, "__notes__", [])


@pytest.mark.parametrize("f, said", OPERATIONS, ids=lambda x: x if isinstance(x, str) else "")
def test_numpys_error_is_followed_by_the_operation_and_its_shapes(f, said):
    for way in ("grad", "gradient_program"):
        error = error_of(WAYS[way], f)
        assert isinstance(error, (ValueError, IndexError))
        (note,) = notes_of(error)
        assert note.endswith(said)


@pytest.mark.parametrize("way", WAYS)
def test_the_operation_is_named_once_in_every_way_to_call_f(way):
    error = error_of(WAYS[way], lambda x: np.sum(x * PAIR))
    assert "shapes (3,) (2,)" in str(error) and notes_of(error)[0] == MUL
    of_example = [EXAMPLE_NOTE]
    assert notes_of(error)[1:] == of_example * ("vmap" in way)


def test_errors_of_users_stay_what_they_are():
    class Own(ValueError):
        pass

    def fails(x):
        raise Own("no", 3)

    given = custom_vjp(x=lambda g: g)(fails)
    for f in (fails, given, lambda x: given(x * 2.0), lambda x: [x[0], *fails(x)]):
        for call in WAYS.values():
            error = error_of(call, f)
            assert type(error) is Own and error.args == ("no", 3) and not notes_of(error)
            assert traceback.extract_tb(error.__traceback__)[-1].name == "fails"
    error = error_of(WAYS["grad"], lambda x: int("a") * x)
    assert str(error).startswith("invalid literal for int") and not notes_of(error)


def test_refusals_of_this_package_need_no_note():
    for f in (lambda x: x * 1j, lambda x: np.exp([x[0]]), lambda x: x.reshape(3, order="Z")):
        assert not notes_of(error_of(WAYS["grad"], f))


@pytest.mark.parametrize("change", [lambda a: a.fill(2.0), lambda a: a.__iadd__(1.0)])
def test_a_write_to_an_array_that_is_kept_is_explained(change):
    kept = np.ones(100_000)

    def f(x):
        y = np.sum(x * kept)
        change(kept)
        return y

    for call in (grad, lambda f: grad(lambda x: grad(f)(x))):
        error = error_of(call(f), 1.0)
        (note,) = notes_of(error)
        assert "read-only" in str(error)
        assert "until the gradient is there" in note and "a = a.copy()" in note
    error = error_of(grad(lambda x: x.value.fill(0.0)), X)
    assert "so is the value of a node" in notes_of(error)[0]
