"""Answers to try on the exercises of chapter 13, as text: they run in the chapter's namespace."""


def own(mine="np.sum(x * x)", gradient="2 * x"):
    """A function of x and its gradient."""
    return (
        f"import numpy as np\ndef mine(x):\n    return {mine}\n"
        f"def gradient(x):\n    return {gradient}\n(mine, gradient)"
    )


def aloud(*lines):
    """A function that writes a step's lines on a page."""
    body = "\n    ".join(lines)
    return f"def assign_aloud(page, step, text):\n    {body}\n"


FIRST = "assign(page, step, text)"
NAME = "page.terms[id(step)]"


def again(mean="w * (x @ x) / n", scaled="rate * x * x"):
    """The two functions whose numbers are not to be frozen."""
    return (
        f"import numpy as np\ndef mean_again(w, x, n):\n    return {mean}\n"
        f"def scaled_again(x, rate):\n    return {scaled}\n(mean_again, scaled_again)"
    )


def bent(text="np.where(x > 0, x * x, -3 * x)", rule="g * np.where(x > 0, 2 * x, -3.0)"):
    """The function with two branches, and the row of it."""
    return f"""
import numpy as np
from autodiff_lib.arrays import Row
def bent(x):
    if x > 0:
        return x * x
    return -3 * x
def f(x):
    return {text}
def rule(g, x):
    return {rule}
(f, Row("bent", bent, "x", "elementwise", x=rule))
"""


NATURAL = """
x[0] ** 2
x[0] * x[1] * x[2]
np.sum(x[1:] * x[:-1])
x[[0, 2]].sum() * x[1]
np.sum(x[::-1] * x)
np.linalg.norm(x)
(x / np.linalg.norm(x))[0]
np.linalg.norm(x - np.array([1.0, 0.0, 1.0]))
np.sum(np.array([1.0, 2.0, 3.0]) * x)
np.tanh(np.ones((3, 3)) @ x).sum()
np.sum(np.diff(x) ** 2)
np.log(np.sum(np.exp(x)))
sum(v * v for v in x)
np.std(x)
np.prod(x)
np.cumsum(x) @ x
np.where(x > 1, x, x * x).sum()
np.concatenate([x, 2 * x]).sum() * x[0]
np.linalg.det(np.outer(x, x) + np.eye(3))
np.linalg.eigvalsh(np.outer(x, x) + np.diag([1.0, 2.0, 4.0]))[-1]
np.sum(x) / len(x)
""".strip().splitlines()


def printed(mine, handed="gradient"):
    """A function and the text that the chapter's `program_of` prints of its gradient, pasted.

    Where no chapter is, the library's program is printed.
    """
    return f"""
import numpy as np
from autodiff_lib.arrays import grad, gradient_program
def mine(x):
    return {mine}
x = np.array([1.0, 2.0, 3.0])
names = dict(globals())
if "program_of" in names:
    text = names["program_of"]("gradient", grad(mine), [x], ["x"])[0]
else:
    text = str(gradient_program(mine, x, plain=True))
pasted = {{"np": np}}
exec(text, pasted)
gradient = pasted["gradient"]
(mine, {handed})
"""


