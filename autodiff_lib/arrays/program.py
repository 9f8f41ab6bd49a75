"""Programs: trace a function once, simplify it, keep it as Python source that runs by itself.

`gradient_program(f, x)` does this with the gradient of f. The source is straight-line NumPy: it
can be printed, read, copied into a file and edited.

Built cell by cell in notebooks/15_gradient_programs.ipynb.
"""

import itertools
import linecache

import numpy as np

from .batches import batch
from .derivatives import grad, value_and_grad
from .node import describe
from .simplify import operations, simplify
from .source import CALL, OtherPath, Page, is_view, operand_text, owner, write
from .structures import as_number, flatten, plain, rebuild, same_structure
from .trace import lower_to_trace, parameter_names, record

_numbers = itertools.count(1)


def gradient_program(f, *arguments, argnums=0, value=False):
    """Trace the gradient of `f` at example arguments; return it as a program, to call and to print.

    With value=True the program returns (f(...), gradient). It takes arguments of the same shapes
    and dtypes only. Python's `if` and `for` are fixed to what they did in the trace: where a
    traced value decided, the program checks it, and refuses arguments that decide otherwise.
    """
    derivative = (value_and_grad if value else grad)(f, argnums)
    arguments, names = list(arguments), parameter_names(f, len(arguments))
    for position in argnums if isinstance(argnums, tuple) else (argnums,):
        leaves = [as_number(leaf, f"argument {position}") for leaf in flatten(arguments[position])]
        arguments[position] = rebuild(arguments[position], map(plain, leaves))
    return Program(derivative, arguments, names, "value_and_gradient" if value else "gradient")


class Program:
    """A function as straight-line source. Call it like the function; print it to read it.

    source: the text. saved: how many operations each simplification saved. count: how many the
    program has. graph: its results as nodes.
    """

    def __init__(self, function, arguments, names=None, name="program"):
        self.function, self.examples = function, tuple(map(copy_arrays, arguments))
        self.names = names or parameter_names(function, len(arguments))
        *nodes, self.saved = trace_and_simplify(function, self.examples, self.names)
        page, expected = Page(*nodes), function(*arguments)
        self.count, self.scalar = len(operations(page.outputs)), page.scalar
        self.source = write_function(page, name, self.names, self.examples, expected)
        run = compile_source(self.source, page.namespace, name)
        self.run = with_fallback(run, function) if page.scalar else run
        self.accepts = compile_check(self.names, self.examples, page.scalar)
        check_same(self(*arguments), expected)

    def __call__(self, *arguments):
        if not self.accepts(*arguments):
            arguments = convert(arguments, self.examples, self.names, self.scalar)
        return self.run(*arguments)

    @property
    def graph(self):
        """The program's results as nodes, made anew from the example arguments."""
        return tuple(trace_and_simplify(self.function, self.examples, self.names)[1])

    def __repr__(self):
        return self.source


def trace_and_simplify(function, arguments, names):
    """Run a function on traced nodes; return inputs, simplified outputs, reads, savings."""
    trace, inputs, result = record(function, arguments, names)
    outputs = [lower_to_trace(leaf, trace) for leaf in flatten(result)]
    everything = [*outputs, *(node for node, _, _ in trace.reads)]
    dead = {"dead code": trace.count - len(operations(everything))}
    everything, saved = simplify(everything)
    saved["done in batches"] = batch(everything)
    if saved["done in batches"]:
        everything, _ = simplify(everything)
    nodes = everything[len(outputs) :]
    reads = [(new, *read[1:]) for new, read in zip(nodes, trace.reads, strict=True)]
    return inputs, everything[: len(outputs)], reads, dead | saved


def with_fallback(run, function):
    """Return `run`, but where Python's math raises, ask the engine, which says inf or nan."""

    def careful(*arguments):
        try:
            return run(*arguments)
        except (ZeroDivisionError, OverflowError, ValueError) as error:
            if isinstance(error, OtherPath):
                raise
            return function(*arguments)

    return careful


def copy_arrays(argument):
    """Return a structure with its arrays copied."""
    leaves = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in flatten(argument)]
    return rebuild(argument, iter(leaves))


def write_function(page, name, names, examples, expected):
    """Return the source of a program: its first line, where the inputs are, operations, result."""
    write(page)
    pairs = zip(names, examples, strict=True)
    paths = [path for parameter, example in pairs for path in leaf_paths(parameter, example)]
    unpacked = [
        f"{page.text[id(node)][0]} = {path}"
        for node, path in zip(page.inputs, paths, strict=True)
        if page.text[id(node)][0] != path
    ]
    results, shown = [], set()
    for node, leaf in zip(page.outputs, flatten(expected), strict=True):
        results.append(result_text(page, node, leaf, shown))
    result = spell_structure(rebuild(expected, iter(results)))
    body = [*unpacked, *page.lines, f"return {result}"]
    return f"def {name}({', '.join(names)}):\n" + "".join(f"    {line}\n" for line in body)


