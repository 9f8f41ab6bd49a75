"""The exercises and predictions of chapter 09, forward mode."""

import gc
import math
import re
from itertools import accumulate
from unittest.mock import patch

import numpy as np

from autodiff_lib.engines.dual import Dual, derivative, jvp
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, numbers, why_not_callable
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import describe, is_number, kind, plain_value, same_value
from autodiff_lib.teaching.verdicts import Judgement

ENGINE = "autodiff_lib.engines.dual"
SOLUTION = "09_forward_mode.ipynb"


def diamond(x, y, z):
    """The running example."""
    return ((x * y) * (y * z)) ** 2


def duals_alive():
    """How many Duals forty years of saving leave, counted while their last sum is held."""

    def alive():
        return sum(type(thing) is Dual for thing in gc.get_objects())

    gc.collect()  # or what an error left behind would go while we count
    others = alive()
    x, r, balance = Dual(1), Dual(1.0001, 1), 0
    for _ in range(40 * 365):
        balance = balance * r + x
    return alive() - others


def confused():
    """What duals without levels say of D(x -> x * D(y -> x + y, 5), 3)."""
    x, y = Dual(3, 1), Dual(5, 1)  # both at one level
    inner = (x + y).tangent
    return (x * inner).tangent


PREDICTIONS = [
    Prediction(
        key="09.a",
        question="What is the tangent of o, when x, y and z all start with tangent 1?",
        answer=lambda: jvp(diamond, (3, 2, 1), (1, 1, 1))[1],
        beliefs={
            1: "All inputs move alike, but each operation multiplies: look at o's three slopes.",
            3: "Three inputs move, but o moves 96, 288 and 288 times as far as each.",
            224: "That is the average of the three slopes. All three moves happen at once.",
            96: "That is x's share. Three inputs move.",
            288: "That is one input's share. Three inputs move.",
            384: "One input is missing: x moves o by 96, y by 288, and z by 288, too.",
            576: "x is missing: it moves, too, and its share is 96.",
            144: "That is the value of o.",
            96 * 288 * 288: "Moves of several inputs are not factors in a row.",
        },
        because="All three moves happen in one pass, and o moves by their sum.",
    ),
    Prediction(
        key="09.b",
        question="How many Duals exist after the last of the 14,600 days?",
        answer=duals_alive,
        beliefs={
            29203: "That is what the way back needs. No Dual here waits for a way back.",
            14600: "A balance is needed for the next day alone. Then nothing holds it.",
            14603: "A balance is needed for the next day alone. Then nothing holds it.",
            14602: "A balance is needed for the next day alone. Then nothing holds it.",
            29200: "A result is needed for the next operation alone. Then nothing holds it.",
            4: "x, r and the balance are three. The last product is freed once its sum is made.",
            5: "So many while the sum is made. Then yesterday's balance and the product are freed.",
            1: "The balance is one. The inputs exist, too.",
            2: "Those are the inputs, x and r. The balance is a Dual, too.",
            40: "The years are only counted. A balance is needed for the next day alone.",
        },
        because="They are x, r and the last balance. A product is freed once its sum is made.",
    ),
    Prediction(
        key="09.c",
        question="What does our code print for the slope of x * (slope of x + y along y) at x = 3?",
        answer=confused,
        beliefs={
            1: "That is the right slope. Follow the tangents: x has one, too, inside.",
            0: "The inner slope is not 0, and it is multiplied by x.",
            5: "The inner slope comes out too large, but is a plain number when x multiplies it.",
            8: "That is the value of x + y, inside. Follow the tangents.",
            6: "That is the value that our code gives f. Its slope is asked for.",
            3: "That is the value of x, and of f. Its slope by our code is asked for.",
            4: "One factor of 2 is enough: the inner slope comes out as 2, and x moves by 1.",
        },
        because="Inside, x + y is Dual(8, 2): the tangent of x is taken for a part of y's.",
    ),
]

