"""A graph in Graphviz' own language, whole, with all that its nodes and arrows say."""

from functools import partial

from autodiff_lib.pictures.glyphs import glyphs_and_arrows
from autodiff_lib.pictures.graph import snapshot
from autodiff_lib.pictures.layout import dot_source
from autodiff_lib.pictures.svg import boxes


def dot_writer(graph, outputs, labels=None, **options):
    """A function that writes the DOT of all nodes that `outputs` are made from.

    It holds texts, no live node; of a graph that is a part it holds the outputs, to read them
    when they are asked for. labels: {(id(node), index of operand): text}. options: of `snapshot`.
    """
    if not graph.is_part:
        return partial(dot_source, **written(graph, labels))
    options |= {"limit": graph.counts.nodes}
    return lambda: dot_source(**written(snapshot(*outputs, **options), labels))


def written(graph, labels=None):
    """The arguments of dot_source: sizes, arrows and texts."""
    glyphs, arrows = glyphs_and_arrows(graph)
    keys = [(id(graph.vertices[arrow.head].node), arrow.slot) for arrow in arrows]
    return {
        "boxes": boxes(glyphs)[0],
        "arrows": [(arrow.tail, arrow.head) for arrow in arrows],
        "texts": ["\n".join(filter(None, glyph[1:])) for glyph in glyphs],
        "labels": [(labels or {}).get(key) for key in keys],
    }
