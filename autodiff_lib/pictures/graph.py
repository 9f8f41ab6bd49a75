"""A snapshot of the graph behind some live nodes: what pictures and outlines are made from.

It reads what `autodiff_lib.graphs.walk` states (op, operands, value, and where present name,
gradient, local_derivatives, parameters), of any engine, and writes nothing.
"""

from typing import NamedTuple

from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.pictures.count import Counts, counts_of
from autodiff_lib.pictures.naming import Naming, by_id
from autodiff_lib.pictures.outline import outline, parameters
from autodiff_lib.pictures.text import content, visible

LIMIT = 60  # more nodes than this cannot be read at a glance
PART = 20  # so many of them are drawn instead, those nearest to the output
HIDDEN = -1  # the index of an operand that is not drawn


class Vertex(NamedTuple):
    """One node. `operands` are indices into the graph's vertices, HIDDEN where not drawn."""

    kind: str  # "input", "constant", "operation" or "output"
    op: str | None
    operands: tuple
    operand_names: tuple  # how an expression writes each operand: "x", "v1", "2"
    value: object
    name: str | None  # None for a constant that is written inline
    gradient: object  # a number, an array or None
    local_derivatives: tuple | None  # numbers or arrays, one per operand
    parameters: tuple  # what else the operation was told, as texts: ("axis=0",) or ("[1:]",)
    note: str | None  # what the caller wants to say at this node
    node: object  # the live node itself, to find it again

    @property
    def is_constant(self):
        """Whether it is a leaf without a name."""
        return self.kind == "constant"


class Graph:
    """The vertices of a graph in topological order, operands before results.

    Its repr is the outline: one line per vertex, the contract that notebooks record.
    """

    def __init__(self, vertices, counts, outputs):
        self.vertices: tuple[Vertex, ...] = tuple(vertices)
        self.counts: Counts = counts
        self.outputs: tuple[int, ...] = tuple(outputs)

    @property
    def is_part(self):
        """Whether some nodes are left out because there are too many to read."""
        return len(self.vertices) < self.counts.nodes

    def nearest(self, how_many):
        """The Graph of the vertices nearest to the outputs; the others are HIDDEN."""
        kept, level = {}, list(self.outputs)
        while level and len(kept) < how_many:
            kept |= dict.fromkeys(level[: how_many - len(kept)])
            operands = (operand for i in level for operand in self.vertices[i].operands)
            level = [i for i in dict.fromkeys(operands) if i not in kept and i != HIDDEN]
        index = {old: new for new, old in enumerate(sorted(kept))}
        vertices = []
        for old in index:
            operands = tuple(index.get(operand, HIDDEN) for operand in self.vertices[old].operands)
            vertices.append(self.vertices[old]._replace(operands=operands))
        return Graph(vertices, self.counts, [index[i] for i in self.outputs if i in index])

    def __repr__(self):
        return outline(self)


def snapshot(*outputs, names=None, gradients=None, notes=None, limit=LIMIT):
    """The Graph of all that `outputs` are made from.

    names: {name: node}. gradients, notes: pairs [(node, it)] or a dict {node: it}.
    limit: a graph of more nodes is summarised: only the PART nearest to the outputs is kept.
    Raises TypeError or ValueError for what is not a node, a cycle, or foreign nodes.
    """
    if not outputs:
        raise TypeError("there is nothing to draw: pass at least one output node")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise ValueError(f"limit is how many nodes may be drawn, at least 1, got {limit!r}")
    order = topological_order(*outputs)
    given = by_id(order, gradients, "gradients", "[(x, 96), (y, 288)]")
    said = by_id(order, notes, "notes", "[(x, 'one path'), (y, 'two paths')]")
    ends = dict.fromkeys(id(output) for output in outputs)
    naming = Naming(order, names, treat_as_inputs=given, never_inline={*ends, *said})
    counts = counts_of(order, naming.is_input, outputs)
    all_names = naming.all(order)
    part = order if len(order) <= limit else nearest(outputs, min(PART, limit))
    kept = {id(node) for node in part}
    wanted = kept | {id(operand) for node in part for operand in node.operands}
    name_of = {id(n): name for n, name in zip(order, all_names, strict=True) if id(n) in wanted}
    part = [node for node in order if id(node) in kept]
    index = {id(node): i for i, node in enumerate(part)}

    def vertex(node):
        stored = given[id(node)] if id(node) in given else stored_gradient(node)
        if node.op is None:
            kind = "input" if naming.is_input(node) else "constant"
        else:
            kind = "output" if id(node) in ends else "operation"
        return Vertex(
            kind=kind,
            op=None if node.op is None else str(node.op),
            operands=tuple(index.get(id(operand), HIDDEN) for operand in node.operands),
            operand_names=tuple(
                name_of[id(operand)] or naming.inline(operand) for operand in node.operands
            ),
            value=content(node.value),
            name=name_of[id(node)],
            gradient=content(stored) if kind != "constant" else None,
            local_derivatives=local_derivatives(node),
            parameters=parameters(node),
            note=visible(str(said[id(node)])) if id(node) in said else None,
            node=node,
        )

    return Graph([vertex(node) for node in part], counts, [index[i] for i in ends])


def nearest(outputs, how_many):
    """The `how_many` nodes nearest to the outputs, level by level."""
    found, seen, level = [], set(), list(outputs)
    while level and len(found) < how_many:
        below = []
        for node in level:
            if id(node) not in seen and len(found) < how_many:
                seen.add(id(node))
                found.append(node)
                below.extend(node.operands)
        level = below
    return found


def stored_gradient(node):
    """What the engine stored as `gradient`; None if nothing, or if it is a method."""
    gradient = getattr(node, "gradient", None)
    return None if callable(gradient) and not hasattr(gradient, "operands") else gradient


def local_derivatives(node):
    """The stored derivatives of a node with respect to its operands, or None."""
    stored = getattr(node, "local_derivatives", None)
    if stored is None or callable(stored) or node.op is None:
        return None
    found = tuple(content(derivative) for derivative in stored)
    return found if len(found) == len(node.operands) else None
