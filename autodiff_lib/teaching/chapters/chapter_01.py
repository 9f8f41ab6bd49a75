"""Chapter 01: slopes from differences, and from an imaginary nudge."""

import inspect
import math
from numbers import Real

from autodiff_lib.checking.nudging import (
    central_difference,
    complex_step,
    forward_difference,
    numeric_gradient,
)
from autodiff_lib.teaching.counting import Counted
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import (
    OPEN,
    Judgement,
    Outcome,
    custom,
    explain_difference,
    function,
    number,
    numbers,
    run,
    spell_call,
)
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import describe, is_number, plain_value, same_value

BEST_STEP = 2**-26  # of one-sided differences, where all numbers are about 1
NEAR = (3.0, -2.5, 0.0, 1.0, -1.0, 0.5, -0.5, 1e-9, -1e-9)  # where |x| and its slope are judged
FAR = (1e200, -1e200, 1e-200, -1e-200)  # where |x| is judged, and x * x is no float
SLOPE_PROBES = [(math.sin, 0.5, 1e-3), (math.exp, 1.0, 1e-2), (lambda x: x**3, -2.0, 0.1)]


def backward_difference(f, x, h):
    return (f(x) - f(x - h)) / h


LOOKING_BACK = function(
    backward_difference,
    SLOPE_PROBES,
    [
        (lambda f, x, h: (f(x + h) - f(x)) / h, "That looks ahead, from x to x + h."),
        (
            lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            "That looks both ways: it is the central difference.",
        ),
        (
            lambda f, x, h: (f(x - h) - f(x)) / h,
            "The sign is turned round: a rising function would get a negative slope. "
            "Subtract the earlier value from the later one.",
        ),
        (
            lambda f, x, h: f(x) - f(x - h) / h,
            "Brackets are missing: the whole difference is divided by h.",
        ),
        (lambda f, x, h: (f(x) - f(x - h)) / (2 * h), "From x - h to x is h, not 2h."),
        (
            lambda f, x, h: backward_difference(f, x, h * max(1, abs(x))),
            "You fit h to x. That is for the caller to do: look back by the h that is handed in.",
        ),
        (
            lambda f, x, h: backward_difference(f, x, h * abs(x)),
            "Look back by the h that is handed in: h * abs(x) is no step at all where x is 0.",
        ),
        (
            lambda f, x, h: f(x) - f(x - h),
            "That is how far the output moved. Divide by how far the input moved.",
        ),
    ],
    because="Its error is like that of the forward difference, with the other sign.",
)


def judge_backward(answer, chapter=None):
    """Judge the formula, then the default of h."""
    judged = LOOKING_BACK(answer, chapter)
    if judged.state == "wrong":
        return Judgement("wrong", why_not_this_h(answer) or judged.text)
    problem = judged.state == "right" and why_not_the_default(answer)
    return Judgement("wrong", f"The formula is right. {problem}") if problem else judged


def why_not_this_h(answer):
    """That `answer` ignores h, or divides by one number whatever h is, as a sentence, or ""."""
    given, doubled = (
        [run(answer, (f, x, k * h)).result for f, x, h in SLOPE_PROBES] for k in (1, 2)
    )
    if not all(isinstance(slope, Real) for slope in given):
        return ""
    if all(map(same_value, given, doubled)):
        return "The slope comes out the same whatever h is. Look back by the h that is handed in."
    moves = [h * backward_difference(f, x, h) for f, x, h in SLOPE_PROBES]
    first, *others = (slope / move for slope, move in zip(given, moves, strict=True))
    if abs(first) != 1 and all(same_value(first, other) for other in others):
        return "Divide by the h that is handed in, not by a number of your own."
    return ""


