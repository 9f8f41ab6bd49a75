"""The smallest engine that pictures can draw, and the graphs that the tests draw with it."""

import random

import numpy as np

from autodiff_lib.graphs.operations import OPERATIONS

ARRAY_OPERATIONS = {"matmul": np.matmul, "sum": np.sum, "mystery": lambda x: 2 * x}


class Node:
    """A value that knows how it was made. Attributes beyond the protocol are set by tests."""

    def __init__(self, value, op=None, operands=(), name=None):
        self.value, self.op, self.operands, self.name = value, op, tuple(operands), name

    def __add__(self, other):
        return apply("add", self, other)

    def __sub__(self, other):
        return apply("sub", self, other)

    def __mul__(self, other):
        return apply("mul", self, other)

    def __rmul__(self, other):
        return apply("mul", other, self)

    def __pow__(self, other):
        return apply("pow", self, other)

    def __matmul__(self, other):
        return apply("matmul", self, other)


def apply(op, *operands):
    """The Node of an operation; plain numbers become constants."""
    operands = [o if isinstance(o, Node) else Node(o) for o in operands]
    compute = OPERATIONS[op].value if op in OPERATIONS else ARRAY_OPERATIONS[op]
    return Node(compute(*[o.value for o in operands]), op, operands)


def inputs(**values):
    """Named inputs: inputs(x=3, y=2)."""
    return [Node(value, name=name) for name, value in values.items()]


def diamond():
    """o = ((x * y) * (y * z))**2 at 3, 2, 1, with the right gradients stored."""
    x, y, z = inputs(x=3, y=2, z=1)
    h1, h2 = x * y, y * z
    h = h1 * h2
    o = apply("square", h)
    o.name = "o"
    gradients = (1, 24, 48, 144, 96, 288, 288)
    for node, gradient in zip((o, h, h1, h2, x, y, z), gradients, strict=True):
        node.gradient = gradient
    return o


def chain(length):
    """x + 1 + 1 + ... with `length` additions."""
    node = Node(0.0, name="x")
    for _ in range(length):
        node = node + 1
    return node


def doublings(n, start=1.0):
    """n times y = y + y: n + 1 nodes and 2**n paths."""
    node = Node(start, name="x")
    for _ in range(n):
        node = node + node
    return node


def tree(depth):
    """A tree of 2**(depth + 1) - 1 nodes."""
    level = [Node(1.0) for _ in range(2**depth)]
    while len(level) > 1:
        level = [level[i] + level[i + 1] for i in range(0, len(level), 2)]
    return level[0]


def random_graph(size, seed):
    """About `size` nodes, many of them shared."""
    choose = random.Random(seed)
    nodes = inputs(x=1.0, y=2.0, z=3.0)
    while len(nodes) < size:
        op = choose.choice(["add", "sub", "mul"])
        nodes.append(apply(op, choose.choice(nodes[-8:]), choose.choice(nodes[-8:])))
    return nodes[-1] + nodes[-2]


NASTY = {
    "markup": "<script>alert('x')</script>",
    "quotes": "a\"b'c`d",
    "backslashes": "a\\b\\",
    "record characters": "{a|b}<c>",
    "newline": "first\nsecond",
    "emoji": "\U0001f680 x \u2764\ufe0f",
    "wide": "\u6f22\u5b57",
    "accents": "e\u0301\u0302",
    "control": "bell\x07 nul\x00 esc\x1b",
    "bidi": "abc\u202edef\u2066ghi",
    "surrogate": "\ud800x\udfff",
    "no character": "a\ufffeb\uffff",
    "entity": "&amp;&lt;",
    "dot keyword": 'node"];digraph{',
    "spaces": "a    b",
    "html label": "<<b>x</b>>",
    "long": "x" * 20_000,
    "long emoji": "\U0001f680" * 20_000,
}
