"""Run the notebooks and store what they print, so that a second run changes no byte.

`python3 run.py record` calls `main`. A recorded notebook has its outputs, the links to its
neighbours as first and last cell, and nothing that differs between two runs or two machines:
no times, no editor's metadata, no full tracebacks.
"""

import argparse
import os
import platform
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
START = "00_start_here.ipynb"
CONTENTS = "contents.md"  # the list of chapters, beside the notebooks; readme.py writes it
EXPECTED_ERROR = "raises-exception"  # the tag of a cell that is meant to fail
LANGUAGE = {  # what JupyterLab would fill in: with the same Python, opening changes nothing
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": platform.python_version(),
}
NAVIGATION = "navigation"  # the tag of the first and the last cell
ANSWER = "answer"  # the tag of a cell that shows what a prediction asks: its output is folded
FOLDED = {"outputs_hidden": True}  # JupyterLab opens it when the cell is run


class RecordingError(Exception):
    """A notebook did not run as it should; its file is left as it was."""


def record(path, notebooks=NOTEBOOKS):
    """Run the notebook at `path` in its own folder and store its outputs. True if bytes changed.

    Raises:
        RecordingError: when a cell fails, or writes to stderr, or is tagged raises-exception and
            does not fail. The message names the cell; nothing is written.
    """
    path = Path(path)
    notebook = read(path)
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    set_navigation(notebook, navigation(path, notebooks))
    _run(notebook, path)
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in cell.metadata if key == "tags"}
        if ANSWER in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = dict(FOLDED)
        if cell.cell_type == "code":
            cell.outputs = _stable(cell.outputs)
            _refuse_surprises(cell, path)
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": LANGUAGE,
    }
    return write(notebook, path)


def kernel_environment(ipython_folder, hash_seed):
    """The environment variables that keep a kernel's outputs independent of who runs it.

    Recording and testing take different hash seeds: an output that hangs on the order of a set
    then fails its test instead of failing once in a while.
    """
    return {
        "IPYTHONDIR": str(ipython_folder),  # nobody's start-up files, nothing written at home
        "PYTHONHASHSEED": str(hash_seed),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger's warning about frozen modules
    }


def warm_up():
    """Let matplotlib build its font cache here: in a cell it would print that it is doing so."""
    import matplotlib.font_manager  # noqa: F401


def navigation(path, notebooks=NOTEBOOKS):
    """The line of links at the top and bottom of a notebook: previous, contents, next."""
    path, notebooks = Path(path).resolve(), Path(notebooks).resolve()
    chapters = sorted(notebooks.glob("[0-9][0-9]_*.ipynb"))
    if path.parent != notebooks:  # a worked solution: back to its chapter
        number = path.name[:2]
        chapter = [c for c in chapters if c.name[:2] == number]
        links = [f"← [{title(c)}](../{c.name})" for c in chapter]
        return " · ".join([*links, f"[Contents](../{CONTENTS})"])
    links = [f"[Contents]({CONTENTS})"]
    if path in chapters:
        place = chapters.index(path)
        if place > 0:
            before = chapters[place - 1]
            links.insert(0, f"← [{title(before)}]({before.name})")
        if place + 1 < len(chapters):
            after = chapters[place + 1]
            links.append(f"[{title(after)}]({after.name}) →")
    return " · ".join(links)


def title(path):
    """The text of a notebook's first `# ` heading, or its file name in words."""
    for cell in read(path).cells:
        found = re.search(r"^# +(.+?)\s*$", cell.source, re.M)
        if cell.cell_type == "markdown" and found:
            return found[1]
    return Path(path).stem.replace("_", " ")


def set_navigation(notebook, line):
    """Make `line` the first and the last cell, in place of the links that stood there."""
    inner = [c for c in notebook.cells if NAVIGATION not in c.metadata.get("tags", [])]
    top, bottom = (
        nbformat.v4.new_markdown_cell(line, id=name, metadata={"tags": [NAVIGATION]})
        for name in ("navigation-top", "navigation-bottom")
    )
    notebook.cells = [top, *inner, bottom]


def read(path):
    """Read a notebook, whatever the system's own encoding is."""
    return nbformat.reads(Path(path).read_text("utf-8"), as_version=4)


