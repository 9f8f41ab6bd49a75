"""Reverse mode in which each node fires once: when everything that uses it has sent.

Built cell by cell in notebooks/07_each_node_once.ipynb.
Notation: the gradient of a node v is d output / d v; a slope is a local derivative, d result /
d operand, a plain number that the operation works out when it runs.
Gradients are returned, never stored on nodes: two calls share nothing, so a second call and a
second output over the same nodes are right by construction.
Limits: one real number a node, one output a call; the whole graph stays in memory; the gradients
are plain numbers, so they cannot be differentiated again. They belong to the values of the run
that was recorded: a `value` changed afterwards changes the next run, not this one.
Source: the sort is R. Tarjan's, "Edge-disjoint spanning trees and depth-first search" (1976);
derivatives kept per edge are in S. Linnainmaa's thesis on rounding errors (1970).
"""

import math
from contextlib import contextmanager
from gc import disable, enable, isenabled
from numbers import Real

from autodiff_lib.operations import spell


class Arithmetic:
    """Python's operators, with a node or a plain number on either side."""

    __slots__ = ()
    __array_priority__ = 1000  # NumPy leaves `np.float64(2) * x` and `array * x` to us

    # fmt: off
    def __add__(self, other): return binary("add", self, other)
    def __radd__(self, other): return binary("add", other, self)
    def __sub__(self, other): return binary("sub", self, other)
    def __rsub__(self, other): return binary("sub", other, self)
    def __mul__(self, other): return binary("mul", self, other)
    def __rmul__(self, other): return binary("mul", other, self)
    def __truediv__(self, other): return binary("div", self, other)
    def __rtruediv__(self, other): return binary("div", other, self)
    def __pow__(self, other): return binary("pow", self, other)
    def __rpow__(self, other): return binary("pow", other, self)
    def __neg__(self): return unary("neg", self)
    def __abs__(self): return unary("abs", self)
    def exp(self): return unary("exp", self)
    def log(self): return unary("log", self)
    def sin(self): return unary("sin", self)
    def cos(self): return unary("cos", self)
    def tanh(self): return unary("tanh", self)
    def relu(self): return unary("relu", self)
    # fmt: on


class Comparison:
    """Nodes compare by value; dictionaries and sets tell them apart by identity."""

    __slots__ = ()

    # fmt: off
    def __lt__(self, other): return self.value < value_of(other)
    def __le__(self, other): return self.value <= value_of(other)
    def __gt__(self, other): return self.value > value_of(other)
    def __ge__(self, other): return self.value >= value_of(other)
    def __eq__(self, other): return self.value == value_of(other)
    __hash__ = object.__hash__
    def __bool__(self): return refuse("bool(x)", "compare, as in x > 0")
    def __float__(self): return refuse("float(x)", "write x.exp() for math.exp(x), or x.value")
    # fmt: on


class Node(Arithmetic, Comparison):
    """A number, the operation and operands that made it, and its slope along each operand.

    `Node(3, name="x")` is an input, `Node(3)` a constant; operations make all the others.

    Raises TypeError for anything but one real number.
    """

    __slots__ = ("value", "op", "operands", "local_derivatives", "name", "__weakref__")

    def __init__(self, value, op=None, operands=(), local_derivatives=(), name=None):
        self.value = value if op else real(value)
        self.op, self.operands, self.name = op, operands, name
        self.local_derivatives = local_derivatives

    def __repr__(self):
        return f"{self.name or self.op or 'constant'}: {self.value}"


def refuse(conversion, instead):
    """Raise a TypeError: turning a node into a plain value would lose its gradient silently."""
    raise TypeError(f"{conversion} would drop how x was made, and its gradient: {instead}")


# fmt: off
RULES = {  # operation: its value, then its slope along each operand
    "add":  lambda a, b: (a + b, (1, 1)),
    "sub":  lambda a, b: (a - b, (1, -1)),
    "mul":  lambda a, b: (a * b, (b, a)),
    "div":  lambda a, b: (a / b, (1 / b, -a / b / b)),
    "pow":  lambda a, n: (a**n,  power_slopes(a, n)),
    "neg":  lambda a: (-a,           (-1,)),
    "exp":  lambda a: (math.exp(a),  (math.exp(a),)),
    "log":  lambda a: (math.log(a),  (1 / a,)),
    "sin":  lambda a: (math.sin(a),  (math.cos(a),)),
    "cos":  lambda a: (math.cos(a),  (-math.sin(a),)),
    "tanh": lambda a: (math.tanh(a), (1 - math.tanh(a) ** 2,)),
    "relu": lambda a: (0, (0,)) if a <= 0 else (a, (1,)),
    "abs":  lambda a: (abs(a), ((a > 0) - (a < 0),)),
}
# fmt: on


