"""The exercises and predictions of chapter 10, rules."""

import numpy as np

from autodiff_lib.arrays import ROWS
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, numbers
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.puzzles import Puzzle, judge_puzzles
from autodiff_lib.teaching.running import explain_error, in_readers_code
from autodiff_lib.teaching.values import describe, kind, same_value
from autodiff_lib.teaching.verdicts import Judgement

ENGINE = (
    "autodiff_lib.arrays.rows",
    "autodiff_lib.arrays.node",
    "autodiff_lib.arrays.reverse",
)
SOLUTION = "10_rules.ipynb"
W = np.array([5.0, 7.0, -1.0])


def indexed():
    """The gradient of an array of three, where x[[0, 0, 2]] gets 5, 7 and -1."""
    found = np.zeros(3)
    np.add.at(found, [0, 0, 2], W)
    return tuple(found.tolist())


PREDICTIONS = [
    Prediction(
        key="10.a",
        question="How many times as far as b does the loss move?",
        answer=lambda: float(np.sum(W)),
        beliefs={
            3: "b has three copies, but each moves the loss as far as w says, not 1.",
            5: "That is the way over the first copy alone. There are three.",
            7: "That is the way over the second copy alone. There are three.",
            11 / 3: "That is the average. But a nudge goes to each copy whole, not in thirds.",
            -35: "Slopes are multiplied along one way. These are three ways, side by side.",
            13: "The third copy moves the loss down: its share is taken off.",
            1: "That is how far each copy moves. The copies then move the loss.",
            5.5: "So far the loss moves for a nudge of 0.5. How many times 0.5 is that?",
            (5, 7, -1): "One number is asked for: b is one, and moves all three copies.",
        },
        because="A nudge of b reaches the loss over all three copies: 5 + 7 - 1.",
    ),
    Prediction(
        key="10.b",
        question="What does the array x get, as a tuple of three?",
        answer=indexed,
        beliefs=[
            ((7, 0, -1), "Entry 0 was read twice. The 7 does not take the place of the 5."),
            ((5, 0, -1), "Entry 0 was read twice, and each reading sends something back."),
            ((5, 7, -1), "These are the gradients of the three places read, not of x's entries."),
            ((6, 0, -1), "Each reading is a whole copy, so nothing is averaged."),
            ((12, -1, 0), "The second reading was of entry 0, too, the third of entry 2."),
            ((12, 0, 0), "Entry 2 was read as well."),
            ((12, 7, -1), "The 7 belongs to entry 0. Entry 1 was never read: nothing comes back."),
        ],
        because="Entry 0 was copied to two places, so its two gradients are added up.",
    ),
    Prediction(
        key="10.c",
        question="What does a get, as a tuple of three?",
        answer=lambda: tuple((W + 1).tolist()),
        beliefs=[
            ((5, 7, -1), "That comes over line 2, the product. Line 3 leads to a as well."),
            ((1, 1, 1), "That comes over line 3 alone. Line 2 leads to a as well."),
            ((1, 2, 3), "The edge to line 0 has kept b. The one to line 1 has kept a."),
            ((2, 3, 4), "The edge to line 0 has kept b. The one to line 1 has kept a."),
            ((6, 16, 0), "That is the value of line 3. What flows back is asked for."),
            ((2, 2, 2), "Line 2 multiplies what it sends to a by b."),
        ],
        because="b comes over the product and 1 over the sum, and they are added up.",
    ),
]

OUTSIDE = Outside(
    library="JAX 0.10.2 and PyTorch",
    version="2.13.0",
    source="""\
import jax
import jax.numpy as jnp
import torch

def diamond(x, y, z): return ((x * y) * (y * z)) ** 2
def total(X, b): return (X * b).sum()

for name, grad, array in [("JAX", jax.grad, jnp.array),
                          ("PyTorch", torch.func.grad, torch.tensor)]:
    xyz = map(array, [3., 2., 1.])
    X, b = array([[0., 2., 2.], [3., 0., 0.]]), array([1., 0., 1.])
    print(name, *[slope.item() for slope in grad(diamond, (0, 1, 2))(*xyz)])
    print("b gets", grad(total, 1)(X, b).tolist())
""",
    printed="""\
JAX 96.0 288.0 288.0
b gets [3.0, 2.0, 2.0]
PyTorch 96.0 288.0 288.0
b gets [3.0, 2.0, 2.0]
""",
)