def why_not_the_default(answer):
    """What is wrong with the default of h, as a sentence, or ""."""
    h = list(inspect.signature(answer).parameters.values())[2].default
    if h is ...:
        return "Now choose the default of h, still open: which is best where x is about 1?"
    if h is inspect.Parameter.empty:
        return "Give h a default, too: which is best where x is about 1?"
    if not isinstance(h, Real) or not h > 0:
        return f"But the default of h is {describe(h)}: it is to be a small number above 0."
    if BEST_STEP / 20 <= h <= BEST_STEP * 20:
        return ""
    too, cost = (
        ("large", "the bend of the curve costs")
        if h > BEST_STEP
        else ("small", "the missing digits cost")
    )
    return f"But your default, {h}, is too {too}: {cost} more than 20 times what they must."


def second_difference(f, x, h):
    return (f(x + h) - 2 * f(x) + f(x - h)) / h**2


def judge_absolute(absolute):
    """True if `absolute` has the right values and complex steps, else the belief behind it."""
    if not callable(absolute):
        return False
    try:
        if absolute(3.0 + 1e-100j) is ...:
            return OPEN
    except TypeError as error:
        if "not supported between" in str(error):
            return "Complex numbers have no larger or smaller: choose by x.real, not by x."
        if "must be real number" in str(error):
            return "What math has takes plain numbers only. Which part of x tells its side?"
        raise
    problems = (why_not_the_distance(absolute, x) for x in NEAR + FAR)
    return next(filter(None, problems), None) or judge_steps(absolute)


def why_not_the_distance(absolute, x):
    """What is wrong with the value of `absolute` at the float x, as a sentence, or ""."""
    given = run(absolute, (x,))
    value = plain_value(getattr(given.result, "real", given.result))
    if is_number(value) and math.isclose(value, abs(x)):  # at 0, only 0 is close
        return ""
    given = given._replace(result=value)
    text = explain_difference(spell_call(absolute, (x,)), given, Outcome(abs(x)))
    far = " Nearer to 1 yours is right. Does a number on its way leave what a float can hold?"
    return text + far if x in FAR else text


def judge_steps(absolute):
    """Judge the complex steps of `absolute` on both sides of 0."""
    places = [x for x in NEAR if x != 0]
    steps = [getattr(absolute(x + 1e-100j), "imag", 0.0) / 1e-100 for x in places]
    wrong = [
        (x, step)
        for x, step in zip(places, steps, strict=True)
        if not same_value(step, math.copysign(1, x))
    ]
    if not wrong:
        text = "Right of 0 the part with j passes, left of 0 its sign turns. At 0 there is a kink."
        return Judgement("right", text)
    if not any(steps):
        return "The part with j is lost on the way, so the slope comes out as 0, as with abs."
    if all(step == 1 for step in steps):
        return "To the left of 0 the distance shrinks as x grows. There the slope is -1."
    x, step = wrong[0]
    return f"At {x} the complex step gives {describe(step)}, not {math.copysign(1, x):.0f}."


def diamond(x, y, z):
    return ((x * y) * (y * z)) ** 2


def best_exponent():
    """The k whose nudge 10**k, of 13, gives the best forward difference of the diamond along x."""

    def error(k):
        return abs(forward_difference(lambda x: diamond(x, 2, 1), 3, 10.0**k) - 96)

    return min(range(-1, -14, -1), key=error)


def distance(ahead, up, drag):
    """How far ahead a thrown ball is after a second, in a hundred steps."""
    x = 0
    for _ in range(100):
        speed = (ahead**2 + up**2) ** 0.5
        ahead -= 0.01 * drag * speed * ahead
        up -= 0.01 * (9.81 + drag * speed * up)
        x += 0.01 * ahead
    return x


THROW = numeric_gradient(distance, 10, 10, 0.05, slope=complex_step)
RIGHT_THROW = numbers(
    THROW,
    [
        (
            (THROW[0], -THROW[1], THROW[2]),
            "That is what was claimed, and one of the three is wrong. Ask check_grad.",
        ),
    ],
    tolerance=1e-4,
    because="Thrown up faster, the ball meets more air, and comes less far ahead.",
)
ROUGH_THROW = numbers(THROW, tolerance=1e-2)


