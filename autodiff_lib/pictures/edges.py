"""What stands on arrows, and in which colour: shapes, local derivatives, paths."""

from autodiff_lib.pictures.graph import HIDDEN
from autodiff_lib.pictures.style import PATHS
from autodiff_lib.pictures.text import content, fit, shape, shown, visible
from autodiff_lib.walk import topological_order

LONGEST = 14  # columns of a label

CHOICES = '"shapes", "local derivatives", a dict {(node, operand): text} or a function'


def edge_texts(graph, edge_labels):
    """{(head, slot): text} for the arrows of a graph.

    edge_labels: "shapes" (of what flows along), "local derivatives" (where the engine stores
    them), {(node, index of the operand): text}, or a function of these two.
    Raises TypeError for anything else.
    """
    if edge_labels is None:
        return {}
    if not callable(edge_labels) and not hasattr(edge_labels, "items"):
        if edge_labels not in ("shapes", "local derivatives"):
            raise TypeError(f"edge_labels must be {CHOICES}, got {edge_labels!r:.40}")
    texts = {}
    given = by_identity(edge_labels) if hasattr(edge_labels, "items") else None
    for head, vertex in enumerate(graph.vertices):
        for slot, tail in enumerate(vertex.operands):
            if tail == HIDDEN:
                continue
            if given is not None:
                text = given.get((id(vertex.node), slot))
            elif callable(edge_labels):
                text = edge_labels(vertex.node, slot)
            elif edge_labels == "shapes":
                text = str(shape(content(graph.vertices[tail].value)) or "()")
            else:
                local = vertex.local_derivatives
                text = None if local is None else shown(local[slot])
            if text is not None:
                texts[head, slot] = fit(visible(str(text)), LONGEST)
    return texts


def by_identity(edge_labels):
    """{(id(node), slot): text} of a dict {(node, slot): text}."""
    try:
        return {(id(node), slot): text for (node, slot), text in edge_labels.items()}
    except (TypeError, ValueError):
        raise TypeError(
            "edge_labels as a dict maps (node, index of its operand) to a text, "
            'such as {(h, 0): "2"}'
        ) from None


def path_colours(graph, paths):
    """{(head, slot): colour} for paths, each a list of nodes from an input to a result.

    Raises ValueError where two nodes that follow each other are not joined by an arrow.
    """
    index = {id(vertex.node): i for i, vertex in enumerate(graph.vertices)}
    colours = {}
    for number, path in enumerate(paths or []):
        colour = PATHS[number % len(PATHS)]
        used = set()
        for tail, head in zip(path, path[1:], strict=False):
            topological_order(tail, head)  # refuses what is no node
            slots = [
                (index.get(id(head)), slot)
                for slot, operand in enumerate(head.operands)
                if operand is tail
            ]
            if not slots or index.get(id(head)) is None:
                raise ValueError(
                    f"path {number + 1}: no arrow leads from {name(tail)} to {name(head)} in this "
                    "graph; list the nodes from an input to the result, each an operand of the next"
                )
            free = [key for key in slots if key not in used and key not in colours]
            key = (free or slots)[0]
            used.add(key)
            colours[key] = colour
    return colours


def name(node):
    """What to call a node in an error."""
    return visible(getattr(node, "name", None) or f"a {node.op or 'constant'} node")


def edge_lines(graph, texts):
    """The labels as lines of the outline: "x -> h1: 2"."""
    lines = []
    for (head, slot), text in texts.items():
        vertex = graph.vertices[head]
        lines.append(f"{vertex.operand_names[slot]} -> {vertex.name}: {text}")
    return lines
