"""What is brought out in colour: paths through a graph, single nodes, single arrows.

Colours follow live nodes, not places in a picture: {id(node): colour} and
{(id(node), index of operand): [colours]}. An arrow that several paths share has a line for each.
"""

from itertools import pairwise
from typing import NamedTuple

from autodiff_lib.pictures.checks import require_operand, require_part
from autodiff_lib.pictures.style import CURRENT, PATHS
from autodiff_lib.pictures.text import shown

PATHS_NEEDED = (
    "paths is a list of lists of nodes, each from an input to a result, as in [[x, h, o]]"
)


class Route(NamedTuple):
    """A path through a graph: the ids of its nodes as given, its arrows, and both in words."""

    nodes: tuple
    arrows: tuple  # of (id(node), index of operand)
    words: tuple  # one name a node; of several arrows between two nodes also which
    colour: str = PATHS["blue"]


def path_colours(graph, paths):
    """({(id(node), slot): colours}, lines of text) for paths, as `routes` reads them."""
    names = names_of(graph)
    colours, lines = {}, []
    for number, route in enumerate(routes(list_of(paths), names, "paths"), 1):
        colour_name, colour = list(PATHS.items())[(number - 1) % len(PATHS)]
        for arrow in route.arrows:
            colours.setdefault(arrow, []).append(colour)
        told = " -> ".join(names[node] for node in route.nodes)
        lines.append(f"path {number} ({colour_name}): {told}")
    return colours, lines


def names_of(graph):
    """{id(node): how a path calls it}."""
    return {id(v.node): v.name or shown(v.value) for v in graph.vertices}


def list_of(paths, problem=PATHS_NEEDED):
    """The paths as a list of lists."""
    try:
        return [list(path) for path in ([] if paths is None else paths)]
    except TypeError:
        raise TypeError(problem) from None


def routes(paths, names, what):
    """The Route of each path, a list of nodes from an input to a result or the other way.

    Where an operand stands twice, as in x * x, (node, index of operand) in place of the node
    says which of the arrows into it is meant; without that the same list given again stands for
    the next one. names: {id(node): name} of the graph. what: the argument, for an error.
    Raises TypeError or ValueError where two nodes that follow each other are not joined.
    """
    given_before = {}
    for path in paths:
        if not path:
            raise ValueError(f"{PATHS_NEEDED}; one of them is empty")
        steps = [arrow if is_arrow(arrow) else (arrow, None) for arrow in path]
        for node, _ in steps:
            require_part(node, names, what)
        key = tuple((id(node), slot) for node, slot in steps)
        choice = given_before[key] = given_before.get(key, -1) + 1
        upwards = joined_upwards(steps)
        arrows, words = [], {id(node): names[id(node)] for node, _ in steps}
        for (tail, _), (head, slot) in pairwise(steps if upwards else steps[::-1]):
            slots = joining(tail, head, words, what)
            if slot is None:
                choice, which = divmod(choice, len(slots))
                slot = slots[which]
            elif slot not in slots:
                require_operand(head, slot, what)
                raise ValueError(
                    f"{what}: operand {slot} of {words[id(head)]} is not {words[id(tail)]}"
                )
            arrows.append((id(head), slot))
            if len(slots) > 1:
                words[id(head)] += f" by operand {slot}"
        nodes = tuple(id(node) for node, _ in steps)
        yield Route(nodes, tuple(arrows), tuple(words[node] for node in nodes))


def is_arrow(thing):
    """Whether something is a pair (node, index of operand)."""
    return isinstance(thing, tuple) and len(thing) == 2 and isinstance(thing[1], int)


def joined_upwards(steps):
    """Whether a path goes from an input to a result, judged by its first two nodes."""
    return len(steps) < 2 or not any(o is steps[1][0] for o in steps[0][0].operands)


def joining(tail, head, names, what):
    """The indices at which `tail` is an operand of `head`."""
    slots = [slot for slot, operand in enumerate(head.operands) if operand is tail]
    if not slots:
        start, end = names[id(tail)], names[id(head)]
        raise ValueError(
            f"{what}: no arrow leads from {start} to {end}; list the nodes of each path from an "
            "input to the result, each an operand of the next"
        )
    return slots


def highlighted(graph, highlight):
    """({id(node): colour}, {(id(node), slot): [colour]}) for nodes and (node, slot) pairs."""
    nodes, arrows = {}, {}
    present = {id(vertex.node) for vertex in graph.vertices}
    try:
        things = [] if highlight is None else list(highlight)
    except TypeError:
        raise TypeError(
            "highlight is a list of nodes and of (node, index of operand) pairs, as in [h, (o, 0)]"
        ) from None
    for thing in things:
        pair = is_arrow(thing)
        node = thing[0] if pair else thing
        require_part(node, present, "highlight")
        if pair:
            require_operand(node, thing[1], "highlight")
            arrows[id(node), thing[1]] = [CURRENT]
        else:
            nodes[id(node)] = CURRENT
    return nodes, arrows
