"""draw: what the picture of a graph shows."""

import re

import numpy as np
import pytest
from svg_reader import elements, images, size, texts
from toy_engine import NASTY, Node, apply, chain, diamond, inputs, random_graph, tree

from autodiff_lib.pictures import draw
from autodiff_lib.pictures.glyphs import n
from autodiff_lib.pictures.scene import place_plates


def classes(svg):
    return [e.get("class") for tag in ("path", "rect") for e in elements(svg, tag)]


def test_the_diamond_shows_names_values_and_gradients():
    assert sorted(texts(draw(diamond()).svg)) == sorted(
        ["3", "x", "∂ 96", "2", "y", "∂ 288", "1", "z", "∂ 288", "v1 = 6", "∂ 48", "v2 = 2"]
        + ["∂ 144", "v3 = 12", "∂ 24", "o = 144", "∂ 1", "square"]
    )


def test_the_html_is_one_image_that_needs_no_trust():
    picture = draw(diamond())
    assert images(picture.html) == [picture.svg]
    assert 'style="max-width:100%"' in picture.html
    assert "<svg" not in picture.html and "<script" not in picture.html


def test_the_alt_text_is_the_outline():
    picture = draw(diamond())
    assert 'alt="Graph of 7 nodes: 3 inputs, 4 operations\nx = 3' in picture.html


def test_a_long_alt_text_is_cut():
    alt = re.search('alt="([^"]*)"', draw(random_graph(150, 4), limit=200).html).group(1)
    assert len(alt) < 2100 and alt.endswith("\n...")


def test_a_notebook_gets_text_and_html():
    assert set(draw(diamond())._repr_mimebundle_()) == {"text/plain", "text/html"}


def test_the_svg_is_the_same_to_the_byte():
    assert draw(random_graph(40, 3)).svg == draw(random_graph(40, 3)).svg


def test_coordinates_are_short():
    svg = draw(random_graph(40, 3)).svg
    coordinates = re.findall(r' (?:d|x|y|width|height|transform)="([^"]*)"', svg)
    assert len(coordinates) > 100
    assert not any(re.search(r"\.\d\d", c) for c in coordinates)


def test_x_times_x_has_two_arrows_with_two_tips():
    (x,) = inputs(x=3)
    svg = draw(x * x).svg
    tips = [e.get("d") for e in elements(svg, "path") if e.get("class") == "a"]
    assert len(set(tips)) == 2
    assert len({e.get("d") for e in elements(svg, "path") if e.get("class") == "e"}) == 2


def test_the_order_of_operands_is_marked_where_it_matters():
    x, y = inputs(x=3, y=2)
    assert texts(draw(x - y).svg).count("1") == 1
    assert texts(draw(x + y).svg).count("1") == 0
    for op, marked in (("sub", 1), ("mystery", 0)):  # not yet computed; nothing to compute
        assert texts(draw(Node(None, op, [x, y])).svg).count("1") == marked


def test_every_kind_has_its_own_shape():
    x, y = inputs(x=3, y=2)
    y.gradient = 1
    used = classes(draw((x * y) * 5).svg)
    assert {"i", "c", "o", "r", "v", "g"} <= set(used)


def test_small_arrays_show_entries_and_large_ones_their_shape():
    a, b = inputs(a=np.ones((1, 3)), b=np.ones((3, 40)))
    assert {"[[1, 1, 1]]", "(3, 40)", "v1 = (1, 40)", "@"} <= set(texts(draw(a @ b).svg))


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_a_nasty_name_is_shown_literally_and_breaks_nothing(name):
    x = Node(3, name=name)
    picture = draw(apply("mystery", x * x), edge_labels=lambda node, slot: name, notes=[(x, name)])
    shown = " ".join(texts(picture.svg))
    assert shown.isprintable()
    assert name[:5] in shown or not name[:5].isprintable()
    assert size(picture.svg)[0] < 1000
    assert images(picture.html) == [picture.svg]
    assert picture.html.count("<") == 1
    picture.html.encode()
    picture.dot.encode()


@pytest.mark.parametrize("op", ['"];x', "<b>", "a" * 500, "{|}", "\x00"])
def test_a_nasty_operation_breaks_nothing(op):
    x = Node(3, name="x")
    assert texts(draw(Node(3, op, (x,))).svg)


def test_too_many_nodes_are_said_in_text_and_html():
    picture = draw(tree(6))
    sentence = "Too many to read (add 63; depth 6): here are the 20 nodes nearest to the output."
    assert sentence in picture.text and f"<p>{sentence}</p>" in picture.html
    assert texts(picture.svg).count("…") == 11 and "v63 = 64" in texts(picture.svg)


def test_half_a_million_nodes_are_summarised():
    text = repr(draw(tree(18)))
    assert text.startswith("524,287 nodes: 262,144 constants, 262,143 operations\n")


def test_a_wide_graph_is_drawn_in_part_but_its_text_is_whole():
    picture = draw(chain(25))
    assert size(picture.svg)[0] < 1600
    assert "v1 = x + 1 = 1" in picture.text and "v25 = v24 + 1 = 25" in picture.text
    assert re.search("<p>Too wide to read: the picture shows the [0-9]+ of 51 nodes", picture.html)
    assert "v1 = 1" not in texts(picture.svg) and "v25 = 25" in texts(picture.svg)


def test_a_limit_that_is_asked_for_is_kept_to():
    assert "v1 = 1" in texts(draw(chain(40), limit=200).svg)


