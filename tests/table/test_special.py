"""scipy.special's functions, where SciPy is installed: rows that load when they are first met."""

import subprocess
import sys

import numpy as np
import pytest

from autodiff_lib.arrays import ROWS, grad, gradient_program, jvp, vjp
from autodiff_lib.arrays.messages import OF_SCIPY
from tests.table.samples import BROADCAST_PAIRS, draw
from tests.table.table_walk import check_row

special = pytest.importorskip("scipy.special")
stats = pytest.importorskip("scipy.stats")
table = pytest.importorskip("autodiff_lib.table.special")


@pytest.mark.parametrize("row", table.ADDED, ids=lambda row: row.op)
def test_every_rule_agrees_with_numeric_derivatives(row):
    if row.op == "polygamma":
        samples = [([draw((3, 4)) + 0.5], {"n": n}) for n in (1, 2)]
    elif row.operands[0] == "n":
        samples = [([2, draw((3, 4)) + 0.5], {}), ([1, draw(()) + 0.5], {})]
    elif len(row.operands) == 2:
        samples = [([draw(a) + 0.5, draw(b, 1) + 0.5], {}) for a, b in BROADCAST_PAIRS]
    else:
        shift = 0.5 * (row.op in ("gamma", "gammaln", "rgamma", "psi"))
        samples = [([draw(shape) + shift], {}) for shape in ((3, 4), (), (0, 3))]
    for operands, parameters in samples:
        check_row(row, operands, {**row.parameters, **parameters})


@pytest.mark.parametrize("row", table.ADDED, ids=lambda row: row.op)
@pytest.mark.parametrize("shape", [(3,), (40, 30), ()])
def test_every_row_can_be_in_a_program(row, shape):
    xs = [draw(shape, i) + 0.1 for i in range(len(row.operands))]
    ordered = row.operands[0] == "n"
    xs = xs[1:] if ordered else xs
    call = row if row.op == "polygamma" else row.numpy
    every = tuple(range(len(xs)))

    def loss(*xs):
        out = call(*[2] * ordered, *(x * 1.1 for x in xs))
        return np.sum(out * out)

    program = gradient_program(loss, *xs, argnums=every)
    for got, wanted in zip(program(*xs), grad(loss, every)(*xs), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)


def test_an_order_has_no_rule():
    with pytest.raises(NotImplementedError, match="jv.* has no rule for n"):
        grad(lambda n: special.jv(n, 0.5))(1.5)


def test_values_are_scipys():
    x = draw((3,))
    np.testing.assert_array_equal(vjp(special.erf, x)[0], special.erf(x))
    np.testing.assert_array_equal(
        vjp(lambda x: table.polygamma(2, x), x)[0], special.polygamma(2, x)
    )
    assert jvp(lambda t: special.digamma(t), (2.0,), (1.0,))[1] == special.polygamma(1, 2.0)


def test_labels_of_zero_have_no_slope():
    slopes = grad(lambda q: np.sum(special.xlogy(np.array([0.0, 1.0]), q)))(np.array([0.0, 0.5]))
    np.testing.assert_array_equal(slopes, [0.0, 2.0])


PROGRAM = """
import sys
import numpy as np
import autodiff_lib.arrays as arrays
assert not any(name.startswith("scipy") for name in sys.modules)
from scipy import special
assert "expit" not in arrays.ROWS
assert arrays.grad(special.expit)(0.0) == 0.25
assert "expit" in arrays.ROWS
"""


def test_nothing_of_scipy_is_imported_before_it_is_asked_for():
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=60)


MESSAGES = [
    (
        lambda x: special.ellipk(x),
        "scipy.special.ellipk has no rule",
        'Row("ellipk", scipy.special.ellipk, "x"',
    ),
    (lambda x: special.hyp2f1(x, x, x, x), "scipy.special.hyp2f1 has no rule"),
    (lambda x: special.logsumexp(x), "scipy.special.logsumexp", "from autodiff_lib.arrays"),
    (lambda x: special.softmax(x), "scipy.special.softmax", "np.exp(x - logsumexp(x"),
    (lambda x: special.polygamma(1, x), "scipy.special.polygamma", "autodiff_lib.table.special"),
    (lambda x: special.expit(x, out=np.zeros(3)), "expit of a node takes (x), not out"),
    (lambda x: stats.norm.logpdf(x), "scipy.stats.norm.logpdf makes arrays", "np.log(scale"),
    (lambda x: stats.norm.cdf(1.0, x), "scipy.stats.norm.cdf makes", "scipy.special.ndtr((x - loc"),
    (lambda x: stats.norm(x, 1.0).pdf(0.5), "scipy.stats.norm.pdf makes", "(scale * np.sqrt("),
    (lambda x: stats.t.logpdf(x, 3.0), "scipy.stats.t.logpdf makes", "custom_vjp"),
    (
        lambda x: stats.multivariate_normal.logpdf(x, np.zeros(3), np.eye(3)),
        "scipy.stats.multivariate_normal.logpdf makes",
    ),
]


@pytest.mark.parametrize("case", MESSAGES, ids=lambda case: case[1][:40])
def test_a_message_names_scipys_module_and_the_way_on(case):
    program, *parts = case
    with pytest.raises((TypeError, NotImplementedError)) as caught:
        grad(lambda x: np.sum(program(x)))(np.ones(3))
    for part in parts:
        assert part in str(caught.value)
    assert "expit" in ROWS


def test_what_is_said_to_write_for_the_normal_distribution_is_that():
    x, known = draw((3,)), {"np": np, "special": special, "loc": 0.3, "scale": 1.7}
    for name in ("logpdf", "pdf", "cdf"):
        written = OF_SCIPY[f"norm.{name}"].replace("scipy.special.", "special.")
        value = eval(written, {**known, "x": x})
        np.testing.assert_allclose(value, getattr(stats.norm, name)(x, 0.3, 1.7), rtol=1e-13)
