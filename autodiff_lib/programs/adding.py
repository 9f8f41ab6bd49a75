"""Lines that add at a key of an array: the way back of indexing, written out."""

import numpy as np

from autodiff_lib.table.keys import Slot
from autodiff_lib.table.shapes import as_tuple, names_no_entry_twice

from .names import dtype_text
from .page import LARGE
from .spelling import spell
from .write import assign, operand


def write_adding(page, step, spare=None):
    """Write what adds at a key: zeros or a copy, and the line that adds; tell whether it does.

    spare: the step of the array itself, if nobody needs its old value any more.
    """
    if step.row.adds_to == "zeros":
        assign(page, step, f"np.zeros({step.shape}{dtype_text(step.dtype)})")
        add_at_key(page, step, step.operands[0], "=")
    elif step.row.adds_to:
        base, part = step.operands
        if spare is None:
            assign(page, step, f"{operand(page, base)}.copy()")
        else:
            page.terms[id(step)] = page.terms[id(spare)]
        add_at_key(page, step, part, "+=")
    return bool(step.row.adds_to)


def add_at_key(page, step, part, symbol):
    """Write `name[key] += part`; where a key may name an entry twice, add up its entries first."""
    name, text = operand(page, step), operand(page, part)
    key = step.parameters["key"]
    rows, *others = as_tuple(key)
    where = spell(page, key, [operand(page, x) for x in step.operands[1:]], bare=True)
    if is_added_once(step, key):
        page.lines.append(f"{name}[{where}] {symbol} {text}")
    elif not others and np.ndim(rows) == 1 < part.ndim and part.size >= LARGE:
        arrays = bring_together(rows, step.shape[0])
        arrays = zip(("order", "starts", "places"), arrays, strict=True)
        order, starts, places = [page.names.constant(x, default=name) for name, x in arrays]
        text = f"np.add.reduceat({text}[{order}], {starts})"  # np.add.at, but fast
        page.lines.append(f"{name}[{places}] {symbol} {text}")
    else:
        if isinstance(key, tuple):
            where = f"np.s_[{where}]" if any(isinstance(x, slice) for x in key) else f"({where})"
        page.lines.append(f"np.add.at({name}, {where}, {text})")


def bring_together(rows, length):
    """Return an order in which equal row numbers meet, where each begins in it, and the numbers."""
    rows = rows.astype(np.intp) % length
    order = np.argsort(rows, kind="stable")
    places, starts = np.unique(rows[order], return_index=True)
    return order, starts, places


def is_added_once(step, key):
    """Tell whether `+=` adds every entry of a part: no place is named twice."""
    if len(step.operands) > 1 and step.row.variadic:  # computed positions
        return isinstance(key, Slot) and step.operands[1].dtype == np.bool_
    if names_no_entry_twice(key):
        return True
    count = np.zeros(step.shape, int)
    np.add.at(count, key, 1)
    return count.max(initial=0) <= 1