# ------------------------------------------------------------------ the puzzles


def case(result, operand, **known):
    """One case of a puzzle: the shapes of the result and of the operand, and what is known."""
    return {"shape": result, "x_shape": operand, **known}


def drawn(*shape):
    """Numbers between 1 and 2, the same each time."""
    return np.random.default_rng(shape).uniform(1, 2, shape)


PUZZLES = [
    Puzzle(
        "the copies of b",
        lambda v, shape, **_: np.broadcast_to(v, shape),
        (),
        [case((3,), ()), case((5,), ())],
        [(lambda g: np.mean(g), "an average: a nudge goes to each copy whole. Add up.")],
    ),
    Puzzle(
        "np.mean(x)",
        lambda v, **_: np.mean(v),
        ("x_shape",),
        [case((), (3,)), case((), (2, 5))],
        [
            (lambda g, s: np.full(s, g), "that is the rule of the sum. A mean divides by how many "
             "there are."),
            (lambda g, s: np.full(s, g / s[0]), "divided by the number of rows alone: a mean "
             "divides by the number of all entries."),
            (lambda g, s: np.full(s, g / s[-1]), "divided by the length of a row alone: a mean "
             "divides by the number of all entries."),
            (lambda g, s: g / s, "x_shape is a tuple, (2, 5), not how many entries there are: that "
             "is np.prod(x_shape)."),
        ],
    ),
    Puzzle(
        "np.cumsum(x)",
        lambda v, **_: np.cumsum(v),
        (),
        [case((3,), (3,)), case((5,), (5,))],
        [
            (lambda g: np.cumsum(g), "that is the running sum again. x[0] moves every result, the "
             "last x only one: sum from the other end."),
            (lambda g: np.cumsum(g)[::-1], "turned round once too little: sum from the end, then "
             "turn back."),
            (lambda g: np.cumsum(g[::-1]), "summed from the end: now turn it round again."),
            (lambda g: np.diff(g, prepend=0.0), "that undoes a running sum. A transpose is not the "
             "inverse: it sends each g to all that moved it."),
            (lambda g: g, "x[0] moves all results, not the first alone."),
        ],
    ),
    Puzzle(
        "x / y, for y",
        lambda v, x, y, **_: -x / y**2 * v,
        ("x", "y"),
        [case((3,), (3,), x=drawn(3), y=drawn(3) + 1), case((2, 4), (2, 4), x=drawn(2, 4),
              y=drawn(2, 4) + 2)],
        [
            (lambda g, x, y: g / y, "that is the rule for x."),
            (lambda g, x, y: -x / y**2, "g is missing: what arrives is multiplied."),
            (lambda g, x, y: -g / y**2, "x is missing: the slope of x / y along y is -x / y²."),
        ],
    ),
    Puzzle(
        "x.sum(axis=1)",
        lambda v, **_: np.sum(v, axis=1),
        ("x_shape",),
        [case((3,), (3, 3)), case((2,), (2, 3)), case((4,), (4, 2))],
        [
            (lambda g, s: np.broadcast_to(g, s), "each row was summed to one number, so g[i] goes "
             "to all of row i. Here it goes down the columns: give g its lost axis back."),
        ],
    ),
    Puzzle(
        "x + b, for the row b",
        lambda v, shape, **_: np.broadcast_to(v, shape),
        (),
        [case((3, 3), (3,)), case((2, 3), (3,)), case((4, 2), (2,))],
        [(lambda g: g.sum(axis=1), "summed along the rows. b was copied down the columns.")],
    ),
    Puzzle(
        "x @ y, for x",
        lambda v, y, **_: v @ y,
        ("y",),
        [case((3, 3), (3, 3), y=drawn(3, 3)), case((2, 4), (2, 3), y=drawn(3, 4)),
         case((5, 1), (5, 2), y=drawn(2, 1))],
        [
            (lambda g, y: g @ y, "a transpose is missing: g and y fit only on squares, by luck, "
             "and then the numbers are wrong."),
            (lambda g, y: y.T @ g, "the order is turned round: these shapes fit only on squares, "
             "by luck."),
        ],
    ),
    Puzzle(
        "x @ y, for y",
        lambda v, x, **_: x @ v,
        ("x",),
        [case((3, 3), (3, 3), x=drawn(3, 3)), case((2, 4), (3, 4), x=drawn(2, 3)),
         case((5, 1), (2, 1), x=drawn(5, 2))],
        [
            (lambda g, x: x @ g, "a transpose is missing: x and g fit only on squares, by luck, "
             "and then the numbers are wrong."),
            (lambda g, x: g @ x.T, "the order is turned round: these shapes fit only on squares, "
             "by luck."),
        ],
    ),
    Puzzle(
        "A @ v, for the matrix A",
        lambda v, vector, **_: v @ vector,
        ("vector",),
        [case((3,), (3, 3), vector=drawn(3)), case((2,), (2, 3), vector=drawn(3)),
         case((4,), (4, 2), vector=drawn(2))],
        [
            (lambda g, v: g * v, "entry by entry is not enough: A[i, j] moves result i by v[j]."),
            (lambda g, v: g @ v.T, "g and v are lists, and .T leaves a list as it is. First make "
             "a column of g, g[:, None]."),
        ],
    ),
    Puzzle(
        "x.T.reshape(-1)",
        lambda v, **_: v.T.reshape(-1),
        ("x_shape",),
        [case((9,), (3, 3)), case((6,), (2, 3)), case((8,), (4, 2))],
        [
            (lambda g, s: g.reshape(s), "the shape is right, the places are not: before the "
             "reshape there was a transpose."),
        ],
    ),
]  # fmt: skip


