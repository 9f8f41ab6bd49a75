"""The exercises and predictions of chapter 13, gradient programs."""

import ast
import contextlib
import dis
import io
import itertools

import numpy as np

from autodiff_lib.arrays import Row, grad, gradient_program
from autodiff_lib.arrays.node import new_level
from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.programs.expecting import OtherPath
from autodiff_lib.programs.page import Page
from autodiff_lib.programs.pipeline import prepare
from autodiff_lib.programs.program import compile_source, write_function
from autodiff_lib.programs.readers_names import parameter_names
from autodiff_lib.programs.steps import run_steps
from autodiff_lib.programs.trace import record
from autodiff_lib.programs.write import expression, operand, write
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, why_not_callable
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.running import explain_error
from autodiff_lib.teaching.values import describe, is_number, kind, plain_value, same_value
from autodiff_lib.teaching.verdicts import Judgement

ENGINE = "autodiff_lib.programs.trace"
SOLUTION = "13_gradient_programs.ipynb"


def operations_noted():
    """How many operations the chapter's loss and its way back run, counted by a trace."""
    return record(grad(loss), DATA, "wxy")[0].count


def lines_left():
    """How many lines the chapter's page of grad(loss) has once small parts are nested."""
    page, _ = write_page(grad(loss), DATA, "wxy")
    return len(page.lines)


def frozen_slope():
    """What the steps of the chapter's function, traced at 2, say at -1."""
    _, inputs, result = record(grad(lambda x: x * x if x > 0 else -3 * x), [2.0], "x")
    run_steps(inputs, [-1.0], [result.step])
    return int(result.step.value)


PREDICTIONS = [
    Prediction(
        key="13.a",
        question="How many operations does the trace of grad(loss) hold, forward and back?",
        answer=operations_noted,
        beliefs={
            4: "Those are the operations of loss. The rules of the way back run, too.",
            5: "Those are the ones of the way back. It runs loss first.",
            7: "So many are needed in the end. The trace notes all that is run.",
            12: "So many with w, x and y. Those are no operations.",
            8: "Not one for each: the square's rule has two products, the difference's none.",
        },
        because="Four forward; back a copy, two products, one product and a sum.",
    ),
    Prediction(
        key="13.b",
        question="What do the steps, traced at 2, say at -1?",
        answer=frozen_slope,
        beliefs={
            -3: "That is the right slope. Do the steps know the left branch?",
            2: "The branch is that of 2, but x is -1 now.",
            4: "That is the slope at 2, where they were traced. They compute with their x.",
            3: "The left branch was never traced.",
            1: "That is the value of x * x at -1. The slope is asked for.",
        },
        because="Only x * x was traced. Its slope is 2x.",
    ),
    Prediction(
        key="13.c",
        question="How many of the seven lines of loss are left?",
        answer=lines_left,
        beliefs={
            7: "So many there are without nesting. The watch found names for three of them.",
            6: "Each of t1, t2, t3 and t4 is used once and small: not one of them alone.",
            5: "Each of t1, t2, t3 and t4 is used once and small. The last one's user is `return`.",
            4: "Three steps have a name. The sum has none; what uses it is `return`.",
            2: "guess_bar, or guess? Each is used once, but the watch found it a name: it stays.",
            1: "What the watch found a name for keeps its line: which names are those?",
            0: "What the watch found a name for keeps its line: which names are those?",
        },
        because="The watch found guess, miss and guess_bar. All else is small and used once.",
    ),
]

OUTSIDE = Outside(
    library="JAX",
    version="0.10.2",
    source="""\
import jax
jax.config.update("jax_enable_x64", True)

def diamond(x, y, z):
    return ((x * y) * (y * z)) ** 2

gradient = jax.grad(diamond, (0, 1, 2))
print(jax.make_jaxpr(gradient)(3., 2., 1.))
print(*gradient(3., 2., 1.))
""",
    printed="""\
{ lambda ; a:f64[] b:f64[] c:f64[]. let
    d:f64[] = mul a b
    e:f64[] = mul b c
    f:f64[] = mul d e
    _:f64[] = integer_pow[y=2] f
    g:f64[] = mul 2.0:f64[] f
    h:f64[] = mul 1.0:f64[] g
    i:f64[] = mul d h
    j:f64[] = mul h e
    k:f64[] = mul b i
    l:f64[] = mul i c
    m:f64[] = mul a j
    n:f64[] = add_any l m
    o:f64[] = mul j b
  in (o, n, k) }
96.0 288.0 288.0
""",
)