def test_shapes_stand_on_the_arrows():
    a, b = inputs(a=np.ones((2, 3)), b=np.ones((3, 4)))
    picture = draw(a @ b, edge_labels="shapes")
    assert {"(2, 3)", "(3, 4)"} <= set(texts(picture.svg))
    assert picture.text.endswith("a -> v1: (2, 3)\nb -> v1: (3, 4)")


def test_local_derivatives_stand_on_the_arrows():
    picture = draw(diamond(), edge_labels="local derivatives")
    assert picture.text.splitlines()[-7:] == [
        "x -> v1: 2",
        "y -> v1: 3",
        "y -> v2: 1",
        "z -> v2: 2",
        "v1 -> v3: 2",
        "v2 -> v3: 6",
        "v3 -> o: 24",
    ]


def test_a_stored_local_derivative_comes_before_a_measured_one():
    (x,) = inputs(x=3)
    y = x * 2
    y.local_derivatives = (Node(5), 7)
    assert draw(y, edge_labels="local derivatives").text.endswith("x -> v1: 5\n2 -> v1: 7")


def test_labels_can_be_a_dict_or_a_function():
    x, y = inputs(x=3, y=2)
    z = x * y
    assert draw(z, edge_labels={(z, 1): "right"}).text.endswith("\ny -> v1: right")
    picture = draw(z, edge_labels=lambda node, slot: f"{node.op} {slot}")
    assert {"mul 0", "mul 1"} <= set(texts(picture.svg))


def test_no_slope_is_measured_along_a_constant():
    (x,) = inputs(x=3.0)
    assert draw(x * 2, edge_labels="local derivatives").text.endswith("x -> v1: 2")


def test_a_label_makes_way_for_another_and_for_a_glyph():
    curve = [(0, 0), (40, 0), (80, 0), (120, 0)]
    sizes, middle = [(30, 16), (30, 16)], [(60, 0), (60, 0)]
    (x, _), (u, _) = place_plates([curve, curve], sizes, [], middle)
    assert abs(x - u) >= 30
    ((x, _),) = place_plates([curve], sizes[:1], [(40, -5, 70, 5)], middle[:1])
    assert x + 15 <= 40 or x - 15 >= 70


def test_numbers_in_the_svg_are_as_short_as_can_be():
    assert [n(v) for v in (3.0, 2.25, -0.01, -7.0)] == ["3", "2.2", "0", "-7"]


def plates(svg):
    return [
        tuple(float(e.get(k)) for k in ("x", "y", "width", "height"))
        for e in elements(svg, "rect")
        if e.get("class") == "p"
    ]


def test_labels_do_not_cover_each_other():
    boxes = plates(draw(random_graph(25, 5), edge_labels="local derivatives").svg)
    assert len(boxes) > 20
    for i, (x, y, w, h) in enumerate(boxes):
        for u, v, a, b in boxes[i + 1 :]:
            assert x + w <= u or u + a <= x or y + h <= v or v + b <= y


def test_each_path_has_its_colour_and_is_told():
    x, y = inputs(x=3, y=2)
    h = x * y
    o = h + h
    picture = draw(o, paths=[[x, h, o], [x, h, o]], names={"h": h, "o": o})
    assert picture.text.endswith("path 1 (pink): x -> h -> o\npath 2 (blue): x -> h -> o")
    coloured = [e.get("style") for e in elements(picture.svg, "path") if e.get("class") == "e"]
    colours = [style.split(";")[0] for style in coloured if style]
    assert sorted(colours) == ["stroke:#1c7ed6"] * 2 + ["stroke:#d6336c"] * 2
    assert coloured.count(None) == 1  # only y -> h: each path has an arrow of h + h to itself


def test_nodes_and_arrows_can_be_highlighted():
    x, y = inputs(x=3, y=2)
    h = x * y
    svg = draw(h, highlight=[x, (h, 1)]).svg
    assert svg.count("#e8590c") == 3  # a head, a line and its tip


def test_notes_stand_under_the_nodes():
    x, y = inputs(x=3, y=2)
    assert "two paths" in texts(draw(x * y, notes={x: "two paths"}).svg)


def test_a_picture_can_be_saved(tmp_path):
    picture = draw(diamond())
    path = picture.save(tmp_path / "graph.svg")
    assert path.read_text(encoding="utf-8") == picture.svg
    with pytest.raises(ValueError, match="end the name in .svg"):
        picture.save(tmp_path / "graph.png")


def test_a_picture_keeps_no_node_alive():
    import gc
    import weakref

    output = diamond()
    alive = weakref.ref(output)
    picture = draw(output)
    del output
    gc.collect()
    assert alive() is None and "v1 = 6" in picture.dot


def test_drawing_writes_nothing_to_the_nodes():
    output = diamond()
    before = dict(vars(output))
    draw(output, edge_labels="local derivatives")
    assert vars(output) == before


def test_what_is_drawn_in_part_keeps_its_labels_paths_and_highlights():
    output = chain(25)
    below = output.operands[0]
    options = {"edge_labels": {(output, 0): "near"}, "paths": [[below, output]]}
    first = output
    while first.operands:
        far, first = first, first.operands[0]
    options["edge_labels"][far, 0] = "far"
    picture = draw(output, highlight=[far], **options)
    assert "Too wide to read" in picture.html
    assert "near" in texts(picture.svg) and "far" not in texts(picture.svg)
    assert "x -> v1: far" in picture.text and "path 1 (pink): v24 -> v25" in picture.text
