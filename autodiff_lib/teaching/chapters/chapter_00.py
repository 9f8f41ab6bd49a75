"""Chapter 00: the diamond by hand, and again with another y."""

from autodiff_lib.engines.symbolic import Tensor
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import number
from autodiff_lib.teaching.predictions import Prediction


def slope_of_the_diamond(name, y=2):
    """The slope of o = ((x * y) * (y * z))**2 with respect to one input, at x = 3 and z = 1."""
    inputs = {"x": Tensor(3), "y": Tensor(y), "z": Tensor(1)}
    o = ((inputs["x"] * inputs["y"]) * (inputs["y"] * inputs["z"])) ** 2
    return o.grad(inputs[name]).value


PREDICTIONS = [
    Prediction(
        key="00.a",
        question="What is the slope of o with respect to y?",
        answer=lambda: slope_of_the_diamond("y"),
        beliefs={
            144: "That is one of the two ways. A nudge of y travels along both, so they add up.",
            20736: "Factors along one path multiply. Two paths side by side add.",
            432: "Work out each way by itself first: from y to o, factor by factor.",
            96: "That is the slope for x, which has one path to o. y has two.",
            12: "So far h moves. From h to o there is one more factor.",
            24: "That is the slope of h. How far does h move, if y does?",
            576: "x and z are held still: only y moves. Work out each of its two ways.",
            192: "That is 48 + 144, the slopes of the two products. How far does y move each?",
        },
        because="Two ways, and each brings the same: they add up.",
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
                96: "96 belongs to y = 2. With y = 1 every value on the way changes.",
                48: "48 is the table's slope of h1, for y = 2. Work out h1, h2 and h again.",
                24: "2h is no longer 24: h itself is smaller now.",
                12: "One factor is still from y = 2. Work out h1, h2 and h again.",
                8: "Factors along a path multiply: 1 * 1 * 6. You added them.",
                9: "9 is the value of o. The slope says how far o moves when x does.",
                3: "3 is the value of h. The derivative of h squared is 2h.",
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
            "3 * 1 * 6 on the one path, 1 * 3 * 6 on the other. Paths side by side add.",
        ),
        judge=number(
            slope_of_the_diamond("y", y=1),
            {
                18: "18 is one of the two paths. A nudge of y travels along both.",
                144: "That is one of the two paths, for y = 2. Every value on the way changes.",
                324: "Factors along one path multiply. Two paths side by side add.",
                288: "288 belongs to y = 2. With y = 1 every value on the way changes.",
                6: "6 is the slope for x. y is used by both products.",
            },
            because="18 through h1 and 18 through h2.",
        ),
        solution="00_start_here.ipynb",
        module="autodiff_lib.engines.symbolic",
    ),
]
