"""The exercises and predictions of chapter 15, batching."""

import ast
import functools
from contextlib import suppress
from unittest.mock import patch

import numpy as np

from autodiff_lib.arrays import Row, grad, graph, jvp, vmap
from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.programs.steps import run_steps
from autodiff_lib.programs.trace import record
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, why_not_callable
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import describe, is_number, plain_value, same_value

MODULES = ("autodiff_lib.programs.batching", "autodiff_lib.arrays")
SOLUTION = "15_batching.ipynb"


def first_row_of_shares():
    """What the first row of the whole table over its sum adds up to."""
    table = np.array([[1.0, 1.0, 2.0], [2.0, 2.0, 4.0], [5.0, 5.0, 10.0]])
    return (table / np.sum(table))[0].sum()


def relu_of_the_first():
    """What the steps of relu, traced at 2, make of -3."""
    _, inputs, result = record(lambda x: (x if x > 0 else 0.0 * x) + 0.0, [2.0], "x")
    run_steps(inputs, [-3.0], [result.step])
    return int(result.step.value)


def operations_at_once():
    """How many operations make a thousand gradients of a price's squared error."""

    def loss(w, flat, price):
        return (np.sum(w * flat) - price) ** 2

    all_at_once = vmap(grad(loss), (None, 0, 0))
    steps = topological_order(graph(all_at_once, W_OF_FLATS, np.ones((1000, 3)), np.ones(1000)))
    return sum(step.op is not None for step in steps)


W_OF_FLATS = np.array([30.0, 20.0, 10.0])
PREDICTIONS = [
    Prediction(
        key="15.a",
        question="What do the shares in the first row add up to?",
        answer=first_row_of_shares,
        beliefs={
            1: "So it should be. Which numbers does np.sum(x) add, when x is the whole table?",
            1 / 3: "Nothing is divided by three. Which numbers does np.sum(x) add?",
            3: "Those are the shares of three rows, each by its own sum. How many sums are there?",
            4: "That is the first row's sum. Its shares are divided by something.",
            1 / 4: "That is the first row's first share, by its own sum. What is the sum here?",
            8: "That is the second row's sum. Which numbers does np.sum(x) add?",
            32: "That is the sum of all. The first row's shares are parts of it.",
        },
        because="np.sum(x) adds all nine numbers, 32. The first row has 4 of them.",
    ),
    Prediction(
        key="15.b",
        question="What does our vmap make of −3?",
        answer=relu_of_the_first,
        beliefs={
            0: "That is ReLU. But f runs once, on the first example. Which branch does it take?",
            3: "Nothing turns the sign. Which branch did the first example take?",
            2: "That is the first example's value. Its steps run on the others' own numbers.",
            5: "Each example has its own number. Which branch did the first one take?",
        },
        because="The first example, 2, takes the branch that returns x, and all others follow.",
    ),
    Prediction(
        key="15.c",
        question="How many operations does vmap run on the batch of a thousand?",
        answer=operations_at_once,
        beliefs={
            7000: "That is a loop over the flats. A NumPy operation takes all at once.",
            7: "Nearly. Which operation brings one number for each flat to a row for each?",
            1000: "No operation runs once for each flat: it takes the whole batch.",
            1: "The run is one, but it has several operations, as for one flat.",
            4: "Those of the way back alone. The loss's own are among the 7, too.",
            3: "The three slopes come in one array, as for one flat: count operations.",
            9: "One more than for one flat is enough: which number needs to become a column?",
            14: "Only one of the 7 needs help with its shapes: it copies a number along a row.",
            8000: "That is for each flat. An operation takes all thousand at once.",
            7001: "The loop is not run at all. An operation takes the whole batch.",
        },
        because="The 7 of one flat, each on the whole batch, and one that makes a column.",
    ),
]

