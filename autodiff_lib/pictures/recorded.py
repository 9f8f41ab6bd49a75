"""What an engine's own backward pass did, as recorded: the steps of step_through(steps=...)."""

from typing import Any, NamedTuple

from autodiff_lib.pictures.checks import a_kind, require_part
from autodiff_lib.pictures.graph import HIDDEN
from autodiff_lib.pictures.highlights import Route, list_of, names_of, routes
from autodiff_lib.pictures.naming import by_id
from autodiff_lib.pictures.text import content, visible

LONGEST_SENTENCE = 300  # characters


class Step(NamedTuple):
    """One visit of a backward pass to a node.

    arrives: the amount that comes in at this visit. sent: (operand, amount) for each operand
    that gets one, the operand given as its index or as the node itself.
    notes: {node: short text} or pairs, written under the nodes in this frame alone, such as
    "waits for 2". path: nodes to bring out with the arrows between them, from an input to a
    result or the other way; (node, index of operand) says which arrow of x * x is meant.
    says: the frame's sentence, instead of the one that is made from the numbers.
    A node of None is a frame about no node; it needs `says`. Where such steps come first, they
    stand before the backward pass begins.
    """

    node: Any
    arrives: Any = None
    sent: Any = ()
    notes: Any = None
    path: Any = None
    says: str | None = None


class Visit(NamedTuple):
    """A Step, its nodes given as indices of the graph's vertices."""

    vertex: int | None
    arrives: Any
    sent: dict  # {operand's index: amount}
    notes: dict = {}  # {vertex: text}
    route: Route | None = None
    says: str | None = None


NEEDED = (
    "steps must be a list of Step(node, arrives, sent), sent being pairs "
    "(operand, amount), such as Step(h, 24, [(0, 48), (1, 144)]); got "
)


def read_steps(graph, steps):
    """The Visits that Steps mean, in their order.

    Raises TypeError or ValueError for what is no Step of this graph.
    """
    try:
        steps = list(steps)
    except TypeError:
        raise TypeError(f"steps must be a list of Step, got {a_kind(steps)}") from None
    index = {id(vertex.node): i for i, vertex in enumerate(graph.vertices)}
    visits = [read_step(graph, index, step) for step in steps]
    on_path = [i for i, step in enumerate(steps) if len(step) > 4 and step[4] is not None]
    given = list_of(
        [steps[i][4] for i in on_path], "a step's path is a list of nodes, as in [o, h, x]"
    )
    for i, route in zip(on_path, routes(given, names_of(graph), "path"), strict=True):
        visits[i] = visits[i]._replace(route=route)
    return visits


def read_step(graph, index, step):
    """The Visit of one Step, without its path."""
    try:
        node, arrives, sent, notes, _, says = Step(*step)
        sent = [(operand, amount) for operand, amount in sent]
    except (TypeError, ValueError):
        raise TypeError(NEEDED + a_kind(step)) from None
    live = [vertex.node for vertex in graph.vertices]
    notes = {
        index[key]: visible(str(text))
        for key, text in by_id(live, notes, "notes", "[(x, 'waits for 2')]").items()
    }
    says = None if says is None else visible(str(says), LONGEST_SENTENCE)
    if node is None and says and not sent:
        return Visit(None, None, {}, notes, None, says)
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
    return Visit(index[id(node)], content(arrives), amounts, notes, None, says)


def is_operand(node, slot, operand):
    """Whether `operand`, an index or a node, means the operand of that index."""
    if isinstance(operand, int) and not isinstance(operand, bool):
        return operand == slot
    return node.operands[slot] is operand
