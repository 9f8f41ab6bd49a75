"""Programs: trace a function once, simplify it, keep it as Python source that runs by itself.

`gradient_program(f, x)` does this with the gradient of f. The source is straight-line NumPy: it
can be printed, read, copied into a file and edited.
"""

import itertools
import linecache
import math
import weakref

import numpy as np

from autodiff_lib.arrays.checks import as_number, as_python, choose, same_structure
from autodiff_lib.arrays.derivatives import grad, value_and_grad
from autodiff_lib.arrays.operands import describe
from autodiff_lib.arrays.structures import flatten, rebuild

from .expecting import OtherPath
from .faster import PASSES
from .faster.batches import batch
from .faster.products import PRODUCTS
from .faster.reciprocals import divide_once
from .layout import LAYOUT
from .names import Names, dtype_name, dtype_text, leaf_paths, preamble, spell_structure
from .readers_names import leaf_names, parameter_names
from .simplify import operations, simplify
from .source import CALL, Page, is_part, operand_text, owner, write
from .steps import run_steps
from .trace import is_fixed, lower_to_trace, record

_numbers = itertools.count(1)


def gradient_program(f, *arguments, argnums=0, value=False, plain=False):
    """Trace the gradient of `f` at example arguments; return it as a program, to call and to print.

    With value=True the program returns (f(...), gradient). It takes arguments of the same shapes
    and dtypes only. Python's `if` and `for` are fixed to what they did in the trace: where a
    traced value decided, the program checks it, and refuses arguments that decide otherwise.
    plain=True leaves out what only makes it faster (programs/faster): it reads as one would write
    it by hand. On small arrays there is often no difference.
    """
    derivative = (value_and_grad if value else grad)(f, argnums)
    arguments, names = list(arguments), parameter_names(f, len(arguments))
    results = [None] * value
    for position in choose(arguments, argnums):
        leaves = [as_number(leaf, f"argument {position}") for leaf in flatten(arguments[position])]
        results += leaf_names(arguments[position], names[position])
        arguments[position] = rebuild(arguments[position], map(as_python, leaves))
    name = "value_and_gradient" if value else "gradient"
    check_value(f, arguments, argnums)
    return Program(derivative, arguments, names, name, results, () if plain else PASSES)


def check_value(f, arguments, argnums):
    """Raise a ValueError unless the engine's value of f is what f itself returns."""
    arrays = [
        rebuild(x, iter([np.float64(y) if type(y) is float else y for y in flatten(x)]))
        for x in map(copy_arrays, arguments)
    ]
    try:
        expected = f(*arrays)
    except (AttributeError, TypeError):
        return  # f asks of its arguments what only nodes have
    if apart := differ(value_and_grad(f, argnums)(*arguments)[0], expected, arguments):
        raise ValueError(
            f"on nodes the function returns something else than on arrays, by up to {apart:.3g}: "
            f"does it {TWICE}? If it does, an operation is wrong: please report it"
        )


TWICE = "give the same result when it is called twice (random numbers, data that it changes)"


class Program:
    """A function as straight-line source. Call it like the function; print it to read it.

    source: the text. constants: the arrays and functions that it names, so that it runs elsewhere:
    exec(program.source, {"np": np, "math": math, **program.constants}). saved: how many operations
    each simplification saved. count: how many the program has. graph: its results as nodes.
    """

    def __init__(self, function, arguments, names=None, name="program", results=(), faster=PASSES):
        self.function, self.results, self.faster = function, results, faster
        self.examples = tuple(map(copy_arrays, arguments))
        self.names = names = names or parameter_names(function, len(arguments))
        *steps, self.saved = trace_and_simplify(function, self.examples, names, results, faster)
        page, expected = Page(*steps, names, self.examples, faster), function(*arguments)
        self.source, self.constants = write_function(page, name, expected), page.names.constants
        self.count, self.scalar = len(operations(page.outputs)), page.scalar
        run = compile_source(self.source, self.constants, name)
        self.run = with_fallback(run, function) if page.scalar else run
        self.accepts = compile_check(self.examples, page.scalar)
        check_same(self(*arguments), expected, self.examples)

    def __call__(self, *arguments, **keywords):
        if keywords or not self.accepts(*arguments):
            arguments = convert(arguments, keywords, self.examples, self.names, self.scalar)
        return self.run(*arguments)

    @property
    def graph(self):
        """The program's results as steps that hold their values, made anew."""
        return draw_from(self)

    __repr__ = __str__ = lambda self: self.source


