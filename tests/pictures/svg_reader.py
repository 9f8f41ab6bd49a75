"""Reading pictures back, for tests."""

import base64
import re
from xml.etree import ElementTree


def texts(svg):
    """The text elements of an SVG, in order; raises where it is not well-formed XML."""
    return ["".join(e.itertext()) for e in elements(svg, "text")]


def elements(svg, tag):
    """All elements of one kind."""
    root = ElementTree.fromstring(svg.encode())
    return [e for e in root.iter() if e.tag == f"{{http://www.w3.org/2000/svg}}{tag}"]


def images(html):
    """The SVGs inside the <img> tags of some HTML."""
    found = re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', html)
    return [base64.b64decode(data).decode() for data in found]


def size(svg):
    """Width and height in px."""
    root = ElementTree.fromstring(svg.encode())
    return float(root.get("width")), float(root.get("height"))


def heads(svg):
    """The places of the glyphs."""
    root = ElementTree.fromstring(svg.encode())
    groups = (e.get("transform") for e in root.iter() if e.tag.endswith("}g"))
    return [g for g in groups if g and g.startswith("translate(")]