OUTSIDE = Outside(
    library="JAX",
    version="0.10.2",
    source="""\
import jax
import jax.numpy as jnp
jax.config.update("jax_enable_x64", True)

def diamond(x, y, z):
    return ((x * y) * (y * z)) ** 2

points = jnp.array([[3., 2., 1.], [1., 1., 1.], [2., 0., 5.]])
print(*jax.vmap(jax.grad(diamond, (0, 1, 2)))(*points.T), sep="\\n")
""",
    printed="""\
[96.  2.  0.]
[288.   4.   0.]
[288.   2.   0.]
""",
)


# ------------------------------------------------------------------ the exercises

RIGHT = {"axis 0": 1, "axis -1": -1, "sum": (5,), "numbers": (5, 1, 1)}
AXES_BELIEFS = [
    ("axis 0", 0, "axis 0: along axis 0 of the batch lie the examples: their sums would mix."),
    ("axis 0", 2, "axis 0: one axis comes in front, so each moves by one, not by two."),
    ("axis -1", 1, "axis -1: that is the axis of size 4. An example's last has size 3."),
    ("axis -1", 0, "axis -1: along axis 0 of the batch lie the examples."),
    ("axis -1", -2, "axis -1: the new axis is in front. Counted from the end, none moves."),
    ("sum", (), "sum: each example has a sum of its own."),
    ("sum", (5, 3), "sum: without an axis, all 12 numbers of an example are added."),
    ("sum", (5, 4), "sum: without an axis, all 12 numbers of an example are added."),
    ("sum", (4, 3), "sum: that adds over the examples. Each has a sum of its own."),
    ("sum", (5, 1, 1), "sum: an axis of size 1 stays only with keepdims=True."),
    ("sum", (5, 1), "sum: the sum of one example has shape (), so the batch axis is alone."),
    ("numbers", (5,), "numbers: (5,) would meet the last axis, of size 3."),
    ("numbers", (5, 1), "numbers: (5, 1) would meet the axis of size 4. One more is needed."),
    ("numbers", (1, 1, 5), "numbers: the batch axis is in front."),
    ("numbers", (5, 4, 3), "numbers: five numbers are not sixty; broadcasting does the rest."),
]
AXES_RULES = {
    "axis 0": "the batch axis comes in front of an example's axes. Count from there.",
    "axis -1": "the last axis of an example, of size 3. Which is it in the batch?",
    "sum": "a shape, as (4, 3). Each example has one sum, which is a number.",
    "numbers": "a shape, as (4, 3). The five lie along the batch axis, and each meets a table.",
}


def judge_axes(answer):
    """Whether the four answers about axes and shapes are right."""
    answer = plain_value(answer)
    if not isinstance(answer, dict) or set(RIGHT) - set(answer):
        return f"A dict with the entries {', '.join(RIGHT)} is asked for; got {describe(answer)}."
    given = {name: entry_of(answer[name], right) for name, right in RIGHT.items()}
    if all(entry is ... for entry in given.values()):
        return OPEN
    wrong = [name for name, right in RIGHT.items() if not fits(name, given[name], right)]
    for name in wrong:
        if given[name] is ...:
            return f"{name} is still open."
        for key, belief, sentence in AXES_BELIEFS:
            if key == name and given[name] == belief:
                return sentence
        return f"{name} is not {describe(plain_value(answer[name]))}: {AXES_RULES[name]}"
    return True


def entry_of(entry, right):
    """An entry, "1" as 1, a single number in place of a shape as that shape of one axis."""
    if isinstance(entry, str):
        with suppress(ValueError, SyntaxError):
            entry = plain_value(ast.literal_eval(entry.strip()))
    return (entry,) if isinstance(right, tuple) and is_number(entry) else entry


def fits(name, given, right):
    """Whether an entry is right: axes also counted from the other end."""
    if isinstance(right, tuple) or not is_number(given):
        return given == right
    return given in (right, right - 3 if right >= 0 else right + 3)


