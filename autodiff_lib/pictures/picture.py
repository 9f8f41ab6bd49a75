"""What draw, step_through and the plots return: text for readers and tests, HTML for eyes."""

import base64
from html import escape
from pathlib import Path

LONGEST_ALT = 2000  # characters


class Picture:
    """A picture whose repr is its text. A notebook shows the HTML, an <img> that needs no trust.

    text: the outline, what a screen reader reads and a notebook records.
    svg: the picture's source, None where no Graphviz could be had. dot: the graph in Graphviz'
    own language, whole however large, for any other viewer; None for a plot.
    """

    def __init__(self, text, html, svg=None, write_dot=None):
        self.text, self.html, self.svg, self._write_dot = text, html, svg, write_dot

    @property
    def dot(self):
        """The graph in Graphviz' own language, or None."""
        return self._write_dot() if self._write_dot else None

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.text, "text/html": self.html}

    def save(self, path):
        """Write the SVG to a file such as "graph.svg" and return its path."""
        path = Path(path)
        if self.svg is None:
            raise ValueError("there is no picture to save, only its text: print it instead")
        if path.suffix.lower() != ".svg":
            raise ValueError(f"a picture is saved as SVG: end the name in .svg, not {path.name!r}")
        path.write_text(self.svg, encoding="utf-8")
        return path


def image(svg, alt):
    """An <img> that holds its SVG: shown in untrusted notebooks, static pages and on paper."""
    data = base64.b64encode(svg.encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(shorten(alt))}" '
        'style="max-width:100%">'
    )


def shorten(alt):
    """`alt`, cut at the end of a line when it is too long to listen to."""
    if len(alt) <= LONGEST_ALT:
        return alt
    cut = alt[:LONGEST_ALT]
    return (cut.rpartition("\n")[0] or cut) + "\n..."


def words_only(text, advice):
    """The HTML where there is no Graphviz: the outline, and what helps."""
    return f"<pre>{escape(text)}</pre><p>{escape(advice)}</p>"
