"""Plain `pytest` runs the notebooks and compares what they print, wherever it is started."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autodiff_lib.tools.recording import write

ROOT = Path(__file__).resolve().parents[1]
DRAW = """class Drawn:
    def _repr_mimebundle_(self, **_):
        return {"text/plain": "x * y", "text/html": '<p>A</p><img src="data:image/png;base64,%s">'}

Drawn()"""


def result(data):
    return new_output("execute_result", data, execution_count=1)


def html(text):
    return {"text/plain": "x * y", "text/html": text}


def printed(text):
    return new_output("stream", text=text)


ORDER = "print({str(i) for i in range(9)})"
ORDER_RECORDED = subprocess.run(
    [sys.executable, "-c", ORDER], env={**os.environ, "PYTHONHASHSEED": "0"}, capture_output=True
).stdout.decode()
CELLS = [  # source, recorded output, whether it passes
    ("print(1)", printed("1\n"), "PASSED"),
    (DRAW % "AAAA", result(html('<img src="data:image/png;base64,BBBB">')), "PASSED"),
    (DRAW % "AAAA", result(html("<pre>x * y</pre><p>There is no Graphviz</p>")), "PASSED"),
    (DRAW % "AAAA", result({**html('<img src="data:image/'), "text/plain": "x + y"}), "FAILED"),
    ("print(2)", printed("1\n"), "FAILED"),
    ("print(2)", result({"text/html": "<p>1</p>"}), "FAILED"),
    ("1 / 0", new_output("error", ename="ZeroDivisionError", evalue=""), "FAILED"),
    (ORDER, printed(ORDER_RECORDED), "FAILED"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    for name in ("conftest.py", "pyproject.toml", "tests/sanitize.cfg"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "tests" / "test_unit.py").write_text("def test_unit(): pass\n")
    (folder / "notebooks").mkdir()
    cells = [new_code_cell(s, outputs=[o], execution_count=1) for s, o, _ in CELLS]
    write(new_notebook(cells=cells), folder / "notebooks" / "01_all.ipynb")
    return folder


@pytest.mark.parametrize("arguments, elsewhere", [(["--nbval"], False), ([], True)])
def test_notebooks_are_run_and_compared(project, tmp_path, arguments, elsewhere):
    before = sorted(project.rglob("*"))
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-rA", "--color=no", *arguments]
    if elsewhere:
        command.append(str(project))
    where = tmp_path if elsewhere else project
    said = subprocess.run(command, cwd=where, capture_output=True, encoding="utf-8").stdout
    lines = re.findall(r"^(PASSED|FAILED) .*::(test_unit|Cell \d)", said, re.M)
    found = {name: outcome for outcome, name in lines}
    wanted = {f"Cell {i}": outcome for i, (_, _, outcome) in enumerate(CELLS)}
    assert found == {"test_unit": "PASSED"} | wanted, said
    assert sorted(project.rglob("*")) == before, "a read-only checkout is to work as well"