PROBES = [np.array([[1.0, 2.0, 5.0], [4.0, 3.0, 7.0]]), np.arange(24.0).reshape(4, 3, 2) ** 2]
MIRROR_BELIEFS = [
    (lambda x: x, "Nothing is turned round: operands[0] is the batch, to be indexed."),
    (lambda x: x[::-1], "That turns the order of the examples round. Leave the first axis."),
    (lambda x: x[::-1, ::-1], "That turns the order of the examples round, too."),
    (lambda x: np.flip(x, -1), "The last axis is turned. An example's first comes second."),
    (lambda x: np.flip(x), "All axes are turned. An example's first comes second."),
]


def judge_mirror(answer, chapter):
    """Whether the way back and the batching rule of `mirror` are right, in one run."""
    if not isinstance(answer, (tuple, list)) or len(answer) != 2 or not all(map(callable, answer)):
        return f"Two functions are asked for, (back, mirrored); got {describe(answer)}."
    back, rule = answer
    if problem := why_not_callable(back, lambda g: ..., (0,)):
        return f"back: {problem}"
    if problem := why_not_callable(rule, lambda step, operands, batched, size: ..., (0,) * 4):
        return f"mirrored: {problem}"
    runs = []

    def watched(step, operands, batched, size):
        runs.append(rule(step, operands, batched, size))
        return runs[-1]

    row = Row("mirror", lambda x: x[::-1], "x", batch="mirrored", x=back)
    with patch.dict(chapter.RULES, mirrored=watched):
        try:
            sent = back(PROBES[0][0].copy())
        except IndexError:
            return "back: g is of one example, so it has no batch axis: its first axis is axis 0."
        if sent is ...:
            return OPEN
        for batch in PROBES:
            given = batch.copy()
            try:
                found = chapter.vmap(row)(given)
            except IndexError as error:
                return f"mirrored: a batch of shape {batch.shape}: {error}."
            if runs[-1] is ...:
                return "back is there; mirrored is still open."
            if problem := mirrored_problem(found, batch):
                return problem
            if not np.array_equal(given, batch):
                return (
                    "mirrored: right, but it writes into operands[0], and so into the reader's own "
                    "batch. Make a new array, by indexing."
                )
        return way_back_problem(chapter, row, back) or node_problem(chapter, row) or True


def mirrored_problem(found, batch):
    """What is wrong with a batch of mirrored examples, or ""."""
    wanted = np.stack([x[::-1] for x in batch])
    if np.array_equal(found, wanted):
        return ""
    for wrong, sentence in MIRROR_BELIEFS:
        if np.array_equal(found, wrong(batch)):
            return f"mirrored: {sentence}"
    if np.shape(found) != wanted.shape:
        return f"mirrored: of shape {batch.shape} it makes {np.shape(found)}."
    return f"mirrored: of {batch[0].tolist()} it makes {np.asarray(found)[0].tolist()}."


def way_back_problem(chapter, row, back):
    """What is wrong with the gradients that flow through `mirror`, or ""."""
    g = np.array([1.0, 10.0, 100.0])
    if np.array_equal(plain_value(back(g)), g):
        return "back: what arrives at the last place came from the first: turn g round."
    if np.shape(back(g)) != g.shape:
        return f"back: of shape {g.shape} it makes {np.shape(back(g))}."
    f = grad(lambda x: np.sum(row(x) * np.array([1.0, 10.0, 100.0])))
    slopes = chapter.vmap(f)(PROBES[0])
    if not np.array_equal(slopes, [[100.0, 10.0, 1.0]] * 2):
        return f"back: of [1, 10, 100] it makes {np.asarray(slopes)[0].tolist()}."
    g = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    if not np.array_equal(sent := plain_value(back(g)), g[::-1]):
        return (
            "back: right for one axis. An example may be a table; x[::-1] then turns its first "
            f"axis alone, so g is to be turned along that one: of {g.astype(int).tolist()} yours "
            f"makes {np.asarray(sent).astype(int).tolist()}."
        )
    return ""


