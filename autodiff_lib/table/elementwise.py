"""Rows of the operations that work entry by entry.

Entry i of the result depends on entry i of each operand alone, so a rule is a product: the
incoming gradient times the derivative that school teaches. Conventions where there is none: abs
has slope 0 at 0, relu too; where maximum or minimum tie, both operands get half.
"""

import operator

import numpy as np

from autodiff_lib.arrays.rows import Row, add_rows


def bind_where(condition, *choices):
    """Return the operands of np.where; with the condition alone it finds positions."""
    if len(choices) != 2:
        raise NotImplementedError("np.where of a node takes a condition and two choices; for "
            "positions, give it a condition on stop_gradient(x)")
    return (condition, *choices), {}


def elementwise(op, function, signature, **options_and_rules):
    """Return the row of an operation that works entry by entry."""
    return Row(op, function, signature, "elementwise", **options_and_rules)


ARITHMETIC = [
    elementwise("add", operator.add, "x, y", symbol="+", numpy=np.add, commutes=True,
        x=lambda g: g, y=lambda g: g),
    elementwise("sub", operator.sub, "x, y", symbol="-", numpy=np.subtract,
        x=lambda g: g, y=lambda g: -g),
    elementwise("mul", operator.mul, "x, y", symbol="*", numpy=np.multiply, commutes=True,
        x=lambda g, y: g * y, y=lambda g, x: g * x),
    elementwise("div", operator.truediv, "x, y", symbol="/", numpy=np.divide,
        x=lambda g, y: g / y, y=lambda g, y, out: -(g * out) / y),
    elementwise("pow", operator.pow, "x, y", symbol="**", numpy=np.power, scalar="math.pow",
        x=lambda g, x, y: g * power_slope(x, y), y=lambda g, x, out: g * out * safe_log(x)),
    elementwise("mod", operator.mod, "x, y", symbol="%", numpy=np.remainder,
        x=lambda g: g, y=lambda g, x, y: -g * np.floor(x / y)),
    elementwise("neg", operator.neg, "x", numpy=np.negative, template="-{x}", x=lambda g: -g),
    elementwise("positive", operator.pos, "x", numpy=np.positive, x=lambda g: g),
    elementwise("square", np.square, "x", scalar="({x} ** 2)", least=0.0,
        x=lambda g, x: g * (2.0 * x)),
    elementwise("sqrt", np.sqrt, "x", scalar="math.sqrt", least=0.0,
        x=lambda g, out: g * 0.5 / out),
    elementwise("cbrt", np.cbrt, "x", x=lambda g, out: g / (3.0 * out * out)),
    elementwise("reciprocal", np.reciprocal, "x", x=lambda g, out: -g * out * out),
    elementwise("hypot", np.hypot, "x, y",
        x=lambda g, x, out: g * x / out, y=lambda g, y, out: g * y / out),
]

EXPONENTIALS = [
    elementwise("exp", np.exp, "x", scalar="math.exp", least=0.0, x=lambda g, out: g * out),
    elementwise("exp2", np.exp2, "x", x=lambda g, out: g * out * LOG_2),
    elementwise("expm1", np.expm1, "x", scalar="math.expm1", x=lambda g, out: g * (out + 1.0)),
    elementwise("log", np.log, "x", scalar="math.log", x=lambda g, x: g / x),
    elementwise("log2", np.log2, "x", x=lambda g, x: g / (x * LOG_2)),
    elementwise("log10", np.log10, "x", x=lambda g, x: g / (x * LOG_10)),
    elementwise("log1p", np.log1p, "x", scalar="math.log1p", x=lambda g, x: g / (x + 1.0)),
    elementwise("logaddexp", lambda x, y: log_add_exp(x, y), "x, y", numpy=np.logaddexp,
        x=lambda g, x, out: g * np.exp(x - out), y=lambda g, y, out: g * np.exp(y - out)),
    elementwise("sigmoid", lambda x: logistic(x), "x", composed=True,
        x=lambda g, out: g * out * (1.0 - out)),
]

TRIGONOMETRY = [
    elementwise("sin", np.sin, "x", scalar="math.sin", x=lambda g, x: g * np.cos(x)),
    elementwise("cos", np.cos, "x", scalar="math.cos", x=lambda g, x: -g * np.sin(x)),
    elementwise("tan", np.tan, "x", scalar="math.tan", x=lambda g, out: g * (1.0 + out * out)),
    elementwise("arcsin", np.arcsin, "x", scalar="math.asin",
        x=lambda g, x: g / np.sqrt(1.0 - x * x)),
    elementwise("arccos", np.arccos, "x", scalar="math.acos",
        x=lambda g, x: -g / np.sqrt(1.0 - x * x)),
    elementwise("arctan", np.arctan, "x", scalar="math.atan", x=lambda g, x: g / (1.0 + x * x)),
    elementwise("arctan2", np.arctan2, "x, y", scalar="math.atan2",
        x=lambda g, x, y: g * y / (x * x + y * y), y=lambda g, x, y: -g * x / (x * x + y * y)),
    elementwise("sinh", np.sinh, "x", scalar="math.sinh", x=lambda g, x: g * np.cosh(x)),
    elementwise("cosh", np.cosh, "x", scalar="math.cosh", least=1.0, x=lambda g, x: g * np.sinh(x)),
    elementwise("tanh", np.tanh, "x", scalar="math.tanh", x=lambda g, out: g * (1.0 - out * out)),
    elementwise("arcsinh", np.arcsinh, "x", x=lambda g, x: g / np.sqrt(x * x + 1.0)),
    elementwise("arccosh", np.arccosh, "x", x=lambda g, x: g / np.sqrt(x * x - 1.0)),
    elementwise("arctanh", np.arctanh, "x", x=lambda g, x: g / (1.0 - x * x)),
]

