"""The sentences with which pictures refuse what they cannot use."""

from autodiff_lib.graphs.walk import require_node
from autodiff_lib.pictures.text import visible


def a_kind(thing):
    """What something is, for an error: "a list", "an int"."""
    kind = type(thing).__name__
    return f"a{'n' if kind[0] in 'aeiou' else ''} {kind}"


def require_part(node, present, what):
    """Refuse what is no node, or whose id is not among `present`; `what` is the argument."""
    require_node(node)
    if id(node) not in present:
        name = getattr(node, "name", None)
        which = f"node {visible(name)!r}" if isinstance(name, str) else "a node"
        raise ValueError(
            f"{what} has {which} that is not part of this graph as it is drawn; "
            "pass the very object that the output was made from"
        )


def require_operand(node, slot, what):
    """Refuse an index that none of the operands of `node` has."""
    if not 0 <= slot < len(node.operands):
        raise ValueError(
            f"{what}: a {node.op!r} node with {len(node.operands)} operands has no operand "
            f"{slot}; they are counted from 0"
        )
