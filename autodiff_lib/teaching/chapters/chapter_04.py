"""The predictions, exercises and outside check of chapter 04, operators that record."""

import math

import numpy as np

from autodiff_lib.engines.overloading import RULES, Number
from autodiff_lib.graphs import topological_order
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, function, number
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import is_node, kind, same_value
from autodiff_lib.teaching.verdicts import Judgement


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


def uses_a_result_twice(a):
    b = a * 4
    return (b + 3) + b * 5


def sends_what_it_holds(f, *numbers):
    inputs = [Number(number) for number in numbers]
    gradients = walk(f(*inputs), lambda held, incoming: held, RULES)
    return [gradients.get(x, 0.0) for x in inputs]


FUNCTIONS = [
    (lambda x, y, z: ((x * y) * (y * z)) ** 2, 3, 2, 1),
    (lambda x, y: x * x + 1, 3, 5),
    (lambda x: 2 / x - x, 4),
    (uses_a_result_twice, 3),
]


def slope_of_example():
    """The slope of e = (4a + 3) + 5 * 4a with respect to a."""
    a = Number(3)
    uses_a_result_twice(a).backward()
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
        question="b = 4a, c = b + 3, d = 5b, e = c + d: how many times as far as a does e move?",
        answer=slope_of_example,
        beliefs={
            28: "One path is counted twice. Multiply along each path from a to e, then add.",
            20: "That is the path over d. Add the one over c.",
            4: "That is the path over c. Add the one over d.",
            6: "That is how far e moves if b does. a moves b 4 times as far.",
            5: "That is the arrow from b to d. Before it a moves b, and c has a path too.",
            80: "Factors along a path multiply. Two paths side by side add.",
        },
        because="4 over c and 20 over d.",
    ),
    Prediction(
        key="04.b",
        question="y = x * x * x was made at x = 2, then x.value = 10. "
        "Which gradient does the walk back give x?",
        answer=lambda: read_too_late(2, 10),
        beliefs={
            12: "That is the slope where y was computed. But this walk back reads x now.",
            300: "That is the slope at 10. But x * x was computed at 2 and is not computed again.",
            8: "That is the value of y. Asked for is the gradient of x.",
            200: "That is what comes over x * x. The last factor x has a share, too.",
            104: "x * x uses x twice, and each of the two passes on 10 * 10.",
            44: "What comes in at x * x is the other factor of y, x as it is now.",
            240: "200 is right so far. The last factor gets the other factor, times the 1 of y.",
            100: "That is one part. x stands three times in y, and each adds its own.",
            36: "12 times 3? Follow the walk: which x does each product read, and when?",
        },
        because="The walk mixes what x is now with what x * x was then.",
    ),
    Prediction(
        key="04.c",
        question="Ten doublings, z = z + z: how often does receive run in one walk back?",
        answer=lambda: calls_of_receive(10),
        beliefs={
            11: "Once for each node? It runs once for each path that leads to the node.",
            10: "It runs once for each path that leads to a node, and each sum doubles them.",
            20: "Each doubling doubles the calls below it; they do not add up by two.",
            22: "Each doubling doubles the calls below it; they do not add up by two.",
            1023: "Those are the calls at the sums alone. The input is called, too.",
            1024: "Those are the calls at the input alone. The sums on the way are called, too.",
            2046: "Nearly: the output itself receives its 1 as well.",
        },
        because="1 + 2 + 4 + ... + 1,024: the paths double at each node.",
    ),
]
OUTSIDE = Outside(
    library="PyTorch",
    version="2.13.0",
    source="""
import torch

def leaf(v): return torch.tensor(float(v), requires_grad=True)

x, y, z = leaf(3), leaf(2), leaf(1)
o = ((x * y) * (y * z)) ** 2
o.backward()
print(o.item(), "--", x.grad.item(), y.grad.item(), z.grad.item())
a = leaf(3)
for _ in range(3):
    ((a * 4 + 3) * (a + 2)).backward()
    print(a.grad.item())
x = leaf(2)
y = x * x * x
with torch.no_grad(): x += 8
try: y.backward()
except RuntimeError as error: print(str(error).split(":")[0])
""",
    printed="""
144.0 -- 96.0 288.0 288.0
35.0
70.0
105.0
one of the variables needed for gradient computation has been modified by an inplace operation
""",
)


def exact(right, probes, beliefs, near, because=""):
    """A judge as `function` is; slopes right but for a nudge's error are answered `near`."""
    judge_exactly = function(right, probes, beliefs, because=because)
    judge_roughly = function(right, probes, tolerance=1e-3)

    def judge(answer, chapter=None):
        judgement = judge_exactly(answer, chapter)
        if judgement.state == "wrong" and judge_roughly(answer, chapter).state == "right":
            return Judgement("wrong", near)
        return judgement

    return judge


# 04.2, a row for the distance

DISTANCE_BELIEFS = [
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
    (
        lambda a, b: 1 / math.hypot(a, b),
        "Two operands, so two slopes, each with its own operand above the root.",
    ),
    (
        lambda a, b: (a * math.hypot(a, b), b * math.hypot(a, b)),
        "The slope of a root has the root below: divide by it.",
    ),
    (
        lambda a, b: ((a + b) / math.hypot(a, b),) * 2,
        "If a alone moves, b**2 under the root stays: above the root only a is left.",
    ),
    (
        lambda a, b: (a, b),
        "Those are half the slopes of a**2 + b**2. The root's own slope brings what is missing.",
    ),
    (
        lambda a, b: (abs(a), abs(b)),
        "Those are the roots of a**2 and of b**2. One root stands over the sum of both.",
    ),
    (
        lambda a, b: (a / abs(a), b / abs(b)),
        "Those are the slopes of two roots, of a**2 and of b**2. Here is one root, of the sum.",
    ),
    (lambda a, b: abs(a), "That is the root of a**2 alone. Asked for are two slopes."),
    (lambda a, b: a + b, "That is a sum of the operands. Asked for are two slopes."),
    (
        lambda a, b: a * math.hypot(a, b),
        "Two slopes are asked for, and the slope of a root has the root below.",
    ),
    (
        lambda a, b: (a / math.hypot(a, b),),
        "That is the slope with respect to a. Return the one for b beside it.",
    ),
]
judge_slopes = exact(
    distance_slopes,
    [(3.0, 4.0), (5.0, -12.0), (-8.0, 6.0)],
    DISTANCE_BELIEFS,
    near="Near, but not exact: a nudge or a rounding loses digits. Write the slopes as formulas.",
    because="At 3 and 4 the slopes are 0.6 and 0.8: walk back from a node, and draw(r) shows them.",
)


