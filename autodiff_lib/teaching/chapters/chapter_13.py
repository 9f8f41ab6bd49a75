"""The exercises and predictions of chapter 13, gradient programs."""

import numpy as np

from autodiff_lib.arrays import ROWS, Row, add_rows, grad, gradient_program, remove_row
from autodiff_lib.arrays.node import new_level
from autodiff_lib.programs.expecting import OtherPath
from autodiff_lib.programs.steps import run_steps
from autodiff_lib.programs.trace import record
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, why_not_callable
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import describe, is_number, kind, plain_value, same_value
from autodiff_lib.teaching.verdicts import Judgement

ENGINE = "autodiff_lib.programs.trace"
SOLUTION = "13_gradient_programs.ipynb"


def operations_noted():
    """How many operations the chapter's loss and its way back run, counted by a trace."""
    x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 7.0])
    return record(grad(lambda w, x, y: np.sum((w * x - y) ** 2)), [2.0, x, y], "wxy")[0].count


def frozen_slope():
    """What the steps of the chapter's function, traced at 2, say at -1."""
    _, inputs, result = record(grad(lambda x: x * x if x > 0 else -3 * x), [2.0], "x")
    run_steps(inputs, [-1.0], [result.step])
    return int(result.step.value)


PREDICTIONS = [
    Prediction(
        key="13.a",
        question="How many operations does the trace of grad(loss) hold, forward and back?",
        answer=operations_noted,
        beliefs={
            4: "Those are the operations of loss. The rules of the way back run, too.",
            5: "Those are the ones of the way back. It runs loss first.",
            7: "So many are needed in the end. The trace notes all that is run.",
            12: "So many with w, x and y. Those are no operations.",
            8: "Not one for each: the square's rule has two products, the difference's none.",
        },
        because="Four forward; back a copy, two products, one product and a sum.",
    ),
    Prediction(
        key="13.b",
        question="What does the program say at -1?",
        answer=frozen_slope,
        beliefs={
            -3: "That is the right slope. Does the program know the left branch?",
            2: "The branch is that of 2, but x is -1 now.",
            4: "That is the slope at 2, where it was traced. The program computes with its x.",
            3: "The left branch was never traced.",
            1: "That is the value of x * x at -1. The slope is asked for.",
        },
        because="Only x * x was traced. Its slope is 2x.",
    ),
]

OUTSIDE = Outside(
    library="JAX",
    version="0.10.2",
    source="""\
import jax
jax.config.update("jax_enable_x64", True)

def diamond(x, y, z):
    return ((x * y) * (y * z)) ** 2

gradient = jax.grad(diamond, (0, 1, 2))
print(jax.make_jaxpr(gradient)(3., 2., 1.))
print(*gradient(3., 2., 1.))
""",
    printed="""\
{ lambda ; a:f64[] b:f64[] c:f64[]. let
    d:f64[] = mul a b
    e:f64[] = mul b c
    f:f64[] = mul d e
    _:f64[] = integer_pow[y=2] f
    g:f64[] = mul 2.0:f64[] f
    h:f64[] = mul 1.0:f64[] g
    i:f64[] = mul d h
    j:f64[] = mul h e
    k:f64[] = mul b i
    l:f64[] = mul i c
    m:f64[] = mul a j
    n:f64[] = add_any l m
    o:f64[] = mul j b
  in (o, n, k) }
96.0 288.0 288.0
""",
)


# ------------------------------------------------------------------ the exercises

# no round numbers, at which a function of the reader's may have its edge
PLACES = [np.array(p) for p in ([0.71, 1.23, 0.37], [1.57, 0.29, 0.94], [0.23, 2.03, 1.13])]
ENGINE_RUNS = "This gradient runs the engine. Write what the engine does, in NumPy."


