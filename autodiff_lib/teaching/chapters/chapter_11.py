"""The exercises and predictions of chapter 11, Jacobians."""

import re

import numpy as np

from autodiff_lib.arrays import Row, jacobian, vjp
from autodiff_lib.arrays.node import Level
from autodiff_lib.arrays.rows import Rule
from autodiff_lib.teaching.counting import counting
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, find_belief, why_not_callable
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import describe, is_number, kind, plain_value, same_value
from autodiff_lib.teaching.verdicts import Judgement

MODULES = (
    "autodiff_lib.arrays.derivatives",
    "autodiff_lib.arrays.forward",
    "autodiff_lib.arrays.rows",
    "autodiff_lib.arrays",
)
SOLUTION = "11_jacobians.ipynb"
LENGTHS, TURNS = np.array([3.0, 2.0, 1.0]), np.array([0.0, np.pi / 2, np.pi / 2])


def hand(turns):
    """Where the hand of the arm is."""
    angles = np.cumsum(turns)
    return np.stack([LENGTHS @ np.cos(angles), LENGTHS @ np.sin(angles)])


def steps_by_rows():
    """How many operations run, and arrows are crossed, to fill the hand's table by rows."""
    with counting(runs=(Level, "apply"), pulled=(Rule, "add")) as counts:
        jacobian(hand)(TURNS)
    return counts.total()


def slope_by_wrong_kind():
    """The slope of a square at 3 by forward mode, if its row is called linear."""
    square = Row("square", lambda x: x * x, "x", "linear", x=lambda g, x: g * 2 * x)
    return jacobian(square, mode="forward")(LENGTHS)[0, 0]


def heat(u):
    """The rod a step later."""
    padded = np.concatenate([u[:1], u, u[-1:]])
    return u + (padded[:-2] - 2 * u + padded[2:]) / 4 - u * u / 100


def fewest_colours():
    """How many passes fill the rod's table, every so-manyth column in each."""
    filled = jacobian(heat)(np.arange(100) % 10 + 1.0) != 0
    fits = (
        n
        for n in range(1, 101)
        if all(filled[:, colour::n].sum(axis=1).max() <= 1 for colour in range(n))
    )
    return next(fits)


PREDICTIONS = [
    Prediction(
        key="11.a",
        question="How many walks back fill the hand's table?",
        answer=lambda: len(hand(TURNS)),
        beliefs={
            3: "That is a pass for each input. A walk back starts at an output.",
            6: "A walk back gives a whole row, not one entry.",
            1: "One walk gives the slopes of one output. The hand has two.",
            5: "Each way fills the whole table by itself.",
        },
        because="A walk back fills a row, and there is a row for each output.",
    ),
    Prediction(
        key="11.b",
        question="How many steps does reverse mode take, in all?",
        answer=steps_by_rows,
        beliefs={
            24: "Two walks, but the operations run only once, and the walk crosses arrows.",
            26: "The operations run once, for both walks.",
            22: "No walk crosses either of the two arrows from lengths: seven are left, not eight.",
            18: "Seven arrows lead on from turns: two of them into the stack.",
            14: "Two walks of seven arrows are 14, zeros or not. Six operations run, too.",
            13: "That is one walk. There are two outputs.",
            28: "Two walks of seven arrows are 14, and six operations run once.",
            16: "Each of cos, sin and both products has its own arrow, and the stack has two.",
            12: "Two walks cross more than three arrows each.",
            36: "That is what forward mode takes: here the operations run only once.",
            27: "There are two walks, one for each output, not three.",
        },
        because="Six operations run once, and each of two walks crosses seven arrows.",
    ),
    Prediction(
        key="11.c",
        question="What does forward mode say for the slope 6?",
        answer=slope_by_wrong_kind,
        beliefs={
            6: "That is what the rule says. A linear row runs x * x on the tangent, not the rule.",
            9: "That is the square of the value, 3. The operation runs on the tangent.",
            36: "That is the square of the slope. The operation runs on the tangent.",
            3: "That is the value. A linear row runs x * x on the tangent.",
            2: "That is the rule at 1. A linear row runs x * x itself on the tangent, 1.",
            0: "The tangent is not lost: the operation, x * x, runs on it.",
        },
        because="A linear row runs its operation on the tangent, and the square of 1 is 1.",
    ),
    Prediction(
        key="11.d",
        question="How many passes are enough for 100 points?",
        answer=fewest_colours,
        beliefs={
            100: "That is one for each column. Columns that share no row can move together.",
            4: "That is enough, but one fewer is, too: columns 0 and 3 share no row.",
            2: "Points 0 and 2 are both neighbours of point 1: their columns share row 1.",
            1: "One pass gives 100 numbers. The band has about 300.",
            33: "33 columns can move in each pass: so it takes far fewer passes.",
            34: "34 columns can move in each pass: so it takes far fewer passes.",
            50: "More than two columns can move together.",
            98: "That is how many points have two neighbours. How many columns apart share no row?",
            298: "That is how many entries there are. A pass gives 100 numbers.",
        },
        because="Columns 0, 3, 6 and so on share no row; neither do 1, 4, 7 nor 2, 5, 8.",
    ),
]

