"""The exercises and predictions of chapter 12, higher order."""

from functools import wraps
from operator import mul

import numpy as np

from autodiff_lib.arrays import Row, grad, hessian, hvp, stop_gradient
from autodiff_lib.arrays.checks import as_number
from autodiff_lib.arrays.reverse import Reverse, backward
from autodiff_lib.teaching.counting import calls_within
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import (
    OPEN,
    custom,
    is_untouched,
    numbers,
    parameters,
    run,
    why_not_callable,
)
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import describe, is_number, kind, plain_value, same_value
from autodiff_lib.teaching.verdicts import Judgement

MODULES = ("autodiff_lib.arrays.derivatives", "autodiff_lib.arrays")
SOLUTION = "12_higher_order.ipynb"


def lines_of_the_outer_tape():
    """How many lines the outer tape of the cube has after the inner walk back."""
    outer, inner = Reverse(), Reverse()
    x = inner.input(outer.input(as_number(2.0)))
    backward(inner.tape, {(x * x * x).line: as_number(1.0)})
    return len(outer.tape)


def copied_second_derivative():
    """The second derivative of the cube by products whose rules copy the other factor."""
    copied = Row(
        "times_copied", mul, "x, y",
        x=lambda g, y: g * stop_gradient(y),
        y=lambda g, x: g * stop_gradient(x),
    )  # fmt: skip
    return grad(grad(lambda x: copied(copied(x, x), x)))(2.0)


def bowl(p):
    """A bowl, narrower along b than along a, lowest at (4, -1)."""
    a, b = p
    return a * a + a * b + 10 * b * b - 7 * a + 16 * b


def newton_steps():
    """How many Newton steps bring the slopes of the bowl to 0, but for rounding."""
    p, n_steps = np.zeros(2), 0
    while np.abs(grad(bowl)(p)).max() > 1e-9:
        p, n_steps = p - np.linalg.solve(hessian(bowl)(p), grad(bowl)(p)), n_steps + 1
    return n_steps


PREDICTIONS = [
    Prediction(
        key="12.a",
        question="How many lines has the outer tape after the inner walk back?",
        answer=lines_of_the_outer_tape,
        beliefs={
            3: "The rules multiply nodes of the outer level, and those products are noted, too.",
            5: "Two products of the run, but each has two operands, and each gets an amount.",
            7: "The four products are there. Two more operations add amounts that meet at x.",
            6: "Those are the new ones. The three lines of the run are still there.",
            0: "That is the inner tape, used up. The outer one has been growing.",
            8: "Three lines of the run, four products of the way back, and two sums.",
            10: "Three amounts at x are added by two sums.",
        },
        because="Three of the run, four products and two sums.",
    ),
    Prediction(
        key="12.b",
        question="What is the second derivative of the cube at 2, with rules that copy?",
        answer=copied_second_derivative,
        beliefs={
            12: "That is the right second derivative, 6x. But to the outer level, which factor "
            "moves?",
            6: "That is the third derivative. Ask which nodes the slope is made of.",
            8: "That is the value of the cube.",
            4: "Some paths are lost, you mean. But every rule here copies.",
        },
        because="The slope is made of constants alone, and no path leads from it to x.",
    ),
    Prediction(
        key="12.c",
        question="How many Newton steps from (0, 0) until both slopes of the bowl are 0?",
        answer=newton_steps,
        beliefs={
            2: "Two numbers, but the step moves both at once.",
            10: "How narrow the bowl is does not matter: the Hessian knows it.",
            6: "Chapter 02's six steps were for a bend that changed. Here it does not.",
            5: "That many are needed where the bend changes on the way. Here it does not.",
            3: "That many are needed where the bend changes on the way. Here it does not.",
            0: "At (0, 0) the slopes are -7 and 16.",
        },
        because="The Hessian is the same everywhere, so the step is exact.",
    ),
]

