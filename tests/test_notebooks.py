"""Every notebook keeps the rules of notebook_rules.py, and every rule can be broken."""

import base64
import copy
from functools import cache

import nbformat
import notebook_rules as rules
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autodiff_lib.tools.recording import (
    FOLDED,
    NOTEBOOKS,
    find,
    navigation,
    read,
    set_navigation,
    write,
)

CASES = [
    pytest.param(path, rule, id=f"{path.relative_to(NOTEBOOKS).as_posix()}-{rule.__name__}")
    for path in find([])
    for rule in rules.rules_for(path)
]


read_once = cache(read)


@pytest.mark.parametrize("path, rule", CASES)
def test_notebook(path, rule):
    wrong = rule(read_once(path), path)
    assert not wrong, f"{path.name}\n" + "\n".join(wrong)


# A chapter in which nothing is wrong, and ways to break it.


def picture(svg, alt="x"):
    data = base64.b64encode(svg.encode()).decode()
    html = f'<img src="data:image/svg+xml;base64,{data}" alt="{alt}">'
    return new_output("display_data", {"text/plain": "x * y = 6", "text/html": html})


def code(source, *outputs, **metadata):
    return new_code_cell(source, outputs=list(outputs), metadata=metadata)


def prose(n_words, before="", after=""):
    return new_markdown_cell(before + "word " * n_words + after)


def error(**metadata):
    return code(
        "1 / 0", new_output("error", ename="E", evalue="no", traceback=["E: no"]), **metadata
    )


