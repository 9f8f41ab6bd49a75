"""draw: the picture of a graph."""

from autodiff_lib.pictures.glyphs import glyphs_and_arrows
from autodiff_lib.pictures.graph import LIMIT, snapshot
from autodiff_lib.pictures.layout import advice, dot_source, lay_out
from autodiff_lib.pictures.outline import heading, outline
from autodiff_lib.pictures.picture import Picture, image, words_only
from autodiff_lib.pictures.svg import boxes, draw_svg


def draw(*outputs, names=None, gradients=None, limit=LIMIT):
    """The Picture of all that `outputs` are made from.

    names: {name: node}, for nodes that carry no name.
    gradients: pairs [(node, gradient)] or a dict, for engines that return their gradients.
    limit: a graph of more nodes is summarised, and only the part nearest the outputs drawn.
    Raises TypeError or ValueError, with the next step, for what is not a graph.
    """
    graph = snapshot(*outputs, names=names, gradients=gradients, limit=limit)
    text = outline(graph)
    glyphs, arrows = glyphs_and_arrows(graph)
    sizes, above = boxes(glyphs)
    ends = [(arrow.tail, arrow.head) for arrow in arrows]
    source = dot_source(sizes, ends)
    layout = lay_out(source, len(glyphs), ends)
    if layout is None:
        return Picture(text, words_only(text, advice()), dot=source)
    title = f"Graph of {heading(graph)[0]}"
    svg = draw_svg(glyphs, arrows, layout, above, title=title)
    return Picture(text, image(svg, f"Graph of {text}"), svg, source)