OUTSIDE = Outside(
    library="JAX 0.10.2 and PyTorch",
    version="2.13.0",
    source="""\
import jax
import torch
jax.config.update("jax_enable_x64", True)

def diamond(x, y, z):
    return ((x * y) * (y * z)) ** 2

def tensor(number):
    return torch.tensor(number, dtype=torch.float64)

for name, jvp, make in [("JAX", jax.jvp, float), ("PyTorch", torch.func.jvp, tensor)]:
    def numbers(*given):
        return tuple(map(make, given))

    def slope(f, x):
        return jvp(f, (x,), numbers(1))[1]

    print(name)
    for direction in [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)]:
        value, tangent = jvp(diamond, numbers(3, 2, 1), numbers(*direction))
        print(float(value), float(tangent))
    print(float(slope(lambda x: x * slope(lambda y: x + y, make(5)), make(3))),
          float(slope(lambda x: slope(lambda y: y * y * y, x), make(2))))
""",
    printed="""\
JAX
144.0 96.0
144.0 288.0
144.0 288.0
144.0 672.0
1.0 12.0
PyTorch
144.0 96.0
144.0 288.0
144.0 288.0
144.0 672.0
1.0 12.0
""",
)


# ------------------------------------------------------------------ the exercises

PLACES = [(3.0, 4.0), (5.0, 12.0), (-8.0, 6.0)]
HYPOT_SLOPES = [
    (lambda a, b, r: (1, 1), "The slopes are not those of a sum: write the root as a power."),
    (lambda a, b, r: (a, b), "The inside has a slope, and the root has one, too: divide by r."),
    (lambda a, b, r: (2 * a, 2 * b), "Those are the slopes of the inside. The root has one, too."),
    (lambda a, b, r: (2 * a / r, 2 * b / r), "Twice too large: a root halves the slope."),
    (lambda a, b, r: (1 / (2 * r),) * 2, "The inside, a² + b², has slopes, too: the chain rule."),
    (lambda a, b, r: (a / 2 / r, b / 2 / r), "Twice too small: the slope of a² is 2a."),
    (lambda a, b, r: (b / r, a / r), "The two slopes are swapped."),
    (lambda a, b, r: (a * r, b * r), "Divide by r: the slope of the root is 1 / (2 * r)."),
    (lambda a, b, r: (a / r**2, b / r**2), "Divided by r once too often."),
    (lambda a, b, r: (r / a, r / b), "Upside down: the larger r, the smaller the slope."),
]


def judge_hypot(row, chapter):
    """Whether `row` gives the length and its slopes, and a Dual carries them through."""
    if problem := why_not_callable(row, lambda a, b: ..., PLACES[0]):
        return problem
    for a, b in PLACES:
        given = row(a, b)
        if given is ...:
            return OPEN
        if isinstance(given, (tuple, list)) and len(given) == 2 and given[0] is ...:
            return OPEN
        if problem := no_row(given):
            return problem
        if hasattr(given[0], "tangent"):
            return "A row holds plain numbers; `apply` makes the Dual of what you return."
        if not same_value(given[0], math.hypot(a, b)):
            what = describe(plain_value(given[0]))
            return f"At {a} and {b} the value is {what}, expected {math.hypot(a, b)}."
    if problem := slopes_problem([row(a, b)[1] for a, b in PLACES]):
        return problem
    with patch.dict(chapter.RULES, hypot=row):
        for a, b in PLACES:
            _, tangent = chapter.jvp(lambda x, y: chapter.apply("hypot", x * 1, y), (a, b), (1, 2))
            if not same_value(tangent, (a + 2 * b) / math.hypot(a, b)):
                return f"The row is right, but a Dual gets the tangent {describe(tangent)} from it."
    return True


def no_row(row):
    """What is wrong with the form of a row, as a sentence, or ""."""
    form = "A row gives two things, the value and a tuple of two slopes"
    if not isinstance(row, (tuple, list)) or len(row) != 2:
        return f"{form}; got {describe(row)}."
    if not isinstance(row[1], (tuple, list, np.ndarray)) or np.shape(row[1]) != (2,):
        return f"{form}; the second is {describe(row[1])}."
    return ""


