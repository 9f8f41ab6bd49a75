"""The exercises of chapter 05, arrays and functions."""

import numpy as np

from autodiff_lib.engines.functions import Variable
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, number
from autodiff_lib.teaching.running import explain_error
from autodiff_lib.teaching.values import describe, kind, same_value

WRONG_GRADIENTS = [
    ([[3], [7]], "3 and 7 add up the rows of x. y meets columns of it: that is what x.T is for."),
    ([[1], [2]], "That is the path through the first entry of the product. Add the second."),
    ([[3], [4]], "That is the path through the second entry of the product. Add the first."),
    ([3, 7], "Those are the sums of the rows of x. y needs its columns, and the shape of y."),
    ([[17], [39]], "That is the product x y itself. How far does L move, if an entry of y does?"),
    ([[5, 6], [5, 6]], "That is the gradient of x. y is asked for."),
    ([[4, 6]], "The numbers are right, but a gradient has the shape of its value: a column."),
    ([4, 6], "The numbers are right; write them as a column, two rows of one."),
]


def judge_column(answer):
    """Whether `answer` is the column [[4], [6]]."""
    if same_value(answer, np.array([[4, 6]]).T):
        return True
    for wrong, sentence in WRONG_GRADIENTS:
        if same_value(answer, np.array(wrong)):
            return sentence
    if kind(answer) == "a number":
        return "A gradient has the shape of its value: y has two entries, so two slopes."
    return f"{describe(answer)} is not it. The first entry of y is used in both entries of x y."


PROBES = [(np.array([[1.0, 2.0, 6.0]]), 10.0), (np.array([[2.0], [5.0]]), 3.0)]

WRONG_MEANS = [
    (
        lambda x, incoming: (np.full(x.shape, incoming),),
        "That is the way back of the sum. An entry moves the average less far.",
    ),
    (
        lambda x, incoming: np.full(x.shape, incoming / x.size),
        "The slopes are right. One operand still needs a tuple: return (gradient,).",
    ),
    (
        lambda x, incoming: (np.full(x.shape, 1 / x.size),),
        "`incoming` is missing: slopes along a path multiply.",
    ),
    (
        lambda x, incoming: (incoming / x.size,),
        "The number is right, but the gradient needs the shape of x: one slope for each entry.",
    ),
    (
        lambda x, incoming: (np.full(x.shape, incoming * x.size),),
        "Divide by x.size instead: one entry of many moves the average only a little.",
    ),
    (
        lambda x, incoming: (x * incoming / x.size,),
        "How far the average moves does not depend on how large an entry is.",
    ),
]


def judge_mean(cls):
    """Whether `cls` is a Function that takes the average."""
    if not isinstance(cls, type) or not all(hasattr(cls, m) for m in ("forward", "backward")):
        return f"Hand in the class itself, with forward and backward; got {kind(cls)}."
    values = [cls().forward(x) for x, _ in PROBES]
    slopes = [cls().backward(x, incoming) for x, incoming in PROBES]
    if values[0] is ... and slopes[0] is ...:
        return OPEN
    if not all(same_value(value, x.mean()) for value, (x, _) in zip(values, PROBES, strict=True)):
        return f"forward of an array with the entries 1, 2, 6 gives {describe(values[0])}, not 3."

    def agrees(rule):
        wanted = [rule(x, incoming) for x, incoming in PROBES]
        return all(
            type(s) is type(w) and same_value(s, w) for s, w in zip(slopes, wanted, strict=True)
        )

    for wrong, sentence in WRONG_MEANS:
        if agrees(wrong):
            return sentence
    return agrees(lambda x, incoming: (np.full(x.shape, incoming / x.size),)) or (
        "forward is right. For three entries and incoming 10, backward should return "
        f"one array of three slopes, 10 / 3 each, in a tuple; it gives {describe(slopes[0])}."
    )


def judge_add_row(add_row):
    """Whether `add_row` repeats a row of Variables so that the way back adds up."""
    for n, m in ((3, 2), (2, 4)):
        x = Variable(np.arange(n * m).reshape(n, m), name="x")
        b = Variable(10.0 * np.arange(1, m + 1).reshape(1, m), name="b")
        try:
            result = add_row(x, b)
        except ValueError as error:
            if "needs two equal shapes" in str(error):
                return f"For x {x.value.shape} and b {b.value.shape}, an operand was not repeated."
            return (
                f"For x {x.value.shape} and b {b.value.shape} it ended with {explain_error(error)}."
            )
        if result is ...:
            return OPEN
        if not isinstance(result, Variable):
            return f"The result must be a Variable, so that a way leads back; got {kind(result)}."
        if not same_value(result.value, x.value + b.value):
            return "The values are wrong: every row of the result is a row of x plus b."
        result.backward(np.ones((n, m)))
        if x.gradient is None or b.gradient is None:
            return ".value is a plain array: with it the path from the result is cut."
    return True


EXERCISES = [
    Exercise(
        key="05.1",
        title="A column's gradient",
        hints=(
            "Every entry of x y counts 1, so `incoming` is a column of two ones. Which of the two "
            "rules is that of y?",
            "The gradient of y is x.T @ incoming. Write down x.T first.",
            "Row 0 of x.T is 1 and 3. Times the column of ones that is 1 + 3. Row 1 is 2 and 4.",
        ),
        judge=custom(judge_column, "a list of rows such as [[7], [8]]"),
        solution="05_arrays_and_functions.ipynb",
    ),
    Exercise(
        key="05.2",
        title="The average as a Function",
        hints=(
            "The average is the sum divided by x.size. Look at the class Sum.",
            "If one of n entries moves by 0.001, the average moves by 0.001 / n. What comes in "
            "is multiplied by that slope.",
            "forward: x.sum() / x.size. backward: np.full(x.shape, ...), with what comes in "
            "divided by x.size, in a tuple with a comma.",
        ),
        judge=custom(judge_mean, "the class Mean"),
        solution="05_arrays_and_functions.ipynb",
    ),
    Exercise(
        key="05.3",
        title="What terminal breaks",
        hints=(
            "Write down a column each for x, h and k, and go through the visits in order: o, then "
            "k, then all that this visit of k starts, then k again.",
            "o gives k 1 + 1. The first visit of k sends 2 along both arrows, so h has 4. The "
            "visits of h bring 8 to x and drain h. What does k still have?",
            "k keeps its 2, because it is terminal. Its second visit sends 2 once more, and h "
            "brings 8 to x once more.",
        ),
        judge=number(
            16,
            {
                8: "8 is the true slope. But k keeps its 2 after its first visit, and has two.",
                32: "So much comes out if h keeps its gradient. Here h is drained, k is not.",
                48: "48 is what comes out if h keeps its gradient too.",
                12: "The second visit of k sends all it has, 2 along each arrow, like the first.",
                4: "That is what reaches h. Two arrows lead from x to h.",
            },
            because="k sent its 2 twice, so everything below it came twice.",
        ),
        solution="05_arrays_and_functions.ipynb",
    ),
    Exercise(
        key="05.4",
        title="A row for every row",
        hints=(
            "x + b is refused. What does the error message say about repeating a row?",
            "A column of n ones, times a row, is n copies of the row. n is x.value.shape[0].",
            "np.ones((n, 1)) @ b has the shape of x. Add that. Use b itself, not b.value.",
        ),
        judge=custom(judge_add_row, "a function of two Variables"),
        solution="05_arrays_and_functions.ipynb",
    ),
]
