"""How a verdict looks: right, wrong and open differ in sign, in words and in colour.

In a notebook a verdict is a light plate with dark text, legible on a light and on a dark page;
its text alone is what a terminal shows, a screen reader reads and a notebook records.
"""

from html import escape
from typing import NamedTuple


class Judgement(NamedTuple):
    """A state, "right", "wrong" or "open", and what to tell the reader.

    reached: what the heading says instead of "not yet", such as "8 of 10 right".
    """

    state: str
    text: str
    reached: str = ""


class Look(NamedTuple):
    """A sign, and the colours of the plate: ground, edge and text."""

    sign: str
    ground: str
    edge: str
    text: str


LOOKS = {
    "right": Look("\u2713", "#dcf3e1", "#2f8a4e", "#0c3a1d"),  # a tick
    "wrong": Look("\u2717", "#ffe4d9", "#c2410c", "#581c07"),  # a cross
    "open": Look("\u25cb", "#e6e9ef", "#6b7a90", "#2b3442"),  # an empty circle
}


def plain(state, title, lines):
    """A verdict as text: the sign and the title, then the lines, indented."""
    return "\n  ".join([f"{LOOKS[state].sign} {title}", *filter(None, lines)])


def plate(state, title, lines, fold=None):
    """A verdict as HTML. fold: (summary, content), shown closed below; None for nothing."""
    look = LOOKS[state]
    style = (
        f"background-color:{look.ground};color:{look.text};border-left:5px solid {look.edge};"
        "padding:6px 12px;max-width:720px"
    )
    parts = [f"<div><b>{look.sign} {escape(title)}</b></div>"]
    parts += [f"<div>{escape(line)}</div>" for line in lines if line]
    if fold:
        summary, content = map(escape, fold)
        parts.append(f"<details><summary>{summary}</summary>{content}</details>")
    return f'<div style="{style}">{"".join(parts)}</div>'
