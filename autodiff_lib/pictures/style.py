"""The one visual language of the series: every kind of thing has its own colour and its own shape.

Shapes alone tell the kinds apart, so pictures read in grey and on paper. All text stands on a
light plate, dark on light, because no text colour reaches 4.5:1 on both a white and a black
page. Edges are bare lines in a grey that has 4.3:1 on both.
"""

from typing import NamedTuple


class Look(NamedTuple):
    """Fill, outline and text colour."""

    fill: str
    line: str
    text: str


INPUT = Look("#bcd7ff", "#2f6fd6", "#0b2a5b")  # a rectangle
CONSTANT = Look("#e3e6ec", "#6b7a90", "#2b3442")  # a rectangle with cut corners
OPERATION = Look("#ffe0a3", "#b7791f", "#4a2f00")  # a circle, or a pill for a long name
OUTPUT = Look("#b9e8c4", "#2f855a", "#0c3b22")  # a circle or pill with a double outline
VALUE = Look("#f4f6fa", "#6b7a90", "#1a202c")  # a tag that points right, with the forward pass
GRADIENT = Look("#ffd3dd", "#c2255c", "#5c0a29")  # a tag that points left, with the backward pass
PLATE = Look("#f4f6fa", "#6b7a90", "#1a202c")  # titles, edge labels, order marks

KINDS = {"input": INPUT, "constant": CONSTANT, "operation": OPERATION, "output": OUTPUT}

EDGE = "#6b7a90"
GRID = "#cfd6e1"  # the lines of a chart, on a plate
CURRENT = "#e8590c"  # what a step is about
AXIS = "#8a4bc9"  # the batch axis: 3:1 or more on both themes and on a plate
INNER_AXIS = "#0b8593"  # the batch axis of a batch inside another, as bright
PATHS = {  # one colour per path, one per curve of a plot: 3:1 or more on both themes
    "pink": "#d6336c",
    "blue": "#1c7ed6",
    "green": "#2f9e44",
    "purple": "#9c5fd6",
    "brown": "#b7791f",
    "teal": "#0f9aa8",
}

FONT = "DejaVu Sans Mono,Menlo,Consolas,monospace"
SIZE = 13  # of letters, in px
SMALL = 11.5  # of edge labels
MARK = 9  # of order marks
ADVANCE = 0.602  # width of one column of a monospaced font, in letter sizes


def width_of(n_columns, size=SIZE):
    """How wide so many columns of text are, in px."""
    return n_columns * ADVANCE * size
