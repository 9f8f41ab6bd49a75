"""What every notebook keeps to, one rule a function; CONTRIBUTING.md says why.

A rule takes a notebook and its path and lists what is wrong. EVERYWHERE holds for all notebooks,
CHAPTERS for the numbered ones in notebooks/ itself.
"""

import ast
import base64
import re
import statistics
from html.parser import HTMLParser
from io import BytesIO
from xml.etree import ElementTree

import nbformat
import prose
from PIL import Image

from autodiff_lib.graphs.operations import OPERATIONS
from autodiff_lib.pictures.style import MARK
from autodiff_lib.tools.recording import (
    ANSWER,
    EXPECTED_ERROR,
    FOLDED,
    NAVIGATION,
    in_one_form,
    navigation,
)

# The cells that may fail or may print something else each time: notebook -> tag -> how many.
ALLOWED_TAGS = {}

MOST_QUIET = 0  # code cells without a result in one chapter

# How often a notebook shows the fuzzer finding a mistake, planted on purpose.
PLANTED = {"08_learning.ipynb": 1, "solutions/08_learning.ipynb": 1}

FILLER = r"simply|(?<!have )just|obviously|let[’']s dive|easy|easily|of course|trivial(?:ly)?"
EMOJI = r"[\U0001F000-\U0001FAFF\u2600-\u26FF\u2705\u2728\u274C\u2753-\u2757\u2B50\uFE0F]"
MACHINE = r"0x[0-9a-f]{6,}|/(?:home|root|Users|tmp|usr|opt|private|work)/|site-packages|[A-Z]:\\\w"


def code_cells(notebook):
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def prose_cells(notebook):
    """The Markdown cells that say something: no links to neighbours, no heading alone."""
    return [
        c
        for c in notebook.cells
        if c.cell_type == "markdown" and not _is_navigation(c) and prose.words(c.source)
    ]


def has_the_notebook_format(notebook, path):
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        return [str(error).splitlines()[0]]
    return []


def was_run_from_top_to_bottom(notebook, path):
    counts = [c.execution_count for c in code_cells(notebook)]
    if counts == list(range(1, len(counts) + 1)):
        return []
    return [f"the cells were run in the order {counts}: python3 run.py record {path.stem}"]


def holds_nothing_but_the_recording(notebook, path):
    wrong = [f"metadata of a cell: {dict(c.metadata)}" for c in notebook.cells if _extra(c)]
    wrong += ["an empty cell"] * sum(not c.source.strip() for c in notebook.cells)
    if set(notebook.metadata) - {"kernelspec", "language_info"}:
        wrong.append(f"metadata of the notebook: {sorted(notebook.metadata)}")
    if path.read_bytes() != in_one_form(notebook):
        wrong.append(f"not stored as recording stores it: python3 run.py record {path.stem}")
    return wrong


def begins_and_ends_with_its_neighbours(notebook, path):
    line = navigation(path, _notebooks(path))
    ends = [notebook.cells[0], notebook.cells[-1]]
    if all(_is_navigation(c) and c.source == line for c in ends):
        return []
    return [f"the first and last cell are not the links: python3 run.py record {path.stem}"]


def has_one_title(notebook, path):
    titles = [words for level, words in _headings(notebook) if level == 1]
    return [] if len(titles) == 1 else [f"{len(titles)} first-level headings: {titles}"]


def has_no_setup_section(notebook, path):
    found = [w for _, w in _headings(notebook) if re.match(r"(set-?up|imports?)\b", w, re.I)]
    return [f"a heading says {words!r}: import where it is first needed" for words in found]


def links_lead_somewhere(notebook, path):
    wrong = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            wrong += prose.broken_links(cell.source, path)
            for is_image, _, target in prose.links(cell.source):
                if is_image and target.startswith("http"):
                    wrong.append(f"{target} is not in the project: a reader may have no network")
    return wrong


def code_runs_anywhere(notebook, path):
    """No magics, no installing, no `;` at the end: it hides a value from the recording."""
    wrong = []
    for source in (c.source for c in code_cells(notebook)):
        last = source.strip().splitlines()[-1]
        if last.split("#")[0].rstrip().endswith(";"):
            wrong.append(f"a cell ends in ';': {last}")
        wrong += re.findall(r"^\s*[%!].*|^.*\b(?:pip|conda) install\b.*", source, re.M)
        wrong += re.findall(r"^\s*#\s*(?:NBVAL|PYTEST_VALIDATE).*", source, re.M)
    return wrong


def marks_only_the_cells_it_may(notebook, path):
    free = (NAVIGATION, ANSWER)
    tags = [tag for c in notebook.cells for tag in c.metadata.get("tags", []) if tag not in free]
    allowed = ALLOWED_TAGS.get(_name(path), {})
    found = {tag: tags.count(tag) for tag in tags}
    return [] if found == allowed else [f"tags {found}; ALLOWED_TAGS says {allowed}"]


