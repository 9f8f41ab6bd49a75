"""A reader's kernel without a kernel: all cells of a chapter, run in one namespace.

What a reader writes is source text, run there. A line of it is known to tracebacks, as a cell's is.
"""

import ast
import contextlib
import io
import linecache
from importlib import import_module

import matplotlib

from autodiff_lib.tools.recording import EXPECTED_ERROR, NOTEBOOKS, read

matplotlib.use("agg")


def notebook_of(chapter):
    """The path of chapter "02"."""
    (path,) = NOTEBOOKS.glob(f"{chapter}_*.ipynb")
    return path


def run_notebook(path):
    """The namespace after Run All, a dict."""
    names = {"__name__": "__main__", "display": lambda *shown: None}
    for k, cell in enumerate(c for c in read(path).cells if c.cell_type == "code"):
        expected = EXPECTED_ERROR in cell.metadata.get("tags", [])
        with contextlib.suppress(*[Exception] * expected), quiet():
            run_cell(cell.source, names, f"<{path.stem} cell {k + 1}>")
    return names


def library_of(exercise):
    """A namespace with only what the library ships for an exercise's chapter."""
    names = {"__name__": "__main__"}
    modules = (exercise.module,) if isinstance(exercise.module, str) else exercise.module
    for module in reversed(modules):
        names |= {k: v for k, v in vars(import_module(module)).items() if not k.startswith("__")}
    return names


def run_cell(source, names, file):
    """Run source text in `names`; return the value of its last expression or last definition."""
    lines = source.splitlines(keepends=True)
    linecache.cache[file] = (len(source), None, lines, file)
    tree = ast.parse(source)
    last = tree.body[-1]
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, file, "exec"), names)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), file, "eval"), names)
    return names.get(getattr(last, "name", None))


def ask(key, source, names):
    """The Verdict on an answer, given as source text, as a cell of this namespace gets it."""
    names = dict(names)
    answer = run_cell(source, names, f"<answer to {key}>") if isinstance(source, str) else source
    names["_answer"] = answer
    with quiet():
        return run_cell(
            "from autodiff_lib.teaching import check_answer\n"
            f"check_answer({key!r}, _answer)", names, "<check>"
        )  # fmt: skip


def quiet():
    """Show nothing of what cells print."""
    return contextlib.redirect_stdout(io.StringIO())
