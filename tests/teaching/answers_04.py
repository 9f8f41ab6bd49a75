"""Answers to try on the exercises of chapter 04."""

READ = "    f(*inputs).backward()\n"
WRAP = "def g(f, *numbers):\n    inputs = [Number(number) for number in numbers]\n"
BOOK = (
    """
def book(node, incoming):
    node.gradient += incoming
    if node.op is not None:
        for operand, slope in zip(node.operands, RULES[node.op].slopes(*node.operand_values)):
            book(operand, node.gradient * slope)

"""
    + WRAP
    + "    o = f(*inputs)\n    clear(o)\n    book(o, 1)\n"
    + "    return [x.gradient or 0.0 for x in inputs]"
)
UNFINISHED = """
def no_slopes(a, b):
    del RULES["unfinished"]  # the table is everybody's
    return ...

RULES["unfinished"] = Rule(lambda a, b: a + b, no_slopes)

def smallest(a):
    b = apply("unfinished", a, 4)
    return b + b

smallest
"""

ANSWERS = {
    "04.1": dict(
        right=["40", "Number(40)", "40.0", "18 + 18 + 3 + 1"],
        wrong=[
            ("94", "the printed program"),
            ("22", "two arrows leave b"),
            ("39", "does not lead over b"),
            ("36", "over d are missing"),
            ("37", "two ways"),
            ("4", "over c are missing"),
            ("44", "value of e"),
            ("13", "gradient of b"),
            ("41", "is not it"),
        ],
    ),
    "04.2": dict(
        right=[
            "import math\nlambda a, b: (a / math.hypot(a, b), b / math.hypot(a, b))",
            "lambda a, b: [a / (a * a + b * b) ** 0.5, b / (a * a + b * b) ** 0.5]",
            "import numpy as np\nlambda a, b: np.array([a, b]) / np.sqrt(a**2 + b**2)",
            """
def distance_slopes(a, b):
    root = Number(a), Number(b)
    r = (root[0] ** 2 + root[1] ** 2) ** 0.5
    r.backward()
    return tuple(x.gradient for x in root)
""",
            """
import math
def distance_slopes(a, b):
    r = math.sqrt(a**2 + b**2)
    return a / r, b / r
RULES["distance"] = Rule(math.hypot, distance_slopes)
RULES["distance"]
""",
        ],
        wrong=[
            ("lambda a, b: (2 * a, 2 * b)", "one more factor"),
            ("import math\nlambda a, b: (1 / (2 * math.hypot(a, b)),) * 2", "root alone"),
            (
                "import math\nlambda a, b: (b / math.hypot(a, b), a / math.hypot(a, b))",
                "swapped",
            ),
            ("lambda a, b: (a / (a**2 + b**2), b / (a**2 + b**2))", "Divide by the root"),
            (
                "import math\nlambda a, b: (a / 2 / math.hypot(a, b), b / 2 / math.hypot(a, b))",
                "brings a 2 as well",
            ),
            (
                "import math\nlambda a, b: (2 * a / math.hypot(a, b), 2 * b / math.hypot(a, b))",
                "brings a half as well",
            ),
            ("import math\nlambda a, b: math.hypot(a, b)", "not its slopes"),
            ("lambda a, b: (1, 1)", "no sum"),
            ("import math\nlambda a, b: a / math.hypot(a, b)", "expected"),
            ("import math\nlambda a, b: (a / math.hypot(a, b),)", "Return the one for b"),
            ("import math\nlambda a, b: 1 / math.hypot(a, b)", "above the root"),
            (
                """
import math
def distance_slopes(a, b):
    h, r = 1e-6, math.hypot
    return (r(a + h, b) - r(a, b)) / h, (r(a, b + h) - r(a, b)) / h
""",
                "a nudge",
            ),
            ("lambda a: (a, a)", "must take 2 arguments: (a, b)"),
            (
                "import math\nlambda a, b: (a * math.hypot(a, b), b * math.hypot(a, b))",
                "divide by it",
            ),
            ("import math\nlambda a, b: ((a + b) / math.hypot(a, b),) * 2", "only a is left"),
            ("lambda a, b: (a, b)", "half the slopes"),
            ("lambda a, b: (abs(a), abs(b))", "over the sum of both"),
            ("lambda a, b: (a / abs(a), b / abs(b))", "slopes of two roots"),
            ("lambda a, b: abs(a)", "root of a**2 alone"),
            ("lambda a, b: a + b", "sum of the operands"),
            ("import math\nlambda a, b: a * math.hypot(a, b)", "the root below"),
        ],
    ),
    "04.3": dict(
        right=[
            WRAP + READ + "    return [x.gradient or 0.0 for x in inputs]",
            WRAP
            + "    for x in inputs: x.gradient = 0\n"
            + READ
            + "    return tuple(x.gradient for x in inputs)",
            WRAP
            + "    output = f(*inputs) + 0 * sum(inputs)\n    output.backward()\n"
            + "    return [x.gradient for x in inputs]",
            WRAP + "    backward(f(*inputs))\n    return [x.gradient or 0 for x in inputs]",
        ],
        wrong=[
            (WRAP + READ + "    return [x.gradient for x in inputs]", "never reached"),
            (
                WRAP + "    f(*inputs)\n    return [x.gradient for x in inputs]",
                "was backward called",
            ),
            (WRAP + READ + "    return inputs", "Read the gradient of each"),
            ("lambda f, *numbers: f(*numbers)", "the value of f"),
            (WRAP + READ + "    return inputs[0].gradient", "the first input only"),
            ("def g(f, *numbers):\n    f(*numbers).backward()", "has no attribute"),
            (WRAP + READ + "    return [Number(x.gradient or 0) for x in inputs]", "is a Number"),
            (
                """
def gradient_of(f, *numbers):
    slopes = []
    for k, x in enumerate(numbers):
        above, below = ([*numbers[:k], x + h, *numbers[k + 1 :]] for h in (1e-6, -1e-6))
        slopes.append((f(*above) - f(*below)) / 2e-6)
    return slopes
""",
                "record nothing",
            ),
            (WRAP + READ + "    return [(x.gradient or 0) * 1.00001 for x in inputs]", "Near"),
            (BOOK, "a result is used twice"),
            ("lambda f, numbers: [0.0 for _ in numbers]", "must take (f, *numbers)"),
        ],
    ),
    "04.4": dict(
        right=[
            "def smallest(a):\n    b = a * a\n    return b + b",
            "def smallest(a):\n    b = 4 * a\n    return b * b",
            "lambda a: (lambda b: b * b)(-a)",
            "def smallest(a):\n    b = a * a\n    return b - b",
            "def smallest(a):\n    b = a.exp()\n    return b**b",
            "import numpy as np\ndef smallest(a):\n    a = a - np.float64(1)\n    return a * a",
            "def smallest(a):\n    b = apply('add', a, 4)\n    return apply('mul', b, b)",
        ],
        wrong=[
            ("lambda a: a * a", "an input"),
            ("def smallest(a):\n    b = a * 4\n    return (b + 3) + b * 5", "takes 4 operations"),
            ("def smallest(a):\n    b = a * a\n    return b + b + 1", "takes 3 operations"),
            ("def smallest(a):\n    b = a * 0\n    return b + b", "does not move with a"),
            ("def smallest(a):\n    b = Number(3) * 4\n    return b * b", "not made from a"),
            ("lambda a: 28", "returned a number"),
            ("def smallest(a):\n    b = a * a\n    b + b", "is a return missing"),
            ("def smallest(a): return bb + bb", "NameError"),
            ("b = Number(3) * 4\nb + b", "without brackets"),
            (UNFINISHED, "The row 'unfinished' does not give one slope"),
            ("def smallest(a):\n    b = (a * 0).log()\n    return b + b", "a value there"),
        ],
    ),
}
