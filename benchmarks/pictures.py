"""Time the pictures: draw() on graphs of about 100 nodes, and the summary of a very large one.

    python benchmarks/pictures.py

Prints, per graph, the median and the worst of 15 runs in milliseconds, and a size in kilobytes.
The promise is 50 ms for a typical graph of 100 nodes, everything included: reading the live
nodes, the text, the layout, the SVG.
"""

import random
import statistics
import time
from functools import partial
from operator import add, mul

from autodiff_lib.pictures import count, draw, step_through
from autodiff_lib.pictures.layout import bundled, program

RUNS = 15


class Node:
    """As little as a picture needs."""

    def __init__(self, value, op=None, operands=(), name=None):
        self.value, self.op, self.operands, self.name = value, op, operands, name

    def __add__(self, other):
        return Node(add(self.value, other.value), "add", (self, other))

    def __mul__(self, other):
        return Node(mul(self.value, other.value), "mul", (self, other))


def chain(length):
    """One operation on the result of the one before."""
    y = Node(1.01, name="x")
    for k in range(length - 1):
        y = y * y if k % 7 == 0 and y.value < 1e3 else y + y if k % 7 == 3 else Node(0.9) * y
    return y


def network(inputs, hidden):
    """Two layers of neurons, each weight and bias a node of its own."""
    layer = [Node(float(k), name=f"x{k}") for k in range(inputs)]
    for n, width in enumerate((hidden, 1)):
        neurons = []
        for j in range(width):
            total = Node(0.1, name=f"b{n}{j}")
            for i, x in enumerate(layer):
                total = total + Node(0.5, name=f"w{n}{j}{i}") * x
            neurons.append(Node(max(total.value, 0.0), "relu", (total,)))
        layer = neurons
    return layer[0]


def shared(length, reach, seed=0):
    """Random operations on two of the `reach` latest nodes."""
    choose = random.Random(seed)
    nodes = [Node(float(k + 1), name=f"x{k}") for k in range(5)]
    while len(nodes) < length:
        a, b = choose.choice(nodes[-reach:]), choose.choice(nodes[-reach:])
        nodes.append(a + b if choose.random() < 0.5 else a * Node(0.5))
    return sum(nodes[-6:-1], nodes[-1])


def doublings(n):
    """A tree of 2^(n+1) - 1 nodes, like the derivative of n doublings."""
    level = [Node(1.0) for _ in range(2**n)]
    while len(level) > 1:
        level = [level[i] + level[i + 1] for i in range(0, len(level), 2)]
    return level[0]


def timed(function, runs=RUNS):
    """(median, worst) of the milliseconds it takes, and what it returned last."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = function()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times), max(times), result


def report(name, make, size_of, runs=RUNS):
    """Print one row of the table."""
    median, worst, picture = timed(make, runs)
    size = size_of(picture) / 1e3
    print(f"{name:30}{median:11.1f}{worst:10.1f}{size:8.1f}")


def main():
    for name, engine in (("bundled Graphviz", bundled), ("program dot", program)):
        present = "yes" if engine("digraph {}") is not None else "no"
        print(f"{name + ':':18}{present}")
    print(f"\n{'draw':30}{'median ms':>11}{'worst ms':>10}{'SVG kB':>8}")
    graphs = {
        "chain": chain(60),
        "network 3-7-1": network(3, 7),
        "shared, the latest 8": shared(100, 8),
        "shared, the latest 20": shared(130, 20),
        "shared, all": shared(240, 10**6),
    }
    for name, output in graphs.items():
        nodes = count(output).nodes
        report(f"{name}: {nodes} nodes", partial(draw, output, limit=1000), lambda p: len(p.svg))
    tree = doublings(18)
    report("tree of 524,287, summarised", partial(draw, tree), lambda p: len(p.svg), runs=3)
    print(f"\n{'step_through':30}{'median ms':>11}{'worst ms':>10}{'HTML kB':>8}")
    for inputs in (1, 2):
        output = network(inputs, 1)
        name = f"network {inputs}-1-1: {count(output).nodes} nodes"
        report(name, partial(step_through, output), lambda p: len(p.html))


if __name__ == "__main__":
    main()
