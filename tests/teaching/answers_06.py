"""Answers to try on the exercises of chapter 06: source, run in the chapter's namespace."""

START = "from autodiff_lib.graphs import topological_order\n"

# A sweep over the nodes; {order}, {arrows} and {send} are what differs.
SWEEP = (
    START
    + """
def gradients_without_walking(output):
    gradient = {{output: 1}}
    for node in {order}:
        for operand, local in {arrows}:
            {send}
    return gradient
"""
)
RIGHT_PARTS = dict(
    order="reversed(topological_order(output))",
    arrows="zip(node.operands, node.local_derivatives)",
    send="gradient[operand] = gradient.get(operand, 0) + gradient[node] * local.value",
)


def sweep(**parts):
    return SWEEP.format(**RIGHT_PARTS | parts)


ON_NODES = (
    START
    + """
def gradients_without_walking(output):
    order = topological_order(output)
    for node in order:
        node.total = 0.0
    output.total = 1.0
    for node in order[::-1]:
        for i in range(len(node.operands)):
            node.operands[i].total += node.total * node.local_derivatives[i].value
    return {node: node.total for node in order}
"""
)
BY_USERS = (
    START
    + """
from collections import defaultdict

def gradients_without_walking(output):
    users = defaultdict(list)
    for node in topological_order(output):
        if not isinstance(node, Tensor):
            raise TypeError("a Tensor, please")
        for i, operand in enumerate(node.operands):
            users[operand].append((node, i))
    known = {output: 1.0}

    def gradient(node):
        if node not in known:
            known[node] = sum(
                gradient(user) * user.local_derivatives[i].value for user, i in users[node])
        return known[node]

    return {node: gradient(node) for node in topological_order(output)}
"""
)
OWN_ORDER = """
import numpy as np

def gradients_without_walking(output):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for operand in node.operands:
                visit(operand)
            order.append(node)

    visit(output)
    slopes = dict.fromkeys(order, np.float64(0))
    slopes[output] = np.float64(1)
    while order:
        node = order.pop()
        for operand, local in zip(node.operands, local_derivatives(node)):
            slopes[operand] = slopes[operand] + slopes[node] * local.value
    return slopes
"""
COUNTERS = """
from collections import Counter

def gradients_without_walking(output):
    waits, stack, seen = Counter(), [output], {output}
    while stack:
        for operand in stack.pop().operands:
            waits[operand] += 1
            if operand not in seen:
                seen.add(operand)
                stack.append(operand)
    gradient, ready = Counter({output: 1}), [output]
    while ready:
        node = ready.pop()
        for operand, local in zip(node.operands, node.local_derivatives):
            gradient[operand] += local.value * gradient[node]
            waits[operand] -= 1
            if not waits[operand]:
                ready.append(operand)
    return gradient
"""
WITH_TENSORS = sweep(
    send="gradient[operand] = gradient.get(operand, 0) + gradient[node] * local"
).replace("{output: 1}", "{output: Tensor(1)}")

FIRST_MEETING = """
def gradients_without_walking(output):
    gradient, waiting, seen = {output: 1}, [output], {output}
    while waiting:
        node = waiting.pop(0)
        for operand, local in zip(node.operands, node.local_derivatives):
            gradient[operand] = gradient.get(operand, 0) + gradient[node] * local.value
            if operand not in seen:
                seen.add(operand)
                waiting.append(operand)
    return gradient
"""
WALKING = """
def gradients_without_walking(output):
    gradient = {}

    def walk(node, product):
        gradient[node] = gradient.get(node, 0) + product
        for operand, local in zip(node.operands, node.local_derivatives):
            walk(operand, product * local.value)

    walk(output, 1)
    return gradient
"""
WAITING = """
def gradients_without_walking(output):
    gradient, waiting = {{output: 1}}, [output]
    while waiting:
        node = waiting.pop({first})
        for operand, local in zip(node.operands, node.local_derivatives):
            gradient[operand] = gradient.get(operand, 0) + gradient[node] * local.value
            waiting.append(operand)
    return gradient
"""
WALKING_WITH_SUMS = """
def gradients_without_walking(output):
    gradient = {output: 1}

    def walk(node):
        for operand, local in zip(node.operands, node.local_derivatives):
            gradient[operand] = gradient.get(operand, 0) + gradient[node] * local.value
            walk(operand)

    walk(output)
    return gradient
"""
NAMED = sweep().replace(
    "return gradient", "return {node.name: gradient[node] for node in gradient}"
)
LISTED = RIGHT_PARTS["arrows"]
KEPT = """
found = {}

def gradients_without_walking(output):
    found.setdefault(output, 0)
    found[output] += 1
    for node in reversed(topological_order(output)):
        for operand, local in zip(node.operands, node.local_derivatives):
            found[operand] = found.get(operand, 0) + found[node] * local.value
    return dict(found)
"""

