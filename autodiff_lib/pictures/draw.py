"""draw: the picture of a graph."""

from html import escape

from autodiff_lib.pictures.dot import dot_writer
from autodiff_lib.pictures.edges import edge_lines, edge_texts
from autodiff_lib.pictures.graph import LIMIT
from autodiff_lib.pictures.highlights import highlighted, path_colours
from autodiff_lib.pictures.layout import advice
from autodiff_lib.pictures.listing import Listing, in_making_order, list_text
from autodiff_lib.pictures.outline import heading, outline, summary
from autodiff_lib.pictures.picture import Picture, image, words_only
from autodiff_lib.pictures.scene import Scene, readable_scene


def draw(
    *outputs,
    names=None,
    gradients=None,
    notes=None,
    edge_labels=None,
    paths=None,
    highlight=None,
    limit=None,
    as_list=False,
):
    """The Picture of all that `outputs` are made from.

    names: {name: node}, for nodes that carry no name.
    gradients: pairs [(node, gradient)] or a dict, for engines that return their gradients.
    notes: pairs [(node, text)] or a dict, written under the nodes.
    edge_labels: "shapes", "local derivatives", {(node, index of operand): text} or a function.
    paths: lists of nodes, each from an input to a result; each path gets a colour.
    highlight: nodes and (node, index of operand) arrows to bring out.
    limit: how many nodes may be drawn. A graph of more is summarised, and only the part nearest
    the outputs drawn; without a limit that is a graph that cannot be read at a glance.
    as_list: True, or the nodes in the order they were made, to draw a numbered list of them.
    Raises TypeError or ValueError, with the next step, for what is not a graph.
    """
    most = LIMIT if limit is None else limit
    options = {"names": names, "gradients": gradients, "notes": notes, "limit": most}
    graph = in_making_order(outputs, as_list or True, **options)
    on_paths, path_lines = path_colours(graph, paths)
    rings, arrows = highlighted(graph, highlight)
    labels = edge_texts(graph, edge_labels)
    told = list_text(graph) if as_list else outline(graph)
    text = "\n".join([told, *edge_lines(graph, labels), *path_lines])
    write_dot = dot_writer(graph, outputs, labels, names=names, gradients=gradients, notes=notes)
    if as_list:
        scene = Listing(graph, labels)
    else:
        scene = readable_scene(graph, labels) if limit is None else Scene(graph, labels)
    if scene.layout is None:
        return Picture(text, words_only(text, advice()), write_dot=write_dot)
    svg = scene.svg(f"Graph of {heading(graph)[0]}", rings=rings, colours=on_paths | arrows)
    html = caption(graph, scene) + image(svg, f"Graph of {text}")
    return Picture(text, html, svg, write_dot)


def caption(graph, scene, title=""):
    """What stands above a picture that shows a part only; nothing where all is drawn."""
    if graph.is_part:
        sentence = summary(graph)
    elif scene.graph is not graph:
        shown, all_of_them = len(scene.graph.vertices), len(graph.vertices)
        sentence = (
            f"Too wide to read: the picture shows the {shown} of {all_of_them} nodes that are "
            "nearest to the output; print it for all of them as text."
        )
    else:
        return ""
    return f"<p>{escape(title + sentence)}</p>\n"
