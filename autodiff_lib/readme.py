"""The parts of README.md that are made from the project: its picture and its list of chapters.

`python3 run.py record` writes both; a test says when they are out of date.
"""

import re

from autodiff_lib.engines.symbolic import Tensor
from autodiff_lib.pictures import draw
from autodiff_lib.recording import NOTEBOOKS, read, title

PICTURE = "images/diamond.svg"  # beside the notebooks


def diamond():
    """The Picture of the running example with its gradients."""
    x, y, z = Tensor(3, name="x"), Tensor(2, name="y"), Tensor(1, name="z")
    names = {"h1": x * y, "h2": y * z}
    names["h"] = names["h1"] * names["h2"]
    names["o"] = o = names["h"] ** 2
    return draw(
        o, names=names, gradients=[(v, o.grad(v).value) for v in (x, y, z, *names.values())]
    )


def chapter_list(notebooks=NOTEBOOKS):
    """The Markdown table of the chapters that exist: title, link and question."""
    rows = [
        f"| [{title(path)}](notebooks/{path.name}) | {question(path)} |"
        for path in sorted(notebooks.glob("[0-9][0-9]_*.ipynb"))
    ]
    return "\n".join(["| chapter | its question |", "|---|---|", *rows])


def question(path):
    """The first words in bold of a notebook."""
    texts = "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    found = re.search(r"\*\*(.+?)\*\*", texts)
    return found[1] if found else ""


def with_chapters(text, notebooks=NOTEBOOKS):
    """The text of README.md with the list of chapters between its marks."""
    pattern = r"(<!-- chapters -->\n).*?(<!-- /chapters -->)"
    table = chapter_list(notebooks) + "\n"
    return re.sub(pattern, lambda m: m[1] + table + m[2], text, flags=re.S)


def update(notebooks=NOTEBOOKS):
    """Write the picture and the list of chapters. List the files that changed."""
    readme, picture = notebooks.parent / "README.md", notebooks / PICTURE
    picture.parent.mkdir(exist_ok=True)
    wanted = {readme: with_chapters(readme.read_text("utf-8"), notebooks)}
    if svg := diamond().svg:
        wanted[picture] = svg
    changed = []
    for path, text in wanted.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")
            changed.append(path)
    return changed


if __name__ == "__main__":
    for changed_file in update():
        print(f"{changed_file.relative_to(NOTEBOOKS.parent).as_posix()} changed")
