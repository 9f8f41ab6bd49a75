"""Reverse mode: run the function forward, note each operation on a tape, walk the tape backwards.

A line of the tape holds what the way back needs of one operation: for each operand that is
followed, its number (line), its shape, its rule, and what that rule asked for, the result among it
only if the rule asks for `out`. So values that no rule asks for die as soon as the function drops
them. Operands are always noted before results: the tape is in topological order as it is.
"""

import numpy as np

from .checks import as_number
from .node import Level, Node


class Variable(Node):
    """A node of reverse mode: a value and the number of its line on the tape."""

    __slots__ = ("line",)

    def __init__(self, raw, level, line):
        self.raw, self.level, self.line = raw, level, line


class Reverse(Level):
    """One reverse pass and its tape."""

    def __init__(self, keep=lambda array: array):
        super().__init__(keep)
        self.tape = []

    def input(self, value):
        """Return a variable that holds `value`, a number as a float: the walk back ends here."""
        self.tape.append(())
        is_array = type(value) is np.ndarray
        value = self.keep(value) if is_array else as_number(value)
        return Variable(value, self, len(self.tape) - 1)

    def follow(self, row, mine, out, values, parameters):
        """Note the way back from a result: an edge for each operand that has a rule."""
        edges, tape = [], self.tape
        for position, node in mine:
            rule = row.rules[position]
            if rule is not None:
                needed = rule.take(values, out, parameters, position)
                edges.append((node.line, values[position].shape, rule, needed))
        tape.append(edges)
        return Variable(out, self, len(tape) - 1)


def backward(tape, seeds):
    """Return the gradients of the inputs, {line: gradient}, given those of outputs.

    Lines are taken off the tape from the last one up, so all contributions to a value have arrived
    before it sends anything on, and what a line kept is freed. Each rule adds up itself what it
    sends: `Rule.add`, or `PartRule.add` of indexing, which also notes the id of a total of its own,
    as (line, "own"). An input has no edges: its gradient stays.
    """
    gradients = dict(seeds)
    while tape:
        edges = tape.pop()
        line = len(tape)
        if edges and line in gradients:
            g = gradients.pop(line)
            for parent, shape, rule, needed in edges:
                rule.add(gradients, parent, g, needed, shape)
    return gradients