def judge_throw(answer, chapter=None):
    """Judge the gradient of `distance`; what is right but rounded is told so."""
    judged = RIGHT_THROW(answer, chapter)
    if judged.state == "wrong" and ROUGH_THROW(answer, chapter).state == "right":
        return Judgement("wrong", "Right but for the last digits: give four of each, or more.")
    return judged


def runs_of_central_differences():
    """How often the diamond runs for its three slopes."""
    counted, point = Counted(diamond), [3, 2, 1]
    for i in range(3):
        central_difference(lambda t, i=i: counted(*point[:i], t, *point[i + 1 :]), point[i])
    return counted.calls


PREDICTIONS = [
    Prediction(
        key="01.a",
        question="The best h is 10 to the power of ...?",
        answer=best_exponent,
        beliefs={
            -13: "So small a nudge would be best if numbers had endless digits. They have 16.",
            -16: "So small a nudge is lost: 3 + 1e-16 is stored as 3, and the slope is 0.",
            -1: "A large nudge keeps all digits, and measures a slope far away from x.",
            -6: "Close: the error is still falling there.",
            -7: "Very close: the error is still falling there.",
            -9: "Very close: the error is rising again there.",
            -10: "Too small already: the error there is more than ten times the least one.",
            -11: "Too small already: the error there is more than ten times the least one.",
            -12: "Too small: beside 3 there is room for only three or four digits of it.",
            -5: "The error is still falling there: the bend of the curve costs 0.00016.",
            -4: "The error is still falling there: the bend of the curve costs 0.0016.",
            -3: "The error is still falling there: the bend of the curve costs 0.016.",
            -2: "The error is still falling there: the bend of the curve costs 0.16.",
        }
        | {k: "The nudges are smaller than 1: their exponents are negative." for k in range(14)}
        | {
            10.0**-k: "That is a nudge. Its exponent is asked for, -3 for 10**-3."
            for k in range(1, 14)
        },
        because="Smaller costs digits, larger costs the bend.",
    ),
    Prediction(
        key="01.b",
        question="central_difference of x**3 at x = 2, with h = 0.1?",
        answer=lambda: round(central_difference(lambda x: x**3, 2, h=0.1), 6),
        beliefs={
            12: "That is the exact slope. Something of the nudge is left over.",
            12.1: "The error of the central difference is h squared, not h.",
            12.61: "That is the forward difference: it keeps a term with h itself.",
            12.02: "Divide what is left over by 2h, too.",
        },
        because="2h**3 divided by 2h is h squared.",
    ),
    Prediction(
        key="01.c",
        question="How often does diamond run for 3 slopes by central differences?",
        answer=runs_of_central_differences,
        beliefs={
            7: "The central difference does not look at x itself.",
            3: "Each central difference runs the function twice: at x + h and at x - h.",
            4: "That would do for forward differences that share the run without a nudge.",
            2: "That is one slope. There are three.",
        },
        because="Two runs for each input.",
    ),
]
OUTSIDE = Outside(
    library="PyTorch",
    version="2.13.0",
    source="""\
import torch

torch.set_default_dtype(torch.float64)
x, y, z = (torch.tensor(v, requires_grad=True) for v in (3.0, 2.0, 1.0))


def diamond(x, y, z):
    return ((x * y) * (y * z)) ** 2


print(torch.autograd.gradcheck(diamond, (x, y, z)))
slopes = torch.autograd.grad(diamond(x, y, z), (x, y, z))
print([slope.item() for slope in slopes])
""",
    printed="True\n[96.0, 288.0, 288.0]\n",
)

