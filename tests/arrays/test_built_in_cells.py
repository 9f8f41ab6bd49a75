"""Chapters 10 to 12 can be written: each definition of the engine's core fits into its cell.

The cells of CELLS.md are run in order in a namespace of their own, on classes of their own.
"""

import ast
import copy
import functools
import importlib
import inspect
import itertools
import math
import operator
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import autodiff_lib
from autodiff_lib import arrays

HOME = Path(autodiff_lib.__file__).parent / "arrays"
PAGE = (HOME.parents[1] / "CELLS.md").read_text(encoding="utf-8").partition("## Chapter 13")[0]
CELLS = re.findall(r"^\| [^|]+ \| ((?:`\w+\.\w+` ?)+) \| .+ \|$", PAGE, re.MULTILINE)
BUILT = "rows node reverse forward structures derivatives".split()
MANNERS = "calls messages operands checks guard in_place notes".split()


def definitions(module):
    """Return {name: source} of the top level of a module, decorators included."""
    text = (HOME / f"{module}.py").read_text(encoding="utf-8")
    found = {}
    for node in ast.parse(text).body:
        names = [getattr(node, "name", None)]
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        for name in names:
            if name:
                found[name] = ast.unparse(without_docstrings(node))
    return found


def without_docstrings(tree):
    """Return a tree whose functions and classes have no docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def build():
    """Run all cells of the page; return their namespace."""
    names = {"np": np, "copy": copy, "functools": functools, "inspect": inspect}
    names |= {"itertools": itertools, "operator": operator, "__name__": "a_chapter"}
    for module in MANNERS:
        found = vars(importlib.import_module(f"autodiff_lib.arrays.{module}"))
        names |= {k: v for k, v in found.items() if getattr(v, "__module__", "").endswith(module)}
    names |= {name: vars(arrays.checks)[name] for name in ("ESCAPED", "RESULT")}
    names |= {"ROWS": arrays.ROWS, "math": math}
    names |= {"WRITTEN": arrays.calls.WRITTEN}
    names |= {name: vars(arrays.node)[name] for name in ("NO_PARAMETERS", "NUMBERS")}
    names |= {"new_level": itertools.count(1).__next__, "BY_FUNCTION": arrays.rows.BY_FUNCTION}
    for cell in CELLS:
        for module, name in re.findall(r"`(\w+)\.(\w+)`", cell):
            exec(definitions(module)[name], names)
        if "`node.Level`" in cell:  # methods are manners: the chapter's own Node takes them
            arrays.methods.like_an_array(names["Node"])
    return names


@pytest.fixture(scope="module")
def chapter():
    return build()


def test_every_definition_of_the_core_has_its_cell():
    listed = {name for cell in CELLS for name in re.findall(r"`(\w+\.\w+)`", cell)}
    here = {f"{module}.{name}" for module in BUILT for name in definitions(module)}
    tables = {"rows.ROWS", "rows.OWN_ROWS", "rows.BY_FUNCTION", "node.NO_PARAMETERS",
              "node.NUMBERS", "node.new_level"}  # fmt: skip
    assert listed == here - tables


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_is_no_longer_than_a_screen(cell):
    sources = [definitions(module)[name] for module, name in re.findall(r"`(\w+)\.(\w+)`", cell)]
    assert sum(source.count("\n") + 1 for source in sources) <= 25


def test_the_built_classes_are_not_the_librarys(chapter):
    for name in ("Node", "Level", "Reverse", "Row", "Rule"):
        assert chapter[name].__module__ == "a_chapter"


X, M = np.array([0.3, 0.7, 1.1]), np.array([[0.2, 0.5, 0.1], [0.4, 0.9, 0.3]])
PROGRAMS = {
    "diamond": (lambda x, y, z: ((x * y) * (y * z)) ** 2, (3.0, 2.0, 1.0)),
    "broadcast": (lambda m, x: np.sum(np.sin(m * x) / (1.0 + x)), (M, X)),
    "matrices": (lambda m, x: np.sum(np.tanh(m @ x) ** 2), (M, X)),
    "indices": (lambda x: np.sum(x[[0, 0, 2]] ** 2) + x[1], (X,)),
    "reductions": (lambda m: np.max(m) * np.mean(m, axis=0)[1] + np.std(m), (M,)),
    "composed": (lambda m: np.sum(np.linalg.norm(m, axis=1)) + np.trace(m @ m.T), (M,)),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_the_cells_build_gives_the_librarys_derivatives(chapter, name):
    f, arguments = PROGRAMS[name]
    every = tuple(range(len(arguments)))
    same(chapter["grad"](f, every)(*arguments), arrays.grad(f, every)(*arguments))
    same(chapter["jvp"](f, arguments, arguments), arrays.jvp(f, arguments, arguments))
    value, pullback = chapter["vjp"](f, *arguments)
    same((value, *pullback(1.0)), (f(*arguments), *arrays.vjp(f, *arguments)[1](1.0)))
    same(chapter["hessian"](f)(*arguments), arrays.hessian(f)(*arguments))
    first = lambda x: f(x, *arguments[1:])  # noqa: E731
    same(chapter["hvp"](first, arguments[0], arguments[0]),
         arrays.hvp(first, arguments[0], arguments[0]))  # fmt: skip


def test_the_built_engine_takes_structures(chapter):
    weights = {"w": M, "b": [X, 2.0]}
    f = lambda p: np.sum(np.exp(p["w"] * p["b"][0]) * p["b"][1])  # noqa: E731
    same(chapter["grad"](f)(weights), arrays.grad(f)(weights))


def test_a_row_of_ones_own_is_called_and_differentiated(chapter):
    row = chapter["Row"]("triple", lambda x: 3.0 * x, "x", "elementwise", x=lambda g: 3.0 * g)
    same(chapter["grad"](lambda x: np.sum(row(x) * x))(X), 6.0 * X)


def same(one, other):
    """Compare two structures of arrays."""
    flatten = arrays.structures.flatten
    for x, y in zip(flatten(one), flatten(other), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-12)


def test_operators_use_the_rows_of_the_table_that_they_are_given(chapter):
    class Own:
        level = SimpleNamespace(apply=lambda row, operands: (row, operands))

    own = chapter["Row"]("mul", lambda x, y: x * y, "x, y", x=lambda g, y: g * y, y=None)
    x = arrays.methods.like_an_array(Own, arrays.ROWS | {"mul": own})()
    assert (x * 3.0)[0] is own and (3.0 * x)[1] == (3.0, x)
    assert (x + 3.0)[0] is arrays.ROWS["add"]
