"""Answers to try on the exercises of chapter 01."""

IMPORT = "from autodiff_lib.checking.nudging import central_difference, forward_difference\n"

THROW = """
from autodiff_lib.checking.nudging import complex_step, forward_difference, numeric_gradient

def distance(ahead, up, drag):
    x = 0
    for _ in range(100):
        speed = (ahead**2 + up**2) ** 0.5
        ahead, up = (
            ahead - 0.01 * drag * speed * ahead,
            up - 0.01 * (9.81 + drag * speed * up),
        )
        x += 0.01 * ahead
    return x

"""

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
            "lambda f, x, h=2**-26: (f(x) - f(x - h)) / h",
            "def g(f, x, h=1e-8):\n    return (f(x - h) - f(x)) / -h",
            IMPORT + "lambda f, x, h=1e-7: forward_difference(f, x - h, h)",
            IMPORT + "lambda f, x, h=1e-9: forward_difference(f, x, -h)",
            "import numpy as np\n"
            "lambda f, x, h=np.sqrt(np.finfo(float).eps): (f(x) - f(x - h)) / h",
            "def g(f, x, h=2e-8):\n"
            "    before, now = map(f, (x - h, x))\n"
            "    return (now - before) / h",
        ],
        wrong=[
            ("lambda f, x, h: (f(x + h) - f(x)) / h", "looks ahead"),
            ("lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h)", "both ways"),
            ("lambda f, x, h: (f(x - h) - f(x)) / h", "turned round"),
            ("lambda f, x, h: f(x) - f(x - h)", "Divide by"),
            ("lambda f, x, h: (f(x) - f(x - h)) / (2 * h)", "not 2h"),
            ("lambda f, x, h: f(x) - f(x - h) / h", "Brackets"),
            ("lambda f, x, h: (f(x) - f(x - h)) / 1e-8", "Divide by the h"),
            ("lambda f, x, h: (f(x) - f(x - 1e-8)) / 1e-8", "whatever h is"),
            ("lambda f, x, h: (f(x) - f(x - h)) / h", "Give h a default"),
            (
                IMPORT + "lambda f, x, h: forward_difference(f, x, -h * max(1, abs(x)))",
                "fit h to x",
            ),
            (
                "def g(f, x, h):\n    h *= abs(x)\n    return (f(x) - f(x - h)) / h",
                "no step at all",
            ),
            ("lambda f, x, h=...: (f(x) - f(x - h)) / h", "the default of h, still open"),
            ("lambda f, x, h='small': (f(x) - f(x - h)) / h", "a small number"),
            ("lambda f, x, h=0: (f(x) - f(x - h)) / h", "a small number"),
            ("lambda f, x, h=5: (f(x) - f(x - h)) / h", "the bend of the curve costs"),
            ("lambda f, x, h=1e-4: (f(x) - f(x - h)) / h", "the bend of the curve costs"),
            ("lambda f, x, h=1e-6: (f(x) - f(x - h)) / h", "1e-06, is too large"),
            ("lambda f, x, h=1e-10: (f(x) - f(x - h)) / h", "1e-10, is too small"),
            ("lambda f, x, h=-1e-8: (f(x) - f(x - h)) / h", "a small number above 0"),
            ("lambda f, x, h=1e-12: (f(x) - f(x - h)) / h", "the missing digits cost"),
            ("lambda f, x, h=2**-60: (f(x) - f(x - h)) / h", "the missing digits cost"),
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
            (
                "lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h * h",
                "divided by h**2. (/ h * h",
            ),
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
            ("lambda f, x, h: (f(x + h) + 2 * f(x) + f(x - h)) / h**2", "the wrong sign"),
            ("lambda f, x, h: 2", "holds for x ** 2 only"),
            ("lambda f, x, h: 6 * x", "holds for x ** 3 only"),
        ],
    ),
    "01.4": dict(
        right=[
            "[0.6677524935, -0.06830002, -32.35305469]",
            "import numpy as np\nnp.array([0.66775, -0.0683, -32.353])",
            THROW + "numeric_gradient(distance, 10, 10, 0.05)",
            THROW + "numeric_gradient(distance, 10, 10, 0.05, slope=forward_difference)",
            THROW + "[s * 1 for s in numeric_gradient(distance, 10, 10, 0.05, slope=complex_step)]",
        ],
        wrong=[
            ("[0.6677524935, 0.06830002, -32.35305469]", "what was claimed"),
            ("[0.668, -0.068, -32.4]", "give four of each"),
            ("[0.668, 0.068, -32.4]", "number 2 is not 0.068"),
            ("-0.06830002", "3 numbers"),
            ("[0.6677524935, 0, -32.35305469]", "number 2 is not 0"),
            ("[0.6677524935, -0.06830002, 32.35305469]", "number 3 is not 32.35"),
            ("'up'", "3 numbers"),
        ],
    ),
    "01.5": dict(
        right=[
            "lambda x: x if x.real >= 0 else -x",
            "lambda x: (1 if x.real > 0 else -1) * x",
            "import numpy as np\nlambda x: x * np.sign(x.real)",
            "lambda x: x / x.real * abs(x.real) if x.real else x",
            "lambda x: x * x.real / abs(x.real) if 1e-9 < abs(x.real) < 9 else "
            "-x if x.real < 0 else x",
            "lambda x: 0j + max(x, -x, key=lambda side: side.real)",
            "import math\nlambda x: math.copysign(1, x.real) * x",
            "import numpy as np\nlambda x: np.where(x.real >= 0, x, -x)",
            "def absolute(x):\n    if x.real < 0:\n        return -x\n    return x",
        ],
        wrong=[
            ("abs", "is lost on the way"),
            ("lambda x: x", "f(-2.5) gives -2.5, expected 2.5"),
            ("lambda x: x if int(x.real) >= 0 else -x", "f(-0.5) gives -0.5"),
            ("def above(x):\n    return x if x.real > -1 else -x", "above(-0.5) gives -0.5"),
            ("lambda x: x if x.real > -2 else -x", "f(-1.0) gives -1.0"),
            ("lambda x: x if x.real >= 1 else -x", "f(0.5) gives -0.5"),
            ("lambda x: x if x.real >= 2 else -x", "f(1.0) gives -1.0"),
            ("lambda x: x if x.real > 1e-6 else -x", "f(1e-09) gives -1e-09"),
            ("lambda x: x if x.real > -1e-6 else -x", "f(-1e-09) gives -1e-09"),
            (
                "lambda x: x if x.real > -1e-99 else -x",
                "f(-1e-200) gives -1e-200, expected 1e-200.",
            ),
            ("lambda x: x if x.real > 1e-99 else -x", "f(1e-200) gives -1e-200, expected 1e-200."),
            ("lambda x: -x if -1e99 < x.real < 0 else x", "f(-1e+200) gives -1e+200"),
            ("lambda x: (x**2 + 1e-30) ** 0.5", "f(0.0) gives 1e-15"),
            ("lambda x: (x * x) ** 0.5", "f(1e+200) gives inf, expected 1e+200. Nearer to 1 yours"),
            ("lambda x: (x**2) ** 0.5", "OverflowError"),
            ("lambda x: min(abs(x.real), 5.0) + 1j * x.imag", "expected 1e+200."),
            (
                "lambda x: x if x.real > 0 else -x if x.real < -2 else abs(x.real)",
                "At -1.0 the complex step gives 0.0, not -1.",
            ),
            ("def absolute(x):\n    abs(x.real)", "is a return missing"),
            ("lambda x: abs(x.real) + 1j * x.imag", "To the left of 0"),
            ("lambda x: x if x > 0 else -x", "choose by x.real"),
            ("import math\nmath.fabs", "plain numbers only"),
            ("lambda: 3", "a function of one number"),
            ("3", "got a number"),
            ("lambda x: -x", "f(3.0) gives -3.0"),
            ("lambda x: x if x.real > 0 else -x if x.real < 0 else 7", "f(0.0) gives 7"),
            ("lambda x: x * abs(x.real) / x.real", "f(0.0) ended with ZeroDivisionError"),
        ],
    ),
}
