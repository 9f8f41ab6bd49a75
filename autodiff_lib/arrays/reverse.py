"""Reverse mode: run the function forward, note each operation on a tape, walk the tape backwards.

A line of the tape holds what the way back needs of one operation: for each operand that is
followed, its number (line), its shape, its rule, and what that rule asked for. Never the result
itself: so values that no rule needs die as soon as the function drops them. Operands are always
noted before results, so the tape is in topological order as it is.

Built cell by cell in notebooks/09_rules.ipynb.
"""

import numpy as np

from .node import NO_PARAMETERS, Node, evaluate, new_level

RAW = {np.ndarray, np.float64, np.float32, float, int, bool, np.bool_}  # surely no node


class Variable(Node):
    """A node of reverse mode: a value and the number of its line on the tape."""

    __slots__ = ("line",)

    def __init__(self, raw, level, line):
        self.raw, self.level, self.line = raw, level, line


def run_and_note(level, row, operands, parameters=NO_PARAMETERS):
    """Run an operation and note the way back: this is Reverse.apply."""
    values, mine, plain = [], [], True
    for position, operand in enumerate(operands):
        if type(operand) is Variable and operand.level is level:
            mine.append((position, operand.line))
            operand = operand.raw
        elif type(operand) is np.ndarray and row.remembers(position):
            operand = level.keep(operand)
        plain = plain and type(operand) in RAW
        values.append(operand)
    out = row.function(*values, **parameters) if plain else evaluate(row, values, parameters)
    if row.kind == "constant":
        return out
    edges = []
    for position, line in mine:
        rule = row.rule(position)
        if rule is not None:
            needed = rule.collect(position, out, values, parameters)
            edges.append((line, values[position].shape, rule.function, needed))
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
        if type(value) not in RAW and value.named:
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
    gradients = dict(seeds)
    for line in range(max(seeds, default=-1), -1, -1):
        if line not in gradients:
            continue
        if line in level.traced:
            name_gradient(gradients[line], level.traced[line])
        edges = level.tape[line]
        if once:
            level.tape[line] = ()
        g = gradients.pop(line) if edges else None
        for parent, shape, rule, needed in edges:
            contribution = rule(g, *needed)
            if contribution.shape != shape:
                contribution = unbroadcast(contribution, shape)
            known = gradients.get(parent)
            gradients[parent] = contribution if known is None else known + contribution
    return gradients


def name_gradient(g, node):
    """Name a traced gradient after the node it belongs to: x_bar for x."""
    if isinstance(g, Node) and g.named and g.name is None and node.name is not None:
        g.name = f"{node.name}_bar"


def unbroadcast(g, shape):
    """Sum `g` over the axes along which an operand of this shape was copied by broadcasting."""
    extra = g.ndim - len(shape)
    copied = tuple(range(extra)) + tuple(
        axis + extra for axis, size in enumerate(shape) if size == 1 and g.shape[axis + extra] != 1
    )
    return np.sum(g, axis=copied, keepdims=True).reshape(shape) if copied else g
