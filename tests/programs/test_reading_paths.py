"""What the docstrings and CONTRIBUTING.md say to a reader of the core is so."""

import ast
import linecache
import re
from pathlib import Path

import numpy as np
import pytest

from autodiff_lib import arrays, programs, table
from autodiff_lib.arrays import gradient_program

LIBRARY = Path(arrays.__file__).parents[1]
CONTRIBUTING = (LIBRARY.parent / "CONTRIBUTING.md").read_text("utf-8")
SECTION = CONTRIBUTING.partition("## Read the core\n")[2].partition("\n## ")[0]
LINES = re.findall(r"^\| `(.+?)` \| (.+) \|$", SECTION, re.M)


def find(name):
    """Return the path of the module that a reader of the core is sent to."""
    folders = [LIBRARY, *(LIBRARY / x for x in ("arrays", "table", "programs", "programs/faster"))]
    (path,) = {folder / name for folder in folders if (folder / name).exists()}
    return path


def definitions(path):
    """Return {name: its last line} of what a module defines, methods and rows among it."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        targets = node.targets if isinstance(node, ast.Assign) else [node]
        for target in targets:
            if name := getattr(target, "name", None) or getattr(target, "id", None):
                found.setdefault(name, node.end_lineno)
    return found


def test_each_line_of_the_program_is_the_one_that_is_explained():
    (code,) = re.findall(r"```python\n(.*?)```", SECTION, re.S)
    linecache.cache["<f>"] = len(code), None, code.splitlines(True), "<f>"
    names = {"np": np, "__name__": "readers"}
    exec(compile(code, "<f>", "exec"), names)
    examples = np.ones((3, 2)), np.ones(2), np.ones((4, 3))
    source = gradient_program(names["f"], *examples, argnums=(0, 1)).source
    assert [line.strip() for line in source.splitlines() if line] == [line for line, _ in LINES]


@pytest.mark.parametrize("line, decided", LINES, ids=lambda text: text[:20])
def test_what_decided_a_line_is_where_it_is_said_to_be(line, decided):
    named = re.findall(r"`(\w+\.py)`: ((?:(?:, | and )?`\w+`)+)", decided)
    assert named
    for file, found in named:
        for name in re.findall(r"`(\w+)`", found):
            assert name in definitions(find(file))


@pytest.mark.parametrize("package", [arrays, programs, table], ids=lambda x: x.__name__)
def test_every_module_stands_on_some_path(package):
    files = {path.name for path in Path(package.__file__).parent.glob("*.py")} - {"__init__.py"}
    named = re.findall(r"\b(\w+\.py)\b", package.__doc__)
    assert files - set(named) == set()
    assert all(map(find, set(named) - {"__init__.py"}))


def test_how_a_gradient_comes_about_is_read_within_an_hour():
    """Ten lines a minute."""
    path = arrays.__doc__.partition("How does a gradient")[2].partition("\n\n")[0]
    lengths = []
    for name, last in re.findall(r"(\w+\.py)(?: as far as (\w+))?", path):
        whole = len(find(name).read_text("utf-8").splitlines())
        lengths.append(definitions(find(name))[last] if last else whole)
    assert len(lengths) == 5 and 450 < sum(lengths) < 550
