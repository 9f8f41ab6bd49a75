"""Answers to try on the exercises of chapter 12, as text: they run in the chapter's namespace."""


def rule(body, names="g, x, out"):
    """A rule of the logistic curve."""
    return f"import numpy as np\nlambda {names}: {body}"


def nth(body):
    """A function of f and n, from its last lines."""
    return f"def nth(f, n):\n    {body}"


LOOP = "for _ in range({}):\n        f = {}\n    return f"


def rate(result):
    """A rate, made of the gradient g and the product h."""
    return (
        "def rate(f, p):\n    g = grad(f)(p)\n"
        f"    h = jvp(grad(f), (p,), (g,))[1]\n    return {result} if g @ h > 0 else 0.0"
    )


def everywhere(result):
    """A rate that does not ask whether it stands on a hill."""
    return rate(result).replace(" if g @ h > 0 else 0.0", "")


ANSWERS = {
    "12.1": dict(
        right=[
            '{"xx": 6, "xy": 4, "yx": 4, "yy": 18}',
            "dict(xx=6.0, xy=4.0, yx=2 * 2, yy=6 * 3)",
            "[[6, 4], [4, 18]]",
            "import numpy as np\nnp.array([[6.0, 4.0], [4.0, 18.0]])",
            """
import numpy as np
def f(p):
    x, y = p
    return x * x * y + y * y * y
table = hessian(f)(np.array([2.0, 3.0]))
dict(xx=table[0, 0], xy=table[0, 1], yx=table[1, 0], yy=table[1, 1])
""",
        ],
        wrong=[
            ('{"xx": 12, "xy": 4, "yx": 4, "yy": 18}', "12 is the slope along x"),
            ('{"xx": 4, "xy": 4, "yx": 4, "yy": 18}', "along x is 2y"),
            ('{"xx": 6, "xy": 6, "yx": 4, "yy": 18}', "along y is 2x"),
            ('{"xx": 6, "xy": 0, "yx": 4, "yy": 18}', "2xy, holds y"),
            ('{"xx": 6, "xy": 4, "yx": 0, "yy": 18}', "holds x"),
            ('{"xx": 6, "xy": 4, "yx": 6, "yy": 18}', "x² along x is 2x"),
            ('{"xx": 6, "xy": 4, "yx": 22, "yy": 18}', "3y² adds nothing"),
            ('{"xx": 6, "xy": 4, "yx": 31, "yy": 18}', "31 is the slope along y itself"),
            ('{"xx": 6, "xy": 12, "yx": 4, "yy": 18}', "12 is the slope along x itself"),
            ('{"xx": 6, "xy": 4, "yx": 4, "yy": 31}', "31 is the slope along y"),
            ('{"xx": 6, "xy": 4, "yx": 4, "yy": 9}', "slope of 3y² is 6y"),
            ('{"xx": 6, "xy": 4, "yx": 4, "yy": 22}', "x² does not move"),
            ('{"xx": 6, "xy": 4, "yx": 4, "yy": ...}', "yy is still open"),
            ("[[6, 4], [4, 27]]", "yy is not 27"),
            ("[6, 4, 18]", "asks for 4 numbers"),
        ],
    ),
    "12.2": dict(
        right=[
            rule("g * out * (1 - out)"),
            rule("g * out * (1 - out)", "g, out"),
            rule("g * (out - out**2)"),
            rule("g * np.exp(-x) / (1 + np.exp(-x)) ** 2", "g, x"),
            rule("np.exp(-x) * out * out * g", "g, out, x"),
            rule("g / (2 + np.exp(x) + np.exp(-x))", "g, x"),
            """
import numpy as np
from autodiff_lib.arrays import jvp
lambda g, x, out: jvp(lambda x: 1 / (1 + np.exp(-x)), (x,), (g,))[1]
""",
            """
import numpy as np
from autodiff_lib.arrays import Row
rule = lambda g, out: g * out * (1 - out)
Row("logistic", lambda x: 1 / (1 + np.exp(-x)), "x", "elementwise", x=rule)
""",
        ],
        wrong=[
            (rule("out * (1 - out)"), "g is missing"),
            (rule("g * x * (1 - x)"), "made of the result"),
            (rule("g * out"), "the rule of exp"),
            (rule("g * (1 - out)"), "A factor is missing"),
            (rule("g * out * out"), "The slope of 1/u is"),
            (rule("-g * out * out"), "the outer part"),
            (rule("-g * np.exp(-x)"), "the slope of the inside"),
            (rule("-g * out * (1 - out)"), "The curve climbs"),
            (rule("g"), "That is the rule of a sum"),
            (rule("g * g * out * (1 - out)"), "At 0.5 the slope is"),
            (rule("g * out * (1 - out) * (1 - 2 * out)"), "That is the second derivative"),
            (rule("g * out * (1 - out + (x < 0))"), "At -0.8 the slope is"),
            (
                "from autodiff_lib.arrays import stop_gradient\n"
                "lambda g, out: out * (1 - out) * stop_gradient(g)",
                "g comes from the sine",
            ),
            (
                "from autodiff_lib.arrays import stop_gradient\n"
                "lambda g, out: g * stop_gradient(out * (1 - out))",
                "comes out as 0",
            ),
            (
                "from autodiff_lib.arrays import stop_gradient\n"
                "lambda g, out: g * stop_gradient(out) * (1 - out)",
                "the factor `out` is a constant",
            ),
            (
                "from autodiff_lib.arrays import stop_gradient\n"
                "lambda g, out: g * out * (1 - stop_gradient(out))",
                "in 1 - out the result is a constant",
            ),
            (
                "import math\nlambda g, x: g * math.exp(-x) / (1 + math.exp(-x)) ** 2",
                "derivative ended with TypeError",
            ),
            (rule("g * out.value * (1 - out.value)"), "use operators and NumPy's functions"),
            (
                "from autodiff_lib.arrays import jvp\nimport numpy as np\n"
                "lambda g, x: jvp(np.exp, (x,), (g,))[1]",
                "At 0.5 the slope is",
            ),
            (rule("g * grad(lambda x: 1 / (1 + np.exp(-x)))(x)", "g, x"), "x may be an array"),
            ("lambda x, out: out * (1 - out)", "first argument is g"),
            ("lambda g, y: g * y * (1 - y)", "asks for by name"),
            ("0.25", "a function of g"),
        ],
    ),
    "12.3": dict(
        right=[
            nth(LOOP.format("n", "grad(f)")),
            nth("return f if n == 0 else nth(grad(f), n - 1)"),
            nth("return f if n == 0 else grad(nth(f, n - 1))"),
            """
from functools import reduce
lambda f, n: reduce(lambda g, _: grad(g), range(n), f)
""",
            """
def slope(f):
    return lambda x: jvp(f, (x,), (1.0,))[1]
def nth(f, n):
    while n > 0:
        f, n = slope(f), n - 1
    return f
""",
        ],
        wrong=[
            (nth(LOOP.format("n + 1", "grad(f)")), "one derivative too many"),
            (nth(LOOP.format("n - 1", "grad(f)")), "one derivative too few"),
            (nth("return grad(f) if n else f"), "the first derivative, whatever n is"),
            (nth("return grad(grad(f))"), "the second derivative, whatever n is"),
            (nth("return lambda x: f(x) ** n"), "a power of f"),
            (nth("return lambda x: grad(f)(x) ** n"), "a power of the slope"),
            (nth("return lambda x: n * grad(f)(x)"), "n times the slope"),
            (nth("return grad(f)(2.0)"), "`nth` returns a function"),
            (nth("for _ in range(n):\n        f = grad(f)"), "is a return missing"),
            (
                nth(
                    "d = f\n    for _ in range(n):\n        d = lambda x: grad(d)(x)\n    return d"
                ),
                "calls itself without end",
            ),
            (nth(LOOP.format("n", "f").replace("f = f", "grad(f)")), "f itself comes back"),
            (nth("return undefined"), "NameError"),
            (nth("return grad(f) if n == 1 else nth(grad(f), n - 1)"), "for n = 0 it is f itself"),
            (
                nth("f = grad(f)\n    for _ in range(n - 1):\n        f = grad(f)\n    return f"),
                "Right from n = 1 on",
            ),
            (
                nth(
                    "h = 1e-3\n    return f if n == 0 else nth(lambda x: "
                    "(f(x + h) - f(x - h)) / (2 * h), n - 1)"
                ),
                "nudged",
            ),
        ],
    ),
    "12.4": dict(
        right=[
            rate("(g @ g) / (g @ h)"),
            """
import numpy as np
def rate(f, p):
    g = grad(f)(p)
    bend = np.sum(g * hvp(f, p, g))
    return np.sum(g * g) / bend if bend > 0 else 0
""",
            """
def rate(f, p):
    g = grad(f)(p)
    along = lambda r: f(p - r * g)
    slope, bend = grad(along)(0.0), grad(grad(along))(0.0)
    return bend and max(-slope / bend, 0)
""",
            """
def rate(f, p):
    g = grad(f)(p)
    line = lambda t: jvp(lambda t: f(p - t * g), (t,), (1.0,))[1]
    slope, bend = jvp(line, (0.0,), (1.0,))
    return 0 if bend <= 0 else -slope / bend
""",
        ],
        wrong=[
            (rate("(g @ h) / (g @ g)"), "Upside down"),
            (rate("-(g @ g) / (g @ h)"), "The sign is wrong"),
            (rate("g @ g"), "That is the slope along the line"),
            (rate("g @ h"), "That is the bend along the line"),
            (rate("(g @ g) ** 0.5 / (g @ h)"), "without a root"),
            (rate("(g @ g) / (h @ h)"), "The bend along the line is g · (H g)."),
            (rate("(g @ g) / h.sum()"), "g multiplies, too"),
            (everywhere("g @ g / (g @ h)"), "Return 0 there"),
            (everywhere("g @ g / abs(g @ h)"), "return 0"),
            (
                everywhere("r if f(p - r * g) < f(p) else 0").replace(
                    "    return", "    r = g @ g / (g @ h) if g @ h else 0\n    return"
                ),
                "where the bend is below 0, but",
            ),
            (
                rate("(r if f(p - r * g) < f(p) else 0)").replace(
                    "    return", "    r = g @ g / (g @ h) if g @ h else 0\n    return"
                ),
                "where the bend is above 0, but",
            ),
            (rate("0.002"), "For the bowl at (0, 0) it gave 0.002"),
            (
                rate("(g @ g) / (g @ h)").replace("0.0", "0.001"),
                "For the hill cos(a) + cos(b) at (0.5, 0.3) it gave",
            ),
            (rate("(g @ g) / (g @ h)").replace("> 0", ">= 0"), "For the plane a + 2b"),
            (
                rate("float(g @ g) / float(g @ h)").replace("> 0", ">= 0"),
                "where no slope changes, it divides by 0",
            ),
            (rate("0.5 * (g @ g) / (g @ h)"), "That is half of it"),
            (
                rate("(g @ g) / (g @ (grad(f)(p + 1e-5 * g) - grad(f)(p - 1e-5 * g)) * 5e4)"),
                "H g is nudged",
            ),
            ("def rate(f, p):\n    answer = 1.0", "is a return missing"),
            (rate("g / h"), "returns one number"),
            (rate("(g @ g) / (g @ hessian(f)(p) @ g)"), "the whole Hessian more"),
        ],
    ),
}
