"""The exercises and predictions of chapter 14, simplifying."""

import math

import numpy as np

from autodiff_lib.arrays import ROWS, add_rows, grad, remove_row
from autodiff_lib.arrays.rows import Row
from autodiff_lib.arrays.structures import flatten
from autodiff_lib.pictures.count import plural
from autodiff_lib.programs.by_steps import graph, one_a_line
from autodiff_lib.programs.identities import Identity
from autodiff_lib.programs.making import make
from autodiff_lib.programs.patterns import KNOWN, count_operations, leaves, read_identity
from autodiff_lib.programs.row_check import NUMBERS, check_identity, evaluate
from autodiff_lib.programs.simplify import operations, rewrite, share_common
from autodiff_lib.programs.trace import record
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, explain_in, numbers, why_not_callable
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import describe, is_number, kind, plain_value, same_value

ENGINE = (
    "autodiff_lib.programs.identities",
    "autodiff_lib.programs.simplify",
    "autodiff_lib.arrays.rows",
)
SOLUTION = "14_simplifying.ipynb"


def diamond(x, y, z):
    """The running example, its square written out."""
    return ((x * y) * (y * z)) * ((x * y) * (y * z))


def gradient_steps():
    """Return the steps of the diamond's slopes, as they are traced."""
    trace, _, slopes = record(grad(diamond, (0, 1, 2)), (3.0, 2.0, 1.0), ["x", "y", "z"])
    return trace, [trace.lower(leaf) for leaf in flatten(slopes)]


def unneeded():
    """How many operations of the diamond's gradient nothing asks for."""
    trace, slopes = gradient_steps()
    return trace.count - len(operations(slopes))


def once():
    """How many operations are left when each is computed once."""
    known = {}
    slopes = rewrite(gradient_steps()[1], lambda step: share_common(step, known))
    return len(operations(slopes))


def uncounted():
    """How many lines q = x * z, p = y * z and q + p become if a row does not count uses."""
    x, y, z = (graph(lambda x: x, 1.0) for _ in range(3))
    q, p = make("mul", x, z, level=x.level), make("mul", y, z, level=x.level)
    row = Identity("x * z + y * z -> (x + y) * z")
    return len(operations([q, p, row(make("add", q, p, level=x.level))]))


PREDICTIONS = [
    Prediction(
        key="14.a",
        question="How many of the 26 lines are needed for the result, and for none of its slopes?",
        answer=unneeded,
        beliefs={
            0: "The slopes are made of products. Does one of them use the result itself?",
            7: "Seven lines make the result. Slopes of products use the factors: most stay.",
            6: "Slopes of products use the factors: look for what no later line uses.",
            2: "The last product, and which other? t7 and t8 use its factors, t3 and t6.",
            3: "Each square has three products. Slopes of products use the factors.",
            4: "Slopes of products use the factors: t1, t2, t4 and t5 are all asked for again.",
            5: "Slopes of products use the factors. Which of the first seven lines is no factor?",
            25: "That many are needed. The question asks for the rest.",
        },
        because="Slopes of a product use its factors, and no slope uses the last product.",
    ),
    Prediction(
        key="14.b",
        question="How many of the 25 lines are left when no line repeats another?",
        answer=once,
        beliefs={
            22: "Three products stand twice. When they are one, later lines are the same, too.",
            23: "x * y and y * z stand twice. When these are one, t6 is t3. Go on from there.",
            21: "t7 is t8, as t6 is t3. Then what is made with t7 and t8 has its double, too.",
            19: "t16 is t9, and t17 is t10. Then what is made with these has its double, too.",
            20: "Go on: where two lines are one, the lines that use them are alike, too.",
            18: "Go on: where two lines are one, the lines that use them are alike, too.",
            17: "Go on: where two lines are one, the lines that use them are alike, too.",
            16: "Go on: where two lines are one, the lines that use them are alike, too.",
            24: "More than one line stands twice: the whole second half of the square.",
            14: "Near. Multiplying by 1.0 is a line, too, though it changes nothing.",
            13: "Near. Multiplying by 1.0 is a line, too, though it changes nothing.",
            11: "So many has the program by hand. Here lines are shared, and none is changed.",
            12: "Lines are shared, and none is changed: sums of two equal numbers stay sums.",
        },
        because="Ten lines say again what another said, seven of them on the way back.",
    ),
    Prediction(
        key="14.c",
        question="q = x * z, p = y * z and q + p, all wanted: how many lines after the row?",
        answer=uncounted,
        beliefs={
            2: "The sum and the product are made, but q and p are asked for, too: they stay.",
            3: "One line for one? The row makes two, x + y and its product with z.",
            5: "Two are made, and one goes: who needs the old sum?",
            1: "The row makes two lines, and q and p are asked for, too: they stay.",
        },
        because="Two lines are made, and only the sum goes: q and p are asked for themselves.",
    ),
]

