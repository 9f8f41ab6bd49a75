"""A small reverse-mode engine with a switch for each mistake that readers make."""

import math


class Node:
    """A number that records; `mistakes` holds the names of the mistakes switched on."""

    mistakes = set()

    def __init__(self, value, op=None, operands=(), name=None):
        self.value, self.op, self.operands, self.name = value, op, operands, name
        self.gradient = 0

    # fmt: off
    def __add__(self, other): return apply("add", self, other)
    def __radd__(self, other): return apply("add", other, self)
    def __sub__(self, other): return apply("sub", self, other)
    def __rsub__(self, other):
        return apply("sub", *((self, other) if wrong("rsub") else (other, self)))
    def __mul__(self, other): return apply("mul", self, other)
    def __rmul__(self, other): return apply("mul", other, self)
    def __truediv__(self, other): return apply("div", self, other)
    def __rtruediv__(self, other): return apply("div", other, self)
    def __pow__(self, n): return apply("pow", self, n)
    def __neg__(self): return apply("neg", self)
    def exp(self): return apply("exp", self)
    def tanh(self): return apply("tanh", self)
    # fmt: on


def wrong(mistake):
    return mistake in Node.mistakes


def apply(op, *operands):
    if wrong("no constants") and not all(isinstance(a, Node) for a in operands):
        raise TypeError("both operands must be nodes")
    operands = tuple(a if isinstance(a, Node) else Node(a) for a in operands)
    return Node(VALUES[op](*[a.value for a in operands]), op, operands)


VALUES = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b if not wrong("value of 4 * x") or a != 4 else 5 * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, n: a**n,
    "neg": lambda a: -a,
    "exp": math.exp,
    "tanh": math.tanh,
}
SLOPES = {
    "add": lambda a, b: (1, 1),
    "sub": lambda a, b: (1, 1 if wrong("sign of sub") else -1),
    "mul": lambda a, b: (b, a),
    "div": lambda a, b: (-a / b**2, 1 / b) if wrong("div swapped") else (1 / b, -a / b**2),
    "pow": lambda a, n: (n * a if wrong("pow") else n * a ** (n - 1), 0),
    "neg": lambda a: (-1,),
    "exp": lambda a: (a * math.exp(a - 1) if wrong("exp as power") else math.exp(a),),
    "tanh": lambda a: (1 - a**2 if wrong("tanh of the operand") else 1 - math.tanh(a) ** 2,),
}


def slopes(node):
    return SLOPES[node.op](*[a.value for a in node.operands]) if node.op else ()


def arrows(node):
    """(operand, slope) for each arrow; a dict forgets that x * x has two."""
    pairs = list(zip(node.operands, slopes(node), strict=True))
    return list(dict(pairs).items()) if wrong("operands in a set") else pairs


def visit(node, seen, order):
    key = node.value if wrong("nodes told apart by value") else id(node)
    if key not in seen:
        seen.add(key)
        if wrong("pre-order"):
            order.append(node)
        for operand, _ in arrows(node):
            visit(operand, seen, order)
        if not wrong("pre-order"):
            order.append(node)


def receive(node, incoming):
    node.gradient += incoming
    for operand, slope in arrows(node):
        receive(operand, node.gradient * slope)


def iterative_order(output):
    order, finished, stack = [], set(), [(output, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif id(node) not in finished:
            finished.add(id(node))
            stack += [(node, True), *((a, False) for a, _ in arrows(node))]
    return order


def backward(output):
    if wrong("recursion") or wrong("pre-order") or wrong("nodes told apart by value"):
        visit(output, set(), order := [])
    else:
        order = iterative_order(output)
    for node in order:
        node.gradient = node.gradient if wrong("no reset") else 0
    if wrong("accumulated gradient sent on"):
        return receive(output, 1)
    output.gradient += 1
    sent = {}
    for node in order if wrong("pre-order") else reversed(order):
        for operand, slope in arrows(node):
            sent[id(operand)] = sent.get(id(operand), 0) + 1
            if wrong("overwritten") or wrong("fifth arrow lost") and sent[id(operand)] == 5:
                operand.gradient = slope * node.gradient
            else:
                operand.gradient += slope * node.gradient
    if wrong("long chains") and len(order) > 100:
        order[0].gradient += 1


def gradients(output, inputs):
    if wrong("endless"):
        while True:
            pass
    backward(output)
    found = [x.gradient for x in inputs]
    if wrong("remembers"):
        MEMORY.append(sum(MEMORY) + 1)
        found[0] += sum(MEMORY) - 1
    return {"dict": dict(enumerate(found)), "none": [None] * len(found)}.get(
        next(iter(Node.mistakes), ""), found
    )


MEMORY = []
