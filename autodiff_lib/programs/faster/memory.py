"""Memory that is used again: a large result goes where an operand was that nobody needs now."""

import numpy as np

from autodiff_lib.programs import source


def find_spare(page, node, line):
    """Return an operand whose memory the result of a node can take over, or None."""
    is_ufunc = node.row.kind == "elementwise" and isinstance(node.row.numpy, np.ufunc)
    if not (is_ufunc and node.size >= source.LARGE) and node.op != "add_at":
        return None
    for operand in node.operands[:1] if node.op == "add_at" else node.operands:
        if page.inside and id(operand) not in page.inside:
            continue
        fresh = operand.op and not source.is_view(operand)
        fresh = fresh and id(operand) not in page.nested and id(operand) not in page.unsure
        dead = page.last_read.get(id(operand)) == line and page.uses[id(operand)] == 1
        alike = operand.shape == node.shape and operand.dtype == node.dtype
        if fresh and alike and dead and not any(operand is x for x in page.outputs):
            return operand
    return None


def call_with_out(page, node, out):
    """Return the call of a ufunc that writes its result into `out`."""
    operands = ", ".join(source.operand_text(page, x) for x in node.operands)
    return f"{source.function_name(page, node.row)}({operands}, out={out})"