def node_problem(chapter, row):
    """What is wrong with a rule that is right on arrays where the batch is a node, or ""."""
    weights = np.arange(6.0).reshape(2, 3)
    try:
        slopes = grad(lambda batch: np.sum(chapter.vmap(row)(batch) * weights))(PROBES[0])
    except (TypeError, ValueError) as error:
        return (
            "mirrored: right on arrays. Index the whole batch, or put the examples together by "
            "np.stack, not in a list or by np.array: inside `grad` operands[0] is a node, and "
            f"there {str(error).partition(':')[0]}."
        )
    if np.array_equal(slopes, weights[:, ::-1]):
        return ""
    return (
        "mirrored: right on arrays. But inside `grad` operands[0] is a node, and nothing flows "
        "back through yours: make the result of the node itself, by indexing or by np.stack."
    )


# Models of one example, and data, for the exercise about pulls


def straight(w, x, y):
    """How wrong a straight line is, squared."""
    return (np.sum(w * x) - y) ** 2


def bent(w, x, y):
    """Another model, with a curve in it."""
    return np.sum(np.sin(w * x)) * y


def layer(w, x, y):
    """A model whose w is a matrix."""
    return np.sum((w @ x - y) ** 2)


W = np.array([1.0, -2.0])
DATA = [  # a loss, examples, results; the largest loss is not the hardest pull
    (straight, np.array([[1.0, 0], [0.1, 0.1], [3, 1], [2, 2]]), np.array([3.0, -8, 3, -3])),
    (straight, np.array([[5.0, 5], [0.1, 0.2], [1, 1]]), np.array([-2.0, 9, 2])),
    (bent, np.array([[0.1, 0.2], [3, -1], [1.5, -2]]), np.array([1.0, 2, -4])),
    # each pulls by its x: the largest slope, the most by squares, the most by the sum
    (straight, np.array([[5.0, 0.5], [4.8, 2.4], [3.7, 3.7]]), np.array([3.5, -0.5, -4.2])),
]

SHAPED = [  # the same for a w of other shapes: a loss, w, examples, results
    (layer, np.array([[1.0, -1, 2], [0.5, 2, 0]]),
     np.array([[2.0, -2, -2], [-1, -2, 2], [2, 0, -2]]), np.array([[-3.0, -1], [0, 1], [0, -2]])),
    (straight, np.array(2.0), np.array([0.5, 3, -2]), np.array([9.0, 5, 2])),
]  # fmt: skip


class Counted:
    """A function that counts its calls. shapes: those of what it was last called with."""

    def __init__(self, f):
        self.f, self.calls, self.shapes = f, 0, ()

    def __call__(self, *arguments):
        self.calls += 1
        self.shapes = tuple(map(np.shape, arguments))
        return self.f(*arguments)


def pulls_of(loss, xs, ys, w=W):
    """The gradient of each example, as a row."""
    pulls = [np.ravel(grad(loss)(w, x, y)) for x, y in zip(xs, ys, strict=True)]
    return np.array(pulls)


def with_words(judge):
    """The judge, where an answer's run ends with what NumPy or vmap says of its arrays: whole."""

    @functools.wraps(judge)
    def judged(answer):
        try:
            return judge(answer)
        except ValueError as error:
            said = " ".join(str(error).split())
            if said.startswith(("Python read", "the numbers of examples")):
                return f"`vmap` refuses: {said}."
            if "(1000," in said:
                return (
                    f"NumPy says: {said}. A thousand are the flats of the chapter: the examples "
                    "here are xs and ys."
                )
            if "could not be broadcast" in said:
                return (
                    f"NumPy says: {said}. One number for each example, beside a row for each, "
                    "belongs in a column: (n, 1)."
                )
            raise

    return judged


def shape_problem(answer, wanted):
    """What is wrong with an answer that is right for a w of one axis, for other shapes; or ""."""
    for loss, w, xs, ys in SHAPED:
        given = None
        with suppress(ValueError, IndexError, TypeError):
            given = answer(loss, w.copy(), xs.copy(), ys.copy())
        if not same_value(given, wanted(loss, w, xs, ys)):
            return (
                f"Right for a w of shape {W.shape}. For a w of shape {w.shape} the gradients have "
                f"shape {(len(xs), *w.shape)}: whatever follows axis 0 belongs to one example."
            )
    return ""