def power_slopes(a, n):
    """The slopes of a ** n along a and along n.

    a ** 0 is 1 everywhere, so its slope along a is 0. Along n a slope exists for a > 0; at a = 0
    it is 0 if n > 0, otherwise nan. Raises ValueError where a ** n is not a real number.
    """
    if a < 0 and n % 1:
        raise ValueError("a fractional power of a negative number is complex")
    along_n = a**n * math.log(a) if a > 0 else 0 if a == 0 < n else math.nan
    return (n * a ** (n - 1) if n else 0), along_n


def binary(op, a, b):
    """The node of `op` applied to a and b: nodes or plain numbers, which become constants."""
    if not isinstance(a, Node):
        a = constant(op, a)
    if not isinstance(b, Node):
        b = constant(op, b)
    try:
        value, slopes = RULES[op](a.value, b.value)
    except (ArithmeticError, ValueError) as error:
        raise undefined(op, error, a, b) from None
    return Node(value, op, (a, b), slopes)


def unary(op, a):
    """The node of `op` applied to the node a."""
    try:
        value, slopes = RULES[op](a.value)
    except (ArithmeticError, ValueError) as error:
        raise undefined(op, error, a) from None
    return Node(value, op, (a,), slopes)


def constant(op, number):
    """A node without a name that holds `number`. Raises TypeError, naming `op`, if it cannot."""
    try:
        return Node(number)
    except TypeError as error:
        raise TypeError(f"{op}: {error}") from None


def real(number):
    """`number` as a plain Python number: an int stays an int, every other becomes a float."""
    if type(number) is float or type(number) is int:
        return number
    if not isinstance(number, Real):
        raise TypeError(
            f"a Node holds one real number, got {type(number).__name__}: {number!r:.60}; "
            "pass an int or a float, and make one Node for each number of an array"
        )
    return float(number)


def value_of(operand):
    """The number behind a node; anything else is returned as it is."""
    return operand.value if isinstance(operand, Node) else operand


def undefined(op, error, *operands):
    """The error to raise where an operation, or its slope, is not a finite real number."""
    numbers = [str(operand.value) for operand in operands]
    if len(numbers) > 1:
        numbers = [f"({n})" if n.startswith("-") else n for n in numbers]
    return type(error)(
        f"{spell(op, numbers)}: the value or a slope is not a finite real number "
        f"({error.args[-1]}); keep this operation away from this point"
    )


class Gradients(dict):
    """The gradient of one output for each node that it is made from: `gradients(o)[x]`.

    A node that the output does not use has gradient 0. Shows only the inputs: nodes with names.
    """

    def __missing__(self, node):
        if isinstance(node, Node):
            return 0
        raise TypeError(f"gradients are looked up by Node, got {type(node).__name__}: {node!r}")

    def __repr__(self):
        named = [f"{node.name}: {self[node]}" for node in self if node.name]
        return f"Gradients({', '.join(named)})"


def results_first(output):
    """List every node that `output` is made from, each once, after all the nodes that use it.

    None on the stack means: every operand of the node below it is in the list.
    """
    order, met, stack = [], set(), [output]
    while stack:
        node = stack.pop()
        if node is None:
            order.append(stack.pop())
        elif node not in met:
            met.add(node)
            stack += (node, None, *node.operands)
    return order[::-1]


def gradients(output):
    """The gradient of `output` for every node that it is made from, as a Gradients dictionary.

    A node fires when all that use it have sent: what has arrived is then its gradient, complete.
    No node is changed.

    Raises ValueError if the graph has a cycle: something arrives at a node that has fired.
    """
    if not isinstance(output, Node):
        raise TypeError(f"gradients start from a Node, got {type(output).__name__}: {output!r}")
    arrived, complete = {output: 1}, Gradients()
    for node in results_first(output):
        complete[node] = gradient = arrived.pop(node)
        for operand, slope in zip(node.operands, node.local_derivatives):  # noqa: B905
            arrived[operand] = arrived.get(operand, 0) + gradient * slope
    if arrived:
        raise ValueError("this graph has a cycle: a node is, directly or not, its own operand")
    return complete


def grad(output, *inputs):
    """The gradients of `output` with respect to `inputs`, as a list of numbers."""
    gradient = gradients(output)
    return [gradient[x] for x in inputs]


@contextmanager
def collector_paused():
    """Pause Python's garbage collector inside a `with` block, for building large graphs.

    The collector looks for cycles, and walks over all living objects again and again while a
    graph grows. Graphs have no cycles: they are freed without it.
    """
    was_enabled = isenabled()
    disable()
    try:
        yield
    finally:
        if was_enabled:
            enable()