@pytest.fixture
def chapter(tmp_path):
    """A good chapter: (notebook, path), the notebook to be broken."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    contents = new_notebook(cells=[new_markdown_cell("# Start here\n\n## The map")])
    write(contents, folder / "00_start_here.ipynb")
    (folder / "contents.md").write_text("# Contents\n")
    path = folder / "01_nudging.ipynb"
    cells = [new_markdown_cell("# Nudging\n\n**How far?**")]
    for i in range(20):
        cells += [prose(30, "", "says:"), code(f"print({i})", new_output("stream", text=f"{i}\n"))]
    svg = SVG.format("<text>x <tspan>= 6</tspan></text><text>*</text>")
    cells += [code("draw(o)", picture(svg)), prose(30, "[back](00_start_here.ipynb#The-map) ")]
    notebook = new_notebook(cells=cells)
    write(notebook, path)
    set_navigation(notebook, navigation(path, folder))
    number(notebook)
    return notebook, path


def number(notebook):
    for count, cell in enumerate(rules.code_cells(notebook), start=1):
        cell.execution_count = count


def broken_rules(notebook, path):
    path.write_text(nbformat.v4.writes(notebook) + "\n", "utf-8", newline="\n")
    notebook = read(path)
    return {rule.__name__ for rule in rules.rules_for(path) if rule(notebook, path)}


def test_a_good_chapter_breaks_no_rule(chapter):
    assert broken_rules(*chapter) == set()


def put(*cells):
    """Put cells after the third code cell."""

    def change(notebook):
        notebook.cells[7:7] = copy.deepcopy(list(cells))
        number(notebook)

    return change


def in_all(kind, **values):
    def change(notebook):
        for cell in notebook.cells:
            if cell.cell_type == kind and not cell.metadata.get("tags"):
                cell.update(values)

    return change


def shown(source, **metadata):
    return code(source, new_output("stream", text="1"), **metadata)


def bare_png():
    return new_output("display_data", {"image/png": "", "text/plain": "x * y"})


def without_picture():
    return new_output("display_data", {"text/html": "<pre>x * y</pre>", "text/plain": "x * y"})


SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
BROKEN = [
    ("has_the_notebook_format", lambda n: n.cells[5].update(id="not an id")),
    ("was_run_from_top_to_bottom", in_all("code", execution_count=None, outputs=[])),
    ("was_run_from_top_to_bottom", lambda n: n.cells[5].update(execution_count=7)),
    ("holds_nothing_but_the_recording", lambda n: n.cells[5].metadata.update(execution={})),
    ("holds_nothing_but_the_recording", lambda n: n.metadata.update(widgets={})),
    ("holds_nothing_but_the_recording", put(code("1", jupyter=FOLDED))),
    ("holds_nothing_but_the_recording", put(code("1", tags=["answer"]))),
    ("holds_nothing_but_the_recording", put(new_code_cell(""))),
    ("holds_nothing_but_the_recording", lambda n: n.cells[5].update(id=n.cells[6].id)),
    ("begins_and_ends_with_its_neighbours", lambda n: n.cells.pop()),
    ("begins_and_ends_with_its_neighbours", lambda n: n.cells[0].update(source="[x](y)")),
    ("has_one_title", put(prose(30, "# Another\n\n"))),
    ("has_no_setup_section", put(prose(30, "## Setup\n\n"))),
    ("links_lead_somewhere", put(prose(30, "[here](02_nowhere.ipynb)"))),
    ("links_lead_somewhere", put(prose(30, "[here](00_start_here.ipynb#the-map)"))),
    ("links_lead_somewhere", put(prose(30, "[here](#No-such-heading)"))),
    ("links_lead_somewhere", put(prose(30, "![](00_start_here.ipynb)"))),
    ("links_lead_somewhere", put(prose(30, "![graph](images/none.png)"))),
    ("links_lead_somewhere", put(prose(30, '<img src="https://example.org/a.png" alt="a">'))),
    ("code_runs_anywhere", put(code("plt.plot(x);"))),
    ("code_runs_anywhere", put(code("%matplotlib inline"))),
    ("code_runs_anywhere", put(code("import os\n!ls"))),
    ("code_runs_anywhere", put(code("# pip install numpy"))),
    ("code_runs_anywhere", put(code("# NBVAL_IGNORE_OUTPUT\ntime()"))),
    ("marks_only_the_cells_it_may", put(error(tags=["raises-exception"]))),
    ("marks_only_the_cells_it_may", put(code("time()", tags=["nbval-ignore-output"]))),
    ("fails_only_where_it_is_meant_to", put(error())),
    ("fails_only_where_it_is_meant_to", put(code("w()", new_output("stream", name="stderr")))),
    (
        "shows_nothing_of_this_machine",
        put(code("x", new_output("stream", text="<X at 0x7f00ab1>"))),
    ),
    ("shows_nothing_of_this_machine", put(code("x", new_output("stream", text="/home/me/x.py")))),
    ("shows_nothing_of_this_machine", put(code("x", new_output("stream", text="C:\\Users\\me")))),
    ("pictures_can_be_seen_and_read", put(code("x", picture(SVG.format(""), alt="")))),
    ("pictures_can_be_seen_and_read", put(code("x", picture("<svg>")))),
    ("pictures_can_be_seen_and_read", put(code("x", picture(SVG.format("<text>secret</text>"))))),
    ("pictures_can_be_seen_and_read", put(code("x", picture(SVG.format("<text>x = 7</text>"))))),
    ("pictures_can_be_seen_and_read", put(code("x", bare_png()))),
    ("pictures_can_be_seen_and_read", put(code("x", without_picture()))),
    (
        "shows_no_failing_engine_but_a_planted_one",
        put(code("fuzz(N)", new_output("display_data", {"text/plain": "your engine fails on"}))),
    ),
    ("speaks_plainly", put(prose(30, "This is simply "))),
    ("speaks_plainly", put(prose(30, "", "Look!"))),
    ("speaks_plainly", put(prose(30, "", "\U0001f680"))),
    ("opens_with_a_question", lambda n: n.cells[1].update(source="# Nudging\n\nHow far?")),
    ("begins_soon", lambda n: n.cells.insert(2, prose(60))),
    ("has_short_code_cells", in_all("code", source="x = 1\n" * 6)),
    ("has_short_code_cells", put(*[code("x = 1\n" * 13)] * 3)),
    ("has_short_code_cells", put(code("x = 1\n" * 26))),
    ("has_short_prose_cells", put(prose(151))),
    ("has_short_prose_cells", in_all("markdown", source="# Nudging\n\n**How far?**")),
    (
        "has_short_prose_cells",
        in_all("markdown", source="# Nudging\n\n**How far?**" + " word" * 60),
    ),
    ("leads_into_its_code", put(code("1"), code("2"), code("3"))),
    ("leads_into_its_code", put(*[prose(30)] * 10)),
    ("has_the_length_of_a_chapter", lambda n: n.cells.__delitem__(slice(3, 17))),
    ("has_the_length_of_a_chapter", put(*[prose(30), code("1")] * 13)),
    ("shows_a_result_under_its_code", put(code("x = 1"))),
    ("keeps_to_a_narrow_window", put(shown("x" * 76))),
    ("opens_no_answer_before_its_prediction", put(shown('predict("01.a", ...)'), shown("x"))),
]


@pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId")
@pytest.mark.parametrize("rule, change", BROKEN, ids=[f"{i}-{b[0]}" for i, b in enumerate(BROKEN)])
def test_a_rule_sees_its_breach(chapter, rule, change):
    notebook, path = chapter
    change(notebook)
    assert rule in broken_rules(notebook, path)


def test_every_rule_is_tried():
    assert {name for name, _ in BROKEN} == {r.__name__ for r in rules.EVERYWHERE + rules.CHAPTERS}


def test_a_folded_answer_may_follow_its_prediction(chapter):
    notebook, path = chapter
    put(shown('predict("01.a", ...)'), shown("x", tags=["answer"], jupyter=FOLDED))(notebook)
    number(notebook)
    assert broken_rules(notebook, path) == set()


def test_solutions_and_the_glossary_may_have_any_size(chapter):
    _, path = chapter
    for name in ("solutions/01_nudging.ipynb", "glossary.ipynb"):
        assert rules.rules_for(path.parent / name) == rules.EVERYWHERE


@pytest.mark.parametrize(
    "words",
    [
        "We have just written it.",
        "The factorial $n!$ grows.",
        "`simply` is a name, `a != b` a test.",
        "```\nprint('of course!')\n```",
        "[a word](00_start_here.ipynb#The-map) and $x$",
    ],
)
def test_plain_words_are_left_alone(chapter, words):
    notebook, path = chapter
    put(new_markdown_cell("word " * 30 + words))(notebook)
    assert broken_rules(notebook, path) == set()


def test_an_expected_error_is_allowed_where_the_list_says_so(chapter, monkeypatch):
    notebook, path = chapter
    put(prose(30), error(tags=["raises-exception"]))(notebook)
    monkeypatch.setitem(rules.ALLOWED_TAGS, path.name, {"raises-exception": 1})
    assert broken_rules(notebook, path) == set()
