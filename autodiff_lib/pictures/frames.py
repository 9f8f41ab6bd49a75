"""step_through: a forward and a reverse pass, frame by frame, at fixed positions.

Each frame is a <details> with one picture, and its sentence as the summary: no script, no
widget. It works with the keyboard, in an untrusted notebook, on a static page; on paper the
sentences and the open frame remain.
"""

import hashlib
from html import escape

from autodiff_lib.pictures import style
from autodiff_lib.pictures.drawing import draw
from autodiff_lib.pictures.glyphs import tag_text
from autodiff_lib.pictures.graph import HIDDEN, snapshot
from autodiff_lib.pictures.layout import advice
from autodiff_lib.pictures.picture import Picture, image, words_only
from autodiff_lib.pictures.scene import Scene
from autodiff_lib.pictures.steps import all_frames

LIMIT = 25  # nodes: a frame for each, twice, is as much as a page bears


def step_through(output, names=None, gradients=None, steps=None, limit=LIMIT):
    """The Picture of a forward and a reverse pass through what `output` is made from.

    names, gradients: as for `draw`. steps: Steps that an engine's backward pass recorded, in its
    own order, revisits included; without them every node fires once, the output first.
    Where gradients that nodes store differ from what arrived, the last frame says so.
    A graph of more than `limit` nodes is drawn instead, with a sentence.
    Raises TypeError or ValueError, with the next step, for what is not a graph or not a Step.
    """
    graph = snapshot(output, names=names, gradients=gradients, limit=limit)
    if graph.is_part:
        return too_many(draw(output, names=names, gradients=gradients), limit)
    frames = all_frames(graph, steps)
    sentences = [f"{k}. {frame.sentence}" for k, frame in enumerate(frames, 1)]
    text = "\n".join(sentences)
    scene = Scene(final(graph, frames[-1]), room_for_labels(graph, frames))
    if scene.layout is None:
        return Picture(text, words_only(text, advice()), write_dot=scene.dot())
    svgs = [draw_frame(scene, frame, s) for frame, s in zip(frames, sentences, strict=True)]
    return Picture(text, accordion(sentences, svgs), svgs[-1], scene.dot())


def too_many(picture, limit):
    """The picture of a graph that is too large to step through, and the sentence that says so."""
    sentence = f"More than {limit} nodes are too many to step through: this is the picture alone."
    html = f"<p>{escape(sentence)}</p>\n{picture.html}"
    return Picture(f"{sentence}\n{picture.text}", html, picture.svg, lambda: picture.dot)


def final(graph, last):
    """The graph with all its gradients: the frame that needs the most room."""
    vertices = [
        vertex._replace(gradient=last.sums.get(i)) for i, vertex in enumerate(graph.vertices)
    ]
    return type(graph)(vertices, graph.counts, graph.outputs)


def room_for_labels(graph, frames):
    """{(id(node), slot): the longest label that arrow ever gets}."""
    room = {}
    for frame in frames:
        for key, text in labels_of(graph, frame).items():
            room[key] = max(room.get(key, ""), text, key=len)
    return room


def labels_of(graph, frame):
    """{(id(node), slot): text} of what a frame sends."""
    if not frame.sent:
        return {}
    node = id(graph.vertices[frame.vertex].node)
    return {(node, s): tag_text(amount) for s, amount in frame.sent.items() if amount is not None}


def draw_frame(scene, frame, sentence):
    """The SVG of one frame: what is known by now, the current node ringed, what it sends."""
    glyphs = list(scene.glyphs)
    for i in range(len(scene.graph.vertices)):
        total = frame.sums.get(i)
        gradient = None if total is None else f"\u2202 {tag_text(total)}"
        value = glyphs[i].value if i in frame.computed else None
        glyphs[i] = glyphs[i]._replace(value=value, gradient=gradient)
    if frame.vertex is None:
        return scene.svg(sentence, glyphs=glyphs, labels={})
    vertex = scene.graph.vertices[frame.vertex]
    used = frame.sent if frame.sent is not None else range(len(vertex.operands))
    slots = [slot for slot in used if vertex.operands[slot] != HIDDEN]
    return scene.svg(
        sentence,
        glyphs=glyphs,
        rings={id(vertex.node): style.CURRENT},
        colours={(id(vertex.node), slot): [style.CURRENT] for slot in slots},
        labels=labels_of(scene.graph, frame),
        backward={(id(vertex.node), slot) for slot in frame.sent or ()},
    )


def accordion(sentences, svgs):
    """One <details> a frame; the shared name lets a browser keep only one of them open."""
    name = "steps-" + hashlib.sha256("\n".join(sentences).encode()).hexdigest()[:12]
    rows = [
        f'<details name="{name}"{" open" if k == 0 else ""}><summary>{escape(sentence)}</summary>'
        f"{image(svg, sentence)}</details>"
        for k, (sentence, svg) in enumerate(zip(sentences, svgs, strict=True))
    ]
    return "\n".join(rows)
