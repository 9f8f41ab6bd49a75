"""The tape engine: the values of its chapter, every rule against the complex step, its refusals."""

import random

import pytest

from autodiff_lib.checking.check import complex_step
from autodiff_lib.engines.tape import Add, Divide, Leaf, Multiply, Node, Square, Tape
from autodiff_lib.graphs.operations import OPERATIONS


def diamond():
    t = Tape()
    x, y, z = (Leaf(t, v, name=n) for v, n in [(3, "x"), (2, "y"), (1, "z")])
    h1, h2 = Multiply(t, x, y), Multiply(t, y, z)
    h = Multiply(t, h1, h2)
    return t, [x, y, z, h1, h2, h, Square(t, h)]


def test_the_diamond_gives_144_and_its_seven_gradients_as_floats():
    t, nodes = diamond()
    t.forward()
    t.backward(nodes[-1])
    assert nodes[-1].value == 144
    assert [node.gradient for node in nodes] == [96, 288, 288, 48, 144, 24, 1]
    assert all(type(node.value) is type(node.gradient) is float for node in nodes)


def test_a_second_backward_gives_the_same_and_leaves_the_tape_as_it_was():
    t, nodes = diamond()
    t.forward()
    for _ in range(3):
        t.backward(nodes[-1])
        assert nodes[0].gradient == 96
        assert t.nodes == nodes


def test_after_a_new_number_one_forward_is_enough():
    t, nodes = diamond()
    t.forward()
    t.backward(nodes[-1])
    nodes[0].number = 4
    t.forward()
    assert nodes[-1].value == 256
    t.backward(nodes[-1])
    assert nodes[0].gradient == 128


def test_gradients_belong_to_the_values_of_the_last_forward_and_vanish_with_them():
    t, nodes = diamond()
    t.forward()
    nodes[0].number = 100
    t.backward(nodes[-1])
    assert nodes[0].gradient == 96
    t.forward()
    assert nodes[0].gradient is None


def test_backward_starts_at_the_output_asked_for_and_skips_what_was_added_later():
    t, (x, y, z, h1, h2, h, o) = diamond()
    infinite = Multiply(t, Leaf(t, 1e200), Multiply(t, Leaf(t, 1e200), x))
    later = Multiply(t, infinite, x)
    t.forward()
    t.backward(h)
    assert [n.gradient for n in (x, y, z, h, o, later)] == [4, 12, 12, 1, 0, 0]
    assert type(later.gradient) is float


def test_each_node_is_visited_once_however_many_paths_there_are():
    t = Tape()
    x = node = Leaf(t, 1, name="x")
    for _ in range(60):
        node = Add(t, node, node)
    t.forward()
    t.backward(node)
    assert x.gradient == 2.0**60


def test_a_chain_deeper_than_the_recursion_limit():
    t = Tape()
    x = node = Leaf(t, 1, name="x")
    one = Leaf(t, 1)
    for _ in range(20_000):
        node = Add(t, node, one)
    t.forward()
    t.backward(node)
    assert (node.value, x.gradient) == (20_001, 1)


def random_tape(seed):
    """A tape of three positive inputs and twelve random operations."""
    choose, t = random.Random(seed), Tape()
    for name in "xyz":
        Leaf(t, choose.uniform(0.5, 2), name=name)
    for _ in range(12):
        operation = choose.choice([Add, Multiply, Divide, Square])
        operation(t, *choose.choices(t.nodes, k=1 if operation is Square else 2))
    return t


def replay(t, numbers):
    """The last value of the tape for other inputs, computed without the engine."""
    values = {}
    for node in t.nodes:
        if node.op is None:
            values[node] = numbers[len(values)]
        else:
            values[node] = OPERATIONS[node.op].value(*[values[a] for a in node.operands])
    return values[t.nodes[-1]]


@pytest.mark.parametrize("seed", range(20))
def test_random_tapes_agree_with_the_complex_step(seed):
    t = random_tape(seed)
    t.forward()
    t.backward(t.nodes[-1])
    numbers = [node.number for node in t.nodes[:3]]
    assert t.nodes[-1].value == pytest.approx(replay(t, numbers))
    for i, leaf in enumerate(t.nodes[:3]):
        expected = complex_step(
            lambda v, i=i: replay(t, numbers[:i] + [v] + numbers[i + 1 :]), numbers[i]
        )
        assert leaf.gradient == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_backward_before_forward_is_refused_also_after_a_forward_that_failed():
    t = Tape()
    x = Leaf(t, 1, name="x")
    output = Divide(t, x, x)
    with pytest.raises(ValueError, match="run the tape's forward first"):
        t.backward(output)
    t.forward()
    x.number = 0
    with pytest.raises(ZeroDivisionError):
        t.forward()
    with pytest.raises(ValueError, match="run the tape's forward first"):
        t.backward(output)


def test_an_operand_or_output_on_another_tape_is_refused_and_nothing_is_added():
    t, other = Tape(), Tape()
    x = Leaf(t, 1)
    with pytest.raises(ValueError, match="Square got a node of another tape"):
        Square(other, x)
    with pytest.raises(ValueError, match="backward got a node of another tape"):
        other.backward(x)
    assert other.nodes == []


def test_a_missing_rule_raises_and_names_the_class_and_the_method():
    class Sine(Node):
        op = "sin"

    t = Tape()
    sine = Sine(t, Leaf(t, 1))
    with pytest.raises(AttributeError, match="'Sine' object has no attribute 'compute'"):
        t.forward()
    Sine.compute = lambda self, a: 0.0
    t.forward()
    with pytest.raises(AttributeError, match="'Sine' object has no attribute 'slopes'"):
        t.backward(sine)


def test_a_rule_with_too_few_slopes_is_refused():
    class Product(Multiply):
        def slopes(self, a, b):
            return (b,)

    t = Tape()
    product = Product(t, Leaf(t, 2), Leaf(t, 3))
    t.forward()
    with pytest.raises(ValueError):
        t.backward(product)


@pytest.mark.parametrize("bad", ["three", 1j, None, [1, 2]])
def test_a_leaf_takes_one_real_number_when_made_and_when_set(bad):
    t = Tape()
    with pytest.raises(TypeError, match="one real number, got"):
        Leaf(t, bad)
    assert t.nodes == []
    leaf = Leaf(t, True)
    leaf.number = bad
    with pytest.raises(TypeError, match="one real number, got"):
        t.forward()


def test_what_is_no_node_or_no_tape_is_refused():
    t = Tape()
    with pytest.raises(TypeError, match="Multiply takes nodes, got 5; make a number a Leaf"):
        Multiply(t, Leaf(t, 1), 5)
    with pytest.raises(TypeError, match="Square needs its tape first, got int: 7"):
        Square(7, t)
    with pytest.raises(TypeError, match="backward takes nodes, got 144.0"):
        t.backward(144.0)
