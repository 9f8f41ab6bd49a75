"""Recording: the same bytes at every run, and nothing stored that should not be."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autodiff_lib.tools import recording
from autodiff_lib.tools.recording import RecordingError, find, navigation, read, record, write

EVERYTHING = """
import time
print("one", flush=True)
time.sleep(0.3)
print("two")
---
import matplotlib.pyplot as plt
print("before")
plt.plot([1, 2])
plt.show()
print("after")
---
{"x": 3}
---
from pathlib import Path
Path.cwd().name
---
def down(n):
    return 1 / 0 if n == 0 else down(n - 1)

down(20)
"""
EXPECTED_ERROR = {"tags": ["raises-exception"]}


def save(path, *sources, **metadata):
    """Store a notebook of code cells; the last gets `metadata`."""
    cells = [new_code_cell(source.strip()) for source in sources]
    cells[-1].metadata = metadata
    path.parent.mkdir(exist_ok=True)
    write(new_notebook(cells=[new_markdown_cell(f"# {path.stem}"), *cells]), path)
    return path


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    path = tmp_path_factory.mktemp("project") / "notebooks" / "01_all.ipynb"
    save(
        path, *EVERYTHING.split("---"), **EXPECTED_ERROR, editable=True, execution={"began": "now"}
    )
    first = read(path)
    first.cells.append(new_code_cell(""))
    first.metadata = {"language_info": {"name": "python", "version": "3.0"}, "widgets": {}}
    write(first, path)
    assert record(path, path.parent)
    inner = read(path).cells[1:-1]
    assert [cell.id for cell in inner] == [cell.id for cell in first.cells if cell.source]
    return path


def code(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_a_second_recording_changes_no_byte(recorded):
    before = recorded.read_bytes()
    assert not record(recorded, recorded.parent)
    assert recorded.read_bytes() == before


def test_neighbouring_prints_are_one_output_and_stay_in_place(recorded):
    first, second = code(recorded)[:2]
    assert [output.text for output in first.outputs] == ["one\ntwo\n"]
    assert [o.get("text", o.output_type) for o in second.outputs] == [
        "before\n",
        "display_data",
        "after\n",
    ]


def test_a_notebook_runs_in_its_own_folder(recorded):
    assert code(recorded)[3].outputs[0].data["text/plain"] == "'notebooks'"


def test_an_expected_error_is_stored_short_and_without_paths(recorded):
    (error,) = code(recorded)[4].outputs
    assert error.traceback == [
        "Cell In[5], line 4\n----> down(20)",
        "Cell In[5], line 2\n----> return 1 / 0 if n == 0 else down(n - 1)",
        "\x1b[31mZeroDivisionError\x1b[39m: division by zero",
    ]


def test_only_tags_are_kept_of_the_metadata(recorded):
    notebook = read(recorded)
    assert {key for cell in notebook.cells for key in cell.metadata} == {"tags"}
    assert notebook.metadata.language_info == recording.LANGUAGE
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert all(cell.source for cell in notebook.cells)


@pytest.mark.parametrize(
    "source, metadata, message",
    [
        ("1 / 0", {}, "ZeroDivisionError"),
        ("import sys\nprint('careful', file=sys.stderr)", {}, "wrote to stderr:\ncareful"),
        ("1 + 1", EXPECTED_ERROR, "raised nothing"),
    ],
)
def test_a_surprise_is_refused_and_nothing_is_written(tmp_path, source, metadata, message):
    path = save(tmp_path / "01_bad.ipynb", source, **metadata)
    before = path.read_bytes()
    with pytest.raises(RecordingError, match=message):
        record(path, tmp_path)
    assert path.read_bytes() == before


def test_the_traceback_of_a_syntax_error_is_its_message():
    error = new_output("error", ename="SyntaxError", evalue="bad", traceback=["  Cell In[1]\n x="])
    assert recording.short_traceback(error) == ["\x1b[31mSyntaxError\x1b[39m: bad"]


@pytest.fixture
def series(tmp_path):
    for name in ("00_start_here", "01_one", "02_two", "glossary", "solutions/01_one"):
        save(tmp_path / f"{name}.ipynb", "1")
    return tmp_path


@pytest.mark.parametrize(
    "name, line",
    [
        ("00_start_here", "[Contents](contents.md) · [01_one](01_one.ipynb) →"),
        (
            "01_one",
            "← [00_start_here](00_start_here.ipynb) · [Contents](contents.md) · "
            "[02_two](02_two.ipynb) →",
        ),
        ("02_two", "← [01_one](01_one.ipynb) · [Contents](contents.md)"),
        ("glossary", "[Contents](contents.md)"),
        (
            "solutions/01_one",
            "← [01_one](../01_one.ipynb) · [Contents](../contents.md)",
        ),
    ],
)
def test_links_lead_to_the_neighbours(series, name, line):
    assert navigation(series / f"{name}.ipynb", series) == line


def test_links_are_replaced_not_added(series):
    notebook = read(series / "01_one.ipynb")
    for line in ("old", "new"):
        recording.set_navigation(notebook, line)
    assert [cell.source for cell in notebook.cells] == ["new", "# 01_one", "1", "new"]


@pytest.mark.parametrize(
    "names, stems",
    [
        ([], ["00_start_here", "01_one", "02_two", "glossary", "01_one"]),
        (["01"], ["01_one", "01_one"]),
        (["glossary.ipynb"], ["glossary"]),
        (["notebooks/02_two.ipynb", "02"], ["02_two"]),
    ],
)
def test_notebooks_are_found_by_number_name_or_path(series, names, stems):
    assert [path.stem for path in find(names, series)] == stems


def test_a_name_that_no_notebook_has_is_answered_with_those_there_are(series):
    with pytest.raises(
        RecordingError, match="no notebook is called '07'; there are: 00_start_here"
    ):
        find(["07"], series)


def test_main_names_the_failure_and_new_neighbours_get_their_links(series, capsys):
    save(series / "03_three.ipynb", "1 / 0")
    assert recording.main(["03"], series) == 1
    said = capsys.readouterr().out
    assert "NOT RECORDED" in said and "ZeroDivisionError" in said
    assert read(series / "02_two.ipynb").cells[0].source.endswith("[03_three](03_three.ipynb) →")