OUTSIDE = Outside(
    library="JAX 0.10.2 and PyTorch",
    version="2.13.0",
    source="""\
import jax
import jax.numpy as jnp
import torch
jax.config.update("jax_enable_x64", True)

def hand(turns, np):
    lengths = np.asarray([3.0, 2.0, 1.0], dtype=np.float64)
    angles = np.cumsum(turns, 0)
    return np.stack([lengths @ np.cos(angles), lengths @ np.sin(angles)])

def diamond(v):
    x, y, z = v
    return ((x * y) * (y * z)) ** 2

for name, library, np in [("JAX", jax, jnp), ("PyTorch", torch.func, torch)]:
    turns = np.asarray([0.0, np.pi / 2, np.pi / 2], dtype=np.float64)
    v = np.asarray([3.0, 2.0, 1.0])
    for jacobian in [library.jacfwd, library.jacrev]:
        table = jacobian(lambda turns: hand(turns, np))(turns)
        table = table.round(decimals=6) + 0.0
        print(name, table.tolist(), jacobian(diamond)(v).tolist())
""",
    printed="""\
JAX [[-2.0, -2.0, 0.0], [2.0, -1.0, -1.0]] [96.0, 288.0, 288.0]
JAX [[-2.0, -2.0, 0.0], [2.0, -1.0, -1.0]] [96.0, 288.0, 288.0]
PyTorch [[-2.0, -2.0, 0.0], [2.0, -1.0, -1.0]] [96.0, 288.0, 288.0]
PyTorch [[-2.0, -2.0, 0.0], [2.0, -1.0, -1.0]] [96.0, 288.0, 288.0]
""",
)


# ------------------------------------------------------------------ 11.1, a table by hand

TABLE = np.array([[5.0, 2.0], [1.0, 1.0], [4.0, 0.0]])
TABLE_BELIEFS = [
    (TABLE.T, "Rows and columns are swapped: a row for each output, a column for each input."),
    (TABLE[:, ::-1], "The columns are swapped: the first is how everything moves with x."),
    (
        [[2, 5], [1, 1], [4, 0]],
        "In x·y the slope along x is y, and the slope along y is x.",
    ),
    ([[5, 2], [1, 1], [2, 0]], "x·x moves along both of its arrows: its slope is 2x."),
    ([[5, 2], [2, 5], [4, 0]], "The sum moves as far as each of its inputs: slopes of 1."),
    ([[10, 10], [1, 1], [4, 0]], "x·y is its value, not a slope."),
]
NO_NUMBERS = "Three rows of two numbers are asked for: put x = 2 and y = 5 into each slope."


def judge_table(answer):
    """Whether the answer is TABLE."""
    try:
        given = np.asarray(plain_value(answer), dtype=float)
    except (TypeError, ValueError):
        return NO_NUMBERS if isinstance(answer, (list, tuple)) else None
    if given.shape == TABLE.shape and same_value(given, TABLE):
        return True
    if belief := find_belief(given, TABLE_BELIEFS):
        return belief
    if given.shape != TABLE.shape:
        return f"Three outputs and two inputs: shape (3, 2), not {given.shape}."
    i, j = np.argwhere(given != TABLE)[0]
    return f"Row {i}, column {j}, both counted from 0, is not {given[i, j]:g}."


# ------------------------------------------------------------------ 11.2, choose the mode