def by_position(arguments, keywords, names):
    """Return all arguments by position; refuse names that are not left to be given."""
    if not keywords:
        return arguments
    left = list(names)[len(arguments) :]
    wrong = [name for name in keywords if name not in left]
    missing = [name for name in left if name not in keywords]
    if wrong or missing:
        problem = f"{wrong[0]} cannot be given" if wrong else f"{missing[0]} is missing"
        raise TypeError(f"this program takes ({', '.join(names)}): {problem}")
    return (*arguments, *(keywords[name] for name in left))


def trace_and_simplify(function, arguments, names, results, faster):
    """Run a function on traced nodes; return inputs, simplified outputs, reads, savings."""
    trace, inputs, result = record(function, arguments, names, expands=True)
    outputs = [lower_to_trace(leaf, trace) for leaf in flatten(result)]
    known = dict(zip(all_leaf_names(arguments, names), inputs, strict=True))
    for step, name in zip(outputs, results, strict=False):
        if name is not None and step.op is not None:
            step.name = step.name or f"{known[name].name}_bar"
    everything = [*outputs, *(node for node, _, _ in trace.reads)]
    dead = {"dead code": trace.count - len(operations(everything))}
    functions = merge(LAYOUT, PRODUCTS) if "products" in faster else LAYOUT
    everything, saved = simplify(everything, functions)
    saved["done in batches"] = 0
    for name, quicken in (("reciprocals", divide_once), ("batches", batch)):
        if name in faster and (done := quicken(everything)):
            saved["done in batches"] += done * (name == "batches")
            everything, more = simplify(everything, functions)
            saved["algebra"] += more.total() * (name == "reciprocals")
    nodes = everything[len(outputs) :]
    reads = [(new, *read[1:]) for new, read in zip(nodes, trace.reads, strict=True)]
    return inputs, everything[: len(outputs)], reads, dead | saved


def all_leaf_names(arguments, names):
    """Return the names that the leaves of all arguments have by themselves."""
    pairs = zip(arguments, names, strict=True)
    return [
        leaf_name
        for argument, name in pairs
        for leaf_name, leaf in zip(leaf_names(argument, name), flatten(argument), strict=True)
        if not is_fixed(leaf)
    ]


def merge(*tables):
    """Return one table of the functions of several, in order."""
    merged = {}
    for table in tables:
        for op, functions in table.items():
            merged[op] = merged.get(op, ()) + functions
    return merged


def draw_from(program):
    """Return the results of a program as steps with their values at the examples, for pictures."""
    asked = program.function, program.examples, program.names, program.results
    inputs, outputs, *_ = trace_and_simplify(*asked, program.faster)
    leaves = [leaf for leaf in flatten(program.examples) if not is_fixed(leaf)]
    run_steps(inputs, [np.asarray(leaf)[()] for leaf in leaves], outputs)
    return tuple(outputs)


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


def write_function(page, name, expected):
    """Return the source of a program: its constants, its first line, operations and result."""
    write(page)
    results, shown = [], set()
    for node, leaf in zip(page.outputs, flatten(expected), strict=True):
        results.append(result_text(page, node, leaf, shown))
    result = spell_structure(page.names, rebuild(expected, iter(results)))
    body = "".join(f"    {line}\n" for line in [*page.lines, f"return {result}"])
    above = "".join(f"{line}\n" for line in preamble(page.names, page.lines))
    return above + "\n" * bool(above) + f"def {name}({', '.join(page.parameters)}):\n" + body


def result_text(page, node, expected, shown):
    """Return the text of a result: a plain number, or an array that shares memory with no other."""
    text = operand_text(page, node)
    if isinstance(expected, (bool, int, float)) and not isinstance(expected, np.generic):
        same = page.scalar and isinstance(expected, float) and node.dtype == np.float64
        return text if same else f"{type(expected).__name__}({text})"
    if not node.shape:
        if isinstance(expected, np.ndarray):
            return f"np.array({text}{dtype_text(expected.dtype)})"
        return f"{dtype_name(expected.dtype)}({text})"
    root = owner(page, node)
    shared = root.op is None or is_part(page, node)
    shared = shared or id(root) in shown or id(root) in page.unsure
    shown.add(id(root))
    if node.dtype != expected.dtype:
        return f"{operand_text(page, node, CALL)}.astype(np.{expected.dtype})"
    return f"{operand_text(page, node, CALL)}.copy()" if shared else text


def compile_source(source, constants, name):
    """Return the function that a source defines; error messages show its lines while it lives."""
    file = f"<{name} {next(_numbers)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    namespace = {"np": np, "math": math, **constants}
    exec(compile(source, file, "exec"), namespace)
    weakref.finalize(namespace[name], linecache.cache.pop, file, None).atexit = False
    return namespace[name]


