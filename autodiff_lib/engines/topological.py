"""Reverse mode in which each node fires once: when everything that uses it has sent.

Built cell by cell in notebooks/07_each_node_once.ipynb.
Notation: the gradient of a node v is d output / d v; a slope is a local derivative, d result /
d operand, a plain number that the operation works out when it runs. A topological order lists
every node after its operands; the way back goes through it in reverse.
Gradients are returned, never stored on nodes: two calls share nothing, so a second call and a
second output over the same nodes are right by construction.
Limits: one real number a node, one output a call; the whole graph stays in memory; the gradients
are plain numbers, so they cannot be differentiated again. They belong to the values of the run
that was recorded: a `value` changed afterwards changes the next run, not this one.
Source: the sort is R. Tarjan's, "Edge-disjoint spanning trees and depth-first search" (1976);
derivatives kept per edge are in S. Linnainmaa's thesis on rounding errors (1970).
"""

import math

from autodiff_lib.engines.manners import (
    Comparison,
    Gradients,
    collector_paused,
    explained,
    not_a_node,
    not_one_slope_each,
    operators,
    real,
    real_power_slopes,
)

__all__ = [
    "RULES",
    "Gradients",
    "Node",
    "collector_paused",
    "grad",
    "gradients",
    "topological_order",
]

# fmt: off
RULES = {  # operation: its value, then its slope along each operand
    "add":  lambda a, b: (a + b, (1, 1)),
    "sub":  lambda a, b: (a - b, (1, -1)),
    "mul":  lambda a, b: (a * b, (b, a)),
    "div":  lambda a, b: (a / b, (1 / b, -a / b / b)),
    "pow":  lambda a, n: (a**n,  real_power_slopes(a, n)),
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


def binary(op, a, b):
    """The node of `op` applied to a and b: nodes or plain numbers, which become constants."""
    try:
        if not isinstance(a, Node):
            a = Node(a)
        if not isinstance(b, Node):
            b = Node(b)
        value, slopes = RULES[op](a.value, b.value)
    except (ArithmeticError, ValueError, TypeError) as error:
        raise explained(error, op, a, b) from None
    return Node(value, op, (a, b), slopes)


def unary(op, a):
    """The node of `op` applied to the node a."""
    try:
        value, slopes = RULES[op](a.value)
    except (ArithmeticError, ValueError) as error:
        raise explained(error, op, a) from None
    return Node(value, op, (a,), slopes)


class Node(operators(binary, unary), Comparison):
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


def topological_order(output):
    """List every node that `output` is made from, each once, after all of its operands.

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
    return order


def gradients(output):
    """The gradient of `output` for every node that it is made from, as a Gradients dictionary.

    A node fires when all that use it have sent: what has arrived is then its gradient, complete.
    No node is changed.

    Raises ValueError if the graph has a cycle (something arrives at a node that has fired), or if
    a rule did not give one slope for each operand.
    """
    if not isinstance(output, Node):
        raise not_a_node("gradients start from a Node", output)
    arrived, complete = {output: 1}, Gradients()
    try:
        for node in reversed(topological_order(output)):
            complete[node] = total = arrived.pop(node)
            slopes = node.local_derivatives
            for operand, slope in zip(node.operands, slopes, strict=True):
                arrived[operand] = arrived.get(operand, 0) + total * slope
    except (ValueError, TypeError):
        raise not_one_slope_each(node) from None
    if arrived:
        raise ValueError("this graph has a cycle: a node is, directly or not, its own operand")
    return complete


def grad(output, *inputs):
    """The gradients of `output` with respect to `inputs`, as a list of numbers."""
    gradient = gradients(output)
    return [gradient[x] for x in inputs]
