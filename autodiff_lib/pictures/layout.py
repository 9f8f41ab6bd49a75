"""Where everything goes: boxes and arrows in, positions out.

Graphviz places boxes whose sizes we compute from our own character widths; there is no text
for it to measure, so positions do not depend on the fonts of a machine. The bundled engine
(pygraphviz, in this process, about a millisecond) comes first, the program `dot` second.
"""

import importlib.util
import sys
import tempfile
import threading
from typing import NamedTuple

_ONE_AT_A_TIME = threading.Lock()  # the bundled engine keeps global state

POINTS = 72  # per inch, Graphviz' unit of sizes; one point is drawn as one px


class Layout(NamedTuple):
    """Positions in px, y downwards."""

    width: float
    height: float
    centres: list  # (x, y) of each box
    curves: list  # per arrow, the points of its Bezier curve: 1 + 3 k of them
    labels: list  # per arrow, the centre of its label, or None


def dot_source(boxes, arrows, label_boxes=None, texts=None, labels=None, gap=(30, 12)):
    """The graph in Graphviz' language, written by the `graphviz` package.

    boxes: (width, height) of each node in px. arrows: (tail, head) indices.
    label_boxes: per arrow (width, height) to keep free for its label, or None.
    texts, labels: what to write in each node and at each arrow, for a reader of the DOT;
    nothing for the layout.
    gap: px between ranks, and between neighbours in a rank.
    """
    import graphviz

    graph = graphviz.Digraph(
        "g",
        graph_attr={
            "rankdir": "LR",
            "ranksep": _inches(gap[0]),
            "nodesep": _inches(gap[1]),
        },
        node_attr={"shape": "box", "fixedsize": "true", "label": ""},
        edge_attr={"tailport": "e", "headport": "w", "dir": "none"},
    )
    for i, (width, height) in enumerate(boxes):
        label = {} if texts is None else {"label": literal(texts[i])}
        graph.node(f"n{i}", width=_inches(width), height=_inches(height), **label)
    for i, (tail, head) in enumerate(arrows):
        box = label_boxes[i] if label_boxes else None
        label = {"label": _empty_table(box)} if box else {}
        if labels and labels[i]:
            label = {"label": literal(labels[i])}
        graph.edge(f"n{tail}", f"n{head}", **label)
    return graph.source


def literal(text):
    """Text as a label that Graphviz shows as it stands: it reads &amp; and \\n in labels."""
    import graphviz

    written = text.replace("&", "&amp;").replace("\\", "\\\\").replace("\n", "\\n")
    return graphviz.nohtml(written)


def _inches(px):
    return f"{2 * round(px / 2) / POINTS:.6g}"  # even sizes: old Graphviz halves in integers


def _empty_table(box):
    width, height = (round(side) for side in box)
    return (
        f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="TRUE" '
        f'WIDTH="{width}" HEIGHT="{height}"><TR><TD></TD></TR></TABLE>>'
    )


def lay_out(source, n_boxes, arrows):
    """The Layout of a DOT source, or None where no Graphviz can be had."""
    for engine in (bundled, program):
        plain = engine(source)
        if plain is not None:
            return read_plain(plain, n_boxes, arrows)
    return None


def bundled(source):
    """The positions from the Graphviz inside pygraphviz, or None where it does not load."""
    try:
        import pygraphviz
    except (ImportError, OSError):
        return None
    with _ONE_AT_A_TIME:
        try:
            graph = pygraphviz.AGraph(string=source)  # reads it from a temporary file
        except OSError:
            return None
        try:
            return graph.draw(format="plain", prog="dot").decode()
        finally:
            graph.close()


def program(source):
    """The positions from the program `dot`, or None where it is not there or fails."""
    import graphviz

    try:
        return graphviz.pipe("dot", "plain", source.encode(), quiet=True).decode()
    except (graphviz.ExecutableNotFound, graphviz.CalledProcessError, OSError):
        return None


def advice():
    """One sentence with what makes pictures appear on this machine."""
    try:
        tempfile.gettempdir()
    except OSError:
        return "To see the picture, set TMPDIR to a folder that can be written to."
    if importlib.util.find_spec("pygraphviz") and sys.platform == "linux":
        return "To see the picture, run: sudo apt-get install graphviz"
    return "To see the picture, run: python -m pip install pygraphviz"


def read_plain(plain, n_boxes, arrows):
    """Read Graphviz' "plain" format: inches with y upwards, one line per box and arrow."""
    width = height = 0.0
    centres, curves, labels = [None] * n_boxes, [None] * len(arrows), [None] * len(arrows)
    waiting = {}
    for i, ends in enumerate(arrows):
        waiting.setdefault(ends, []).append(i)
    for line in plain.replace("\\\n", "").splitlines():
        words = line.split(" ")
        if words[0] == "graph":
            width, height = float(words[2]) * POINTS, float(words[3]) * POINTS
        elif words[0] == "node":
            centres[int(words[1][1:])] = _point(words[2:4], height)
        elif words[0] == "edge":
            ends, n = (int(words[1][1:]), int(words[2][1:])), int(words[3])
            which = waiting[ends].pop(0)
            numbers, rest = words[4 : 4 + 2 * n], words[4 + 2 * n :]
            curves[which] = [_point(numbers[k : k + 2], height) for k in range(0, 2 * n, 2)]
            if len(rest) > 4:
                labels[which] = _point(rest[-4:-2], height)
    return Layout(width, height, centres, curves, labels)


def _point(words, height):
    return float(words[0]) * POINTS, height - float(words[1]) * POINTS
