"""Answers to try on the exercises of chapter 08, as text: they run in the chapter's namespace."""

ROW = """
import math
def row(a):
    e = math.exp(a)
    return {value}, {slopes}
"""


def row(value="math.log(1 + e)", slopes="(e / (1 + e),)"):
    """A row for softplus."""
    return ROW.format(value=value, slopes=slopes)


def momentum(speed="keep * speed - rate * slope", result="w + speed, speed"):
    """A step with momentum: its new speed, and what it returns."""
    return (
        "def momentum_step(w, speed, slope, rate, keep):\n"
        f"    old, speed = speed, {speed}\n"
        f"    return {result}"
    )


ANSWERS = {
    "08.1": dict(
        right=[
            momentum(),
            momentum(result="[w + speed, speed]"),
            "lambda w, v, g, r, k: (w + k * v - r * g, k * v - r * g)",
            "lambda w, v, g, r, k: (w - (r * g - k * v), -(r * g - k * v))",
            "import numpy as np\n" + momentum(result="np.float64(w + speed), np.float64(speed)"),
            """
class Ball:
    def __call__(self, w, speed, slope, rate, keep):
        speed *= keep
        speed -= rate * slope
        w += speed
        return w, speed
Ball()
""",
        ],
        wrong=[
            (momentum(result="w + old, speed"), "moved by its old speed"),
            (momentum(speed="keep * speed + rate * slope"), "goes along the slope"),
            (momentum(result="w - speed, speed"), "w moves by adding it"),
            (momentum(result="w - rate * slope, speed"), "moved by the slope alone"),
            (momentum(speed="speed - rate * slope"), "Nothing is lost of the speed"),
            (momentum(speed="keep * speed - slope", result="w + rate * speed, speed"), "the rate"),
            (momentum(speed="rate * (keep * speed - slope)"), "the whole speed here"),
            (momentum(result="speed, w + speed"), "in the other order"),
            (momentum(result="w + speed"), "Return the new speed too"),
            (momentum("keep * speed + rate * slope", "w - speed, speed"), "points uphill. Take"),
            (momentum("keep * speed + slope", "w - rate * speed, speed"), "PyTorch's way"),
            (momentum(speed="(1 - keep) * speed - rate * slope"), "not the part that is lost"),
            (momentum("keep * speed - (1 - keep) * rate * slope"), "comes off whole"),
            (momentum(result="w + rate * speed, speed"), "in the speed already"),
            (momentum(speed="keep * (speed - rate * slope)"), "the old speed alone"),
            ("lambda w, slope: w - slope", "must take 5 arguments"),
            ("(2.0, 1.0)", "asks for a function"),
        ],
    ),
    "08.2": dict(
        right=[
            '{"operation": "relu", "layers": [1, 2]}',
            '("relu", (2, 1))',
            '{"operation": " ReLU ", "layers": {1.0, 2.0}}',
            '{"operation": "relu", "layers": ["first", "second"]}',
            'dict(layers=range(1, 3), operation="relu")',
            'import numpy\n{"operation": "relu", "layers": numpy.array([1, 2])}',
            '{"operation": "relu", "layers": (k for k in [1, 1, 2])}',
        ],
        wrong=[
            ('{"operation": "relu", "layers": 1}', "Is it the only one"),
            ('{"operation": "relu", "layers": [1, 2, 3]}', "no relu is passed"),
            ('{"operation": "relu", "layers": "second"}', "layer 1 has wrong slopes, at points[0]"),
            ('{"operation": "relu", "layers": [0, 1]}', "numbers 1, 2 and 3; got 0"),
            ('{"operation": "relu", "layers": [[1, 2]]}', "numbers 1, 2 and 3; got"),
            ('{"operation": "mul", "layers": [2]}', "The row of mul is as it should be"),
            ('{"operation": "softmax", "layers": [1]}', "a name from RULES"),
            ('{"operation": "relu", "layers": ...}', "still open"),
            ('{"operation": ..., "layers": [1]}', "operation is still open"),
            ('"relu"', "Answer with"),
            ('{"operation": max, "layers": [1]}', "in quotes, such as 'mul'; got"),
        ],
    ),
    "08.3": dict(
        right=[
            "lambda s: 2 * sum(a * b for a, b in zip(s, s[1:])) + sum(s[1:-1])",
            """
def operations(sizes):
    total = 0
    for k in range(1, len(sizes)):
        total += sizes[k] * (2 * sizes[k - 1] + (k < len(sizes) - 1))
    return total
""",
            """
import numpy as np
def operations(sizes):
    s = np.array(sizes)
    return 2 * (s[:-1] @ s[1:]) + s[1:-1].sum()
""",
            """
def operations(sizes):
    first, *rest = sizes
    if len(rest) == 1:
        return 2 * first * rest[0]
    return (2 * first + 1) * rest[0] + operations(rest)
""",
        ],
        wrong=[
            ("lambda s: 2 * sum(a * b for a, b in zip(s, s[1:]))", "The folds are missing"),
            (
                "lambda s: 2 * sum(a * b for a, b in zip(s, s[1:])) + len(s) - 2",
                "once for each of its units",
            ),
            (
                "lambda s: 2 * sum(a * b for a, b in zip(s, s[1:])) + sum(s[1:])",
                "The last layer does not fold",
            ),
            (
                "lambda s: 2 * sum(a * b for a, b in zip(s, s[1:])) + sum(s)",
                "Inputs do not fold, and",
            ),
            (
                "lambda s: 2 * sum(a * b for a, b in zip(s, s[1:])) + sum(s[:-1])",
                "The inputs are not folded",
            ),
            (
                "lambda s: sum((2 * a - 1) * b for a, b in zip(s, s[1:])) + sum(s[1:-1])",
                "n products take n additions",
            ),
            ("lambda s: sum(a * b for a, b in zip(s, s[1:]))", "the products alone"),
            (
                "lambda s: sum(a * b for a, b in zip(s, s[1:])) + sum(s[1:-1])",
                "The additions are missing",
            ),
            ("lambda s: sum((a + 1) * b for a, b in zip(s, s[1:]))", "how many weights"),
            (
                "lambda s: sum((3 * a + 1) * b for a, b in zip(s, s[1:]))"
                " + sum(s[1:-1]) + s[0] * s[1]",
                "Those are all nodes",
            ),
            ("lambda s: sum(s)", "Those are the units"),
            ("lambda s: 640", "expected 4"),
            ("640", "asks for a function"),
        ],
    ),
    "08.4": dict(
        right=[
            row(),
            row(slopes="[1 - 1 / (1 + e)]"),
            "import numpy as np\n" + row(slopes="np.array([1 / (1 + 1 / e)])"),
            row(value="math.log1p(e)", slopes="(1 / (1 + math.exp(-a)),)"),
            """
import numpy as np
def softplus_row(a):
    return np.log1p(np.exp(a)), (np.exp(a) / (1 + np.exp(a)),)
""",
            """
def softplus_row(a):
    x = Node(a)
    y = (1 + x.exp()).log()
    return y.value, tuple(grad(y, x))
""",
        ],
        wrong=[
            (row(slopes="(1 / (1 + e),)"), "softplus's at -a"),
            (row(slopes="(e,)"), "log divides by its inside"),
            (row(slopes="(float(a > 0),)"), "the slope of relu"),
            (row(slopes="(-e / (1 + e),)"), "The sign is wrong"),
            (row(slopes="(math.log(1 + e),)"), "the value again"),
            (row(value="math.log(e)"), "the 1 + is missing"),
            (row(value="math.log10(1 + e)"), "the natural logarithm"),
            (row(value="math.log(1 + 1 / e)"), "the exponent is a"),
            (row(slopes="e / (1 + e)"), "the second is"),
            ("import math\nlambda a: math.log(1 + math.exp(a))", "returns a pair"),
            (row(slopes="(1.0,)"), "the slope is 1"),
            ("lambda a: 1 / 0, (1,)", "a function of one number"),
            ("lambda a: (log(1 + e), (1,))", "is not defined"),
        ],
    ),
}