# ------------------------------------------------------------------ the exercises


def loss(w, x, y):
    """The chapter's function: how far the line w * x misses y."""
    guess = w * x
    miss = guess - y
    return np.sum(miss**2)


def write_page(f, arguments, names):
    """Return the page of a program as the chapter writes it, and what stands for its result."""
    trace, inputs, result = record(f, arguments, names, expands=True)
    outputs = [trace.lower(result)]
    page = Page(inputs, outputs, trace.reads)
    page.terms = {id(step): page.names.new(step.name) for step in inputs}
    prepare(page)
    write(page)
    return page, operand(page, outputs[0])


DATA = [2.0, np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 7.0])]
LATER = [1.5, *DATA[1:]]  # where the page of exercise 13.1 is run
VALUES = [1.5 * DATA[1], 1.5 * DATA[1] - DATA[2], (1.5 * DATA[1] - DATA[2]) ** 2, loss(*LATER)]


def judge_aloud(assign_aloud):
    """Whether a function writes the line of a step, and one that prints its value."""
    if problem := why_not_callable(assign_aloud, lambda page, step, text: ..., (0, 0, 0)):
        return problem
    _, inputs, result = record(loss, DATA, "wxy")
    page = Page(inputs, [result.step])
    page.terms = {id(step): page.names.new(step.name) for step in inputs}
    while_writing = io.StringIO()
    with contextlib.redirect_stdout(while_writing):
        for step in page.steps:
            if assign_aloud(page, step, expression(page, step)) is ...:
                return OPEN
            if problem := unwritten(page, step):
                return problem
    if while_writing.getvalue():
        return "It prints while the page is written. Append a line that prints when the text runs."
    return run_aloud(write_function(page, "loss", list("wxy"), page.terms[id(result.step)]))


def unwritten(page, step):
    """What the page lacks after a step was written, as a sentence, or ""."""
    if not page.lines:
        return "The page has no line: `assign(page, step, text)` writes the first of the two."
    if wrong := [line for line in page.lines if not isinstance(line, str)]:
        return f"`page.lines` holds {describe(wrong[0])}: append a text, 'print(...)', not a call."
    if id(step) not in page.terms:
        return "Later lines cannot find the step: `assign(page, step, text)` notes its name."
    return ""


def run_aloud(text):
    """Whether the text of the function prints its values when it runs; shows what it printed."""
    whole, said = "; ".join(text.split("\n    ")).replace(":; ", ": ").strip(), io.StringIO()
    try:
        f = compile_source(text, {}, "loss")
        with contextlib.redirect_stdout(said):
            value = f(*LATER)
    except UnboundLocalError:
        return f"A line prints a value above the line that computes it: {whole}"
    except Exception as error:
        return f"The text does not run, {type(error).__name__}: {whole}"
    if not same_value(plain_value(value), VALUES[-1]):
        return f"The function is no longer the same: {whole}"
    printed = said.getvalue()
    if not printed:
        return f"Run, it prints nothing: {whole}"
    if problem := why_not_told(printed, f.__code__.co_varnames):
        return f"{problem} The text is {whole}"
    told = f"Run at w = 1.5, it prints {', '.join(printed.splitlines())}."
    again = " It computes the value again for that: `print` can be given its name."
    return Judgement("right", told + again * computes_twice(text))


