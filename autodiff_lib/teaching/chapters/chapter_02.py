"""The predictions, exercises and outside check of chapter 02: derivatives as expressions."""

import math
import re

from autodiff_lib.engines.symbolic import Tensor
from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, number
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import describe, is_number, kind
from autodiff_lib.teaching.verdicts import Judgement


def sum_times_y():
    """(x + y) * y at x = 3, y = 5, with its inputs."""
    x, y = Tensor(3, name="x"), Tensor(5, name="y")
    return (x + y) * y, x, y


def slope_along_y():
    z, _, y = sum_times_y()
    return z.grad(y).value


def value_after_a_change():
    z, x, _ = sum_times_y()
    x.value = 100
    return z.value


def nodes_of_a_derivative():
    x = z = Tensor(1, name="x")
    for _ in range(3):
        z = z + z
    return len(topological_order(z.grad(x)))


PREDICTIONS = [
    Prediction(
        key="02.a",
        question="How many times as far as y does (x + y) * y move, at x = 3 and y = 5?",
        answer=slope_along_y,
        beliefs={
            0.013: "That is how far it moves. Divide by the nudge, 0.001.",
            0.013001: "That is how far it moves. Divide by the nudge, 0.001.",
            13.001: "That is the ratio for one nudge. What does it approach as the nudge shrinks?",
            5: "That is the part of the y inside the sum. y is a factor as well.",
            8: "That is the part of the factor y. The y inside the sum moves as well.",
            6: "The slopes of the two factors, added as they are. Each needs the other factor.",
            40: "40 is the value. How many times as far as y does it move?",
            10: "y stands in two places, but the factor y meets the whole sum, which is 8.",
        },
        because="A nudge of y moves the sum and the factor, and the two effects add.",
    ),
    Prediction(
        key="02.b",
        question="z2 = (x + y) * y was built at x = 3, y = 5. After x.value = 100, it prints T:",
        answer=value_after_a_change,
        beliefs={
            525: "Who told z2 that x has changed? It was computed when it was built.",
            515: "That is 103 * 5. It would be 105 * 5, if z2 followed x at all.",
            500: "That is x * y. And z2 was computed when it was built.",
            15: "That is the slope times 1. The question is what z2 holds.",
        },
        because="A value is computed when its node is built.",
    ),
    Prediction(
        key="02.c",
        question="How many nodes has the derivative of three doublings?",
        answer=nodes_of_a_derivative,
        beliefs={
            4: "An operand that stands in two places is derived twice, once for each place.",
            3: "That is one doubling. Each further one derives all that is below it twice.",
            6: "A second doubling does not add a 1 + 1, it derives the first doubling twice.",
            9: "Each further doubling takes all nodes twice, it does not add 3.",
            12: "Each further doubling takes all nodes twice, and one more for the sum.",
            7: "That is two doublings; or it is the sums alone, and the ones are nodes too.",
            8: "There are 8 ones. The sums that add them are nodes too.",
            16: "To add some numbers takes one sum less than there are numbers.",
        },
        because="8 ones, and 7 sums to add them.",
    ),
]


# 02.2, the rule of 1 / a: (function of a and da, what its reader believes)


def reciprocal_rule(a, da):
    return -da / a**2


RECIPROCAL_BELIEFS = [
    (lambda a, da: da / a**2, "The sign is missing: as a grows, 1 / a shrinks."),
    (
        lambda a, da: -1 / a**2,
        "a may be an expression itself. Its own derivative da is a factor: the chain rule.",
    ),
    (lambda a, da: 1 / a**2, "The sign is missing, and the factor da: a may be an expression."),
    (lambda a, da: da / a, "That is the rule of log."),
    (lambda a, da: 1 / a, "That is 1 / a itself. Derive it."),
    (lambda a, da: -da / (2 * a), "The square of a is a * a, not 2 * a."),
    (lambda a, da: -da / a, "The derivative of 1 / a has the square of a below."),
    (lambda a, da: 1 / da, "A reciprocal is not derived by deriving what stands below."),
    (lambda a, da: -da * a**2, "The square of a stands below, not beside."),
    (lambda a, da: -a / da**2, "a and da are swapped: the rule gets a first."),
    (lambda a, da: -da / da**2, "The square below is that of a, not of da."),
]
AT = [(3.0, 1.0), (2.0, -1.0), (-0.5, 2.0)]  # t and c: a is c t t, so da is 2 c t
POINTS = [(c * t * t, 2 * c * t) for t, c in AT]


