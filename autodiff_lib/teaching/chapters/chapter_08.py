"""The exercises and predictions of chapter 08, learning."""

import math
from unittest.mock import patch

import numpy as np

from autodiff_lib.engines.topological import RULES, Node, grad
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, function
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import describe, is_number, kind, plain_value, same_value

ENGINE = "autodiff_lib.engines.topological"


def tap_walk(rate, n_steps):
    """Where the weight of the tap stands after so many steps from 0."""
    w = Node(0)
    for _ in range(n_steps):
        w.value -= rate * grad((w * 1 - 2) ** 2 + (w * 2 - 4) ** 2, w)[0]
    return w.value


PREDICTIONS = [
    Prediction(
        key="08.a",
        question="Where is w after the second step, at the rate 1/20?",
        answer=lambda: tap_walk(1 / 20, 2),
        beliefs={
            2: "That repeats the first step. The slope has to be asked for again, at w = 1.",
            1: "That is where the first step ended. Another one is taken from there.",
            1.75: "That is where the third step ends, at the same rate.",
            0.5: "The slope at w = 1 is negative, too: w goes on upwards.",
            0.25: "A twentieth of 5 is 0.25. But 5 is the loss, and w starts from 1.",
            1.25: "5 is the loss at w = 1. The step takes a twentieth of the slope.",
            0: "The slope at w = 1 is negative: w goes on upwards.",
            11: "That is the whole slope. The step takes a twentieth of it.",
        },
        because="At w = 1 the slope is -10, half of what it was, and so is the step.",
    ),
    Prediction(
        key="08.b",
        question="Where is w after 100 steps, at the rate 1/5?",
        answer=lambda: tap_walk(1 / 5, 100),
        beliefs={
            2: "That is the bottom of the valley. Work out the first two steps by the formula.",
            4: "That is where it is after 99 steps. One more is taken.",
            400: "The slope changes with w, and its sign does, too.",
        },
        because="Each step is 4 long: over the valley, and back.",
    ),
    Prediction(
        key="08.c",
        question="With the wrong sign in mul: what does the loss do in the first ten steps, "
        '"fall", "rise" or "stay"?',
        answer="fall",
        beliefs={
            "rise": "Every step would have to go the wrong way. But some slopes are right: those "
            "of the last layer's weights, say, come along first operands.",
            "stay": "The slopes are not 0, so the weights move, and with them the loss.",
        },
        because="Slopes along first operands are still right, and enough weights profit from them.",
    ),
]

OUTSIDE = Outside(
    library="PyTorch",
    version="2.13.0",
    source="""\
import torch
from autodiff_lib.teaching.moons import random_weights, two_moons

double = torch.float64
x, labels = (torch.tensor(part, dtype=double) for part in two_moons())
layers = [torch.tensor(layer, dtype=double, requires_grad=True)
          for layer in random_weights([2, 16, 16, 1])]
for k, layer in enumerate(layers):  # the bias stands first in each row
    x = x @ layer[:, 1:].T + layer[:, 0]
    x = x.relu() if k < 2 else x
loss = (1 - x[:, 0] * labels).relu().mean()
loss.backward()
print(f"{loss.item():.12f}")
for layer in layers:
    print(*[f"{slope:.12f}" for slope in layer.grad[-1, :3].tolist()])
""",
    printed="""\
1.077266207956
-0.085882015527 0.063211109434 -0.050815276390
0.079517190459 0.000000000000 -0.008540585056
0.000000000000 -0.010322212999 0.031463198202
""",
)


# ------------------------------------------------------------------ the exercises


def broken_rules():
    """A table of rules for chapter 07's engine with one mistake in it (exercise 08.2)."""
    return {op: BROKEN.get(op, row) for op, row in RULES.items()}


BROKEN = {"relu": lambda a: (a if a > 0 else 0, (1,))}


NAMES = {"first": 1, "second": 2, "third": 3}  # what check_grad calls the layers
SPOILED = {1, 2}  # layers of 2-3-3-1 with a wrong slope of the score at some dot