def computes_twice(text):
    """Tell whether a line of a function says again what another one computes."""
    tree = ast.parse(text)
    computed = {ast.dump(x.value) for x in ast.walk(tree) if isinstance(x, ast.Assign)}
    shown = [x for line in ast.walk(tree) if isinstance(line, ast.Expr) for x in ast.walk(line)]
    return any(ast.dump(x) in computed for x in shown if isinstance(x, (ast.BinOp, ast.Call)))


def why_not_told(printed, names):
    """Say which value a text does not hold in its turn, and why that may be, or ""."""
    rest = printed
    for value in VALUES:
        found = [text for text in (str(value), repr(value)) if text in rest]
        if not found:
            said = f"Run, it is to print {value}, but says {' | '.join(printed.splitlines())}."
            return f"{said} {why_other_words(printed, names)}."
        rest = rest.partition(found[-1])[2]
    return ""


def why_other_words(printed, names):
    """Say what was printed for a value, where that can be seen."""
    words = printed.split()
    if set(words) == {"None"}:
        return "While the page is written, a step has no value yet: print page.terms[id(step)]"
    if "None" in words:
        return "A step without a name of yours has `step.name` None: ask page.terms[id(step)]"
    if all(word.strip("{}") in names for word in words):
        return "That is the name: without quotes or brackets around it, `print` shows the value"
    return "Each value once, in the order of the lines"


# no round numbers, at which a function of the reader's may have its edge
PLACES = [np.array(p) for p in ([0.71, 1.23, 0.37], [1.57, 0.29, 0.94], [0.23, 2.03, 1.13])]
# all orders, far apart and close together: what is 0 or the largest at one x is not at another
FURTHER = [np.array(p) for far in ((0.083, 2.61, 11.7), (3.3, 5.9, 8.1), (0.04, 0.19, 0.11))
           for p in itertools.permutations(far)]  # fmt: skip
ENGINE_RUNS = "This gradient runs the engine. Write what the engine does, in NumPy."


def judge_own(answer):
    """Whether `gradient` is the gradient of `mine`, at several x: (mine, gradient)."""
    if not isinstance(answer, tuple) or len(answer) != 2 or not all(map(callable, answer)):
        return "Hand in two functions, (mine, gradient), without calling them."
    mine, gradient = answer
    for f in answer:
        if problem := why_not_callable(f, lambda x: ..., PLACES[:1]):
            return problem
    value = mine(PLACES[0].copy())
    if value is ...:
        return OPEN
    if not is_number(plain_value(value)):
        return f"`mine` is to return one number; got {kind(value)}."
    if not any(np.any(grad(mine)(x.copy())) for x in PLACES):
        return "`mine` stays the same whatever x is: take one that moves with x."
    try:
        problem = gradient_problem(mine, gradient) or branch_problem(mine)
        return problem or shortened_too_far(mine, gradient) or told_lengths(mine, gradient)
    except OtherPath as error:
        return (
            f"The program refuses another x, as it should: {error}. An x on each side is tried "
            "here: choose with np.where or np.maximum in `mine`, and trace it again."
        )
    except NameError as error:
        return (
            f"The program says a name that its text does not define: {error}. Paste the lines "
            "above `def`, too. A name that is a comment there cannot be pasted: hand in "
            "(mine, program_of(...)[1]), the program itself."
        )


def gradient_problem(mine, gradient):
    """What is wrong with a gradient, as a sentence, or ""."""
    fits = []
    for x in PLACES:
        handed = x.copy()
        given, wanted = gradient(handed), grad(mine)(x.copy())
        if given is ...:
            return "`mine` is there. Now its gradient, as a program."
        if not np.array_equal(handed, x):
            return "This gradient changes the x that it gets. Make a new array: 2 * x, not x *= 2."
        if opens_a_level(gradient, x.copy()):
            return ENGINE_RUNS
        if isinstance(given, (list, tuple)):
            return f"The gradient is to be an array, as x is; got {kind(given)}: use np.array(...)."
        if np.shape(given) != x.shape:
            return f"The gradient has three numbers, like x; got {kind(given)}."
        if not np.allclose(wanted, nudged(mine, x), rtol=1e-3, atol=1e-4):
            return why_nudges_disagree(mine, x)
        fits.append(same_value(np.asarray(given, float), wanted, 1e-6))
        if same_value(-np.asarray(given, float), wanted, 1e-6) and np.any(wanted):
            return "The sign is wrong."
    if any(fits) and not all(fits):
        return "Right at one x, wrong at another: is a number of the trace left in it, or a branch?"
    if not any(fits):
        right, other = (
            ", ".join(f"{x:.4g}" for x in np.asarray(a, float)) for a in (wanted, given)
        )
        return f"At {tuple(x.tolist())} the gradient of `mine` is ({right}), not ({other})."


