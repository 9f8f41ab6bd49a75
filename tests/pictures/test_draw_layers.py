"""The picture of a network: its units, its weights, what is said of each layer."""

import pytest
from svg_reader import elements, images, texts

from autodiff_lib.pictures import draw_layers


def test_the_text_counts_the_numbers_of_each_layer():
    assert repr(draw_layers([2, 3, 3, 1])).splitlines() == [
        "network 2-3-3-1",
        "x1, x2",
        "layer 1: 3 * 3 numbers; each unit ends in relu",
        "layer 2: 3 * 4 numbers; each unit ends in relu",
        "layer 3: 1 * 4 numbers; each unit ends in score",
    ]


def test_each_unit_is_drawn_and_each_of_its_numbers_is_a_line():
    svg = draw_layers([2, 3, 3, 1]).svg
    drawn = texts(svg)
    assert [drawn.count(head) for head in ("x1", "x2", "relu", "score")] == [1, 1, 6, 1]
    lines = [e for e in elements(svg, "path") if e.get("class") == "e"]
    assert len(lines) == 3 * 3 + 3 * 4 + 1 * 4


def test_notes_stand_below_layers_and_what_is_sent_between_them():
    picture = draw_layers([2, 3, 1], notes=["wrong", "right"], sent=["turned"])
    assert repr(picture).splitlines()[2:] == [
        "layer 1: 3 * 3 numbers; wrong; each unit ends in relu",
        "layer 2: 1 * 4 numbers; right; each unit ends in score; sends back: turned",
    ]
    assert {"wrong", "right", "turned"} <= set(texts(picture.svg))


@pytest.mark.parametrize("sizes", [[1, 1], [2, 16, 16, 1]])
def test_nothing_lies_outside_the_picture(sizes):
    picture = draw_layers(sizes, notes=["a"] * (len(sizes) - 1))
    assert images(picture.html) == [picture.svg]
    width, height = (float(elements(picture.svg, "svg")[0].get(k)) for k in ("width", "height"))
    plates = [e for e in elements(picture.svg, "rect") if e.get("class") == "p"]
    assert all(float(e.get("y")) + float(e.get("height")) < height - 8 for e in plates)
    assert all(float(e.get("x")) + float(e.get("width")) < width - 8 for e in plates)