def judge_reciprocal(reciprocal, chapter):
    """True if `reciprocal` makes a node by a row of its own, which derives 1 / a."""
    t = chapter.Tensor(4.0, name="t")
    node = reciprocal(t)
    if node is ...:
        return OPEN
    if not isinstance(node, chapter.Tensor):
        return f"The method must return a Tensor, made by apply; it returned {kind(node)}."
    if node.value != 0.25:
        return f"For a = 4 it gives {describe(node)}, expected 0.25."
    if len(node.operands) != 1 or node.operands[0] is not t:
        return "It gives 1 / a, but not by the new row: apply that operation to the Tensor itself."
    slopes, bends = [], []
    for at, c in AT:
        t = chapter.Tensor(at, name="t")
        slope = reciprocal(t * t * c).grad(t)
        if slope is ...:
            return Judgement("open", "The method is there. Replace the ... in the row.")
        if not isinstance(slope, chapter.Tensor):
            return f"The rule must return a Tensor, made from a and da; it returned {kind(slope)}."
        slopes.append(slope.value)
        bends.append(slope.grad(t).value)
    if not fits(reciprocal_rule, slopes):
        a, da = POINTS[0]
        return next(
            (text for belief, text in RECIPROCAL_BELIEFS if fits(belief, slopes)),
            f"For a = {a:g} and da = {da:g} the rule gives {describe(slopes[0])}, expected "
            f"{describe(reciprocal_rule(a, da))}.",
        )
    return all(map(is_close, bends, [6 / (c * t**4) for t, c in AT])) or (
        "The number is right, but the Tensor has forgotten a or da, and cannot be derived again. "
        "Compute with a and da themselves, not with their values."
    )


def fits(rule, values):
    """Whether `rule`, on plain numbers, gives `values` at POINTS."""
    expected = [rule(a, da) for a, da in POINTS]
    return all(map(is_close, values, expected))


def is_close(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-14)


def is_made_from(result, node):
    """Whether `node` stands in the graph of `result`."""
    return any(other is node for other in topological_order(result))


# 02.3, the second derivative of x * exp(-x)

SPRING_BELIEFS = [
    (lambda x: (1 - x) * math.exp(-x), "That is the first derivative. Derive it again."),
    (
        lambda x: x * math.exp(-x),
        "That has the value of the force itself. Derive it twice, the whole product: put it in "
        "parentheses before .grad(x).",
    ),
    (
        lambda x: -x * math.exp(-x),
        "Only e^-x was derived. Put the whole product in parentheses before .grad(x).",
    ),
    (lambda x: (2 + x) * math.exp(x), "The minus sign is lost: the exponent is -x."),
    (
        lambda x: ((1 - x) * math.exp(-x)) ** 2,
        "That is the square of the slope. Derive the slope instead.",
    ),
    (lambda x: (3 - x) * math.exp(-x), "That is the third derivative."),
    (
        lambda x: -(2 + x) * math.exp(x),
        "The minus belongs inside the exponential: (-x).exp(), not -x.exp().",
    ),
    (lambda x: math.exp(-x), "Your force lacks the factor x in front."),
]
TAKES_NUMBERS = r"for \*\* or pow\(\): '\w+' and 'Tensor'|must be real number, not Tensor"


def second_derivative_of_spring(x):
    return (x - 2) * math.exp(-x)


