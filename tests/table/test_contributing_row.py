"""CONTRIBUTING.md's row for a new operation is all that it takes."""

import re
from pathlib import Path

import numpy as np
import pytest

import run
from autodiff_lib.arrays import ROWS, add_rows, grad, gradient_program, jvp, remove_row
from autodiff_lib.table.elementwise import elementwise
from tests.table.samples import samples
from tests.table.table_walk import check_row

CONTRIBUTING = (Path(run.__file__).parent / "CONTRIBUTING.md").read_text("utf-8")
SECTION = CONTRIBUTING.partition("## Add an operation\n")[2].partition("\n## ")[0]
X, Y = np.array([0.5, 2.0]), np.array([1.0, -1.0])


def f(x):
    return np.sum(np.logaddexp2(x, Y))


@pytest.fixture
def row():
    (code,) = re.findall(r"```python\n(.*?)```", SECTION, re.S)
    (row,) = eval(f"[{code}]", {"elementwise": elementwise, "np": np})
    add_rows(row)
    yield row
    remove_row(row.op)


def test_without_the_row_the_error_shows_where_to_begin():
    with pytest.raises(NotImplementedError, match=r'add_rows\(Row\("logaddexp2", np.logaddexp2'):
        grad(f)(X)


def test_with_the_row_every_engine_knows_the_operation(row):
    expected = 2.0**X / (2.0**X + 2.0**Y)
    np.testing.assert_allclose(grad(f)(X), expected)
    np.testing.assert_allclose(jvp(f, (X,), (np.ones(2),))[1], expected.sum())
    program = gradient_program(f, X)
    np.testing.assert_allclose(program(X), expected)
    assert "np.logaddexp2(x" in program.source


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
    assert "logaddexp2" not in ROWS