# ------------------------------------------------------------------ the exercises

SQUARED = [np.array([[3.0, 1.0], [0.5, -2.0]]), np.array([[1.0, 2.5], [-1.0, 1.5]])]
SENT = np.array([[2.0, 3.0], [-1.0, 0.5]])
ERROR_RIGHT = {"x": lambda g, x, y: 2 * g * (x - y), "y": lambda g, x, y: 2 * g * (y - x)}
ERROR_BELIEFS = {
    "y": [
        (lambda g, x, y: 2 * g * (x - y), "the sign is wrong: when y grows, x - y gets smaller."),
        (lambda g, x, y: g * (x - y), "the 2 is missing, and the sign is wrong: when y grows, "
         "x - y gets smaller."),
    ],
    "x": [
        (lambda g, x, y: 2 * g * (y - x), "the sign is wrong: when x grows, x - y grows as well."),
    ],
    "both": [
        (lambda g, x, y: 2 * (x - y), "g is missing: what arrives is multiplied."),
        (lambda g, x, y: 2 * (y - x), "g is missing: what arrives is multiplied."),
        (lambda g, x, y: g * (x - y), "the 2 is missing: the slope of a square is twice what was "
         "squared."),
        (lambda g, x, y: g * (y - x), "the 2 is missing: the slope of a square is twice what was "
         "squared."),
        (lambda g, x, y: 2 * g * x, "that is the slope of x squared. What is squared is x - y."),
        (lambda g, x, y: 2 * g * y, "that is the slope of y squared. What is squared is x - y."),
        (lambda g, x, y: g * (x - y) ** 2, "that is g times the value. The slope of a square is "
         "twice what was squared."),
        (lambda g, x, y: g, "g is sent on as it came: the slope of a square is missing."),
        (lambda g, x, y: 2 * g * abs(x - y), "the slope of a square has a sign: it is negative "
         "where what was squared is."),
    ],
}  # fmt: skip


def judge_error(row):
    """Whether a Row computes the squared error, and each of its rules sends back what it should."""
    if not hasattr(row, "rules") or not hasattr(row, "function"):
        return f"A Row is asked for, got {kind(row)}."
    if len(row.operands) != 2 or not same_value(row(*SQUARED), (SQUARED[0] - SQUARED[1]) ** 2):
        return "Leave the function and its two operands as they were: only the rules are open."
    for position, name in enumerate("xy"):
        if position not in row.rules:
            return f"{name} has no rule."
        if row.rules[position] is None:
            return f"The rule of {name} is None: nothing would flow back to {name}."
    sent = [error_part(row, position) for position in (0, 1)]
    if all(part is ... for part in sent):
        return OPEN
    for name, part in zip("xy", sent, strict=True):
        if said := error_problem(name, part):
            return said
    return True