def result_text(page, node, expected, shown):
    """Return the text of a result: a plain number, or an array that shares memory with no other."""
    text = operand_text(page, node)
    if isinstance(expected, float):
        return text if page.scalar else f"float({text})"
    if not node.shape:
        kind = "array" if isinstance(expected, np.ndarray) else expected.dtype
        return f"np.{kind}({text})"
    root = owner(page, node)
    part = is_view(node) and node.size != root.size
    shared = root.op is None or part or id(root) in shown or id(root) in page.unsure
    shown.add(id(root))
    if node.dtype != expected.dtype:
        return f"{operand_text(page, node, CALL)}.astype(np.{expected.dtype})"
    return f"{operand_text(page, node, CALL)}.copy()" if shared else text


def leaf_paths(text, argument):
    """Return how the source reaches each leaf of an argument: params["W1"], layers[0][1]."""
    if isinstance(argument, dict):
        parts = [leaf_paths(f"{text}[{key!r}]", part) for key, part in argument.items()]
    elif isinstance(argument, (list, tuple)):
        parts = [leaf_paths(f"{text}[{i}]", part) for i, part in enumerate(argument)]
    else:
        return [text]
    return [path for part in parts for path in part]


def spell_structure(structure):
    """Return the text of a structure whose leaves are texts."""
    if isinstance(structure, dict):
        parts = [f"{key!r}: {spell_structure(part)}" for key, part in structure.items()]
        return "{" + ", ".join(parts) + "}"
    if isinstance(structure, (list, tuple)):
        parts = ", ".join(map(spell_structure, structure))
        if isinstance(structure, list):
            return f"[{parts}]"
        return f"({parts}{',' * (len(structure) == 1)})"
    return structure


def compile_source(source, namespace, name):
    """Return the function that a source defines; error messages will show its lines."""
    file = f"<{name} {next(_numbers)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    exec(compile(source, file, "exec"), namespace)
    return namespace[name]


def compile_check(names, examples, scalar):
    """Return a function that quickly tells whether arguments are just like the examples."""
    tests = []
    for name, example in zip(names, examples, strict=True):
        for path, leaf in zip(leaf_paths(name, example), flatten(example), strict=True):
            if isinstance(leaf, np.ndarray):
                tests.append(f"{path}.__class__ is ndarray and {path}.shape == {leaf.shape}")
                tests.append(f"{path}.dtype == {leaf.dtype.str!r}")
            else:
                tests.append(f"{path}.__class__ is {'float' if scalar else 'float64'}")
    known = {"ndarray": np.ndarray, "float64": np.float64, "float": float}
    check = eval(f"lambda {', '.join(names)}: {' and '.join(tests) or True}", known)

    def accepts(*arguments):
        try:
            return check(*arguments)
        except (TypeError, LookupError, AttributeError):
            return False

    return accepts


def convert(arguments, examples, names, scalar):
    """Return arguments as the program takes them, or raise an error that says what differs."""
    if len(arguments) != len(examples):
        raise TypeError(f"this program takes {len(examples)} arguments ({', '.join(names)}), "
                        f"got {len(arguments)}")
    converted = []
    for name, argument, example in zip(names, arguments, examples, strict=True):
        if not same_structure(argument, example):
            raise ValueError(f"{name} was traced as {describe(example)}, got {describe(argument)}")
        leaves = [
            convert_leaf(leaf, wanted, path, scalar)
            for path, leaf, wanted in zip(
                leaf_paths(name, example), flatten(argument), flatten(example), strict=True)
        ]
        converted.append(rebuild(example, iter(leaves)))
    return converted


def convert_leaf(leaf, example, path, scalar):
    """Return a leaf in the shape and dtype of the trace; refuse another shape or wider numbers."""
    wanted = np.asarray(example)
    known = isinstance(leaf, (np.ndarray, np.generic)) or (
        isinstance(leaf, (bool, int)) and wanted.dtype.kind in "biu")
    array = np.asarray(leaf) if known else as_number(leaf, path)
    if array.shape != wanted.shape or not np.can_cast(array.dtype, wanted.dtype, "safe"):
        raise ValueError(
            f"{path} was traced with shape {wanted.shape} and dtype {wanted.dtype}, got shape "
            f"{array.shape} and dtype {array.dtype}; trace again: gradient_program(f, ...)"
        )
    if isinstance(example, np.ndarray):
        return np.asarray(array, wanted.dtype)
    return float(array) if scalar else wanted.dtype.type(array)


def check_same(found, expected):
    """Raise a ValueError unless a program agrees with the engine at the example arguments."""
    for one, other in zip(flatten(found), flatten(expected), strict=True):
        precise = np.asarray(other).dtype == np.float64
        if not np.allclose(one, other, rtol=1e-6 if precise else 1e-3, atol=1e-8, equal_nan=True):
            raise ValueError(
                "the program and the function it was traced from differ at the example arguments: "
                "does the function give the same result when it is called twice (random numbers)?"
            )