CHOICES = {
    "loss": (("reverse",), 1),
    "camera": (("forward",), 4),
    "rod": (("forward", "reverse"), 5),
    "gripper": (("reverse",), 6),
}
CHOICE_BELIEFS = [
    ("loss", 337, "loss: one output is one row, so one walk back gives all 337 slopes."),
    ("camera", 10**6, "camera: 4 inputs are 4 columns, so 4 passes forward give all slopes."),
    ("rod", 100, "rod: most entries are 0. Columns that share no row move together."),
    ("rod", 3, "rod: points 0 and 3 are both felt by point 1 or 2: their columns share rows."),
    ("rod", 4, "rod: points 0 and 4 are both felt by point 2: their columns share a row."),
    ("gripper", 7, "gripper: 7 columns, but only 6 rows."),
    ("gripper", 42, "gripper: a pass fills a whole row or column."),
]


def judge_choices(answer):
    """Whether each mode has the fewest passes, and so many."""
    if not isinstance(answer, dict) or not set(CHOICES) <= set(answer):
        return None
    for name, (modes, passes) in CHOICES.items():
        pair = plain_value(answer[name])
        if not isinstance(pair, tuple) or len(pair) != 2:
            return f"{name}: a mode and a number of passes are asked for, in parentheses."
        mode, count = pair
        if count is ... or mode in (..., "..."):
            return OPEN if name == "loss" else f"{name} is still open."
        if not is_number(count):
            return f"{name}: the number of passes is {kind(count)}."
        for place, wrong, sentence in CHOICE_BELIEFS:
            if name == place and count == wrong:
                return sentence
        if count < passes:
            return f"{name}: {describe(count)} is too few: part of the table stays empty."
        if count > passes:
            return f"{name}: {describe(count)} is enough, but not the fewest number of passes."
        mode = mode.strip().lower().replace("backward", "reverse") if isinstance(mode, str) else ""
        if mode not in modes:
            by = "an output" if modes[0] == "reverse" else "an input"
            return f"{name}: {passes} is right, but one for each of what? Here it is {by}."
    return True


# ------------------------------------------------------------------ 11.3, a row

X, G = np.array([0.5, -1.0, 2.0]), np.array([1.0, 3.0, -2.0])
OUT = np.exp(-X * X)
BELL_BELIEFS = [
    (-2 * X * OUT, "The slope is right; multiply it by g, the gradient that comes in."),
    (G * OUT, "The inside, -x², has a slope, too: the chain rule."),
    (G * -2 * X, "That is the slope of the inside. e to the power of it has one, too: out."),
    (G * 2 * X * OUT, "The sign is wrong: the slope of -x² is -2x."),
    (G * X * OUT, "The slope of -x² is -2x."),
    (-G * X * OUT, "Twice too small: the slope of -x² is -2x."),
    (G * -X * X * OUT, "-x² stands there as it is. Its slope is asked for: -2x."),
    (G * -2 * OUT, "The slope of -x² is -2x: x is missing."),
    (G * -2 * X * X * OUT, "The slope of -x² is -2x: x stands there once, not squared."),
    (-G * OUT, "The slope of -x² is not -1: it is -2x."),
    (G - 2 * X * OUT, "The slope is right; g multiplies it, it is not added."),
]
ON_THE_TANGENT = (
    "forward mode would run exp(-x * x) on the tangent itself. With which entries of x does "
    "entry i of the result move?"
)
WRONG_KINDS = {
    "linear": ON_THE_TANGENT,
    "multilinear": ON_THE_TANGENT,
    "constant": "it sends no tangent on, and the bell has slopes.",
}
AS_GENERAL = '"elementwise" is right, too, and needs no walk back through the rule.'


def takes_one_number(row):
    """Which part of a row takes single numbers only, as math.exp does: "function", "rule" or ""."""
    part = "function"
    try:
        out, part = row.function(X), "rule"
        if rule := row.rules.get(0):
            rule.function(G, *rule.take([X], out, row.parameters, 0))
    except TypeError as error:
        return part if "converted to Python scalar" in str(error) else ""
    return ""


