"""Reverse mode: run the function forward, remember one step per operation, walk back.

A *step* is what must be kept of an operation: for each operand that is followed, the operand's
own step, the rule, and what the rule asked for. Never a node: so values that no rule needs die as
soon as the function drops them. Steps are numbered as they are made, and operands are always made
before results: the numbers are a topological order.

Built cell by cell in notebooks/09_rules.ipynb.
"""

import itertools

import numpy as np

from .node import NO_PARAMETERS, Node, evaluate, new_level


class Step:
    """One operation on the way back: `edges` holds (operand's step, rule, what the rule needs).

    `traced` is the tracer's node of the result, so that its gradient can be named after it.
    """

    __slots__ = ("number", "shape", "edges", "traced")

    def __init__(self, number, shape, edges, traced=None):
        self.number, self.shape, self.edges, self.traced = number, shape, edges, traced


class Variable(Node):
    """A node of reverse mode: a value and the step that made it."""

    __slots__ = ("step",)

    def __init__(self, raw, level, step):
        self.raw, self.level, self.step = raw, level, step


class Reverse:
    """One reverse pass. `keep` protects constant arrays that the way back needs (see guard)."""

    def __init__(self, keep):
        self.number = new_level()
        self.next_number = itertools.count().__next__
        self.keep = keep
        self.finished = False

    def input(self, value):
        """Return a variable that holds `value`: the walk back ends here."""
        if type(value) is np.ndarray:
            value = self.keep(value)
        traced = value if isinstance(value, Node) and value.named else None
        return Variable(value, self, Step(self.next_number(), value.shape, (), traced))

    def apply(self, row, operands, parameters=NO_PARAMETERS):
        """Run an operation and note the way back."""
        values, mine = [], []
        for position, operand in enumerate(operands):
            if isinstance(operand, Variable) and operand.level is self:
                mine.append((position, operand.step))
                operand = operand.raw
            elif type(operand) is np.ndarray and row.remembers[0 if row.variadic else position]:
                operand = self.keep(operand)
            values.append(operand)
        out = evaluate(row, values, parameters)
        return out if row.kind == "constant" else self.record(row, out, values, mine, parameters)

    def record(self, row, out, values, mine, parameters):
        """Return `out` as a variable whose step leads back to those operands that are mine."""
        if self.finished:
            raise ValueError(ESCAPED)
        edges = []
        for position, step in mine:
            rule = row.rule(position)
            if rule is not None:
                edges.append((step, rule.function, rule.collect(position, out, values, parameters)))
        traced = out if isinstance(out, Node) and out.named else None
        return Variable(out, self, Step(self.next_number(), out.shape, edges, traced))


ESCAPED = (
    "a node was used after its derivative was finished: it escaped from the differentiated "
    "function (a global, an attribute, a list); return it from the function instead"
)


def reachable(outputs):
    """Collect every step that the outputs were made from, and themselves, without recursion."""
    found, waiting = set(outputs), list(outputs)
    while waiting:
        step = waiting.pop()
        for parent, _, _ in step.edges:
            if parent.number >= step.number:
                raise ValueError("the steps form a cycle: an operand is newer than its result")
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def backward(seeds):
    """Return {step: gradient} for the inputs, given {step: gradient} of the outputs.

    Steps are visited from the highest number down, so all contributions to a step have arrived
    and are added up before it sends anything on.
    """
    gradients = dict(seeds)
    for step in sorted(reachable(seeds), key=lambda step: step.number, reverse=True):
        if step.traced is not None:
            step.traced.level.note_gradient(gradients[step], step.traced)
        if not step.edges:
            continue
        g = gradients.pop(step)
        for parent, rule, needed in step.edges:
            contribution = rule(g, *needed)
            if contribution.shape != parent.shape:
                contribution = unbroadcast(contribution, parent.shape)
            known = gradients.get(parent)
            gradients[parent] = contribution if known is None else known + contribution
    return gradients


def unbroadcast(g, shape):
    """Sum `g` over the axes along which an operand of this shape was copied by broadcasting."""
    extra = g.ndim - len(shape)
    copied = tuple(range(extra)) + tuple(
        axis + extra for axis, size in enumerate(shape) if size == 1 and g.shape[axis + extra] != 1
    )
    return np.sum(g, axis=copied, keepdims=True).reshape(shape) if copied else g