def judge_spring(answer, chapter):
    """True if `answer` gives the second derivative as an expression of x."""
    x = chapter.Tensor(1.0, name="x")
    try:
        result = answer(x)
    except TypeError as error:
        if re.search(TAKES_NUMBERS, str(error)):
            return "math.exp(-x) and math.e ** (-x) take numbers only. A Tensor has (-x).exp()."
        raise
    if result is ...:
        return OPEN
    if is_number(result):
        return "Return the Tensor itself, not its value: it can be computed again, or derived."
    if not isinstance(result, chapter.Tensor):
        return f"The function must return a Tensor, made from x; it returned {kind(result)}."
    values = [answer(chapter.Tensor(at, name="x")).value for at in (1.0, 0.0, 2.5)]
    expected = [second_derivative_of_spring(at) for at in (1.0, 0.0, 2.5)]
    if not is_made_from(result, x) and not all(map(is_close, values, expected)):
        return (
            "The Tensor that you return is not made from the x that your function gets. Is x "
            "replaced on the way, or only its value used?"
        )
    if not any(values):
        return "It is 0 everywhere. " + (
            "Derive along the very x that you were given, both times."
            if any(node.op == "exp" for node in topological_order(result))
            else "math.exp takes numbers, and what it returns has forgotten x: use (-x).exp()."
        )
    for belief, sentence in SPRING_BELIEFS:
        if all(map(is_close, values, map(belief, (1.0, 0.0, 2.5)))):
            return sentence
    if not all(map(is_close, values, expected)):
        return f"At x = 1 it gives {describe(values[0])}, expected {describe(expected[0])}."
    x.value = 2.5
    if not is_close(result.forward().value, expected[-1]):
        return (
            "The number is right, but it does not follow x: after x.value = 2.5, forward() gives "
            "another. Build the force from the Tensor x, not from its value."
        )
    return True


# 02.4, a product that makes no needless nodes


def judge_thrifty(thrifty_mul, chapter):
    """True if `thrifty_mul` spares work for constants, and for constants only."""
    Tensor = chapter.Tensor
    x = Tensor(5.0, name="x")
    if thrifty_mul(x, Tensor(3.0)) is ...:
        return OPEN
    for other in (3.0, 0.5, 1.5, -1.0):
        for product in (thrifty_mul(x, Tensor(other)), thrifty_mul(Tensor(other), x)):
            if not isinstance(product, Tensor):
                return f"thrifty_mul must return a Tensor; it returned {kind(product)}."
            if product.value != 5 * other:
                return (
                    f"5 times the constant {other:g} must still be {5 * other:g}, not "
                    f"{describe(product)}."
                )
            if not is_made_from(product, x):
                return "Return a * b: your Tensor has forgotten its operands."
    for now in (1.0, 0.0):
        for swapped in (False, True):
            changing = Tensor(now, name="y")
            result = thrifty_mul(x, changing) if swapped else thrifty_mul(changing, x)
            changing.value = 7.0
            if chapter.lift(result).forward().value != 35:
                return (
                    f"You take an input for a constant. It may happen to be {now:g} now, and "
                    "something else later: then the product is stale for good. A constant has no "
                    "op, and no name either."
                )
    for now, expression in ((1, x - 4.0), (0, x - 5.0)):
        for product in (thrifty_mul(expression, x), thrifty_mul(x, expression)):
            if product is x or not is_made_from(chapter.lift(product), expression):
                return (
                    f"x - {5 - now} happens to be {now} now. An expression has an op, so it is no "
                    "constant."
                )
    for one in (1, 1.0):
        spared = [thrifty_mul(Tensor(one), x) is x, thrifty_mul(x, Tensor(one)) is x]
        if not any(spared):
            return (
                f"{one} times x still makes a new node. Return x itself. (A Tensor never equals "
                "1: compare its value.)"
            )
        if not all(spared):
            return "A factor may stand on either side: look at a and at b."
    for a, b in ((Tensor(0), x), (x, Tensor(0)), (Tensor(0), Tensor(1)), (Tensor(1), Tensor(0))):
        result = thrifty_mul(a, b)
        if not isinstance(result, Tensor):
            return f"For a constant 0 return a Tensor, Tensor(0), not {kind(result)}."
        if result.op is not None or result.name is not None:
            return "0 times x is 0, whatever x is: return a constant, Tensor(0)."
        if result.value != 0:
            return (
                f"0 times {describe(b if a.value == 0 else a)} must be 0, not {describe(result)}."
            )
    return True