def huber_of(error):
    """Huber's loss: squared from -10 to 10, beyond that straight."""
    size = np.abs(error)
    return np.where(size <= 10, error**2, 20 * size - 100)


ERRORS = np.array([0.0, 272, -7, -610, 10, 9.9, -9.9, 10.5, -10.5, 50, -50, 80])
HOMES = np.random.default_rng(3).integers(1, 6, (len(ERRORS), 3)).astype(float)
HUBER_BELIEFS = [
    (lambda e: e**2, "That is the square throughout. Beyond 10 and -10 a line takes its place."),
    (lambda e: 20 * np.abs(e) - 100,
     "That is the line throughout: it lies below the square, which is asked for from -10 to 10."),
    (lambda e: np.where(np.abs(e) <= 100, e**2, 20 * np.abs(e) - 100),
     "The line begins at a size of 10; yours at 100, which is the square there."),
    (lambda e: np.where(e <= 10, e**2, 20 * np.abs(e) - 100),
     "-610 is below 10, but its size is not: compare np.abs(error)."),
    (lambda e: np.where(np.abs(e) <= 10, e**2, 20 * e - 100),
     "For an error of -610 the line falls below 0: it goes by the size, 20 |error| - 100."),
    (lambda e: np.where(np.abs(e) <= 10, 20 * np.abs(e) - 100, e**2),
     "Swapped: np.where(condition, x, y) takes x where the condition holds."),
    (lambda e: np.where(np.abs(e) <= 10, e**2, 20 * np.abs(e)),
     "The line leaps at 10: with its - 100, both give 100 there."),
    (np.abs, "That is the size of the error alone."),
    (lambda e: huber_of(e) / 2,
     "All are half of what is asked for: the factor 2 is missing. Some books halve the square; "
     "here it is the whole, and beyond 10 the line 20 |error| - 100."),
]  # fmt: skip


@with_words
@np.errstate(divide="ignore", invalid="ignore")
def judge_huber(huber):
    """Whether `huber` is Huber's loss of one flat, and runs on a batch."""
    if problem := why_not_callable(huber, lambda w, flat, price: ..., (0,) * 3):
        return problem
    data = W_OF_FLATS, HOMES, HOMES @ W_OF_FLATS - ERRORS
    answer = huber(W_OF_FLATS, HOMES[0], data[2][0])
    if answer is ... or answer is None:
        return OPEN
    found = vmap(huber, (None, 0, 0))(*data)
    if np.shape(found) != ERRORS.shape:
        came = f"for {len(ERRORS)}, shape {np.shape(found)} came"
        if 1000 in np.shape(found):
            came += ": a thousand are the chapter's flats and prices, here it is flat and price"
        return f"One number for each flat is asked for; {came}."
    for wrong, sentence in HUBER_BELIEFS:
        if same_value(found, wrong(ERRORS)):
            return sentence
    for error, loss, wanted in zip(ERRORS, found, huber_of(ERRORS), strict=True):
        if not same_value(loss, wanted):
            return f"For an error of {error:g} the loss is {wanted:g}, not {loss:g}."
    slopes = vmap(grad(huber), (None, 0, 0))(*data)
    if not same_value(slopes, 2 * np.clip(ERRORS, -10, 10)[:, None] * HOMES):
        return (
            f"The losses are right. But for an error of 0 the gradient is {slopes[0].tolist()}: "
            "np.abs has the slope 0 there."
        )
    return True


def once(calls):
    """True, or what to say of a loss that ran more than once."""
    if calls <= 1:
        return True
    return f"The result is right, but the function ran {calls} times: let `vmap` run it once."