def error_part(row, position):
    """What the rule of an operand sends back."""
    rule, out = row.rules[position], row(*SQUARED)
    return rule.function(SENT, *rule.take(SQUARED, out, row.parameters, position))


def error_problem(name, part):
    """What is wrong with what the rule of x, or of y, sends back; or ""."""
    if part is ...:
        return f"The rule of {name} is still open."
    right = ERROR_RIGHT[name](SENT, *SQUARED)
    if same_value(part, right, 1e-9):
        return ""
    for mistaken, sentence in ERROR_BELIEFS[name] + ERROR_BELIEFS["both"]:
        if same_value(part, mistaken(SENT, *SQUARED), 1e-9):
            return f"The rule of {name}: {sentence}"
    if np.shape(part) != right.shape:
        return (
            f"The rule of {name} sends {describe(part)}, but x and y are arrays, here of shape "
            f"{right.shape}: each entry gets a slope of its own."
        )
    place = next(k for k in np.ndindex(right.shape) if not same_value(part[k], right[k], 1e-9))
    x, y = SQUARED
    return (
        f"The rule of {name}: where x is {x[place]:g}, y is {y[place]:g} and g is "
        f"{SENT[place]:g}, it sends {part[place]:g}, and is to send {right[place]:g}."
    )


LOSS = [
    np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]]),
    np.array([[1.0, 0.0], [2.0, 1.0], [-1.0, 0.5]]),
    np.array([2.0, -1.0]),
]
FIVE_RULES = {  # (operation, place of the operand): where it was asked for
    ("mean", 0): "Rule 2 of 10.2",
    ("matmul", 0): "Rule 7 of 10.2",
    ("matmul", 1): "Rule 8 of 10.2",
    ("error", 0): "10.3, the rule of x",
    ("error", 1): "10.3, the rule of y",
}


def judge_loss(f, chapter):
    """Whether the reader's rows give the mean squared error and its slopes in the chapter's engine.

    f: a function of x (2, 3), y (3, 2) and target (2,), which is copied to both rows. Each of the
    five rules is judged apart, then what the engine makes of them.
    """
    level = chapter.Reverse()
    inputs = [level.input(array) for array in LOSS]
    out = f(*inputs)
    if not hasattr(out, "line"):
        return f"x, y and target do not move the result, {describe(out)}: nothing can flow back."
    if not same_value(out.raw, np.mean(apart() ** 2), 1e-9):
        return "Leave the loss and its rows as they were: only their rules are yours."
    used = rules_of(level.tape)
    if missing := [FIVE_RULES[where] for where in FIVE_RULES if where not in used]:
        return (
            f"The loss is right, but not of your rows, mean(error(matmul(x, y), target)). It does "
            f"not run: {'; '.join(missing)}."
        )
    sign = -1 if used["error", 0][2] == inputs[2].line else 1  # error(target, ...) is as right
    said = {where: five_rule_problem(where, *used[where][:2], sign) for where in FIVE_RULES}
    if all(problem is ... for problem in said.values()):
        return Judgement("open", "First solve 2, 7 and 8 of 10.2, and 10.3.")
    if waiting := [FIVE_RULES[where] for where in said if said[where] is ...]:
        return f"Still open: {'; '.join(waiting)}."
    for where, problem in said.items():
        if problem:
            return f"{FIVE_RULES[where]}: {problem}"
    return engine_problem(chapter.backward(level.tape, {out.line: 1.0}), inputs)


def engine_problem(found, inputs):
    """What the engine makes of five right rules."""
    x, y, _ = LOSS
    g = apart() / 2  # a quarter of the mean, twice for the square
    expected = [g @ y.T, x.T @ g, -np.sum(g, axis=0)]
    for name, node, right in zip(("x", "y", "target"), inputs, expected, strict=True):
        if not same_value(found.get(node.line), right, 1e-9):
            return f"Your five rules are right, but what the engine brings to {name} is not."
    return Judgement("right", "Your engine ran your five rules: target, of shape (2,), was copied "
                     f"to two rows, and gets {describe(expected[2])}.")  # fmt: skip