OUTSIDE = Outside(
    library="JAX",
    version="0.10.2",
    source="""\
import re
import jax

def diamond(x, y, z):
    return ((x * y) * (y * z)) * ((x * y) * (y * z))

gradient = jax.grad(diamond, (0, 1, 2))
print(len(jax.make_jaxpr(gradient)(3., 2., 1.).eqns), "operations traced")

# XLA simplifies; its next step, which joins lines into loops, is left out
plain = {"xla_disable_hlo_passes": "fusion"}
lowered = jax.jit(gradient).lower(3., 2., 1.)
text = lowered.compile(compiler_options=plain).as_text()
print(len(re.findall(r"= \\S+ (?:add|multiply)\\(", text)), "operations left")
print(*map(float, gradient(3., 2., 1.)))
""",
    printed="""\
26 operations traced
14 operations left
96.0 288.0 288.0
""",
)


# ------------------------------------------------------------------ the exercises

PATTERNS = [
    ("x", "x"),
    ("2.5", 2.5),
    ("x * (y + 2)", ("mul", "x", ("add", "y", 2.0))),
    ("y - x", ("sub", "y", "x")),
    ("-(x / y)", ("neg", ("div", "x", "y"))),
    ("exp(x) * sin(y)", ("mul", ("exp", "x"), ("sin", "y"))),
]
PLACES = [{"x": 3.0, "y": 2.0}, {"x": -0.5, "y": 4.0}, {"x": 0.0, "y": 1.0}]


def judge_evaluate(given):
    """Whether `given(pattern, numbers)` computes a side of a row."""
    if problem := why_not_callable(given, lambda pattern, numbers: ..., ("x", PLACES[0])):
        return problem
    for text, pattern in PATTERNS:
        for place in PLACES:
            try:
                answer = given(pattern, dict(place))
            except Exception as error:
                return f"For {told(text, pattern)} yours ended with {explain_in(given, error)}."
            if answer is ...:
                return OPEN
            if answer is None:
                return f"For {text} yours returns nothing: is there a `return` before the value?"
            wanted = evaluate(pattern, dict(place))
            if not is_number(plain_value(answer)):
                where = f"For {text} at {words(place)}"
                return f"{where} a number is asked for, got {kind(answer)}."
            if not same_value(plain_value(answer), wanted):
                return wrong_value(text, pattern, place, answer, wanted)
    return True


def told(text, pattern):
    """A side of a row, and the pattern as which it is read, in words."""
    if isinstance(pattern, tuple):
        return f"{text}, read as {pattern!r},"
    return f"{pattern!r} alone, a {'letter' if isinstance(pattern, str) else 'number'},"


def words(place):
    """What the letters stand for, in words."""
    return ", ".join(f"{name} = {describe(number)}" for name, number in place.items())


def wrong_value(text, pattern, place, answer, wanted):
    """What is wrong with the value of one side, as a sentence."""
    said = f"{text} at {words(place)} is {describe(wanted)}, not {describe(plain_value(answer))}."
    if isinstance(pattern, tuple) and len(pattern) == 3:
        turned = evaluate((pattern[0], pattern[2], pattern[1]), dict(place))
        if same_value(plain_value(answer), turned):
            return said + " The operands are swapped."
    return said


CLAIMS = {
    "a": "sqrt(x * x) -> x",
    "b": "abs(-x) -> abs(x)",
    "c": "(x * x) / x -> x",
    "d": "(x + 1) - 1 -> x",
    "e": "-(-x) -> x",
}