def slopes_problem(given):
    """What is wrong with the slopes at PLACES, or ""."""

    def fits(formula):
        return all(
            same_value(tuple(g), tuple(formula(a, b, math.hypot(a, b))))
            for g, (a, b) in zip(given, PLACES, strict=True)
        )

    if fits(lambda a, b, r: (a / r, b / r)):
        return ""
    for formula, sentence in HYPOT_SLOPES:
        if fits(formula):
            return sentence
    for (a, b), slopes in zip(PLACES, given, strict=True):
        wanted = (a / math.hypot(a, b), b / math.hypot(a, b))
        if not same_value(tuple(slopes), wanted):
            return f"At {(a, b)} the slopes are {describe(tuple(slopes))}, expected {wanted}."


class Watched:
    """A function and what it is called with; `f` is what the reader gets, a plain function."""

    def __init__(self, function):
        self.calls = []

        def f(*inputs):
            self.calls.append(inputs)
            return function(*inputs)

        f.__qualname__ = "f"  # what Python's errors call it
        self.f = f

    def ridden(self):
        """How many of its calls had a Dual among the inputs."""
        return sum(any(hasattr(x, "tangent") for x in call) for call in self.calls)

    def not_ridden(self):
        """What is wrong with how it was called, as a sentence, or ""."""
        flat = [x for call in self.calls for x in call]
        if not flat:
            return "f was never called."
        if any(hasattr(x, "operands") for x in flat):
            return "That walks back over a graph. Here `jvp` is to give the slopes, forward."
        if not self.ridden():
            return "f was called with plain numbers, which carry no slope. Let `jvp` call it."
        return ""

    def nested(self):
        """Whether it got a Dual that holds one: two derivatives move it."""
        held = [x.value for call in self.calls for x in call if hasattr(x, "tangent")]
        return any(hasattr(value, "tangent") for value in held)

    def made_by_hand(self):
        """Whether it got a Dual that was made by hand, so at level 0."""
        return any(getattr(x, "level", None) == 0 for call in self.calls for x in call)


LEVEL_0 = (
    "Duals made by hand are all of level 0, so inside another derivative their nudges mix up: "
    "let `jvp` make them, which takes the next level."
)

UNUSED = (
    "The slope of h came out as 0: h does not use its own input. In `lambda y: ...` the inner "
    "derivative is taken at y, not at x."
)


def misused_jvp(error):
    """What to say where `jvp` got a number in the place of a list, or f among the numbers."""
    step = error.__traceback__
    while step.tb_next is not None:
        step = step.tb_next
    in_jvp = step.tb_frame.f_code.co_name == "jvp"
    if in_jvp and re.search("has no len|not iterable|unsized", str(error)):
        return "`jvp` takes two lists, the inputs and their tangents, also for one input: [x], [1]."
    if "got function" in str(error):
        return (
            "`jvp` moves numbers, and f is none: its first argument is to be a function of the "
            "numbers alone."
        )
    return ""


PROGRAMS = [
    (diamond, (3.0, 2.0, 1.0), (96.0, 288.0, 288.0)),
    (lambda a, b: a * a - 3 * b, (2.0, 5.0), (4.0, -3.0)),
    (lambda a: a * a * a, (2.0,), (12.0,)),
    (lambda a, b: a * b * b, (2.0, 2.0), (4.0, 8.0)),
]


