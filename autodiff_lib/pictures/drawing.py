"""draw: the picture of a graph. side_by_side: several graphs at one scale."""

from autodiff_lib.pictures import style
from autodiff_lib.pictures.edges import edge_lines, edge_texts, path_colours
from autodiff_lib.pictures.glyphs import label
from autodiff_lib.pictures.graph import LIMIT, snapshot
from autodiff_lib.pictures.layout import advice
from autodiff_lib.pictures.outline import heading, outline
from autodiff_lib.pictures.picture import Picture, image, words_only
from autodiff_lib.pictures.scene import Scene
from autodiff_lib.pictures.svg import document
from autodiff_lib.pictures.text import columns, fit, visible

WIDEST = 1000  # px: what stands beside each other in a notebook without being shrunk
TITLE = 26  # px kept free for a title
BETWEEN = 32  # px between two graphs
LONGEST_TITLE = 40  # columns


def draw(*outputs, names=None, gradients=None, edge_labels=None, paths=None, limit=LIMIT):
    """The Picture of all that `outputs` are made from.

    names: {name: node}, for nodes that carry no name.
    gradients: pairs [(node, gradient)] or a dict, for engines that return their gradients.
    edge_labels: "shapes", "local derivatives", {(node, operand's index): text} or a function.
    paths: lists of nodes, each from an input to a result; each path gets a colour.
    limit: a graph of more nodes is summarised, and only the part nearest the outputs drawn.
    Raises TypeError or ValueError, with the next step, for what is not a graph.
    """
    graph = snapshot(*outputs, names=names, gradients=gradients, limit=limit)
    texts = edge_texts(graph, edge_labels)
    colours = path_colours(graph, paths)
    text = "\n".join([outline(graph), *edge_lines(graph, texts)])
    scene = Scene(graph, texts)
    if scene.layout is None:
        return Picture(text, words_only(text, advice()), dot=scene.source)
    svg = scene.svg(f"Graph of {heading(graph)[0]}", colours=colours)
    return Picture(text, image(svg, f"Graph of {text}"), svg, scene.source)


def side_by_side(graphs, limit=LIMIT):
    """One Picture of several graphs, drawn at one scale, so that sizes can be compared.

    graphs: {title: output}. They stand beside each other, or below where that gets too wide.
    Raises TypeError or ValueError, with the next step, for what is not that.
    """
    if not hasattr(graphs, "items") or not graphs:
        raise TypeError(
            f"side_by_side takes {{title: output}}, such as {{'f': f, 'its derivative': df}}, "
            f"got {type(graphs).__name__}"
        )
    titles = [visible(str(title), LONGEST_TITLE) for title in graphs]
    shots = [snapshot(output, limit=limit) for output in graphs.values()]
    text = "\n\n".join(
        f"{title}\n{outline(shot)}" for title, shot in zip(titles, shots, strict=True)
    )
    scenes = [Scene(shot) for shot in shots]
    if any(scene.layout is None for scene in scenes):
        return Picture(text, words_only(text, advice()))
    parts, size = [], (0, 0)
    for (x, y), title, scene in zip(arrange(titles, scenes), titles, scenes, strict=True):
        parts += [title_plate(title, x, y)]
        parts += [f'<g transform="translate({x},{y + TITLE + 8})">', *scene.parts(), "</g>"]
        width, height = room(title, scene)
        size = max(size[0], x + width), max(size[1], y + height)
    svg = document(parts, *size, " and ".join(titles))
    return Picture(text, image(svg, text), svg)


def room(title, scene):
    """Width and height that a graph takes with its title."""
    width, height = scene.size
    return max(width, title_width(title)), height + TITLE + 8


def arrange(titles, scenes):
    """The left upper corner of each graph: in a row if that fits a notebook, else a column."""
    rooms = [room(title, scene) for title, scene in zip(titles, scenes, strict=True)]
    in_a_row = sum(width for width, _ in rooms) + BETWEEN * (len(rooms) - 1) <= WIDEST
    corner = 0
    for width, height in rooms:
        yield (round(corner), 0) if in_a_row else (0, round(corner))
        corner += BETWEEN + (width if in_a_row else height)


def title_width(title):
    """The width of the plate behind a title."""
    return style.width_of(columns(title)) + 16


def title_plate(title, x, y):
    """A title on its plate, with (x, y) as its left upper corner."""
    width = title_width(title)
    title = fit(title, LONGEST_TITLE)
    return (
        f'<rect class="p" x="{x}" y="{y}" width="{width:.0f}" height="{TITLE}" rx="4"/>'
        + label(title, x + width / 2, y + TITLE / 2, "tp")
    )
