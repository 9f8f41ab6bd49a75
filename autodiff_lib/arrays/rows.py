"""The rule table: one row per operation, read by every engine of this package.

A row says what NumPy computes and, for each operand, which gradient flows back to it:

    Row("mul", operator.mul, "x, y", x=lambda g, y: g * y, y=lambda g, x: g * x)

`g` is the gradient of the result (its cotangent). A rule names what else it needs, and reverse
mode keeps nothing more: an operand (`x`), the result (`out`), the shape of an operand (`x_shape`)
or a parameter of the operation (`axis`). Rules are written with operators and NumPy functions, so
they run on plain arrays, on nodes (for higher derivatives) and on the tracer alike. They need not
undo broadcasting: the engine does that, once, for all of them (`unbroadcast`). For higher
derivatives a rule is differentiated again: what it puts in as a constant has derivative 0 there.

An *engine* is what runs a function on nodes: reverse mode, forward mode, and the tracer, which
writes the operations down.
"""

import ast
import functools
import inspect

import numpy as np

KINDS = {
    "elementwise": "entry i of the result depends on entry i of each operand, and on no other",
    "linear": "linear in all its operands together: forward mode applies it to the tangents",
    "multilinear": "linear in each operand with a rule: forward mode replaces one at a time",
    "general": "none of these: forward mode transposes the rules",
    "constant": "no gradient flows back: comparisons, rounding, positions",
}


class Row:
    """One operation: name, what computes it, its signature, its kind, one rule per operand.

    signature: "x, y, axis=None": the operands, then the parameters with their defaults; "*xs"
    stands for any number of operands. `numpy` is the NumPy function that users call, where
    `function` is another one. `x=None` says that no gradient flows to x. `in_place(total, g, ...)`
    adds to an array what the rule, asking for the same, would return as an array mostly of zeros.
    """

    def __init__(self, op, function, signature, kind="general", numpy=None, bind=None, **rules):
        if kind not in KINDS:
            raise ValueError(f"the kind of a row is one of {', '.join(KINDS)}, not {kind!r}")
        self.op, self.function, self.kind, self.numpy = op, function, kind, numpy or function
        self.variadic = signature[0] == "*"
        self.operands, self.parameters = parse_signature(signature)
        self.in_place = rules.pop("in_place", None)
        if self.in_place and len(self.operands) > 1:
            raise ValueError(f"row {op!r} has {len(self.operands)} operands; in_place is for one")
        self.bind = bind or functools.partial(bind_arguments, self)
        self.rules = Rules(self, rules)
        self.asked = {name for rule in self.rules.values() if rule for name in rule.needs}

    def remembers(self, position):
        """Tell whether some rule asks for the operand at `position`."""
        return self.operands[0 if self.variadic else position] in self.asked

    def __repr__(self):
        return f"Row({self.op!r}, {', '.join([*self.operands, *self.parameters])})"


def bind_arguments(row, *arguments, **keywords):
    """Split the arguments of a call into operands and parameters, as the row's signature says."""
    count = len(arguments) if row.variadic else len(row.operands)
    if len(arguments) == count and not keywords:
        return arguments, row.parameters
    named = dict(zip(row.parameters, arguments[count:], strict=False)) | keywords
    named = {name: own(value) for name, value in named.items()}
    unknown = [name for name in named if name not in row.parameters]
    if unknown or len(arguments) < count or len(arguments) > count + len(row.parameters):
        raise TypeError(explain_signature(row, unknown))
    return arguments[:count], {**row.parameters, **named}


def own(parameter):
    """Copy lists and arrays among the parameters: they are needed again on the way back."""
    if isinstance(parameter, (list, tuple)):
        return tuple(map(own, parameter))
    return parameter.copy() if isinstance(parameter, np.ndarray) else parameter


class Rules(dict):
    """The rules of a row by the position of their operand; None where no gradient flows."""

    def __init__(self, row, rules):
        self.row = row
        for name, rule in rules.items():
            if name not in row.operands:
                raise ValueError(f"row {row.op!r} has a rule for {name!r}, which is no operand")
            self[row.operands.index(name)] = rule and Rule(rule, row)

    def __missing__(self, position):
        if self.row.variadic and self:
            return self[0]
        name = self.row.operands[0 if self.row.variadic else position]
        raise NotImplementedError(explain_missing_rule(self.row, name))