CHOICES = [
    elementwise("abs", np.absolute, "x", scalar="abs", least=0.0, x=lambda g, x: g * np.sign(x)),
    elementwise("relu", lambda x: np.maximum(x, 0.0), "x", template="np.maximum({x}, 0.0)",
        scalar="max({x}, 0.0)", least=0.0, x=lambda g, x: g * (x > 0)),
    elementwise("maximum", np.maximum, "x, y",
        x=lambda g, x, y: share(g, x < y, x == y), y=lambda g, x, y: share(g, y < x, x == y)),
    elementwise("minimum", np.minimum, "x, y",
        x=lambda g, x, y: share(g, x > y, x == y), y=lambda g, x, y: share(g, y > x, x == y)),
    elementwise("clip", lambda x, lower, upper: np.clip(x, lower, upper), "x, lower, upper",
        numpy=np.clip,
        bind=lambda x, a_min=None, a_max=None, *, min=None, max=None: bind_clip(
            x, min if a_min is None else a_min, max if a_max is None else a_max),
        x=lambda g, x, lower, upper: np.where((lower <= x) & (x <= upper), g, 0.0),
        lower=lambda g, x, lower, upper: np.where((x < lower) & (lower <= upper), g, 0.0),
        upper=lambda g, x, lower, upper: np.where((x > upper) | (lower > upper), g, 0.0)),
    elementwise("where", np.where, "condition, x, y", condition=None, bind=bind_where,
        scalar="({x} if {condition} else {y})",
        x=lambda g, condition: np.where(condition, g, 0.0),
        y=lambda g, condition: np.where(condition, 0.0, g)),
]

LOG_2, LOG_10 = float(np.log(2.0)), float(np.log(10.0))


def logistic(x):
    """Return 1 / (1 + exp(-x)), for which an infinite exp(-x) is no reason to warn."""
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-x))


def log_add_exp(x, y):
    """Compute np.logaddexp, faster on long arrays: NumPy's works number by number."""
    largest = np.maximum(x, y)
    if largest.size < 1024 or not np.isfinite(largest).all():
        return np.logaddexp(x, y)
    return largest + np.log1p(np.exp(-np.abs(x - y)))


def power_slope(x, y):
    """Return the derivative of x**y with respect to x; for 0**0 it is 0."""
    if isinstance(y, (int, float)):
        return y * x ** (y - 1) if y else x * 0.0
    return y * x ** np.where((y == 0) & (x == 0), 1.0, y - 1.0)


def safe_log(x):
    """Return log x, and 0 where x is 0: 0**y does not change with y (for y > 0)."""
    return np.log(np.where(x == 0, 1.0, x))


def share(g, loses, ties):
    """Return the part of the gradient for an operand that loses here and ties there."""
    return np.where(loses, 0.0, np.where(ties, 0.5 * g, g))


def bind_clip(x, lower, upper):
    """Return the operands of clip: no bound is an infinite bound."""
    lower = -np.inf if lower is None else lower
    return (x, lower, np.inf if upper is None else upper), {}


def constant(op, function, signature="x", batch="elementwise", **columns):
    """Return the row of an operation through which no gradient flows, most work by entries."""
    return Row(op, function, signature, "constant", batch=batch, **columns)


COMPARISONS = [
    constant("less", np.less, "x, y", symbol="<"),
    constant("less_equal", np.less_equal, "x, y", symbol="<="),
    constant("greater", np.greater, "x, y", symbol=">"),
    constant("greater_equal", np.greater_equal, "x, y", symbol=">="),
    constant("equal", np.equal, "x, y", symbol="=="),
    constant("not_equal", np.not_equal, "x, y", symbol="!="),
    constant("isclose", np.isclose, "x, y, rtol=1e-05, atol=1e-08"),
    constant("isnan", np.isnan),
    constant("isfinite", np.isfinite),
    constant("isinf", np.isinf),
    constant("logical_and", np.logical_and, "x, y"),
    constant("logical_or", np.logical_or, "x, y"),
    constant("logical_not", np.logical_not),
    constant("bitwise_and", np.bitwise_and, "x, y", symbol="&"),
    constant("bitwise_or", np.bitwise_or, "x, y", symbol="|"),
    constant("bitwise_xor", np.bitwise_xor, "x, y", symbol="^"),
    constant("invert", np.invert),
]

ROUNDING = [
    constant("sign", np.sign, "x", scalar="(math.copysign(1.0, {x}) if abs({x}) > 0 else {x})"),
    constant("floor", np.floor),
    constant("ceil", np.ceil),
    constant("trunc", np.trunc),
    constant("rint", np.rint),
    constant("round", np.round, "x, decimals=0"),
    constant("floor_divide", np.floor_divide, "x, y", symbol="//"),
]

add_rows(*ARITHMETIC, *EXPONENTIALS, *TRIGONOMETRY, *CHOICES, *COMPARISONS, *ROUNDING)