def judge_bell(row, chapter):
    """Whether the row's rule is right, and both modes run it."""
    if not hasattr(row, "rules") or not hasattr(row, "function"):
        return None
    if part := takes_one_number(row):
        return f"The {part} takes single numbers only, and x is an array: np.exp takes arrays."
    if not same_value(row.function(X), OUT):
        return "The value should stay exp(-x * x)."
    if 0 not in row.rules or row.rules[0] is None:
        return "The row has no rule for x."
    rule = row.rules[0]
    back = rule.function(G, *rule.take([X], OUT, row.parameters, 0))
    if back is ... or back is None:
        return OPEN
    if not isinstance(back, (np.ndarray, float, int)):
        return f"The rule is to return an array, got {kind(back)}."
    wanted = G * -2 * X * OUT
    if not same_value(np.asarray(back, float), wanted):
        if belief := find_belief(np.asarray(back, float), BELL_BELIEFS):
            return belief
        if np.shape(back) != X.shape:
            return (
                f"The rule gives {kind(back)}: one for each entry of x is asked for, in its shape."
            )
        at = f"At x = {X.tolist()} and g = {G.tolist()}"
        return f"{at} it should give {neat_list(wanted)}, and gives {neat_list(back)}."
    for mode in ("forward", "reverse"):
        table = chapter.jacobian(lambda x: row(x), mode=mode)(X)
        if same_value(table, np.diag(-2 * X * OUT)):
            continue
        if row.kind in WRONG_KINDS:
            return f'The rule is right. The kind "{row.kind}" is not: {WRONG_KINDS[row.kind]}'
        return f"The rule is right, but the Jacobian by {mode} mode is {describe(table)}."
    return Judgement("right", AS_GENERAL if row.kind == "general" else "")


# ------------------------------------------------------------------ 11.4, a band


def wave(reach, mix):
    """A function on a rod whose output i depends on the inputs i - reach to i + reach."""

    def f(x):
        out = x * x
        for step in range(1, reach + 1):
            zeros = np.zeros(step)
            out = out + mix * step * np.concatenate([x[step:] ** 2, zeros])
            out = out - np.concatenate([zeros, x[:-step] * 3.0])
        return out

    return f


def probe(passes):
    """An operation that changes nothing and notes each pass and each walk through it."""

    def noting(g):
        passes.append(g)
        return g

    return Row("probe", lambda x: x * 1.0, "x", "elementwise", x=noting)


RODS = [(wave(1, 2.0), 7, 1), (wave(2, -1.0), 11, 2), (wave(0, 1.0), 4, 0), (wave(1, 0.5), 30, 1)]


def judge_band(band, chapter):
    """Whether `band(f, x, reach)` is the Jacobian, in 2 * reach + 1 passes."""
    if problem := why_not_callable(band, lambda f, x, reach: ..., (RODS[0][0], X, 1)):
        return problem
    for f, n, reach in RODS:
        runs, passes = [], []
        seen = probe(passes)

        def watched(x, f=f, runs=runs, seen=seen):
            runs.append(x)
            return seen(f(x))

        x = np.arange(1.0, n + 1)
        given = plain_value(band(watched, x, reach))
        if given is ... or (given is None and not runs):
            return OPEN
        at = f"{n} points, reach {reach}"
        if given is None:
            return f"{at}: `band` runs f and returns nothing. Does it end with `return`?"
        if not runs:
            return f"{at}: f was never called. Does `band` use f, its argument?"
        try:
            table = np.asarray(given, dtype=float)
        except (TypeError, ValueError):
            return f"A table is asked for; got {kind(given)}."
        if table.shape != (n, n):
            return f"{at}: a table of shape {(n, n)} is asked for; yours has {table.shape}."
        if problem := band_problem(table, jacobian(f)(x), reach):
            return f"{at}: {problem}"
        if not any(hasattr(x, "level") for x in runs):
            return f"{at}: f was called with plain numbers, which carry no slope: use jvp or vjp."
        if len(passes) > 2 * reach + 1:
            return f"{at}: right, in {len(passes)} passes; {2 * reach + 1} are enough."
    return True


def band_problem(table, full, reach):
    """What is wrong with a table, as a sentence, or ""."""
    if np.allclose(table, full):
        return ""
    if np.allclose(table, full.T):
        return "rows and columns are swapped."
    edge = abs(np.subtract.outer(range(len(full)), range(len(full)))) == reach
    if reach and full[edge].any() and not table[edge].any():
        return f"what is {reach} beside the diagonal stays 0, but the band includes it."
    i, j = np.argwhere(~np.isclose(table, full))[0]
    if full[i, j] == 0 and abs(i - j) > reach:
        return f"row {i}, column {j} is outside the band, so 0; the table has {table[i, j]:g}."
    said = f"row {i}, column {j} should be {full[i, j]:g}, the table has {table[i, j]:g}."
    if table[i, j] == 0:
        return f"{said} Is a column never moved, or a place left out?"
    return f"{said} Did two columns move together that share a row?"