ANSWERS = {
    "13.1": dict(
        right=[
            aloud(FIRST, f'page.lines.append(f"print({{{NAME}}})")'),
            aloud(FIRST, f"name = {NAME}", """page.lines.append(f"print('{name} =', {name})")"""),
            aloud(FIRST, f"name = {NAME}", "page.lines += [f\"print(f'{{{name}}}')\"]"),
            aloud(FIRST, f"name = {NAME}", "page.lines += [f\"print(f'{{{name} = }}')\"]"),
            aloud(
                "name = page.names.new(step.name)",
                f"{NAME} = name",
                'page.lines += [f"{name} = {text}", f"print({name})"]',
            ),
            aloud(FIRST, 'page.lines.append("print(" + page.lines[-1].split(" = ")[0] + ")")'),
        ],
        wrong=[
            (aloud(FIRST), "prints nothing"),
            (aloud("pass"), "The page has no line"),
            (aloud(FIRST, f"print({NAME})"), "prints while the page is written"),
            (aloud(FIRST, f"page.lines.append(print({NAME}))"), "not a call"),
            (aloud('page.lines.append(f"print({text})")'), "cannot find the step"),
            (aloud(FIRST, f"""page.lines.append(f"print('{{{NAME}}}')")"""), "That is the name"),
            (aloud(FIRST, 'page.lines.append(f"print({step.name})")'), "`step.name` None"),
            (aloud(FIRST, "page.lines.append('print(text)')"), "does not run, NameError"),
            (
                aloud(FIRST, f'page.lines.append(f"print({{{NAME}}}")'),
                "does not run, SyntaxError",
            ),
            (
                aloud(FIRST, f'page.lines[-1:-1] = [f"print({{{NAME}}})"]'),
                "A line prints a value above the line that computes it: def loss(w, x, y): print",
            ),
            (aloud(FIRST, 'page.lines.append(f"print({step.value!r})")'), "no value yet: print"),
            (
                aloud(
                    'assign(page, step, f"2.0 * ({text})")',
                    f'page.lines.append(f"print({{{NAME}}})")',
                ),
                "no longer the same",
            ),
        ],
    ),
    "13.2": dict(
        right=[
            own(),
            own("np.log(x) @ x", "np.log(x) + 1"),
            own(
                "np.max(x) * x[0] ** 3",
                "np.array([4 * x[0] ** 3] + [0.0] * 2) if x[0] == max(x) "
                "else np.array([3 * x[0] ** 2 * max(x), *(x[1:] == max(x)) * x[0] ** 3])",
            ),
            *(printed(mine) for mine in NATURAL),
            """
import numpy as np
from autodiff_lib.arrays import grad, gradient_program
def mine(x):
    for _ in range(3):
        x = np.sin(x) * x
    return np.mean(x)
(mine, gradient_program(mine, np.array([1.0, 2.0, 3.0])))
""",
        ],
        wrong=[
            (
                own(gradient="x"),
                "the gradient of `mine` is (0.46, 4.06, 2.26), not (0.23, 2.03, 1.13)",
            ),
            (own(gradient="-2 * x"), "The sign is wrong"),
            (own(gradient="np.array([1.42, 2.46, 0.74])"), "Right at one x, wrong at another"),
            (own(gradient="np.sum(2 * x)"), "three numbers, like x"),
            (own(gradient="list(2 * x)"), "an array, as x is; got a list"),
            (own("x * x"), "return one number"),
            (own("5.0", "np.zeros(3)"), "stays the same whatever x is"),
            (printed("max(x)"), "refuses another x, as it should"),
            (printed("np.sum(x[x > 0.5])"), "refuses another x, as it should"),
            (own("2 * np.sum(x)", "factor * np.ones(3)"), "name that its text does not define"),
            (
                own(gradient="grad(mine)(x)").replace(
                    "np\n", "np\nfrom autodiff_lib.arrays import grad\n", 1
                ),
                "This gradient runs the engine",
            ),
            (own("np.max(x)", "1.0 * np.array([x[0] > x[1], x[1] > x[0], 0])"), "something went"),
            (own("np.sum(np.minimum(x, 4.0))", "np.ones(3)"), "Right at some x, but at (0.083,"),
            (own("np.sum(x + np.maximum(x - 9, 0))", "x / x"), "is (1, 1, 2), not (1, 1, 1)"),
            (own(gradient="..."), "Now its gradient"),
            (
                "import numpy as np\ndef mine(x):\n    return np.sum(x)\nmine",
                "Hand in two functions",
            ),
            (own("np.sum(x) + np.random.rand()", "np.ones(3)"), "not return the same twice"),
            (own("np.sum(x) if x[0] > 1.57 else x[0]", "np.ones(3)"), "jumps or has a corner"),
            (own(gradient="np.multiply(x, 2, out=x)"), "changes the x that it gets"),
            (own("np.sum(x) if x[0] > 2.5 else x @ x"), "reads x to decide"),
            (
                own("sum(sorted(x)[:2]) + x[1] + x[0] - x[1] - x[0] + max(x)", "np.ones(3)"),
                "`mine` reads x to decide: line 3",
            ),
            (
                "import numpy as np\nfrom autodiff_lib.arrays import gradient_program\n"
                "def mine(x):\n    return x[0] * x[1] if x[0] > 0.5 else x[2] * x[2]\n"
                "(mine, gradient_program(mine, np.ones(3)))",
                "traced where Python read True",
            ),
        ],
    ),
    "13.3": dict(
        right=[
            again(),
            again("np.sum(x ** 2) * w / n", "x ** 2 * rate"),
            again("w * np.sum(x * x / n)"),
            again("w * np.mean(x * x)"),
            "def mean_again(w, x, count):\n    return w * (x @ x) / count\n"
            "(mean_again, lambda x, r: r * x ** 2)",
        ],
        wrong=[
            (again("w * (x @ x) / len(x)"), "the slope is to be 7.5; it is 10."),
            (
                again("w * sum(v * v for v in x) / n"),
                "it is 3.5. The program holds x[0], x[1], x[2], one by one: a loop over x ran",
            ),
            (again("np.sum(w * x ** 2) / n"), "The program holds `shape=(3,)`"),
            (again("w * (x @ np.array([1.0, 2.0, 3.0])) / n"), "it ends with"),
            (
                again("w * (x @ x)"),
                "At w = 2.0, x = [1. 2. 3.], n = 3, mean_again gives 28.0, not 9.333",
            ),
            (
                again("w * sum(x[i] ** 2 for i in range(n)) / n"),
                "mean_again: Python reads a value to decide",
            ),
            (again(scaled="3.0 * x * x"), "the slope is to be 20; it is 12."),
            (
                again(scaled="float(rate) * x * x"),
                "scaled_again: float() or math takes the number out",
            ),
            (again(scaled="..."), "mean_again is right. Now scaled_again"),
            (again(scaled="rate * x"), "scaled_again gives 6"),
            ("def f(w, x, n):\n    return w * (x @ x) / n\nf", "Hand in two functions"),
        ],
    ),
    "13.4": dict(
        right=[
            bent(),
            bent("np.where(x <= 0, -3 * x, x ** 2)", "np.where(x > 0, 2 * x * g, -3 * g)"),
            bent("(x > 0) * x * x - 3 * x * (x <= 0)", "g * ((x > 0) * 2 * x - 3 * (x <= 0))"),
            bent("np.maximum(x, 0) ** 2 - 3 * np.minimum(x, 0)"),
        ],
        wrong=[
            (bent("x * x if x > 0 else -3 * x"), "Python still reads x"),
            (bent("np.where(x > 0, x * x, -3 * x) if x > -10 else -3 * x"), "Python still reads"),
            (bent("np.where(x > 0, -3 * x, x * x)"), "At 2 it gives -6"),
            (bent("np.where(x > 0, x * x, 3 * x)"), "At -1 it gives -3"),
            (bent("x * x"), "At -1 it gives 1"),
            (bent("np.maximum(x * x, -3 * x)"), "At -5 it gives 25"),
            (bent("np.where(x > -0.9, x * x, -3 * x)"), "At -0.5 it gives 0.25"),
            (bent(rule="g * (2 * x if x > 0 else -3.0)"), "The row: Python still reads"),
            (bent(rule="np.where(x > 0, 2 * x, -3.0)"), "is 4, not 8. Multiply by what arrives, g"),
            (bent(rule="np.where(x > 0, g * 2 * x, -3.0)"), "At -1 the program's slope is -3, not"),
            (bent(rule="g * 2 * x"), "The row: At -1 the program's slope is -2, not -3."),
            (bent(rule="g * np.where(x > 0, x, -3)"), "At 2 the program's slope is 2, not 4."),
            (bent(rule="g * np.where(x > 0, 2 * x, left)"), "its rule ends with NameError"),
            (bent(rule="..."), "Now the rule of the row"),
            (bent() + "f", "Hand in a function and a row"),
            (bent() + "(f, f)", "Beside it goes the row"),
        ],
    ),
}