OUTSIDE = Outside(
    library="JAX 0.10.2 and PyTorch",
    version="2.13.0",
    source="""\
import jax
import torch

def cube(x):
    return x * x * x

def diamond(p):
    x, y, z = p
    return ((x * y) * (y * z)) ** 2

def show(library, array):
    grad = library.grad
    print(grad(grad(cube))(array(2.0)).item(), grad(grad(grad(cube)))(array(2.0)).item())
    print(library.hessian(diamond)(array([3.0, 2.0, 1.0])).tolist())

show(jax, jax.numpy.array)
show(torch.func, torch.tensor)
""",
    printed="""\
12.0 6.0
[[32.0, 192.0, 192.0], [192.0, 432.0, 576.0], [192.0, 576.0, 288.0]]
12.0 6.0
[[32.0, 192.0, 192.0], [192.0, 432.0, 576.0], [192.0, 576.0, 288.0]]
""",
)


# ------------------------------------------------------------------ the exercises


def entries_of_a_table(right, beliefs):
    """A judge for numbers by name, which may also stand in a table, row by row."""
    judge_entries = numbers(right, beliefs)

    def judge(answer, chapter=None):
        table = plain_value(answer)
        if not isinstance(table, dict) and np.shape(table) == (2, 2):
            answer = dict(zip(right, np.ravel(table).tolist(), strict=True))
        return judge_entries(answer, chapter)

    return judge


PLACES = np.array([0.5, -0.8, 1.3])


def logistic(x):
    """The value of the curve, for the row."""
    return 1 / (1 + np.exp(-x))


LOGISTIC_SLOPES = [
    (lambda g, out: out * (1 - out), "g is missing: the result may go on into other operations."),
    (
        lambda g, x: g * x * (1 - x),
        "The form is right, but made of x. The slope is made of the result.",
    ),
    (lambda g, out: g * out, "That is the rule of exp. Here exp stands below a fraction line."),
    (lambda g, out: g * (1 - out), "A factor is missing: high or low, the curve is flat."),
    (lambda g, out: g * out**2, "The slope of 1/u is -1/u². The inside u has a slope, too."),
    (lambda g, out: -g * out**2, "-1/u² is the outer part. The inside has a slope, too."),
    (lambda g, x: -g * np.exp(-x), "That is the slope of the inside. 1/u has a slope, too."),
    (lambda g, out: -g * out * (1 - out), "The curve climbs, so its slope is above 0: a sign."),
    (lambda g: g, "That is the rule of a sum: the curve's slope is missing."),
    (
        lambda g, out: g * out * (1 - out) * (1 - 2 * out),
        "That is the second derivative. A rule gives the first; the second comes of itself.",
    ),
]
LOGISTIC_BENDS = [
    (
        lambda s: 0 * s,
        "The first derivative is right, but the second comes out as 0: the rule works with "
        "copied numbers, from which no path leads to x.",
    ),
    (
        lambda s: -s * s * (1 - s),
        "The first derivative is right, the second is not: the factor `out` is a constant there.",
    ),
    (
        lambda s: s * (1 - s) ** 2,
        "The first derivative is right, the second is not: in 1 - out the result is a constant.",
    ),
]
PLAIN = (
    "One thing: for a single number `jvp` hands out a Python float, where a row needs a NumPy "
    "number. Operators and NumPy's functions serve both."
)


def judge_logistic(rule, chapter):
    """Whether `rule` gives the curve's first and second derivative, backward and forward."""
    if isinstance(rule, chapter.Row):
        rule = rule.rules[0] and rule.rules[0].function
    if not callable(rule):
        return f"A rule is a function of g and what it needs; got {kind(rule)}."
    names = parameters(rule)
    if names[:1] in (["x"], ["out"]):
        return "A rule's first argument is g, the gradient of the result."
    if not set(names[1:]) <= {"x", "out"}:
        return "What a rule needs besides g it asks for by name: x, or out."
    if run(rule, [PLACES] * len(names)).result is ...:
        return OPEN
    is_plain = type(run(rule, [PLACES[0]] * len(names)).result) is float
    row = row_of(chapter, in_numpy(rule) if is_plain else rule)
    problem = slopes_problem(chapter, row) or bends_problem(chapter, row)
    problem = problem or within_problem(chapter, row)
    return problem or Judgement("right", PLAIN if is_plain else "")