def apart():
    """How far the loss's table is from its target."""
    x, y, target = LOSS
    return x @ y - target


def rules_of(tape):
    """The reader's rules on a tape, {(operation, place): (rule, what it kept, operand's line)}."""
    return {
        (rule.op, place): (rule, needed, parent)
        for edges in tape
        for place, (parent, _, rule, needed) in enumerate(edges)
        if not is_the_librarys(rule)
    }


def is_the_librarys(rule):
    """Whether this rule stands in the library's table."""
    return rule.op in ROWS and any(rule is known for known in ROWS[rule.op].rules.values())


def five_rule_problem(where, rule, needed, sign):
    """What is wrong with one of the five rules, as a sentence; "" if right, ... while open.

    sign: -1 where the target stands first in `error`, else 1.
    """
    x, y, _ = LOSS
    quarter, g = np.full((2, 2), 0.25), apart() / 2
    arrives, right = {
        ("mean", 0): (1.0, quarter),
        ("error", 0): (quarter, sign * g),
        ("error", 1): (quarter, -sign * g),
        ("matmul", 0): (g, g @ y.T),
        ("matmul", 1): (g, x.T @ g),
    }[where]
    try:
        part = rule.function(arrives, *needed)
    except Exception as error:
        return f"it ended with {explain_error(error)}."
    if part is ...:
        return ...
    if same_value(part, right, 1e-9):
        return ""
    if np.shape(part) != right.shape:
        return f"it sends shape {np.shape(part)} to an operand of shape {right.shape}."
    return f"it sends {describe(part)} and is to send {describe(right)}."


POINTS = [
    np.array([0.5, -1.0, 2.0]),
    np.array([1.5, 0.25]),
    np.array([[0.5, -1.0], [2.0, 0.0], [1.0, 3.0]]),
]
LARGE = np.array([0.0, 1000.0])  # e^1000 is no number of a machine


def logistic(x):
    """The slope of softplus."""
    return 1 / (1 + np.exp(-x))


SOFTPLUS = [
    (lambda g, x: logistic(x), "Softplus: g is missing, what arrives is multiplied."),
    (lambda g, x: g * logistic(-x), "Softplus: that is the slope at -x: it must grow with x."),
    (lambda g, x: g * np.exp(x), "Softplus: the logarithm divides by 1 + e^x, too."),
    (lambda g, x: g / (1 + np.exp(x)), "Softplus: the inside, e^x, has a slope, too."),
    (lambda g, x: g, "Softplus: that sends back what a sum would."),
]
LOGSUMEXP = [
    (lambda g, x: np.exp(x) / np.sum(np.exp(x)), "Logsumexp: g is missing."),
    (lambda g, x: g * np.exp(x), "Logsumexp: the logarithm divides by the sum: out is its log."),
    (
        lambda g, x: g * np.exp(x) / np.log(np.sum(np.exp(x))),
        "Logsumexp: out is the logarithm of the sum, not the sum.",
    ),
    (lambda g, x: g / np.sum(np.exp(x)) + 0 * x, "Logsumexp: the inside, e^x, has a slope, too."),
    (lambda g, x: g / np.exp(x), "Logsumexp: upside down."),
    (lambda g, x: g * np.ones(x.shape), "Logsumexp: that is the rule of the sum."),
]
ROWS_ASKED = [
    ("softplus", lambda x: np.log(1 + np.exp(x)), lambda g, x: g * logistic(x), SOFTPLUS),
    ("logsumexp", lambda x: np.log(np.sum(np.exp(x))),
     lambda g, x: g * np.exp(x) / np.sum(np.exp(x)), LOGSUMEXP),
]  # fmt: skip