def judge_own(answer):
    """Whether `gradient` is the gradient of `mine`, at several x: (mine, gradient)."""
    if not isinstance(answer, tuple) or len(answer) != 2 or not all(map(callable, answer)):
        return "Hand in two functions, (mine, gradient), without calling them."
    mine, gradient = answer
    for f in answer:
        if problem := why_not_callable(f, lambda x: ..., PLACES[:1]):
            return problem
    value = mine(PLACES[0].copy())
    if value is ...:
        return OPEN
    if not is_number(plain_value(value)):
        return f"`mine` is to return one number; got {kind(value)}."
    if not any(np.any(grad(mine)(x.copy())) for x in PLACES):
        return "`mine` stays the same whatever x is: take one that moves with x."
    try:
        return gradient_problem(mine, gradient) or True
    except OtherPath as error:
        return (
            f"The program refuses another x, as it should: {error}. An x on each side is tried "
            "here: choose with np.where or np.maximum in `mine`, and trace it again."
        )
    except NameError as error:
        return (
            f"The program says a name that its text does not define: {error}. Paste the lines "
            "above `def`, too. A name that is a comment there cannot be pasted: hand in "
            "(mine, program_of(...)[1]), the program itself."
        )


def gradient_problem(mine, gradient):
    """What is wrong with a gradient, as a sentence, or ""."""
    fits = []
    for x in PLACES:
        handed = x.copy()
        given, wanted = gradient(handed), grad(mine)(x.copy())
        if given is ...:
            return "`mine` is there. Now its gradient, as a program."
        if not np.array_equal(handed, x):
            return "This gradient changes the x that it gets. Make a new array: 2 * x, not x *= 2."
        if opens_a_level(gradient, x.copy()):
            return ENGINE_RUNS
        if np.shape(given) != x.shape:
            return f"The gradient has three numbers, like x; got {kind(given)}."
        if not np.allclose(wanted, nudged(mine, x), rtol=1e-3, atol=1e-4):
            return why_nudges_disagree(mine, x)
        fits.append(same_value(np.asarray(given, float), wanted, 1e-6))
        if same_value(-np.asarray(given, float), wanted, 1e-6) and np.any(wanted):
            return "The sign is wrong."
    if any(fits) and not all(fits):
        return "Right at one x, wrong at another: is a number of the trace left in it, or a branch?"
    if not any(fits):
        what = describe(tuple(wanted.tolist()))
        return f"At {tuple(x.tolist())} the gradient of `mine` is {what}, not {describe(given)}."


def why_nudges_disagree(mine, x):
    """Say what a function is like whose slopes the engine and nudging see differently."""
    if not same_value(mine(x.copy()), mine(x.copy())):
        return "Nudges disagree with the engine here: `mine` does not return the same twice."
    return (
        f"Nudges disagree with the engine at {tuple(x.tolist())}: `mine` jumps or has a corner "
        "there, or a part of it is hidden from the engine. Take one that is smooth."
    )


def opens_a_level(f, *arguments):
    """Tell whether f(...) runs an engine: each run takes the next number."""
    before = new_level()
    f(*arguments)
    return new_level() > before + 1


def nudged(f, x, h=1e-5):
    """The slopes of f by nudging each entry of x both ways."""
    nudges = h * np.eye(len(x))
    return np.array([(f(x + n) - f(x - n)) / (2 * h) for n in nudges])