def row_of(chapter, rule):
    """The curve as a row with this rule."""
    return chapter.Row("logistic", logistic, "x", "elementwise", x=rule)


def in_numpy(rule):
    """The same rule, with NumPy numbers for Python's: `jvp` hands those out."""

    @wraps(rule)
    def numpy_rule(*arguments):
        result = rule(*arguments)
        return np.float64(result) if type(result) is float else result

    return numpy_rule


def slopes_problem(chapter, row):
    """What is wrong with the first derivative, as a sentence, or ""."""
    given, error, _ = run(chapter.grad(lambda x: np.sum(3.0 * row(x))), [PLACES])
    if error is not None:
        return refused("first", error)
    s = logistic(PLACES)
    if same_value(given, 3 * s * (1 - s)):
        return ""
    for wrong, sentence in LOGISTIC_SLOPES:
        believed = row_of(chapter, wrong)
        if same_value(given, chapter.grad(lambda x, row=believed: np.sum(3.0 * row(x)))(PLACES)):
            return sentence
    for place, slope, wanted in zip(PLACES.tolist(), given / 3, s * (1 - s), strict=True):
        if not same_value(slope, wanted):
            return f"At {place} the slope is {describe(slope)}, expected {describe(wanted)}."


def bends_problem(chapter, row):
    """What is wrong with second derivatives at PLACES, as a sentence, or ""."""
    table = run(chapter.hessian(lambda x: np.sum(row(x))), [PLACES])
    twice = [run(chapter.grad(chapter.grad(row)), [x]) for x in PLACES.tolist()]
    for outcome in (table, *twice):
        if outcome.error is not None:
            return refused("second", outcome.error)
    s = logistic(PLACES)
    for given in (np.array([outcome.result for outcome in twice]), table.result.diagonal()):
        if not same_value(given, s * (1 - s) * (1 - 2 * s)):
            return wrong_bends(given, s)
    return ""


def wrong_bends(given, s):
    """The belief behind second derivatives that are wrong, or a number."""
    for wrong, sentence in LOGISTIC_BENDS:
        if same_value(given, wrong(s)):
            return sentence
    return (
        f"The first derivative is right, but at {PLACES[0]} the second is {describe(given[0])}: "
        "something in the rule is a constant for the outer level."
    )


def within_problem(chapter, row):
    """What is wrong with the second derivative of sin(logistic(x)), as a sentence, or ""."""
    twice = chapter.grad(chapter.grad(lambda x: np.sin(row(x))))
    given = np.array([twice(x) for x in PLACES.tolist()])
    s = logistic(PLACES)
    slope = s * (1 - s)
    if same_value(given, np.cos(s) * slope * (1 - 2 * s) - np.sin(s) * slope**2):
        return ""
    return (
        "Alone the curve has both derivatives right, but the second one of sin(logistic(x)) is "
        "wrong: g comes from the sine and moves with x, too; here it is a constant."
    )


def refused(which, error):
    """What ended a derivative."""
    said = describe(error.args[0] if error.args else "", 160)
    if "one number" in said:
        return "x may be an array, and `grad` takes one number: write the slope of 1/u yourself."
    text = f"The {which} derivative ended with {type(error).__name__}: {said}."
    if which == "second" or isinstance(error, (TypeError, AttributeError)):
        text += (
            " In a rule, x and out may be numbers, arrays or nodes: use operators and NumPy's "
            "functions alone."
        )
    return text


CURVES = [  # f, n, x, the n-th derivative there, how f is written
    (lambda x: x * x * x, 2, 2.0, 12.0, "x * x * x"),
    (np.sin, 4, 0.5, np.sin(0.5), "np.sin"),
    (lambda x: np.exp(2 * x), 3, 0.1, 8 * np.exp(0.2), "exp(2 * x)"),
    (np.cos, 1, 0.5, -np.sin(0.5), "np.cos"),
    (np.tanh, 0, 0.5, np.tanh(0.5), "np.tanh"),
]


