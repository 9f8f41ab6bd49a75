"""The one protocol every engine shares, and the one walk over it.

A *node* is any object with

- `op`: the name of the operation that made it, such as `"mul"`; None for an input or a constant;
- `operands`: the nodes it was made from, in order (a sequence: `x * x` holds x twice);
- `value`: a number or a NumPy array.

It may also have `name` (a string), `gradient` (what the engine's backward pass stored) and
`local_derivatives` (the derivative of `value` with respect to each operand, in order).
Pictures, checks and counts use nothing else, so they work for every engine.
"""


def topological_order(*outputs):
    """List every node that `outputs` are made from, operands before results, each once.

    Uses a stack of its own, so a chain of a million nodes is no deeper than a chain of one.

    Raises:
        TypeError: for an object without `op`, `operands` and `value`.
        ValueError: if a node is, directly or not, an operand of itself.
    """
    order, finished, open_ = [], set(), set()
    stack = list(reversed(outputs))
    while stack:
        node = stack[-1]
        if id(node) in finished:
            stack.pop()
        elif id(node) in open_:
            order.append(stack.pop())
            open_.discard(id(node))
            finished.add(id(node))
        else:
            require_node(node)
            open_.add(id(node))
            for operand in reversed(node.operands):
                if id(operand) in open_:
                    raise ValueError(
                        f"this graph has a cycle: a {node.op!r} node is made from itself; "
                        "an operation must make a new node, never change an operand"
                    )
                stack.append(operand)
    return order


def require_node(node):
    """Raise a TypeError that says what is missing if `node` is not a node."""
    missing = [a for a in ("op", "operands", "value") if not hasattr(node, a)]
    if missing:
        raise TypeError(
            f"expected a node of an engine (an object with op, operands and value), "
            f"got {type(node).__name__}, which has no {', '.join(missing)}"
        )
    if isinstance(node.operands, (set, frozenset)) or not hasattr(node.operands, "__len__"):
        raise TypeError(
            f"the operands of a {node.op!r} node are a {type(node.operands).__name__}; "
            "keep them in a tuple or list: a set forgets their order and that x * x uses x twice"
        )
