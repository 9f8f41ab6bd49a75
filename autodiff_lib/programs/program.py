"""Programs: trace a function once, simplify it, keep it as Python source that runs by itself.

`gradient_program(f, x)` does this with the gradient of f. The source is straight-line NumPy: it
can be printed, read, copied into a file and edited.
"""

import functools
import itertools
import linecache
import math
import weakref

import numpy as np

from autodiff_lib.arrays.checks import as_number, as_python, choose
from autodiff_lib.arrays.derivatives import grad, value_and_grad
from autodiff_lib.arrays.structures import flatten, rebuild

from .agreement import check_same, check_value, copy_arrays
from .calling import compile_check, convert
from .entering import write_inputs
from .expecting import OtherPath
from .faster import PASSES
from .faster.scalars import is_scalar
from .names import preamble, spell_structure
from .pipeline import draw_from, prepare, trace_and_simplify
from .readers_names import leaf_names, parameter_names
from .returning import result_text
from .write import Page, tidy, write

_numbers = itertools.count(1)


def gradient_program(f, *arguments, argnums=0, value=False, plain=False):
    """Trace the gradient of `f` at example arguments; return it as a program, to call and to print.

    With value=True the program returns (f(...), gradient). It takes arguments of the same shapes
    and dtypes only. Python's `if` and `for` are fixed to what they did in the trace: where a
    traced value decided, the program checks it, and refuses arguments that decide otherwise.
    plain=True leaves out what only makes it faster (programs/faster): it reads as one would write
    it by hand. On small arrays there is often no difference.

    Simplifying takes out factors, so with numbers near the largest float (1e308) a program may
    overflow where `grad` does not (identities.py).
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


class Program:
    """A function as straight-line source. Call it like the function; print it to read it.

    source: the text. constants: the arrays and functions that it names, so that it runs elsewhere:
    exec(program.source, {"np": np, "math": math, **program.constants}). saved: how many steps
    each simplification replaced. count: how many the program has. graph: its results as nodes.
    """

    def __init__(self, function, arguments, names=None, name="program", results=(), faster=PASSES):
        self.function, self.results, self.faster = function, results, faster
        self.examples = tuple(map(copy_arrays, arguments))
        self.names = names = names or parameter_names(function, len(arguments))
        *steps, self.saved = trace_and_simplify(function, self.examples, names, results, faster)
        page, expected = Page(*steps), function(*arguments)
        self.count = len(page.steps)
        self.scalar = "scalars" in faster and is_scalar(page)
        self.above, self.text = write_function(self, page, name, expected)
        self.constants = page.names.constants
        run = compile_source(self.above + self.text, self.constants, name)
        self.run = with_fallback(run, function) if self.scalar else run
        self.accepts = compile_check(self.examples, self.scalar)
        check_same(self(*arguments), expected, self.examples)

    def __call__(self, *arguments, **keywords):
        if keywords or not self.accepts(*arguments):
            arguments = convert(arguments, keywords, self.examples, self.names, self.scalar)
        return self.run(*arguments)

    source = functools.cached_property(lambda self: self.above + tidy(self.text) + "\n")
    graph = property(lambda self: draw_from(self))
    __repr__ = __str__ = lambda self: self.source


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


def write_function(program, page, name, expected):
    """Return the source of a program: what stands above its function, and the function."""
    prepare(page, program.faster, program.scalar)
    parameters = write_inputs(page, program.names, program.examples, program.scalar)
    write(page)
    results, shown = [], set()
    for step, leaf in zip(page.outputs, flatten(expected), strict=True):
        results.append(result_text(page, step, leaf, shown, program.scalar))
    result = spell_structure(page.names, rebuild(expected, iter(results)))
    body = "".join(f"    {line}\n" for line in [*page.lines, f"return {result}"])
    above = "".join(f"{line}\n" for line in preamble(page.names, page.lines))
    return above + "\n" * bool(above), f"def {name}({', '.join(parameters)}):\n{body}"


def compile_source(source, constants, name):
    """Return the function that a source defines; error messages show its lines while it lives."""
    file, namespace = f"<{name} {next(_numbers)}>", {"np": np, "math": math, **constants}
    exec(compile(source, file, "exec"), namespace)
    keep_lines(namespace[name], source)
    return namespace[name]


def keep_lines(function, source):
    """Let error messages show the lines of a function's source, as long as the function lives."""
    file = function.__code__.co_filename
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    weakref.finalize(function, linecache.cache.pop, file, None).atexit = False