def judge_rows(answer, chapter):
    """Whether two Rows compute softplus and logsumexp, and send back what they should."""
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        return f"Two rows are asked for, (softplus, logsumexp); got {kind(answer)}."
    for row, (name, *_) in zip(answer, ROWS_ASKED, strict=True):
        if not hasattr(row, "rules") or not hasattr(row, "function"):
            return f"{name} is to be a Row, got {kind(row)}."
    opened = []
    for row, (name, *asked) in zip(answer, ROWS_ASKED, strict=True):
        try:
            said = row_problem(row, name, *asked, chapter)
        except Exception as error:
            if not in_readers_code(error):
                raise
            return f"{name} ended with {explain_error(error)}.{WHOLE * takes_one_number(error)}"
        if said is ...:
            opened.append(name)
        elif said:
            return EXCHANGED if are_exchanged(answer) else said
    if len(opened) == 2:
        return OPEN
    if opened:
        return f"{opened[0]} is still open."
    notes = [KIND] * (answer[0].kind != "elementwise")
    notes += [OVERFLOW] * (not all(is_finite(row, chapter) for row in answer))
    return Judgement("right", " ".join(notes))


EXCHANGED = "The other way round: softplus first, then logsumexp."
WHOLE = " x is an array: np.exp and np.log take it whole."
KIND = 'Softplus works entry by entry: its kind is "elementwise", which chapter 11 makes use of.'
OVERFLOW = (
    "At x = 1000 a value or slope of yours is inf or nan, for e^1000 is too large a number. The "
    "solutions show forms that hold there, too."
)


def are_exchanged(answer):
    """Whether the first row makes one number of an array, and the second an array."""
    try:
        first, second = (row.function(POINTS[0]) for row in answer)
    except Exception:
        return False
    return first is not ... and np.shape(first) == () and np.shape(second) == POINTS[0].shape


def takes_one_number(error):
    """Whether a function of `math` was given an array."""
    return isinstance(error, TypeError) and "array" in str(error)


def is_finite(row, chapter):
    """Whether a row and its rule give numbers where e^x is too large."""
    with np.errstate(all="ignore"):
        out, rule, needed = run_row(row, LARGE, chapter)[1:]
        part = rule.function(1.0, *needed)
    return bool(np.all(np.isfinite(out.raw)) and np.all(np.isfinite(part)))


def run_row(row, x, chapter):
    """Run a row on a variable; return the level, the result, the rule of x, what it asked for."""
    level = chapter.Reverse()
    out = row(level.input(x))
    ((_, _, rule, needed),) = level.tape[-1]
    return level, out, rule, needed


def row_problem(row, name, value, rule, beliefs, chapter):
    """What is wrong with one row, as a sentence, "", or ... while it is open."""
    if row.rules.get(0) is None:
        return f"{name} lets no gradient through: its operand needs a rule."
    sent = []
    for x in POINTS:
        given = row.function(x)
        if given is ...:
            return ...
        if np.shape(given) != np.shape(value(x)):
            return f"{name}({x.tolist()}) has shape {np.shape(given)}, not {np.shape(value(x))}."
        if not same_value(given, value(x), 1e-9):
            return f"{name}({x.tolist()}) is {describe(given)}, expected {describe(value(x))}."
        level, out, rule_of_x, needed = run_row(row, x, chapter)
        g = np.linspace(2.0, 3.0, np.size(given)).reshape(np.shape(given))[()]
        part = rule_of_x.function(g, *needed)
        if part is ...:
            return ...
        if np.shape(part) != x.shape:
            return other_shape(name, x, g, part, beliefs)
        found = chapter.backward(level.tape, {out.line: g})
        sent.append((x, g, found.get(0)))
    return rule_problem(name, sent, rule, beliefs)


def other_shape(name, x, g, part, beliefs):
    """What is wrong with a gradient that is not shaped like the operand."""
    text = f"{name}: the operand has shape {x.shape}, but the rule returned shape {np.shape(part)}."
    if np.shape(part):
        return text
    text += " One number for all of x, but each entry moves the result in its own way, by its e^x."
    copied = np.broadcast_to(part, x.shape)
    believed = [said for mistaken, said in beliefs if same_value(copied, mistaken(g, x), 1e-9)]
    return " ".join([text, *believed])


