"""Run large elementwise work in blocks that stay in the processor's cache.

An operation on a million numbers reads and writes memory, and memory is slower than arithmetic.
Consecutive elementwise operations on arrays of one shape are therefore written as a loop over
blocks: all of them on the first 8,192 numbers, then on the next, and so on.
"""

import math
from collections import Counter, defaultdict

import numpy as np

from autodiff_lib.programs.names import dtype_text
from autodiff_lib.programs.write import operand, right_side, write_step

from . import memory

WORTH = 32_768  # entries: smaller arrays stay in the cache as they are
BLOCK = 8_192  # entries: 64 kB in double precision
FEWEST = 5  # operations that are worth a loop


def is_elementwise(step):
    """Tell whether a step may run block by block."""
    if step.op is None or step.size < WORTH or math.prod(step.shape[1:]) > 2 * BLOCK:
        return False
    kind, function = step.row.kind, step.row.numpy
    return kind == "elementwise" or (kind == "constant" and isinstance(function, np.ufunc))


def is_total(step):
    """Tell whether a step is the sum of all entries of an array, which a loop can add up."""
    return step.op == "sum" and step.parameters["axis"] is None and not step.shape


def find_loops(steps):
    """Return the steps in an order in which to run them, in lists: one per loop, others alone.

    Groups with too few operations are dissolved, which may let others grow together.
    """
    looped = {id(step) for step in steps if is_elementwise(step)}
    looped |= {id(step) for step in steps if is_total(step) and id(step.operands[0]) in looped}
    while True:
        groups = group(steps, looped)
        few = [g for g in groups if id(g[0]) in looped and len(g) < FEWEST]
        if not few:
            return groups
        looped -= {id(step) for g in few for step in g}


def group(steps, looped):
    """Return the steps in groups: those of one loop together, all others alone.

    Its stage says how many loops a step has to wait for: what needs the whole result of a loop
    comes a stage later.
    """
    stage, groups = {}, defaultdict(list)
    for place, step in enumerate(steps):
        loops = id(step) in looped
        shape = step.operands[0].shape if is_total(step) else step.shape
        waits = [0]
        for x in step.operands:
            whole = id(x) in looped and (is_total(x) or not loops or x.shape != shape)
            waits.append(stage.get(id(x), 0) + whole)
        stage[id(step)] = max(waits)
        groups[stage[id(step)], loops, shape if loops else (place,)].append(step)
    return [groups[key] for key in sorted(groups)]


def moves_along(step, shape):
    """Tell whether an operand has a part of its own for each block of a result of this shape."""
    return len(step.shape) == len(shape) and step.shape[0] == shape[0]


def rows_of_block(shape):
    """Return how many rows of an array of this shape make a block."""
    return max(1, BLOCK // math.prod(shape[1:]))


def plan(page):
    """Put the steps of each loop one after the other, and let the first write all of them."""
    groups = find_loops(page.steps)
    loops = {id(members[0]): members for members in groups if len(members) > 1}
    page.steps = [step for members in groups for step in members]
    page.looped |= {id(step) for members in loops.values() for step in members}
    page.nested -= page.looped
    names = []

    def write_looped(page, step):
        if not page.inside and id(step) in loops:
            names.extend([] if names else [page.names.new("start"), page.names.new("block")])
            write_loop(page, loops[id(step)], *names)
        return not page.inside and id(step) in page.looped

    page.writers.append(write_looped)


def write_loop(page, members, start, block):
    """Write a loop over blocks that runs all these steps on one block after the other."""
    shape = next(step.shape for step in members if not is_total(step))
    page.inside = {id(step): step for step in members}
    whole = {}
    inner = Counter(id(x) for step in members for x in step.operands)
    for step in members:
        if page.uses[id(step)] > inner[id(step)]:
            whole[id(step)] = name = page.names.new(step.name)
            empty = f"np.empty({shape}{dtype_text(step.dtype)})"
            page.lines.append(f"{name} = {'0.0' if is_total(step) else empty}")
    rows = rows_of_block(shape)
    page.lines.append(f"for {start} in range(0, {shape[0]}, {rows}):")
    page.lines.append(f"    {block} = slice({start}, {start} + {rows})")
    before, lines, page.lines = dict(page.terms), page.lines, []
    write_blocks(page, members, shape, whole, block)
    page.lines, page.inside = lines + [f"    {line}" for line in page.lines], {}
    page.terms = before | whole


def write_blocks(page, members, shape, whole, block):
    """Write what a loop does with one block."""
    for x in {id(x): x for step in members for x in step.operands}.values():
        if id(x) not in page.inside and moves_along(x, shape):
            text = operand(page, x)
            name = page.names.new(f"{text}_block" if text.isidentifier() else None)
            page.lines.append(f"{name} = {text}[{block}]")
            page.terms[id(x)] = name
    for step in members:
        if is_total(step):
            page.lines.append(f"{whole[id(step)]} += {operand(page, step.operands[0])}.sum()")
        elif id(step) in whole:
            place = f"{whole[id(step)]}[{block}]"
            if isinstance(step.row.numpy, np.ufunc):
                name = page.names.new(step.name and f"{step.name}_block")
                page.lines.append(f"{name} = {memory.call_with_out(page, step, place)}")
                page.terms[id(step)] = name
            else:
                page.lines.append(f"{place} = {right_side(page, step)}")
                page.terms[id(step)] = place
        else:
            write_step(page, step)
