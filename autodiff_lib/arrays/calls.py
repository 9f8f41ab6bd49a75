"""How a call reaches its row: which row, and which of the arguments are operands."""

import importlib
import inspect

import numpy as np

from .messages import explain_method, explain_missing_row, explain_signature, module_of

COMPOSED = {}  # np.dot: a function that computes it with operations that have rows


def call_numpy(rows, function, arguments, keywords, method="__call__"):
    """Run a NumPy function that was called with a node: its row, or what it is composed of."""
    if method != "__call__":
        raise NotImplementedError(explain_method(function, method))
    row = rows.get(function)
    if row is None and module_of(function) == "scipy.special":
        importlib.import_module("autodiff_lib.table.special")  # its rows, from here on
        row = rows.get(function)
    if row is not None:
        operands, parameters = row.bind(*arguments, **keywords)
        return row(*operands, **parameters)
    composed = COMPOSED.get(function)
    if composed is not None:
        return composed(*arguments, **keywords)
    raise NotImplementedError(explain_missing_row(function))


def bind_arguments(row, *arguments, **keywords):
    """Split the arguments of a call into operands and parameters, as the row's signature says."""
    count = len(arguments) if row.variadic else len(row.operands)
    if len(arguments) == count and not keywords:
        return arguments, row.parameters
    named = dict(zip(row.parameters, arguments[count:], strict=False)) | keywords
    named = {
        name: own_parameter(value) for name, value in named.items()
        if name in row.parameters or not says_nothing(name, value)
    }
    unknown = [name for name in named if name not in row.parameters]
    if unknown or len(arguments) < count or len(arguments) > count + len(row.parameters):
        raise TypeError(explain_signature(row, unknown))
    return arguments[:count], {**row.parameters, **named}


def says_nothing(name, value):
    """Tell whether a keyword asks for what happens anyway: out=None, where=True."""
    return value is None or (name in ("where", "subok") and value is True) or (
        name == "casting" and isinstance(value, str) and value == "same_kind")


def own_parameter(parameter):
    """Copy lists and arrays among the parameters: they are needed again on the way back."""
    if isinstance(parameter, (list, tuple)):
        return tuple(map(own_parameter, parameter))
    return parameter.copy() if isinstance(parameter, np.ndarray) else parameter


KINDS = {
    "elementwise": "entry i of the result depends on entry i of each operand, and on no other",
    "linear": "linear in all its operands together: forward mode applies it to the tangents",
    "multilinear": "linear in each operand with a rule: forward mode replaces one at a time",
    "general": "none of these: forward mode transposes the rules",
    "constant": "no gradient flows back: comparisons, rounding, positions",
}


WRITTEN = {  # columns that programs read: how to write a row, or to run it on a batch
    "symbol": "what stands between two operands, such as '+'",
    "template": "how it is written, for `format`: '{x}.reshape({shape})'; a pair: first that "
                "without parameters",
    "scalar": "how it is written for Python's own numbers: 'math.sin', or a text",
    "bare": "the parameter that is written without its own brackets: x[1, 2], x.reshape(2, 3)",
    "adds_to": "'zeros' or 'x', if it takes lines of its own: zeros or a copy, then `+=` at a key",
    "commutes": "whether programs may turn its two operands round",
    "view": "whether the result may show the memory of its first operand; 'repeated': one entry in "
            "several places",
    "view_alone": "whether it may do so where it has one operand only",
    "result_shape": "the shape of the result by those of its operands and its parameters, where "
            "programs make such steps and it neither works entry by entry nor has `keepdims`",
    "least": "the least value that its results can have, where there is one",
    "composed": "whether it is traced as the NumPy calls that its function makes",
    "batch": "how it runs on a batch, where its kind does not say: a name in batching.RULES",
}


def check_row(row, rules):
    """Refuse a kind of row that no engine knows, and rules for what is no operand."""
    if row.kind not in KINDS:
        raise ValueError(f"the kind of a row is one of {', '.join(KINDS)}, not {row.kind!r}")
    for name in rules:
        if name not in row.operands:
            raise ValueError(f"row {row.op!r} has a rule for {name!r}, which is no operand")


def names_of_arguments(function):
    """Return what a rule calls its arguments: a def, a lambda, a partial, or a ufunc of g."""
    if isinstance(function, np.ufunc):
        return ("g",) * function.nin
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is not None and not inspect.ismethod(function):
        return code.co_varnames[: code.co_argcount]
    known = inspect.signature(function).parameters.values()
    return tuple(p.name for p in known if p.default is p.empty and p.kind < p.VAR_POSITIONAL)
