"""step_through: a forward and a reverse pass, or forward mode, frame by frame."""

from html import escape

from autodiff_lib.pictures.draw import draw
from autodiff_lib.pictures.fan_in import with_fan_in
from autodiff_lib.pictures.film import film
from autodiff_lib.pictures.glyphs import tag_text
from autodiff_lib.pictures.listing import Listing, in_making_order
from autodiff_lib.pictures.outline import outline
from autodiff_lib.pictures.picture import Picture
from autodiff_lib.pictures.push import push_frames
from autodiff_lib.pictures.scene import Scene
from autodiff_lib.pictures.steps import all_frames

LIMIT = 25  # nodes: a frame for each, twice, is as much as a page bears


def step_through(
    output,
    names=None,
    gradients=None,
    steps=None,
    limit=LIMIT,
    *,
    forward=True,
    tangents=None,
    as_list=False,
    fan_in=False,
):
    """The Picture of a forward and a reverse pass through what `output` is made from.

    names, gradients: as for `draw`. steps: Steps that an engine's backward pass recorded, in its
    own order, revisits included; without them every node fires once, the output first.
    forward: whether the forward pass is shown before it.
    tangents: {input: number}, to show forward mode instead, in one pass: each result's tangent.
    as_list: True, or the nodes in the order they were made, to show a numbered list of them.
    fan_in: whether beside what broadcasting copied stands what is summed for it.
    Where gradients that nodes store differ from what arrived, the last frame says so.
    A graph of more than `limit` nodes is drawn instead, with a sentence.
    Raises TypeError or ValueError, with the next step, for what is not a graph or not a Step.
    """
    options = {"names": names, "gradients": gradients, "limit": limit}
    graph = in_making_order([output], as_list or True, **options)
    if graph.is_part:
        return too_many(output, names, limit, gradients)
    if tangents is not None:
        frames = push_frames(graph, tangents)
    else:
        frames = all_frames(graph, steps, forward)
    frames = with_fan_in(graph, frames) if fan_in else frames
    labels = [amounts(graph, frame) for frame in frames]
    below = "" if forward or tangents else outline(graph)
    return film(graph, frames, labels, Listing if as_list else Scene, below)


def amounts(graph, frame):
    """{(id(node), slot): text} of what a frame sends, back or forward."""
    sent = frame.sent or frame.pushed
    if not sent:
        return {}
    node = id(graph.vertices[frame.vertex].node)
    return {(node, s): tag_text(amount) for s, amount in sent.items() if amount is not None}


def too_many(output, names, limit, gradients=None):
    """The picture of a graph that is too large to step through, and the sentence that says so."""
    picture = draw(output, names=names, gradients=gradients)
    sentence = f"More than {limit} nodes are too many to step through: this is the picture alone."
    html = f"<p>{escape(sentence)}</p>\n{picture.html}"
    return Picture(f"{sentence}\n{picture.text}", html, picture.svg, lambda: picture.dot)
