"""side_by_side: several graphs at one scale."""

import re

import pytest
from svg_reader import images, size, texts
from toy_engine import NASTY, chain, diamond, inputs, tree

from autodiff_lib.pictures import draw, side_by_side


def test_titles_stand_above_and_outlines_follow_each_other():
    (x,) = inputs(x=3)
    picture = side_by_side({"f": x * x, "g": x + 1})
    assert picture.text.startswith("f\n2 nodes") and "\n\ng\n3 nodes" in picture.text
    assert {"f", "g", "v1 = 9", "v1 = 4"} <= set(texts(picture.svg))
    assert images(picture.html) == [picture.svg]


def test_the_scale_is_the_same_for_all():
    (x,) = inputs(x=3)
    small, large = x * x, diamond()
    together = size(side_by_side({"f": small, "g": large}).svg)
    alone = [size(draw(output).svg) for output in (small, large)]
    assert together[0] == pytest.approx(alone[0][0] + alone[1][0] + 20, abs=2)
    assert "scale(" not in side_by_side({"f": small, "g": large}).svg


def test_what_is_too_wide_for_a_row_stands_in_a_column():
    picture = side_by_side({"f": chain(8), "g": chain(8)})
    assert size(picture.svg)[0] < 1000 < size(picture.svg)[1] + 500
    places = re.findall(r'<g transform="translate\((\d+),(\d+)\)"><path', picture.svg)
    assert {x for x, _ in places} == {"0"}


def test_a_large_graph_among_them_is_summarised():
    picture = side_by_side({"f": chain(1), "f'": tree(7)})
    assert "Too many to read (add 127; depth 7)" in picture.text
    assert "<p>f&#x27;: Too many to read (add 127; depth 7)" in picture.html


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_a_nasty_title_breaks_nothing(name):
    picture = side_by_side({name: diamond()})
    assert len(texts(picture.svg)) == 19
    assert picture.html.count("<") == 1


@pytest.mark.parametrize("given", [None, 3, "f", {}, [1], diamond()])
def test_anything_but_titles_and_outputs_is_refused(given):
    with pytest.raises(TypeError, match=r"side_by_side takes \{title: output\}"):
        side_by_side(given)


def test_a_value_that_is_no_node_is_refused():
    with pytest.raises(TypeError, match="expected a node of an engine"):
        side_by_side({"f": 3})