MODULE = "autodiff_lib.engines.symbolic"
EXERCISES = [
    Exercise(
        key="02.1",
        title="x in three places",
        hints=(
            "Derive the two products one after the other, and add.",
            "In x y, only x moves: its slope is y. In x x, both factors move.",
            "3 from the first product, 2 + 2 from the second.",
        ),
        judge=number(
            7,
            {
                5: "x stands twice in x x. Each place gives 2, so it is 3 + 2 + 2.",
                4: "That is x x alone. x is in x y as well.",
                3: "That is x y alone. x is in x x as well.",
                9: "x x has two places for x, not three.",
                6: "x stands in three places, but in x y the slope is y, which is 3.",
                2: "2 is the slope with respect to y. The question is about x.",
                10: "10 is the value of f. How many times as far as x does it move?",
                12: "Slopes of products side by side add; they do not multiply.",
            },
            because="x stands in three places, and their slopes add: 3 + 2 + 2.",
        ),
        solution="02_symbolic_tensor.ipynb",
        module=MODULE,
    ),
    Exercise(
        key="02.2",
        title="The rule of 1 / a",
        hints=(
            "Use the rule of the quotient with a constant 1 on top. What is the derivative of 1?",
            "(0 * a - 1 * da) / a**2. Two things drop out.",
            'The rule is lambda a, da: -da / a**2, the method lambda a: apply("reciprocal", a).',
        ),
        judge=custom(judge_reciprocal, "the method, a function of one Tensor", needs=("Tensor",)),
        solution="02_symbolic_tensor.ipynb",
        module=MODULE,
    ),
    Exercise(
        key="02.3",
        title="Derive twice",
        hints=(
            "First the force, from x. How do you write e to the power of -x?",
            "force = x * (-x).exp(). Its derivative is force.grad(x), a Tensor like any other.",
            "return force.grad(x).grad(x)",
        ),
        judge=custom(judge_spring, "a function of one Tensor, x", needs=("Tensor",)),
        solution="02_symbolic_tensor.ipynb",
        module=MODULE,
    ),
    Exercise(
        key="02.4",
        title="A thrifty product",
        hints=(
            "How do you tell the constant 1 from an input that happens to be 1? Look at op, name "
            "and value.",
            "Write is_constant(tensor, value) first: no op, no name, and that value.",
            "Four cases: either factor is the constant 0; a is the constant 1; b is; else a * b.",
        ),
        judge=custom(judge_thrifty, "a function of two Tensors, a and b", needs=("Tensor", "lift")),
        solution="02_symbolic_tensor.ipynb",
        module=MODULE,
    ),
]

OUTSIDE = Outside(
    library="PyTorch",
    version="2.13.0",
    source="""\
import torch

x, y, z = (torch.tensor(v, requires_grad=True) for v in (3.0, 2.0, 1.0))
o = ((x * y) * (y * z)) ** 2
print(o.item(), [g.item() for g in torch.autograd.grad(o, (x, y, z))])

x = torch.tensor(2.0, requires_grad=True)
cube = slope = x * x * x
print(cube.item())
for _ in range(3):
    (slope,) = torch.autograd.grad(slope, x, create_graph=True)
    print(slope.item())
""",
    printed="""\
144.0 [96.0, 288.0, 288.0]
8.0
12.0
12.0
6.0
""",
)