def judge_claims(answer):
    """Whether `answer` has, for each row, a number that shows it false, or None if it is true."""
    if not isinstance(answer, dict):
        return f"A dict with the entries a to e is asked for; got {kind(answer)}."
    if missing := [name for name in CLAIMS if name not in answer]:
        return f"There is no entry {missing[0]!r}."
    if all(entry is ... for entry in answer.values()):
        return OPEN
    for name, row in CLAIMS.items():
        if problem := wrong_claim(row, answer[name]):
            return f"{name}: {problem}"
    return True


def wrong_claim(row, number):
    """What is wrong with a number that is to show a row false, or ""."""
    if number is ...:
        return "still open."
    if number is None:
        if check_identity(row) is None:
            return ""
        return f"{row} is false for some number. Try 0, negative, tiny and huge ones."
    number = plain_value(number)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return f"a number is asked for, or None; got {kind(number)}."
    left, right = sides(row, number)
    if not same(left, right):
        return ""
    at, more = f"for x = {describe(number)}", ""
    here = f"{at} both sides of {row} are {describe(left)}."
    if check_identity(row) and abs(number) > 1:
        more = " Try a negative, a zero, a small x."
    if left != right and not math.isnan(left):
        both = f"{describe(left)} and {describe(right)}"
        here, more = (
            f"{at} the sides of {row} are {both}: that is rounding.",
            " Where is more lost?",
        )
    return here + (more if check_identity(row) else " Is there any number where they differ?")


def sides(row, number):
    """The values of both sides of a row at x = number, as floats."""
    with np.errstate(all="ignore"):
        return [float(evaluate(p, {"x": np.float64(number)})) for p in read_identity(row)]


def same(left, right):
    """Whether two floats are equal but for rounding, nan and nan too."""
    both_nan = math.isnan(left) and math.isnan(right)
    return both_nan or math.isclose(left, right, rel_tol=1e-12)


# ------------------------------------------------------------------ an operation with its row


def judge_copysign(answer, chapter):
    """Whether (row, identity) teach the engine copysign, and drop the minus inside it."""
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        return f"Two things are asked for, a Row and a text; got {kind(answer)}."
    row, text = answer
    if row is ... or text is ...:
        return OPEN
    if isinstance(row, Row) and 0 not in row.rules and not row.composed:
        return "The Row has no rule for x: x=lambda g, x, y: ... gives the slope along x."
    if not hasattr(row, "op"):
        return f"The first is a Row of the table; got {kind(row)}."
    if row.op != "copysign":
        return f'The operation is called "copysign", not {row.op!r}.'
    if row.function is not np.copysign:
        return (
            f"Calls of np.copysign are to find the Row: name it there, not {name_of(row.function)}."
        )
    before = ROWS.get("copysign")
    if before is not None:
        remove_row("copysign")
    try:
        add_rows(row)
        return copysign_problem(text, chapter) or True
    finally:
        if "copysign" in ROWS:
            remove_row("copysign")
        if before is not None:
            add_rows(before)


def name_of(function):
    """What a function is called."""
    return getattr(function, "__name__", kind(function)).replace("<lambda>", "a lambda")