def write(notebook, path):
    """Store a notebook in the one form all systems agree on. True if the file changed."""
    data = in_one_form(notebook)
    if path.exists() and path.read_bytes() == data:
        return False
    path.write_bytes(data)
    return True


def in_one_form(notebook):
    """The bytes of a notebook's file, the same on every system."""
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode("utf-8")


def _run(notebook, path):
    client = NotebookClient(
        notebook,
        timeout=60,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            client.execute(env={**os.environ, **kernel_environment(folder, hash_seed=0)})
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise RecordingError(f"{path.name} did not run to its end:\n{error}") from None


def _stable(outputs):
    """The outputs without what differs from run to run: how prints were cut up, tracebacks.

    Only neighbours are joined, so that a print after a picture stays after the picture.
    """
    joined = []
    for output in outputs:
        if output.output_type == "error":
            output.traceback = short_traceback(output)
        before = joined[-1] if joined else None
        if before and before.get("name") == output.get("name") is not None:
            before.text += output.text
        else:
            joined.append(output)
    return joined


def short_traceback(error):
    """The lines of an error that a reader needs: where in the notebook, which line, what error.

    The full traceback holds paths of this machine and differs between versions of Python.
    """
    plain = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
    frames = re.findall(r"^(Cell In\[\d+\], line \d+).*?\n(?:.*\n)*?-+> *\d+ (.*)$", plain, re.M)
    lines = [f"{place}\n----> {code.strip()}" for place, code in dict.fromkeys(frames)]
    if len(lines) > 2:  # a recursion: where it began and where it ended
        lines = [lines[0], lines[-1]]
    return [*lines, f"\x1b[31m{error.ename}\x1b[39m: {error.evalue}"]


def _refuse_surprises(cell, path):
    kinds = [output.output_type for output in cell.outputs]
    where = f"{path.name}, the cell that starts with {cell.source.splitlines()[0]!r},"
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            raise RecordingError(f"{where} wrote to stderr:\n{output.text}")
    if EXPECTED_ERROR in cell.metadata.get("tags", []) and "error" not in kinds:
        raise RecordingError(f"{where} is tagged {EXPECTED_ERROR} and raised nothing")


def find(names, notebooks=NOTEBOOKS):
    """List the notebooks that `names` mean: "02", a file name or a path; all without names.

    Raises:
        RecordingError: for a name that no notebook has.
    """
    every = [p for p in sorted(notebooks.rglob("*.ipynb")) if ".ipynb_checkpoints" not in p.parts]
    if not names:
        return every
    chosen = []
    for name in names:
        wanted = Path(name).name
        matches = [p for p in every if p.name == wanted or p.stem == wanted]
        matches = matches or [p for p in every if p.name.startswith(wanted)]
        if not matches:
            known = ", ".join(p.stem for p in every) or "none"
            raise RecordingError(f"no notebook is called {name!r}; there are: {known}")
        chosen += [p for p in matches if p not in chosen]
    return chosen


def main(arguments=None, notebooks=NOTEBOOKS):
    """Record the named notebooks, all of them without names, and every notebook's links."""
    parser = argparse.ArgumentParser(prog="run.py record", description=main.__doc__)
    parser.add_argument("names", nargs="*", help='such as "02" or "02_symbolic_tensor.ipynb"')
    names = parser.parse_args(arguments).names
    warm_up()
    failed = False
    try:
        chosen = find(names, notebooks)
    except RecordingError as error:
        sys.exit(str(error))
    for path in chosen:
        start = time.perf_counter()
        try:
            result = "changed" if record(path, notebooks) else "unchanged"
        except RecordingError as error:
            failed, result = True, f"NOT RECORDED\n{error}"
        seconds = time.perf_counter() - start
        print(f"{path.relative_to(notebooks).as_posix():40} {seconds:5.1f} s  {result}", flush=True)
    for path in find([], notebooks):
        notebook = read(path)
        set_navigation(notebook, navigation(path, notebooks))
        if write(notebook, path) and path not in chosen:
            print(f"{path.relative_to(notebooks).as_posix():40}          new links")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
