"""The reading site: every recorded notebook as a page, pictures and films included, nothing run.

`python3 run.py site` builds it into build/site. It works from a folder, without a server and
without a network: theme, search and MathJax are kept beside the pages. What a notebook folds stays
folded: the outputs that answer a prediction, and the cells of worked solutions.
"""

import argparse
import re
import shutil
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from sphinx.application import Sphinx

from autodiff_lib.tools.recording import ANSWER, CONTENTS, NAVIGATION, NOTEBOOKS, find, read, write

SITE = NOTEBOOKS.parent / "build" / "site"
TITLE = "Automatic differentiation, built piece by piece"
MATHJAX = "tex-svg.js"
SETTINGS = {
    "project": TITLE,
    "extensions": ["myst_nb"],
    "root_doc": "index",
    "html_title": TITLE,
    "html_theme": "sphinx_book_theme",
    "html_theme_options": {
        "use_download_button": False,
        "use_fullscreen_button": False,
        "navbar_persistent": [],  # its second search field
        "footer_content_items": [],  # an author and a copyright
    },
    "html_static_path": ["_static"],
    "html_css_files": ["pages.css"],
    "html_copy_source": False,
    "html_show_sphinx": False,
    "html_show_copyright": False,
    "mathjax_path": f"mathjax/{MATHJAX}",
    "mathjax3_config": {"options": {"enableMenu": False}},
    "myst_enable_extensions": ["dollarmath"],
    "myst_heading_anchors": 4,
    "nb_execution_mode": "off",
    "nb_mime_priority_overrides": [("html", "text/html", 0)],
    "suppress_warnings": ["mystnb.unknown_mime_type"],
}
CSS = """/* Our pictures are made for both themes: none is dimmed or put on a ground of its own. */
html[data-theme="dark"] .bd-content .cell_output .text_html {
    background-color: transparent !important; color: inherit !important;
}
html[data-theme="dark"] .bd-content .cell_output img {
    background-color: transparent !important; filter: none !important;
}
.cell_output pre { overflow-x: auto; }
"""


def build(site=SITE, notebooks=NOTEBOOKS):
    """Build the site from the recorded notebooks into the folder `site`.

    Raises RuntimeError with Sphinx' warnings: a link that leads nowhere, say.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source = Path(folder) / "source"
        write_source(source, notebooks)
        log = (Path(folder) / "log").open("w+", encoding="utf-8")
        with log:
            shutil.rmtree(site, ignore_errors=True)
            app = Sphinx(
                source, None, site, Path(folder) / "trees", "html", SETTINGS, None, log
            )  # fmt: skip
            app.build()
            log.seek(0)
            warnings = log.read().strip()
    shutil.rmtree(site / "_sources", ignore_errors=True)
    (site / ".nojekyll").touch()  # GitHub's pages then keep folders that begin with _
    if warnings:
        raise RuntimeError(warnings)
    return site


def write_source(source, notebooks):
    """Write what Sphinx reads: pages, their list, and the static files."""
    source.mkdir(parents=True)
    static = source / "_static"
    (static / "mathjax").mkdir(parents=True)
    shutil.copy(files("mathjax") / "static" / "mathjax" / "es5" / MATHJAX, static / "mathjax")
    (static / "pages.css").write_text(CSS, "utf-8")
    paths = find([], notebooks)
    for path in paths:
        page = source / path.relative_to(notebooks)
        page.parent.mkdir(exist_ok=True)
        write(as_page(read(path), is_solution="solutions" in page.parts), page)
    texts = [p for p in sorted(notebooks.glob("*.md")) if p.name != CONTENTS]
    for path in texts:
        (source / path.name).write_text(with_anchors(path.read_text("utf-8")), "utf-8")
    if (notebooks / "images").exists():
        shutil.copytree(notebooks / "images", source / "images")
    contents = with_anchors((notebooks / CONTENTS).read_text("utf-8"))
    (source / "index.md").write_text(contents + trees(paths, texts, notebooks), "utf-8")


def as_page(notebook, is_solution=False):
    """The notebook without its links to neighbours (the theme has its own), folded where it is."""
    kept = [c for c in notebook.cells if NAVIGATION not in c.metadata.get("tags", [])]
    for cell in kept:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown":
            cell.source = with_anchors(cell.source)
        elif is_solution:
            tags = [*tags, "hide-cell"]
        elif ANSWER in tags:
            tags = [*tags, "hide-output"]
        cell.metadata["tags"] = tags
    notebook.cells = kept
    return notebook


def with_anchors(text):
    """A page's text with the anchors of links as MyST spells them: #the-map for #The-map.

    Contents, a page of its own beside the notebooks, is the site's first page.
    """
    text = text.replace(f"({CONTENTS})", "(index.md)").replace(f"(../{CONTENTS})", "(../index.md)")
    return re.sub(r"(\]\([^()\s#]*#)([^()\s]+)\)", lambda m: m[1] + slug(m[2]) + ")", text)


def slug(anchor):
    """An anchor in small letters, without what is neither letter, number nor hyphen."""
    return re.sub(r"[^\w\-]", "", anchor.lower())


def trees(paths, texts, notebooks):
    """The lists of pages, hidden on the first page and shown in the margin of all."""
    chapters = [p for p in paths if p.parent == notebooks]
    solutions = [p for p in paths if p.parent != notebooks]
    parts = {"Chapters": chapters, "To look up": texts, "Worked solutions": solutions}
    return "".join(
        "\n```{toctree}\n:hidden:\n:caption: "
        + caption
        + "\n\n"
        + "\n".join(p.relative_to(notebooks).with_suffix("").as_posix() for p in pages)
        + "\n```\n"
        for caption, pages in parts.items()
        if pages
    )


def main(arguments=None):
    """Build the reading site from the recorded notebooks; nothing is run."""
    parser = argparse.ArgumentParser(prog="run.py site", description=main.__doc__)
    parser.add_argument("folder", nargs="?", default=SITE, type=Path, help="where: build/site")
    site = parser.parse_args(arguments).folder
    print("Building the reading site: half a minute.", flush=True)
    try:
        build(site.resolve())
    except RuntimeError as error:
        sys.exit(f"The site has faults:\n{error}")
    print(f"Open {site.resolve() / 'index.html'} in a browser.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
