"""What stands on the arrows of a graph: shapes, local derivatives, or the caller's own texts."""

from autodiff_lib.pictures.checks import require_operand, require_part
from autodiff_lib.pictures.graph import HIDDEN
from autodiff_lib.pictures.sentences import slope
from autodiff_lib.pictures.text import fit, shape, shown, visible

LONGEST = 14  # columns of a label
CHOICES = '"shapes", "local derivatives", a dict {(node, index of operand): text} or a function'


def edge_texts(graph, edge_labels):
    """{(id(node), slot): text} for the arrows of a graph; slot is the operand's index.

    edge_labels: "shapes" (of what flows along), "local derivatives", {(node, index of the
    operand): text}, or a function of these two that returns a text or None.
    Raises TypeError or ValueError for anything else.
    """
    if edge_labels is None:
        return {}
    text_of = chooser(graph, edge_labels)
    texts = {}
    for head, vertex in enumerate(graph.vertices):
        for slot, tail in enumerate(vertex.operands):
            text = None if tail == HIDDEN else text_of(head, slot)
            if text is not None:
                texts[id(vertex.node), slot] = fit(visible(str(text)), LONGEST)
    return texts


def chooser(graph, edge_labels):
    """A function of (head, slot) that gives the label of that arrow, or None."""
    vertices = graph.vertices
    if callable(edge_labels):
        return lambda head, slot: edge_labels(vertices[head].node, slot)
    if hasattr(edge_labels, "items"):
        given = by_arrow(edge_labels, {id(vertex.node) for vertex in vertices})
        return lambda head, slot: given.get((id(vertices[head].node), slot))
    if isinstance(edge_labels, str) and edge_labels == "shapes":
        return lambda head, slot: str(shape(vertices[vertices[head].operands[slot]].value) or "()")
    if isinstance(edge_labels, str) and edge_labels == "local derivatives":
        return lambda head, slot: local_text(graph, vertices[head], slot)
    raise TypeError(f"edge_labels must be {CHOICES}, got {shown(edge_labels)}")


def local_text(graph, vertex, slot):
    """The local derivative with respect to one operand as text, None where it is not known."""
    if vertex.local_derivatives is None and graph.vertices[vertex.operands[slot]].is_constant:
        return None
    local = slope(graph, vertex, slot)
    return None if local is None else shown(local, LONGEST).removeprefix("shape ")


def by_arrow(edge_labels, present):
    """{(id(node), slot): text} of {(node, slot): text}; the nodes' ids are among `present`."""
    found = {}
    for key, text in edge_labels.items():
        if not (isinstance(key, tuple) and len(key) == 2 and isinstance(key[1], int)):
            raise TypeError(
                'edge_labels maps (node, index of its operand) to a text, as in {(h, 0): "2"}'
            )
        node, slot = key
        require_part(node, present, "edge_labels")
        require_operand(node, slot, "edge_labels")
        found[id(node), slot] = text
    return found


def edge_lines(graph, texts):
    """The labels as lines of the outline: "x -> h1: 2"."""
    vertices = {id(vertex.node): vertex for vertex in graph.vertices}
    lines = []
    for (node, slot), text in texts.items():
        lines.append(f"{vertices[node].operand_names[slot]} -> {vertices[node].name}: {text}")
    return lines