DATA = [
    (0.5, np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 2.0])),
    (-0.3, np.array([0.4, -1.0, 2.0]), np.array([0.0, 1.0, 1.5])),
]
LINES = [
    (lambda g, t, x, w: g, "The slope of tanh is missing: what arrives is multiplied by it."),
    (lambda g, t, x, w: 1 - t * t, "What arrives, `guess_bar`, is missing: multiply by it."),
    (
        lambda g, t, x, w: g * (1 - (w * x) ** 2),
        "The square is that of tanh, not of what is inside it.",
    ),
    (lambda g, t, x, w: g * (1 - (t - g / 2) ** 2), "The square is that of `guess`, not of y."),
    (lambda g, t, x, w: g * (1 - np.tanh(t) ** 2), "`guess` is the tanh already."),
    (lambda g, t, x, w: g * (1 - t), "1 minus the *square* of tanh."),
    (lambda g, t, x, w: g * t * t, "1 *minus* the square of tanh."),
    (lambda g, t, x, w: g * (t * t - 1), "The sign is wrong: 1 minus the square."),
    (lambda g, t, x, w: g * t, "That multiplies by tanh itself, not by its slope."),
    (lambda g, t, x, w: g * (1 - x * x), "The square is that of `guess`, not of x."),
    (lambda g, t, x, w: g * (1 - g * g), "The square is that of `guess`, not of `guess_bar`."),
    (lambda g, t, x, w: g * (1 - t * t) * w, "A factor w too many: w's gradient has x alone."),
    (lambda g, t, x, w: g * (1 - t * t) * x, "A factor x too many: the line has it already."),
    # without brackets, guess_bar * 1 - ... ** 2 * x; the test multiplies by x
    (lambda g, t, x, w: g / x - t * t, "Brackets are missing: guess_bar meets the 1 alone."),
    (lambda g, t, x, w: g / x - x * x, "Brackets are missing, and the square is not that of x."),
    (
        lambda g, t, x, w: g / x - g * g,
        "Brackets are missing, and the square is not that of guess_bar.",
    ),
]


def judge_line(gradient):
    """Whether the gradient with the missing part is right, at several places."""
    if problem := why_not_callable(gradient, lambda w, x, y: ..., DATA[0]):
        return problem
    try:
        given = [gradient(w, x.copy(), y.copy()) for w, x, y in DATA]
    except TypeError as error:
        if "ellipsis" in str(error):
            return OPEN
        raise
    if given[0] is ...:
        return OPEN
    if not all(is_number(plain_value(g)) for g in given):
        return f"w is one number, so its gradient is one; got {kind(given[0])}."
    if opens_a_level(gradient, *DATA[0]):
        return ENGINE_RUNS
    if agrees(given, lambda g, t, x, w: g * (1 - t * t)):
        return True
    for line, sentence in LINES:
        if agrees(given, line):
            return sentence
    w, x, y = DATA[0]
    wanted = with_line(lambda g, t, x, w: g * (1 - t * t), w, x, y)
    return f"At w = {w}, x = {x.tolist()}, y = {y.tolist()} it gives {given[0]:g}, not {wanted:g}."


def with_line(line, w, x, y):
    """The gradient with some line in the place of the missing one."""
    guess = np.tanh(w * x)
    return np.sum(line(2 * (guess - y), guess, x, w) * x)


def agrees(given, line):
    """Whether these are the gradients that a line leads to."""
    wanted = [with_line(line, *data) for data in DATA]
    return all(same_value(g, w, 1e-9) for g, w in zip(given, wanted, strict=True))


PER_DEGREE = np.pi / 180
RULES = [
    (lambda g, x: g, "The result moves less than x: by π/180 times as much."),
    (lambda g, x: g / PER_DEGREE, "Upside down: a degree is π/180, a small part of 1."),
    (lambda g, x: PER_DEGREE + 0 * g, "What arrives, g, is missing: multiply by it."),
    (lambda g, x: x * PER_DEGREE, "That is the value. The slope is the same at every x."),
    (lambda g, x: g * x * PER_DEGREE, "The slope is the same at every x: leave x out."),
    (lambda g, x: g * np.pi, "A half turn is 180 degrees: divide by that."),
]
G, DEGREES = np.array([1.0, -2.0, 0.5]), np.array([30.0, 90.0, 200.0])


def judge_row(row):
    """Whether a row has the rule of np.deg2rad, and a program prints and runs it."""
    if not isinstance(row, Row):
        return f"Hand in the row, Row('deg2rad', ...); got {kind(row)}."
    if row.numpy is not np.deg2rad:
        return "The row's function is np.deg2rad, so that NumPy's calls find the row."
    rule = row.rules[0]
    known = {"x": DEGREES, "out": np.deg2rad(DEGREES), "x_shape": (3,), "position": 0}
    needed = [known[name] for name in rule.needs]
    given = rule.function(G, *needed)
    if given is ...:
        return OPEN
    if same_value(plain_value(given), PER_DEGREE, 1e-9):
        return "One number for every g: multiply what arrives, g, by it."
    if np.shape(given) != G.shape:
        return f"The rule is to send back an array of the shape of g, (3,); got {kind(given)}."
    if not same_value(np.asarray(given), G * PER_DEGREE, 1e-9):
        for wrong, sentence in RULES:
            if same_value(np.asarray(given), wrong(G, DEGREES), 1e-9):
                return sentence
        return f"For g = {G.tolist()} it sends {describe(given)}, not g times π/180."
    return prints(row)


