"""Programs: trace a function once, simplify it, keep it as Python source that runs by itself.

`gradient_program(f, x)` does this with the gradient of f. The source is straight-line NumPy: it
can be printed, read, copied into a file and edited.
"""

import functools

from autodiff_lib.arrays.checks import as_python, choose, own
from autodiff_lib.arrays.derivatives import grad, lift, value_and_grad
from autodiff_lib.arrays.structures import flatten, rebuild

from .agreement import check_same, check_value
from .calling import compile_check, convert
from .collector import collector_paused
from .entering import write_inputs
from .error_lines import with_lines
from .faster import PASSES
from .faster.scalars import is_scalar, with_fallback
from .page import Page
from .pipeline import draw_from, prepare, trace_and_simplify
from .program import compile_source, write_function
from .readers_names import parameter_names
from .returning import result_text
from .write import tidy, write


def gradient_program(f, *arguments, argnums=0, value=False, plain=False):
    """Trace the gradient of `f` at example arguments; return it as a program, to call and to print.

    With value=True the program returns (f(...), gradient). It takes arguments of the same shapes
    and dtypes only. Python's `if` and `for` are fixed to what they did in the trace: where a
    traced value decided, the program checks it, and refuses arguments that decide otherwise.
    What f takes from outside its arguments is frozen without a check: a global that changes later,
    an array changed in place. Make it an argument. (Random numbers are refused: f is run twice.)
    plain=True leaves out what only makes it faster (programs/faster): it reads as one would write
    it by hand. On small arrays there is often no difference.

    Simplifying changes the order of roundings. A program may differ from `grad` where numbers
    nearly cancel, overflow where it does not (near 1e308), give inf where it gives nan (inf - inf),
    a number where it gives inf or nan (products that overflow are regrouped), and give a zero the
    other sign (identity_rows.py).
    """
    derivative = (value_and_grad if value else grad)(f, argnums)
    arguments, _ = lift(arguments, argnums, as_python)
    names, chosen = parameter_names(f, len(arguments)), choose(arguments, argnums)
    name = "value_and_gradient" if value else "gradient"
    faster, check = () if plain else PASSES, functools.partial(check_value, f, argnums, value)
    return Program(derivative, arguments, names, name, chosen, faster, check)


class Program:
    """A function as straight-line source. Call it like the function; print it to read it.

    source: the text. constants: the arrays and functions that it names, so that it runs elsewhere:
    exec(program.source, {"np": np, "math": math, **program.constants}). saved: how many steps
    each simplification replaced. count: how many the program has. graph: its results as nodes.
    check: a function that returns the same, and checks more; it runs once.
    """

    @collector_paused()
    def __init__(self, function, arguments, names=None, name="program", argnums=(), faster=PASSES,
                 check=None):
        self.function, self.argnums, self.faster = function, argnums, faster
        self.examples = rebuild(tuple(arguments), map(own, flatten(arguments)))
        self.names = names = names or parameter_names(function, len(arguments))
        *steps, self.saved = trace_and_simplify(function, self.examples, names, argnums, faster)
        page, expected = Page(*steps), (check or function)(*arguments)
        self.count, self.constants = len(page.steps), page.names.constants
        self.scalar = "scalars" in faster and is_scalar(page)
        self.above, self.text = write_program(self, page, name, expected)
        self.run = compile_program(self, name)
        self.accepts = compile_check(self.examples, self.scalar)
        check_same(self(*arguments), expected, self.examples)

    def __call__(self, *arguments, **keywords):
        if keywords or not self.accepts(*arguments):
            arguments = convert(self, arguments, keywords)
        return self.run(*arguments)

    source = functools.cached_property(lambda self: self.above + tidy(self.text) + "\n")
    graph = property(lambda self: draw_from(self))
    __repr__ = __str__ = lambda self: self.source


def write_program(program, page, name, expected):
    """Return the source of a program: what stands above its function, and the function."""
    prepare(page, program.faster, program.scalar)
    parameters = write_inputs(page, program.names, program.examples, program.scalar)
    write(page)
    result = result_text(page, expected, program.scalar)
    above = page.names.above(page.lines)
    return above + "\n" * bool(above), write_function(page, name, parameters, result)


def compile_program(program, name):
    """Return the function of a program's source; where Python's numbers fail, f itself."""
    lines = with_lines(program.above + program.text, name)
    run = compile_source(lines, program.constants, name)
    return with_fallback(run, program.function) if program.scalar else run