# ------------------------------------------------------------------ 11.5, reach for a cup


def reached(
    f, target, turns, n_steps, part=0.05, turn=lambda pulled: pulled, once=(), seed=np.subtract
):
    """The turns after so many steps; `part`, `turn`, `seed` and what is done `once` spoil them."""
    turns = np.asarray(turns, float)
    for step in range(n_steps):
        here, walk = vjp(f, turns)
        if step == 0 or "walk" not in once:
            pullback = walk
        if step == 0 or "way" not in once:
            way = seed(target, here)
        turns = turns + part * turn(pullback(way)[0])
        if "step" in once:
            break
    return turns


def bent(turns):
    """Another arm: two joints, bars of 2 and 2, and a height that counts double."""
    inner, outer = turns
    return np.stack([2.0 * np.cos(inner) + 2.0 * np.cos(inner + outer),
                     4.0 * np.sin(inner) + 4.0 * np.sin(inner + outer)])  # fmt: skip


CUPS = [
    (hand, np.array([4.0, 1.0]), TURNS, 1),
    (hand, np.array([4.0, 1.0]), TURNS, 30),
    (bent, np.array([1.0, 3.0]), np.array([0.2, 0.4]), 3),
]
REACH_BELIEFS = [
    (dict(part=-0.05), "The hand moves away: the seed is target minus hand, and is added."),
    (dict(part=1.0), "A step is a twentieth of what comes back, not all of it."),
    (dict(part=0.1), "A step is a twentieth of what comes back, 0.05, not a tenth."),
    (dict(part=0.5), "A step is a twentieth of what comes back, 0.05."),
    (dict(once=["step"]), "One step is right, but there is only one: does `return` end the loop?"),
    (dict(once=["walk"]), "The pullback of the first turns is used in every step: run vjp anew."),
    (
        dict(once=["way"]),
        "The way to the cup is the first one in every step: it is to be seen anew.",
    ),
    (
        dict(once=["walk", "way"]),
        "Every step turns as the first one did: run vjp anew, where the hand is then.",
    ),
    (
        dict(seed=lambda target, here: target),
        "The seed is the way from hand to cup, target minus hand, not the target itself.",
    ),
    (
        dict(seed=lambda target, here: CUPS[0][1] - here),
        "Every way leads to the chapter's cup. Go to `target`, the argument: it may be elsewhere.",
    ),
    (dict(turn=np.sign), "Each joint turns by its own share, not by its sign alone."),
]
NOT_A_PASS = "The way to the cup is a seed: it walks back to the turns. jvp goes forward: use vjp."
NO_FIT = "J has a row for each output, a column for each turn: the way stands in front, way @ J."
A_TUPLE = "A pullback returns a tuple, a gradient for each argument; of turns alone, take [0]."


def judge_reach(reach, chapter):
    """Whether `reach` returns the turns after n_steps walks back."""
    if problem := why_not_callable(reach, lambda hand, target, turns, n_steps: ..., CUPS[0]):
        return problem
    given, seen = [], []
    for f, target, turns, n_steps in CUPS:
        start = turns.copy()

        def watched(turns, f=f):
            seen.append(turns)
            return f(turns)

        try:
            answer = reach(watched, target.copy(), turns, n_steps)
        except TypeError as error:
            if re.search(r"'tuple'|multiply sequence", str(error)):
                return A_TUPLE
            raise
        except ValueError as error:
            if "tangents must have shape" in str(error):
                return NOT_A_PASS
            if "mismatch in its core dimension" in str(error):
                return NO_FIT
            raise
        if answer is ... or (answer is None and not seen):
            return OPEN
        if not np.array_equal(turns, start):
            turns[:] = start
            return "The array `turns` was changed in place: turns = turns + ... makes a new one."
        try:
            given.append(np.asarray(plain_value(answer), dtype=float))
        except (TypeError, ValueError):
            return f"An array of turns is asked for; got {kind(answer)}."
        if given[-1].shape != turns.shape:
            return f"{len(turns)} turns are asked for; got {describe(answer)}."
    if not fits_reach(given):
        for options, sentence in REACH_BELIEFS:
            if fits_reach(given, **options):
                return sentence
        for more in (1, -1):
            if fits_reach(given, more):
                return f"That is one step too {'many' if more > 0 else 'few'}."
        wanted = reached(*CUPS[0])
        if np.allclose(given[0], wanted, rtol=0, atol=1e-6):
            return (
                "The first step is right, later ones are not: each begins where the hand is then."
            )
        after = f"After 1 step to {CUPS[0][1].tolist()} the turns should be {neat_list(wanted)}"
        return f"{after}, not {neat_list(given[0])}."
    if not any(hasattr(turns, "level") for turns in seen):
        return "hand was called with plain numbers, which carry no slope: use vjp."
    cup = CUPS[0][1]
    place = neat_list(hand(np.asarray(reach(hand, cup, TURNS.copy(), 100))))
    return Judgement("right", f"After 100 steps the hand is at {place}, the cup at {cup.tolist()}.")


