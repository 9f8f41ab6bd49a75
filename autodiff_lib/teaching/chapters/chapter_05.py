"""The predictions, exercises and outside check of chapter 05, arrays and functions."""

import re

import numpy as np

from autodiff_lib.engines.functions import Variable
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, number
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.running import explain_error
from autodiff_lib.teaching.values import describe, kind, same_value
from autodiff_lib.teaching.verdicts import Judgement

MODULE = "autodiff_lib.engines.functions"
SOLUTION = "05_arrays_and_functions.ipynb"


def bills():
    """X @ Y for the two customers and the two shops, with X."""
    X = Variable([[1, 2], [3, 4]])
    return X @ Variable([[5, 6], [7, 8]]), X


def one_bill():
    return bills()[0].value[1, 0]


def slope_of_the_total():
    Z, X = bills()
    Z.sum().backward()
    return X.gradient[0, 0]


def second_visit():
    """What the second visit of h hands on, where o has given it 1 along each of two arrows."""
    collected, handed = 1 + 1, []
    for _ in range(2):
        handed.append(0 + collected)
        collected *= False
    return handed[1]


PREDICTIONS = [
    Prediction(
        key="05.a",
        question="Which number stands in row 1, column 0 of X @ Y, customer 1's bill in shop 0?",
        answer=one_bill,
        beliefs={
            21: "That multiplies two entries, 3 times 7. Walk along the whole row of X.",
            15: "That is fruit 0 alone. Customer 1 buys 4 of fruit 1 as well.",
            22: "That is row 0, column 1: customer 0 in shop 1. The row comes first.",
            39: "3 * 5 + 4 * 6 walks along two rows. In Y we walk down a column.",
            50: "That is row 1, column 1. Columns count from 0.",
            19: "That is row 0, column 0. Rows count from 0.",
        },
        because="Row 1 of X is what customer 1 buys, column 0 of Y what shop 0 asks.",
    ),
    Prediction(
        key="05.b",
        question="How many times as far as X[0, 0] does the total of all four bills move?",
        answer=slope_of_the_total,
        beliefs={
            5: "That is one of two bills. Customer 0 has a bill in shop 1, too.",
            6: "That is one of two bills. Customer 0 has a bill in shop 0, too.",
            12: "5 + 7 are the prices of both fruits in shop 0. X[0, 0] is fruit 0, in both shops.",
            26: "26 adds up all prices. X[0, 0] meets the prices of fruit 0 alone.",
            4: "1 + 3 is how much of fruit 0 is bought. Its prices are asked for.",
            1: "One more piece is bought, but each shop asks a price for it.",
        },
        because="Customer 0 pays for it on two bills, 5 on the one and 6 on the other.",
    ),
    Prediction(
        key="05.c",
        question="o visits h twice. What does the second visit hand on, along each arrow to x?",
        answer=second_visit,
        beliefs={
            1: "o adds both its shares to h before it visits h at all. None is left to come in.",
            2: "So much the first visit hands on. What does it do to the gradient of h at its end?",
            4: "So much x has in the end, from all visits together.",
        },
        because="The first visit handed on all that h had collected, and emptied h.",
    ),
]

# ---------------------------------------------------------------------------------- 05.1

