"""Chapter 00: the diamond by hand, with another y, one other program, and a stranger's slope."""

from autodiff_lib.engines.symbolic import Tensor
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import number
from autodiff_lib.teaching.predictions import Prediction


def slope_of_the_diamond(name, y=2):
    """The slope of o = ((x * y) * (y * z))**2 with respect to one input, at x = 3 and z = 1."""
    inputs = {"x": Tensor(3), "y": Tensor(y), "z": Tensor(1)}
    o = ((inputs["x"] * inputs["y"]) * (inputs["y"] * inputs["z"])) ** 2
    return o.grad(inputs[name]).value


def slope_of_the_sum_times_a():
    """The slope of p = (a + b) * a with respect to a, at a = 2 and b = 3."""
    a, b = Tensor(2), Tensor(3)
    return ((a + b) * a).grad(a).value


def slope_of_the_exponent():
    """Beside a nudge, the engine's slope of 12**2 with respect to the 2, in a word."""
    o = Tensor(12) ** 2
    nudged = (12**2.0001 - 12**2) / 0.0001
    over = o.grad(o.operands[1]).value - nudged
    return "right" if abs(over) < 1 else "large" if over > 0 else "small"


PREDICTIONS = [
    Prediction(
        key="00.a",
        question="What is the slope of o with respect to y?",
        answer=lambda: slope_of_the_diamond("y"),
        beliefs={
            (144, 144): "Those are the two ways. A nudge of y travels along both: add them.",
            144: "That is one of the two ways. A nudge of y travels along both, so they add up.",
            20736: "Factors along one path multiply. Two paths side by side add.",
            432: "Work out each way by itself first: from y to o, factor by factor.",
            96: "That is the slope for x, which has one path to o. y has two.",
            12: "So far h moves. From h to o there is one more factor.",
            24: "That is the slope of h. How far does h move, if y does?",
            576: "x and z are held still: only y moves. Work out each of its two ways.",
            192: "That is 48 + 144, the slopes of the two products. How far does y move each?",
            48: "That is the slope for h1. How far does y move h1, and what else does y move?",
            240: "From y to h1 the factor is the other one, x = 3.",
            72: "That is 3 * 24. From h1 to h there is one more factor, and y has another way.",
            6: "So far h moves along one way. y has two, and from h to o there is one more factor.",
        },
        tolerance=1e-3,  # a nudge of 0.001 is near enough
        because="Two ways, and each brings the same: they add up.",
    ),
    Prediction(
        key="00.b",
        question='Is the engine\'s slope for the 2 "right", too "large" or too "small"?',
        answer=slope_of_the_exponent,
        beliefs={
            "right": "It was for every input. But an engine knows no more than its rules: was the "
            "one for powers made for an exponent that moves?",
            "large": "An exponent moves o a lot: a whole step makes o 12 times as large. What "
            "rule would give even more?",
        },
        because="Each input's slope was sound, and still this one had to be checked.",
    ),
]

