"""The predictions, exercises and outside numbers of chapter 06, the sum over paths."""

import math
import re
from collections import deque
from functools import partial

from autodiff_lib.engines.paths import Tensor
from autodiff_lib.graphs import topological_order
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, numbers, why_not_callable
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import describe, is_number, kind, same_value
from autodiff_lib.teaching.verdicts import Judgement

# ------------------------------------------------------------------------------- predictions


def path_counts(output):
    """{node: how many paths lead to it from `output`}."""
    found = {output: 1}
    for node in reversed(topological_order(output)):
        for operand in node.operands:
            found[operand] = found.get(operand, 0) + found[node]
    return found


def paths_of_four():
    """How many paths lead from the author's L to a."""
    a, b, c, d = map(Tensor, [1, 2, 3, 4])
    h = a * (a + b)
    return path_counts(d * (h + c * h))[a]


def doubled(n):
    """(input, result) of n doublings."""
    z = x = Tensor(1)
    for _ in range(n):
        z = z + z
    return x, z


def paths_of_doublings():
    """How often 2 divides the number of paths through 100 doublings."""
    x, z = doubled(100)
    return path_counts(z)[x].bit_length() - 1


def slope_over_people():
    """What the path over 100 - 2 p brings to the slope of p * (100 - 2 p) at p = 30."""
    p = Tensor(30)
    people = 100 - 2 * p
    return ((p * people).grad(people) * people.grad(p)).value


PREDICTIONS = [
    Prediction(
        key="06.a",
        question="How many paths lead from L to a?",
        answer=paths_of_four,
        beliefs={
            10: "10 is the number of arrows. A path is a whole way from L to a.",
            2: "Two lead from H to a. But there are two ways from L down to H as well, and each "
            "goes on in both ways.",
            3: "From L to H there are two ways, straight from F and over G. From H to a there "
            "are two: straight, and over S. Each goes with each.",
            5: "5 is the number of operations. Count the ways through them.",
            6: "From L to H there are two ways, from H to a there are two. Each goes with each.",
        },
        because="Two ways from L to H, each with two ways from H to a.",
    ),
    Prediction(
        key="06.b",
        question="The paths through a hundred doublings are 2 to the power of what?",
        answer=paths_of_doublings,
        beliefs={
            200: "200 is the number of arrows. A path takes one of two at each sum.",
            1: "Each sum has two arrows, and every path chooses anew at each of the 100 sums.",
            101: "With two doublings there are 4 paths, 2 to the power of 2. At the input there is "
            "nothing to choose.",
            2: "With two doublings there are 4 paths, with three 8: each doubles the number.",
            99: "The last sum has two arrows, too: one doubling has 2 paths, 2 to the power of 1.",
            50: "Each of the 100 sums doubles the number of paths.",
            2**100: "That is the number of paths itself. Asked is only the exponent of the 2.",
        },
        because="At each of the 100 sums a path takes one of two arrows.",
    ),
    Prediction(
        key="06.c",
        question="At p = 30, what does the path over the people bring to the slope of the takings?",
        answer=slope_over_people,
        beliefs={
            60: "100 - 2p falls as p rises. Does this path bring more, or does it cost?",
            40: "That is the straight path: 40 people pay 1 more each.",
            -2: "So many people stay away for each 1. Each of them would have paid the price.",
            2: "So many people stay away for each 1. Each of them would have paid the price.",
            -30: "Each person who stays away takes the price along. For each 1 in price, how many "
            "stay away?",
            -20: "That is what both paths bring together. The straight one brings 40.",
            -80: "The arrow from the takings to the people has the other factor, the price.",
        },
        because="30 * (-1) * 2: two people stay away, each with the price of 30.",
    ),
]

# --------------------------------------------------------------------------- 06.2 a lost arrow

ARROWS = {  # of L = d F, F = H + G, G = c H, H = a I, S = a + b: the local derivatives
    "aS": 1, "bS": 1, "aH": 3, "SH": 1, "cG": 3, "HG": 3, "HF": 1, "GF": 1, "dL": 12, "FL": 4,
}  # fmt: skip


BOTH_OVER_IT = (
    "Two of the four paths to a go from H straight to F, with 12 + 4 = 16: what a has too little. "
    "One of the two paths to b does, with 4."
)


def slopes_without(lost):
    """The gradients of a, b, c and d for an engine that does not know one arrow."""

    def slope(node):
        if node == "L":
            return 1
        out = [arrow for arrow in ARROWS if arrow[0] == node and arrow != lost]
        return sum(ARROWS[arrow] * slope(arrow[1]) for arrow in out)

    return tuple(map(slope, "abcd"))