WRONG_GRADIENTS = [
    ([[3], [7]], "3 and 7 add up the rows of x. y meets columns of it: that is what x.T is for."),
    ([[1], [2]], "That is the path through the first entry of the product. Add the second."),
    ([[3], [4]], "That is the path through the second entry of the product. Add the first."),
    ([3, 7], "Those are the sums of the rows of x. y needs its columns, and the shape of y."),
    ([[17], [39]], "That is the product x y itself. How far does L move, if an entry of y does?"),
    ([[5, 6], [5, 6]], "That is the gradient of x. y is asked for."),
    ([[6], [4]], "Both numbers occur, in the other order: the entry 5 meets column 0 of x."),
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
    if isinstance(answer, str):
        return f"Write the rows without quotes, not {describe(answer)}."
    entries = np.array(answer)
    if entries.dtype.kind == "U":
        return f"Write the numbers without quotes, not {describe(answer)}."
    if kind(answer) == "a number":
        return "A gradient has the shape of its value: y has two entries, so two slopes."
    if entries.shape == (2, 1):
        if same_value(entries[0, 0], 4):
            return "The first entry is right. The second entry of y meets column 1 of x."
        if same_value(entries[1, 0], 6):
            return "The second entry is right. The first entry of y meets column 0 of x."
    return f"{describe(answer)} is not it. The first entry of y is used in both entries of x y."


# ---------------------------------------------------------------------------------- 05.2

PROBES = [
    (np.array([[1.0, 2.0, 6.0]]), 10.0),
    (np.array([[2.0], [5.0], [6.0]]), 5.0),
    (np.array([[2.0], [5.0]]), 3.0),
]

WRONG_MEANS = [
    (
        lambda x, incoming: np.full(x.shape, incoming),
        "That is the way back of the sum. An entry moves the average less far.",
    ),
    (
        lambda x, incoming: np.full(x.shape, 1 / x.size),
        "`incoming` is missing: slopes along a path multiply.",
    ),
    (
        lambda x, incoming: incoming / x.size,
        "The number is right, but the gradient needs the shape of x: one slope for each entry.",
    ),
    (
        lambda x, incoming: np.full(x.shape, incoming * x.size),
        "Divide by x.size instead: one entry of many moves the average only a little.",
    ),
    (
        lambda x, incoming: np.full(x.shape, incoming / len(x)),
        "len(x) is the number of rows. Divide by x.size, the number of all entries.",
    ),
    (
        lambda x, incoming: x * incoming / x.size,
        "How far the average moves does not depend on how large an entry is.",
    ),
]


def right_slopes(x, incoming):
    return np.full(x.shape, incoming / x.size)


def judge_mean(mean, chapter):
    """Whether `mean` is a Function, class or object, that takes the average and runs in a graph."""
    operation = mean() if isinstance(mean, type) else mean
    if not all(hasattr(operation, method) for method in ("forward", "backward")):
        return f"Hand in the class itself, with forward and backward; got {kind(mean)}."
    try:
        values = [operation.forward(x.copy()) for x, _ in PROBES]
        returned = [operation.backward(x.copy(), incoming) for x, incoming in PROBES]
    except TypeError as error:
        if ".size()" in explain_error(error):
            return "x.size is a number, no function: write it without brackets, x.size."
        raise
    if values[0] is ... and returned[0] is ...:
        return OPEN
    for value, (x, _) in zip(values, PROBES, strict=True):
        if not same_value(value, x.mean()):
            gives = f"gives {describe(value)}, not {describe(float(x.mean()))}"
            return f"forward of the array {x.tolist()} {gives}."
    wrong = wrong_way_back(returned)
    if wrong and not wrong_way_back([there_and_back(operation, *probe) for probe in PROBES]):
        return (
            "Right for one array at a time. But one Mean serves many: what forward keeps in self "
            "is overwritten by its next call. Take it from x in backward."
        )
    return wrong or runs_in_a_graph(operation, chapter)


def there_and_back(operation, x, incoming):
    """What backward returns directly after forward of the same array."""
    operation.forward(x.copy())
    return operation.backward(x.copy(), incoming)


def wrong_way_back(returned):
    """Why what `backward` returned at the two PROBES is not right, or ""."""
    if returned[0] is ... or returned[0] is None:
        return "forward is right. backward returns nothing yet: a tuple with one gradient."
    in_tuples = all(isinstance(slopes, tuple) and len(slopes) == 1 for slopes in returned)
    if all(isinstance(slopes, list) and len(slopes) == 1 for slopes in returned):
        if not wrong_way_back([tuple(slopes) for slopes in returned]):
            return "The slopes are right, but in a list. Return a tuple: (gradient,)."
    slopes = [entry[0] for entry in returned] if in_tuples else returned
    if all(map(shaped_alike, slopes, map(right_slopes, *zip(*PROBES, strict=True)))):
        if in_tuples:
            return ""
        return "The slopes are right. One operand still needs a tuple: return (gradient,)."
    for wrong, sentence in WRONG_MEANS:
        if all(map(shaped_alike, slopes, map(wrong, *zip(*PROBES, strict=True)))):
            return sentence
    return (
        "forward is right. For three entries and incoming 10, backward should return one array of "
        f"three slopes, 10 / 3 each, in a tuple; it gives {describe(returned[0])}."
    )


def shaped_alike(a, b):
    return np.shape(a) == np.shape(b) and same_value(a, b)


def runs_in_a_graph(operation, chapter):
    """Whether the operation works on Variables: the gradient of 6 times a mean of squares."""
    if not callable(operation):
        return "Both ways are right. To be used on Variables, it must be a `class Mean(Function)`."
    if not isinstance(getattr(operation, "op", None), str):
        return 'Both ways are right. The class also needs the name of its operation, op = "mean".'
    x = chapter.Variable(PROBES[0][0])
    output = operation(x * x) * 6
    if not hasattr(output, "pass_back"):
        return f"Called on a Variable it must give a Variable, got {kind(output)}."
    output.backward()
    wanted = 12 * PROBES[0][0] / 3
    if not same_value(x.gradient, wanted):
        return f"6 times the mean of x * x, x = [[1, 2, 6]]: gradient {describe(x.gradient)}."
    return Judgement("right", "It ran: 6 times the mean of x * x at 1, 2, 6 has slopes 4, 8, 24.")


# ---------------------------------------------------------------------------------- 05.4


def judge_add_row(add_row, chapter):
    """Whether `add_row` repeats a row of Variables so that the way back adds up."""
    if not callable(add_row):
        return f"This exercise asks for a function of two Variables, got {kind(add_row)}."
    for n, m in ((3, 2), (2, 4)):
        x = chapter.Variable(np.arange(n * m).reshape(n, m), name="x")
        b = chapter.Variable(10.0 * np.arange(1, m + 1).reshape(1, m), name="b")
        shapes = f"For x {x.value.shape} and b {b.value.shape}"
        try:
            result = add_row(x, b)
        except Exception as error:
            return f"{shapes}, {why_it_ended(error, x.value.shape, add_row)}"
        if result is ...:
            return OPEN
        if not hasattr(result, "pass_back"):
            return f"The result must be a Variable, so that a way leads back; got {kind(result)}."
        if not same_value(result.value, x.value + b.value):
            return f"{shapes} the values are wrong: each row of the result is a row of x plus b."
        weights = np.arange(1.0, n * m + 1).reshape(n, m) ** 2
        try:
            result.backward(weights)
        except Exception as error:
            return f"The values are right. The way back ended with {own_error(error, add_row)}."
        if x.gradient is None or b.gradient is None:
            name = "x" if x.gradient is None else "b"
            return f"No path leads back to {name}: {name}.value is a plain array. Use {name}."
        if not shaped_alike(x.gradient, weights):
            return "The values are right, but not the gradient of x: it gets what comes in."
        if not shaped_alike(b.gradient, weights.sum(0, keepdims=True)):
            return (
                "The values are right, but not the gradient of b: what comes in to all rows adds "
                "up, in the shape of b."
            )
    return Judgement("right", "Copying a row on the way forward is adding rows on the way back.")


def why_it_ended(error, wanted, add_row):
    """What to think of, after add_row ended with `error` for an x of the shape `wanted`."""
    pattern = r"(add|mul) needs two equal shapes, got (\(.*?\)) and (\(.*?\));"
    refused = re.match(pattern, str(error))
    if not refused:
        return f"add_row ended with {own_error(error, add_row)}."
    shapes = {refused[2], refused[3]} - {str(wanted)}
    if refused[1] == "mul":
        return "* repeats nothing: it works entry by entry. Which product makes rows of one row?"
    if any(shape.endswith(f", {wanted[1]})") for shape in shapes):
        return (
            f"{refused[2]} was to be added to {refused[3]}. Repeat the row b as often as x has "
            f"rows, here {wanted[0]} times."
        )
    other = " and ".join(sorted(shapes))
    return (
        f"{other} was to be added to {wanted}. The rows of a product are those of its left table, "
        "the columns those of its right one: turn the order round."
    )


def own_error(error, answer):
    """`error` in words; its line only if it is one of `answer`, not of the chapter's cells."""
    rule = getattr(answer, "backward", answer)
    code = getattr(rule, "__code__", None)
    return explain_error(error, within=code and code.co_filename)


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
        solution=SOLUTION,
        module=MODULE,
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
        judge=custom(judge_mean, "the class Mean", needs=("Variable", "Function")),
        solution=SOLUTION,
        module=MODULE,
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
                10: "What k sends once more goes on to h and x, and grows as it did before.",
                24: "Nothing new comes to k between its two visits: the second sends 2 again.",
                64: "Only k sends again what it has. o is visited once, h is drained each time.",
            },
            because="k sent its 2 twice, so everything below it came twice.",
        ),
        solution=SOLUTION,
        module=MODULE,
    ),
    Exercise(
        key="05.4",
        title="A row for every row",
        hints=(
            "x + b is refused. The layer of this chapter had the same problem with its row b.",
            "A column of n ones, times a row, is n copies of the row. n is x.value.shape[0].",
            "np.ones((n, 1)) @ b has the shape of x. Add that. Use b itself, not b.value.",
        ),
        judge=custom(judge_add_row, "a function of two Variables", needs=("Variable", "Function")),
        solution=SOLUTION,
        module=MODULE,
    ),
]

OUTSIDE = Outside(
    library="PyTorch",
    version="2.13.0",
    source="""\
import torch

E = torch.tensor([[0., 1, 2], [3, 4, 0], [1, 2, 3], [4, 0, 1]])
W = torch.tensor([[1., -2], [0, 1], [-1, 2]], requires_grad=True)
b = torch.tensor([[1., -1]], requires_grad=True)
o = (E @ W + b).relu().sum()
o.backward()
print(o.item(), W.grad.tolist(), b.grad.tolist())
""",
    printed="""\
17.0 [[7.0, 1.0], [4.0, 3.0], [1.0, 5.0]] [[2.0, 2.0]]
""",
)
