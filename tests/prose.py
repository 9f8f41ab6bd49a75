"""What the rules read in a Markdown text: its words, headings and links."""

import re
from pathlib import Path
from urllib.parse import unquote

from autodiff_lib.tools.recording import read

_CODE = re.compile(r"^(```|~~~).*?^\1\s*$|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)", re.S | re.M)
_MATH = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.S)
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_HTML_LINK = re.compile(r"<(img|a)\b[^>]*?\b(?:src|href)=[\"']([^\"']+)[\"'][^>]*>", re.I)


def without_code(text, code=" "):
    """The text with code blocks and `code` replaced."""
    return _CODE.sub(code, text)


def headings(text):
    """List (level, text) of the headings, as a reader sees them: without ` and *."""
    blocks = re.sub(r"^(```|~~~).*?^\1\s*$", "", text, flags=re.S | re.M)
    found = re.findall(r"^(#{1,6}) +(.+?)\s*#*$", blocks, re.M)
    return [(len(marks), re.sub(r"[`*]", "", _LINK.sub(r"\2", words))) for marks, words in found]


def words(text):
    """List the words of the running text: no headings, no tables, code and formulas one each."""
    text = re.sub(r"^(```|~~~).*?^\1\s*$", "", text, flags=re.S | re.M)
    text = re.sub(r"^(#{1,6} .*|\s*\|.*)$", "", text, flags=re.M)
    text = without_code(_MATH.sub(" formula ", text), " code ")
    text = re.sub(r"<[^>]+>", " ", _LINK.sub(r" \2 ", text))
    return [word for word in text.split() if re.search(r"\w", word)]


def spoken(text):
    """The text without code, formulas and the targets of links: what a voice would read."""
    text = _MATH.sub(" ", without_code(text))
    return re.sub(r"<[^>]+>", " ", _LINK.sub(r" \2 ", text))


def links(text):
    """List (is_image, text, target) of every link and image."""
    text = without_code(text, "code")
    found = []
    for bang, shown, target in _LINK.findall(text):
        found += [(bang == "!", shown, target), *links(shown)]  # a picture may be a link
    for match in _HTML_LINK.finditer(text):
        alt = re.search(r"\balt=[\"']([^\"']*)", match[0])
        found.append((match[1].lower() == "img", alt[1] if alt else "", match[2]))
    return found


def broken_links(text, path):
    """List what is wrong with the links of `text`, which stands in the file `path`."""
    wrong = []
    for is_image, words_, target in links(text):
        if is_image and not words_.strip():
            wrong.append(f"the picture {target} has no words for those who cannot see it")
        if re.match(r"(https?|mailto):", target):
            continue
        name, _, fragment = unquote(target).partition("#")
        goal = (path.parent / name).resolve() if name else path
        if not goal.exists():
            wrong.append(f"{target} leads nowhere")
        elif fragment and fragment not in anchors(goal, text if goal == path else None):
            wrong.append(f"{target}: {goal.name} has no such heading")
    return wrong


def anchors(path, text=None):
    """The `#names` that a link can have into a file: JupyterLab's in notebooks, else GitHub's."""
    if path.suffix == ".ipynb":
        cells = [c.source for c in read(path).cells if c.cell_type == "markdown"]
        titles = [words for source in cells for _, words in headings(source)]
        return {words.replace(" ", "-") for words in titles}
    titles = [words for _, words in headings(text or Path(path).read_text("utf-8"))]
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for words in titles}
