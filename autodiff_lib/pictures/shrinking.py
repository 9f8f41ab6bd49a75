"""shrinking: a film of one program that is rewritten, stage by stage.

Each frame is the graph of a stage, with what the next stage has no more ringed and marked.
"""

from collections import Counter

from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.pictures.checks import a_kind
from autodiff_lib.pictures.count import plural
from autodiff_lib.pictures.draw import draw
from autodiff_lib.pictures.instrument import instrument
from autodiff_lib.pictures.layout import advice
from autodiff_lib.pictures.picture import Picture, words_only
from autodiff_lib.pictures.text import visible

MARK = "goes"  # the note under what the next stage has no more
LIMIT = 60  # nodes of a stage: more cannot be read at a glance


def shrinking(stages, names=None, key=id):
    """The Picture of a program at several stages, one frame each.

    stages: {title: outputs}, a node or a sequence of nodes each. names: {name: node} for nodes of
    any stage that carry no name. key: a function of a node, the same for it and for what stands
    for it in the next stage, such as its number; without it a node that was made anew is another.
    Raises TypeError or ValueError, with the next step, for what is not that.
    """
    if not hasattr(stages, "items") or not stages:
        raise TypeError(f"shrinking takes {{title: outputs}}, got {a_kind(stages)}")
    programs = [as_outputs(outputs) for outputs in stages.values()]
    nodes = [operations(outputs) for outputs in programs]
    shots, sentences = [], []
    for k, (title, outputs) in enumerate(zip(stages, programs, strict=True)):
        gone = vanished(nodes[k], nodes[k + 1], key) if k + 1 < len(nodes) else []
        shots.append(frame(outputs, names, gone))
        words = f"{k + 1}. {visible(str(title))}: {plural(len(nodes[k]), 'operation')}"
        ringed = f", {len(gone)} ringed, which the next frame does not have" * bool(gone)
        sentences.append(words + ringed)
    pairs = zip(sentences, shots, strict=True)
    text = "\n\n".join(f"{sentence}\n{shot.text}" for sentence, shot in pairs)
    if any(shot.svg is None for shot in shots):
        return Picture(text, words_only(text, advice()))
    svgs = [shot.svg for shot in shots]
    return Picture(text, instrument(sentences, svgs), svgs[-1])


def as_outputs(outputs):
    """The outputs of a stage as a tuple: a node alone is one."""
    return (outputs,) if hasattr(outputs, "operands") else tuple(outputs)


def operations(outputs):
    """The nodes that compute something."""
    return [node for node in topological_order(*outputs) if node.op is not None]


def vanished(nodes, rest, key):
    """The nodes for which no node of the rest stands; of several with one key, the last ones."""
    left, gone = Counter(map(key, rest)), []
    for node in nodes:
        if left[key(node)]:
            left[key(node)] -= 1
        else:
            gone.append(node)
    return gone


def frame(outputs, names, gone):
    """The picture of one stage."""
    here = {id(node) for node in topological_order(*outputs)}
    known = {name: node for name, node in (names or {}).items() if id(node) in here}
    notes = [(node, MARK) for node in gone]
    return draw(*outputs, names=known, notes=notes, highlight=gone, limit=LIMIT)
