"""The one walk over the protocol: every node once, operands first, at any depth."""

from types import SimpleNamespace

import pytest

from autodiff_lib.graphs.walk import topological_order


class Node:
    def __init__(self, op=None, operands=(), value=0):
        self.op, self.operands, self.value = op, operands, value


def test_operands_come_before_results_each_once():
    x, y = Node(), Node()
    h, k = Node("mul", (x, y)), Node("mul", [y, x])
    o = Node("add", (h, k))
    assert topological_order(o) == [x, y, h, k, o]


def test_an_operand_used_twice_is_listed_once():
    x = Node()
    y = Node("mul", (x, x))
    assert topological_order(y) == [x, y]


def test_several_outputs_share_one_order():
    x = Node()
    y, z = Node("neg", (x,)), Node("exp", (x,))
    assert topological_order(y, z, y) == [x, y, z]


def test_an_operand_that_waits_twice_is_no_cycle():
    x = Node()
    y = Node("neg", (x,))
    assert topological_order(Node("add", (x, y)))[:2] == [x, y]
    assert topological_order(Node("add", (y, x)))[:2] == [x, y]


def test_no_output_gives_nothing():
    assert topological_order() == []


def test_a_million_nodes_in_a_chain():
    node = Node()
    for _ in range(10**6):
        node = Node("add", (node, node))
    assert len(topological_order(node)) == 10**6 + 1
    while node.operands:  # freed link by link
        node = node.operands[0]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_cycle_is_refused(length):
    ring = [Node("neg") for _ in range(length)]
    for k, node in enumerate(ring):
        node.operands = (ring[k - 1],)
    with pytest.raises(ValueError, match="has a cycle: a 'neg' node is made from itself"):
        topological_order(ring[0])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (3, "got int, which has no op, operands, value"),
        (SimpleNamespace(op=None, value=1), "which has no operands"),
        (SimpleNamespace(op="mul", operands={Node()}, value=1), "are a set; keep them in a tuple"),
        (SimpleNamespace(op="mul", operands=None, value=1), "are a NoneType; keep them in a tuple"),
        (Node("mul", (3,)), "got int"),
    ],
)
def test_what_is_no_node_is_refused(given, message):
    with pytest.raises(TypeError, match=message):
        topological_order(given)
