"""Every notebook in JupyterLab in a real browser: before a run, after it, light and dark."""

import os

import pytest

pytest.importorskip("playwright", reason="playwright is missing: run.py test brings it")

import browser  # noqa: E402

from autodiff_lib.tools.recording import EXPECTED_ERROR, LANGUAGE, NOTEBOOKS, find  # noqa: E402

PATHS = [path.relative_to(NOTEBOOKS).as_posix() for path in find([])]


@pytest.fixture(scope="module")
def lab():
    try:
        with browser.opened_lab() as lab:
            yield lab
    except browser.NoBrowser as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))  # nobody would see that nobody looked
        pytest.skip(str(error))


@pytest.mark.parametrize("path", [p for p in PATHS if not p.startswith("solutions/")])
def test_a_reader_sees_every_picture_and_no_unexpected_error(lab, path):
    lab.open(path)
    try:
        recorded = n_pictures(lab)
        assert_shown(lab, n_pictures(lab, but_folded=True))
        info = lab.notebook()["metadata"]["language_info"]
        assert info == LANGUAGE, "record it: JupyterLab would fill in what is missing"
        assert not lab.dirty(), "closing it would ask whether to save"
        if any(cell.get("outputs") for cell in lab.notebook()["cells"]):
            assert not lab.trusted(), "a fresh clone is untrusted: this test is to see it so"
        lab.run_all()
        assert failures(lab) == []
        assert n_pictures(lab) == recorded
        assert_shown(lab, recorded)
        lab.set_theme("dark" if lab.theme == "light" else "light")
        assert_shown(lab, recorded)
    finally:
        lab.close()


def n_pictures(lab, but_folded=False):
    """How many pictures the outputs hold, whatever the page shows of them."""
    cells = lab.notebook()["cells"]
    if but_folded:
        cells = [c for c in cells if not c["metadata"].get("jupyter", {}).get("outputs_hidden")]
    outputs = [o for cell in cells for o in cell.get("outputs", [])]
    data = [output["data"] for output in outputs if "data" in output]
    html = ["".join(d.get("text/html", "")) for d in data]
    return sum(text.count("<img ") for text in html)


def assert_shown(lab, n):
    pictures = lab.pictures()
    assert len(pictures) >= n, f"{n} pictures are recorded, {len(pictures)} are on the page"
    assert [alt for alt, width in pictures if width == 0] == []


def failures(lab):
    """The errors that no tag announces, and the cells that did not run."""
    found, count = [], 0
    for cell in lab.notebook()["cells"]:
        if cell["cell_type"] != "code":
            continue
        count += 1
        if cell["execution_count"] != count:
            found.append(f"not run: {cell['source']}")
        if EXPECTED_ERROR not in cell["metadata"].get("tags", []):
            found += [o for o in cell["outputs"] if o["output_type"] == "error"]
    return found