def nested(f, n):
    """The n-th derivative of f, as a function; f itself for n = 0 and below."""
    for _ in range(n):
        f = grad(f)
    return f


NTH_BELIEFS = [
    (lambda f, n: nested(f, n + 1), "That is one derivative too many: for n = 0 it is f itself."),
    (lambda f, n: f, "f itself comes back, whatever n is: is the result of grad kept as f?"),
    (
        lambda f, n: nested(f, max(n, 1)),
        "Right from n = 1 on. For n = 0 it is f itself: one grad too many.",
    ),
    (lambda f, n: nested(f, n - 1), "That is one derivative too few."),
    (lambda f, n: nested(f, min(n, 1)), "That is the first derivative, whatever n is."),
    (lambda f, n: nested(f, 2), "That is the second derivative, whatever n is."),
    (lambda f, n: lambda x: f(x) ** n, "That is a power of f. The n-th derivative is asked for."),
    (lambda f, n: lambda x: n * grad(f)(x), "That is n times the slope: differentiate n times."),
    (lambda f, n: lambda x: grad(f)(x) ** n, "That is a power of the slope: derive n times."),
]


def judge_nth(nth):
    """Whether `nth(f, n)` returns the function of the n-th derivative."""
    if problem := why_not_callable(nth, lambda f, n: ..., CURVES[0][:2]):
        return problem
    given = []
    for f, n, x, _, text in CURVES:
        built = run(nth, [f, n])
        if is_untouched(nth, built):
            return OPEN
        if isinstance(built.error, RecursionError):
            return f"For n = {n} `nth` calls itself without end: for n = 0 it is f itself."
        if built.error is not None:
            raise built.error
        if (g := built.result) is None:
            return f"For n = {n} `nth` gives None: is a return missing?"
        if is_number(plain_value(g)):
            return f"`nth` returns a function, which then takes x; got {describe(g)}."
        if not callable(g):
            return f"`nth` returns a function of one number; for n = {n} got {kind(g)}."
        outcome = run(g, [x])
        if isinstance(outcome.error, RecursionError):
            return (
                f"For n = {n} the function calls itself without end. A lambda looks a name up when "
                "it is called, and finds what the name means by then; `grad(f)` needs no lambda."
            )
        if outcome.error is not None:
            return (
                f"nth({text}, {n}) at {x} ended with {type(outcome.error).__name__}: "
                f"{describe(str(outcome.error), 120)}"
            )
        given.append(plain_value(outcome.result))
    wanted = [right for _, _, _, right, _ in CURVES]
    if all(same_value(g, w) for g, w in zip(given, wanted, strict=True)):
        return True
    for believed, sentence in NTH_BELIEFS:
        wrong = [believed(f, n)(x) for f, n, x, _, _ in CURVES]
        if all(same_value(g, w) for g, w in zip(given, wrong, strict=True)):
            return sentence
    k = next(k for k, w in enumerate(wanted) if not same_value(given[k], w))
    _, n, x, right, text = CURVES[k]
    if is_number(given[k]) and abs(given[k] - right) < 0.01 * abs(right):
        return f"nth({text}, {n}) at {x} is near, {given[k]}, but nudged: use `grad` n times."
    return f"nth({text}, {n}) at {x} gives {describe(given[k])}, expected {describe(right)}."


def quartic(p):
    """Many numbers, each with its own bend."""
    return np.sum(p**4 + p[0] * p)


def pairs_of(p):
    """Numbers that bend together."""
    return np.sum((p[1:] - p[:-1]) ** 2) + np.exp(p[0])