class Rule:
    """A vector-Jacobian rule: its `function` of (g, ...), and `collect`, which gathers the rest.

    `collect(position, out, operands, parameters)` returns what the rule asks for, in order:
    exactly what reverse mode has to keep for it.
    """

    def __init__(self, function, row):
        code = inspect.unwrap(function).__code__
        self.function, self.in_place, self.op = function, row.in_place, row.op
        self.needs = code.co_varnames[1 : code.co_argcount]
        sources = [find_source(name, row) for name in self.needs]
        gather = "".join(source + ", " for source in sources)
        self.collect = eval(f"lambda position, out, operands, parameters: ({gather})")

    def __repr__(self):
        return f"(g, {', '.join(self.needs)})".replace(", )", ")") + f" of {self.op}"


def find_source(name, row):
    """Return the expression that finds what a rule calls `name` among what a call has at hand."""
    whole, is_shape, _ = name.partition("_shape")
    if row.variadic and name == row.operands[0]:
        return "operands"
    if whole in row.operands and not row.variadic:
        return f"operands[{row.operands.index(whole)}]{'.shape' if is_shape else ''}"
    if name in row.parameters:
        return f"parameters[{name!r}]"
    if name in ("out", "position"):
        return name
    known = [*row.operands, *(x + "_shape" for x in row.operands), *row.parameters]
    raise ValueError(
        f"a rule of row {row.op!r} asks for {name!r}; after g it can ask for "
        f"{', '.join([*known, 'out'])}"
    )


def parse_signature(signature):
    """Return ("x", "y") and {"axis": None} for "x, y, axis=None"; such a pair is left as it is."""
    if not isinstance(signature, str):
        return signature
    parts = [part.strip().partition("=") for part in signature.split(", ")]
    operands = tuple(name.lstrip("*") for name, equals, _ in parts if not equals)
    return operands, {name: ast.literal_eval(default) for name, eq, default in parts if eq}


ROWS = {}  # "mul": its row
OWN_ROWS = set()  # those of this package: of others we do not know whether they return views
BY_FUNCTION = {}  # np.multiply: the same row


def add_rows(*rows):
    """Enter rows into the table: from here on every engine knows these operations.

    NumPy's functions find their rows themselves; `operation(row)` is the function of another one.
    """
    for row in rows:
        known = ROWS.get(row.op) or BY_FUNCTION.get(row.numpy)
        if known is not None:
            raise ValueError(f"the table already has {known}; remove_row({known.op!r}) first")
        ROWS[row.op] = row
        BY_FUNCTION[row.numpy] = row


def remove_row(op):
    """Take a row out of the table again (a notebook that is run twice needs this)."""
    row = ROWS.pop(op)
    del BY_FUNCTION[row.numpy]


def explain_missing_rule(row, name):
    """Return the error text for a gradient that a row does not provide."""
    arguments = ", ".join([*row.operands, *row.parameters])
    return (
        f"{row.op}({arguments}) has no rule for {name}, so its gradient would be lost; give its "
        f"row one: {name}=lambda g, {name}: ..., or {name}=None if no gradient flows there"
    )


def explain_signature(row, unknown):
    """Return the error text for a call that a row's signature does not cover."""
    defaults = [f"{name}={default!r}" for name, default in row.parameters.items()]
    complaint = f", not {', '.join(unknown)}" if unknown else ""
    advice = advise(unknown)
    return f"{row.op} of a node takes ({', '.join([*row.operands, *defaults])}){complaint}{advice}"


def advise(keywords):
    """Return what to write instead of keywords that NumPy's functions take and nodes do not."""
    return "".join(f"; {INSTEAD[name]}" for name in keywords if name in INSTEAD)


INSTEAD = {
    "out": "a result is a new array: write a = a + x, not a += x, and y = np.exp(x), not out=y",
    "where": "choose before, with x[condition] or np.where(condition, x, 0.0)",
    "dtype": "write x.astype(dtype) for x",
    "initial": "write np.append(x, initial) for x",
}