def fails_only_where_it_is_meant_to(notebook, path):
    wrong = []
    for cell in code_cells(notebook):
        expected = EXPECTED_ERROR in cell.metadata.get("tags", [])
        for output in cell.outputs:
            if output.output_type == "error" and not expected:
                wrong.append(f"{output.ename}: {output.evalue}")
            if output.get("name") == "stderr":
                wrong.append(f"written to stderr: {output.text}")
    return wrong


def shows_no_failing_engine_but_a_planted_one(notebook, path):
    shown = [
        o.get("data", {}).get("text/plain", "") for c in code_cells(notebook) for o in c.outputs
    ]
    found = sum("your engine fails on" in text for text in shown)
    allowed = PLANTED.get(_name(path), 0)
    return [] if found == allowed else [f"the fuzzer finds {found} mistakes; PLANTED: {allowed}"]


def shows_nothing_of_this_machine(notebook, path):
    texts = [text for c in code_cells(notebook) for o in c.outputs for text in _texts(o)]
    return [f"in an output: {found}" for text in texts for found in re.findall(MACHINE, text)]


def pictures_can_be_seen_and_read(notebook, path):
    """Every picture decodes, has alt text, and shows no word that its outline does not say."""
    wrong = []
    for output in (o for c in code_cells(notebook) for o in c.outputs):
        data = output.get("data", {})
        wrong += [f"a bare {kind}: it has no alt text" for kind in data if "image/" in kind]
        html = data.get("text/html", "")
        images = _images(html)
        if html.startswith("<pre>") and not images:
            wrong.append("recorded on a machine without Graphviz: its picture is missing")
        for attributes in images:
            said = data.get("text/plain", "") + "\n" + (attributes.get("alt") or "")
            wrong += _faults(attributes, said)
    return wrong


def speaks_plainly(notebook, path):
    wrong = []
    for cell in prose_cells(notebook):
        text = prose.spoken(cell.source)
        for pattern in (rf"\b(?:{FILLER})\b", r"[\w)\"’'*_]+!(?=[\s*_)\"]|$)", EMOJI):
            wrong += [f"{found!r}" for found in re.findall(pattern, text, re.I)]
    return wrong


def opens_with_a_question(notebook, path):
    first = next(c.source for c in notebook.cells if not _is_navigation(c))
    if re.match(r"# .+\n+(> *)?\*\*[^*]+\?\*\*", first):
        return []
    return ["it does not open with its title and a question in bold"]


def begins_soon(notebook, path):
    before = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            break
        before += 0 if _is_navigation(cell) else len(prose.words(cell.source))
    return [] if before <= 80 else [f"{before} words before the first code cell; at most 80"]


def has_short_code_cells(notebook, path):
    sizes = sorted(_lines(c.source) for c in code_cells(notebook))
    wrong = []
    if statistics.median(sizes) > 5:
        wrong.append(f"the median code cell has {statistics.median(sizes)} lines; at most 5")
    if sum(size <= 12 for size in sizes) < 0.9 * len(sizes):
        wrong.append(f"lines of code: {sizes}; 90 % are to have at most 12")
    return wrong + [f"a code cell of {size} lines; at most 25" for size in sizes if size > 25]


def has_short_prose_cells(notebook, path):
    sizes = sorted(len(prose.words(c.source)) for c in prose_cells(notebook))
    wrong = []
    if not 20 <= statistics.median(sizes) <= 50:
        wrong.append(f"the median prose cell has {statistics.median(sizes)} words; 20 to 50")
    return wrong + [f"a prose cell of {size} words; at most 150" for size in sizes if size > 150]


def leads_into_its_code(notebook, path):
    kinds = ["code" if c.cell_type == "code" else "prose" for c in notebook.cells]
    ratio = len(prose_cells(notebook)) / max(1, len(code_cells(notebook)))
    wrong = []
    if not 0.8 <= ratio <= 1.4 and not path.name.startswith("00_"):  # 00 is a page to read
        wrong.append(f"{ratio:.2f} prose cells for every code cell; 0.8 to 1.4")
    if any(kinds[i : i + 4] == ["code"] * 4 for i in range(len(kinds))):
        wrong.append("four code cells in a row")
    return wrong


def has_the_length_of_a_chapter(notebook, path):
    n = sum(not _is_navigation(c) for c in notebook.cells)
    if path.name.startswith("00_") or 30 <= n <= 66:
        return []
    return [f"{n} cells; 30 to 66"]


def shows_a_result_under_its_code(notebook, path):
    """Every code cell shows something, but for one that only imports; two in a row may build up."""
    wrong, silent = [], 0
    for cell in code_cells(notebook):
        silent = 0 if cell.outputs or _only_imports(cell.source) else silent + 1
        if silent > 2:
            wrong.append(f"a third code cell in a row without a result: {cell.source[:50]!r}")
    quiet = [c for c in code_cells(notebook) if not c.outputs and not _only_imports(c.source)]
    if len(quiet) > MOST_QUIET:
        wrong.append(f"{len(quiet)} code cells without a result; at most {MOST_QUIET}")
    return wrong


