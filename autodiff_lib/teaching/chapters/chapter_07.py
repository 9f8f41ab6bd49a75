"""The predictions, exercises and outside numbers of chapter 07, each node once."""

from numbers import Real

from autodiff_lib.engines.topological import Node, grad, topological_order
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, numbers, why_not_callable
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import describe, is_number, kind, plain_value

# ------------------------------------------------------------------------------- predictions


def named_example(make=Node, three=3):
    """e = c + d of the chapter, with c = b + `three`, as {name: node}."""
    nodes = {"a": make(3, name="a")}
    nodes["b"] = nodes["a"] * 4
    nodes["c"] = nodes["b"] + three
    nodes["d"] = nodes["b"] * 5
    nodes["e"] = nodes["c"] + nodes["d"]
    for name in "bcde":
        nodes[name].name = name
    return nodes


def send(node, held):
    """Add what `node` holds, times each slope, to what its operands hold."""
    for operand, slope in zip(node.operands, node.local_derivatives, strict=True):
        held[operand] = held.get(operand, 0) + held[node] * slope


def held_by_a(order):
    """What a holds in the end if the nodes of the example are visited in this order."""
    nodes = named_example()
    held = {nodes["e"]: 1}
    for name in order:
        send(nodes[name], held)
    return held[nodes["a"]]


def stored_after(walks):
    """What a has got after so many walks from f = 5b, b = 3a, with a store that is kept."""
    a = Node(2)
    f = a * 3 * 5
    stored = {}
    for _ in range(walks):
        stored[f] = 1
        for node in reversed(topological_order(f)):
            send(node, stored)
    return stored[a]


def slope_at_the_kink():
    x = Node(0)
    return grad(x.relu() - (-x).relu(), x)[0]


PREDICTIONS = [
    Prediction(
        key="07.a",
        question="What does a end up with, when the visits are e, c, b, a, d?",
        answer=lambda: held_by_a("ecbad"),
        beliefs={
            24: "That is the right slope. But b is visited before d has sent it anything.",
            20: "That is the path through d, and d sends when b has been visited already.",
            28: "That would need a second visit to b, with all it holds by then.",
            1: "That is what b holds when it is visited. It goes on to a, times a slope.",
            6: "That is what b holds in the end. What does it hold when it is visited?",
            5: "That is what d sends, and it comes too late. What had c sent?",
            0: "a is visited last but one; e, c and b have sent by then.",
        },
        because="b sends what it got from c; what d sends comes too late.",
    ),
    Prediction(
        key="07.b",
        question="What is stored at a after two walks from f?",
        answer=lambda: stored_after(2),
        beliefs={
            30: "b still holds what it got at the first walk, and sends that again.",
            15: "Nothing was set back between the walks, and all that arrives is added.",
            60: "At the second walk b sends on 10, not 15: f begins each walk with 1.",
            225: "Gradients are added up, not multiplied.",
        },
        because="At the second walk b sends on 5 + 5, on top of what a had.",
    ),
    Prediction(
        key="07.c",
        question="Which slope does our engine give for relu(x) - relu(-x) where relu bends?",
        answer=slope_at_the_kink,
        beliefs={
            1: "That is the true one. But what does the row of relu say at 0, twice?",
            2: "The second relu is subtracted, but of -x. And what does its row say at the kink?",
            -1: "What does the row of relu say at the kink?",
            0.5: "The row of relu could say one half at the kink. What does it say?",
        },
        because="Both relu say 0 at 0, and the true slope is 1.",
    ),
]


# ------------------------------------------------------- 07.2, is it in topological order?

RIGHT_ORDERS = ("abcde", "abdce")
WRONG_ORDERS = [
    ("edcba", "every node stands before its operands: it is the order of the way back"),
    ("acbde", "c stands before b, its operand"),
    ("bacde", "b stands before a, its operand"),
    ("abced", "e stands before d, one of its two operands"),
    ("eabcd", "e stands before c and d, its operands, if not right before them"),
]


