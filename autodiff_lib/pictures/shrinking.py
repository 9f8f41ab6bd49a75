"""shrinking: a film of one program that is rewritten, stage by stage.

Each frame is the graph of a stage, with what the next stage has no more ringed and marked. What
stays keeps its place, and its name, where one is given.
"""

from collections import Counter
from itertools import pairwise

from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.pictures.checks import a_kind
from autodiff_lib.pictures.count import plural
from autodiff_lib.pictures.graph import snapshot
from autodiff_lib.pictures.highlights import highlighted
from autodiff_lib.pictures.instrument import instrument
from autodiff_lib.pictures.layout import advice
from autodiff_lib.pictures.outline import heading, outline
from autodiff_lib.pictures.picture import Picture, words_only
from autodiff_lib.pictures.steady import steady_scenes
from autodiff_lib.pictures.text import content, shown, visible

MARK = "goes"  # the note under what the next stage has no more
LIMIT = 60  # nodes of a stage: more cannot be read at a glance


def shrinking(stages, names=None, key=id):
    """The Picture of a program at several stages, one frame each.

    stages: {title: outputs}, a node or a sequence of nodes each. names: {name: node} for nodes of
    any stage; what stands for a node in another stage has its name. key: a function of a node, the
    same for it and for what stands for it in the next stage, such as its number; without it a node
    that was made anew is another.
    Raises TypeError or ValueError, with the next step, for what is not that.
    """
    if not hasattr(stages, "items") or not stages:
        raise TypeError(f"shrinking takes {{title: outputs}}, got {a_kind(stages)}")
    programs = [as_outputs(outputs) for outputs in stages.values()]
    nodes = [operations(outputs) for outputs in programs]
    places = [places_of(outputs, key) for outputs in programs]
    names = carried(names or {}, places)
    gone = [vanished(*pair) for pair in pairwise(zip(nodes, places, strict=True))] + [[]]
    graphs = [
        snapshot(*outputs, names=names_in(outputs, known, names),
                 notes=[(node, MARK) for node in marked], limit=LIMIT)
        for outputs, known, marked in zip(programs, places, gone, strict=True)
    ]  # fmt: skip
    sentences = [
        f"{k}. {visible(str(title))}: {plural(len(nodes[k - 1]), 'operation')}"
        + f", {len(gone[k - 1])} ringed, which the next frame does not have" * bool(gone[k - 1])
        for k, title in enumerate(stages, 1)
    ]
    pairs = zip(sentences, map(outline, graphs), strict=True)
    text = "\n\n".join(f"{sentence}\n{told}" for sentence, told in pairs)
    scenes = steady_scenes(graphs, places)
    if scenes[0].layout is None:
        return Picture(text, words_only(text, advice()))
    svgs = [frame(scene, marked) for scene, marked in zip(scenes, gone, strict=True)]
    return Picture(text, instrument(sentences, svgs), svgs[-1])


def as_outputs(outputs):
    """The outputs of a stage as a tuple: a node alone is one."""
    return (outputs,) if hasattr(outputs, "operands") else tuple(outputs)


def operations(outputs):
    """The nodes that compute something."""
    return [node for node in topological_order(*outputs) if node.op is not None]


def places_of(outputs, key):
    """{id(node): its place}; of several nodes with one key each has a place of its own."""
    places, met = {}, Counter()
    for node in topological_order(*outputs):
        name = getattr(node, "name", None) or shown(content(node.value))
        alike = ("leaf", name) if node.op is None else key(node)
        met[alike] += 1
        places[id(node)] = alike, met[alike]
    return places


def carried(names, places):
    """{place: name} for names that are given to nodes of any stage."""
    return {
        known[id(node)]: name
        for name, node in names.items()
        for known in places
        if id(node) in known
    }


def names_in(outputs, known, names):
    """The names of one stage, {name: node}."""
    order = topological_order(*outputs)
    return {names[known[id(x)]]: x for x in order if known[id(x)] in names}


def vanished(stage, following):
    """The nodes of a stage, a pair (nodes, places), whose place the following stage has not."""
    nodes, places = stage
    left = set(following[1].values())
    return [node for node in nodes if places[id(node)] not in left]


def frame(scene, gone):
    """The SVG of one stage."""
    rings, _ = highlighted(scene.graph, gone)
    return scene.svg(f"Graph of {heading(scene.graph)[0]}", rings=rings)