def prints(row):
    """Whether a program of the gradient prints the row's function, and is right; shows it."""
    if row.op in ROWS:
        return f"The table has a row {row.op!r} already: name this one 'deg2rad'."
    add_rows(row)
    try:
        f = lambda x: np.sum(np.sin(np.deg2rad(x)))  # noqa: E731
        program = gradient_program(f, DEGREES, plain=True)
    finally:
        remove_row(row.op)
    wanted = np.cos(np.deg2rad(DEGREES)) * PER_DEGREE
    if "np.deg2rad(x)" not in program.source or not same_value(program(DEGREES), wanted, 1e-9):
        return "The rule is right, but a program of it is not: does it compute in NumPy?"
    lines = ", then ".join(line.strip() for line in program.source.splitlines()[1:-1])
    said = f"The program of the gradient of np.sum(np.sin(np.deg2rad(x))) says {lines}."
    return Judgement("right", said)


BRANCHES = [(x, x * x, 2 * x) for x in (2.0, 0.5, 0.01, 7.0)]
BRANCHES[1:1] = [(x, -3 * x, -3.0) for x in (-1.0, -0.5, -0.01, -2.0, -5.0)]


def judge_where(f):
    """Whether one program of f's gradient serves both branches: x, value, slope."""
    if problem := why_not_callable(f, lambda x: ..., (2.0,)):
        return problem
    for x, value, _ in BRANCHES:
        given = f(x)
        if given is ...:
            return OPEN
        if not same_value(plain_value(given), value):
            return f"At {x:g} it gives {describe(given)}, but bent gives {value:g}."
    if reads := record(f, [BRANCHES[0][0]], ["x"])[0].reads:
        return f"Python still reads x to decide: {reads[0][2]}. A program would refuse another x."
    program = gradient_program(f, BRANCHES[0][0])
    for x, _, slope in BRANCHES:
        if not same_value(given := program(x), slope, 1e-9):
            return f"The values are right, but at {x:g} the program's slope is {given:g}."
    return True


EXERCISES = [
    Exercise(
        key="13.1",
        title="Your own function",
        hints=(
            "Begin with something short: np.sum(x * x), say. Its gradient is 2 * x.",
            'print(program_of("gradient", grad(mine), [x], ["x"])[0]) prints the gradient.',
            "Copy all that was printed into the cell, over the second function, and run it. "
            "What stands above `def` belongs to it.",
        ),
        judge=custom(judge_own, "two functions of an array x, (mine, gradient)"),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="13.2",
        title="The missing part",
        hints=(
            "What arrives, `guess_bar`, is multiplied by the slope of the operation at `guess`.",
            "The operation is tanh. Its slope is 1 minus its square, and `guess` is its value.",
            "return (guess_bar * (1.0 - guess * guess) * x).sum(axis=0)",
        ),
        judge=custom(judge_line, "the function gradient, without dots"),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="13.3",
        title="One row, and it prints",
        hints=(
            "How many times as far as x does x * np.pi / 180 move?",
            "The rule multiplies g, what arrives, by that number. It needs no x.",
            "return g * (np.pi / 180)",
        ),
        judge=custom(judge_row, "a row of the table, made with Row"),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="13.4",
        title="Both branches in one program",
        hints=(
            "The condition is x > 0, as in bent. The two branches are x * x and -3 * x.",
            "np.where takes all three: the condition, what holds where it is true, the rest.",
            "return np.where(x > 0, x * x, -3 * x)",
        ),
        judge=custom(judge_where, "a function of x that takes both branches"),
        solution=SOLUTION,
        module=ENGINE,
    ),
]