def shortened_too_far(mine, gradient):
    """Say at which further x a gradient that was right is wrong, or "".

    An x where the engine and nudging disagree, since `mine` overflows or jumps there, is left out.
    """
    for x in FURTHER:
        with np.errstate(all="ignore"):
            given, wanted = np.asarray(gradient(x.copy()), float), grad(mine)(x.copy())
            slopes = nudged(mine, x)
        size = np.max(np.abs(wanted))
        if not np.isfinite(size) or not np.allclose(wanted, slopes, 1e-3, 1e-6 * size):
            continue
        if given.shape != x.shape or not np.allclose(given, wanted, 1e-6, 1e-9 * size):
            right, other = (", ".join(f"{v:.4g}" for v in np.ravel(a)) for a in (wanted, given))
            return (
                f"Right at some x, but at {tuple(x.tolist())} the gradient of `mine` is ({right}), "
                f"not ({other}): something went that counts there."
            )
    return ""


def told_lengths(mine, gradient):
    """Accept a gradient; say how many operations it holds, and how many the printed one."""
    if not (code := getattr(gradient, "__code__", None)):
        return True
    page, result = write_page(grad(mine), [PLACES[0].copy()], ["x"])
    source = write_function(page, "gradient", ["x"], result)
    printed = compile_source(source, page.names.constants, "gradient").__code__
    mine_has, printed_has = operations_in(code), operations_in(printed)
    if mine_has < printed_has:
        return Judgement("right", f"Operations in it: {mine_has}; as printed: {printed_has}.")
    ones = "broadcast_to(1.0" in source and printed_has > 1
    if ones or any(one in source for one in ("1.0 * ", "* 1.0")):
        return Judgement("right", f"Not shortened yet, {mine_has} operations: 1.0 * g is g.")
    return Judgement("right", f"Operations in it: {mine_has}.")


def operations_in(code):
    """Count the operators and calls in a function's text, a loop's once."""
    return sum(
        (step.opname == "BINARY_OP" and step.argrepr != "[]")
        or step.opname in ("UNARY_NEGATIVE", "COMPARE_OP", "CALL", "CALL_KW", "CALL_FUNCTION_EX")
        for step in dis.get_instructions(code)
    )


def branch_problem(mine):
    """Say that a function reads x to decide, or ""."""
    if reads := record(mine, [PLACES[0].copy()], ["x"])[0].reads:
        return (
            f"`mine` reads x to decide: {reads[0][2]}. Another x may lead to another gradient. "
            "This exercise is one without an `if`: choose with np.where or np.maximum."
        )
    return ""


def why_nudges_disagree(mine, x):
    """Say what a function is like whose slopes the engine and nudging see differently."""
    if not same_value(mine(x.copy()), mine(x.copy())):
        return "Nudges disagree with the engine here: `mine` does not return the same twice."
    return (
        f"Nudges disagree with the engine at {tuple(x.tolist())}: `mine` jumps or has a corner "
        "there, or a part of it is hidden from the engine. Take one that is smooth."
    )


def opens_a_level(f, *arguments):
    """Tell whether f(...) runs an engine: each run takes the next number."""
    before = new_level()
    f(*arguments)
    return new_level() > before + 1


def nudged(f, x, h=1e-5):
    """The slopes of f by nudging each entry of x both ways."""
    nudges = h * np.eye(len(x))
    return np.array([(f(x + n) - f(x - n)) / (2 * h) for n in nudges])