ANSWERS = {
    "06.1": dict(
        right=["(5, 44)", "[5, 44.0]", "import numpy as np\n(np.int64(5), np.float64(44))"],
        wrong=[
            ("(44, 5)", "other way round"),
            ("(3, 44)", "two arrows"),
            ("(4, 44)", "t uses x as well"),
            ("(6, 44)", "number of arrows"),
            ("(5, 24)", "goes on twice"),
            ("(5, 12)", "one path from o over s"),
            ("(5, 20)", "paths over t"),
            ("(5, 40)", "straight to x is missing"),
            ("(5, 28)", "4 * 1 * 2, twice"),
            ("(5, 45)", "number 2 is not 45"),
            ("44", "2 numbers"),
        ],
    ),
    "06.2": dict(
        right=[
            '"HF"',
            '"F to H"',
            '("H", "F")',
            '"fh"',
            '["F", "H"]',
            '"H -> F"',
            '"the arrow from H to F"',
            "class Node:\n    name = 'F'\n(Node(), 0)",
            '("F", 0)',
        ],
        wrong=[
            ('"aH"', "would give 16, 16, 12, 12"),
            ('"aS"', "would give 48, 16, 12, 12"),
            ('"SH"', "would give 48, 0, 12, 12"),
            ('"HG"', "would give 16, 4, 12, 12"),
            ('"GF"', "would give 16, 4, 0, 12"),
            ('"FL"', "would give 0, 0, 0, 12"),
            ('("L", 0)', "would give 64, 16, 12, 0"),
            ('("F", 2)', "got ('F', 2)"),
            ('"ab"', "the two ends of one arrow"),
            ("7", "asks for the two ends of an arrow"),
        ],
    ),
    "06.3": dict(
        right=[sweep(), ON_NODES, BY_USERS, OWN_ORDER, COUNTERS, WITH_TENSORS],
        wrong=[
            (sweep(send="gradient[operand] = gradient.get(operand, 0) + gradient[node]"), "counts"),
            (sweep(send="gradient[operand] = gradient[node] * local.value"), "last arrow wins"),
            (
                sweep(send="gradient[operand] = gradient.get(operand, 0) + local.value"),
                "what arrived at the node is lost",
            ),
            (
                sweep(
                    send="gradient[operand] = "
                    "gradient.get(operand, 0) + gradient[node] + local.value"
                ),
                "slopes multiply",
            ),
            (
                sweep(
                    send="gradient[operand] = gradient.get(operand, 0) - gradient[node]*local.value"
                ),
                "Of x * y - z at 3, 2, 1",
            ),
            (sweep(order="topological_order(output)"), "arrived at it. Take the nodes"),
            (sweep(send="gradient[operand] += gradient[node] * local.value"), "Begin each with 0"),
            (sweep().replace("{output: 1}", "{}"), "before it has anything: start with"),
            (
                sweep(
                    order="topological_order(output)",
                    send="gradient[operand] = gradient.get(operand, 0) "
                    "+ gradient.get(node, 0) * local.value",
                ),
                "when nothing has arrived",
            ),
            (sweep(arrows=f"dict({LISTED}).items()"), "x * x has two arrows"),
            (FIRST_MEETING, "before all that use it have sent"),
            (WALKING, "this walks every path"),
            (WAITING.format(first=0), "waits in line"),
            (WAITING.format(first=""), "stacked once for each path"),
            (WALKING_WITH_SUMS, "Each call hands on the whole sum"),
            (NAMED, "The keys are the nodes themselves"),
            (
                START
                + "lambda output: {n: output.grad(n).value for n in topological_order(output)}",
                "backward and grad walk every path",
            ),
            ("lambda output: [output]", "Return a dictionary"),
            (sweep().replace("{output: 1}", "{output: 0}"), "start with {output: 1}"),
            ("lambda output, x: 1", "must take 1 argument"),
            ("lambda output: {output: 1}", "does not have"),
            (START + KEPT, "A second call"),
            (sweep(send="gradient[operand] = gradient[nod] * local.value"), "NameError"),
        ],
    ),
    "06.4": dict(
        right=[
            "lambda a: (1 / (2 * a**0.5),)",
            "lambda a: [0.5 * a**-0.5]",
            "lambda a: ((a.log() * -0.5).exp() / 2,)",
            "def f(a):\n    root = a ** (1 / 2)\n    return (Tensor(1) / (root + root),)",
            'lambda a: (0.5 / apply("pow", a, 0.5),)',
            "lambda a: ((0.25 / a) ** 0.5,)",
            "lambda a: (1 / (2 * root) for root in [a**0.5])",
            "import numpy as np\nlambda a: (np.float64(0.5) * a ** np.float64(-0.5),)",
        ],
        wrong=[
            ("lambda a: (a**-0.5,)", "A factor is missing"),
            ("lambda a: (a**0.5,)", "the square root itself"),
            ("lambda a: (a**0.5 / 2,)", "below the line"),
            ("lambda a: (0.5,)", "the exponent"),
            ("lambda a: (-0.5 * a**-0.5,)", "The sign"),
            ("lambda: 1", "must take 1 argument"),
            ("lambda a: None", "got None"),
            ("lambda a: (1 / (2 * a),)", "not a itself"),
            ("lambda a: (1 / a,)", "At a = 9 the local derivative is 0.166667, not"),
            (
                "import math\nlambda a: (Tensor(0.5 / math.sqrt(a.value)),)",
                "cannot be derived again",
            ),
            ("import numpy as np\nlambda a: (0.5 / np.sqrt(a.value),)", "it is no Tensor"),
            ("lambda a: 1 / (2 * a**0.5)", "with a comma; got a Tensor"),
            ("lambda a: 0.5", "with a comma; got a number"),
            ("lambda a: (1 / (2 * a.sqrt()),)", "no method sqrt. Which of its operators"),
            ("lambda a: (a, a)", "one local derivative; got 2"),
            ("import math\nlambda a: (0.5 / math.sqrt(a),)", "TypeError"),
        ],
    ),
}
