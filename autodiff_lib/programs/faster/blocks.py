"""Run large elementwise work in blocks that stay in the processor's cache.

An operation on a million numbers reads and writes memory, and memory is slower than arithmetic.
Consecutive elementwise operations on arrays of one shape are therefore written as a loop over
blocks: all of them on the first 8,192 numbers, then on the next, and so on.
"""

import math
from collections import Counter, defaultdict

import numpy as np

from autodiff_lib.programs import source
from autodiff_lib.programs.names import dtype_text

from . import memory

WORTH = 32_768  # entries: smaller arrays stay in the cache as they are
BLOCK = 8_192  # entries: 64 kB in double precision
FEWEST = 5  # operations that are worth a loop


def is_elementwise(node):
    """Tell whether a node may run block by block."""
    if node.op is None or node.size < WORTH or math.prod(node.shape[1:]) > 2 * BLOCK:
        return False
    kind, function = node.row.kind, node.row.numpy
    return kind == "elementwise" or (kind == "constant" and isinstance(function, np.ufunc))


def is_total(node):
    """Tell whether a node is the sum of all entries of an array, which a loop can add up."""
    return node.op == "sum" and node.parameters["axis"] is None and not node.shape


def find_loops(nodes):
    """Return the nodes in an order in which to run them, in lists: one per loop, others alone.

    Groups with too few operations are dissolved, which may let others grow together.
    """
    looped = {id(node) for node in nodes if is_elementwise(node)}
    looped |= {id(node) for node in nodes if is_total(node) and id(node.operands[0]) in looped}
    while True:
        groups = group(nodes, looped)
        few = [g for g in groups if id(g[0]) in looped and len(g) < FEWEST]
        if not few:
            return groups
        looped -= {id(node) for g in few for node in g}


def group(nodes, looped):
    """Return the nodes in groups: those of one loop together, all others alone.

    Its stage says how many loops a node has to wait for: what needs the whole result of a loop
    comes a stage later.
    """
    stage, groups = {}, defaultdict(list)
    for place, node in enumerate(nodes):
        loops = id(node) in looped
        shape = node.operands[0].shape if is_total(node) else node.shape
        waits = [0]
        for x in node.operands:
            whole = id(x) in looped and (is_total(x) or not loops or x.shape != shape)
            waits.append(stage.get(id(x), 0) + whole)
        stage[id(node)] = max(waits)
        groups[stage[id(node)], loops, shape if loops else (place,)].append(node)
    return [groups[key] for key in sorted(groups)]


def moves_along(node, shape):
    """Tell whether an operand has a part of its own for each block of a result of this shape."""
    return len(node.shape) == len(shape) and node.shape[0] == shape[0]


def rows_of_block(shape):
    """Return how many rows of an array of this shape make a block."""
    return max(1, BLOCK // math.prod(shape[1:]))


def write_loop(page, members):
    """Write a loop over blocks that runs all these nodes on one block after the other."""
    shape = next(node.shape for node in members if not is_total(node))
    page.block = page.block or (page.names.new("start"), page.names.new("block"))
    page.inside = {id(node): node for node in members}
    whole = {}
    inner = Counter(id(x) for node in members for x in node.operands)
    for node in members:
        if page.uses[id(node)] > inner[id(node)]:
            whole[id(node)] = name = page.names.new(node.name)
            empty = f"np.empty({shape}{dtype_text(node.dtype)})"
            page.lines.append(f"{name} = {'0.0' if is_total(node) else empty}")
    (start, block), rows = page.block, rows_of_block(shape)
    page.lines.append(f"for {start} in range(0, {shape[0]}, {rows}):")
    page.lines.append(f"    {block} = slice({start}, {start} + {rows})")
    before, lines, page.lines = dict(page.text), page.lines, []
    write_blocks(page, members, shape, whole)
    page.lines, page.inside = lines + [f"    {line}" for line in page.lines], {}
    page.text = before | {key: (name, source.CALL) for key, name in whole.items()}
    for node in members:
        source.write_reads(page, node)


def write_blocks(page, members, shape, whole):
    """Write what a loop does with one block."""
    for operand in {id(x): x for node in members for x in node.operands}.values():
        if id(operand) not in page.inside and moves_along(operand, shape):
            text = source.operand_text(page, operand, source.CALL)
            name = page.names.new(f"{text}_block" if text.isidentifier() else None)
            page.lines.append(f"{name} = {text}[{page.block[1]}]")
            page.text[id(operand)] = name, source.CALL
    for node in members:
        if is_total(node):
            summed = source.operand_text(page, node.operands[0], source.CALL)
            page.lines.append(f"{whole[id(node)]} += {summed}.sum()")
        elif id(node) in whole:
            place = f"{whole[id(node)]}[{page.block[1]}]"
            if isinstance(node.row.numpy, np.ufunc):
                source.assign(page, node, memory.call_with_out(page, node, place), "_block")
            else:
                page.lines.append(f"{place} = {source.expression(page, node)[0]}")
                page.text[id(node)] = place, source.CALL
        else:
            source.write_line(page, node)