def judge_order_test(is_topological, chapter):
    """Whether `is_topological` tells the orders in which each node stands after its operands."""
    if problem := why_not_callable(is_topological, lambda order: True, [[]]):
        return problem
    nodes = named_example(chapter.Node, 0)  # so that b and c have equal values
    said = {}
    for names in (*RIGHT_ORDERS, *(names for names, _ in WRONG_ORDERS)):
        verdict = plain_value(is_topological([nodes[name] for name in names]))
        if verdict is ...:
            return OPEN
        if verdict is not True and verdict is not False:
            return f"Return True or False; for {' '.join(names)} it returned {kind(verdict)}."
        said[names] = verdict
    if said["edcba"] and not said["abcde"]:
        return (
            "It wants the results first. That is the way back; in a topological order every "
            "node stands after its operands."
        )
    for names in RIGHT_ORDERS:
        if not said[names]:
            return why_refused(is_topological, names, chapter)
    for names, belief in WRONG_ORDERS:
        if said[names]:
            return f"In {' '.join(names)} {belief}, and it says True."
    if not is_topological([*constants(nodes), *(nodes[name] for name in "abcde")]):
        return "With the constants at the front of the list, it says False."
    if not is_topological([nodes[name] for name in "bce"]):
        return "The list may leave nodes out. b c e is in order, and it says False."
    if is_topological([nodes[name] for name in "ba"]):
        return "In b a, b stands before its operand a, and it says True."
    return trial_without_names(is_topological, chapter)


def trial_without_names(is_topological, chapter):
    """True if `is_topological` tells the orders of a graph that hardly has names."""
    x = chapter.Node(2, name="x")
    p = x * x
    q = p * x
    r = q * x
    nodes = {"x": x, "p": p, "q": q, "r": r}
    for names, wanted in [("xpqr", True), ("xprq", False)]:
        if bool(is_topological([nodes[name] for name in names])) is not wanted:
            return (
                "A name need not be there, and two nodes may share one. Take p = x * x, q = p * x, "
                f"r = q * x, without names for p, q and r: of the order {' '.join(names)} it says "
                f"{not wanted}. Compare the nodes themselves."
            )
    return True


def why_refused(is_topological, names, chapter):
    """What to say where a right order is refused; equal values may be taken for one node."""
    apart = named_example(chapter.Node, 3)
    if is_topological([apart[name] for name in names]):
        accepted = ""
        for other, belief in WRONG_ORDERS:
            if is_topological([apart[name] for name in other]):
                accepted = f"In {' '.join(other)} {belief}, and it says True. Besides: "
                break
        return (
            f"{accepted}Two of our nodes have equal values, and your test takes one for the "
            "other. list.index and `in` a list or tuple compare by ==, so by value; a dictionary "
            "or a set finds the very object."
        )
    refused = f"In {' '.join(names)} every node stands after its operands, and it says False."
    if is_topological([*constants(apart), *(apart[name] for name in names)]):
        return f"{refused} The constants are left out of this list: do not look for them."
    if any(is_topological([apart[name] for name in other]) for other in RIGHT_ORDERS):
        return f"{refused} A graph can have several right orders, not yours alone."
    return (
        f"{refused} A graph can have several right orders, the constants are left out here, and "
        "neighbours in the list need not be neighbours in the graph."
    )


def constants(nodes):
    """The constants that the example's b, c and d are made of."""
    return [nodes[name].operands[1] for name in "bcd"]


# ------------------------------------------------------------------ 07.4, the larger of two

PAIRS = [(2, 5), (5, 2), (-3, -4), (-4, -3), (0.5, -1), (-2, 0)]
TIES = [2, 0, -1.5]


def judge_largest(rule, chapter):
    """Whether `rule` is a row for the larger of two numbers, run in the reader's own engine."""
    if problem := why_not_callable(rule, lambda a, b: ..., (2, 5)):
        return problem
    for a, b in [*PAIRS, *((tie, tie) for tie in TIES)]:
        row = rule(a, b)
        if row is ...:
            return OPEN
        if problem := no_row(row, a, b):
            return problem
    always = {tuple(map(float, rule(a, b)[1])) for a, b in PAIRS}
    if always in ({(1, 0)}, {(0, 1)}):
        return (
            f"The slopes are {describe(always.pop())} for every pair. Which of the two is the "
            "larger one differs from pair to pair, and so must the slopes."
        )
    for a, b in PAIRS:
        if problem := wrong_slopes(rule(a, b), a, b):
            return problem
    for tie in TIES:
        if abs(sum(rule(tie, tie)[1]) - 1) > 1e-9:
            return (
                f"Where both are equal, the two slopes must add up to 1, since max(x, x) is x. "
                f"At {tie} and {tie} they are {describe(tuple(rule(tie, tie)[1]))}."
            )
    return run_in_engine(rule, chapter)


