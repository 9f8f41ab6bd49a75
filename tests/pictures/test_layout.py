"""Positions: the same from both renderers, quiet, safe in threads; and what helps without any."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from svg_reader import elements
from toy_engine import NASTY, Node, chain, diamond, doublings, random_graph

from autodiff_lib.pictures import draw, side_by_side, step_through
from autodiff_lib.pictures.glyphs import glyphs_and_arrows
from autodiff_lib.pictures.graph import snapshot
from autodiff_lib.pictures.layout import bundled, dot_source, program, read_plain
from autodiff_lib.pictures.scene import Scene
from autodiff_lib.pictures.svg import boxes

ROOT = Path(__file__).resolve().parents[2]

needs_dot = pytest.mark.skipif(
    shutil.which("dot") is None, reason="the program dot is not on the PATH: install graphviz"
)
needs_bundled = pytest.mark.skipif(
    bundled("digraph {}") is None, reason="pygraphviz does not load on this machine"
)


def no_bundled(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)


def no_program(monkeypatch):
    monkeypatch.setenv("PATH", "")


def source_of(output, labels=None):
    glyphs, arrows = glyphs_and_arrows(snapshot(output, limit=1000))
    sizes, _ = boxes(glyphs)
    ends = [(arrow.tail, arrow.head) for arrow in arrows]
    return dot_source(sizes, ends, labels and [labels] * len(ends)), len(sizes), ends


@needs_dot
@needs_bundled
@pytest.mark.parametrize("labels, away", [(None, 1), ((40, 16), 20)], ids=["bare", "labels"])
@pytest.mark.parametrize(
    "output",
    [diamond(), chain(9), doublings(5), random_graph(20, 2)],
    ids=["diamond", "chain", "doublings", "random"],
)
def test_both_renderers_give_the_same_positions(output, labels, away):
    """An old dot breaks ties between labels differently: a few px up or down, no more."""
    source, *sizes = source_of(output, labels)
    ours, theirs = (read_plain(engine(source), *sizes) for engine in (bundled, program))
    for (x, y), (u, v) in zip(ours.centres, theirs.centres, strict=True):
        assert x == pytest.approx(u, abs=1) and y == pytest.approx(v, abs=away)
    assert ours.width == pytest.approx(theirs.width, abs=1)


@needs_dot
def test_dot_on_the_path_draws_when_the_bundled_engine_does_not_load(monkeypatch):
    no_bundled(monkeypatch)
    assert draw(diamond()).svg.startswith("<svg")


@needs_bundled
def test_the_bundled_engine_needs_no_program(monkeypatch):
    no_program(monkeypatch)
    assert draw(diamond()).svg.startswith("<svg")


@pytest.mark.parametrize(
    "make",
    [draw, step_through, lambda o: side_by_side({"f": o})],
    ids=["draw", "step_through", "side_by_side"],
)
def test_without_any_graphviz_the_text_is_shown_with_what_helps(monkeypatch, make):
    with_picture = make(diamond())
    no_bundled(monkeypatch)
    no_program(monkeypatch)
    picture = make(diamond())
    assert repr(picture) == repr(with_picture)
    assert picture.svg is None
    assert "v1 = x * y" in picture.html
    assert picture.html.count("To see the picture, run: ") == 1
    with pytest.raises(ValueError, match="no picture to save"):
        picture.save("graph.svg")


def test_a_nasty_name_breaks_nothing_without_graphviz(monkeypatch):
    no_bundled(monkeypatch)
    no_program(monkeypatch)
    html = draw(Node(3, name=NASTY["markup"])).html
    assert "<script" not in html and "&lt;script&gt;" in html


def test_a_dot_that_fails_is_as_good_as_none(monkeypatch, tmp_path):
    broken = tmp_path / "dot"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    no_bundled(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert draw(diamond()).svg is None


def test_nothing_is_measured_so_fontconfig_has_nothing_to_say():
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from toy_engine import diamond\n"
        "from autodiff_lib.pictures import draw, step_through\n"
        "draw(diamond(), edge_labels='local derivatives'); step_through(diamond())"
    )
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("HOME", "XDG", "FONTCONFIG"))}
    bare |= {"FONTCONFIG_FILE": "/nowhere", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_bundled_engine_is_never_entered_twice(monkeypatch):
    inside, seen = [], []

    class Graph:
        def __init__(self, string):
            inside.append(self)

        def draw(self, **options):
            time.sleep(0.01)
            seen.append(len(inside))
            return b""

        def close(self):
            inside.remove(self)

    monkeypatch.setitem(sys.modules, "pygraphviz", SimpleNamespace(AGraph=Graph))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(bundled, ["digraph {}"] * 8))
    assert seen == [1] * 8


def test_threads_do_not_disturb_each_other():
    graphs = [random_graph(25, seed) for seed in range(4)] * 4
    alone = [draw(graph).svg for graph in graphs]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda graph: draw(graph).svg, graphs)) == alone


def test_importing_pictures_loads_no_renderer_and_no_plotting():
    code = (
        "import sys, autodiff_lib.pictures\n"
        "print([m for m in ('graphviz', 'pygraphviz', 'matplotlib') if m in sys.modules])"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_dot_source_is_for_any_viewer():
    picture = draw(diamond())
    assert "v1 = 6" in picture.dot
    assert picture.dot.startswith("digraph")


def test_the_dot_source_holds_the_whole_graph_however_large():
    picture = draw(chain(5000))
    assert picture.svg and "Too many to read" in picture.text
    assert len(picture.svg) < 100_000  # of a part alone
    source = picture.dot
    assert source.count(" -> ") == 10_000 and "v5000 = 5000" in source


@pytest.mark.parametrize(
    "name", ["a & b", "&amp;&lt;", 'a"b', "a\\b", "c\\", '\\"', "<b>", "x\\ny"]
)
def test_graphviz_reads_back_what_the_names_say(name):
    pygraphviz = pytest.importorskip("pygraphviz")
    graph = pygraphviz.AGraph(string=draw(Node(1, name=name) * 2).dot)
    svg = graph.draw(format="svg", prog="dot").decode()
    graph.close()
    said = [e.text for e in elements(svg[svg.index("<svg") :], "text")]
    assert name in [text.replace("\xa0", " ") for text in said]


def test_where_no_temporary_file_can_be_made_the_text_stands_in(monkeypatch):
    def refuse(*_, **__):
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(tempfile, "gettempdir", refuse)
    no_program(monkeypatch)
    picture = draw(diamond())
    assert picture.svg is None and "set TMPDIR" in picture.html and "v1 = x * y" in picture.text
    assert step_through(diamond()).svg is None and picture.dot.startswith("digraph")


@needs_bundled
def test_the_lowest_arrow_is_inside_of_the_picture():
    scene = Scene(snapshot(random_graph(20, 1), limit=1000))
    assert scene.size[1] >= max(y + scene.down for curve in scene.layout.curves for _, y in curve)
