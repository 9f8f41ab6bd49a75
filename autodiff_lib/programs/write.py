"""Write a program as Python source: one line per operation, in the reader's own names.

A small result that is used once is written into the line of its user, in brackets; `tidy` takes
those away that Python does not need.
"""

import ast

import numpy as np

from .spelling import spell_call


def operand(page, step):
    """Return what stands for a step in the lines of its users."""
    if id(step) not in page.terms:  # a constant
        if np.shape(step.raw):
            page.terms[id(step)] = page.names.constant(step.raw, step.name)
        else:
            page.terms[id(step)] = page.number(step.raw)
    return page.terms[id(step)]


def assign(page, step, text):
    """Write `name = text`."""
    name = page.names.new(step.name)
    page.lines.append(f"{name} = {text}")
    page.terms[id(step)] = name


def expression(page, step):
    """Return the text that computes a step, as its row is written."""
    operands = [operand(page, x) for x in step.operands]
    if step.row.symbol:
        return f"{operands[0]} {step.row.symbol} {operands[1]}"
    return spell_call(page, step, operands)


def right_side(page, step):
    """Return the text that computes a step: what a speller has for it, or else the row."""
    return page.spelling(step) or expression(page, step)


def write_step(page, step):
    """Write the line of a step, or those that a writer has for it."""
    if not page.is_written(step):
        assign(page, step, right_side(page, step))


def write_reads(page, step):
    """Write the check that a value which Python read in the trace is still the same."""
    for value, line in page.reads.get(id(step), ()):
        wanted = page.names.spell(value, default="known")
        page.lines.append(f"expect({operand(page, step)}, {wanted}, {line!r})")


def write(page):
    """Write a line for every step that is not written into another one."""
    for step in [*page.inputs, *page.steps]:
        if id(step) in page.nested:
            page.terms[id(step)] = f"({right_side(page, step)})"
        elif step.op:
            write_step(page, step)
        write_reads(page, step)


def tidy(source):
    """Return the same program without the brackets that Python does not need."""
    return ast.unparse(ast.parse(source))
