"""What README.md and CONTRIBUTING.md promise is so."""

import re
from pathlib import Path

import prose
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

import run
from autodiff_lib.tools import readme
from autodiff_lib.tools.recording import CONTENTS, NOTEBOOKS, write

ROOT = Path(run.__file__).parent
PAGES = [p for p in sorted(ROOT.glob("**/*.md")) if not {".venv", "build"} & {*p.parts}]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    assert prose.broken_links(path.read_text("utf-8"), path) == []


@pytest.mark.parametrize(
    "text, wrong",
    [
        ("[a](README.md#chapters) `[b](none)` <https://example.org>", None),
        ("[a](README.md#Chapters)", "no such heading"),
        ("[a](none.md)", "leads nowhere"),
        ("[![a](none.svg)](README.md)", "leads nowhere"),
        ('<img src="LICENSE">', "no words"),
        ("![](LICENSE)", "no words"),
    ],
)
def test_a_broken_link_is_seen(text, wrong):
    found = prose.broken_links(text, ROOT / "CONTRIBUTING.md")
    assert found == [] if wrong is None else wrong in found[0]


def test_the_list_of_chapters_is_up_to_date():
    assert readme.with_chapters(README) == README, "python3 run.py record"


def test_the_pictures_are_up_to_date():
    pictures = readme.pictures()
    if not pictures:
        pytest.skip("there is no Graphviz on this machine")
    for name, svg in pictures.items():
        stored = (NOTEBOOKS / readme.IMAGES / name).read_text("utf-8")
        assert svg == stored, f"{name}: python3 run.py record"
        assert f"notebooks/images/{name})" in README


def test_the_contents_page_is_up_to_date():
    assert readme.contents() == (NOTEBOOKS / CONTENTS).read_text("utf-8"), "python3 run.py record"


def test_it_is_read_in_three_minutes():
    spoken = re.sub(r"```.*?```|^\|.*?\|$|!\[.*?\]\(.*?\)|<.*?>", "", README, flags=re.S | re.M)
    assert len(spoken.split()) <= 500


def test_the_chapters_lead_to_their_pages_once_the_site_has_an_address():
    text = "[reading site](https://a.example/b/)\n<!-- chapters -->\n<!-- /chapters -->\n"
    assert "· [page](https://a.example/b/01_nudging.html) |" in readme.with_chapters(text)
    assert "[page]" not in readme.chapter_list()


def test_a_new_chapter_and_its_question_are_listed(tmp_path):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    cell = new_markdown_cell("# 01 · One\n\n**Why?** Because.")
    write(new_notebook(cells=[cell]), notebooks / "01_one.ipynb")
    page = tmp_path / "README.md"
    page.write_text("a\n<!-- chapters -->\n<!-- /chapters -->\nb\n")
    assert page in readme.update(notebooks)
    assert (
        "| [01 · One](notebooks/01_one.ipynb) | Why? |\n<!-- /chapters -->\nb" in page.read_text()
    )
    assert readme.update(notebooks) == []


def test_the_example_prints_what_is_shown(capsys):
    code, shown = re.search(r"```python\n(.*?)```.*?```\n(.*?)```", README, re.S).groups()
    exec(code, {"__name__": "readme"})
    assert capsys.readouterr().out.strip() == shown.strip()
    outline = [line.partition("  (")[0] for line in str(readme.gradient_page()).splitlines()]
    numbered = [f"{i}. {line}" for i, line in enumerate(shown.strip().splitlines(), 1)]
    assert outline[: len(numbered)] == numbered, "the picture shows another program"


def test_every_command_that_is_named_exists():
    named = set(re.findall(r"run\.py (\w+)", README + CONTRIBUTING))
    assert named == set(run.COMMANDS)


def test_ci_runs_the_readmes_test_command_and_lint():
    for path in (".ci/run", ".github/workflows/ci.yml"):
        text = (ROOT / path).read_text("utf-8")
        assert re.search(r"python3? run\.py test", text) and re.search(
            r"python3? run\.py lint", text
        )
    assert "python3 run.py test" in README


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    names = re.findall(r"^([\w-]+)==", text, re.M)
    settings = run._settings()
    tools = (
        settings["project"]["optional-dependencies"]["dev"] + settings["build-system"]["requires"]
    )
    names += [re.match(r"[\w-]+", tool)[0] for tool in tools]
    named = set(re.findall(r"[\w-]+", CONTRIBUTING))
    assert [name for name in names if name not in named] == []


def test_both_licences_are_there():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Permission is hereby granted" in text and "Attribution 4.0 International" in text
    assert text.count("the autodiff notebooks authors") == 2
