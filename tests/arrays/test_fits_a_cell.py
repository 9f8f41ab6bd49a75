"""Chapters build the engine in cells: every definition of the package must fit into one."""

import ast
from pathlib import Path

import pytest

import autodiff_lib

LINES_OF_A_CELL = 25
FOLDERS = "arrays", "table", "programs"
HOME = Path(autodiff_lib.__file__).parent
MODULES = sorted(module for name in FOLDERS for module in (HOME / name).rglob("*.py"))


def length(definition):
    """Return how many lines a definition takes, its docstrings left out."""
    lines = definition.end_lineno - definition.lineno + 1
    for node in ast.walk(definition):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            lines -= node.body[0].end_lineno - node.body[0].lineno + 1
    return lines


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOME)))
def test_every_definition_fits_a_cell_and_says_what_it_does(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for definition in tree.body[1:]:
        if isinstance(definition, (ast.FunctionDef, ast.ClassDef)):
            assert ast.get_docstring(definition), definition.name
        assert length(definition) <= LINES_OF_A_CELL, getattr(definition, "name", "a table")
