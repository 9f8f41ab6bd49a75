"""Memory that is used again: a large result goes where an operand was that nobody needs now."""

import numpy as np

from autodiff_lib.programs.adding import write_adding
from autodiff_lib.programs.ownership import is_view
from autodiff_lib.programs.page import LARGE
from autodiff_lib.programs.spelling import function_name
from autodiff_lib.programs.write import assign, operand


def plan(page):
    """Find out at which line each array is read for the last time."""
    line_of, last_read = find_lines(page.steps, page.nested), {}
    for step in page.steps:
        for x in step.operands:
            owner = id(page.owners.of(x))
            last_read[owner] = max(last_read.get(owner, -1), line_of[id(step)])
    dead = {id(step): {id(x) for x in step.operands if last_read.get(id(x)) == line_of[id(step)]}
            for step in page.steps}
    for step in reversed(page.steps):
        if step.row.adds_to == "x" and find_spare(page, step, dead[id(step)]):
            (base, _) = step.operands
            base.name = base.name or step.name  # one array: its first line has the reader's name
    page.writers.append(lambda page, step: write_over(page, step, dead[id(step)]))


def find_lines(steps, nested):
    """Return for every step the last line at which its operands are read: its own, or a user's."""
    line_of = {id(step): line for line, step in enumerate(steps)}
    for step in reversed(steps):
        for x in step.operands:
            if id(x) in nested:
                line_of[id(x)] = max(line_of[id(x)], line_of[id(step)])
    return line_of


def write_over(page, step, dead):
    """Write a step into the memory of a dead operand; tell whether there was one that fits."""
    spare = find_spare(page, step, dead)
    if spare is None:
        return False
    if step.row.adds_to:
        return write_adding(page, step, spare)
    operands = step.operands[::-1] if step.row.commutes else step.operands
    other = operands[0] if operands[-1] is spare else operands[-1]
    in_place = step.row.symbol and (step.row.commutes or step.operands[0] is spare)
    if in_place and not (step.name or spare.name):
        name = operand(page, spare)
        page.lines.append(f"{name} {step.row.symbol}= {operand(page, other)}")
        page.terms[id(step)] = name
    else:
        assign(page, step, call_with_out(page, step, operand(page, spare)))
    return True


def find_spare(page, step, dead):
    """Return an operand whose memory the result of a step can take over, or None."""
    is_ufunc = step.row.kind == "elementwise" and isinstance(step.row.numpy, np.ufunc)
    if not (is_ufunc and step.size >= LARGE) and step.row.adds_to != "x":
        return None
    for x in step.operands[:1] if step.row.adds_to else step.operands:
        if page.inside and id(x) not in page.inside:
            continue
        fresh = x.op and not is_view(x)
        fresh = fresh and id(x) not in page.nested and id(x) not in page.owners.unsure
        alike = x.shape == step.shape and x.dtype == step.dtype
        alone = page.uses[id(x)] == 1 and not any(x is y for y in page.outputs)
        if fresh and alike and alone and id(x) in dead:
            return x
    return None


def call_with_out(page, step, out):
    """Return the call of a ufunc that writes its result into `out`."""
    operands = ", ".join(operand(page, x) for x in step.operands)
    return f"{function_name(page, step.row)}({operands}, out={out})"