def no_row(row, a, b):
    """What is wrong with the form of a row, or with its value, as a sentence; "" if nothing."""
    if not isinstance(row, (tuple, list)) or len(row) != 2:
        return (
            "A row gives two things, the value and a tuple of slopes: (value, (along_a, along_b)); "
            f"for {a} and {b} it gave {describe(row)}."
        )
    value, slopes = row
    if not isinstance(slopes, (tuple, list)) or len(slopes) != 2:
        return (
            "The second thing in a row is a tuple of two slopes, one along a and one along b; "
            f"for {a} and {b} it is {describe(slopes)}."
        )
    for what, entry in [("value", value), ("slope", slopes[0]), ("slope", slopes[1])]:
        if hasattr(entry, "operands"):
            return (
                f"A row holds plain numbers, and for {a} and {b} a {what} of it is a Node. "
                "a and b are plain numbers here, and `binary` makes the node of what you return."
            )
    if not all(is_real(entry) for entry in (value, *slopes)):
        return (
            f"The value and both slopes are plain numbers; for {a} and {b} it gave {describe(row)}."
        )
    if value != max(a, b):
        return f"The larger of {a} and {b} is {max(a, b)}; the value in the row is {value}."
    return ""


def is_real(entry):
    entry = plain_value(entry)
    return isinstance(entry, bool) or is_number(entry) and isinstance(entry, Real)


def wrong_slopes(row, a, b):
    """What is wrong with the slopes at two different numbers, as a sentence; "" if nothing."""
    slopes, wanted = tuple(map(float, row[1])), (float(a > b), float(b > a))
    if slopes == wanted:
        return ""
    if slopes == wanted[::-1]:
        return f"At {a} and {b} the slopes are swapped: only the larger one moves the result."
    if slopes == (1, 1):
        return f"At {a} and {b} the result follows the larger one alone; the other has slope 0."
    right = [found == slope for found, slope in zip(slopes, wanted, strict=True)]
    smaller_right, larger_right = right if a < b else right[::-1]
    which = "each in turn"
    if smaller_right or larger_right:
        which = "the smaller of them alone" if larger_right else "the larger of them alone"
    return (
        f"At {a} and {b}, nudge {which}: how many times as far does the result move? "
        f"The slopes in the row are {describe(slopes)}."
    )


def run_in_engine(rule, chapter):
    """True if the reader's engine gives right gradients with this row."""
    rules = chapter.binary.__globals__["RULES"]
    before = rules.get("max")
    rules["max"] = rule
    try:
        for a, b in PAIRS:
            x, y = chapter.Node(a), chapter.Node(b)
            top = chapter.binary("mul", chapter.binary("max", x, y), chapter.Node(3))
            found = chapter.grad(top, x, y)
            if list(found) != [3 * (a > b), 3 * (b > a)]:
                return f"3 max(x, y) at {a} and {b} has the gradients {found} in your engine."
    finally:
        del rules["max"]
        if before is not None:
            rules["max"] = before
    return True


# ------------------------------------------------------------------ 07.3, nothing left over


def state_of_hygiene():
    """The gradients that exercise 07.3 asks for, by the engine itself."""
    x = Node(2, name="x")
    b = x * x
    f, g = b * 3, b * 5
    found = {"twice": grad(f, x)[0] + grad(f, x)[0], "shared": grad(f, x)[0] + grad(g, x)[0]}
    x.value = 10
    return found | {"changed": grad(f, x)[0], "leaf": grad(x, x)[0]}


