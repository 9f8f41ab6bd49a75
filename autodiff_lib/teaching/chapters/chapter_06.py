"""The exercises of chapter 06, the sum over paths."""

from autodiff_lib.engines.paths import Tensor
from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, number
from autodiff_lib.teaching.values import describe, kind, same_value


class Visited:
    """A node of n doublings that counts how often its operands are asked for."""

    visits = 0
    most = 10_000  # a few times for each of 21 nodes is enough

    def __init__(self, *operands):
        self.op, self.value, self._operands = "add" if operands else None, 1.0, operands
        self.local_derivatives = tuple(Tensor(1) for _ in operands)

    @property
    def operands(self):
        Visited.visits += 1
        if Visited.visits > self.most:
            raise WalkedEveryPath
        return self._operands

    def backward(self):
        """Raise, since the walk of this chapter follows every path."""
        raise AskedTheEngine

    def grad(self, x):
        """Raise, as `backward` does."""
        raise AskedTheEngine


class WalkedEveryPath(Exception):
    """Raised when the nodes of a small graph are asked for far too often."""


class AskedTheEngine(Exception):
    """Raised when the engine's own walk is called."""


def small_graphs():
    """Three outputs, each with the inputs whose gradients are compared."""
    x, y, z = Tensor(3.0, name="x"), Tensor(2.0, name="y"), Tensor(1.0, name="z")
    square = x * x
    return [
        (x * y - z, [x, y, z]),
        ((square + x) * square, [x, square]),
        (((x * y) * (y * z)) ** 2, [x, y, z]),
    ]


def sweep(output, arrived):
    """{node: what arrived(node's own, local derivative, so far) makes of every arrow into it}."""
    found = {output: 1.0}
    for node in reversed(topological_order(output)):
        for operand, local in zip(node.operands, node.local_derivatives, strict=True):
            found[operand] = arrived(found[node], local.value, found.get(operand, 0.0))
    return found


WRONG_SWEEPS = [
    (lambda own, local, sum: sum + own, "That counts paths. Multiply by the local derivative."),
    (lambda own, local, sum: own * local, "The last arrow wins. What arrives must be added up."),
    (lambda own, local, sum: sum + local, "A path multiplies: what arrived at the node is lost."),
    (
        lambda own, local, sum: sum + own + local,
        "Along a path slopes multiply. Over paths they add.",
    ),
]


def judge_sweep(find):
    """Whether `find` gives the gradients of small graphs, and visits no node too often."""
    graphs = small_graphs()
    found = []
    for output, nodes in graphs:
        try:
            answer = find(output)
        except KeyError as error:
            if error.args and isinstance(error.args[0], Tensor):
                return (
                    "A node was looked up before anything had arrived at it. Start with "
                    "{output: 1}, and go through the list from the output down, reversed."
                )
            raise
        if answer is ...:
            return OPEN
        if not isinstance(answer, dict):
            return f"Return a dictionary {{node: gradient}}; got {kind(answer)}."
        if any(node not in answer for node in nodes):
            return "There are nodes below the output that your dictionary does not have."
        found.append([answer[node] for node in nodes])

    def of(arrived):
        return [[sweep(output, arrived)[node] for node in nodes] for output, nodes in graphs]

    for wrong, sentence in WRONG_SWEEPS:
        if same_value(found, of(wrong)):
            return sentence
    right = of(lambda own, local, sum: sum + own * local)
    if not same_value(found, right):
        return (
            f"For x * y - z at 3, 2, 1 it gives {describe(found[0])} for x, y and z, and for the "
            f"diamond {describe(found[2])}. The gradients are 2, 3, -1 and 96, 288, 288."
        )
    if any(isinstance(number, Tensor) for numbers in found for number in numbers):
        return "The gradients are right, but they are Tensors. Take the .value of each slope."
    return judge_visits(find)


def judge_visits(find):
    """Whether `find` does 20 doublings without walking their million paths."""
    z = x = Visited()
    for _ in range(20):
        z = Visited(z, z)
    Visited.visits = 0
    try:
        return same_value(find(z)[x], 2.0**20) or "20 doublings should give 2 to the power of 20."
    except AskedTheEngine:
        return "backward and grad walk every path. Carry the slopes as count_paths carries counts."
    except WalkedEveryPath:
        return (
            "The numbers are right, but 20 doublings ask for operands more than 10,000 times: "
            "this walks every path. Go through the list of nodes once, and call nothing again."
        )


