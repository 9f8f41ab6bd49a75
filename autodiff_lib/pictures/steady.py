"""Several graphs in one layout: what stands for the same thing keeps its place.

The layout is that of all graphs laid over each other. Each graph then shows the boxes and arrows
that it has, where they stand there.
"""

from collections import Counter

from autodiff_lib.pictures.layout import Layout, dot_source, lay_out
from autodiff_lib.pictures.scene import Scene
from autodiff_lib.pictures.svg import boxes


def steady_scenes(graphs, places):
    """A Scene for each Graph, all in one layout.

    places: for each graph {id(node): what stands for the same in the other graphs}, one node each.
    `layout` of the scenes is None where no Graphviz can be had.
    """
    scenes = [Scene(graph) for graph in graphs]
    spots = [spots_of(scene, known) for scene, known in zip(scenes, places, strict=True)]
    sizes, above = boxes([glyph for scene in scenes for glyph in scene.glyphs])
    widths = {}
    for spot, (width, _) in zip((s for known in spots for s in known), sizes, strict=True):
        widths[spot] = max(width, widths.get(spot, 0))
    height = sizes[0][1]
    index = {spot: i for i, spot in enumerate(widths)}
    ends = [[(index[known[tail]], index[known[head]]) for tail, head in scene.ends]
            for scene, known in zip(scenes, spots, strict=True)]  # fmt: skip
    arrows = together(ends)
    source = dot_source([(width, height) for width in widths.values()], arrows)
    layout = lay_out(source, len(widths), arrows)
    for scene, known, own in zip(scenes, spots, ends, strict=True):
        scene.down = above - height / 2
        scene.layout = layout and part_of(layout, [index[spot] for spot in known], own, arrows)
    return scenes


def spots_of(scene, known):
    """What each glyph of a scene stands for; the dots of what is left out belong to their user."""
    spots = [known[id(vertex.node)] for vertex in scene.graph.vertices]
    dots = {arrow.tail: arrow.head for arrow in scene.arrows if arrow.tail >= len(spots)}
    return spots + [("more", spots[dots[i]]) for i in range(len(spots), len(scene.glyphs))]


def together(ends):
    """All arrows (tail, head) of several graphs; two of the same only where one graph has two."""
    most = Counter()
    for own in ends:
        most |= Counter(own)
    return list(most.elements())


def part_of(layout, boxes_of, own, arrows):
    """The Layout of one graph: its boxes, and for each of its arrows one of all arrows."""
    waiting = {}
    for arrow, curve in zip(arrows, layout.curves, strict=True):
        waiting.setdefault(arrow, []).append(curve)
    taken, curves = Counter(), []
    for arrow in own:
        curves.append(waiting[arrow][taken[arrow]])
        taken[arrow] += 1
    centres = [layout.centres[i] for i in boxes_of]
    return Layout(layout.width, layout.height, centres, curves, [None] * len(own))