MODULE = "autodiff_lib.engines.topological"
SOLUTION = "07_each_node_once.ipynb"
EXERCISES = [
    Exercise(
        key="07.1",
        title="Three orders",
        hints=(
            "Write down each list of visits first. e's operands are d and c, in this order.",
            "every_path: e d b a c b a. first_meeting: e d b a c. At a visit, a node sends all it "
            "holds at that moment.",
            "d sends 5 to b. If b is visited now, it sends 10 to a. After c it has 5 + 3, and a "
            "second visit sends 16 more.",
        ),
        judge=numbers(
            {"results_first": 16, "every_path": 26, "first_meeting": 10},
            [
                ({"results_first": 8}, "8 is what b gets. It goes on to a, times 2."),
                (
                    {"every_path": 16},
                    "every_path visits b twice, and the second visit sends on all that b holds.",
                ),
                (
                    {"every_path": 32},
                    "32 is 16 twice. At its first visit b holds what d has sent, and no more.",
                ),
                (
                    {"every_path": 22},
                    "22 would come with c first. Here d is first, and its 5 is sent on twice.",
                ),
                (
                    {"every_path": 13},
                    "b sends 5 at one visit and 8 at the other, each of them times 2.",
                ),
                ({"first_meeting": 5}, "5 is what b holds at its visit. It goes on to a, times 2."),
                ({"first_meeting": 6}, "6 would come with c first. Here d is visited before c."),
                (
                    {"first_meeting": 16},
                    "At b's only visit c has not sent yet, and what c sends later stays at b.",
                ),
            ],
            because="b has 5 after d and 8 after c: 8 * 2, then 5 * 2 + 8 * 2, then 5 * 2.",
        ),
        solution=SOLUTION,
    ),
    Exercise(
        key="07.2",
        title="Is it in topological order?",
        hints=(
            "Every arrow leads from an operand to a node. In the list, which of the two must come "
            "first?",
            "Keep the place of each node in a dictionary: {node: place}. A dictionary finds the "
            "very object; list.index compares values.",
            "place = {node: i for i, node in enumerate(order)}, then all(place[operand] < "
            "place[node] ...) over all nodes and those of their operands that are in place.",
        ),
        judge=custom(judge_order_test, "a function of a list of nodes", needs=("Node",)),
        solution=SOLUTION,
        module=MODULE,
    ),
    Exercise(
        key="07.3",
        title="Nothing left over",
        hints=(
            "f = 3 x * x has the slope 12 at x = 2, and g has 20. What could one call leave "
            "behind for the next, and where?",
            "grad keeps what arrives in a dictionary of its own. And a slope is worked out when "
            "its operation runs, not when grad runs.",
            "twice is 12 + 12, shared is 12 + 20. For changed: f was made while x was 2. "
            "For leaf: how many times as far does x move as x?",
        ),
        judge=numbers(
            state_of_hygiene(),
            [
                (
                    {"twice": 36},
                    "36 is what an engine gives in which b keeps its 3, to send it again.",
                ),
                ({"twice": 12}, "twice asks for the sum of two calls."),
                ({"shared": 20}, "shared asks for the sum of two calls, and 20 is the second."),
                ({"shared": 24}, "24 is f twice. The second call asks for the slope of g."),
                ({"shared": 44}, "44 is what an engine gives in which b keeps what it got from f."),
                (
                    {"changed": 60},
                    "60 is the slope at 10. But f was made at 2, and its slopes with it.",
                ),
                ({"changed": 36}, "b was made while both its operands were 2: the slopes stay."),
                ({"leaf": 0}, "The walk starts with 1 at the output, and here that is x itself."),
                ({"leaf": 12}, "12 belongs to f. How many times as far as x does x move?"),
            ],
            because="No call leaves anything behind, and f remembers the run that made it.",
        ),
        solution=SOLUTION,
        module=MODULE,
    ),
    Exercise(
        key="07.4",
        title="The larger of two",
        hints=(
            "Nudge the larger of the two: how far does the result move? And if you nudge the "
            "smaller one?",
            "Along the larger number the slope is 1, along the smaller 0. Python counts True as 1: "
            "a > b can be a slope.",
            "Return (a, (1, 0)) if a is at least b, else (b, (0, 1)). Where both are equal this "
            "gives the whole slope to a.",
        ),
        judge=custom(
            judge_largest,
            "a function of a and b that returns the value and two slopes",
            needs=("Node", "binary", "grad"),
        ),
        solution=SOLUTION,
        module=MODULE,
    ),
]

OUTSIDE = Outside(
    library="PyTorch",
    version="2.13.0",
    source="""
import torch

def slopes(f, *values):
    inputs = [torch.tensor(float(v), requires_grad=True) for v in values]
    output = f(*inputs)
    output.backward()
    return output.item(), [x.grad.item() for x in inputs]

print(slopes(lambda x, y, z: ((x * y) * (y * z)) ** 2, 3, 2, 1))
print(slopes(lambda a: (a * 4 + 3) + (a * 4) * 5, 3))
for x in [-2, 0, 2]:
    print(slopes(lambda x: x.relu() - (-x).relu(), x))
""",
    printed="""
(144.0, [96.0, 288.0, 288.0])
(75.0, [24.0])
(-2.0, [1.0])
(0.0, [0.0])
(2.0, [1.0])
""",
)