def judge_sqrt(rule):
    """Whether `rule` gives the local derivative of a square root as an expression."""
    answers = []
    for value in (4.0, 2.25):
        a = Tensor(value, name="a")
        answer = rule(a)
        if answer is ...:
            return OPEN
        if not isinstance(answer, (tuple, list)):
            return f"One operand, so a tuple of one, with a comma; got {kind(answer)}."
        if len(answer) != 1:
            return f"A square root has one operand, so one local derivative; got {len(answer)}."
        answers.append((a, answer[0]))
    slopes = [slope for _, slope in answers]
    for wrong, sentence in (
        (lambda v: v**-0.5, "A factor is missing: the derivative is 1 / (2 sqrt(a))."),
        (lambda v: v**0.5, "That is the square root itself, not its slope."),
        (lambda v: v**0.5 / 2, "The square root stands below the line: 1 / (2 sqrt(a))."),
        (lambda v: 0.5, "What becomes of the exponent? a ** 0.5 has the slope 0.5 * a ** -0.5."),
    ):
        if same_value(slopes, [wrong(a.value) for a, _ in answers]):
            return sentence
    if not same_value(slopes, [a.value**-0.5 / 2 for a, _ in answers]):
        return f"At a = 4 the local derivative is 0.25, not {describe(slopes[0])}."
    if not isinstance(slopes[0], Tensor):
        return "The number is right, but it is no Tensor: nothing leads from it back to a."
    if not same_value([s.grad(a) for a, s in answers], [-(a.value**-1.5) / 4 for a, _ in answers]):
        return (
            "The value is right, but its own derivative is not: it must be made from a itself, "
            "not from a.value."
        )
    return True


EXERCISES = [
    Exercise(
        key="06.1",
        title="Count the paths",
        hints=(
            "Draw it: o has two arrows, t has two, s has two. Write at each node how many paths "
            "lead to it from o.",
            "To t leads 1 path. To s lead two: straight from o, and over t.",
            "x is used by t once and by s twice: paths to t, plus two times the paths to s.",
        ),
        judge=number(
            5,
            {
                3: "x * x uses x twice: two arrows, so each path to s goes on in two ways.",
                4: "t uses x as well, by an arrow of its own.",
                6: "6 is the number of arrows. A path is a whole way from o to x.",
                2: "Two lead to s. Each goes on to x in two ways, and t has an arrow to x too.",
            },
            because="1 path to t, 2 to s, so 1 + 2 * 2 to x.",
        ),
        solution="06_sum_over_paths.ipynb",
    ),
    Exercise(
        key="06.2",
        title="Add up the products",
        hints=(
            "At x = 2: s = 4, t = 6, o = 24. Write the local derivative on each arrow first.",
            "From o to t the arrow has s = 4, from o to s it has t = 6. From s to x both arrows "
            "have x = 2. The arrows of t have 1.",
            "Over t and s: 4 * 1 * 2, twice. From t straight to x: 4 * 1. From o over s: 6 * 2, "
            "twice.",
        ),
        judge=number(
            44,
            {
                24: "x * x has two arrows, so each path that comes to s goes on twice.",
                20: "Those are the paths over t. From o an arrow leads straight to s as well.",
                40: "The arrow from t straight to x is missing, with 4 * 1.",
                36: "One of the two ways over t and s is missing: x * x has two arrows.",
                28: "Two of the five paths lead from o over t and s to x: 4 * 1 * 2, twice.",
                0: "Products along a path, then a sum over the paths: nothing cancels here.",
            },
            because="8 + 8 + 4 + 12 + 12, one product for each of five paths.",
        ),
        solution="06_sum_over_paths.ipynb",
    ),
    Exercise(
        key="06.3",
        title="Gradients without walking",
        hints=(
            "count_paths gives each operand what its node has. What should an operand get instead, "
            "if the arrow has a local derivative?",
            "Start with {output: 1}. Go through the operands and the local derivatives together, "
            "with zip.",
            "gradient[operand] = gradient.get(operand, 0) + gradient[node] * local.value",
        ),
        judge=custom(judge_sweep, "a function of an output, that returns a dictionary"),
        solution="06_sum_over_paths.ipynb",
    ),
    Exercise(
        key="06.4",
        title="The rule of the square root",
        hints=(
            "Write the formula with a itself. Tensors know +, -, *, / and **.",
            "The square root of a is a**0.5.",
            "return (1 / (2 * a**0.5),), with the comma that makes it a tuple.",
        ),
        judge=custom(judge_sqrt, "a function of one Tensor"),
        solution="06_sum_over_paths.ipynb",
    ),
]
