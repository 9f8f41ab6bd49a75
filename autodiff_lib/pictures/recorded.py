"""What an engine's own backward pass did, as recorded: the steps of step_through(steps=...)."""

from typing import Any, NamedTuple

from autodiff_lib.pictures.checks import a_kind, require_part
from autodiff_lib.pictures.graph import HIDDEN
from autodiff_lib.pictures.text import content


class Step(NamedTuple):
    """One visit of a backward pass to a node.

    arrives: the amount that comes in at this visit. sent: (operand, amount) for each operand
    that gets one, the operand given as its index or as the node itself.
    """

    node: Any
    arrives: Any
    sent: list


def read_steps(graph, steps):
    """[(vertex, arrives, {operand's index: amount})] of Steps, in their order.

    Raises TypeError or ValueError for what is no Step of this graph.
    """
    index = {id(vertex.node): i for i, vertex in enumerate(graph.vertices)}
    try:
        steps = list(steps)
    except TypeError:
        raise TypeError(f"steps must be a list of Step, got {a_kind(steps)}") from None
    return [read_step(graph, index, step) for step in steps]


def read_step(graph, index, step):
    """(vertex, arrives, {operand's index: amount}) of one Step."""
    try:
        node, arrives, sent = step
        sent = [(operand, amount) for operand, amount in sent]
    except (TypeError, ValueError):
        raise TypeError(
            "steps must be a list of Step(node, arrives, sent), sent being pairs "
            f"(operand, amount), such as Step(h, 24, [(0, 48), (1, 144)]); got {a_kind(step)}"
        ) from None
    require_part(node, index, "steps")
    free, amounts = list(range(len(node.operands))), {}
    for operand, amount in sent:
        slot = next((s for s in free if is_operand(node, s, operand)), None)
        if slot is None:
            raise ValueError(
                f"a step at a {node.op!r} node sends to what is not an operand of it, or more "
                "often than it is one; name the operand by its index, from 0, or by its node"
            )
        free.remove(slot)
        if graph.vertices[index[id(node)]].operands[slot] != HIDDEN:
            amounts[slot] = content(amount)
    return index[id(node)], content(arrives), amounts


def is_operand(node, slot, operand):
    """Whether `operand`, an index or a node, means the operand of that index."""
    if isinstance(operand, int) and not isinstance(operand, bool):
        return operand == slot
    return node.operands[slot] is operand