HILLS = [  # f, p, what they are
    (bowl, np.array([0.0, 0.0]), "the bowl at (0, 0)"),
    (pairs_of, np.array([0.1, 0.5, -0.3]), "(b - a)² + (c - b)² + exp(a) at (0.1, 0.5, -0.3)"),
    (lambda p: np.sum(np.cos(p)), np.array([0.5, 0.3]), "the hill cos(a) + cos(b) at (0.5, 0.3)"),
    (
        lambda p: np.sum(np.sin(p)),
        np.array([0.3, 0.5]),
        "sin(a) + sin(b) at (0.3, 0.5), where the bend is below 0, but the step ends lower,",
    ),
    (
        lambda p: np.sum(np.sqrt(1 + p * p)),
        np.array([2.0, 1.5]),
        "√(1 + a²) + √(1 + b²) at (2, 1.5), where the bend is above 0, but the step ends higher,",
    ),
    (lambda p: p[0] + 2 * p[1], np.array([0.5, 0.3]), "the plane a + 2b, where no slope changes,"),
    (quartic, np.linspace(0.5, 1.5, 30), "a sum of p⁴ and a² for 30 numbers"),
]
ON_A_HILL = (
    "Right where the bend is above 0. Near a hilltop it is below 0, and the rate, too: the step "
    "leads to the top. Return 0 there."
)
MOST_CALLS = 1000  # for the last of them: each of the three ways takes 280 to 450
RATE_BELIEFS = [
    (lambda g, h: g @ h / (g @ g), "Upside down: slope divided by bend is asked for."),
    (
        lambda g, h: -(g @ g) / (g @ h),
        "The sign is wrong: the step is -slope/bend, the slope -g · g.",
    ),
    (lambda g, h: (g @ g) / (g @ h), ON_A_HILL),
    (
        lambda g, h: (g @ g) / abs(g @ h),
        "Right where the bend is above 0. On a hill abs turns the step downhill, but its length "
        "is the way to the top: return 0.",
    ),
    (lambda g, h: 0.5 * (g @ g) / (g @ h), "That is half of it: slope divided by bend, no 1/2."),
    (lambda g, h: g @ g, "That is the slope along the line; divide by the bend."),
    (lambda g, h: g @ h, "That is the bend along the line: the slope divided by it."),
    (lambda g, h: np.sqrt(g @ g) / (g @ h), "The slope along the line is g · g, without a root."),
    (lambda g, h: (g @ g) / (h @ h), "The bend along the line is g · (H g)."),
    (lambda g, h: (g @ g) / np.sum(h), "The bend along the line is g · (H g): g multiplies, too."),
]


def judge_rate(rate):
    """Whether `rate(f, p)` is slope over bend along the gradient, without the whole Hessian."""
    if problem := why_not_callable(rate, lambda f, p: ..., HILLS[0][:2]):
        return problem
    given = []
    for f, p, place in HILLS:
        with np.errstate(divide="ignore", invalid="ignore"):
            outcome = run(rate, [f, p])
        if is_untouched(rate, outcome):
            return OPEN
        if isinstance(outcome.error, ZeroDivisionError):
            return f"For {place} it divides by 0."
        if outcome.error is not None:
            raise outcome.error
        if (answer := plain_value(outcome.result)) is None:
            return f"For {place} `rate` gives None: is a return missing?"
        if not is_number(answer):
            return f"`rate` returns one number; got {kind(answer)}."
        given.append(answer)
    return rates_problem(given) or calls_problem(rate) or True


def rates_problem(given):
    """What is wrong with the rates for HILLS, as a sentence, or ""."""
    products = [(grad(f)(p), hvp(f, p, grad(f)(p))) for f, p, _ in HILLS]
    wanted = [(g @ g) / (g @ h) if g @ h > 0 else 0.0 for g, h in products]
    wrong_at = [k for k, w in enumerate(wanted) if not same_value(given[k], w, 1e-12)]
    bent = [k for k, (g, h) in enumerate(products) if g @ h != 0]
    if not wrong_at:
        return ""
    if set(wrong_at) & set(bent):
        for believed, sentence in RATE_BELIEFS:
            if all(holds(given[k], wanted[k], believed(*products[k])) for k in bent):
                return sentence
        if all(same_value(given[k], wanted[k], 1e-3) for k in bent):
            return "The rate is near, but H g is nudged: a jvp of the gradient, or hvp, is exact."
    k = wrong_at[0]
    return f"For {HILLS[k][2]} it gave {describe(given[k])}, expected {describe(wanted[k])}."