def judge_arrow(answer):
    """Whether `answer` names the arrow from H to F, in whatever way; (F, 0) does."""
    parts = [answer] if isinstance(answer, str) else list(answer)
    names = [getattr(part, "name", part) for part in parts]
    if len(names) == 2 and isinstance(names[1], int):
        into = [arrow for arrow in ARROWS if arrow[1] == names[0]]
        names = into[names[1] : names[1] + 1]
    text = " ".join(names)
    letters = re.findall(r"\b[A-Za-z]\b", text) or re.findall("[A-Za-z]", text)
    for arrow in ARROWS:
        if sorted(arrow.upper()) == sorted(letter.upper() for letter in letters):
            break
    else:
        listed = ", ".join(ARROWS)
        return f"Write the two ends of one arrow, one of {listed}; got {describe(answer)}."
    if arrow == "HF":
        return Judgement("right", BOTH_OVER_IT)
    found = ", ".join(map(str, slopes_without(arrow)))
    return f"Without the arrow from {arrow[0]} to {arrow[1]} it would give {found}."


# ------------------------------------------------------------------- 06.3 without walking paths


def small_graphs(chapter):
    """Outputs, each with the nodes whose gradients are compared."""
    x, y, z = chapter.Tensor(3.0), chapter.Tensor(2.0), chapter.Tensor(1.0)
    v = chapter.Tensor(2.0)
    square, cube = v * v, x * x * x
    return [
        (x * y - z, [x, y, z]),
        ((square + v) * square, [v, square]),
        (square * (square + v), [v, square]),
        ((cube + y) * (cube - y), [x, y, cube]),
        (((x * y) * (y * z)) ** 2, [x, y, z]),
    ]


def results_first(output):
    """Every node after all that use it."""
    return topological_order(output)[::-1]


def first_meeting(output):
    """Every node once, level by level, where it is first met."""
    found, waiting = [], deque([output])
    while waiting:
        node = waiting.popleft()
        if not any(node is other for other in found):
            found.append(node)
            waiting.extend(node.operands)
    return found


def going_down(output):
    """Every node once, the first operand's side to its end first, where it is first met."""
    found, stack = [], [output]
    while stack:
        node = stack.pop()
        if not any(node is other for other in found):
            found.append(node)
            stack.extend(reversed(node.operands))
    return found


def all_arrows(node):
    """(operand, local derivative) of each arrow."""
    return zip(node.operands, [local.value for local in node.local_derivatives], strict=True)


def one_arrow_each(node):
    """The same, the last arrow alone where an operand stands twice."""
    return dict(all_arrows(node)).items()


def sweep(output, arrived, order=results_first, arrows=all_arrows):
    """{node: what arrived(node's own, local derivative, so far) makes of every arrow into it}."""
    found = {output: 1.0}
    for node in order(output):
        for operand, local in arrows(node):
            found[operand] = arrived(found.get(node, 0.0), local, found.get(operand, 0.0))
    return found


def add_product(own, local, so_far):
    return so_far + own * local


def each_arrival(output):
    """A node as often as paths lead to it, level by level."""
    found = [output]
    for node in found:
        found.extend(node.operands)
    return found


def each_arrival_down(output):
    """A node as often as paths lead to it, the last operand's side to its end first."""
    stack = [output]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(node.operands)


def walk_with_sums(output):
    """{node: sum} of a walk that hands on the whole sum at each arrival, not the product."""
    found = {output: 1.0}

    def walk(node):
        for operand, local in all_arrows(node):
            found[operand] = add_product(found[node], local, found.get(operand, 0.0))
            walk(operand)

    walk(output)
    return found


