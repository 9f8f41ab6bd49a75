"""Reverse mode: run the function forward, note each operation on a tape, walk the tape backwards.

A line of the tape holds what the way back needs of one operation: for each operand that is
followed, its number (line), its shape, its rule, and what that rule asked for, the result among it
only if the rule asks for `out`. So values that no rule asks for die as soon as the function drops
them. Operands are always noted before results: the tape is in topological order as it is.
"""

import numpy as np

from .node import NO_PARAMETERS, NUMBERS, Node, describe, evaluate, new_level, real_numbers
from .rows import ROWS


class Variable(Node):
    """A node of reverse mode: a value and the number of its line on the tape."""

    __slots__ = ("line",)

    def __init__(self, raw, level, line):
        self.raw, self.level, self.line = raw, level, line


def run_and_note(level, row, operands, parameters=NO_PARAMETERS):
    """Run an operation and note the way back: this is Reverse.apply."""
    values, mine, nested = [], [], False
    for position, operand in enumerate(operands):
        if isinstance(operand, Node):
            if operand.level is level:
                mine.append((position, operand.line))
                operand = operand.raw
            elif operand.level.number > level.number:
                return operand.level.apply(row, operands, parameters)
            nested = nested or isinstance(operand, Node)
        elif type(operand) not in NUMBERS:
            operand = real_numbers(row, operand)
            if operand.shape and row.remembers(position):
                operand = level.keep(operand)
        values.append(operand)
    out = evaluate(row, values, parameters) if nested else row.function(*values, **parameters)
    if row.kind == "constant":
        return out
    edges = []
    for position, line in mine:
        rule = row.rules[position]
        if rule is not None:
            needed = rule.collect(position, out, values, parameters)
            edges.append((line, values[position].shape, rule, needed))
    return level.note(out, edges)


class Reverse:
    """One reverse pass and its tape. `keep` protects constant arrays (see guard.py)."""

    def __init__(self, keep):
        self.number = new_level()
        self.tape = []
        self.traced = {}  # line: the tracer's node of the result, whose gradient gets its name
        self.keep = keep
        self.finished = False

    apply = run_and_note

    def input(self, value):
        """Return a variable that holds `value`: the walk back ends here."""
        if type(value) is np.ndarray:
            value = self.keep(value)
        return self.note(value, ())

    def note(self, value, edges):
        """Return a variable with a line of its own, from which `edges` lead back."""
        if self.finished:
            raise ValueError(ESCAPED)
        line = len(self.tape)
        self.tape.append(edges)
        if isinstance(value, Node) and value.named:
            self.traced[line] = value
        return Variable(value, self, line)


ESCAPED = (
    "a node was used after its derivative was finished: it escaped from the differentiated "
    "function (a global, an attribute, a list); return it from the function instead"
)


def backward(level, seeds, once=False):
    """Return the gradients of the inputs, {line: gradient}, given those of outputs.

    Lines are visited from the last one up, so all contributions to a value have arrived and are
    added up before it sends anything on. With `once`, each line is dropped when it is done, and
    with it the arrays that it kept.
    """
    tape, gradients, own = level.tape, dict(seeds), {}
    for line in range(max(seeds, default=-1), -1, -1):
        g = gradients.get(line)
        if g is None:
            continue
        if line in level.traced:
            name_gradient(g, level.traced[line])
        edges = tape[line]
        if edges:
            del gradients[line]
            if once:
                tape[line] = ()
        for parent, shape, rule, needed in edges:
            if rule.in_place:
                add_in_place(gradients, own, parent, rule, g, needed)
                continue
            part = rule.function(g, *needed)
            if getattr(part, "shape", None) != shape:
                part = unbroadcast(part, shape, rule)
            gradients[parent] = gradients[parent] + part if parent in gradients else part
    return gradients


def add_in_place(gradients, own, parent, rule, g, needed):
    """Add a contribution that is mostly zeros to an array of our own, instead of spelling it out.

    own: {line: the array that was made here last}, which nobody else sees.
    """
    total = gradients.get(parent)
    if total is not None and own.get(parent) is total and not isinstance(g, Node):
        return rule.in_place(total, g, *needed)
    part = rule.function(g, *needed)
    gradients[parent] = part = part if total is None else total + part
    if isinstance(part, np.ndarray) and part.base is None:
        own[parent] = part


def name_gradient(g, node):
    """Name a traced gradient after the node it belongs to: x_bar for x."""
    if isinstance(g, Node) and g.named and g.name is None and node.name is not None:
        g.name = f"{node.name}_bar"


def sum_gradient(g, axis, keepdims=False):
    """Return the sum of a gradient over some axes."""
    return evaluate(ROWS["sum"], (g,), {"axis": axis, "keepdims": keepdims})


def unbroadcast(g, shape, rule):
    """Sum `g` over the axes along which an operand of this shape was copied by broadcasting.

    Raises a ValueError if that is not what made the shapes differ: then the rule is wrong.
    """
    if getattr(g, "ndim", -1) >= len(shape):
        extra = g.ndim - len(shape)
        axes = enumerate(shape, extra)
        copied = tuple(axis for axis, size in axes if size == 1 != g.shape[axis])
        summed = sum_gradient(g, copied, keepdims=True) if copied else g
        summed = sum_gradient(summed, tuple(range(extra))) if extra else summed
        if summed.shape == shape:
            return summed
    raise ValueError(
        f"the rule {rule} returned {describe(g)}, but its operand has shape {shape}; a rule gives "
        "an array of the operand's shape, or of the result's where broadcasting made that larger"
    )