def judge_find(answer):
    """Whether the row that is broken is named, and the layers whose slopes it spoils."""
    if isinstance(answer, (tuple, list)) and len(answer) == 2:
        answer = {"operation": answer[0], "layers": answer[1]}
    if not isinstance(answer, dict) or not {"operation", "layers"} <= set(answer):
        return 'Answer with {"operation": "a name from RULES", "layers": a list of numbers}.'
    name, layers = answer["operation"], answer["layers"]
    if name is ... and layers is ...:
        return OPEN
    if name is ...:
        return "The operation is still open: patch the table, then let fuzz look."
    if not isinstance(name, str) or name.strip().lower() not in RULES:
        got = describe(name, 40)
        return f"The operation is a name from RULES, in quotes, such as 'mul'; got {got}."
    name = name.strip().lower()
    if name not in BROKEN:
        return (
            f"The row of {name} is as it should be. Patch the table, then let fuzz look, with the "
            "operations that the network uses."
        )
    return layers_problem(layers, f"{name} it is.") or True


def layers_problem(given, praise):
    """What is wrong with the layers that were given, or ""."""
    if isinstance(given, str) or not np.iterable(given):
        given = [given]
    layers = [plain_value(NAMES.get(str(layer), layer)) for layer in given]
    if ... in layers:
        return f"{praise} The layers are still open."
    strange = [layer for layer in layers if not is_number(layer) or layer not in (1, 2, 3)]
    if strange:
        return f"{praise} The layers have the numbers 1, 2 and 3; got {describe(strange[0])}."
    if 3 in layers:
        return f"{praise} But from the score to the weights of layer 3 no relu is passed."
    if 1 not in layers:
        return f"{praise} But layer 1 has wrong slopes, at points[0] already: let check_grad look."
    if set(layers) != SPOILED:
        return f"{praise} Layer 1 has wrong slopes. Is it the only one, at every dot?"
    return ""


def operations(sizes):
    """How many operations a network of these sizes makes for one score."""
    products = sum(a * b for a, b in zip(sizes, sizes[1:], strict=False))
    return 2 * products + sum(sizes[1:-1])


def judge_softplus(row, chapter):
    """Whether `row` gives softplus and its slope, in graphs of the reader's engine."""
    if not callable(row):
        return f"This exercise asks for a function of one number, got {kind(row)}."
    given = row(0.5)
    if given is ...:
        return OPEN
    form = "The row returns a pair: the value, and a tuple with one slope, (value, (slope,))"
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        return f"{form}; got {describe(given)}."
    value, slopes = plain_value(given[0]), given[1]
    if value is ...:
        return OPEN
    if not isinstance(slopes, (tuple, list, np.ndarray)) or np.shape(slopes) != (1,):
        return f"{form}; the second is {describe(slopes)}."
    places, results = (0.5, -2.0, 3.0), []
    for a in places:
        with patch.dict(chapter.RULES, softplus=row):
            x = chapter.Node(a)
            result = chapter.unary("softplus", 1 * x)
            slope = chapter.grad(result, x)[0]
        results.append((plain_value(result.value), plain_value(slope)))
    values, slopes = zip(*results, strict=True)
    return (
        softplus_problem("value", places, values, lambda a, e: math.log(1 + e), VALUE_BELIEFS)
        or softplus_problem("slope", places, slopes, lambda a, e: e / (1 + e), SLOPE_BELIEFS)
        or True
    )


def softplus_problem(what, places, given, right, beliefs):
    """What is wrong with the values or slopes given at these places, or ""."""

    def wrong_at(formula):
        wanted = [formula(a, math.exp(a)) for a in places]
        pairs = zip(places, given, wanted, strict=True)
        return [(a, g, w) for a, g, w in pairs if not (is_number(g) and same_value(g, w, 1e-9))]

    wrong = wrong_at(right)
    if not wrong:
        return ""
    for formula, sentence in beliefs:
        if not wrong_at(formula):
            return sentence
    a, found, wanted = wrong[0]
    return f"At a = {a} the {what} is {describe(found)}, expected {describe(wanted)}."