TOO_EARLY = (
    "A node hands on what it has before all that use it have sent: the rest never gets down. "
    "Take the nodes in the order of reversed(topological_order(output))."
)
ONCE = (
    "what came first is handed on again. Take each node once, in the order of "
    "reversed(topological_order(output))."
)
WRONG_SWEEPS = [  # a function that goes wrong, and the sentence for it
    (
        partial(sweep, arrived=lambda own, local, so_far: 0.0),
        "Nothing arrives anywhere. The slope of the output by itself is 1: start with {output: 1}.",
    ),
    (
        partial(sweep, arrived=lambda own, local, so_far: so_far + own),
        "That counts paths. Multiply by the local derivative.",
    ),
    (
        partial(sweep, arrived=lambda own, local, so_far: own * local),
        "The last arrow wins. What arrives must be added up.",
    ),
    (
        partial(sweep, arrived=lambda own, local, so_far: so_far + local),
        "A path multiplies: what arrived at the node is lost.",
    ),
    (
        partial(sweep, arrived=lambda own, local, so_far: so_far + own + local),
        "Along a path slopes multiply. Over paths they add.",
    ),
    (
        partial(sweep, arrived=add_product, arrows=one_arrow_each),
        "x * x has two arrows to the same x, and one of them is lost: a dict or a set keeps each "
        "operand once. Go through zip(node.operands, node.local_derivatives).",
    ),
    (partial(sweep, arrived=add_product, order=first_meeting), TOO_EARLY),
    (partial(sweep, arrived=add_product, order=going_down), TOO_EARLY),
    (
        partial(sweep, arrived=add_product, order=topological_order),
        "The operands come before the results here, when nothing has arrived at them. Go through "
        "the list reversed.",
    ),
    (
        partial(sweep, arrived=add_product, order=each_arrival),
        f"A node waits in line once for each path to it, and always hands on its whole sum: {ONCE}",
    ),
    (
        partial(sweep, arrived=add_product, order=each_arrival_down),
        f"A node is stacked once for each path to it, and always hands on its whole sum: {ONCE}",
    ),
    (walk_with_sums, f"Each call hands on the whole sum of its node, so {ONCE}"),
]


def judge_sweep(find, chapter):
    """Whether `find` gives the gradients of small graphs, and visits no node too often."""
    graphs = small_graphs(chapter)
    if problem := why_not_callable(find, first_meeting, (graphs[0][0],)):
        return problem
    found = []
    for output, nodes in graphs:
        try:
            answer = find(output)
        except KeyError as error:
            if error.args and isinstance(error.args[0], chapter.Tensor):
                return why_too_early(find, chapter)
            raise
        if answer is ...:
            return OPEN
        if not isinstance(answer, dict):
            return f"Return a dictionary {{node: gradient}}; got {kind(answer)}."
        others = [key for key in answer if not isinstance(key, chapter.Tensor)]
        if others and any(node not in answer for node in nodes):
            return f"The keys are the nodes themselves, not their names; got {describe(others[0])}."
        if any(node not in answer for node in nodes):
            return (
                "There are nodes below the output that your dictionary does not have: does the "
                "loop go through all of them before it returns?"
            )
        again = find(output)
        if not same_value([answer[node] for node in nodes], [again[node] for node in nodes]):
            return "A second call on the same graph gives something else: begin with a new dict."
        found.append([answer[node] for node in nodes])

    def of(find):
        return [[find(output)[node] for node in nodes] for output, nodes in graphs]

    right = of(partial(sweep, arrived=add_product))
    if not same_value(found, right):
        for wrong, sentence in WRONG_SWEEPS:
            if same_value(found, of(wrong)):
                return sentence
        return what_differs(found, right)
    return judge_visits(find, chapter)


def missing_key(find, output):
    """The node that `find` looks up in vain, or None."""
    try:
        find(output)
    except KeyError as error:
        return error.args[0]


def why_too_early(find, chapter):
    """Why a node is looked up too early: the output's start, the start of a sum, or the order.

    A product alone is taken in any order, unless its inputs are looked up before it is.
    """
    x, y, z = map(chapter.Tensor, [3.0, 2.0, 1.0])
    product = x * y
    missing = missing_key(find, product)
    if missing is product:
        return "The output is looked up before it has anything: start with {output: 1}."
    if missing is not None and missing_key(find, product - z) is product:
        return (
            "A sum is looked up before it has begun. Begin each with 0, as "
            "gradient.get(operand, 0) does."
        )
    return (
        "A node was looked up before anything had arrived at it. Take the nodes from the output "
        "down: reversed(topological_order(output))."
    )


GRAPHS_IN_WORDS = [
    "x * y - z at 3, 2, 1, for x, y and z",
    "(s + x) * s with s = x * x at 2, for x and s",
    "s * (s + x) with s = x * x at 2, for x and s",
    "(s + y) * (s - y) with s = x * x * x at 3 and 2, for x, y and s",
    "the diamond, for x, y and z",
]


def what_differs(found, right):
    """The first small graph that is wrong, and what is right."""
    for words, mine, wanted in zip(GRAPHS_IN_WORDS, found, right, strict=True):
        if not same_value(mine, wanted):
            return f"Of {words}, it gives {describe(mine)}. The gradients are {describe(wanted)}."
    raise AssertionError("what_differs is called where something differs")


class WalkedEveryPath(Exception):
    """Raised when the nodes of a small graph are asked for far too often."""


