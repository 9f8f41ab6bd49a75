"""The exercises and predictions of chapter 04, operators that record."""

import math

from autodiff_lib.engines.overloading import Number
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import function, number
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction


def distance_slopes(a, b):
    r = math.sqrt(a**2 + b**2)
    return a / r, b / r


def gradient_of(f, *numbers):
    inputs = [Number(number) for number in numbers]
    f(*inputs).backward()
    return [x.gradient if x.gradient is not None else 0.0 for x in inputs]


def none_for_unused(f, *numbers):
    inputs = [Number(number) for number in numbers]
    f(*inputs).backward()
    return [x.gradient for x in inputs]


FUNCTIONS = [
    (lambda x, y, z: ((x * y) * (y * z)) ** 2, 3, 2, 1),
    (lambda x, y: x * x + 1, 3, 5),
    (lambda x: 2 / x - x, 4),
]


def slope_of_example():
    """The slope of e = (4a + 3) + 5 * 4a with respect to a."""
    a = Number(3)
    b = a * 4
    e = (b + 3) + b * 5
    e.backward()
    return a.gradient


def read_too_late(then, now):
    """The gradient of x in x * x * x if the walk reads x at `now`, and x * x kept its value."""
    return now * (now + now) + then * then


def calls_of_receive(doublings):
    """How often `receive` runs: every node sends on once per path that comes to it."""
    return sum(2**k for k in range(doublings + 1))


PREDICTIONS = [
    Prediction(
        key="04.a",
        question="How many times as far as a does e move?",
        answer=slope_of_example,
        beliefs={
            28: "So says the book's program. The run below shows where it goes astray.",
            20: "That is the path over d. Add the one over c.",
            4: "That is the path over c. Add the one over d.",
            6: "That is how far e moves if b does. a moves b 4 times as far.",
            80: "Factors along a path multiply. Two paths side by side add.",
        },
        because="4 over c and 20 over d.",
    ),
    Prediction(
        key="04.b",
        question="Which gradient does x get, if x becomes 10 before the walk back?",
        answer=lambda: read_too_late(2, 10),
        beliefs={
            12: "That is the slope where y was computed. But this walk back reads x now.",
            300: "That is the slope at 10. But x * x was computed at 2 and is not computed again.",
            8: "That is the value of y. Asked for is the gradient of x.",
            200: "That is what comes over x * x. The last factor x has a share, too.",
        },
        because="The walk mixes what x is now with what x * x was then.",
    ),
    Prediction(
        key="04.c",
        question="How often does receive run for ten doublings?",
        answer=lambda: calls_of_receive(10),
        beliefs={
            11: "Once for each node? It runs once for each path that leads to the node.",
            10: "It runs once for each path that leads to a node, and each sum doubles them.",
            20: "Each doubling doubles the calls below it; they do not add up by two.",
            22: "Each doubling doubles the calls below it; they do not add up by two.",
            1024: "Those are the calls at the input alone. The sums on the way are called, too.",
            2046: "Nearly: the output itself receives its 1 as well.",
        },
        because="1 + 2 + 4 + ... + 1,024: the paths double at each node.",
    ),
]
OUTSIDE = Outside(
    library="PyTorch",
    version="2.13.0",
    source="""\
import torch

x, y, z = (torch.tensor(v, requires_grad=True) for v in (3.0, 2.0, 1.0))
o = ((x * y) * (y * z)) ** 2
o.backward()
print(o.item(), x.grad.item(), y.grad.item(), z.grad.item())

a = torch.tensor(3.0, requires_grad=True)
for _ in range(3):
    ((a * 4 + 3) * (a + 2)).backward()
    print(a.grad.item())
""",
    printed="144.0 96.0 288.0 288.0\n35.0\n70.0\n105.0\n",
)