EXERCISES = [
    Exercise(
        key="00.1",
        title="One path",
        hints=(
            "First the values: with y = 1, what are h1, h2, h and o?",
            "h1 = 3, h2 = 1, h = 3. One path leads from x to o: x, h1, h, o.",
            "Along the path, x moves h1 y times as far, h1 moves h h2 times as far, and h moves o "
            "2h times as far. Multiply the three.",
        ),
        judge=number(
            slope_of_the_diamond("x", y=1),
            {
                (1, 1, 6): "Those are the three factors. Along a path they multiply.",
                1: "1 is how far h moves. From h to o there is one more factor.",
                96: "96 belongs to y = 2. With y = 1 every value on the way changes.",
                48: "48 is the table's slope of h1, for y = 2. Work out h1, h2 and h again.",
                24: "2h is no longer 24: h itself is smaller now.",
                12: "One factor is still from y = 2. Work out h1, h2 and h again.",
                8: "Factors along a path multiply: 1 * 1 * 6. You added them.",
                9: "9 is the value of o. The slope says how far o moves when x does.",
                3: "3 is the value of h. The derivative of h squared is 2h.",
                18: "From h1 to h the factor is the other one, h2 = 1, not h1 itself.",
                36: "x has one path to o, with three factors. Multiply them, add nothing.",
            },
            because="One path, three factors: y = 1, h2 = 1 and 2h = 6.",
        ),
        solution="00_start_here.ipynb",
        module="autodiff_lib.engines.symbolic",
    ),
    Exercise(
        key="00.2",
        title="Two paths",
        hints=(
            "Which operations use y? Follow each of the two paths by itself.",
            "Through h1 the factors are x, h2 and 2h. Through h2 they are z, h1 and 2h.",
            "With y = 1, h1 = 3, h2 = 1 and 2h = 6. Multiply along each path, then add the two.",
        ),
        judge=number(
            slope_of_the_diamond("y", y=1),
            {
                (18, 18): "Those are the two paths. A nudge of y travels along both: add them.",
                108: "108 is 6 * 18. From h to o the factor 2h counts once on each path.",
                18: "18 is one of the two paths. A nudge of y travels along both.",
                144: "That is one of the two paths, for y = 2. Every value on the way changes.",
                324: "Factors along one path multiply. Two paths side by side add.",
                288: "288 belongs to y = 2. With y = 1 every value on the way changes.",
                6: "6 is 3 + 3, how far h moves; from h to o there is one more factor. "
                "(It is also the slope for x.)",
                3: "So far h moves along one path. y has two, and from h to o there is one more "
                "factor.",
                9: "9 is the value of o. The slope says how far o moves when y does.",
                12: "For y = 2, h moves 12 times as far as y. Work out every value again, and "
                "go on from h to o.",
                24: "24 is 6 + 18, the slopes of the two products. How far does y move each?",
                54: "From h1 to h the factor is the other one, h2 = 1. And y has a second path.",
                60: "From h1 to h the factor is h2, from h2 to h it is h1: always the other one.",
                72: "Some values are still from y = 2. Work out h1, h2 and h again.",
            },
            because="18 through h1 and 18 through h2.",
        ),
        solution="00_start_here.ipynb",
        module="autodiff_lib.engines.symbolic",
    ),
    Exercise(
        key="00.3",
        title="Another program",
        hints=(
            "Call the sum s: s = a + b and p = s * a. Draw it: how many paths lead from a to p?",
            "Through s, a moves s once as far, and s moves p a times as far. The other path is one "
            "arrow, from a to p.",
            "In a product the factor is the other one: a on the path through s, s on the arrow. "
            "Paths side by side add.",
        ),
        judge=number(
            slope_of_the_sum_times_a(),
            {
                (2, 5): "Those are the two paths. A nudge of a travels along both: add them.",
                (5, 2): "One path by itself, the other through the sum: a nudge takes both. Add "
                "them.",
                2: "2 is the path through the sum. a is also a factor of p itself.",
                5: "5 is the path of a as a factor of p. a also moves the sum.",
                10: "10 is the value of p, and the two paths multiplied. Paths side by side add.",
                3: "3 is b, and 1 + 2. Factors along a path multiply, and a has a second path.",
                4: "4 is 2a, the slope of a squared. The sum is more than a: it holds b too.",
                6: "From the sum to p there is a factor, too: the other factor of p, a.",
                8: "A nudge of a moves the sum as far as a, once, not by the value of b.",
            },
            because="2 through the sum, and 5 as the factor beside it.",
        ),
        solution="00_start_here.ipynb",
        module="autodiff_lib.engines.symbolic",
    ),
    Exercise(
        key="00.4",
        title="A stranger's slope",
        hints=(
            "Compare `program(3, 1, 1)` with `program(3, 1, 1.0001)`.",
            "The difference says how far o moved. Divide it by the nudge.",
            "`(program(3, 1, 1.0001) - program(3, 1, 1)) / 0.0001`",
        ),
        judge=number(
            slope_of_the_diamond("z", y=1),
            {
                9: "9 is what the stranger says, and the value of o. How far does o move from "
                "it? Divide that by the nudge.",
                0.018: "So far o moves. Divide by the nudge, 0.001.",
                0.0018: "So far o moves. Divide by the nudge, 0.0001.",
                288: "288 belongs to y = 2. Nudge z from 1, with x = 3 and y = 1.",
                36: "36 is the slope for y. Nudge z, the third argument.",
                6: "6 is the slope for x. Nudge z, the third argument.",
                3: "So far h moves. o is h squared: call `program`, which goes on to o.",
                -18: "The sign is turned: take the value without the nudge from the one with it.",
            },
            tolerance=1e-2,  # as near as a nudge comes
            because="A nudge needs no engine: the stranger's lost a factor 2.",
        ),
        solution="00_start_here.ipynb",
        module="autodiff_lib.engines.symbolic",
    ),
]