def copysign_problem(text, chapter):
    """What is wrong with the slope of copysign, or with its identity, or ""."""
    for x, wanted in ((3.0, -1.0), (-2.0, 1.0)):
        slope = float(grad(lambda x: 5.0 * np.copysign(x, -2.0))(x)) / 5.0
        if same_value(5.0 * slope, wanted):
            return (
                f"The slope of 5 * copysign(x, -2) at {x} is {5.0 * wanted}; "
                f"by your row it is {wanted}. "
                "g, the slope of what comes behind, is 5 here: the rule multiplies by it."
            )
        if not same_value(slope, wanted):
            said = f"The slope of copysign(x, -2) at {x} is {wanted}"
            return f"{said}; by your row it is {describe(slope)}."
        turned = float(grad(lambda x: -5.0 * np.copysign(x, -2.0))(x))
        if not same_value(turned, -5.0 * wanted):
            return (
                f"The slope of -5 * copysign(x, -2) at {x} is {-5.0 * wanted}; by your row it is "
                f"{describe(turned)}. g is -5 here: its sign is lost."
            )
    if ROWS["copysign"].kind != "elementwise":
        return (
            "The slopes are right. But copysign works entry by entry, and the Row does not say so: "
            'name the kind, "elementwise", behind "x, y".'
        )
    if not isinstance(text, str):
        return f"The identity is a text such as 'x * 1 -> x'; got {kind(text)}."
    if problem := false_row(text, [x for x in NUMBERS if x != 0]):
        return problem
    steps = simplified(chapter, text, [graph(lambda x: np.copysign(-x, -2.0), 3.0)])
    if isinstance(steps, str):
        return steps
    if len(operations(steps)) > 1:
        left, _ = read_identity(text.strip().splitlines()[0])
        special = [x for x in "absX" if x in leaves(left, str)]
        why = [f" In a row {x} stands only for {SPECIAL[x]}." for x in special]
        return "With your identity copysign(-x, y) still takes two operations." + "".join(why)
    return ""


SPECIAL = {
    "a": "a number that the program knows",
    "b": "a number that the program knows",
    "s": "a single number",
    "X": "an array",
}


def unreadable(row, error):
    """Why a text is no row, as a sentence."""
    said = f"{row!r} cannot be read as a row, 'left -> right'"
    if row.count("->") != 1:
        return f"{said}: it has {plural(row.count('->'), 'arrow')}. Each row has a line of its own."
    if "." in row and isinstance(error, AttributeError):
        return f"{said}: functions go by their names in the table, without np."
    if isinstance(error, SyntaxError):
        return f"{said}: it is to be written as Python has it, 2 * x for 2x."
    if isinstance(error, KeyError):
        return f"{said}: the letter {error.args[0]} stands on its right side only."
    return f"{said}: {error}."


def false_row(text, numbers=NUMBERS):
    """Why a row is no identity of floats, or never applied, as a sentence, or ""."""
    for row in text.strip().splitlines():
        try:
            found = check_identity(row, numbers)
        except Exception as error:
            return unreadable(row, error)
        if found:
            at = ", ".join(f"{x} = {float(number):.3g}" for x, number in found[0].items())
            return f"{row} is false for {at}: {found[1]:.3g} on the left, {found[2]:.3g} right."
        goes, makes = map(count_operations, read_identity(row))
        if makes > goes:
            makes = plural(makes, "operation")
            return f"{row} is true, and never applied: it makes {makes} for {goes}."
    return ""


def simplified(chapter, text, outputs):
    """The outputs of a program, simplified by the chapter with more rows; a sentence if not."""
    chapter.add_identities(text)
    try:
        return chapter.simplify(outputs)[0]
    except ValueError as error:
        return f"{error}."
    finally:
        chapter.remove_identities(text)


# ------------------------------------------------------------------ rows that leave one line


def bend():
    """The step of the second derivative of x * x * x at 2, as it is traced."""
    return graph(lambda x: grad(grad(lambda y: y * y * y))(x), 2.0)


def eight():
    """The step of eight x, added one by one."""
    return graph(lambda x: x + x + x + x + x + x + x + x, 2.0)


def grouping(text):
    """That a row of more than two x fits one grouping only, as a sentence, or ""."""
    for row in text.strip().splitlines():
        left, _ = read_identity(row)
        if only_adds(left) and count_operations(left) > 1 and len(leaves(left, str)) == 1:
            return (
                " A row fits only what is grouped as it is: Python reads x + x + x as (x + x) + x, "
                "and in bend two sums of two come together first."
            )
    return ""


def only_adds(pattern):
    """Whether a side of a row adds letters, and does nothing else."""
    if isinstance(pattern, tuple):
        return pattern[0] == "add" and all(map(only_adds, pattern[1:]))
    return isinstance(pattern, str)


def left_side(row):
    """The step of a row's left side, its letters inputs and known numbers: what the row fits."""
    left, _ = read_identity(row)
    names = sorted(leaves(left, str))
    known = {x: 2.0 for x in names if x in KNOWN}
    inputs = {x: np.ones(3) if x == "X" else 1.0 for x in names if x not in known}
    return graph(lambda values: np.add(evaluate(left, known | values), 0.0), inputs)


