"""Counts of a graph: exact, and linear in its nodes."""

import tracemalloc

import pytest
from toy_engine import Node, chain, diamond, doublings, inputs, tree

from autodiff_lib.pictures import count


def test_the_diamond_is_counted():
    counts = count(diamond())
    assert (counts.nodes, counts.inputs, counts.constants, counts.arrows) == (7, 3, 0, 7)
    assert counts.operations == {"mul": 3, "square": 1}
    assert (counts.depth, counts.paths) == (3, 4)


def test_the_repr_can_be_recorded():
    assert repr(count(diamond())) == (
        "7 nodes: 3 inputs, 4 operations (mul 3, square 1)\n"
        "7 arrows, depth 3, 4 paths from the inputs"
    )


def test_paths_are_counted_without_walking_them():
    assert count(doublings(60)).paths == 2**60


def test_paths_of_a_very_deep_graph_stay_cheap():
    graph = doublings(30_000)
    tracemalloc.start()
    text = repr(count(graph))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "2^1024 or more paths" in text
    assert peak < 20e6  # the exact numbers would take three times as much


def test_x_times_x_has_two_arrows():
    (x,) = inputs(x=3)
    assert (count(x * x).arrows, count(x * x).paths) == (2, 2)


def test_names_make_inputs_of_leaves():
    x = Node(3)
    assert count(x * x).inputs == 0
    assert count(x * x, names={"x": x}).inputs == 1


def test_shared_outputs_are_counted_once():
    (x,) = inputs(x=3)
    y = x + x
    counts = count(y, y * y, y)
    assert (counts.nodes, counts.paths) == (3, 2 + 4)


@pytest.mark.parametrize("graph", [chain(100_000), tree(17)], ids=["chain", "tree"])
def test_hundred_thousands_of_nodes_are_no_trouble(graph):
    assert count(graph).nodes > 200_000
