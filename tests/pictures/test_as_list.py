"""as_list: the nodes as a numbered list in making order, with arrows at the side."""

import pytest
from svg_reader import elements, images, texts
from toy_engine import Node, diamond, inputs

from autodiff_lib.pictures import Step, draw, step_through


def tape():
    """The diamond's nodes as they were made, and one result that nobody asked for."""
    o = diamond()
    (h,) = o.operands
    h1, h2 = h.operands
    x, y, z = *h1.operands, h2.operands[1]
    unused = x * x
    for name, node in zip(("h1", "h2", "h", "unused"), (h1, h2, h, unused), strict=True):
        node.name = name
    return [x, y, z, h1, h2, h, unused, o]


def rows(svg):
    return [e.get("transform") for e in elements(svg, "g") if "translate(0," in e.get("transform")]


def test_rows_stand_in_making_order_with_what_is_not_used():
    nodes = tape()
    picture = draw(nodes[-1], as_list=nodes)
    assert picture.text.splitlines() == [
        "8 nodes: 3 inputs, 5 operations",
        "1: x = 3   gradient 96",
        "2: y = 2   gradient 288",
        "3: z = 1   gradient 288",
        "4: h1 = x * y = 6   gradient 48",
        "5: h2 = y * z = 2   gradient 144",
        "6: h = h1 * h2 = 12   gradient 24",
        "7: unused = x * x = 9",
        "8: o = h**2 = 144   gradient 1",
    ]
    assert {"h1 = x * y", "6", "∂ 48", "unused = x * x"} <= set(texts(picture.svg))
    assert picture.svg.count('class="o"') == 4 and picture.svg.count('class="r"') == 2
    assert picture.svg.count('class="a"') == 9  # x * x has two arrows


def test_without_an_order_the_nodes_stand_in_a_topological_one():
    x, y = inputs(x=3, y=2)
    text = draw(x * 2 + y, as_list=True).text.splitlines()
    assert text[1:] == ["1: x = 3", "2: v1 = x * 2 = 6", "3: y = 2", "4: v2 = v1 + y = 8"]


def test_no_graphviz_is_needed(monkeypatch):
    monkeypatch.setattr("autodiff_lib.pictures.scene.lay_out", lambda *_: None)
    nodes = tape()
    assert draw(nodes[-1], as_list=nodes).svg and step_through(nodes[-1], as_list=True).svg


def test_a_film_says_the_list_first_and_its_rows_do_not_move():
    nodes = tape()
    picture = step_through(nodes[-1], as_list=nodes)
    lines = picture.text.splitlines()
    assert lines[0] == (
        "the list: 1: x, 2: y, 3: z, 4: h1 = x * y, 5: h2 = y * z, 6: h = h1 * h2, "
        "7: unused = x * x, 8: o = h**2"
    )
    assert lines[1].startswith("1. forward") and lines[-1].endswith("x 96, y 288, z 288")
    svgs = images(picture.html)
    assert len({tuple(rows(svg)) for svg in svgs}) == 1 and len(rows(svgs[0])) == 8


def test_the_ring_jumps_where_an_engine_goes_in_a_wrong_order():
    x, y, z, h1, h2, h, unused, o = nodes = tape()
    steps = [Step(o, 1, [(h, 24)]), Step(h2, 0, []), Step(h, 24, [(h1, 48)], notes={y: "idle"})]
    svgs = images(step_through(o, as_list=nodes, steps=steps, forward=False).html)

    def ringed(svg):
        groups = [e for e in elements(svg, "g") if "translate(0," in e.get("transform")]
        return [k for k, g in enumerate(groups, 1) if "#e8590c" in g[0].get("style", "")]

    assert [ringed(svg) for svg in svgs] == [[8], [8], [5], [6], []]
    assert "idle" in texts(svgs[3]) and "48" in texts(svgs[3])
    tips = [e for e in elements(svgs[3], "path") if "#e8590c" in e.get("style", "")]
    assert any("l-9-4" in e.get("d") for e in tips)


@pytest.mark.parametrize(
    ("order", "error", "message"),
    [
        (lambda nodes: 3, TypeError, "as_list is True or the list of nodes .* got an int"),
        (lambda nodes: nodes[1:], ValueError, "has 7 entries for 8 nodes"),
        (lambda nodes: nodes + nodes[:1], ValueError, "has 9 entries for 8 nodes"),
        (lambda nodes: nodes[::-1], ValueError, "a result before its operand"),
        (lambda nodes: [3], TypeError, "expected a node"),
    ],
)
@pytest.mark.parametrize("function", [draw, step_through], ids=["draw", "step_through"])
def test_an_order_that_is_none_is_refused(function, order, error, message):
    nodes = tape()
    with pytest.raises(error, match=message):
        function(nodes[-1], as_list=order(nodes))


def test_a_constant_that_stands_in_the_order_gets_its_row():
    (x,) = inputs(x=3)
    two = Node(2)
    product = x * two
    text = draw(product, as_list=[x, two, product]).text
    assert text.splitlines()[1:] == ["1: x = 3", "2: v1 = 2", "3: v2 = x * v1 = 6"]