def judge_rows(answer, chapter):
    """Whether rows of text are true, and leave one line of bend and of eight x."""
    if not isinstance(answer, str):
        return f"A text is asked for, one row or several lines of rows; got {kind(answer)}."
    if not answer.strip():
        return OPEN
    if problem := false_row(answer):
        return problem
    programs = [*map(left_side, answer.strip().splitlines()), bend(), eight()]
    found = [simplified(chapter, answer, [program]) for program in programs]
    if sentences := [steps for steps in found if isinstance(steps, str)]:
        return sentences[0]
    *_, short, sums = found
    if (count := len(operations(short))) > 1:
        lines = one_a_line(short).replace("\n", "; ")
        return f"True, but {count} lines of bend are left: {lines}.{grouping(answer)}"
    if (count := len(operations(sums))) > 1:
        return (
            f"True, and one line of bend is left; but {count} lines of eight x, added one by one. "
            "A row that adds one x to a times x serves any number of them."
        )
    return True


EXERCISES = [
    Exercise(
        key="14.1",
        title="Four counts by hand",
        hints=(
            "Go back from the result: which line does no line on the way use?",
            "y * x is x * y. Then look for the product with 1.0, and put its operand in its place.",
            "When t3 is t1, t5 is t1 * z, and so is t4.",
        ),
        judge=numbers(
            {"needed": 6, "once": 5, "rows": 4, "again": 3},
            [
                ({"needed": 7}, "Nothing uses t7."),
                ({"needed": 5}, "Only t7 is used by nobody."),
                ({"once": 6}, "A product is the same in both orders: t2 repeats t1."),
                ({"once": 3}, "t3 is a line of its own until the row says that it is t1."),
                ({"once": 4}, "t5 multiplies t3, and t3 is not yet known to be t1."),
                ({"rows": 5}, "t3 is t1 * 1.0: the row takes its line away."),
                ({"rows": 3}, "The row takes one line away; sharing comes after it, again."),
                ({"again": 4}, "Now t5 is t1 * z, as t4 is."),
                ({"again": 2}, "t1, t4 and the sum are needed."),
            ],
        ),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="14.2",
        title="Both sides, computed",
        hints=(
            "A pattern is a letter, a number, or a tuple: an operation, then patterns. Begin with "
            "a letter: it stands for numbers[pattern].",
            "The parts of a tuple are patterns themselves, and evaluate computes patterns: it may "
            "call itself for them.",
            "parts = [evaluate(part, numbers) for part in pattern[1:]], then "
            "ROWS[pattern[0]].function(*parts)",
        ),
        judge=custom(judge_evaluate, "a function of a pattern and a dict of numbers"),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="14.3",
        title="Which rows are false?",
        hints=(
            "Three of the five are false. Ask 0, a negative number and a tiny one.",
            "A root is never negative. 0 / 0 is nan. 1 + 1e-20 is 1.",
            "check_identity(row) finds a number for each row; where it finds none, write None.",
        ),
        judge=custom(judge_claims, "a dict with the entries a to e"),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="14.4",
        title="An operation and its row",
        hints=(
            'Row("copysign", np.copysign, "x, y", "elementwise", x=...) with the slope\'s rule.',
            "The slope is 1 where x and y have the same sign, -1 where not. Does the sign of "
            "the first operand matter for the result?",
            'x=lambda g, x, y: g * np.sign(x * y), and "copysign(-x, y) -> copysign(x, y)"',
        ),
        judge=custom(
            judge_copysign,
            "a Row and a text",
            needs=("simplify", "add_identities", "remove_identities"),
        ),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="14.5",
        title="Six x",
        hints=(
            "With x + x -> 2 * x three lines are left: 4.0 * x, and two sums with x.",
            "A known number is called a in a row. What is a * x + x, in two operations?",
            "x + x -> 2 * x, and on a line of its own a * x + x -> (a + 1) * x",
        ),
        judge=custom(
            judge_rows,
            "a text, one row or several",
            needs=("simplify", "add_identities", "remove_identities"),
        ),
        solution=SOLUTION,
        module=ENGINE,
    ),
]