def judge_gradient(gradient):
    """Whether `gradient(f, inputs)` gives the slopes along all inputs, by jvp."""
    if problem := why_not_callable(gradient, lambda f, inputs: ..., PROGRAMS[0][:2]):
        return problem
    for f, inputs, wanted in PROGRAMS:
        watched = Watched(f)
        try:
            given = gradient(watched.f, list(inputs))
        except (TypeError, ValueError) as error:
            if problem := misused_jvp(error):
                return problem
            if "one tangent for each input" in str(error):
                return f"Where f has {len(inputs)} inputs, `jvp` got more tangents, or fewer."
            if not watched.calls or len(watched.calls[-1]) == len(inputs):
                raise
            got = len(watched.calls[-1])
            return (
                f"f has {len(inputs)} inputs and got {got}: `jvp` takes all, each with a tangent."
            )
        if given is ... or (given is None and not watched.calls):
            return OPEN
        if hasattr(given, "__next__"):
            given = list(given)
        given = plain_value(given)
        if hasattr(given, "tolist"):
            given = tuple(given.tolist())
        at = f"at {inputs}"
        if is_number(given) and same_value(given, sum(wanted)) and len(inputs) > 1:
            return f"{describe(given)} is the slope along all inputs at once: one pass for each."
        if is_number(given) and len(inputs) == 1:
            return f"One slope also belongs in a list: {at} it gave {describe(given)}."
        if not isinstance(given, tuple):
            return f"A list of slopes is asked for, one for each input; got {kind(given)}."
        if len(given) != len(inputs):
            return f"{len(inputs)} inputs have {len(inputs)} slopes; {at} there are {len(given)}."
        if all(isinstance(entry, tuple) for entry in given):
            return "`jvp` returns two things, the value and the tangent: take the tangent."
        if problem := watched.not_ridden():
            return problem
        if not same_value(given, wanted, 1e-9):
            if f is PROGRAMS[-1][0] and same_value(given, (12.0, 12.0)):
                return f"Two equal inputs, {inputs}, moved together: go by place, not by value."
            if all(same_value(entry, sum(wanted)) for entry in given) and len(given) > 1:
                return "In each pass one input alone moves: the others get tangent 0."
            if same_value(given, tuple(accumulate(wanted))):
                return "In each pass one input more moves: set the last one's tangent back to 0."
            return f"The slopes {at} are {describe(wanted)}, not {describe(given)}."
        if watched.made_by_hand():
            return "The slopes are right. " + LEVEL_0
    return True


STARTS = [
    (lambda x: x * x * x - 6 * x, 1.0, 4),
    (lambda x: x * x + 16 / x, 3.0, 3),
    (lambda x: x * x - 6 * x, 5.0, 1),
]
NAMES = ["x * x * x - 6 * x", "x * x + 16 / x", "x * x - 6 * x"]


def slopes_of(f, x):
    """The slope of f at x, and the slope of that slope."""
    return jvp(lambda y: derivative(f, y), [x], [1])


def value_and_slope(f, x):
    """What walks to where f itself is 0."""
    return jvp(f, [x], [1])


def newton_walk(f, x, n_steps, move=lambda x, h, slope: x - h / slope, ask=slopes_of):
    """Where Newton's method stands after so many steps; h and its slope are what `ask` finds."""
    for _ in range(n_steps):
        x = move(x, *ask(f, x))
    return x


NEWTON_BELIEFS = [
    (dict(ask=value_and_slope), "That walks to where f is 0. Here its slope is to be 0."),
    (dict(move=lambda x, h, s: x + h / s), "The sign is wrong: take h / h' off x."),
    (dict(move=lambda x, h, s: x - s / h), "Upside down: h is divided by its slope."),
    (dict(move=lambda x, h, s: x - h * s), "h is divided by its slope, not multiplied."),
    (dict(move=lambda x, h, s: h / s), "That is the step. Take it off x."),
    (dict(move=lambda x, h, s: x - h), "The slope of h is missing: the step is h / h'."),
    (dict(move=lambda x, h, s: x - s), "h is missing: the step is h / h'."),
]