def neat_list(array):
    """An array as a list of short numbers."""
    return (np.asarray(array).round(4) + 0.0).tolist()


def fits_reach(given, more=0, **options):
    """Whether these are the turns that `reached` finds, spoilt as `options` say."""
    return all(
        np.allclose(g, reached(f, target, turns, max(n + more, 0), **options), rtol=0, atol=1e-6)
        for g, (f, target, turns, n) in zip(given, CUPS, strict=True)
    )


EXERCISES = [
    Exercise(
        key="11.1",
        title="A table by hand",
        hints=(
            "A row for each output, x·y first; a column for each input, x first.",
            "The first row: x·y moves y times as far as x, and x times as far as y.",
            "[[5, 2], [1, 1], [..., 0]], and the slope of x·x at 2 is missing.",
        ),
        judge=custom(judge_table, "a list of three rows"),
        solution=SOLUTION,
        module=MODULES,
    ),
    Exercise(
        key="11.2",
        title="Choose the mode",
        hints=(
            "Forward takes a pass for each input, reverse a walk for each output. For the rod "
            "some columns can move together.",
            "On the rod, point i is felt by i - 2 to i + 2. Which is the next column that shares "
            "none of these rows with column 0?",
            "The rod takes 5: columns 0, 5, 10 and so on share no row. loss: 1 output. camera: 4 "
            "inputs. gripper: 7 inputs against 6 outputs.",
        ),
        judge=custom(judge_choices, 'a dict such as {"loss": ("forward", 2), ...}'),
        solution=SOLUTION,
        module=MODULES,
    ),
    Exercise(
        key="11.3",
        title="A row whose forward rule comes free",
        hints=(
            "The chain rule: the slope of e to the power of y is itself; y is -x².",
            "The slope is out times -2x. A rule multiplies it by g. Entry i of the result moves "
            "with entry i of x alone: of which kind are cosine and the square, too?",
            'x=lambda g, x, out: g * -2 * x * out, and the kind is "elementwise".',
        ),
        judge=custom(judge_bell, "a Row", needs=("jacobian",)),
        solution=SOLUTION,
        module=MODULES,
    ),
    Exercise(
        key="11.4",
        title="A wider band",
        hints=(
            "Column j fills the rows j - reach to j + reach. How far apart are two columns that "
            "share no row?",
            "Columns 2 * reach + 1 apart share no row: that is the number of colours.",
            "Row i holds entries from column max(i - reach, 0) up to, not including, "
            "min(i + reach + 1, n).",
        ),
        judge=custom(judge_band, "a function of f, x and reach", needs=("jvp",)),
        solution=SOLUTION,
        module=MODULES,
    ),
    Exercise(
        key="11.5",
        title="Reach for a cup",
        hints=(
            "In each step, vjp(hand, turns) returns where the hand is, and a pullback.",
            "The seed is target - here. The pullback returns a tuple: take its first entry.",
            "here, pullback = vjp(hand, turns), then turns = turns + pullback(target - here)[0] / "
            "20, n_steps times.",
        ),
        judge=custom(judge_reach, "a function of hand, target, turns and n_steps", needs=("vjp",)),
        solution=SOLUTION,
        module=MODULES,
    ),
]
