"""The frames of forward mode: the tangent of each result, in the order of making.

h1 = x * y = 3 * 2 = 6; tangent: y * 1 = 2 * 1 = 2

Values are those of the live nodes; a tangent is the sum of local derivative times the operand's
tangent. What does not move adds nothing, and its tangent is shown as 0.
"""

from autodiff_lib.pictures.graph import HIDDEN
from autodiff_lib.pictures.naming import by_id
from autodiff_lib.pictures.sentences import product, slope, term
from autodiff_lib.pictures.steps import Frame, forward_sentence
from autodiff_lib.pictures.text import shown


def push_frames(graph, seeds):
    """The inputs with their tangents, then one frame per operation, which gets its own.

    seeds: {node: tangent} or pairs, for leaves; the others do not move.
    """
    nodes = [vertex.node for vertex in graph.vertices]
    given = by_id(nodes, seeds, "tangents", "[(x, 1)]")
    leaves = [i for i, v in enumerate(graph.vertices) if v.op is None]
    moved = {i: given.get(id(nodes[i]), 0) for i in leaves}
    tangents = {i: t for i, t in moved.items() if graph.vertices[i].name is not None}
    starts = [f"{graph.vertices[i].name} = {at(graph, i, t)}" for i, t in tangents.items()]
    computed = frozenset(leaves)
    frames = [Frame("; ".join(starts), None, computed, {}, None, tangents=dict(tangents))]
    for i, vertex in enumerate(graph.vertices):
        if vertex.op is None:
            continue
        amounts = pushed(graph, vertex, moved)
        moved[i] = tangents[i] = sum(amounts.values())
        computed |= {i}
        words = f"{forward_sentence(graph, vertex)}; {told(graph, vertex, moved, amounts)}"
        frames.append(Frame(words, i, computed, {}, None, {}, None, dict(tangents), amounts))
    return frames


def at(graph, i, tangent):
    """A value and its tangent in words: "3, tangent 1"."""
    return f"{shown(graph.vertices[i].value)}, tangent {shown(tangent)}"


def pushed(graph, vertex, moved):
    """{operand's index: what it adds to the tangent}, for the operands that move."""
    return {
        slot: slope(graph, vertex, slot) * moved[operand]
        for slot, operand in enumerate(vertex.operands)
        if operand != HIDDEN and moved[operand]
    }


def told(graph, vertex, moved, amounts):
    """How a tangent comes about: "tangent: y * 1 = 2 * 1 = 2"."""
    if not amounts:
        return "tangent 0: nothing moves"
    ways = [
        product(graph, vertex, slot, moved[vertex.operands[slot]], amount, slope_first=True)
        for slot, amount in amounts.items()
    ]
    words = f"tangent: {' and '.join(ways)}"
    if len(ways) == 1:
        return words
    first, *others = amounts.values()
    total = " + ".join([shown(first), *map(term, others)])
    return f"{words}, sum {total} = {shown(sum(amounts.values()))}"