def judge_distance(answer, chapter=None):
    """As judge_slopes; a whole row is read, too."""
    return judge_slopes(getattr(answer, "slopes", answer), chapter)


# 04.3, one call

judge_values = exact(
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
        (
            sends_what_it_holds,
            "Right, unless a result is used twice: then what was passed on before is passed on "
            "again, as in the book. Walk back with backward.",
        ),
    ],
    near="Near, but not exact: a nudge or a rounding loses digits. Read the gradients.",
)


def judge_gradient_of(answer, chapter=None):
    """As judge_values; f must have recorded its graph, and the slopes be plain numbers."""
    judgement = judge_values(answer, chapter)
    if judgement.state != "right":
        return judgement
    inputs = []

    def product(x, y):
        inputs.extend([x, y])
        return x * y

    slopes = answer(product, 3.0, 5.0)
    if not all(map(is_node, inputs)):
        return Judgement(
            "wrong",
            "The slopes are right, but f was given plain numbers, which record nothing. "
            "Give it Numbers, and walk back once.",
        )
    if any(map(is_node, slopes)):
        return Judgement(
            "wrong",
            "The slopes are right, but each is a Number. Plain numbers are asked for: "
            "return x.gradient as it is.",
        )
    return judgement


# 04.4, the smallest graph that the book's way gets wrong


def walk(output, onward, rules):
    """{node: gradient}, each node passing on onward(what it holds, what came in)."""
    gradients = {}
    waiting = [(output, 1.0)]
    while waiting:
        node, incoming = waiting.pop()
        held = gradients[node] = gradients.get(node, 0.0) + incoming
        if node.op is not None:
            slopes = rules[node.op].slopes(*node.operand_values)
            arrows = [
                (operand, onward(held, incoming) * slope)
                for operand, slope in zip(node.operands, slopes, strict=True)
            ]
            waiting.extend(reversed(arrows))
    return gradients


def unfinished_row(made, rules):
    """The operation of a node whose row gives no slope for each operand; None if all do."""
    for node in made:
        slopes = rules[node.op].slopes(*node.operand_values)
        if np.shape(slopes) != (len(node.operands),):
            return node.op
    return None


def judge_smallest(f, chapter):
    """True if the book's way is wrong on f(a), which has the fewest operations possible."""
    if not callable(f):
        return f"Hand in the function, smallest without brackets; got {kind(f)}."
    sizes, wrong, reused = [], "", []
    for value in (3.0, 0.7):
        a = chapter.Number(value)
        try:
            output = f(a)
        except (ArithmeticError, ValueError) as error:
            said = f"{type(error).__name__}: {error}"
            return f"At a = {value:g} smallest ended with {said}. Has each operation a value there?"
        if output is ...:
            return OPEN
        if output is None:
            return "smallest(a) gives None: is a return missing?"
        if not is_node(output):
            return f"smallest(a) must return a Number, made from a; it returned {kind(output)}."
        nodes = topological_order(output)
        if not any(node is a for node in nodes):
            return "The result is not made from a: use the a that smallest is given."
        made = [node for node in nodes if node.op is not None]
        if op := unfinished_row(made, chapter.RULES):
            return f"The row {op!r} does not give one slope for each operand yet: finish it first."
        sizes.append(len(made))
        uses = [operand for node in made for operand in node.operands]
        reused.append(any(sum(o is node for o in uses) > 1 for node in made))
        book = walk(output, lambda held, incoming: held, chapter.RULES)[a]
        right = walk(output, lambda held, incoming: incoming, chapter.RULES)[a]
        if not same_value(book, right):
            wrong = wrong or f"At a = {value:g} the book says {book:g}; the slope is {right:g}."
    if not wrong:
        if any(reused):
            return (
                "A result is used twice, but it does not move with a, so no mistake arrives there."
            )
        return (
            "The book's way is right here: what is used twice, if anything, is an input, and "
            "passes nothing on."
        )
    if min(sizes) > 2:
        return f"The book's way is wrong on it, but it takes {min(sizes)} operations. Fewer do."
    return Judgement("right", wrong)


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
                44: "44 is the value of e. Asked for is how many times as far as a it moves.",
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
        judge=judge_distance,
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
        judge=judge_gradient_of,
        solution="04_operator_overloading.ipynb",
        module="autodiff_lib.engines.overloading",
    ),
    Exercise(
        key="04.4",
        title="The smallest graph that the book gets wrong",
        hints=(
            "In the example b passed on too much. It was used twice, and it was not an input.",
            "One operation makes a result from a. Another must use that result twice.",
            "b = a * 4 is a result. b + b uses it twice: two operations.",
        ),
        judge=custom(
            judge_smallest, "a function that makes a Number from a Number", needs=("Number",)
        ),
        solution="04_operator_overloading.ipynb",
        module="autodiff_lib.engines.overloading",
    ),
]
