"""line_by_line: a program beside the graph of what it computes, a line lit with its node."""

from autodiff_lib.pictures import style
from autodiff_lib.pictures.glyphs import draw_tag, label, n, tag_width
from autodiff_lib.pictures.graph import snapshot
from autodiff_lib.pictures.instrument import instrument
from autodiff_lib.pictures.layout import advice
from autodiff_lib.pictures.outline import outline
from autodiff_lib.pictures.picture import Picture, words_only
from autodiff_lib.pictures.scene import Scene
from autodiff_lib.pictures.svg import document
from autodiff_lib.pictures.text import columns, fit, shown

LIMIT = 40  # nodes: more are no film any more
ROW = 28  # px from a line to the next
LONGEST = 60  # columns of a line
GAP = 8  # px between a line and its value
BETWEEN = 30  # px between page and graph
WIDEST = 1000  # px: from here on the graph stands below the page


def line_by_line(lines, nodes, limit=LIMIT):
    """The Picture of a program that is read line by line, each line lit with what it computes.

    lines: texts; where one says `name = ...`, its node has that name. nodes: for each line a node,
    a list of nodes, or None where it computes nothing. The last line's are what is returned.
    Raises ValueError, with the next step, for lines and nodes that do not fit.
    """
    groups = [as_list(entry) for entry in nodes]
    if len(groups) != len(lines) or not groups or not groups[-1]:
        raise ValueError(
            "line_by_line takes one entry of nodes for each line, and the last line's are the "
            f"results; got {len(lines)} lines and {len(groups)} entries"
        )
    graph = snapshot(*groups[-1], names=names_of(lines, groups), limit=limit)
    if graph.is_part:
        raise ValueError(f"more than {limit} nodes are too many to read line by line: draw them")
    lit = places(graph, groups)
    held = [told(graph, each) for each in lit]
    sentences = [
        f"{number}. {line}" + f"  ({what})" * bool(what)
        for number, (line, what) in enumerate(zip(lines, held, strict=True), 1)
    ]
    text = "\n".join([*sentences, outline(graph)])
    scene = Scene(type(graph)(map(without_value, graph.vertices), graph.counts, graph.outputs))
    if scene.layout is None:
        return Picture(text, words_only(text, advice()))
    svgs = [draw_frame(scene, lines, held, lit[:k], sentences[k - 1]) for k in by_line(lines)]
    return Picture(text, instrument(sentences, svgs), svgs[-1])


def by_line(lines):
    """How many lines each frame has read."""
    return range(1, len(lines) + 1)


def without_value(vertex):
    """A vertex whose tag is its name alone: its value stands on the page."""
    return vertex if vertex.is_constant else vertex._replace(value=None)


def as_list(entry):
    """The nodes of a line: none, one or several."""
    if entry is None:
        return []
    return [entry] if hasattr(entry, "operands") else list(entry)


def names_of(lines, groups):
    """{name: node} of the lines that name one node."""
    found = {}
    for line, group in zip(lines, groups, strict=True):
        name, equals, _ = line.strip().partition(" = ")
        if equals and name.isidentifier() and len(group) == 1:
            found[name] = group[0]
    return found


def places(graph, groups):
    """The vertices of each line's nodes."""
    index = {id(vertex.node): i for i, vertex in enumerate(graph.vertices)}
    missing = [node for group in groups for node in group if id(node) not in index]
    if missing:
        raise ValueError("a line computes what the last line's results are not made from")
    return [[index[id(node)] for node in group] for group in groups]


def told(graph, lit):
    """What the nodes of a line hold: "[2, 4, 6]", or "x = 3, y = 2" if they are several."""
    known = [graph.vertices[i] for i in lit if graph.vertices[i].value is not None]
    named = len(lit) > 1
    return ", ".join(f"{v.name} = " * named + shown(v.value) for v in known)


def draw_frame(scene, lines, held, read, sentence):
    """The SVG of one frame: the page with a line lit, the graph with the names known by now."""
    vertices, now = scene.graph.vertices, len(read) - 1
    known = {i for lit in read for i in lit}
    glyphs = [
        glyph if i in known else glyph._replace(value=None) for i, glyph in enumerate(scene.glyphs)
    ]
    rings = {id(vertices[i].node): style.CURRENT for i in read[-1]}
    arrows = [(i, slot) for i in read[-1] for slot in range(len(vertices[i].operands))]
    colours = {(id(vertices[i].node), slot): [style.CURRENT] for i, slot in arrows}
    graph = scene.parts(glyphs=glyphs, rings=rings, colours=colours)
    values = [what if k <= now else "" for k, what in enumerate(held)]
    return beside(draw_page(lines, held, values, now), graph, scene.size, sentence)


def draw_page(lines, held, values, now):
    """The lines, one lit, each with its value: (SVG elements, width, height)."""
    width = max(style.width_of(columns(fit(line, LONGEST))) for line in lines) + 20
    parts = [draw_line(line, k, width, k == now) for k, line in enumerate(lines)]
    for k, value in enumerate(values):
        if value:
            x, y = width + GAP + tag_width(value) / 2, (k + 0.5) * ROW
            tag = draw_tag(value, letter="v", y=0)
            parts.append(f'<g transform="translate({n(x)},{n(y)})">{tag}</g>')
    room = max((tag_width(what) for what in held if what), default=-GAP)
    return parts, width + GAP + room, ROW * len(lines)


def draw_line(line, k, width, is_lit):
    """One line of the page on its plate; lit, it has the colour of the current node's ring."""
    around = f' style="stroke:{style.CURRENT};stroke-width:3"' if is_lit else ""
    indent = style.width_of(columns(line) - columns(line.lstrip()))
    return (
        f'<rect class="p"{around} x="0" y="{k * ROW + 2}" width="{n(width)}" '
        f'height="{ROW - 4}" rx="4"/>'
        + label(fit(line.strip(), LONGEST), 10 + indent, (k + 0.5) * ROW, "tp", anchor="start")
    )


def beside(page, graph, size, title):
    """The SVG of a page and a graph: side by side if that fits a notebook, else one below."""
    (lines, page_width, page_height), (width, height) = page, size
    across = page_width + BETWEEN + width <= WIDEST
    if across:
        total = page_width + BETWEEN + width, max(page_height, height)
        down, corner = (total[1] - page_height) / 2, (total[0] - width, (total[1] - height) / 2)
    else:
        total = max(page_width, width), page_height + BETWEEN + height
        down, corner = 0, (0, page_height + BETWEEN)
    lines = [f'<g transform="translate(0,{n(down)})">', *lines, "</g>"]
    place = f'<g transform="translate({n(corner[0])},{n(corner[1])})">'
    return document([*lines, place, *graph, "</g>"], *total, title)
