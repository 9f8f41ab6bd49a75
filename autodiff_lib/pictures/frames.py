"""step_through: a forward and a reverse pass, frame by frame, at fixed positions.

Each frame is a <details> with one picture, and its sentence as the summary: no script, no
widget. It works with the keyboard, in an untrusted notebook, on a static page; on paper the
sentences and the open frame remain.
"""

import hashlib
from html import escape

from autodiff_lib.pictures import style
from autodiff_lib.pictures.drawing import draw
from autodiff_lib.pictures.graph import LIMIT, snapshot
from autodiff_lib.pictures.layout import advice
from autodiff_lib.pictures.picture import Picture, image, words_only
from autodiff_lib.pictures.scene import Scene
from autodiff_lib.pictures.steps import all_frames
from autodiff_lib.pictures.text import shown


def step_through(output, names=None, gradients=None, steps=None, limit=LIMIT):
    """The Picture of a forward and a reverse pass through what `output` is made from.

    names, gradients: as for `draw`. steps: Steps that an engine's backward pass recorded, in its
    own order, revisits included; without them every node fires once, the output first.
    Where gradients that nodes store differ from what arrived, the last frame says so.
    A graph of more than `limit` nodes is drawn instead, with a sentence.
    """
    graph = snapshot(output, names=names, gradients=gradients, limit=limit)
    if graph.is_part:
        picture = draw(output, names=names, gradients=gradients, limit=limit)
        text = f"{picture.text}\nToo many nodes to step through: this is the picture alone."
        return Picture(text, picture.html, picture.svg, picture.dot)
    frames = all_frames(graph, steps)
    sentences = [f"{k}. {frame.sentence}" for k, frame in enumerate(frames, 1)]
    text = "\n".join(sentences)
    scene = Scene(final(graph, frames[-1]), room_for_labels(frames))
    if scene.layout is None:
        return Picture(text, words_only(text, advice()), dot=scene.source)
    pictures = [draw_frame(scene, graph, frame, s) for frame, s in zip(frames, sentences, strict=True)]
    return Picture(text, accordion(sentences, pictures), pictures[-1], scene.source)


def final(graph, last):
    """The graph with all its gradients: the frame that needs the most room."""
    vertices = [
        vertex._replace(gradient=last.sums.get(i)) for i, vertex in enumerate(graph.vertices)
    ]
    return type(graph)(vertices, graph.counts, graph.outputs)


def room_for_labels(frames):
    """{(head, slot): the longest label it ever gets}."""
    room = {}
    for frame in frames:
        for key, text in labels_of(frame).items():
            room[key] = max(room.get(key, ""), text, key=len)
    return room


def labels_of(frame):
    """{(head, slot): text} of what a frame sends."""
    return {
        (frame.vertex, slot): shown(amount, longest=12).removeprefix("shape ")
        for slot, amount in frame.sent.items()
        if amount is not None
    }


def draw_frame(scene, graph, frame, sentence):
    """The SVG of one frame: what is known by now, the current node ringed, what it sends."""
    glyphs = []
    for i, glyph in enumerate(scene.glyphs):
        total = frame.sums.get(i)
        glyphs.append(
            glyph._replace(
                value=glyph.value if i in frame.computed else None,
                gradient=None if total is None else f"\u2202 {shown(total, 12).removeprefix('shape ')}",
            )
        )
    rings = {} if frame.vertex is None else {frame.vertex: style.CURRENT}
    coloured = frame.sent if frame.sums else range(slots(graph, frame))
    colours = {(frame.vertex, slot): style.CURRENT for slot in coloured}
    return scene.svg(sentence, glyphs=glyphs, rings=rings, colours=colours, labels=labels_of(frame))


def slots(graph, frame):
    """How many operands the frame's node has."""
    return 0 if frame.vertex is None else len(graph.vertices[frame.vertex].operands)


def accordion(sentences, pictures):
    """One <details> a frame; the shared name lets a browser keep only one of them open."""
    name = "steps-" + hashlib.sha256("\n".join(sentences).encode()).hexdigest()[:12]
    rows = [
        f'<details name="{name}"{" open" if k == 0 else ""}><summary>{escape(sentence)}</summary>'
        f"{image(svg, sentence)}</details>"
        for k, (sentence, svg) in enumerate(zip(sentences, pictures, strict=True))
    ]
    return "\n".join(rows)