EXERCISES = [
    Exercise(
        key="01.1",
        title="A slope by hand",
        hints=(
            "How large is the area when the side has grown by h = 0.5?",
            "3.5 * 3.5 is 12.25. How much has the area grown?",
            "It grew by 3.25, and the side by 0.5. Divide.",
        ),
        judge=number(
            6.5,
            {
                6: "6 is the exact slope. A nudge of 0.5 is large, and the curve bends within it.",
                7: "7 is the exact slope at 3.5. How far did the area move, from 3 to 3.5?",
                3.25: "3.25 is how far the area moved. Divide by the nudge.",
                12.25: "12.25 is the new area. How far is it from the old one, per nudge?",
                5.5: "That looks back, from 3 to 2.5. The forward difference looks ahead.",
                1.625: "Divide by the nudge, do not multiply with it.",
            },
            because="It is 6 + h: the error of the forward difference of a square is the nudge.",
        ),
        solution="01_nudging.ipynb",
    ),
    Exercise(
        key="01.2",
        title="Looking back",
        hints=(
            "Which two values of f does it compare?",
            "f at x, and f at x - h. The output moved from the second to the first.",
            "Subtract f(x - h) from f(x), divide by h, and take the forward difference's default.",
        ),
        judge=judge_backward,
        solution="01_nudging.ipynb",
    ),
    Exercise(
        key="01.3",
        title="The slope of the slope",
        hints=(
            "There are two slopes next to each other: from x - h to x, and from x to x + h.",
            "How far apart do the two slopes lie? Each belongs to the middle of its half.",
            "Subtract the left slope from the right one and divide by h once more.",
        ),
        judge=function(
            second_difference,
            SLOPE_PROBES,
            [
                (
                    lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h,
                    "You divided by h once. It takes h for each slope, and h again for their "
                    "difference.",
                ),
                (
                    lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
                    "That is the slope. Here the question is how the slope changes.",
                ),
                (
                    lambda f, x, h: (f(x + h) - f(x) + f(x - h)) / h**2,
                    "f(x) is subtracted in the right slope and again in the left: it counts twice.",
                ),
                (
                    lambda f, x, h: (f(x + 2 * h) - 2 * f(x) + f(x - 2 * h)) / (2 * h) ** 2,
                    "That looks 2h to each side. Only x + h, x and x - h are asked for.",
                ),
                (
                    lambda f, x, h: (f(x + 2 * h) - 2 * f(x + h) + f(x)) / h**2,
                    "Both of your slopes lie to the right of x. One belongs to the left.",
                ),
                (
                    lambda f, x, h: (2 * f(x) - f(x + h) - f(x - h)) / h**2,
                    "The sign is turned round: subtract the left slope from the right one.",
                ),
                (
                    lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / (2 * h) ** 2,
                    "The two slopes lie h apart, from middle to middle, not 2h.",
                ),
                (
                    lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / (2 * h**2),
                    "Half of what it should be: the two slopes lie h apart, not 2h.",
                ),
                (
                    lambda f, x, h: (f(x + h) + 2 * f(x) + f(x - h)) / h**2,
                    "f(x) has the wrong sign: both slopes, right minus left, subtract it.",
                ),
                (lambda f, x, h: 2, "That holds for x ** 2 only. f may be any function."),
                (lambda f, x, h: 6 * x, "That holds for x ** 3 only. f may be any function."),
                (
                    lambda f, x, h: f(x + h) - 2 * f(x) + f(x - h),
                    "In all it must be divided by h**2. (/ h * h divides by h, then multiplies by "
                    "it again.)",
                ),
                (
                    lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h * 2,
                    "/ h * 2 divides by h and then multiplies by 2. The square of h is h**2.",
                ),
            ],
            tolerance=1e-6,
            because="The difference of two differences. For x ** 3 at -2 it is 6x = -12.",
        ),
        solution="01_nudging.ipynb",
    ),
    Exercise(
        key="01.4",
        title="A claim to judge",
        hints=(
            "The chapter has two judges: largest_error and check_grad. Which one names the input?",
            "print(check_grad(distance, claimed, 10, 10, 0.05))",
            "One claim has the wrong sign. Copy the list, and turn that sign.",
        ),
        judge=judge_throw,
        solution="01_nudging.ipynb",
    ),
    Exercise(
        key="01.5",
        title="A distance for the complex step",
        hints=(
            "Without abs: what is the distance from 0 for a positive x, and for a negative one?",
            "x itself, or -x. Both keep the part with j.",
            "Choose by x.real: return x where it is not negative, else -x.",
        ),
        judge=custom(judge_absolute, "a function of one number"),
        solution="01_nudging.ipynb",
    ),
]