def clipped_mean(
    loss, xs, ys, limit, shorten=lambda lengths, limit: np.minimum(1, limit / lengths), w=W
):
    """The mean of the gradients, each scaled by what `shorten` says of its length."""
    pulls = pulls_of(loss, xs, ys, w)
    lengths = np.sqrt((pulls**2).sum(1, keepdims=True))
    with np.errstate(divide="ignore"):  # where a gradient is 0
        return (pulls * shorten(lengths, limit)).mean(0).reshape(w.shape)


LIMITS = [2.5, 50.0, 2.0, 5.1]
CLIPPED_BELIEFS = [
    (lambda *a: clipped_mean(*a, lambda n, limit: limit / n),
     "Gradients that are short enough are to stay as they are."),
    (lambda *a: clipped_mean(*a, lambda n, limit: 1), "Nothing is clipped."),
    (lambda *a: clipped_mean(*a, lambda n, limit: np.maximum(1, limit / n)),
     "That makes the short ones longer, and leaves the long ones."),
    (lambda *a: clipped_mean(*a, lambda n, limit: n <= limit),
     "Long gradients are shortened, not left out."),
    (lambda loss, xs, ys, limit: np.clip(pulls_of(loss, xs, ys), -limit, limit).mean(0),
     "That clips each slope by itself, which turns the gradient: scale it as a whole."),
    (lambda loss, xs, ys, limit: np.minimum(pulls_of(loss, xs, ys), limit).mean(0),
     "That caps each slope by itself, and no negative one: scale the gradient as a whole."),
    (lambda loss, xs, ys, limit: np.where(
        np.sqrt((pulls_of(loss, xs, ys) ** 2).sum(1, keepdims=True)) > limit, limit,
        pulls_of(loss, xs, ys)).mean(0),
     "Each slope of a long gradient became the limit: scale it, so that its length does."),
    (lambda loss, xs, ys, limit: shortened(pulls_of(loss, xs, ys).mean(0), limit),
     "That clips the mean. One example may still have made it: clip each first."),
    (lambda loss, xs, ys, limit: clipped_mean(loss, xs, ys, limit) * len(xs),
     "That is the sum. The mean is asked for."),
    (lambda loss, xs, ys, limit: mean_of_short(pulls_of(loss, xs, ys), limit),
     "Long gradients are shortened, not left out: the mean is over all examples."),
    (lambda loss, xs, ys, limit: scaled(
        pulls_of(loss, xs, ys), limit, np.abs(pulls_of(loss, xs, ys)).sum(1, keepdims=True)),
     "That length is the sum without signs. The root of the sum of squares is asked for."),
    (lambda loss, xs, ys, limit: scaled(
        pulls_of(loss, xs, ys), limit, np.sqrt((pulls_of(loss, xs, ys) ** 2).sum())),
     "That is one length for all gradients together. Each has its own."),
    (lambda loss, xs, ys, limit: scaled(
        pulls_of(loss, xs, ys), limit, (pulls_of(loss, xs, ys) ** 2).sum(1, keepdims=True)),
     "That length is the sum of the squares, without its root: (3, 4) would have length 25."),
]  # fmt: skip


def shortened(pull, limit):
    """One gradient, of length `limit` at most."""
    return pull * min(1, limit / np.sqrt((pull**2).sum()))


def mean_of_short(pulls, limit):
    """The mean of those gradients that are short enough; nan where there are none."""
    short = pulls[np.sqrt((pulls**2).sum(1)) <= limit]
    return short.sum(0) / len(short) if len(short) else np.full(W.shape, np.nan)


def scaled(pulls, limit, lengths):
    """The mean of gradients shortened by lengths that are not theirs."""
    return (pulls * np.minimum(1, limit / lengths)).mean(0)


STILL = np.array([[1.0, 1.0], [3.0, 0.0]]), np.array([-1.0, 1.0])  # the first one's error is 0


def still_problem(clipped):
    """What is wrong with an answer where one gradient is 0, or ""."""
    found = clipped(straight, W.copy(), *map(np.copy, STILL), 3.0)
    if np.allclose(found, clipped_mean(straight, *STILL, 3.0), 1e-9):
        return ""
    return (
        f"Right, but for a gradient of 0: there {np.asarray(found).tolist()} comes. Its length is "
        "0, and 0 / 0 is nan. 57 of the flats have such a gradient. Divide by what is never 0."
    )