def judge_flat_place(flat_place):
    """Whether `flat_place(f, x, n_steps)` walks to where the slope of f is 0, one pass a step."""
    if problem := why_not_callable(flat_place, lambda f, x, n_steps: ..., STARTS[0]):
        return problem
    given, passes, by_hand = [], [], False
    for f, x, n_steps in STARTS:
        watched = Watched(f)
        try:
            answer = plain_value(flat_place(watched.f, x, n_steps))
        except TypeError as error:
            if problem := misused_jvp(error):
                return problem
            raise
        except ZeroDivisionError:
            if watched.calls and not watched.nested():
                return UNUSED
            raise
        if answer is ... or (answer is None and not watched.calls):
            return OPEN
        if hasattr(answer, "tangent"):
            return "A plain number is asked for, the last x; got a Dual."
        if not is_number(answer):
            return f"A number is asked for, the last x; got {kind(answer)}."
        if watched.calls and (problem := watched.not_ridden()):
            return problem
        given.append(answer)
        passes.append(len(watched.calls))
        by_hand |= watched.made_by_hand()
        plain = len(watched.calls) - watched.ridden()
    if not fits_newton(given):
        for options, sentence in NEWTON_BELIEFS:
            if fits_newton(given, **options):
                return sentence
        for more in (1, -1):
            if fits_newton(given, more):
                return f"That is one step too {'many' if more > 0 else 'few'}."
        if set(passes) == {1} and all(map(one_step_alone, STARTS, given)):
            return "One step was made, whatever n_steps is: does `return` stand inside the loop?"
        return first_wrong_walk(given)
    if plain:
        return "The places are right, but f ran once more, on a plain number: one pass is enough."
    if any(k > start[2] for k, start in zip(passes, STARTS, strict=True)):
        return (
            f"The places are right, but {STARTS[0][2]} steps ran f {passes[0]} times: one `jvp` "
            "gives h and its slope."
        )
    return Judgement("right", LEVEL_0) if by_hand else True


def one_step_alone(start, place):
    """Whether a walk from `start` stands where its first step ends."""
    f, x, _ = start
    return same_value(place, newton_walk(f, x, 1), 1e-9)


def first_wrong_walk(given):
    """Where the walk with the fewest steps among the wrong ones should have ended."""
    for name, (f, x, n_steps), place in reversed(list(zip(NAMES, STARTS, given, strict=True))):
        wanted = newton_walk(f, x, n_steps)
        if not same_value(place, wanted, 1e-9):
            steps = "one step leads" if n_steps == 1 else f"{n_steps} steps lead"
            again = "" if n_steps == 1 else " Every step needs h and its slope at its own x."
            return f"For {name}, {steps} from {x:g} to {wanted}, not {describe(place)}.{again}"


def fits_newton(given, more=0, **options):
    """Whether these are the places that newton_walk finds, wrong as `options` make it."""
    try:
        wanted = [newton_walk(f, x, n + more, **options) for f, x, n in STARTS]
    except ArithmeticError:
        return False
    return all(same_value(g, w, 1e-9) for g, w in zip(given, wanted, strict=True))


