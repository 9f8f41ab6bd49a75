"""What is brought out in colour: paths through a graph, single nodes, single arrows.

Colours follow live nodes, not places in a picture: {id(node): colour} and
{(id(node), index of operand): [colours]}. An arrow that several paths share has a line for each.
"""

from autodiff_lib.pictures.checks import require_operand, require_part
from autodiff_lib.pictures.style import CURRENT, PATHS
from autodiff_lib.pictures.text import shown


def path_colours(graph, paths):
    """({(id(node), slot): colours}, lines of text) for paths, each a list of nodes.

    A path goes from an input to a result. The same list of nodes given twice stands for
    different arrows where there are two, as in x * x.
    Raises TypeError or ValueError where two nodes that follow each other are not joined.
    """
    names = {id(vertex.node): vertex.name for vertex in graph.vertices}
    colours, lines, given_before = {}, [], {}
    for number, path in enumerate(list_of_paths(paths, names), 1):
        colour_name, colour = list(PATHS.items())[(number - 1) % len(PATHS)]
        key = tuple(map(id, path))
        choice = given_before[key] = given_before.get(key, -1) + 1
        for tail, head in zip(path, path[1:], strict=False):
            slots = joining(tail, head, names)
            choice, which = divmod(choice, len(slots))
            colours.setdefault((id(head), slots[which]), []).append(colour)
        route = " -> ".join(names[id(node)] or shown(node.value) for node in path)
        lines.append(f"path {number} ({colour_name}): {route}")
    return colours, lines


def list_of_paths(paths, present):
    """The paths as lists of nodes, all of whose ids are among `present`."""
    problem = "paths is a list of lists of nodes, each from an input to a result, as in [[x, h, o]]"
    try:
        paths = [list(path) for path in ([] if paths is None else paths)]
    except TypeError:
        raise TypeError(problem) from None
    if not all(paths):
        raise ValueError(f"{problem}; one of them is empty")
    for path in paths:
        for node in path:
            require_part(node, present, "paths")
    return paths


def joining(tail, head, names):
    """The indices at which `tail` is an operand of `head`."""
    slots = [slot for slot, operand in enumerate(head.operands) if operand is tail]
    if not slots:
        start, end = (names[id(node)] or shown(node.value) for node in (tail, head))
        raise ValueError(
            f"paths: no arrow leads from {start} to {end}; list the nodes of each path from an "
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
        pair = isinstance(thing, tuple) and len(thing) == 2 and isinstance(thing[1], int)
        node = thing[0] if pair else thing
        require_part(node, present, "highlight")
        if pair:
            require_operand(node, thing[1], "highlight")
            arrows[id(node), thing[1]] = [CURRENT]
        else:
            nodes[id(node)] = CURRENT
    return nodes, arrows