LENGTHS = [np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, -1.0]), np.array([0.5, 1.0, 2.0])]
AGAIN = {  # name: its parameters, what it is traced at, its value there, [(arguments, slope)]
    "mean_again": (
        lambda w, x, n: ...,
        (2.0, DATA[1], 3),
        28 / 3,
        [((1.5, x, len(x)), np.mean(x * x)) for x in LENGTHS],
    ),
    "scaled_again": (
        lambda x, rate: ...,
        (2.0, 3.0),
        12.0,
        [((x, rate), 2 * rate * x) for x, rate in ((2.0, 5.0), (-1.5, 0.5), (2.0, 3.0))],
    ),
}


def judge_again(answer):
    """Whether programs of two functions stay right: of (w, x, n), and of (x, rate)."""
    if not isinstance(answer, tuple) or len(answer) != 2 or not all(map(callable, answer)):
        return "Hand in two functions, (mean_again, scaled_again), without calling them."
    known = ""
    for f, (name, (parameters, traced, value, others)) in zip(answer, AGAIN.items(), strict=True):
        if problem := why_not_callable(f, parameters, traced):
            return problem
        if (given := f(*traced)) is ...:
            return f"{known} is right. Now {name}." if known else OPEN
        if not same_value(plain_value(given), value):
            return f"At {listed(f, traced)}, {name} gives {describe(given)}, not {value:.4g}."
        if problem := still_frozen(f, traced, others):
            return f"{name}: {problem}"
        known = name
    return True


def still_frozen(f, traced, others):
    """Say where a program, written once, gives a wrong slope, or ""."""
    names = parameter_names(f, len(traced))
    try:
        trace, inputs, result = record(grad(f), list(traced), names, expands=True)
    except TypeError as error:
        if "a plain number cannot hold a node" in str(error):
            line = explain_error(error).partition(", in line ")[2]
            return (
                f"float() or math takes the number out of the trace, in line {line}. Leave it out."
            )
        raise
    if trace.reads:
        return f"Python reads a value to decide, {trace.reads[0][2]}. Compute with it instead."
    slope = trace.lower(result)
    for arguments, wanted in others:
        try:
            run_steps(inputs, arguments, [slope])
        except (ValueError, IndexError) as error:
            ends = f"traced once, then run at {listed(f, arguments)}, it ends with {error}."
            return ends.replace(" .", ".") + why_of_one_length(slope)
        if not same_value(plain_value(slope.value), wanted, 1e-9):
            return (
                f"traced once, then run at {listed(f, arguments)}, the slope is to be "
                f"{wanted:.4g}; it is {slope.value:.4g}. {why_another(slope)}"
            )
    return ""


def why_of_one_length(slope):
    """Say which shape of the trace is in a program, and how it may have come there, or ""."""
    shapes = [x.parameters.get("shape") for x in topological_order(slope)]
    if not any(shapes):
        return ""
    return (
        f" The program holds `shape={next(filter(None, shapes))}`, a copy to as many places as the "
        "traced x has: for np.ones, say, or on the way back of a sum whose terms hold w; then "
        "take w out of the sum."
    )


def why_another(slope):
    """Say what of the trace a program may still have that is wrong at other arguments."""
    keys = [x.parameters.get("key") for x in topological_order(slope) if x.row]
    if single := sorted({key for key in keys if type(key) is int}):
        return (
            f"The program holds {', '.join(f'x[{key}]' for key in single)}, one by one: "
            "a loop over x ran while it was traced, or they are written so. Use x as a whole."
        )
    return "Which number in it is none of the arguments?"


def listed(f, arguments):
    """Write arguments as they are called with: w = 2.0, x = [1. 2. 3.]."""
    names = parameter_names(f, len(arguments))
    return ", ".join(f"{name} = {x}" for name, x in zip(names, arguments, strict=True))


BRANCHES = [(x, x * x, 2 * x) for x in (2.0, 0.5, 0.01, 7.0)]
BRANCHES[1:1] = [(x, -3 * x, -3.0) for x in (-1.0, -0.5, -0.01, -2.0, -5.0)]


