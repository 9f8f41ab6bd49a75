"""The exercises of chapter 02: derivatives as expressions."""

import math

from autodiff_lib.engines.symbolic import Tensor, lift
from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, function, number
from autodiff_lib.teaching.values import describe, kind


def values_of_rule(rule):
    """The Tensors `rule` gives for (a, a') at two points."""
    return [rule(Tensor(a), Tensor(da)) for a, da in ((3.0, 2.0), (-4.0, 5.0))]


def knows_its_operands(rule):
    """Whether what `rule` returns is made from the very a and da it was given."""
    a, da = Tensor(3.0), Tensor(2.0)
    below = [id(node) for node in topological_order(rule(a, da))]
    return id(a) in below and id(da) in below


def reciprocal_rule(a, da):
    return -da / a**2


RECIPROCAL_BELIEFS = [
    (lambda a, da: da / a**2, "The sign is missing: as a grows, 1 / a shrinks."),
    (
        lambda a, da: -1 / a**2,
        "a may be an expression itself. Its own derivative da is a factor: the chain rule.",
    ),
    (lambda a, da: da / a, "That is the rule of log."),
    (lambda a, da: 1 / a, "That is 1 / a itself. Derive it."),
    (lambda a, da: -da / (2 * a), "The square of a is a * a, not 2 * a."),
    (lambda a, da: -da / a, "The derivative of 1 / a has the square of a below."),
    (lambda a, da: 1 / da, "A reciprocal is not derived by deriving what stands below."),
    (lambda a, da: -da * a**2, "The square of a stands below, not beside."),
]


def same_values(rule, other):
    """Whether two rules give the same numbers at both points."""
    pairs = zip(values_of_rule(rule), values_of_rule(other), strict=True)
    return all(math.isclose(a.value, b.value) for a, b in pairs)


def judge_reciprocal(rule):
    """True if `rule` derives 1 / a, else the belief behind it."""
    results = values_of_rule(rule)
    if any(result is ... for result in results):
        return OPEN
    if not all(isinstance(result, Tensor) for result in results):
        return f"The rule must return a Tensor, made from a and da; it returned {kind(results[0])}."
    if same_values(rule, reciprocal_rule):
        return knows_its_operands(rule) or (
            "The number is right, but the Tensor has forgotten a and da, and cannot be derived "
            "again. Compute with a and da themselves, not with their values."
        )
    for belief, sentence in RECIPROCAL_BELIEFS:
        if same_values(rule, belief):
            return sentence
    return f"For a = 3 and da = 2 it gives {describe(results[0])}, expected {describe(-2 / 9)}."


def second_derivative_of_spring(at):
    return (at - 2) * math.exp(-at)


def judge_thrifty(thrifty_mul):
    """True if `thrifty_mul` spares work for constants, and for constants only."""
    x = Tensor(5.0, name="x")
    product = thrifty_mul(x, Tensor(3.0))
    if product is ...:
        return OPEN
    if not isinstance(product, Tensor):
        return f"thrifty_mul must return a Tensor; it returned {kind(product)}."
    if product.value != 15:
        return f"5 times the constant 3 must still be 15, not {product.value}."
    if product.op is None:
        return "Return a * b: your Tensor has forgotten its operands."
    for now, text in ((1.0, "1 now"), (0.0, "0 now")):
        changing = Tensor(now, name="y")
        for a, b in ((changing, x), (x, changing)):
            result = thrifty_mul(a, b)
            changing.value = 7.0
            moved = lift(result).forward().value
            changing.value = now
            if moved != 35:
                return (
                    f"You take an input for a constant. It may happen to be {text} and something "
                    "else later: then the product is stale for good. A constant has no op, and "
                    "no name either."
                )
    expression = x - 4.0
    if thrifty_mul(expression, x) is x:
        return "x - 4 happens to be 1 now. An expression has an op, so it is no constant."
    one, zero = Tensor(1), Tensor(0)
    spared = [thrifty_mul(one, x) is x, thrifty_mul(x, one) is x]
    if not any(spared):
        return (
            "1 times x still makes a new node. Return x itself. (A Tensor never equals 1: compare "
            "its value.)"
        )
    if not all(spared):
        return "A factor may stand on either side: look at a and at b."
    for a, b in ((zero, x), (x, zero)):
        result = thrifty_mul(a, b)
        if not isinstance(result, Tensor):
            return f"For a constant 0 return a Tensor, Tensor(0), not {kind(result)}."
        if result.op is not None:
            return "0 times x is 0, whatever x is: return a constant, Tensor(0)."
        if result.value != 0:
            return f"0 times x must be 0, not {result.value}."
    return True


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
    ),
    Exercise(
        key="02.2",
        title="The rule of 1 / a",
        hints=(
            "Use the rule of the quotient with a constant 1 on top. What is the derivative of 1?",
            "(0 * a - 1 * da) / a**2. Two things drop out.",
            "return -da / a**2",
        ),
        judge=custom(judge_reciprocal, "a function of two Tensors, a and da"),
        solution="02_symbolic_tensor.ipynb",
    ),
    Exercise(
        key="02.3",
        title="Derive twice",
        hints=(
            "Make x = Tensor(at), and f from it. How do you write e to the power of -x?",
            "f = x * (-x).exp(). Its derivative is f.grad(x), a Tensor like any other.",
            "return f.grad(x).grad(x).value",
        ),
        judge=function(
            second_derivative_of_spring,
            [(1.0,), (0.0,), (2.5,)],
            [
                (lambda at: (1 - at) * math.exp(-at), "That is the first derivative."),
                (lambda at: at * math.exp(-at), "That is f itself. Derive it twice."),
                (
                    lambda at: (2 + at) * math.exp(at),
                    "The minus sign is lost: the exponent is -x.",
                ),
                (
                    lambda at: ((1 - at) * math.exp(-at)) ** 2,
                    "That is the square of the slope. Derive the slope instead.",
                ),
                (lambda at: (3 - at) * math.exp(-at), "That is the third derivative."),
                (
                    lambda at: 0.0,
                    "It is 0 everywhere. Derive with respect to the very x that f is made from, "
                    "and use (-x).exp(): math.exp returns a plain number, which forgets x.",
                ),
                (
                    lambda at: -(2 + at) * math.exp(at),
                    "The minus belongs inside the exponential: (-x).exp(), not -x.exp().",
                ),
            ],
            because="By hand it is (x - 2) times e to the power of -x.",
        ),
        solution="02_symbolic_tensor.ipynb",
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
        judge=custom(judge_thrifty, "a function of two Tensors, a and b"),
        solution="02_symbolic_tensor.ipynb",
    ),
]