EXERCISES = [
    Exercise(
        key="04.1",
        title="Every path",
        hints=(
            "Write down what comes in at every node, path by path, from e to a.",
            "b * b has b twice: two arrows, and each brings b * 1 = 6 to b. From d comes 1.",
            "Over c: 6 * 3 and again 6 * 3. Over d and b: 1 * 3. From d straight to a: 1.",
        ),
        judge=number(
            40,
            {
                94: "94 is what the printed program says: b sent on its sum three times.",
                22: "b * b uses b twice: two arrows leave b, not one.",
                39: "a stands in d itself, too: one path does not lead over b.",
                36: "36 comes over c. The paths over d are missing.",
                37: "d moves with a in two ways: d = 3a + a.",
                4: "4 comes over d. The paths over c are missing.",
                13: "13 is the gradient of b. It is 3a, and a is in d as well.",
            },
            because="18 + 18 over c, 3 over d and b, and 1 from d to a.",
        ),
        solution="04_operator_overloading.ipynb",
        module="autodiff_lib.engines.overloading",
    ),
    Exercise(
        key="04.2",
        title="A row for the distance",
        hints=(
            "Nudge a, and a**2 + b**2 moves 2a times as far. How far does a square root move?",
            "The slope of the square root of s is 1 / (2 * sqrt(s)). Slopes in a row multiply.",
            "2 * a / (2 * r) is a / r. For b it is the same with b. Return both.",
        ),
        judge=function(
            distance_slopes,
            [(3.0, 4.0), (5.0, -12.0), (-8.0, 6.0)],
            [
                (
                    lambda a, b: (2 * a, 2 * b),
                    "Those are the slopes of a**2 + b**2. The root adds one more factor.",
                ),
                (
                    lambda a, b: (1 / (2 * math.hypot(a, b)),) * 2,
                    "That is the slope of the root alone. Before it comes the square: 2 * a.",
                ),
                (
                    lambda a, b: (b / math.hypot(a, b), a / math.hypot(a, b)),
                    "The two are swapped: the slope with respect to a comes first.",
                ),
                (
                    lambda a, b: (a / (a * a + b * b), b / (a * a + b * b)),
                    "Divide by the root, not by what stands under it.",
                ),
                (
                    lambda a, b: (a / (2 * math.hypot(a, b)), b / (2 * math.hypot(a, b))),
                    "The square brings a 2 as well: a**2 moves 2 * a times as far as a.",
                ),
                (
                    lambda a, b: (2 * a / math.hypot(a, b), 2 * b / math.hypot(a, b)),
                    "The root brings a half as well: the slope of sqrt(s) is 1 / (2 * sqrt(s)).",
                ),
                (lambda a, b: math.hypot(a, b), "That is the distance itself, not its slopes."),
                (
                    lambda a, b: (1, 1),
                    "Those are the slopes of a + b. A root of squares is no sum.",
                ),
            ],
        ),
        solution="04_operator_overloading.ipynb",
        module="autodiff_lib.engines.overloading",
    ),
    Exercise(
        key="04.3",
        title="One call",
        hints=(
            "Wrap every plain number in a Number, and keep these in a list.",
            "f(*inputs) is the output. Call its backward, then read the gradients of the inputs.",
            "What f does not use keeps the gradient None: return 0.0 for it.",
        ),
        judge=function(
            gradient_of,
            FUNCTIONS,
            [
                (
                    none_for_unused,
                    "An input that f does not use is never reached and keeps None. Its slope is 0.",
                ),
                (
                    lambda f, *numbers: [None for _ in numbers],
                    "All of them are None: was backward called on the output?",
                ),
                (
                    lambda f, *numbers: f(*numbers),
                    "That is the value of f. Asked for are its slopes, one for each input.",
                ),
                (
                    lambda f, *numbers: gradient_of(f, *numbers)[0],
                    "That is the slope for the first input only: return a list with all.",
                ),
                (
                    lambda f, *numbers: list(numbers),
                    "Those are the inputs. Read the gradient of each.",
                ),
            ],
        ),
        solution="04_operator_overloading.ipynb",
        module="autodiff_lib.engines.overloading",
    ),
]
