"""The reading site: whole, folded where the notebooks are, and in need of no network."""

import re
from html.parser import HTMLParser

import pytest

pytest.importorskip("sphinx_book_theme", reason="the site's tools are missing: run.py brings them")

from autodiff_lib.tools import site  # noqa: E402
from autodiff_lib.tools.recording import ANSWER, NOTEBOOKS, find, read  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The site; building it fails where a link leads nowhere."""
    return site.build(tmp_path_factory.mktemp("site"))


class Page(HTMLParser):
    """The tags of a page with their attributes, and what is inside closed folds."""

    def __init__(self, path):
        super().__init__()
        self.tags = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


def test_every_notebook_and_text_is_a_page_with_its_pictures(folder):
    for path in find([]):
        page = folder / path.relative_to(NOTEBOOKS).with_suffix(".html")
        shown = sum(tag == "img" for tag, _ in Page(page).tags)
        cells = [c for c in read(path).cells if c.cell_type == "code"]
        html = [o.get("data", {}).get("text/html", "") for c in cells for o in c.outputs]
        assert shown >= sum(text.count("<img ") for text in html), path.name
    for path in NOTEBOOKS.glob("*.md"):
        name = "index" if path.name == site.CONTENTS else path.stem
        assert (folder / f"{name}.html").exists()


def test_the_first_page_leads_to_every_chapter(folder):
    links = {a.get("href") for tag, a in Page(folder / "index.html").tags if tag == "a"}
    assert {f"{p.stem}.html" for p in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")} <= links


def test_nothing_is_fetched_from_a_network(folder):
    fetched = {"script": "src", "link": "href", "img": "src", "iframe": "src"}
    for path in folder.rglob("*.html"):
        for tag, attributes in Page(path).tags:
            address = attributes.get(fetched.get(tag), "") or ""
            is_fetched = not (tag == "link" and attributes.get("rel") == "canonical")
            assert not (is_fetched and re.match("(https?:)?//", address)), f"{path}: {address}"
    assert (folder / "_static" / "mathjax" / site.MATHJAX).exists()


def test_answers_and_solutions_stay_folded(folder):
    for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"):
        answers = sum(ANSWER in c.metadata.get("tags", []) for c in read(path).cells)
        text = (folder / f"{path.stem}.html").read_text("utf-8")
        assert text.count("tag_hide-output") == answers, path.name
    solutions = [p for p in (folder / "solutions").glob("*.html")]
    assert solutions and all("tag_hide-cell" in p.read_text("utf-8") for p in solutions)


def test_anchors_are_spelled_as_the_site_spells_them():
    text = "[a](02_x.ipynb#Why-it's-so) and [b](#The-map) and [c](contents.md)"
    assert (
        site.with_anchors(text) == "[a](02_x.ipynb#why-its-so) and [b](#the-map) and [c](index.md)"
    )


def test_a_link_that_leads_nowhere_is_a_fault(tmp_path):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    (notebooks / "contents.md").write_text("# Contents\n\n[gone](gone.md)\n")
    with pytest.raises(RuntimeError, match="gone.md"):
        site.build(tmp_path / "site", notebooks)