def keeps_to_a_narrow_window(notebook, path):
    """75 columns are what paper and a window of 900 px show of a line of code."""
    lines = [line for c in code_cells(notebook) for line in c.source.splitlines()]
    return [f"{len(line)} columns, at most 75: {line}" for line in lines if len(line) > 75]


def opens_no_answer_before_its_prediction(notebook, path):
    """After a prediction the next cell with an output is folded: it shows the answer."""
    wrong, asked = [], None
    for cell in code_cells(notebook):
        if asked and cell.outputs:
            if ANSWER not in cell.metadata.get("tags", []):
                wrong.append(f"the output after {asked} is open: tag its cell {ANSWER!r}")
            asked = None
        if found := re.search(r"predict\(\"\d\d\.[a-z]\".*", cell.source):
            asked = found[0]
    return wrong


EVERYWHERE = [
    has_the_notebook_format,
    was_run_from_top_to_bottom,
    holds_nothing_but_the_recording,
    begins_and_ends_with_its_neighbours,
    has_one_title,
    has_no_setup_section,
    links_lead_somewhere,
    code_runs_anywhere,
    marks_only_the_cells_it_may,
    fails_only_where_it_is_meant_to,
    shows_no_failing_engine_but_a_planted_one,
    shows_nothing_of_this_machine,
    pictures_can_be_seen_and_read,
    speaks_plainly,
]
CHAPTERS = [
    opens_with_a_question,
    begins_soon,
    has_short_code_cells,
    has_short_prose_cells,
    leads_into_its_code,
    has_the_length_of_a_chapter,
    shows_a_result_under_its_code,
    keeps_to_a_narrow_window,
    opens_no_answer_before_its_prediction,
]


def rules_for(path):
    """The rules that the notebook at `path` keeps to."""
    is_chapter = re.match(r"\d\d_", path.name) and path.parent.name == "notebooks"
    return EVERYWHERE + (CHAPTERS if is_chapter else [])


def _only_imports(source):
    if re.search(r"^\s*[%!]", source, re.M):
        return False
    return all(isinstance(s, (ast.Import, ast.ImportFrom)) for s in ast.parse(source).body)


def _is_navigation(cell):
    return NAVIGATION in cell.metadata.get("tags", [])


def _extra(cell):
    folded = {"jupyter": FOLDED} if ANSWER in cell.metadata.get("tags", []) else {}
    rest = {key: value for key, value in cell.metadata.items() if key != "tags"}
    return rest != folded or "attachments" in cell


def _notebooks(path):
    return next(p for p in path.parents if p.name == "notebooks")


def _name(path):
    return path.relative_to(_notebooks(path)).as_posix()


def _headings(notebook):
    texts = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    return [heading for text in texts for heading in prose.headings(text)]


def _lines(source):
    return sum(bool(line.strip()) for line in source.splitlines())


def _texts(output):
    """The words of an output, without the bytes of its pictures."""
    found = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    found += [text for text in output.get("data", {}).values() if isinstance(text, str)]
    return [re.sub(r"base64,[A-Za-z0-9+/=]+|[A-Za-z0-9+/=\n]{1000,}", "", text) for text in found]


def _images(html):
    """List the attributes of every <img>."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tag == "img" and found.append(dict(attrs))
    parser.feed(html)
    return found


def _faults(attributes, said):
    kind, _, data = (attributes.get("src") or "").partition(";base64,")
    if not (attributes.get("alt") or "").strip():
        return ["a picture without alt text"]
    if kind not in ("data:image/svg+xml", "data:image/png"):
        return [f"a picture from {kind[:60]!r}: it must be inside the notebook"]
    try:
        content = base64.b64decode(data, validate=True)
        if kind.endswith("png"):
            Image.open(BytesIO(content)).verify()
            return []
        root = ElementTree.fromstring(content)
    except (ValueError, OSError, SyntaxError, ElementTree.ParseError) as error:
        return [f"a picture that does not decode: {error}"]
    texts = [e for e in root.iter() if e.tag.endswith("}text")]
    texts = [e for e in texts if e.get("font-size") != str(MARK)]  # said by the operands' order
    labels = ["".join(e.itertext()) for e in texts]
    return [f"a picture shows {w!r}, its text does not" for w in labels if not _says(said, w)]


def _says(outline, label):
    """True if one line of the outline has every word and number of a picture's label.

    A shape such as (3, 1) stands for an array that the outline writes out.
    """
    if re.fullmatch(r"(∂ )?\([\d, ]*\)", label):
        return True
    wanted = [_pattern(word) for word in re.sub("[∂=:]", " ", label).split()]
    return any(all(re.search(p, line) for p in wanted) for line in outline.splitlines())


def _pattern(word):
    parts = re.findall(r"\w+|[^\w\s]", _SPELLINGS.get(word, word))
    whole = r"\s*".join(map(re.escape, parts))
    return re.sub(r"^(?=\w)|(?<=\w)$", r"\\b", whole)


# An operation's symbol in a picture, and what an outline writes: "square" for ** 2.
_SPELLINGS = {
    op.symbol: max(op.spelling.split("{}"), key=len).strip("( ") for op in OPERATIONS.values()
}