EXERCISES = [
    Exercise(
        key="09.1",
        title="Two tracks by hand, and a mode",
        hints=(
            "Two operations, so two rows: first s = x + y, then s * x. Write value and tangent of "
            "each.",
            "The tangent of s is the sum of x's and y's. That of s * x is x times the tangent of "
            "s plus s times the tangent of x.",
            "With tangents 1 and 0: s is (5, 1), and the product's tangent is 2 * 1 + 5 * 1. "
            "A pass starts from an input, a walk back from a result.",
        ),
        judge=numbers(
            {"x": 7, "y": 2, "both": 9, "mixed": 68, "passes": 2, "walks": 4},
            [
                (
                    {"x": 1, "both": 2},
                    "Tangents are not multiplied with each other: take the product rule.",
                ),
                (
                    {"both": 2},
                    "Not s's tangent, 2, times x's, 1: each is multiplied by the other's value.",
                ),
                ({"mixed": 90}, "Not 9 times 10: each tangent is multiplied by the other's value."),
                ({"x": 2}, "x moves the result twice: through the sum, and by itself."),
                ({"x": 5}, "x moves the result twice: by itself, and through the sum."),
                ({"x": 10}, "10 is the value. The tangent is asked for."),
                ({"y": 3}, "y moves the sum, and the sum is multiplied by x, not by y."),
                ({"y": 0}, "y moves the sum, and with it the product."),
                ({"y": 1}, "1 is the tangent of the sum. The product multiplies it by x."),
                ({"both": 14}, "The two slopes are added, not multiplied."),
                ({"mixed": 72}, "y moves by -1: its share is taken off."),
                ({"mixed": 63}, "Each input's own tangent multiplies its slope."),
                ({"mixed": 9}, "The inputs move by 10 and by -1, not by 1."),
                ({"x": 9}, "9 is what both give together: here y stays."),
                ({"y": 9}, "9 is what both give together: here x stays."),
                (
                    {"passes": 4, "walks": 2},
                    "Swapped: a pass starts from an input, a walk at a result.",
                ),
                ({"passes": 1}, "One pass moves r for all decades. x needs one of its own."),
                ({"passes": 4}, "All four decades ride in one pass. How many inputs are to move?"),
                (
                    {"passes": 8},
                    "Eight slopes, yes, but the four along one input ride in one pass.",
                ),
                ({"walks": 1}, "A walk starts at one result, and there are four."),
                ({"walks": 2}, "One walk gives the slopes along both inputs, of one result alone."),
                ({"walks": 8}, "One walk gives the slopes along both inputs. How many results?"),
            ],
            because="A pass serves all results of one input, a walk all inputs of one result. "
            "Here forward takes fewer, and keeps no nodes.",
        ),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="09.2",
        title="A row for both readers",
        hints=(
            "Let r = (a * a + b * b) ** 0.5. The chain rule: the slope of the root, times the "
            "slope of the inside.",
            "The slope of the root is 1 / (2 * r), that of the inside along a is 2 * a.",
            "return r, (a / r, b / r)",
        ),
        judge=custom(
            judge_hypot,
            "a function of a and b that returns the value and two slopes",
            needs=("jvp", "apply"),
        ),
        solution=SOLUTION,
        module=(ENGINE, "autodiff_lib.engines.topological"),
    ),
    Exercise(
        key="09.3",
        title="All slopes, forward",
        hints=(
            "One pass for each input: in pass k, input k alone has tangent 1.",
            "[int(i == k) for i in range(len(inputs))] is the direction of pass k.",
            "Call jvp(f, inputs, direction)[1] for each k, and put the results in a list.",
        ),
        judge=custom(judge_gradient, "a function of f and a list of inputs"),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="09.4",
        title="Where it is flat",
        hints=(
            "h is a function of one number: lambda y: derivative(f, y).",
            "jvp of h, at x in the direction 1, returns two numbers: h and its slope.",
            "for _ in range(n_steps): h, slope = jvp(lambda y: derivative(f, y), [x], [1]); then "
            "the new x. Return x after the loop.",
        ),
        judge=custom(judge_flat_place, "a function of f, x and n_steps"),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="09.5",
        title="Two levels by hand",
        hints=(
            "The product works at level 2. What moves there, and what is constant?",
            "At level 2, y is the pair (2, 1), and x the pair (Dual(3, 1), 0). Multiply pairs.",
            "The value is x * 2, the tangent x * 1, and x is Dual(3, 1) in both.",
        ),
        judge=numbers(
            {"p": 6, "q": 2, "r": 3, "s": 1},
            [
                ((3, 1, 2, 1), "Those are x and y side by side. At level 2, multiply the pairs."),
                ({"r": 5}, "At level 2, y alone moves: x is constant there."),
                ({"q": 5}, "At level 1, x alone moves: y's nudge belongs to level 2."),
                ({"q": 0}, "x is constant at level 2, but still moves at level 1."),
                ({"s": 0}, "The tangent is x * 1, and x still moves at level 1."),
                ({"s": 2}, "The tangent is x * 1: y's own tangent is 1, the 2 is its value."),
                ({"r": 2}, "The outer pair is of level 2: its tangent is y's, times x."),
                ({"q": 3}, "The inner pairs are of level 1: their tangents are x's."),
                ({"q": 1}, "At level 1 the value is x * 2: so its tangent is doubled, too."),
            ],
        ),
        solution=SOLUTION,
        module=ENGINE,
    ),
]
