"""eigh, svd, pinv, einsum by lists, order= and kind=: what the walks over tables do not reach."""

import numpy as np
import pytest

from autodiff_lib.arrays import ROWS, Row, grad, gradient_program, hessian, jacobian, vjp
from tests.table.samples import draw, spread_out
from tests.table.table_walk import check_first_order, check_row, check_second_order


def symmetric(x):
    """Return a symmetric matrix, or a batch, whose eigenvalues are far apart."""
    return x + np.swapaxes(x, -1, -2) + np.diag([0.0, 2.0, 5.0])


SYMMETRIC_CASES = {
    "eigh": lambda x: ROWS["eigh"](symmetric(x)),
    "upper": lambda x: ROWS["eigh"](symmetric(x), UPLO="U"),
    "eigvalsh": lambda x: np.linalg.eigvalsh(symmetric(x)),
    "projector": lambda x: np.linalg.eigh(symmetric(x))[1][..., :1] ** 2,
}


@pytest.mark.parametrize("f", SYMMETRIC_CASES.values(), ids=SYMMETRIC_CASES)
@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3)])
def test_eigh_of_a_symmetric_matrix(f, shape):
    """The rule returns a symmetric gradient, so the matrix is built from a free one."""
    row = Row("symmetric", f, "x", "general", x=lambda g, x: vjp(f, x)[1](g)[0])
    check_row(row, [draw(shape)], {})


def test_eigh_returns_what_numpy_returns():
    x = symmetric(draw((2, 3, 3)))
    for got, wanted in zip(vjp(np.linalg.eigh, x)[0], np.linalg.eigh(x), strict=True):
        np.testing.assert_array_equal(got, wanted)
    kinds = []
    grad(lambda x: kinds.append(type(np.linalg.eigh(x))) or np.sum(np.linalg.eigh(x).eigenvalues))(
        x
    )
    assert kinds == [type(np.linalg.eigh(x))]


def test_equal_eigenvalues_do_not_spoil_what_does_not_depend_on_their_vectors():
    def f(x):
        values, vectors = np.linalg.eigh(x)
        return np.sum((vectors * np.exp(values)) @ vectors.T)  # the sum of exp(x) as a matrix

    np.testing.assert_allclose(grad(lambda x: np.sum(np.linalg.eigvalsh(x)))(np.eye(3)), np.eye(3))
    assert np.isfinite(grad(f)(np.eye(3))).all()
    assert np.isfinite(grad(lambda x: np.linalg.norm(x, "nuc"))(np.zeros((3, 2)))).all()
    np.testing.assert_allclose(grad(lambda x: np.linalg.norm(x, "nuc"))(np.eye(3)), np.eye(3))


def test_norms_at_zero_have_a_slope():
    for ord in (None, 1, 2, 3):
        np.testing.assert_array_equal(grad(lambda x: np.linalg.norm(x, ord))(np.zeros(3)), 0.0)  # noqa: B023


PROGRAMS = {
    "eigh": (lambda x: np.sum(np.linalg.eigh(symmetric(x))[1] ** 3), (3, 3)),
    "eigvalsh": (lambda x: np.sum(np.linalg.eigvalsh(symmetric(x), "U") ** 3), (3, 3)),
    "svd": (lambda x: np.sum(np.linalg.svd(x, False)[2] ** 3), (4, 2)),
    "pinv": (lambda x: np.sum(np.linalg.pinv(x, 1e-9) ** 3), (4, 2)),
    "matrix_rank": (lambda x: np.sum(x) * np.linalg.matrix_rank(x), (4, 2)),
    "reshape": (lambda x: np.sum(x.reshape((2, -1), order="F")[0] ** 2), (3, 4)),
    "ravel": (lambda x: np.sum(np.ravel(x, "F")[:4] ** 2), (3, 4)),
    "flatten": (lambda x: np.sum(x.flatten("F")[:4] ** 2), (3, 4)),
    "kind": (lambda x: np.sum(np.sort(x, kind="stable")[:, 1] ** 2), (3, 4)),
    "argsort": (lambda x: np.sum(x[0, np.argsort(x[0], kind="stable")[:2]] ** 2), (3, 4)),
    "einsum": (lambda x: np.sum(np.einsum(x, [0, 1], x, [0, 2], [2, 1]) ** 2), (3, 4)),
    "einsum, implicit": (lambda x: np.sum(np.einsum(x, [2, 0]) * draw((4, 3))), (3, 4)),
    "einsum, dots": (lambda x: np.sum(np.einsum(x, [..., 1], x, [..., 1], [...]) ** 2), (3, 4)),
}


@pytest.mark.parametrize("f, shape", PROGRAMS.values(), ids=PROGRAMS)
def test_values_derivatives_and_programs(f, shape):
    x = spread_out(shape) + draw(shape) / 9
    assert vjp(f, x)[0] == pytest.approx(f(x), rel=1e-13)
    check_first_order(f, (x / 3,))
    check_second_order(f, (x / 3,))
    program = gradient_program(f, x)
    np.testing.assert_allclose(program(x), grad(f)(x), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(hessian(f)(x), jacobian(grad(f))(x), rtol=1e-7, atol=1e-7)