VALUE_BELIEFS = [
    (lambda a, e: a, "log(e^a) is a again: the 1 + is missing in the value."),
    (lambda a, e: math.log10(1 + e), "log is the natural logarithm, math.log."),
    (lambda a, e: math.log(1 + math.exp(-a)), "That is softplus of -a: the exponent is a."),
]
SLOPE_BELIEFS = [
    (
        lambda a, e: 1 / (1 + e),
        "This is the slope of log alone, or softplus's at -a. The inside of log, 1 + e^a, has "
        "a slope, too: the chain rule.",
    ),
    (lambda a, e: e, "That is the slope of the inside, 1 + e^a. log divides by its inside."),
    (lambda a, e: float(a > 0), "That is the slope of relu, which has a corner."),
    (lambda a, e: -e / (1 + e), "The sign is wrong: as a grows, softplus grows."),
    (lambda a, e: math.log(1 + e), "That is the value again."),
]


EXERCISES = [
    Exercise(
        key="08.1",
        title="Momentum",
        hints=(
            "Two lines, in this order: the new speed, then the new w, which uses it.",
            "The new speed is keep * speed - rate * slope.",
            "The new w is w plus the new speed. Return both, w first.",
        ),
        judge=function(
            lambda w, speed, slope, rate, keep: (
                w + keep * speed - rate * slope,
                keep * speed - rate * slope,
            ),
            [
                (1.0, 0.0, -20.0, 0.05, 0.9),
                (2.0, 1.0, 10.0, 0.1, 0.5),
                (-1.0, -3.0, 4.0, 0.25, 0.75),
            ],
            [
                (
                    lambda w, v, s, r, k: (w + v, k * v - r * s),
                    "w moved by its old speed. The speed changes first.",
                ),
                (
                    lambda w, v, s, r, k: (w + k * v + r * s, k * v + r * s),
                    "The speed goes along the slope. Take rate * slope off.",
                ),
                (
                    lambda w, v, s, r, k: (w - k * v + r * s, k * v - r * s),
                    "The speed already points downhill: w moves by adding it.",
                ),
                (
                    lambda w, v, s, r, k: (w - r * s, k * v - r * s),
                    "w moved by the slope alone, as before. It moves by its speed.",
                ),
                (
                    lambda w, v, s, r, k: (w + v - r * s, v - r * s),
                    "Nothing is lost of the speed: only the part `keep` of it stays.",
                ),
                (
                    lambda w, v, s, r, k: (
                        w + (1 - k) * v - r * s,
                        (1 - k) * v - r * s,
                    ),
                    "`keep` is the part of the speed that stays, not the part that is lost.",
                ),
                (
                    lambda w, v, s, r, k: (
                        w + k * v - (1 - k) * r * s,
                        k * v - (1 - k) * r * s,
                    ),
                    "`keep` is for the speed alone: rate * slope comes off whole.",
                ),
                (
                    lambda w, v, s, r, k: (w + r * (k * v - r * s), k * v - r * s),
                    "The rate is in the speed already: w moves by the whole new speed.",
                ),
                (
                    lambda w, v, s, r, k: (w + r * (k * v - s), k * v - s),
                    "Here the rate multiplies the whole speed. It belongs to the slope alone.",
                ),
                (
                    lambda w, v, s, r, k: (w + r * (k * v - s), r * (k * v - s)),
                    "The rate multiplies the whole speed here. It belongs to the slope alone.",
                ),
                (
                    lambda w, v, s, r, k: (k * v - r * s, w + k * v - r * s),
                    "Both are right, in the other order: w first, then the speed.",
                ),
                (
                    lambda w, v, s, r, k: (w + k * v * -1 - r * s, k * v + r * s),
                    "Your speed points uphill. Take rate * slope off it, and add it to w.",
                ),
                (
                    lambda w, v, s, r, k: (w - r * (k * v + s), k * v + s),
                    "This is PyTorch's way: its speed points uphill and leaves the rate to the "
                    "move. Here the rate belongs to the change of speed.",
                ),
                (
                    lambda w, v, s, r, k: w + k * v - r * s,
                    "The new w is right. Return the new speed too: the next step needs it.",
                ),
                (
                    lambda w, v, s, r, k: (w + k * (v - r * s), k * (v - r * s)),
                    "`keep` multiplies the old speed alone, not the slope's part.",
                ),
            ],
        ),
        solution="08_learning.ipynb",
    ),
    Exercise(
        key="08.2",
        title="What is broken?",
        hints=(
            "The network uses only add, sub, mul, div and relu.",
            "with patch.dict(RULES, broken_rules()): print(fuzz(Node, lambda o, xs: grad(o, *xs), "
            '"add sub mul div relu"))',
            "It is relu. For the layers: the chapter's check_grad, inside the patch, for each dot "
            "of points in place of points[0]. It calls layer 1 `first`.",
        ),
        judge=custom(judge_find, 'a dictionary {"operation": a name, "layers": a list of numbers}'),
        solution="08_learning.ipynb",
        module=ENGINE,
    ),
    Exercise(
        key="08.3",
        title="What a score costs",
        hints=(
            "A unit with n inputs makes n products. How many additions, if the sum starts from "
            "the bias?",
            "n additions too. So two layers of a and b units next to each other cost 2 * a * b.",
            "Then one fold for each unit, but not for the inputs and not for the last layer: "
            "sum(sizes[1:-1]).",
        ),
        judge=function(
            operations,
            [([2, 16, 16, 1],), ([2, 1],), ([3, 4, 5, 1],), ([1, 7, 1],)],
            [
                (
                    lambda sizes: operations(sizes) - sum(sizes[1:-1]),
                    "The folds are missing: one for each unit of the layers between.",
                ),
                (
                    lambda sizes: operations(sizes) - sum(sizes[1:-1]) + len(sizes) - 2,
                    "Each unit folds what it returns, so a layer folds once for each of its units.",
                ),
                (
                    lambda sizes: operations(sizes) + sizes[-1],
                    "The last layer does not fold.",
                ),
                (
                    lambda sizes: operations(sizes) + sizes[0] + sizes[-1],
                    "Inputs do not fold, and the last layer does not either.",
                ),
                (
                    lambda sizes: operations(sizes) + sizes[0],
                    "The inputs are not folded.",
                ),
                (
                    lambda sizes: operations(sizes) - sum(sizes[1:]),
                    "The sum starts from the bias: n products take n additions.",
                ),
                (
                    lambda sizes: (operations(sizes) - sum(sizes[1:-1])) // 2,
                    "Those are the products alone.",
                ),
                (
                    lambda sizes: (operations(sizes) + sum(sizes[1:-1])) // 2,
                    "Products and folds are there. The additions are missing.",
                ),
                (
                    lambda sizes: (operations(sizes) - sum(sizes[1:-1])) // 2 + sum(sizes[1:]),
                    "That is how many weights and biases there are.",
                ),
                (
                    lambda sizes: (
                        operations(sizes)
                        + sum((a + 1) * b for a, b in zip(sizes, sizes[1:], strict=False))
                        + sizes[0] * sizes[1]
                    ),
                    "Those are all nodes of the graph. Weights and constants are no operations.",
                ),
                (sum, "Those are the units. Each makes products and additions of its own."),
            ],
            because="640 for 2-16-16-1: 304 products, 304 additions, 32 folds.",
        ),
        solution="08_learning.ipynb",
    ),
    Exercise(
        key="08.4",
        title="A hinge without a corner",
        hints=(
            "a is a plain number here, as in the rows of chapter 07: use math.log and math.exp.",
            "The slope of log(u) is 1 / u, times the slope of u. Here u is 1 + e**a.",
            "The slope is e**a / (1 + e**a). Return (value, (slope,)).",
        ),
        judge=custom(
            judge_softplus,
            "a function of one number that returns (value, (slope,))",
            needs=("RULES", "Node", "grad"),
        ),
        solution="08_learning.ipynb",
        module=ENGINE,
    ),
]
