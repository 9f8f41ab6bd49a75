"""Write a program as Python source: one line per operation, in the reader's own names.

A small result that is used once is written into the line of its user. Whatever is written into
another line stands in brackets; `tidy` takes those away that Python does not need. What else there
is to know of a line is asked of `writers` (of whole steps) and `spellers` (of expressions) first:
so adding at a key (adding.py) and the passes of faster/ need no word here.
"""

import ast
from collections import Counter

import numpy as np

from autodiff_lib.graphs.walk import topological_order

from .names import Names, number_text
from .spelling import spell, spell_options, spell_parameters

LARGE = 512  # entries: from here on, expressions are not nested


class Page:
    """A program while it is written: its lines, and what later lines call each step.

    reads: (step, value, line) for each value that Python read in the trace.
    """

    def __init__(self, inputs, outputs, reads=(), names=None):
        self.inputs, self.outputs, self.names = inputs, outputs, names or Names()
        self.steps = in_traced_order([*outputs, *(step for step, _, _ in reads)])
        self.reads = sort_reads(reads)
        self.uses = count_readers(self.steps, outputs, reads)
        self.nested = find_nested(self)
        self.lines, self.text = [], {}
        self.writers, self.spellers, self.number = [], [], number_text
        self.looped, self.inside = set(), {}  # steps of loops, of the one being written


def in_traced_order(outputs):
    """Return the operations of a program in the order in which they were traced."""
    place = {}
    for step in topological_order(*outputs):
        before = [place[id(x)][0] for x in step.operands if x.op is not None]
        place[id(step)] = max([step.number, *before]), step
    steps = [step for _, step in sorted(place.values(), key=lambda pair: pair[0])]
    return [step for step in steps if step.op is not None]


def sort_reads(reads):
    """Return what was read of each step, {id of the step: [(value, line)]}, each value once."""
    known = {id(step): {} for step, _, _ in reads}
    for step, value, line in reads:
        known[id(step)].setdefault(repr(value), (value, line))
    return {key: list(values.values()) for key, values in known.items()}


def count_readers(steps, outputs, reads):
    """Count how often each step is used; what Python read counts as two more uses."""
    uses = Counter(id(x) for step in steps for x in step.operands)
    uses.update(id(step) for step in outputs)
    uses.update(id(step) for step, _, _ in reads for _ in range(2))
    return uses


def find_nested(page):
    """Return the ids of the steps that are written into the line that uses them.

    These are views, and small results without a name that are used once, up to four at a time;
    and single rows, up to three times each.
    """
    depth = {}
    for step in page.steps:
        deep = 1 + sum(depth.get(id(x), 0) for x in step.operands)
        row = step.row.bare == "key" and type(step.parameters["key"]) is int
        single = page.uses[id(step)] <= (3 if row else 1)
        single = single and not (step.name or id(step) in page.reads or step.row.adds_to)
        if single and (step.row.view or (step.size < LARGE and deep < 4)):
            depth[id(step)] = deep
    return set(depth)


def write(page):
    """Write a line for every step that is not written into another one."""
    for step in page.inputs:
        write_reads(page, step)
    for step in page.steps:
        if id(step) in page.nested:
            page.text[id(step)] = f"({right_side(page, step)})"
        else:
            write_step(page, step)
        write_reads(page, step)


def write_step(page, step):
    """Write the line of a step, or those that a writer has for it."""
    if not any(writer(page, step) for writer in page.writers):
        assign(page, step, right_side(page, step))


def assign(page, step, text):
    """Write `name = text`."""
    name = page.names.new(step.name)
    page.lines.append(f"{name} = {text}")
    page.text[id(step)] = name


def write_reads(page, step):
    """Write the check that a value which Python read in the trace is still the same."""
    for value, line in page.reads.get(id(step), ()):
        if np.shape(value):
            text = page.names.constant(value, default="known")
        else:
            text = number_text(value)
        page.lines.append(f"expect({operand(page, step)}, {text}, {line!r})")


def operand(page, step):
    """Return what stands for a step in the lines of its users."""
    if id(step) not in page.text:  # a constant
        if np.shape(step.raw):
            page.text[id(step)] = page.names.constant(step.raw, step.name)
        else:
            page.text[id(step)] = f"({page.number(step.raw)})"
    return page.text[id(step)]


def right_side(page, step):
    """Return the text that computes a step: what a speller has for it, or else the row."""
    for speller in page.spellers:
        if (text := speller(page, step)) is not None:
            return text
    return expression(page, step)


def expression(page, step):
    """Return the text that computes a step, as its row is written."""
    operands, row = [operand(page, x) for x in step.operands], step.row
    if row.symbol:
        return f"{operands[0]} {row.symbol} {operands[1]}"
    if row.text:
        return fill_in(page, step, row.text)
    return fill_call(page, step, operands)


def fill_call(page, step, operands):
    """Return the call of a step's function, with the parameters that are not its defaults."""
    parts = operands + spell_options(spell_parameters(page, step))
    return f"{function_name(page, step.row)}({', '.join(parts)})"


def fill_in(page, step, text):
    """Return the text of a row's column with operands and parameters filled in.

    Of a pair, the first is for parameters that are the defaults. `options` are the others; what
    the row calls `bare` is written as between brackets.
    """
    operands = [operand(page, x) for x in step.operands]
    options = spell_parameters(page, step, operands[1:])
    if isinstance(text, tuple):
        text = text[bool(options)]
    named = {"first": operands[0], "options": ", ".join(spell_options(options))}
    if step.row.variadic:
        named[step.row.operands[0]] = ", ".join(operands)
    else:
        named |= zip(step.row.operands, operands, strict=True)
    used = [name for name in step.parameters if f"{{{name}}}" in text and name not in options]
    known = {name: spell(page, step.parameters[name]) for name in used}
    return text.format(**{**known, **options, **named})


def function_name(page, row):
    """Return how the program calls a row's function: np.exp, np.linalg.inv, or by its own name."""
    for module, prefix in ((np, "np."), (np.linalg, "np.linalg.")):
        for function in (row.numpy, row.function):
            name = getattr(function, "__name__", "")
            if getattr(module, name, None) is function and not row.variadic:
                return prefix + name
    return page.names.constant(row.function, row.op if row.op.isidentifier() else None, "function")


def tidy(source):
    """Return the same program without the brackets that Python does not need."""
    return ast.unparse(ast.parse(source))
