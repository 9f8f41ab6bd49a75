"""Rows of scipy.special's functions: loaded when one of them meets a node for the first time.

SciPy is no dependency: who never imports it never gets here (calls.py looks for its functions only
where the user has imported them). `polygamma` here is SciPy's for nodes: its own asks for arrays.
"""

import math

import numpy as np
from scipy import special

from autodiff_lib.arrays.rows import OWN_ROWS, ROWS, Row, add_rows

from .elementwise import elementwise

ROOT_OF_PI, ROOT_OF_2_PI = math.sqrt(math.pi), math.sqrt(2.0 * math.pi)


def polygamma_at(x, n):
    """Compute scipy.special.polygamma(n, x) in the precision of x."""
    return np.asarray(special.polygamma(n, x), x.dtype)[()]


def ratio(x, y):
    """Return x / y, and 0 where x is 0: there x log y does not change with y."""
    return np.where(x == 0, 0.0, x / np.where(x == 0, 1.0, y))


def slope_of_bessel(function, n, x, sign):
    """Return the derivative of a Bessel function of order n: half of its neighbours' sum."""
    return 0.5 * (function(n - 1, x) + sign * function(n + 1, x))


PROBABILITIES = [
    elementwise("expit", special.expit, "x", x=lambda g, out: g * out * (1.0 - out)),
    elementwise("logit", special.logit, "x", x=lambda g, x: g / (x * (1.0 - x))),
    elementwise("log_expit", special.log_expit, "x", x=lambda g, x: g * special.expit(-x)),
    elementwise("erf", special.erf, "x", x=lambda g, x: g * np.exp(-x * x) * (2.0 / ROOT_OF_PI)),
    elementwise("erfc", special.erfc, "x", x=lambda g, x: -g * np.exp(-x * x) * (2.0 / ROOT_OF_PI)),
    elementwise("erfcinv", special.erfcinv, "x",
        x=lambda g, out: -g * np.exp(out * out) * (ROOT_OF_PI / 2.0)),
    elementwise("erfinv", special.erfinv, "x",
        x=lambda g, out: g * np.exp(out * out) * (ROOT_OF_PI / 2.0)),
    elementwise("ndtr", special.ndtr, "x", x=lambda g, x: g * np.exp(-0.5 * x * x) / ROOT_OF_2_PI),
    elementwise("ndtri", special.ndtri, "x",
        x=lambda g, out: g * np.exp(0.5 * out * out) * ROOT_OF_2_PI),
    elementwise("log_ndtr", special.log_ndtr, "x",
        x=lambda g, x, out: g * np.exp(-0.5 * x * x - out) / ROOT_OF_2_PI),
]
FACTORIALS_AND_ENTROPY = [
    elementwise("gamma", special.gamma, "x", x=lambda g, x, out: g * out * special.psi(x)),
    elementwise("gammaln", special.gammaln, "x", x=lambda g, x: g * special.psi(x)),
    elementwise("psi", special.psi, "x", x=lambda g, x: g * ROWS["polygamma"](x, n=1)),
    Row("polygamma", polygamma_at, "x, n=1", "elementwise",
        x=lambda g, x, n: g * ROWS["polygamma"](x, n=n + 1)),
    elementwise("rgamma", special.rgamma, "x", x=lambda g, x, out: -g * out * special.psi(x)),
    elementwise("beta", special.beta, "x, y",
        x=lambda g, x, y, out: g * out * (special.psi(x) - special.psi(x + y)),
        y=lambda g, x, y, out: g * out * (special.psi(y) - special.psi(x + y))),
    elementwise("betaln", special.betaln, "x, y",
        x=lambda g, x, y: g * (special.psi(x) - special.psi(x + y)),
        y=lambda g, x, y: g * (special.psi(y) - special.psi(x + y))),
    elementwise("xlogy", special.xlogy, "x, y",
        x=lambda g, y: g * np.log(y), y=lambda g, x, y: g * ratio(x, y)),
    elementwise("xlog1py", special.xlog1py, "x, y",
        x=lambda g, y: g * np.log1p(y), y=lambda g, x, y: g * ratio(x, 1.0 + y)),
    elementwise("entr", special.entr, "x", x=lambda g, x: -g * (np.log(x) + 1.0)),
]
OF_AN_ORDER = [  # no rule for the order: a node there is refused
    elementwise("j0", special.j0, "x", x=lambda g, x: -g * special.jv(1, x)),
    elementwise("j1", special.j1, "x", x=lambda g, x: g * slope_of_bessel(special.jv, 1, x, -1)),
    elementwise("y0", special.y0, "x", x=lambda g, x: -g * special.yv(1, x)),
    elementwise("y1", special.y1, "x", x=lambda g, x: g * slope_of_bessel(special.yv, 1, x, -1)),
    elementwise("i0", special.i0, "x", x=lambda g, x: g * special.iv(1, x)),
    elementwise("i1", special.i1, "x", x=lambda g, x: g * slope_of_bessel(special.iv, 1, x, 1)),
    elementwise("jv", special.jv, "n, x", x=lambda g, n, x: g * slope_of_bessel(
        special.jv, n, x, -1)),
    elementwise("yv", special.yv, "n, x", x=lambda g, n, x: g * slope_of_bessel(
        special.yv, n, x, -1)),
    elementwise("iv", special.iv, "n, x", x=lambda g, n, x: g * slope_of_bessel(
        special.iv, n, x, 1)),
    elementwise("gammainc", special.gammainc, "n, x", x=lambda g, n, x: g * np.exp(
        (n - 1.0) * np.log(x) - x - special.gammaln(n))),
    elementwise("gammaincc", special.gammaincc, "n, x", x=lambda g, n, x: -g * np.exp(
        (n - 1.0) * np.log(x) - x - special.gammaln(n))),
]
ADDED = [*PROBABILITIES, *FACTORIALS_AND_ENTROPY, *OF_AN_ORDER]
add_rows(*ADDED)
OWN_ROWS.update(row.op for row in ADDED)


def polygamma(n, x):
    """scipy.special.polygamma, which takes nodes."""
    return ROWS["polygamma"](np.asarray(x)[()] if not hasattr(x, "level") else x, n=n)
