"""follow_batch: the shapes of one example and of all, and where the batch axis goes."""

import numpy as np
import pytest
from svg_reader import elements, images, texts
from toy_engine import Node, apply, inputs

from autodiff_lib.pictures import follow_batch, style


def shares():
    """X / sum(x), of three numbers."""
    (x,) = inputs(x=np.array([1.0, 1.0, 2.0]))
    total = apply("sum", x)
    return x, total, Node(x.value / total.value, "div", (x, total))


def frames(picture):
    return images(picture._repr_mimebundle_()["text/html"])


def marked(svg, colour=style.AXIS):
    """The numbers in the colour of a batch axis."""
    return [e.text for e in elements(svg, "tspan") if colour in e.get("style")]


def test_the_batch_axis_travels_from_the_input_to_the_output():
    x, total, o = shares()
    picture = follow_batch(o, [x], 5, notes=[(total, "axis=1")])
    assert repr(picture).splitlines() == [
        "1. one example: x (3,)",
        "2. 5 examples: x (5, 3)",
        "3. v1 = sum(x): () for one example, (5,) for 5 [axis=1]",
        "4. v2 = x / v1: (3,) for one example, (5, 3) for 5; v1 (5,) → (5, 1)",
    ]
    one, batch, summed, divided = frames(picture)
    assert "(5, 3)" not in texts(one) and not marked(one)
    assert texts(batch).count("(5, 3)") == 2 and marked(batch) == ["5", "5"]
    assert {"(5,)", "axis=1", "v1: ()"} <= set(texts(summed)) and "v2: (3,)" not in texts(summed)
    assert texts(divided).count("(5, 3)") == 3, "two arrows, and under the output"
    assert divided.count(f"stroke:{style.AXIS}") == 3


def test_what_all_examples_share_has_no_batch_axis():
    x, w = inputs(x=np.ones(3), w=np.ones(3))
    shared = w + w
    picture = follow_batch((x * shared) * 2, [x], 4)
    assert "4 examples: x (4, 3), w (3,) (shared)" in repr(picture)
    assert "v1 = w + w: (3,) for one example\n" in repr(picture)
    assert "v2 = x * v1: (3,) for one example, (4, 3) for 4" in repr(picture)
    assert marked(frames(picture)[-1]) == ["4"] * 3, "x, what it is made into, and what comes out"


def test_a_batch_of_numbers_arrives_as_a_column_where_it_meets_rows():
    x, total, o = shares()
    *_, summed, divided = frames(follow_batch(o, [x], 5))
    assert "(5,)" in texts(summed) and "(5, 1)" not in texts(summed), "as it comes out of the sum"
    assert texts(divided).count("(5,) → (5, 1)") == 1, "as the division needs it"
    assert marked(divided) == ["5"] * 5, "x twice, v1 in both shapes, the output"


def test_of_two_shapes_on_an_arrow_the_batch_axis_is_marked_in_each():
    x, w = inputs(x=np.ones(3), w=np.ones((2, 3)))
    assert "x (5, 3) → (5, 1, 3)" in repr(follow_batch(x + w, [x], 5))
    assert marked(frames(follow_batch(x + w, [x], 5))[-1]) == ["5"] * 3


def test_only_examples_that_broadcast_arrive_in_another_shape():
    x, w = inputs(x=np.ones(3), w=np.ones((2, 3)))
    product = Node(w.value @ x.value, "matmul", (w, x))
    assert "→" not in repr(follow_batch(product, [x], 5)), "a matrix meets no row"
    table = Node(np.outer(x.value, [1.0, 2.0]), "outer", (x, Node(np.ones(2))))
    assert "→" not in repr(follow_batch(table, [x], 5)), "no broadcasting"
    assert "→" not in repr(follow_batch(x + w, [w], 5)), "x has no batch axis"
    assert "(2, 3) for one example, (5, 2, 3) for 5; x (5, 3) → (5, 1, 3)" in repr(
        follow_batch(x + w, [x], 5)
    )


def test_a_batch_inside_the_batch_has_a_colour_of_its_own():
    a, towns = inputs(a=np.ones(2), towns=np.ones((4, 2)))
    picture = follow_batch(a - towns, [a], 3, inner=[towns])
    assert "a (3, 2), towns (4, 2) (the inner batch)" in repr(picture)
    entered = frames(picture)[1]
    assert marked(entered) == ["3"] and marked(entered, style.INNER_AXIS) == ["4"]
    squared = frames(follow_batch((a - towns) ** 2, [a], 3, inner=[towns]))[-1]
    assert marked(squared) == ["3"] * 4 and marked(squared, style.INNER_AXIS) == ["4"] * 3
    assert "None" not in squared, "the third number keeps its colour"
    with pytest.raises(ValueError, match="inner"):
        follow_batch(a - towns, [a], 3, inner=[Node(np.ones(3), name="y")])


def test_without_batched_inputs_nothing_is_marked():
    x, _, o = shares()
    assert style.AXIS not in frames(follow_batch(o, [], 4))[-1]


def test_a_foreign_input_is_refused_and_a_large_graph_drawn():
    x, _, o = shares()
    with pytest.raises(ValueError, match="batch"):
        follow_batch(o, [Node(np.ones(3), name="y")], 5)
    for _ in range(30):
        o = o + 1
    assert repr(follow_batch(o, [x], 5)).startswith("More than 25 nodes")
