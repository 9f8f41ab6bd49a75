"""Answers to try on the exercises of chapter 09, as text: they run in the chapter's namespace."""


def paper(**others):
    """Six numbers, right but for `others`."""
    return str(dict(x=7, y=2, both=9, mixed=68, passes=2, walks=4) | others)


def row(slopes="(a / r, b / r)", value="r"):
    """A row for the length of (a, b)."""
    return f"def row(a, b):\n    r = (a * a + b * b) ** 0.5\n    return {value}, {slopes}"


def gradient(direction="[int(i == k) for i in range(len(xs))]", take="[1]"):
    """A gradient by one pass for each input."""
    return (
        f"def gradient(f, xs):\n    return [jvp(f, xs, {direction}){take} for k in range(len(xs))]"
    )


def flat_place(
    new="x - h / slope", steps="n_steps", ask="jvp(lambda y: derivative(f, y), [x], [1])"
):
    """Newton's method on the slope of f, one pass a step."""
    return (
        "def flat_place(f, x, n_steps):\n"
        f"    for _ in range({steps}):\n"
        f"        h, slope = {ask}\n"
        f"        x = {new}\n"
        "    return x"
    )


ANSWERS = {
    "09.1": dict(
        right=[
            paper(),
            "dict(x=7.0, y=2.0, both=9, mixed=70 - 2, passes=2.0, walks=4)",
            """
import numpy as np
def f(x, y):
    return (x + y) * x
along = dict(x=(1, 0), y=(0, 1), both=(1, 1), mixed=(10, -1))
{name: np.float64(jvp(f, (2, 3), d)[1]) for name, d in along.items()} | dict(passes=2, walks=4)
""",
        ],
        wrong=[
            (paper(x=5), "by itself, and through the sum"),
            (paper(x=2), "through the sum, and by itself"),
            (paper(x=10), "10 is the value"),
            (paper(y=1), "The product multiplies it by x"),
            (paper(both=14), "added, not multiplied"),
            (paper(x=1, y=0, both=2, mixed=90), "not multiplied with each other"),
            (paper(both=2), "Not s's tangent"),
            (paper(mixed=90), "Not 9 times 10"),
            (paper(y=0), "y moves the sum, and with it"),
            (paper(mixed=72), "its share is taken off"),
            (paper(mixed=9), "by 10 and by -1"),
            (paper(mixed=...), "mixed is still open"),
            (paper(x=9), "9 is what both give together"),
            (paper(y=9), "here x stays"),
            (paper(passes=4, walks=2), "Swapped: a pass starts from an input"),
            (paper(passes=1), "x needs one of its own"),
            (paper(passes=4), "All four decades ride in one pass"),
            (paper(passes=8), "Eight slopes, yes"),
            (paper(walks=1), "A walk starts at one result"),
            (paper(walks=2), "of one result alone"),
            (paper(walks=8), "How many results?"),
        ],
    ),
    "09.2": dict(
        right=[
            row(),
            row("[a / r, b / r]"),
            "import math\nlambda a, b: (math.hypot(a, b), (a / math.hypot(a, b), b / "
            "math.hypot(a, b)))",
            """
import numpy as np
def row(a, b):
    r = np.sqrt(a**2 + b**2)
    return r, (a / r, b / r)
""",
            """
def row(a, b):
    inside = a**2 + b**2
    along_root = 0.5 * inside**-0.5
    return inside**0.5, tuple(along_root * 2 * v for v in (a, b))
""",
        ],
        wrong=[
            (row("(a, b)"), "the root has one, too: divide by r"),
            (row("(2 * a, 2 * b)"), "Those are the slopes of the inside"),
            (row("(2 * a / r, 2 * b / r)"), "a root halves the slope"),
            (row("(1 / (2 * r), 1 / (2 * r))"), "has slopes, too: the chain rule"),
            (row("(b / r, a / r)"), "swapped"),
            (row("(r / a, r / b)"), "Upside down"),
            (row("(a * r, b * r)"), "Divide by r"),
            (row("(a / r**2, b / r**2)"), "once too often"),
            (row("(1, 1)"), "not those of a sum"),
            (row("(a / r, -b / r)"), "expected (0.6, 0.8)"),
            (row("(abs(a) / r, abs(b) / r)"), "the slopes are (0.8, 0.6), expected (-0.8, 0.6)"),
            (row(value="a * a + b * b"), "the value is 25"),
            (row("a / r"), "the second is 0.6"),
            ("lambda a, b: (a * a + b * b) ** 0.5", "A row gives two things"),
        ],
    ),
    "09.3": dict(
        right=[
            gradient(),
            """
def gradient(f, inputs):
    slopes = []
    for k in range(len(inputs)):
        direction = [0] * len(inputs)
        direction[k] = 1
        value, slope = jvp(f, inputs, direction)
        slopes.append(slope)
    return slopes
""",
            """
import numpy as np
def gradient(f, inputs):
    return np.array([jvp(f, inputs, row)[1] for row in np.eye(len(inputs))])
""",
            """
def gradient(f, inputs):
    def along(k):
        return derivative(lambda x: f(*inputs[:k], x, *inputs[k + 1:]), inputs[k])
    return tuple(along(k) for k in range(len(inputs)))
""",
            "lambda f, xs: (jvp(f, xs, [float(j == k) for j in range(len(xs))])[1]"
            " for k in range(len(xs)))",
        ],
        wrong=[
            (gradient("[1] * len(xs)"), "the others get tangent 0"),
            (gradient("[int(j <= k) for j in range(len(xs))]"), "set the last one's tangent back"),
            ("lambda f, xs: jvp(f, [f], [1])", "`jvp` moves numbers, and f is none"),
            ("lambda f, xs: [f + 1]", "'function' and 'int'"),
            ("lambda f, xs: [f(x=1)]", "f() got an unexpected keyword argument 'x'"),
            (gradient("[int(x == xs[k]) for x in xs]"), "go by place, not by value"),
            (
                "lambda f, xs: [jvp(f, xs, d)[1] for d in [(1, 0, 0), (0, 1, 0), (0, 0, 1)]]",
                "Where f has 2 inputs",
            ),
            (
                "lambda f, xs: [jvp(f, [x], [1])[1] for x in xs]",
                "f has 3 inputs and got 1: `jvp` takes all",
            ),
            ("lambda f, xs: [jvp(f, xs, k)[1] for k in xs]", "`jvp` takes two lists"),
            (
                """
def gradient(f, inputs):
    places = range(len(inputs))
    return [f(*[Dual(x, i == j) for j, x in enumerate(inputs)]).tangent for i in places]
""",
                "all of level 0",
            ),
            ("lambda f, xs: [jvp(f, xs)]", "missing 1 required positional argument: 'tangents'"),
            (gradient(take=""), "take the tangent"),
            (gradient(take="[0]"), "not (144"),
            ("lambda f, xs: jvp(f, xs, [1] * len(xs))[1]", "along all inputs at once"),
            ("lambda f, xs: [jvp(f, xs, [1] + [0] * (len(xs) - 1))[1]]", "3 slopes"),
            (
                """
def gradient(f, xs):
    nudged = [[x + (i == k) * 1e-6 for i, x in enumerate(xs)] for k in range(len(xs))]
    return [(f(*n) - f(*xs)) / 1e-6 for n in nudged]
""",
                "plain numbers, which carry no slope",
            ),
            (
                """
from autodiff_lib.engines.topological import Node, grad
def gradient(f, xs):
    nodes = [Node(x) for x in xs]
    return grad(f(*nodes), *nodes)
""",
                "walks back over a graph",
            ),
            ("lambda f, xs: 'steep'", "got text"),
        ],
    ),
    "09.4": dict(
        right=[
            flat_place(),
            """
def flat_place(f, x, n_steps):
    if n_steps == 0:
        return x
    h, slope = jvp(lambda y: jvp(f, (y,), (1.0,))[1], (x,), (1.0,))
    return flat_place(f, x - h / slope, n_steps - 1)
""",
            """
def flat_place(f, x, n_steps):
    def h(y):
        return derivative(f, y)
    while n_steps:
        value, tangent = jvp(h, [x], [-1])
        x += value / tangent
        n_steps -= 1
    return x
""",
            """
def flat_place(f, x, n_steps):
    for _ in range(n_steps):
        o = f(Dual(Dual(x, 1, level=1), 1, level=2)).tangent
        x = x - o.value / o.tangent
    return x
""",
            """
def flat_place(f, x, n_steps):
    for _ in range(n_steps):
        moved = derivative(f, Dual(x, 1))
        x -= moved.value / moved.tangent
    return x
""",
            flat_place(ask="jvp(lambda y: f(Dual(y, 1)).tangent, [x], [1])"),
        ],
        wrong=[
            (flat_place(ask="jvp(f, [x], [1])"), "walks to where f is 0"),
            (flat_place("x + h / slope"), "The sign is wrong"),
            (flat_place("x - slope / h"), "Upside down"),
            (flat_place("x - h * slope"), "not multiplied"),
            (flat_place("h / slope"), "That is the step"),
            (flat_place("x - h"), "The slope of h is missing"),
            (flat_place("x - slope"), "h is missing"),
            (flat_place(steps="n_steps + 1"), "one step too many"),
            (flat_place(steps="n_steps - 1"), "one step too few"),
            (flat_place("x - 0.5 * h / slope"), "one step leads from 5 to 3"),
            (
                flat_place(ask="derivative(f, x), derivative(lambda y: derivative(f, y), x)"),
                "4 steps ran f 8",
            ),
            (flat_place("x - h / slope + 0 * f(x)"), "once more, on a plain number"),
            (
                flat_place().replace("    return x", "        return x"),
                "does `return` stand inside",
            ),
            (flat_place().replace("[x], [1]", "x, 1"), "`jvp` takes two lists"),
            (flat_place().replace("(f, y)", "(f, x)"), "h does not use its own input"),
            (flat_place("x - h / 0"), "ZeroDivisionError"),
            (flat_place(ask="jvp(derivative(f, x), [x], [1])"), "is not callable"),
            (
                flat_place(ask="jvp(derivative, (f, x), (0, 1))"),
                "`jvp` moves numbers, and f is none",
            ),
            (
                """
def flat_place(f, x, n_steps):
    slope = derivative(lambda y: derivative(f, y), x)
    for _ in range(n_steps):
        x = x - derivative(f, x) / slope
    return x
""",
                "Every step needs h and its slope at its own x",
            ),
            (
                """
def flat_place(f, x, n_steps):
    for _ in range(n_steps):
        up, here, down = f(x + 1e-4), f(x), f(x - 1e-4)
        x -= (up - down) / 2e-4 / ((up - 2 * here + down) / 1e-8)
    return x
""",
                "which carry no slope",
            ),
        ],
    ),
    "09.5": dict(
        right=[
            '{"p": 6, "q": 2, "r": 3, "s": 1}',
            "dict(p=6.0, q=2.0, r=3, s=1)",
            """
o = Dual(3, 1, level=1) * Dual(2, 1, level=2)
dict(p=o.value.value, q=o.value.tangent, r=o.tangent.value, s=o.tangent.tangent)
""",
        ],
        wrong=[
            ('{"p": 6, "q": 2, "r": 5, "s": 1}', "y alone moves"),
            ('{"p": 6, "q": 0, "r": 3, "s": 1}', "still moves at level 1"),
            ('{"p": 6, "q": 2, "r": 3, "s": 0}', "The tangent is x * 1"),
            ('{"p": 6, "q": 2, "r": 3, "s": 2}', "the 2 is its value"),
            ('{"p": 6, "q": 3, "r": 2, "s": 1}', "The outer pair is of level 2"),
            ('{"p": 6, "q": 1, "r": 3, "s": 1}', "doubled, too"),
            ('{"p": 3, "q": 1, "r": 2, "s": 1}', "x and y side by side"),
        ],
    ),
}
