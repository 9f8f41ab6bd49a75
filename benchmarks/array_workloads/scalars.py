"""Graphs of single numbers: a chain, a random graph, and micrograd's network on two moons.

By hand means straight-line Python here: one line per operation forward, one or two backward.
"""

import functools
import random

import numpy as np

from . import Workload

OPERATIONS = 100_000


def chain(xp):
    """Each operation on the result of the one before."""

    def f(x, w):
        for _ in range(OPERATIONS // 2):
            x = x * w + 0.001
        return x

    return scalar_workload(f, (1.0, 0.999))


def random_graph(xp):
    """Operations on two of the latest thousand results."""

    def f(*inputs):
        choose = random.Random(0)
        values, made = list(inputs), 0
        while made < OPERATIONS:
            a, b = choose.choice(values[-1000:]), choose.choice(values[-1000:])
            kind = choose.randrange(3)
            values.append((a + b) * 0.5 if kind == 0 else a * b if kind == 1 else a - b * 0.25)
            made += (2, 1, 2)[kind]
        total = values[-1]
        for value in values[-100:]:
            total = total + value
        return total

    rng = random.Random(1)
    return scalar_workload(f, tuple(rng.uniform(-1, 1) for _ in range(100)))


def moons(xp):
    """A network 2-16-16-1 of single numbers on 100 points: margin loss and weight decay."""
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, np.pi, 100)
    side = np.arange(100) % 2
    points = np.stack([np.cos(angle) * (1 - 2 * side) + side, np.sin(angle) * (1 - 2 * side)], 1)
    points = (points + rng.normal(size=points.shape) * 0.1).tolist()
    signs = (1.0 - 2.0 * side).tolist()
    sizes = (2, 16, 16, 1)
    parameters = rng.uniform(-1, 1, 2 * 16 + 16 + 16 * 16 + 16 + 16 + 1).tolist()

    def f(*parameters):
        relu = Recorded.relu if isinstance(parameters[0], Recorded) else xp.relu
        losses = 0.0
        for point, sign in zip(points, signs, strict=True):
            values, rest = point, iter(parameters)
            for n in sizes[1:]:
                sums = []
                for _ in range(n):
                    total = next(rest)
                    for value in values:
                        total = total + next(rest) * value
                    sums.append(relu(total) if n > 1 else total)
                values = sums
            losses = losses + relu(1.0 - sign * values[0])
        decay = 0.0
        for p in parameters:
            decay = decay + p * p
        return losses * 0.01 + decay * 1e-4

    return scalar_workload(f, tuple(parameters))


class Recorded:
    """A number that writes down what is done with it, to make the program by hand."""

    def __init__(self, lines, text):
        self.lines, self.text = lines, text

    def record(self, op, *operands):
        self.lines.append((f"v{len(self.lines)}", op, [text_of(x) for x in operands]))
        return Recorded(self.lines, self.lines[-1][0])

    def __add__(self, other):
        return self.record("+", self, other)

    def __radd__(self, other):
        return self.record("+", other, self)

    def __sub__(self, other):
        return self.record("-", self, other)

    def __rsub__(self, other):
        return self.record("-", other, self)

    def __mul__(self, other):
        return self.record("*", self, other)

    def __rmul__(self, other):
        return self.record("*", other, self)

    def relu(self):
        return self.record("relu", self)


def text_of(x):
    return x.text if isinstance(x, Recorded) else repr(x)


def scalar_workload(f, arguments):
    """Return the workload, with the gradient by hand made from a record of f."""
    made = functools.cache(lambda: by_hand(f, arguments))
    return Workload(f, arguments, lambda *args: made()(*args), scalar=True)


def by_hand(f, arguments):
    """Return straight-line Python: values forward, gradients backward."""
    lines, names = [], [f"x{i}" for i in range(len(arguments))]
    out = f(*(Recorded(lines, name) for name in names))
    source, bars = [f"def by_hand({', '.join(names)}):"], {out.text: "1.0"}
    for name, op, operands in lines:
        x = operands[0]
        value = f"{x} if {x} > 0.0 else 0.0" if op == "relu" else f" {op} ".join(operands)
        source.append(f" {name} = {value}")
    source.append(f" b_{out.text} = 1.0")
    for name, op, operands in reversed(lines):
        if name in bars:
            for operand, change in changes(f"b_{name}", name, op, operands):
                if operand[0] in "vx":
                    source.append(f" b_{operand} {'+=' if operand in bars else '='} {change}")
                    bars[operand] = True
    source.append(
        f" return {out.text}, [{', '.join('b_' + n if n in bars else '0.0' for n in names)}]"
    )
    namespace = {}
    exec("\n".join(source), namespace)
    return namespace["by_hand"]


def changes(bar, name, op, operands):
    """Yield each operand and what flows back to it."""
    if op == "relu":
        yield operands[0], f"{bar} if {operands[0]} > 0.0 else 0.0"
        return
    left, right = operands
    if op == "*":
        yield left, f"{bar} * {right}"
        yield right, f"{bar} * {left}"
    else:
        yield left, bar
        yield right, bar if op == "+" else f"-{bar}"


WORKLOADS = {"chain": chain, "random_graph": random_graph, "moons": moons}
