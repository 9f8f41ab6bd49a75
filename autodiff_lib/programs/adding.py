"""Lines that add at a key of an array: the way back of indexing, written out."""

import numpy as np

from autodiff_lib.programs import source
from autodiff_lib.table.keys import Slot
from autodiff_lib.table.shapes import is_basic

from .names import dtype_text


def write_scatter(page, node):
    """Write zeros, and the line that adds at a key."""
    source.assign(page, node, f"np.zeros({node.shape}{dtype_text(node.dtype)})")
    add_at_key(page, node, node.operands[0], "=")


def write_add_at(page, node, spare):
    """Write the line that adds at a key of an array whose old value nobody needs."""
    base, part = node.operands
    if spare is None:
        source.assign(page, node, f"{source.operand_text(page, base, source.CALL)}.copy()")
    else:
        page.text[id(node)] = page.text[id(spare)]
    add_at_key(page, node, part, "+=")


def add_at_key(page, node, part, symbol):
    """Write `name[key] += part`; where a key may name an entry twice, add up its entries first."""
    name, text = source.operand_text(page, node), source.operand_text(page, part)
    key = node.parameters["key"]
    if is_added_once(node, key):
        page.lines.append(f"{name}[{source.spell_key(page, node)}] {symbol} {text}")
    elif part.ndim > 1 and part.size >= source.LARGE and is_list_of_rows(key):
        add_rows(page, name, source.operand_text(page, part, source.CALL), key, symbol)
    else:
        where = source.spell_key(page, node)
        if isinstance(key, tuple):
            where = f"np.s_[{where}]" if any(isinstance(x, slice) for x in key) else f"({where})"
        page.lines.append(f"np.add.at({name}, {where}, {text})")


def add_rows(page, name, text, key, symbol):
    """Write a sum over the rows that go to the same place: np.add.reduceat is a fast np.add.at."""
    rows = np.ravel(key[0] if isinstance(key, tuple) else key)
    order = np.argsort(rows, kind="stable")
    places, starts = np.unique(rows[order], return_index=True)
    arrays = {"order": order, "starts": starts, "places": places}
    order, starts, places = [page.names.constant(x, default=name) for name, x in arrays.items()]
    added = f"np.add.reduceat({text}[{order}], {starts})"
    page.lines.append(f"{name}[{places}] {symbol} {added}")


def is_added_once(node, key):
    """Tell whether `+=` adds every entry of a part: no place is named twice."""
    if node.op == "put":
        return isinstance(key, Slot) and node.operands[1].dtype == np.bool_
    return is_basic(key) or names_each_once(key, node.shape)


def names_each_once(key, shape):
    """Tell whether a key with lists of positions (or of truth values) names no entry twice."""
    count = np.zeros(shape, int)
    np.add.at(count, key, 1)
    return count.max(initial=0) <= 1


def is_list_of_rows(key):
    """Tell whether a key is one list of row numbers, none counted from the end."""
    rows = key[0] if isinstance(key, tuple) and len(key) == 1 else key
    known = isinstance(rows, np.ndarray) and rows.ndim == 1 and rows.dtype.kind in "iu"
    return known and rows.min(initial=0) >= 0
