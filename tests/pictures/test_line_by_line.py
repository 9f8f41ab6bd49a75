"""line_by_line: a program and its graph, each line lit with the node that it computes."""

import re

import pytest
from svg_reader import elements, images, texts
from toy_engine import inputs

from autodiff_lib.pictures import line_by_line, style

LINES = ["def f(x, y):", "    a = x * y", "    o = a - 2", "    return o"]


def program():
    """x * y - 2, and what each line computes."""
    x, y = inputs(x=3, y=2)
    a = x * y
    o = a - 2
    return [[x, y], a, o, o]


def frames():
    return images(line_by_line(LINES, program())._repr_mimebundle_()["text/html"])


def lit(svg):
    """How many lines, and how many nodes, have the colour of the current node."""
    found = [e.get("class") for e in elements(svg, "rect") if style.CURRENT in str(e.get("style"))]
    return found.count("p"), len(found) - found.count("p")


def test_each_line_is_told_with_what_it_computes():
    assert repr(line_by_line(LINES, program())).splitlines() == [
        "1. def f(x, y):  (x = 3, y = 2)",
        "2.     a = x * y  (6)",
        "3.     o = a - 2  (4)",
        "4.     return o  (4)",
        "5 nodes: 2 inputs, 1 constant, 2 operations",
        "x = 3",
        "y = 2",
        "a = x * y = 6",
        "o = a - 2 = 4",
    ]


def test_a_frame_shows_the_whole_page_and_the_values_known_by_now():
    found = [texts(svg) for svg in frames()]
    assert len(found) == 4
    assert all({line.strip() for line in LINES} <= set(shown) for shown in found)
    assert "6" not in found[0] and "6" in found[1] and "4" not in found[1] and "4" in found[2]
    assert "a" not in found[0] and "a" in found[1]  # its name stands at the node


def test_one_line_is_lit_and_its_nodes_with_it():
    assert [lit(svg) for svg in frames()] == [(1, 2), (1, 1), (1, 1), (1, 1)]


def test_page_and_graph_stand_side_by_side_or_one_below_the_other():
    x, y = inputs(x=3, y=2)
    o = x
    for _ in range(8):
        o = o * y

    def height(last):
        svg = line_by_line([*LINES[:3], last], [[x, y], None, None, o]).svg
        return int(re.search(r'height="(\d+)"', svg)[1])

    page = 28 * len(LINES)
    assert height("return " + "o + " * 20) == height("return o") + page + 30


def test_a_line_may_compute_nothing_and_values_may_be_missing():
    x, y = inputs(x=None, y=None)
    o = type(x)(None, "mul", (x, y))
    picture = line_by_line(["import numpy", "o = x * y", "return o"], [None, o, o])
    assert repr(picture).splitlines()[:3] == ["1. import numpy", "2. o = x * y", "3. return o"]


@pytest.mark.parametrize(
    "lines, nodes, words",
    [
        (["o = x"], [], "one entry of nodes for each line"),
        (["o = x"], [None], "the last line's are the results"),
        ([], [], "one entry of nodes for each line"),
    ],
)
def test_lines_and_nodes_that_do_not_fit_are_refused(lines, nodes, words):
    with pytest.raises(ValueError, match=words):
        line_by_line(lines, nodes)


def test_a_foreign_node_and_a_long_program_are_refused():
    x, y = inputs(x=3, y=2)
    with pytest.raises(ValueError, match="results are not made from"):
        line_by_line(["(x)", "return"], [y, x * x])
    o = x
    for _ in range(50):
        o = o * y
    with pytest.raises(ValueError, match="draw them"):
        line_by_line(["return o"], [o])
