"""A graph as text: one line per node, operands before results.

    7 nodes: 3 inputs, 4 operations
    x = 3               gradient 96
    y = 2               gradient 288
    z = 1               gradient 288
    v1 = x * y = 6      gradient 48
    v2 = y * z = 2      gradient 144
    v3 = v1 * v2 = 12   gradient 24
    o = v3**2 = 144     gradient 1

This is what a screen reader reads, what a notebook records and what a test compares.
"""

from functools import partial

from autodiff_lib.graphs.operations import spell
from autodiff_lib.pictures.count import plural
from autodiff_lib.pictures.text import shown, visible

LONGEST_EXPRESSION = 60  # characters; a sum of a thousand operands is cut
WIDEST_COLUMN = 48  # a longer line does not push the gradients of the others to the right


def outline(graph):
    """The text outline of a Graph."""
    named = [vertex for vertex in graph.vertices if vertex.name is not None]
    columns = [map(left, named), map(gradient_text, named), (v.note or "" for v in named)]
    rows = zip(*map(aligned, columns), strict=True)
    return "\n".join([*heading(graph), *("".join(row).rstrip() for row in rows)])


def aligned(column):
    """The texts of a column, padded to one width; an empty column takes no room."""
    texts = list(column)
    width = max((len(text) + 3 for text in texts if 0 < len(text) <= WIDEST_COLUMN), default=0)
    return [f"{text:<{max(width, len(text) + 3 * bool(text))}}" for text in texts]


def heading(graph):
    """How many nodes of which kind; for a large graph also which part is shown."""
    first = graph.counts.kinds()
    if len(graph.outputs) > 1:
        first += "; outputs " + ", ".join(graph.vertices[i].name for i in graph.outputs)
    return [first, summary(graph)] if graph.is_part else [first]


def summary(graph):
    """The sentence that says what of a large graph is drawn."""
    counts = graph.counts
    ends = "output" if len(graph.outputs) == 1 else "outputs"
    return (
        f"Too many to read ({counts.by_operation(most=6)}; depth {counts.depth:,}): "
        f"here are the {plural(len(graph.vertices), 'node')} nearest to the {ends}."
    )


def left(vertex):
    """A vertex and how it was made: "v1 = x * y = 6", "x = 3", without a value "v1 = x * y"."""
    parts = [vertex.name]
    if vertex.op is not None:
        parts.append(expression(vertex))
    if vertex.value is not None:
        parts.append(shown(vertex.value))
    return " = ".join(parts)


def expression(vertex, operands=None):
    """The operation written in Python on its operands' names, or on other texts for them."""
    written = [f"({t})" if t.startswith("-") else t for t in operands or vertex.operand_names]
    text = with_parameters(written, vertex.parameters, partial(spell, visible(vertex.op)))
    return visible(text, LONGEST_EXPRESSION)


def gradient_text(vertex):
    """What is known of its gradient: "gradient 96", or nothing."""
    return "" if vertex.gradient is None else f"gradient {shown(vertex.gradient)}"


def parameters(node):
    """The parameters of a node as texts, ("axis=0",), without those that are switched off.

    The key of an index is one text in brackets: ("[1:]",).
    """
    told = getattr(node, "parameters", None)
    if node.op is None or not isinstance(told, dict):
        return ()
    if node.op == "index" and list(told) == ["key"]:
        return (f"[{setting(told['key']).removeprefix('(').removesuffix(')')}]",)
    used = {name: value for name, value in told.items() if value is not None and value is not False}
    return tuple(f"{visible(str(name))}={setting(value)}" for name, value in used.items())


def setting(value):
    """A parameter as Python writes it: 0, (1, 2), 'ij->i'; a slice as it stands in an index."""
    if isinstance(value, slice):
        ends = ["" if end is None else setting(end) for end in (value.start, value.stop)]
        return ":".join(ends + ([] if value.step is None else [setting(value.step)]))
    if value is Ellipsis:
        return "..."
    if isinstance(value, tuple):
        return f"({', '.join(map(setting, value))}{',' * (len(value) == 1)})"
    if isinstance(value, str):
        return visible(repr(value))
    return shown(value)


def with_parameters(written, texts, spell):
    """An expression with its parameters: sum(x, axis=0), x[1:]. `spell` writes its operands."""
    if texts and texts[0].startswith("["):
        return f"{written[0]}{texts[0]}"
    return spell([*written, *texts])