def rule_problem(name, sent, rule, beliefs):
    """What is wrong with what a row sends back."""
    if all(same_value(given, rule(g, x), 1e-9) for x, g, given in sent):
        return ""
    for mistaken, sentence in beliefs:
        if all(same_value(given, mistaken(g, x), 1e-9) for x, g, given in sent):
            return sentence
    if all(same_value(given, -rule(g, x), 1e-9) for x, g, given in sent):
        return f"{name}: the sign of the rule is wrong."
    x, g, given = sent[0]
    return (
        f"{name}: at {x.tolist()}, with g = {describe(g)}, the rule sends {describe(given)}, "
        f"expected {describe(rule(g, x).round(6))}."
    )


def lines_reached(tape, line):
    """The lines that a walk back from `line` comes to."""
    found = {line}
    for at in range(line, -1, -1):
        if at in found:
            found |= operands_of(tape[at])
    return found


def operands_of(edges):
    """The lines to which the edges of one line lead."""
    return {parent for parent, *_ in edges}


WALKS = [  # for each line of a tape its operands; then the line where the walk begins
    ([(), (), (0, 1), (0, 0), (3, 0)], 4),
    ([(), (), (1,), (0, 2), (0, 0), (3, 3)], 3),
    ([(), (0,), (1,), (2,)], 3),
    ([(), (), (0, 1)], 1),
]
DOUBLINGS = 8
REACHED_BELIEFS = [
    (lambda t, k: lines_reached(t, k) - {k}, "the walk begins at `line`: it is reached, too."),
    (lambda t, k: {k} | operands_of(t[k]), "these are `line` and its operands. Their operands "
     "are reached as well."),
    (lambda t, k: operands_of(t[k]), "these are the operands of `line`. It is reached itself, and "
     "so are their operands."),
    (lambda t, k: set(range(k + 1)), "these are all lines up to `line`. To some of them no edge "
     "leads."),
    (lambda t, k: {at for at in lines_reached(t, k) if t[at]}, "the inputs are missing: a walk "
     "ends there, but it comes to them."),
    (lambda t, k: {at for at in lines_reached(t, k) if not t[at]}, "these are the inputs alone. "
     "The walk comes to operations, too."),
    (lambda t, k: lines_reached(t, len(t) - 1), "that walk begins at the end of the tape. Begin "
     "at `line`."),
]  # fmt: skip


def judge_reached(f):
    """Whether a function finds the lines that a walk back from a line comes to."""
    found, notes = [], []
    for operands, line in WALKS:
        tape = as_tape(operands)
        given = f(tape, line)
        notes += [EMPTIED] * (tape != as_tape(operands) and not notes)
        if given is ...:
            return OPEN
        if not isinstance(given, (set, frozenset, list, tuple)):
            return f"A set of lines is asked for, yours returned {kind(given)}."
        found.append(set(given))
    asked = [(as_tape(operands), line) for operands, line in WALKS]
    if found == [lines_reached(*case) for case in asked]:
        return Judgement("right", " ".join(notes + repeated(f)))
    where = "Not the right lines: "
    for mistaken, sentence in REACHED_BELIEFS:
        if found == [mistaken(*case) for case in asked]:
            return where + sentence
    return where + first_difference(asked, found)


EMPTIED = "Yours changes the tape: no second walk finds what was there. Walk over a copy."


class CountedTape(list):
    """A tape that counts how often one of its lines is read by number."""

    reads = 0

    def __getitem__(self, line):
        self.reads += 1
        return super().__getitem__(line)


def repeated(f):
    """What to say of a walk that reads lines again and again, as a list of sentences."""
    tape = CountedTape(as_tape([(), *[(line, line) for line in range(DOUBLINGS)]]))
    f(tape, DOUBLINGS)
    if tape.reads < 10 * DOUBLINGS:
        return []
    return [
        f"On a tape of {DOUBLINGS} doublings yours reads a line {tape.reads:,} times, and twice "
        "that with one more: it goes over each path. One walk from the end reads each line once."
    ]


def as_tape(operands):
    """A tape whose edges lead to these lines."""
    return [[(parent, (), None, ()) for parent in line] for line in operands]


def first_difference(asked, found):
    """The first tape on which other lines were found, in words."""
    for (operands, line), case, given in zip(WALKS, asked, found, strict=True):
        if given != lines_reached(*case):
            edges = "; ".join(f"{k} to {list(to)}" for k, to in enumerate(operands) if to)
            return (
                f"with edges from {edges}, a walk back from {line} comes to "
                f"{describe(lines_reached(*case))}, yours to {describe(given)}."
            )


