"""The rule table: one row per operation, read by every engine of this package.

A row says what NumPy computes and, for each operand, which gradient flows back to it:

    Row("mul", operator.mul, "x, y", x=lambda g, y: g * y, y=lambda g, x: g * x)

`g` is the gradient of the result (its cotangent). A rule names what else it needs, and reverse
mode keeps nothing more: an operand (`x`), the result (`out`), a parameter of the operation
(`axis`), the shape of the operand whose rule it is (`x_shape`), its place among several (`position`
of "*xs"). Rules are written with operators,
NumPy functions and rows, so they run on plain arrays, on nodes (for higher derivatives) and on the
tracer alike. They need not undo broadcasting: the engine does that, once, for all of them
(`unbroadcast`). For higher derivatives a rule is differentiated again: what it puts in as a
constant has derivative 0 there.

An *engine* is what runs a function on nodes: reverse mode, forward mode, and the tracer, which
writes the operations down.
"""

import functools
import inspect

import numpy as np

from .calls import WRITTEN, bind_arguments, check_row, names_of_arguments
from .messages import explain_known, explain_missing_rule, explain_need
from .operands import explain_shape


class Row:
    """One operation: name, what computes it, its signature, its kind, one rule per operand.

    signature: "x, y, axis=None": the operands, then the parameters with their defaults; "*xs"
    stands for any number of operands. `numpy` is the NumPy function that users call, where
    `function` is another one; `bind` reads its arguments. `x=None` says that no gradient flows
    to x. `kind_of_rule` is the class of its rules, where they add up what they send in a way of
    their own (`shapes.PartRule`). The other columns are for programs: see `calls.WRITTEN`. Called
    like a function, a row runs at the level of its first node, or at once.
    """

    def __init__(self, op, function, signature, kind="general", /, *, numpy=None, bind=None,
                 kind_of_rule=None, **columns):
        self.op, self.function, self.kind, self.numpy = op, function, kind, numpy or function
        self.operands, self.parameters = parse_signature(signature)
        self.variadic = signature[0] == "*"
        self.bind = bind or functools.partial(bind_arguments, self)
        self.kind_of_rule = kind_of_rule or Rule
        for name in WRITTEN:
            setattr(self, name, columns.pop(name, None))
        self.rules = Rules(self, columns)

    def __call__(self, *operands, **parameters):
        if len(parameters) < len(self.parameters):
            parameters = {**self.parameters, **parameters}
        for operand in operands:
            if hasattr(operand, "level"):
                return operand.level.apply(self, operands, parameters)
        return self.function(*operands, **parameters)

    def __repr__(self):
        names = ", ".join([*self.operands, *self.parameters])
        return f"Row({self.op!r}, {names})"


def parse_signature(signature):
    """Return ("x", "y") and {"axis": None} for "x, y, axis=None"; such a pair is left as it is."""
    if not isinstance(signature, str):
        return signature
    known = inspect.signature(eval(f"lambda {signature}: 0")).parameters
    given = {name: p.default for name, p in known.items()}
    names = tuple(x for x in given if given[x] is inspect.Parameter.empty)
    return names, {x: given[x] for x in given if x not in names}


class Rules(dict):
    """The rules of a row by the position of their operand; None where no gradient flows."""

    def __init__(self, row, rules):
        check_row(row, rules)
        self.row = row
        for name, rule in rules.items():
            position = row.operands.index(name)
            self[position] = rule and row.kind_of_rule(rule, name, row)
        self.ask_for = {name for rule in self.values() if rule for name in rule.needs}

    def __missing__(self, position):
        if self.row.variadic and self:
            return self[0]
        raise NotImplementedError(explain_missing_rule(self.row, position))


class Rule:
    """A vector-Jacobian rule: its `function` of (g, ...), and `take`, which gathers the rest.

    `take(values, out, parameters, position)` returns what the rule asks for by name, in order:
    that is all that reverse mode has to keep for it.
    """

    def __init__(self, function, operand, row):
        self.function, self.op = function, row.op
        self.needs = names_of_arguments(function)[1:]
        self.take = taker(self.needs, operand, row)

    def __repr__(self):
        return f"({', '.join(['g', *self.needs])}) of {self.op}"

    def add(self, gradients, line, g, needed, shape):
        """Pull `g` back, undo broadcasting, add to what has arrived at this line of the tape.

        Raises a ValueError if the rule is wrong: what it returns does not fit the operand.
        """
        part = sent = self.function(g, *needed)
        if getattr(sent, "shape", None) != shape:
            part = unbroadcast(sent, shape) if np.ndim(sent) >= len(shape) else sent
            if getattr(part, "shape", None) != shape:
                raise ValueError(explain_shape(self, sent, shape))
        gradients[line] = gradients[line] + part if line in gradients else part


def taker(needs, operand, row):
    """Return the function that gathers what a rule asks for by name, from all that is known.

    Known are the operands' values, the result, the parameters, and of the operand whose rule it is
    the position and the shape. Python compiles the function from its text, for it is called at each
    operation: `(values[0], out, )` takes a sixth of the time that a look into tables takes. Raises
    ValueError where a name is not known.
    """
    known = {name: f"values[{i}]" for i, name in enumerate(row.operands)}
    if row.variadic:
        known = {operand: "values"}
    known |= {"out": "out", "position": "position", f"{operand}_shape": "values[position].shape"}
    known |= {name: f"parameters[{name!r}]" for name in row.parameters}
    for name in needs:
        if name not in known:
            raise ValueError(explain_need(row, name, operand))
    return gathering("".join(f"{known[name]}, " for name in needs))


@functools.cache
def gathering(text):
    """Return the function that gathers what a text names; most rules ask for the same."""
    return eval(f"lambda values, out, parameters, position: ({text})")


ROWS = {}  # "mul": its row
OWN_ROWS = set()  # those of this package: of others we do not know whether they return views
BY_FUNCTION = {}  # np.multiply: the same row


def add_rows(*rows):
    """Enter rows into the table: from here on every engine knows these operations.

    NumPy's functions find their rows themselves; a row is the function of another one. A row for a
    function that is composed of rows (np.sinc) goes before the composition.
    """
    for row in rows:
        if known := ROWS.get(row.op) or BY_FUNCTION.get(row.numpy):
            raise ValueError(explain_known(known))
        ROWS[row.op] = BY_FUNCTION[row.numpy] = row


def remove_row(op):
    """Take a row out of the table again (a notebook that is run twice needs this)."""
    row = ROWS.pop(op)
    del BY_FUNCTION[row.numpy]


def unbroadcast(g, shape):
    """Sum `g` over the axes along which an operand of this shape was copied by broadcasting.

    First those in front that the operand lacks, then those along which it has size 1. If something
    else made the shapes differ, the result has another shape.
    """
    extra, add_up = np.ndim(g) - len(shape), ROWS["sum"]
    if extra > 0:
        g = add_up(g, axis=tuple(range(extra)))
    if np.shape(g) != shape:
        ones = tuple(axis for axis, size in enumerate(shape) if size == 1)
        g = add_up(g, axis=ones, keepdims=True)
    return g
