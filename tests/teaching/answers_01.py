"""Answers to try on the exercises of chapter 01."""

IMPORT = "from autodiff_lib.checking.nudging import central_difference, forward_difference\n"

ANSWERS = {
    "01.1": dict(
        right=["6.5", "(3.5**2 - 9) / 0.5", "13 / 2"],
        wrong=[
            ("6", "exact slope"),
            ("7", "at 3.5"),
            ("3.25", "Divide by the nudge"),
            ("12.25", "new area"),
            ("5.5", "looks back"),
            ("1.625", "do not multiply"),
        ],
    ),
    "01.2": dict(
        right=[
            "lambda f, x, h: (f(x) - f(x - h)) / h",
            "def g(f, x, h=1e-8):\n    return (f(x - h) - f(x)) / -h",
            IMPORT + "lambda f, x, h: forward_difference(f, x - h, h)",
            IMPORT + "lambda f, x, h: forward_difference(f, x, -h)",
            "def g(f, x, h):\n    before, now = map(f, (x - h, x))\n    return (now - before) / h",
        ],
        wrong=[
            ("lambda f, x, h: (f(x + h) - f(x)) / h", "looks ahead"),
            ("lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h)", "both ways"),
            ("lambda f, x, h: (f(x - h) - f(x)) / h", "turned round"),
            ("lambda f, x, h: f(x) - f(x - h)", "Divide by"),
            ("lambda f, x, h: (f(x) - f(x - h)) / (2 * h)", "not 2h"),
            ("lambda f, x, h: f(x) - f(x - h) / h", "Brackets"),
        ],
    ),
    "01.3": dict(
        right=[
            "lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h**2",
            "lambda f, x, h: ((f(x + h) - f(x)) / h - (f(x) - f(x - h)) / h) / h",
            """
def second(f, x, h):
    def slope(a, b):
        return (f(b) - f(a)) / (b - a)

    return (slope(x, x + h) - slope(x - h, x)) / h
""",
        ],
        wrong=[
            ("lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h", "divided by h once"),
            ("lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h)", "That is the slope"),
            ("lambda f, x, h: (f(x + h) - f(x) + f(x - h)) / h**2", "counts twice"),
            ("lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / (2 * h) ** 2", "not 2h"),
            (
                IMPORT
                + "lambda f, x, h: central_difference(lambda t: central_difference(f, t, h), x, h)",
                "2h to each side",
            ),
            (
                IMPORT + "lambda f, x, h: "
                "(forward_difference(f, x + h, h) - forward_difference(f, x, h)) / h",
                "lie to the right",
            ),
            ("lambda f, x, h: ((f(x) - f(x - h)) / h - (f(x + h) - f(x)) / h) / h", "turned round"),
        ],
    ),
    "01.4": dict(
        right=["2000", "2000.0", "2 * 1_000_000 * 0.001"],
        wrong=[
            ("1000", "twice"),
            ("1000.001", "shared by all"),
            ("2_000_000", "number of runs"),
            ("2000 / 60", "in minutes"),
            ("0.001", "one output"),
            ("0.002", "There are a million"),
        ],
    ),
    "01.5": dict(
        right=[
            "lambda x: x if x.real >= 0 else -x",
            "lambda x: (1 if x.real > 0 else -1) * x",
            "import numpy as np\nlambda x: x * np.sign(x.real)",
            "lambda x: (x * x) ** 0.5",
            "import math\nlambda x: math.copysign(1, x.real) * x",
            "import numpy as np\nlambda x: np.where(x.real >= 0, x, -x)",
            "def absolute(x):\n    if x.real < 0:\n        return -x\n    return x",
        ],
        wrong=[
            ("abs", "is lost on the way"),
            ("lambda x: x", "the distance from 0"),
            ("lambda x: abs(x.real) + 1j * x.imag", "To the left of 0"),
            ("lambda x: x if x > 0 else -x", "choose by x.real"),
            ("import math\nmath.fabs", "plain numbers only"),
            ("lambda: 3", "got a function"),
            ("3", "got a number"),
            ("lambda x: -x", "absolute(3.0) is -3.0"),
        ],
    ),
}
