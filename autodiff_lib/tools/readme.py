"""What is made from the project: README's picture, list of chapters and speed; the contents page.

`python3 run.py record` and `python3 run.py bench` write them; a test says when they are out of
date.
"""

import base64
import re
import textwrap

import numpy as np

from autodiff_lib.arrays import gradient_program
from autodiff_lib.engines.symbolic import Tensor
from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.pictures import draw, line_by_line, step_through
from autodiff_lib.programs.page import Page
from autodiff_lib.teaching import predict
from autodiff_lib.tools.recording import CONTENTS, NOTEBOOKS, read, title

IMAGES = "images"  # beside the notebooks
MEASURED = "benchmarks/results/array_engine.md"  # beside README.md; benchmarks write it


def diamond():
    """The running example: its output, {name: node} and its gradients, [(node, number)]."""
    x, y, z = Tensor(3, name="x"), Tensor(2, name="y"), Tensor(1, name="z")
    names = {"h1": x * y, "h2": y * z}
    names["h"] = names["h1"] * names["h2"]
    names["o"] = o = names["h"] ** 2
    return o, names, [(v, o.grad(v).value) for v in (x, y, z, *names.values())]


def loss(w, X, y):
    """README's example, whose gradient is printed."""
    guess = np.tanh(X @ w)
    return np.mean((guess - y) ** 2)


def gradient_page():
    """The printed gradient of README's example, beside its graph."""
    program = gradient_program(loss, np.zeros(3), np.eye(5, 3), np.ones(5))
    outputs = program.graph
    inputs = [x for x in topological_order(*outputs) if x.op is None and not x.constant]
    page, lines = Page(inputs, outputs), [[]]
    for step in page.steps:
        lines[-1].append(step)
        if id(step) not in page.nested:
            lines.append([])
    return line_by_line(program.source.splitlines(), [inputs, *lines[:-1], list(outputs)])


def pictures():
    """{file name: SVG} of what README shows; empty on a machine without Graphviz."""
    o, names, gradients = diamond()
    graph = draw(o, names=names, gradients=gradients)
    if graph.svg is None:
        return {}
    film = step_through(o, names=names)._repr_mimebundle_()["text/html"]
    frames = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', film)
    frame = base64.b64decode(frames[FRAME]).decode()
    return {
        "diamond.svg": graph.svg,
        "gradient_page.svg": gradient_page().svg,
        "step_through.svg": frame,
        "prediction.svg": as_svg(predict("02.c", 7)),
    }


FRAME = 7  # of the diamond's film: h sends to both products


def as_svg(guess, width=640, height=96):
    """A judged guess as a picture: the very plate that a notebook shows."""
    plate = guess._repr_mimebundle_()["text/html"].partition("<details>")[0]
    plate += "</div>" * (plate.count("<div") - plate.count("</div>"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<foreignObject width="{width}" height="{height}">'
        '<div xmlns="http://www.w3.org/1999/xhtml" '
        f'style="font:15px/1.5 DejaVu Sans,Verdana,sans-serif">{plate}</div>'
        "</foreignObject></svg>\n"
    )


def chapter_list(notebooks=NOTEBOOKS, pages=""):
    """README's table of the chapters that exist: title, question and notebook.

    pages: the reading site's address, once it has one: then each chapter's page, too.
    """
    rows = []
    for path in chapters(notebooks):
        links = f"[{title(path)}](notebooks/{path.name})"
        links += f" · [page]({pages}{path.stem}.html)" if pages else ""
        rows.append(f"| {links} | {question(path)} |")
    return "\n".join(["| chapter | its question |", "|---|---|", *rows])


def site_address(text):
    """The reading site's address in the text of README.md; "" where it has none yet."""
    found = re.search(r"\[reading site\]\((https?://\S+?)\)", text)
    return found[1] if found else ""


def contents(notebooks=NOTEBOOKS):
    """The contents page, notebooks/contents.md: the map of the series."""
    rows = [
        f"| [{title(path)}]({path.name}) | {question(path)} | "
        + (
            f"[answers](solutions/{path.name}) |"
            if (notebooks / "solutions" / path.name).exists()
            else "|"
        )
        for path in chapters(notebooks)
    ]
    more = [
        f"- [{words}]({name})"
        for name, words in (
            ("glossary.md", "Glossary: every term, and the chapter that shows it"),
            ("common_mistakes.md", "Common mistakes, each with the cell that shows it"),
        )
        if (notebooks / name).exists()
    ]
    return "\n".join([
        "# Automatic differentiation, built piece by piece\n",
        "Each chapter asks a question, builds one thing, and breaks it: the break is the next",
        "chapter's question. Read them in order.\n",
        "| chapter | its question | exercises |", "|---|---|---|", *rows, "", *more, "",
    ])  # fmt: skip


def chapters(notebooks):
    """The paths of the chapters, in order."""
    return sorted(notebooks.glob("[0-9][0-9]_*.ipynb"))


def question(path):
    """The first words in bold of a notebook."""
    texts = "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    found = re.search(r"\*\*(.+?)\*\*", texts)
    return found[1] if found else ""


def speed(page):
    """The section's text from the page of measurements: two sentences, the plot, where it is."""
    plot = re.search(r"!\[(.+?)\]\((.+?)\)", page)
    reading = " ".join(between(page, "reading").split())
    first = re.search(r"Each mark .+?\.(?= |$)", reading)[0]
    second = re.search(r"The gradient program takes .+?\.(?= [A-Z]|$)", reading)[0]
    more = f"[The numbers, beside six other programs]({MEASURED})."
    return "\n\n".join([
        textwrap.fill(f"{first} {second} {more}", 100),
        f"![{plot[1]}]({MEASURED.rpartition('/')[0]}/{plot[2]})",
    ])  # fmt: skip


def between(text, mark):
    """What stands between <!-- mark --> and <!-- /mark -->."""
    return re.search(rf"<!-- {mark} -->\n(.*?)\n?<!-- /{mark} -->", text, re.S)[1]


def with_part(text, mark, part):
    """A text with another part between its marks."""
    pattern = rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)"
    return re.sub(pattern, lambda m: m[1] + part + "\n" + m[2], text, flags=re.S)


def with_chapters(text, notebooks=NOTEBOOKS):
    """The text of README.md with the list of chapters between its marks."""
    return with_part(text, "chapters", chapter_list(notebooks, site_address(text)))


def with_speed(text, root=NOTEBOOKS.parent):
    """The text of README.md with what was measured between its marks."""
    page = root / MEASURED
    return with_part(text, "speed", speed(page.read_text("utf-8"))) if page.exists() else text


def update(notebooks=NOTEBOOKS):
    """Write the pictures, README's parts and the contents page. List the files that changed."""
    readme, images = notebooks.parent / "README.md", notebooks / IMAGES
    images.mkdir(exist_ok=True)
    text = with_chapters(readme.read_text("utf-8"), notebooks)
    wanted = {readme: with_speed(text, notebooks.parent), notebooks / CONTENTS: contents(notebooks)}
    wanted |= {images / name: svg for name, svg in pictures().items()}
    changed = []
    for path, text in wanted.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")
            changed.append(path)
    return changed


if __name__ == "__main__":
    for changed_file in update():
        print(f"{changed_file.relative_to(NOTEBOOKS.parent).as_posix()} changed")