class AskedTheEngine(Exception):
    """Raised when the engine's own walk is called."""


def watched(tensor_class, most=10_000):
    """A kind of `tensor_class` whose objects refuse to be asked for operands too often."""
    visits = 0

    class Watched(tensor_class):
        @property
        def operands(self):
            nonlocal visits
            visits += 1
            if visits > most:
                raise WalkedEveryPath
            return self.__dict__["operands"]

        def backward(self):
            raise AskedTheEngine

        def grad(self, x):
            raise AskedTheEngine

    return Watched


def judge_visits(find, chapter):
    """Whether `find` does 20 doublings without walking their million paths."""
    z = x = chapter.Tensor(1.0)
    for _ in range(20):
        z = z + z
    nodes, kind_of_node = topological_order(z), watched(chapter.Tensor)
    for node in nodes:
        node.__class__ = kind_of_node
    try:
        return same_value(find(z)[x], 2.0**20) or "20 doublings should give 2 to the power of 20."
    except AskedTheEngine:
        return "backward and grad walk every path. Carry the slopes as count_paths carries counts."
    except WalkedEveryPath:
        return (
            "The numbers are right, but 20 doublings ask for operands more than 10,000 times: "
            "this walks every path. Go through the list of nodes once, and call nothing again."
        )


# ------------------------------------------------------------------- 06.4 a row for the root

POINTS = (9.0, 4.0, 2.25)
WRONG_ROOTS = [
    (lambda v: v**-0.5, "A factor is missing: the derivative is 1 / (2 sqrt(a))."),
    (lambda v: v**0.5, "That is the square root itself, not its slope."),
    (lambda v: v**0.5 / 2, "The square root stands below the line: 1 / (2 sqrt(a))."),
    (lambda v: 0.5, "What becomes of the exponent? a ** 0.5 has the slope 0.5 * a ** -0.5."),
    (lambda v: -(v**-0.5) / 2, "The sign: a larger a has a larger root."),
    (lambda v: 1 / (2 * v), "Below the line stands the root of a, not a itself."),
]


def local_derivatives_of_sqrt(a):
    """What is asked for."""
    return (1 / (2 * a**0.5),)


def judge_sqrt(rule, chapter):
    """Whether `rule` gives the local derivative of a square root as an expression."""
    inputs, slopes = [chapter.Tensor(point) for point in POINTS], []
    if problem := why_not_callable(rule, local_derivatives_of_sqrt, (inputs[0],)):
        return problem
    for a in inputs:
        try:
            answer = rule(a)
        except AttributeError as error:
            if error.name == "sqrt" and error.obj is a:
                return "A Tensor has no method sqrt. Which of its operators makes a root?"
            raise
        if answer is ...:
            return OPEN
        if isinstance(answer, (chapter.Tensor, str, dict)) or not hasattr(answer, "__iter__"):
            got = "a Tensor" if isinstance(answer, chapter.Tensor) else kind(answer)
            return f"One operand, so a tuple of one, with a comma; got {got}."
        answer = list(answer)
        if len(answer) != 1:
            return f"A square root has one operand, so one local derivative; got {len(answer)}."
        slopes.append(answer[0])
    values = [getattr(slope, "value", slope) for slope in slopes]
    for wrong, sentence in WRONG_ROOTS:
        if same_value(values, [wrong(point) for point in POINTS]):
            return sentence
    for point, value in zip(POINTS, values, strict=True):
        wanted = 0.5 / math.sqrt(point)
        if not same_value(value, wanted):
            got = f"{value:.6g}" if is_number(value) else kind(value)
            return f"At a = {point:g} the local derivative is {wanted:.6g}, not {got}."
    if not all(isinstance(slope, chapter.Tensor) for slope in slopes):
        return "The number is right, but it is no Tensor: nothing leads from it back to a."
    return judge_row(rule, chapter)


def judge_row(rule, chapter):
    """Whether the engine derives sqrt twice with this rule in its table."""
    rules, missing = chapter.RULES, object()
    before = rules.get("sqrt", missing)
    rules["sqrt"] = chapter.Rule(math.sqrt, rule)
    try:
        a = chapter.Tensor(2.25)
        first = (a * chapter.apply("sqrt", a)).grad(a)
        second = first.grad(a)
    finally:
        if before is missing:
            del rules["sqrt"]
        else:
            rules["sqrt"] = before
    if not same_value(second.value, 0.75 / math.sqrt(2.25)):
        return (
            "The value is right, but it cannot be derived again: it must be made from a itself, "
            "not from a.value."
        )
    return True


# --------------------------------------------------------------------------------- exercises

