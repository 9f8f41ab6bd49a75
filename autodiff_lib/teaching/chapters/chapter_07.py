"""The exercises of chapter 07, each node once."""

from autodiff_lib.engines.topological import Node, grad, topological_order
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, numbers
from autodiff_lib.teaching.values import kind


def named_example():
    """e = d + c of the chapter, in which b and c have equal values, as {name: node}."""
    nodes = {"a": Node(3, name="a")}
    nodes["b"] = nodes["a"] * 4
    nodes["c"] = nodes["b"] + 0
    nodes["d"] = nodes["b"] * 5
    nodes["e"] = nodes["d"] + nodes["c"]
    for name in "bcde":
        nodes[name].name = name
    return nodes


def judge_order_test(is_topological):
    """Whether `is_topological` tells the orders of a graph in which each node fires in time."""
    nodes = named_example()
    said = {}
    for names in ("edcba", "ecdba", "abcde", "edbac", "edcab"):
        said[names] = is_topological([nodes[name] for name in names])
        if said[names] is ...:
            return OPEN
        if said[names] is not True and said[names] is not False:
            return f"Return True or False; got {kind(said[names])}."
    if said["abcde"] and not said["edcba"]:
        return "It wants the operands first. A node fires after all that use it, the output first."
    for names in ("edcba", "ecdba"):
        if not said[names]:
            by_value = found_by_value(is_topological, names)
            if not by_value and is_topological(topological_order(nodes["e"])[::-1]) is True:
                return (
                    f"{' '.join(names)} is right too, and it says False. A graph has several right "
                    "orders, and the list may leave nodes out: look at each arrow."
                )
            return by_value or (
                f"In {' '.join(names)} every node stands after all that use it, and it says False. "
                "Neighbours in the list need not be neighbours in the graph."
            )
    for names, belief in ALLOWED_TOO_MUCH:
        if said[names]:
            return f"In {' '.join(names)} {belief}, and it says True."
    constants_in = is_topological(topological_order(nodes["e"])[::-1])
    return constants_in is True or "With the constants in the list, it says False."


ALLOWED_TOO_MUCH = [
    ("abcde", "the inputs come first, which is the order that gave 0"),
    ("edbac", "b stands after d but before c, so not after all that use it"),
    ("edcab", "a comes before b, the only one that uses it"),
]


def found_by_value(is_topological, names):
    """What to say if this order passes as soon as no two values are equal; None if it does not."""
    apart = named_example()
    for value, name in enumerate("abcde"):
        apart[name].value = 100 + value
    if is_topological([apart[name] for name in names]) is True:
        return (
            "Two of our nodes have equal values, and your test takes one for the other. "
            "list.index and `in` compare by ==, so by value; a dictionary finds the very object."
        )
    return None


def state_of_hygiene():
    """The gradients that exercise 07.3 asks for, by the engine itself."""
    x = Node(2, name="x")
    b = x * x
    f, g = b * 3, b * 5
    found = {"twice": grad(f, x)[0] + grad(f, x)[0], "shared": grad(f, x)[0] + grad(g, x)[0]}
    x.value = 10
    return found | {"changed": grad(f, x)[0], "leaf": grad(x, x)[0]}


EXERCISES = [
    Exercise(
        key="07.1",
        title="Three orders",
        hints=(
            "Write down each list of visits first. e's operands are d and c, in this order.",
            "every_path: e d b a c b a. first_meeting: e d b a c. At a visit, a node sends all it "
            "has at that moment.",
            "d sends 5 to b. If b is visited now, it sends 10 to a. After c it has 5 + 3, and a "
            "second visit sends 16 more.",
        ),
        judge=numbers(
            {"results_first": 16, "every_path": 26, "first_meeting": 10},
            [
                ({"results_first": 8}, "8 is what b gets. It goes on to a, times 2."),
                (
                    {"every_path": 16},
                    "every_path visits b twice, and the second visit sends on all that b has.",
                ),
                (
                    {"every_path": 22},
                    "22 would come with c first. Here d is first, and its 5 is sent on twice.",
                ),
                (
                    {"every_path": 13},
                    "b sends 5 at one visit and 8 at the other, each of them times 2.",
                ),
                ({"first_meeting": 5}, "5 is what b has at its visit. It goes on to a, times 2."),
                ({"first_meeting": 6}, "6 would come with c first. Here d is visited before c."),
                (
                    {"first_meeting": 16},
                    "At b's only visit c has not sent yet, and what c sends later stays at b.",
                ),
            ],
            because="b has 5 after d and 8 after c: 8 * 2, then 5 * 2 + 8 * 2, then 5 * 2.",
        ),
        solution="07_each_node_once.ipynb",
    ),
    Exercise(
        key="07.2",
        title="Is it a topological order?",
        hints=(
            "Every arrow leads from a node to an operand. In the list, which of the two must come "
            "first?",
            "Keep the place of each node in a dictionary: {node: place}. A dictionary finds the "
            "very object; list.index compares values.",
            "place = {node: i for i, node in enumerate(order)}, then all(place[node] < "
            "place[operand] ...) over all nodes and those of their operands that are in place.",
        ),
        judge=custom(judge_order_test, "a function of a list of nodes"),
        solution="07_each_node_once.ipynb",
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
                ({"twice": 36}, "36 is right where b keeps what it got, and sends it again."),
                ({"twice": 12}, "twice asks for the sum of two calls."),
                ({"shared": 20}, "shared asks for the sum of two calls, and 20 is the second."),
                ({"shared": 44}, "44 is what an engine gives in which b keeps what it got from f."),
                (
                    {"changed": 60},
                    "60 is the slope at 10. But f was made at 2, and its slopes with it: 12 still.",
                ),
                ({"changed": 36}, "b was made while both its operands were 2: the slopes stay."),
                ({"leaf": 0}, "The walk starts with 1 at the output, and here that is x itself."),
                ({"leaf": 12}, "12 belongs to f. The slope of x along x is 1."),
            ],
            because="No call leaves anything behind, and f remembers the run that made it.",
        ),
        solution="07_each_node_once.ipynb",
    ),
]