def compile_check(examples, scalar):
    """Return a function that quickly tells whether arguments are just like the examples."""
    names, tests = Names(), [f"len(arguments) == {len(examples)}"]
    array = names.constant(np.ndarray, "array")
    for i, example in enumerate(examples):
        paths = leaf_paths(names, f"arguments[{i}]", example)
        for path, leaf in zip(paths, flatten(example), strict=True):
            if isinstance(leaf, np.ndarray):
                tests.append(f"{path}.__class__ is {array} and {path}.shape == {leaf.shape}")
                tests.append(f"{path}.dtype == {leaf.dtype.str!r}")
            elif is_fixed(leaf):
                tests.append(f"{path} is {names.constant(leaf, 'fixed')}")
            else:
                kind = names.constant(number_type(leaf, scalar), "number")
                tests.append(f"{path}.__class__ is {kind}")
    check = eval(f"lambda arguments: {' and '.join(tests)}", names.constants)

    def accepts(*arguments):
        try:
            return check(arguments)
        except (TypeError, LookupError, AttributeError):
            return False

    return accepts


def convert(arguments, keywords, examples, names, scalar):
    """Return arguments as the program takes them, or raise an error that says what differs."""
    arguments = by_position(arguments, keywords, names)
    if len(arguments) != len(examples):
        raise TypeError(f"this program takes {len(examples)} arguments ({', '.join(names)}), "
                        f"got {len(arguments)}")
    converted = []
    for name, argument, example in zip(names, arguments, examples, strict=True):
        argument = order_like(argument, example)
        if not same_structure(argument, example):
            raise ValueError(f"{name} was traced as {describe(example)}, got {describe(argument)}")
        paths = leaf_paths(Names(), name, example)
        leaves = [
            convert_leaf(leaf, wanted, path, scalar)
            for path, leaf, wanted in zip(paths, flatten(argument), flatten(example), strict=True)
        ]
        converted.append(rebuild(example, iter(leaves)))
    return converted


def order_like(argument, example):
    """Return a structure with the keys of its dicts in the order of an example."""
    if isinstance(argument, dict) and isinstance(example, dict):
        if argument.keys() == example.keys():
            return {key: order_like(argument[key], part) for key, part in example.items()}
    elif type(argument) is type(example) and isinstance(argument, (list, tuple)):
        if len(argument) == len(example):
            parts = list(map(order_like, argument, example))
            kind = type(argument)
            return kind(*parts) if hasattr(kind, "_fields") else kind(parts)
    return argument


def convert_leaf(leaf, example, path, scalar):
    """Return a leaf in the shape and dtype of the trace; refuse another shape or wider numbers."""
    if is_fixed(example):
        if leaf is example or (isinstance(example, (str, bytes)) and leaf == example):
            return leaf
        raise ValueError(f"{path} was traced as {example!r:.60}, got {leaf!r:.60}; trace again")
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
    return number_type(example, scalar)(array)


def number_type(example, scalar):
    """Return the class of an argument that is a number: Python's if the program is scalar."""
    dtype = np.asarray(example).dtype
    return {"f": float, "i": int, "u": int, "b": bool}[dtype.kind] if scalar else dtype.type


TOLERANCE = {np.dtype(np.float64): 1e-6, np.dtype(np.float32): 1e-3}


def check_same(found, expected, examples):
    """Raise a ValueError unless a program agrees with the engine at the example arguments."""
    for number, (one, other) in enumerate(zip(flatten(found), flatten(expected), strict=True)):
        if apart := differ(one, other, examples, expected):
            raise ValueError(
                f"result {number} of the program differs from what the function itself returns at "
                f"the example arguments, by up to {apart:.3g}: does the function {TWICE}? If it "
                "does, the program writer is wrong: please report it"
            )


def differ(one, other, *nearby):
    """Return by how much two results differ if that is more than rounding does, else 0.

    Compared with the largest entry: small ones are what is left of large ones that cancel. The
    widest dtypes of what is `nearby` say how much rounding does.
    """
    known = [getattr(leaf, "dtype", None) for leaf in flatten(nearby)]
    tolerance = max(TOLERANCE.get(dtype, 1e-6) for dtype in known)
    one, other = np.asarray(one), np.asarray(other)
    finite = np.abs(other[np.isfinite(other)].astype(float))
    allowed = tolerance * (finite.max(initial=0.0) + 1e-2)
    if np.allclose(one, other, rtol=0.0, atol=allowed, equal_nan=True):
        return 0
    with np.errstate(all="ignore"):
        return np.abs(one - other).max() or np.inf