EXERCISES = [
    Exercise(
        key="10.1",
        title="Fan-in by hand",
        hints=(
            "Write the shapes one above the other, on the right. Where was b copied, where c?",
            "b is a row, copied down: sum each column of g. c is a column: sum each row. d is one "
            "number, copied to all six places.",
            "b gets 1 + 4, 2 + 5, 3 + 6.",
        ),
        judge=numbers(
            {"b[1]": 7, "c[0]": 6, "d": 21},
            [
                ({"b[1]": 6, "c[0]": 7}, "Exchanged: b was copied down, c was copied across."),
                ({"b[1]": 15}, "b[1] was copied down column 1, not along row 1."),
                ({"b[1]": 2}, "b[1] was copied to both rows: 2 and something more arrives."),
                ({"b[1]": 5}, "b[1] was copied to both rows: 5 and something more arrives."),
                ({"b[1]": 3.5}, "Add up: a nudge goes to each copy whole."),
                ({"c[0]": 5}, "c[0] was copied along row 0, not down column 0."),
                ({"c[0]": 1}, "c[0] was copied to all three columns."),
                ({"c[0]": 2}, "Add up: a nudge goes to each copy whole."),
                ({"d": 3.5}, "Add up: a nudge goes to each copy whole."),
                ({"d": 6}, "Six copies, but each sends back what arrived at it, not 1."),
            ],
            because="Each operand gets the sum of what arrives at its copies.",
        ),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="10.2",
        title="Ten rules",
        hints=(
            "Ask what a nudge of the one operand does: where does it go, and times what? Then read "
            "that from the other side: what was copied is summed, what was summed is copied.",
            "Shapes: g is shaped like the result, and the rule returns the operand's shape. "
            "np.full(x_shape, ...), np.broadcast_to(..., x_shape), g[:, None], .T, reshape help.",
            "3: np.cumsum(g[::-1])[::-1], the sums from the end. 5 and 9 begin with g[:, None]. "
            "10: first undo the reshape, to the shape of the transposed table, x_shape[::-1].",
        ),
        judge=judge_puzzles(PUZZLES),
        solution=SOLUTION,
    ),
    Exercise(
        key="10.3",
        title="A row of your own",
        hints=(
            "The chain rule: g times the slope of the square, 2 (x - y), times how far x - y moves "
            "with the operand.",
            "With x, x - y moves as far as x. With y, it moves as far the other way.",
            "x=lambda g, x, y: 2 * g * (x - y), and for y the same with the other sign.",
        ),
        judge=custom(judge_error, "a Row with a rule for x and one for y"),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="10.4",
        title="Your rules in the engine",
        hints=(
            "It runs three rules of 10.2, by number 2, 7 and 8, and the two rules of 10.3.",
            "Run the cell of 10.2 again when its verdict says that 2, 7 and 8 are right, then the "
            "one of 10.3, then this one.",
            "7 and 8 are g and the other factor's transpose, in the order in which the shapes "
            "fit. 2 fills x_shape with equal shares of g.",
        ),
        judge=custom(judge_loss, "a function of x, y and target", needs=("Reverse", "backward")),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="10.5",
        title="Two more rows",
        hints=(
            "Softplus works entry by entry: g times the slope of log(1 + e^x), by the chain rule.",
            "The slope of softplus is e^x / (1 + e^x). For logsumexp each entry of x moves the sum "
            "by e^x, and the logarithm divides by the sum.",
            "The sum is np.exp(out), so the rule of logsumexp is g * np.exp(x - out).",
        ),
        judge=custom(judge_rows, "two Rows, (softplus, logsumexp)", needs=("Reverse", "backward")),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="10.6",
        title="A walk of your own",
        hints=(
            "Begin with the set {line}. Which lines does an edge of it lead to, and then?",
            "Operands have smaller numbers than results. Go through range(line, -1, -1), as the "
            "walk back does.",
            "If a line is in the set, add the parent of each edge in tape[that line].",
        ),
        judge=custom(judge_reached, "a function of a tape and a line"),
        solution=SOLUTION,
        module=ENGINE,
    ),
]  # fmt: skip
