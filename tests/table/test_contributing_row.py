"""CONTRIBUTING.md's row for a new operation is all that it takes."""

import inspect
import re
import textwrap
from pathlib import Path

import numpy as np
import pytest

import run
from autodiff_lib.arrays import Row, add_rows, grad, gradient_program, jvp
from autodiff_lib.table.elementwise import constant, elementwise
from autodiff_lib.tools.missing_rows import missing_rows
from tests.table.samples import samples
from tests.table.table_walk import check_row, without_row

CONTRIBUTING = (Path(run.__file__).parent / "CONTRIBUTING.md").read_text("utf-8")
SECTION = CONTRIBUTING.partition("## Add an operation\n")[2].partition("\n## ")[0]
X, Y = np.array([0.5, 2.0]), np.array([1.0, -1.0])


def f(x):
    return np.sum(np.hypot(x, Y))


@pytest.fixture
def row():
    """The row that CONTRIBUTING shows, in the place of the one that the table has."""
    (code,) = re.findall(r"```python\n(elementwise.*?)```", SECTION, re.S)
    (row,) = eval(f"[{code}]", {"elementwise": elementwise, "np": np})
    with without_row(row.op):
        add_rows(row)
        yield row


def test_the_row_stands_in_the_table_as_it_is_shown():
    (code,) = re.findall(r"```python\n(elementwise.*?)```", SECTION, re.S)
    table = Path(inspect.getfile(elementwise)).read_text("utf-8")
    assert textwrap.indent(code, "    ") in table


def test_the_row_of_a_flat_function_is_short_for_what_is_shown():
    (code,) = re.findall(r"```python\n(constant.*?),\n```", SECTION, re.S)
    assert f"    {code}," in Path(inspect.getfile(elementwise)).read_text("utf-8")
    (written,) = re.findall(r"`(Row\(\"floor\".*?\))`", SECTION)
    one, other = (
        eval(text, {"constant": constant, "Row": Row, "np": np}) for text in (code, written)
    )
    for column in ("op", "function", "kind", "operands", "parameters", "batch"):
        assert getattr(one, column) == getattr(other, column)
    with without_row("logical_or"):
        assert '"constant", batch="elementwise"))' in missing_rows()["np.logical_or"]


def test_without_the_row_the_error_shows_where_to_begin():
    with without_row("hypot"):
        with pytest.raises(NotImplementedError, match=r'add_rows\(Row\("hypot", np.hypot'):
            grad(f)(X)
        assert "np.hypot" in missing_rows()
    assert "np.hypot" not in missing_rows()


def test_with_the_row_every_engine_knows_the_operation(row):
    expected = X / np.hypot(X, Y)
    np.testing.assert_allclose(grad(f)(X), expected)
    np.testing.assert_allclose(jvp(f, (X,), (np.ones(2),))[1], expected.sum())
    program = gradient_program(f, X)
    np.testing.assert_allclose(program(X), expected)
    assert "np.hypot(x" in program.source


def test_the_walk_over_the_table_checks_the_row(row):
    checked = samples(row)
    assert len(checked) > 5
    for operands, parameters in checked:
        check_row(row, operands, parameters)


def test_the_files_that_are_named_exist_and_hold_the_table():
    root = Path(run.__file__).parent
    for name in re.findall(r"`(\w+\.py)`", SECTION):
        assert any((root / "autodiff_lib" / x / name).exists() for x in ("table", "arrays"))
    for name in re.findall(r"`(tests/[\w/]+\.py)`", SECTION):
        assert (root / name).exists()
