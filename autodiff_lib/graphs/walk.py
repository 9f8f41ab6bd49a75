"""The one protocol every engine shares, and the one walk over it.

A *node* is any object with

- `op`: the name of the operation that made it, such as `"mul"`; None for an input or a constant;
- `operands`: the nodes it was made from, in order (a sequence: `x * x` holds x twice);
- `value`: a number or a NumPy array.

It may also have `name` (a string), `gradient` (what the engine's backward pass stored),
`local_derivatives` (the derivative of `value` with respect to each operand, in order) and
`parameters` (a dict of what else the operation was told, such as {"axis": 0}).
Pictures, checks and counts use nothing else, so they work for every engine.
"""

import operator
from collections.abc import Sequence

PROTOCOL = "op", "operands", "value"
read_protocol = operator.attrgetter(*PROTOCOL)


def topological_order(*outputs):
    """List every node that `outputs` are made from, operands before results, each once.

    Uses a stack of its own, so a chain of a million nodes is no deeper than a chain of one.

    Raises:
        TypeError: for an object without `op`, `operands` and `value`.
        ValueError: if a node is, directly or not, an operand of itself.
    """
    order, state = [], {}  # state: id(node) -> whether all its operands are in `order`
    stack = list(reversed(outputs))
    while stack:
        node = stack[-1]
        key = id(node)
        finished = state.get(key)
        if finished is None:
            require_node(node)
            state[key] = False
            for operand in reversed(node.operands):
                known = state.get(id(operand))
                if known is None:
                    stack.append(operand)
                elif not known:
                    raise ValueError(
                        f"this graph has a cycle: a {node.op!r} node is made from itself; "
                        "an operation must make a new node, never change an operand"
                    )
        else:
            stack.pop()
            if not finished:
                order.append(node)
                state[key] = True
    return order


def require_node(node):
    """Raise a TypeError that says what is missing if `node` is not a node."""
    try:
        _, operands, _ = read_protocol(node)
    except AttributeError:
        missing = [name for name in PROTOCOL if not hasattr(node, name)]
        raise TypeError(
            f"expected a node of an engine (an object with op, operands and value), "
            f"got {type(node).__name__}, which has no {', '.join(missing)}"
        ) from None
    if not isinstance(operands, (tuple, list, Sequence)):  # the abstract class takes its time
        raise TypeError(
            f"the operands of a {node.op!r} node are a {type(node.operands).__name__}; "
            "keep them in a tuple or list: a set forgets their order and that x * x uses x twice"
        )