@with_words
@np.errstate(divide="ignore", invalid="ignore")
def judge_clipped(clipped):
    """Whether `clipped` gives the mean of the shortened gradients, in one run."""
    if problem := why_not_callable(clipped, lambda loss, w, xs, ys, limit: ..., (0,) * 5):
        return problem
    given, calls = [], 0
    for (loss, xs, ys), limit in zip(DATA, LIMITS, strict=True):
        watched = Counted(loss)
        answer = clipped(watched, W.copy(), xs.copy(), ys.copy(), limit)
        if answer is ... or (answer is None and not watched.calls):
            return OPEN
        if np.shape(answer) != W.shape:
            return f"A gradient of shape {W.shape} is asked for; got {describe(answer)}."
        given.append(np.asarray(answer))
        calls = max(calls, watched.calls)

    def agrees(formula, tolerance=1e-9):
        tries = zip(given, DATA, LIMITS, strict=True)
        return all(
            np.allclose(g, formula(*data, limit), tolerance, equal_nan=True)
            for g, data, limit in tries
        )

    if agrees(clipped_mean):
        problem = shape_problem(
            lambda *data: clipped(*data, 3.0),
            lambda loss, w, xs, ys: clipped_mean(loss, xs, ys, 3.0, w=w),
        )
        return problem or still_problem(clipped) or once(calls)
    if agrees(clipped_mean, 1e-3):
        return (
            "Nearly: something small was added to the length, so every clipped gradient is a "
            "little shorter than the limit. np.maximum(limit, length) is never 0, and exact."
        )
    for wrong, sentence in CLIPPED_BELIEFS:
        if agrees(wrong):
            return sentence
    came, wanted = (m.round(3).tolist() for m in (given[0], clipped_mean(*DATA[0], LIMITS[0])))
    return f"With the limit 2.5, {came} came, not {wanted}."


CURVES = [  # a function of one example, examples; shapes of examples and results differ, or not
    (lambda x: np.stack([x[0] * x[1], x[2] ** 2]),
     np.array([[1.0, 2, 3], [4, 5, 6], [0, 1, 2], [2, 1, 1]])),
    (lambda x: np.stack([x[0] * x[1], x[0] - 3 * x[1]]), np.array([[1.0, 4], [2, 5], [3, 7]])),
    (lambda x: np.stack([np.sum(x**2), x[0], x[1] ** 3, 5 * x[0]]), np.array([[1.0, 2], [3, 0.5]])),
]  # fmt: skip


@with_words
def judge_jacobians(jacobians):
    """Whether `jacobians` gives the tables of all examples, in one run."""
    if problem := why_not_callable(jacobians, lambda f, xs: ..., (0,) * 2):
        return problem
    most = 0
    for f, xs in CURVES:
        watched = Counted(f)
        try:
            found = jacobians(watched, xs.copy())
        except ValueError as error:
            if "one number; this one returned" in str(error):
                return "f has several results, so `grad` refuses it: jvp gives a column of slopes."
            if "out_axes has" in str(error):
                return f"vmap says: {error}. A column has one axis, and one is put beside it."
            raise
        if found is ... or (found is None and not watched.calls):
            return OPEN
        if problem := jacobians_problem(found, jacobians_of(f, xs), f, xs):
            return problem
        most = max(most, watched.calls)
    return once(most)


def jacobians_of(f, xs):
    """The tables of all examples, column by column."""
    units = np.eye(xs.shape[1])
    return np.array([np.stack([jvp(f, (x,), (u,))[1] for u in units], axis=1) for x in xs])


