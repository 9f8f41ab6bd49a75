"""walk_paths: every path once, its product and the running sum."""

import re

import pytest
from svg_reader import heads, images, texts
from toy_engine import Node, apply, diamond, doublings, inputs, tree

from autodiff_lib.pictures import walk_paths


def named_diamond():
    o = diamond()
    (h,) = o.operands
    h1, h2 = h.operands
    x, y, z = *h1.operands, h2.operands[1]
    return o, {"h1": h1, "h2": h2, "h": h}, (x, y, z)


def told(picture):
    """The sentences of a film, one a frame, without the graph below them."""
    return re.findall(r"^\d+\. .*$", repr(picture), re.M)


def test_the_two_paths_of_the_diamond():
    o, names, (x, y, z) = named_diamond()
    assert told(walk_paths(o, y, names=names)) == [
        "1. 2 paths lead from o to y",
        "2. path 1: o, h, h1, y: 24 * 2 * 3 = 144; sum 144",
        "3. path 2: o, h, h2, y: 24 * 6 * 1 = 144; sum 144 + 144 = 288",
        "4. all paths add up to 288, the slope of o by y",
    ]


def test_frames_show_the_path_the_local_derivatives_and_the_sum():
    o, names, (x, y, z) = named_diamond()
    svgs = images(walk_paths(o, y, names=names).html)
    assert len({tuple(heads(svg)) for svg in svgs}) == 1
    assert all({"24", "6", "2", "3", "1"} <= set(texts(svg)) for svg in svgs)
    sums = [[t for t in texts(svg) if t.startswith("∂")] for svg in svgs]
    assert sums == [[], ["∂ 144"], ["∂ 288"], ["∂ 288"]]
    assert [svg.count("#d6336c") for svg in svgs] == [0, 10, 0, 0]  # 4 heads, 3 lines, 3 tips
    assert [svg.count("#1c7ed6") for svg in svgs] == [0, 0, 10, 0]


def test_both_arrows_of_x_times_x_are_paths_of_their_own():
    (x,) = inputs(x=3)
    assert told(walk_paths(x * x, x))[1:3] == [
        "2. path 1: v1 by operand 0, x: 3; sum 3",
        "3. path 2: v1 by operand 1, x: 3; sum 3 + 3 = 6",
    ]


def test_a_path_may_end_at_a_result_and_a_constant_has_its_paths_too():
    o, names, _ = named_diamond()
    text = told(walk_paths(o, names["h1"], names=names))
    assert text[1] == "2. path 1: o, h, h1: 24 * 2 = 48; sum 48"
    two = Node(2)
    last = told(walk_paths(two * 3, two))[-1]
    assert last.endswith("all paths add up to 3, the slope of v2 by v1")


def test_from_a_node_to_itself_leads_one_path_without_arrows():
    (x,) = inputs(x=3)
    assert told(walk_paths(x, x))[:2] == [
        "1. 1 path leads from x to x",
        "2. path 1: x: 1; sum 1",
    ]


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (Node(1, name="z"), ValueError, "x has node 'z' that is not part of this graph"),
        (3, TypeError, "expected a node"),
    ],
)
def test_what_is_no_node_of_the_graph_is_refused(x, error, message):
    with pytest.raises(error, match=message):
        walk_paths(diamond(), x)


def test_more_paths_than_can_be_shown_are_counted_and_added():
    output = doublings(20)
    x = output
    while x.operands:
        x = x.operands[0]
    text = told(walk_paths(output, x))
    assert len(text) == 62 and text[0] == "1. 1,048,576 paths lead from v20 to x"
    assert text[-1] == (
        "62. after 1,048,516 more paths, not shown: all paths add up to 1048576, "
        "the slope of v20 by x"
    )


def test_an_engine_that_lost_a_path_is_called_out():
    o, names, (x, y, z) = named_diamond()
    y.gradient = 144
    assert "but the engine stored 144 at y" in repr(walk_paths(o, y, names=names))


def test_an_unknown_slope_is_not_invented():
    (x,) = inputs(x=2.0)
    text = told(walk_paths(apply("mystery", x), x))
    assert text[1:] == [
        "2. path 1: v1, x: a product that is not known",
        "3. all paths add up to what is not known, the slope of v1 by x",
    ]


def test_a_large_graph_is_drawn_instead():
    output = tree(5)
    assert repr(walk_paths(output, output)).startswith("More than 25 nodes are too many")


def test_the_text_names_what_is_seen_and_on_no_path():
    o, names, (x, _, z) = named_diamond()
    text = repr(walk_paths(o, x, names=names))
    assert "z = 1" in text and "h2 = y * z = 2" in text