def holds(given, wanted, believed):
    """Whether a belief gives this rate, or the reader stopped where one is to stop."""
    return same_value(given, believed) or given == wanted == 0


def calls_problem(rate):
    """Says so, if a right rate takes as many calls as the whole Hessian; else ""."""
    f, p, _ = HILLS[-1]
    calls = calls_within("autodiff_lib", rate, f, p)
    if calls <= MOST_CALLS:
        return ""
    return (
        f"The rate is right, but for {p.size} numbers Python called {calls:,} functions of the "
        "library: one product H g takes about 300, the whole Hessian more."
    )


EXERCISES = [
    Exercise(
        key="12.1",
        title="A Hessian by hand",
        hints=(
            "Each slope is a function of x and y again. Take its slope along x, then along y.",
            "The slope along x is 2xy: its own slopes are 2y and 2x.",
            "The slope along y is x² + 3y²: its own slopes are 2x and 6y.",
        ),
        judge=entries_of_a_table(
            {"xx": 6, "xy": 4, "yx": 4, "yy": 18},
            [
                ({"xx": 12}, "12 is the slope along x. Take its slope along x once more."),
                ({"xx": 4}, "The slope of 2xy along x is 2y, and y is 3."),
                ({"xy": 12}, "12 is the slope along x itself. Take its slope along y."),
                ({"xy": 6}, "The slope of 2xy along y is 2x, and x is 2."),
                ({"xy": 0}, "The slope along x, 2xy, holds y."),
                ({"yx": 0}, "The slope along y, x² + 3y², holds x."),
                ({"yx": 6}, "The slope of x² along x is 2x, and x is 2."),
                ({"yx": 31}, "31 is the slope along y itself. Take its slope along x."),
                ({"yx": 22}, "x moves, y does not: 3y² adds nothing."),
                ({"yy": 31}, "31 is the slope along y. Take its slope along y once more."),
                ({"yy": 9}, "The slope of 3y² is 6y, and y is 3."),
                ({"yy": 22}, "Along y, x² does not move: 6y alone is left."),
            ],
        ),
        solution=SOLUTION,
        module=MODULES,
    ),
    Exercise(
        key="12.2",
        title="A rule for every order",
        hints=(
            "The curve is 1/u with u = 1 + e^-x. The slope is -1/u² times the slope of u, -e^-x.",
            "1/u is `out`, and e^-x / u is 1 - out. So the slope is out * (1 - out).",
            "return g * out * (1 - out)",
        ),
        judge=custom(
            judge_logistic,
            "a rule: a function of g, x and out",
            needs=("grad", "hessian", "Row"),
        ),
        solution=SOLUTION,
        module=MODULES,
    ),
    Exercise(
        key="12.3",
        title="The n-th derivative",
        hints=(
            "grad(f) is a function of one number, like f.",
            "Replace f by grad(f), n times, in a loop.",
            "for _ in range(n): f = grad(f). Then return f.",
        ),
        judge=custom(judge_nth, "a function of f and n"),
        solution=SOLUTION,
        module=MODULES,
    ),
    Exercise(
        key="12.4",
        title="How far along the gradient",
        hints=(
            "Newton's step is minus slope divided by bend. Both are numbers here.",
            "As r grows by 1, p moves by -g and the gradient by -H g. The slope along the line is "
            "-g · (gradient), so it changes by -g · (-H g) = g · H g: that is the bend.",
            "g = grad(f)(p); bend = np.sum(g * hvp(f, p, g)). If bend > 0: np.sum(g * g) / bend.",
        ),
        judge=custom(judge_rate, "a function of f and p"),
        solution=SOLUTION,
        module=MODULES,
    ),
]