EXERCISES = [
    Exercise(
        key="06.1",
        title="Count the paths, add up their products",
        hints=(
            "Draw it, with s = 4, t = 6, o = 24: o has two arrows, t has two, s has two. Write "
            "the local derivative on each.",
            "From o to t the arrow has s = 4, from o to s it has t = 6. Both arrows from s to x "
            "have x = 2. The arrows of t have 1.",
            "Over t and s: 4 * 1 * 2, twice. From t straight to x: 4 * 1. From o over s: 6 * 2, "
            "twice.",
        ),
        judge=numbers(
            (5, 44),
            [
                ((44, 5), "The other way round: first how many paths, then the gradient."),
                ({0: 3}, "x * x uses x twice: two arrows, so each path to s goes on in two ways."),
                ({0: 4}, "t uses x as well, by an arrow of its own."),
                ({0: 6}, "6 is the number of arrows. A path is a whole way from o to x."),
                ({0: 2}, "Two lead to s. Each goes on to x in two ways; t has an arrow to x too."),
                ({1: 24}, "x * x has two arrows, so each path that comes to s goes on twice."),
                ({1: 12}, "12 is what one path from o over s brings. All paths are to be added."),
                ({1: 20}, "Those are the paths over t. From o an arrow leads to s as well."),
                ({1: 40}, "The path from t straight to x is missing, with 4 * 1."),
                ({1: 36}, "One of the two ways over t and s is missing: x * x has two arrows."),
                ({1: 28}, "Two of the paths lead from o over t and s to x: 4 * 1 * 2, twice."),
                ({1: 32}, "One of the two ways from o over s is missing: x * x has two arrows."),
                ({1: 0}, "Products along a path, then a sum over the paths: nothing cancels."),
            ],
            because="8 + 8 + 4 + 12 + 12. School agrees: o is x^4 + x^3, with slope 4x^3 + 3x^2.",
        ),
        solution="06_sum_over_paths.ipynb",
        module="autodiff_lib.engines.paths",
    ),
    Exercise(
        key="06.2",
        title="The lost arrow",
        hints=(
            "c and d have what they should, so every arrow on a path to c or to d is there. What "
            "do a and b have too little?",
            "a has 16 too little, b has 4. The four paths to a bring 12, 4, 36 and 12: which two "
            "make 16, and what have they in common?",
            "The lost paths are the two that do not go over G.",
        ),
        judge=custom(judge_arrow, 'the two ends of an arrow in quotes, such as "dL"'),
        solution="06_sum_over_paths.ipynb",
        module="autodiff_lib.engines.paths",
    ),
    Exercise(
        key="06.3",
        title="Gradients without walking",
        hints=(
            "count_paths gives each operand what its node has. What should an operand get "
            "instead, if the arrow has a local derivative?",
            "Start with {output: 1}. Go through the operands and the local derivatives together, "
            "with zip.",
            "gradient[operand] = gradient.get(operand, 0) + gradient[node] * local.value",
        ),
        judge=custom(
            judge_sweep,
            "a function of an output, that returns a dictionary",
            needs=("Tensor", "apply", "local_derivatives"),
        ),
        solution="06_sum_over_paths.ipynb",
        module="autodiff_lib.engines.paths",
    ),
    Exercise(
        key="06.4",
        title="The rule of the square root",
        hints=(
            "Write the formula with a itself. Tensors know +, -, *, / and **.",
            "The square root of a is a**0.5.",
            "return (1 / (2 * a**0.5),), with the comma that makes it a tuple.",
        ),
        judge=custom(
            judge_sqrt,
            "a function of one Tensor, that returns a tuple",
            needs=("Tensor", "apply", "local_derivatives", "grad"),
        ),
        solution="06_sum_over_paths.ipynb",
        module="autodiff_lib.engines.paths",
    ),
]

OUTSIDE = Outside(
    library="PyTorch",
    version="2.13.0",
    source="""\
import torch
from torch.autograd import grad

x, y, z = (torch.tensor(v, requires_grad=True) for v in (3.0, 2.0, 1.0))
o = ((x * y) * (y * z)) ** 2
print(o.item(), [slope.item() for slope in grad(o, [x, y, z])])

a = torch.tensor(2.0, requires_grad=True)
(first,) = grad(a**3, a, create_graph=True)
(second,) = grad(first, a)
print(first.item(), second.item())

b = a
for _ in range(100):
    b = b + b
print(grad(b, a)[0].item() == 2.0**100)
""",
    printed="144.0 [96.0, 288.0, 288.0]\n12.0 12.0\nTrue\n",
)