def jacobians_problem(found, wanted, f, xs):
    """What is wrong with the tables at xs, or ""."""
    if isinstance(found, (tuple, list)) and len(found) == 2 and np.shape(found[0]) != (2,):
        return "jvp returns the value and its move; the columns are the moves: [1]."
    found = np.asarray(plain_value(found))
    if same_value(found, wanted):
        return ""
    n, rows, columns = wanted.shape
    said = f"For {n} examples, {columns} inputs, {rows} results, shape {wanted.shape} is asked for"
    if same_value(found, np.swapaxes(wanted, 1, 2)):
        return "Each table is turned: the inner vmap puts the columns as rows, unless out_axes=1."
    for order in ((1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
        if same_value(found, wanted.transpose(order)):
            axes = ", ".join(("examples", "results", "inputs")[axis] for axis in order)
            return (
                f"{said}. The axes of yours are ({axes}): out_axes says where a run puts its own."
            )
    values = np.array([f(x) for x in xs])
    for axis in (1, 2):
        if same_value(found, np.stack([values] * columns, axis)):
            return "Those are the values of f; jvp's second result, [1], is the move."
    if same_value(found, wanted.sum(2)):
        return "Each table's columns came added up: one unit at a time gives one column."
    if found.shape == wanted.shape:
        return f"The first table is {wanted[0].tolist()}, not {found[0].tolist()}."
    return f"{said}; got {found.shape}."


EXERCISES = [
    Exercise(
        key="15.1",
        title="Where the axes go",
        hints=(
            "The batch axis comes in front: what was axis 0 is now axis 1.",
            "Counted from the end, no axis moves. Without an axis, each example has one sum.",
            "Five numbers meet (5, 4, 3) as (5, 1, 1). The sums have shape (5,).",
        ),
        judge=custom(judge_axes, "a dict of two axes and two shapes"),
        solution=SOLUTION,
        module=MODULES,
    ),
    Exercise(
        key="15.2",
        title="A row that turns round",
        hints=(
            "The way back of turning round is turning round. In the batch, an example's first "
            "axis is the second.",
            "x[::-1] turns the first axis round. x[:, ::-1] leaves it, and turns the second.",
            "return g[::-1], and: return operands[0][:, ::-1]",
        ),
        judge=custom(judge_mirror, "two functions, (back, mirrored)", needs=("vmap", "RULES")),
        solution=SOLUTION,
        module=MODULES,
    ),
    Exercise(
        key="15.3",
        title="A gentler loss",
        hints=(
            "np.where(condition, x, y) computes both and picks. The condition: is the error's "
            "size 10 at most?",
            "size = np.abs(np.sum(w * flat) - price); the condition is size <= 10.",
            "return np.where(size <= 10, size**2, 20 * size - 100)",
        ),
        judge=custom(judge_huber, "a function of w, flat and price"),
        solution=SOLUTION,
        module=MODULES,
    ),
    Exercise(
        key="15.4",
        title="Nobody pulls too hard",
        hints=(
            "First for one example: its gradient, its length, the factor. Without an "
            "`if`: np.maximum serves all.",
            "The factor is limit / length where length is the larger of the two, else 1: "
            "limit / np.maximum(limit, length). So nothing is divided by 0.",
            "def one(x, y): pull = grad(loss)(w, x, y); return pull * limit / "
            "np.maximum(limit, np.sqrt(np.sum(pull**2))). Then np.mean(vmap(one)(xs, ys), axis=0).",
        ),
        judge=custom(judge_clipped, "a function of loss, w, xs, ys and limit"),
        solution=SOLUTION,
        module=MODULES,
    ),
    Exercise(
        key="15.5",
        title="Every slope of every example",
        hints=(
            "One vmap inside another: for one x, the inner one runs over the units. Then over xs.",
            "A column comes for each unit, and stands upright where the new axis is the last: "
            "vmap(column, out_axes=1)(np.eye(len(x))).",
            "def table(x): return vmap(lambda unit: jvp(f, (x,), (unit,))[1], out_axes=1)"
            "(np.eye(len(x))). Then vmap(table)(xs).",
        ),
        judge=custom(judge_jacobians, "a function of f and xs"),
        solution=SOLUTION,
        module=MODULES,
    ),
]
