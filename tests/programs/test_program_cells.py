"""Chapters 13 and 14 can be written: the tracer, the writer and what simplifies fit into cells.

The cells of CELLS.md are run in order in a namespace that takes only manners from the library.
"""

import ast
import functools
import importlib
import inspect
import math
import operator
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import autodiff_lib
from autodiff_lib import arrays

HOME = Path(autodiff_lib.__file__).parent / "programs"
PAGE = (HOME.parents[1] / "CELLS.md").read_text(encoding="utf-8")
PAGE = PAGE.partition("## Chapter 13")[2].partition("## Chapter 15")[0]
CELLS = re.findall(r"^\| [^|]+ \| ((?:`\w+\.\w+` ?)+) \| .+ \|$", PAGE, re.MULTILINE)
BUILT = "steps trace write program identities simplify".split()
MANNERS = """names readers_names reading arguments constants logbook page spelling entering
    returning ownership adding expecting calling agreement error_lines pipeline making likely
    frozen layout patterns safety uses identity_rows collector faster faster.scalars
    faster.reciprocals faster.batches faster.products""".split()
CALLERS = {"pipeline": ["trace_and_simplify"], "by_steps": ["graph"],
           "gradient_program": [
               "gradient_program", "Program", "write_program", "compile_program",
           ]}  # fmt: skip
TOLD = {f"steps.{name}" for name in "is_number with_operands same_type".split()}  # manners
TABLES = {"simplify.MOST_WALKS", "identities.IDENTITIES"}


def definitions(module):
    """Return {name: source} of the top level of a module, docstrings left out."""
    found = {}
    for node in ast.parse((HOME / f"{module}.py").read_text(encoding="utf-8")).body:
        for inner in ast.walk(node):
            if isinstance(inner, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(inner):
                inner.body = inner.body[1:] or [ast.Pass()]
        names = [getattr(node, "name", None)]
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        found |= {name: ast.unparse(node) for name in names if name}
    return found


def cell_names(cell):
    return re.findall(r"`(\w+)\.(\w+)`", cell)


def build():
    """Run all cells of the page; return their namespace."""
    modules = [np, ast, functools, inspect, math, operator]
    names = {module.__name__: module for module in modules}
    names |= {"np": np, "Counter": Counter, "partial": functools.partial, "__name__": "a_chapter"}
    for module in MANNERS:
        names |= vars_of(f"autodiff_lib.programs.{module}")
    for module in "checks derivatives node operands rows structures".split():
        names |= vars_of(f"autodiff_lib.arrays.{module}")
    names["topological_order"] = autodiff_lib.graphs.walk.topological_order
    for table in TABLES | TOLD:
        module, name = table.split(".")
        names[name] = vars(importlib.import_module(f"autodiff_lib.programs.{module}"))[name]
    names["IDENTITIES"] = names["Table"]()
    for cell in CELLS:
        for module, name in cell_names(cell):
            exec(definitions(module)[name], names)
    for module, callers in CALLERS.items():  # they call what cells build
        for name in callers:
            exec(definitions(module)[name], names)
    names["add_identities"](names["IDENTITY_ROWS"])
    return names


def vars_of(module):
    """Return what a module defines, and its constants."""
    found = vars(importlib.import_module(module))
    return {k: v for k, v in found.items()
            if getattr(v, "__module__", module) == module and not k.startswith("__")}  # fmt: skip


@pytest.fixture(scope="module")
def chapter():
    return build()


def test_every_definition_of_the_core_has_its_cell():
    listed = {f"{module}.{name}" for cell in CELLS for module, name in cell_names(cell)}
    here = {f"{module}.{name}" for module in BUILT for name in definitions(module)}
    assert listed == here - TABLES - TOLD


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_is_no_longer_than_a_screen(cell):
    sources = [definitions(module)[name] for module, name in cell_names(cell)]
    assert sum(source.count("\n") + 1 for source in sources) <= 25


X, M = np.array([0.3, 0.7, 1.1]), np.array([[0.2, 0.5, 0.1], [0.4, 0.9, 0.3]])
FUNCTIONS = {
    "diamond": (lambda x, y, z: ((x * y) * (y * z)) ** 2, (3.0, 2.0, 1.0)),
    "layer": (lambda w, x: np.sum(np.tanh(w @ x) ** 2), (M, X)),
    "softmax": (lambda w, x: np.log(np.sum(np.exp(w @ x))) - (w @ x)[0], (M, X)),
    "parts": (lambda x: np.sum(x[[0, 0, 2]] ** 2) + x[1] * np.max(x), (X,)),
    "broadcast": (lambda m, x: np.mean(np.sin(m * x) / (1.0 + x), axis=0) @ x, (M, X)),
    "branch": (lambda x: np.sum(x * x) if x[0] > 0 else np.sum(x), (X,)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_the_cells_build_prints_the_librarys_program(chapter, name):
    f, arguments = FUNCTIONS[name]
    every = tuple(range(len(arguments)))
    ours = chapter["gradient_program"](f, *arguments, argnums=every, plain=True)
    theirs = arrays.gradient_program(f, *arguments, argnums=every, plain=True)
    assert str(ours) == str(theirs)
    for one, other in zip(ours(*arguments), theirs(*arguments), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_chapters_tracer_is_no_function_of_the_reader(chapter):
    def f(w, x, y):  # y comes first: the tracer hands the product on, and holds an `operand`
        guess = x @ w
        return np.sum(y * guess)

    arguments = np.ones(3), np.ones((4, 3)), np.ones(4)
    source = str(chapter["gradient_program"](f, *arguments, value=True, plain=True))
    assert source == str(arrays.gradient_program(f, *arguments, value=True, plain=True))
    assert "guess = x @ w" in source


READ_BEFORE = {
    "write_match", "write_part", "write_leaf", "write_orders", "Identity", "add_identities",
}  # fmt: skip
ASIDE = {"remove_identities", "operations"}  # rows go, lines are counted
NEEDED = {name for cell in CELLS for _, name in cell_names(cell)} - READ_BEFORE - ASIDE


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_what_a_cell_defines_is_what_runs(chapter, monkeypatch, name):
    def refuse(*arguments, **keywords):
        raise RuntimeError(f"{name} was asked for")

    for f, arguments in [*FUNCTIONS.values(), (lambda x: np.sin(x) * x, (2.0,))]:
        program = chapter["gradient_program"](f, *arguments)
        with monkeypatch.context() as patch:
            for attribute, part in vars(chapter["Trace"]).items():
                if getattr(part, "__name__", "") == name:
                    patch.setattr(chapter["Trace"], attribute, refuse)
            patch.setitem(chapter, name, refuse)
            try:
                chapter["gradient_program"](f, *arguments)
                chapter["graph"](f, *arguments)
                str(program)
            except (RuntimeError, TypeError):
                return
    pytest.fail(f"nothing asks for {name}")


def test_the_steps_are_the_chapters_own(chapter):
    step = chapter["graph"](lambda x: x * x, 3.0)
    assert type(step).__module__ == "a_chapter" and step.value == 9.0


def test_rows_come_and_go_in_the_cells(chapter):
    before = list(chapter["IDENTITIES"].identities)
    chapter["add_identities"]("x * x -> x")
    assert before != chapter["IDENTITIES"].identities
    chapter["remove_identities"]("x * x -> x")
    assert before == chapter["IDENTITIES"].identities