def judge_where(answer):
    """Whether programs of a function, and of a row, serve both branches: x, value, slope."""
    if not isinstance(answer, tuple) or len(answer) != 2 or not callable(answer[0]):
        return "Hand in a function and a row, (bent_twice, row)."
    f, row = answer
    if problem := why_not_callable(f, lambda x: ..., (2.0,)):
        return problem
    if f(2.0) is ...:
        return OPEN
    if problem := why_not_both(f):
        return problem
    if not isinstance(row, Row):
        return f"bent_twice is right. Beside it goes the row, Row('bent', ...); got {kind(row)}."
    try:
        if row.rules[0].function(*[1.0] * (1 + len(row.rules[0].needs))) is ...:
            return "bent_twice is right. Now the rule of the row: what arrives at x?"
        if problem := why_not_both(row):
            return f"bent_twice is right. The row: {problem}"
        problem = why_not_both(lambda x: 2.0 * row(x), 2.0)
    except Exception as error:
        return f"The row is there, but its rule ends with {explain_error(error)}."
    # right alone, where g is 1
    forgets = f"bent_twice is right. Twice the row: {problem} Multiply by what arrives, g."
    return forgets if problem else True


def why_not_both(f, times=1.0):
    """Say where f, or one program of its gradient, is not `times` as much as bent, or ""."""
    for x, value, _ in BRANCHES:
        given = f(x)
        if not same_value(plain_value(given), times * value):
            return f"At {x:g} it gives {describe(given)}, but bent gives {times * value:g}."
    if reads := record(grad(f), [BRANCHES[0][0]], ["x"])[0].reads:
        return f"Python still reads x to decide: {reads[0][2]}. A program would refuse another x."
    program = gradient_program(f, BRANCHES[0][0])
    for x, _, slope in BRANCHES:
        if not same_value(given := program(x), times * slope, 1e-9):
            return f"At {x:g} the program's slope is {given:g}, not {times * slope:g}."
    return ""


EXERCISES = [
    Exercise(
        key="13.1",
        title="A program that tells what it computes",
        hints=(
            "The first line of the two is written by assign(page, step, text).",
            "After that, page.terms[id(step)] is the name that the line gave to the value.",
            'Then page.lines.append(f"print({page.terms[id(step)]})").',
        ),
        judge=custom(judge_aloud, "a function of a page, a step and a text"),
        solution=SOLUTION,
        module="autodiff_lib.programs.write",
    ),
    Exercise(
        key="13.2",
        title="Your own function",
        hints=(
            "Begin with something short: np.sum(x * x), say. Its gradient is 2 * x.",
            'print(program_of("gradient", grad(mine), [x], ["x"])[0]) prints the gradient.',
            "Copy all that was printed into the cell, over the second function, and run it. "
            "What stands above `def` belongs to it.",
        ),
        judge=custom(judge_own, "two functions of an array x, (mine, gradient)"),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="13.3",
        title="Thawed",
        hints=(
            "Which numbers in the two texts are to change from call to call?",
            "len(x) is an ordinary number while Python traces; n, an argument, is a node.",
            "return w * (x @ x) / n, and return rate * x * x",
        ),
        judge=custom(judge_again, "two functions, (mean_again, scaled_again)"),
        solution=SOLUTION,
        module=ENGINE,
    ),
    Exercise(
        key="13.4",
        title="Both branches in one program",
        hints=(
            "The condition is x > 0, as in bent. The two branches are x * x and -3 * x.",
            "np.where takes all three: the condition, what holds where it is true, the rest. In "
            "the rule, it chooses between two slopes, and g is multiplied by what it chose.",
            "return np.where(x > 0, x * x, -3 * x), and return g * np.where(x > 0, 2 * x, -3.0)",
        ),
        judge=custom(judge_where, "a function of x and a row, (bent_twice, row)"),
        solution=SOLUTION,
        module=ENGINE,
    ),
]
