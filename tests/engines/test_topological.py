"""The engine of chapter 07: right numbers, graphs of any depth, and clear refusals."""

import gc
import math
import random
import weakref
from fractions import Fraction

import numpy as np
import pytest

from autodiff_lib.engines.topological import (
    RULES,
    Node,
    collector_paused,
    grad,
    gradients,
    topological_order,
)
from autodiff_lib.graphs import walk
from autodiff_lib.graphs.operations import OPERATIONS

STEP = 1e-30


def complex_step(op, numbers, position):
    """The slope of one operation along one operand, from its value alone."""
    numbers = [complex(n) for n in numbers]
    numbers[position] += STEP * 1j
    return OPERATIONS[op].value(*numbers).imag / STEP


def diamond():
    x, y, z = Node(3, name="x"), Node(2, name="y"), Node(1, name="z")
    h1, h2 = x * y, y * z
    h = h1 * h2
    return h**2, x, y, z, h1, h2, h


def test_the_diamond():
    o, *inside = diamond()
    assert o.value == 144
    assert grad(o, *inside) == [96, 288, 288, 48, 144, 24]


def test_the_example_on_which_other_orders_fail():
    a = Node(3)
    b = 4 * a
    c = b + 3
    d = 5 * b
    e = c + d
    assert (e.value, grad(e, a)) == (75, [24])


def test_an_operand_used_twice_by_one_operation_receives_twice():
    a = Node(3)
    b = a + a
    c = b + b
    assert grad(c, a, b) == [4, 2]
    assert grad(a * a, a) == [6]


def test_a_second_backward_and_a_second_loss_start_from_nothing():
    a = Node(2)
    b = 3 * a
    f, g = 5 * b, 7 * b
    assert grad(f, a)[0] + grad(f, a)[0] == 30
    assert grad(f, a)[0] + grad(g, a)[0] == 36
    assert grad(f, a) == [15]


def test_gradients_start_anywhere_and_are_zero_for_what_the_output_does_not_use():
    o, x, y, z, h1, h2, h = diamond()
    assert grad(h1, x, y, z, h1, o) == [2, 3, 0, 1, 0]
    assert grad(x, x) == [1]


@pytest.mark.parametrize("op", RULES)
def test_every_rule_agrees_with_the_complex_step(op):
    for a, b in [(0.7, 1.3), (1.9, -0.4), (2, 3)]:
        numbers = [a, b][: OPERATIONS[op].spelling.count("{}")]
        value, slopes = RULES[op](*numbers)
        assert value == pytest.approx(OPERATIONS[op].value(*numbers))
        assert slopes == pytest.approx([complex_step(op, numbers, i) for i in range(len(numbers))])


@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "pow"])
def test_operators_take_plain_numbers_on_either_side(op):
    calculate = OPERATIONS[op].value
    for two in (2, 2.0, np.float64(2), np.int64(2), np.float32(2), True + 1):
        x = Node(3.0)
        for node, numbers, position in [
            (calculate(x, two), (3.0, 2.0), 0),
            (calculate(two, x), (2.0, 3.0), 1),
            (calculate(x, Node(two)), (3.0, 2.0), 0),
        ]:
            assert isinstance(node, Node) and node.op == op
            assert node.value == calculate(*numbers)
            assert [operand.value for operand in node.operands] == list(numbers)
            assert [type(operand.value) in (int, float) for operand in node.operands] == [True] * 2
            assert grad(node, x) == pytest.approx([complex_step(op, numbers, position)])


@pytest.mark.parametrize("op", ["neg", "abs", "exp", "log", "sin", "cos", "tanh", "relu"])
def test_functions_are_methods(op):
    x = Node(0.7)
    method = getattr(x, op, None) or getattr(x, f"__{op}__")
    assert method().op == op
    assert method().value == pytest.approx(OPERATIONS[op].value(0.7))


def test_one_formula_serves_numbers_and_nodes():
    def f(x):
        return np.exp(np.sin(x)) * np.float64(2) + np.tanh(x) / np.log(x + 2)

    x = Node(0.8)
    assert f(x).value == pytest.approx(f(0.8))
    assert grad(f(x), x) == pytest.approx([f(0.8 + STEP * 1j).imag / STEP])


@pytest.mark.parametrize("seed", range(50))
def test_random_graphs_agree_with_the_complex_step(seed):
    choose = random.Random(seed)
    starts = [choose.uniform(0.5, 2) for _ in range(4)]
    program = [
        (op, [choose.randrange(4 + made) for _ in range(OPERATIONS[op].spelling.count("{}"))])
        for made, op in enumerate(choose.choices(["add", "sub", "mul", "sin", "tanh"], k=25))
    ]

    def f(values, apply):
        nodes = list(values)
        for op, places in program:
            nodes.append(apply(op, [nodes[i] for i in places]))
        return nodes[-1] + nodes[-2] * nodes[-3]

    def on_nodes(op, nodes):
        return getattr(nodes[0], {"sin": "sin", "tanh": "tanh"}.get(op, f"__{op}__"))(*nodes[1:])

    inputs = [Node(v) for v in starts]
    computed = grad(f(inputs, on_nodes), *inputs)
    for i, slope in enumerate(computed):
        nudged = [complex(v, STEP if i == j else 0) for j, v in enumerate(starts)]
        expected = f(nudged, lambda op, v: OPERATIONS[op].value(*v)).imag / STEP
        assert slope == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_sixty_doublings_have_2_to_the_60_paths_and_are_61_visits():
    x = y = Node(1)
    for _ in range(60):
        y = y + y
    assert len(topological_order(y)) == 61
    assert grad(y, x) == [2**60]


@pytest.mark.parametrize("seed", range(20))
def test_every_node_comes_once_and_after_its_operands(seed):
    choose = random.Random(seed)
    nodes = [Node(1), Node(2)]
    for _ in range(30):
        nodes.append(choose.choice(nodes[-5:]) - choose.choice(nodes))
    order = topological_order(nodes[-1])
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order) and set(order) == set(walk.topological_order(nodes[-1]))
    assert all(place[operand] < place[node] for node in order for operand in node.operands)


def test_a_million_nodes_are_built_walked_shown_and_freed():
    x = y = Node(1.0, name="x")
    shrink = Node(0.999999)
    with collector_paused():
        for _ in range(500_000):
            y = y * shrink + x
    computed = gradients(y)
    assert len(computed) == 1_000_002
    assert computed[x] == pytest.approx(y.value)
    assert repr(y) == f"add: {y.value}" and repr(computed) == f"Gradients(x: {computed[x]})"
    freed = weakref.ref(y.operands[0].operands[0])
    del y, computed
    assert freed() is None


def test_a_graph_is_freed_without_the_collector_when_dropped():
    with collector_paused():
        o, x, *inside = diamond()
        gradients(o)
        freed = weakref.ref(o)
        del o, inside
        assert freed() is None


@pytest.mark.parametrize("running", [True, False])
def test_the_collector_is_as_before_after_a_pause_even_one_that_fails(running):
    was_running = gc.isenabled()
    try:
        (gc.enable if running else gc.disable)()
        with pytest.raises(KeyError), collector_paused():
            assert not gc.isenabled()
            raise KeyError
        assert gc.isenabled() == running
    finally:
        (gc.enable if was_running else gc.disable)()


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_cycle_is_refused(length):
    x = Node(3)
    start = end = x * 2
    for _ in range(length - 1):
        end = end * 2
    start.operands = (end, start.operands[1])
    for output in (start, end, end + 1):
        with pytest.raises(ValueError, match="cycle"):
            gradients(output)


@pytest.mark.parametrize("slopes", [(0.6,), (0.6, 1.8, 1), 0.6, ("a", 1), None])
def test_a_rule_that_gives_not_one_slope_for_each_operand_is_refused(slopes, monkeypatch):
    monkeypatch.setitem(RULES, "mul", lambda a, b: (a * b, slopes))
    with pytest.raises(ValueError, match="the rule of 'mul' must give 2 slopes in a tuple"):
        gradients(Node(3) * Node(2) + 1)


def test_a_forgotten_comma_in_a_rule_is_told(monkeypatch):
    monkeypatch.setitem(RULES, "sin", lambda a: (math.sin(a), (math.cos(a))))
    with pytest.raises(ValueError, match="the rule of 'sin' must give a slope in a tuple, .* 1.0"):
        gradients(Node(0).sin())


def test_nodes_compare_by_value_and_are_found_by_identity():
    x, twin, y = Node(3), Node(3.0), Node(2)
    assert x == twin and x == 3 and 3 == x and x != y and x > 2 and 2 < x
    assert x >= twin and x <= twin and not x < np.float64(3) and not x > twin
    assert y <= x and y < x and not y >= x
    assert x != "3" and x is not None and (x == None) is False  # noqa: E711
    assert {x: "x", twin: "twin"}[twin] == "twin" and len({x, twin}) == 2
    assert grad(x * 5 + twin, x, twin) == [5, 1]


def test_a_node_shows_its_name_or_how_it_was_made():
    x = Node(3, name="x")
    assert [repr(node) for node in (x, Node(2), x * 2)] == ["x: 3", "constant: 2", "mul: 6"]


def test_nothing_is_written_on_the_graph():
    o, *_ = diamond()
    fields = ("value", "op", "operands", "local_derivatives", "name")
    before = [[getattr(node, field) for field in fields] for node in walk.topological_order(o)]
    gradients(o)
    assert [[getattr(n, f) for f in fields] for n in walk.topological_order(o)] == before


def test_gradients_belong_to_the_recorded_run():
    x = Node(2)
    y = x * x
    x.value = 10
    assert grad(y, x) == [4]
    assert grad(x * x, x) == [20]


def test_integers_stay_exact():
    x = Node(3)
    assert repr(grad(x**3 - 2 * x, x)) == "[25]"


def test_corners():
    zero = Node(0.0)
    assert grad(zero.relu(), zero) == [0]
    assert grad(abs(zero), zero) == [0]
    assert grad(zero**0, zero) == [0] and grad(zero**1, zero) == [1] and grad(zero**2, zero) == [0]
    assert grad(Node(-3) ** 2, zero) == [0]
    n = Node(2)
    assert grad(0**n, n) == [0]
    assert math.isnan(grad((-3) ** n, n)[0])
    assert math.isnan(Node(math.nan).relu().value)
    tiny = Node(1e-200)
    assert grad(tiny / 1, tiny) == [1] and (1 / tiny).value == pytest.approx(1e200)


@pytest.mark.parametrize(
    ("calculate", "error", "words"),
    [
        (lambda x: x.log(), ValueError, r"log\(0\): .* finite real"),
        (lambda x: (x - 1).log(), ValueError, r"log\(-1\): "),
        (lambda x: 1 / x, ZeroDivisionError, r"1 / 0: "),
        (lambda x: x**-1, ZeroDivisionError, r"0 \*\* \(-1\): "),
        (lambda x: x**0.5, ZeroDivisionError, r"0 \*\* 0.5: the value or a slope"),
        (lambda x: (x - 8) ** (1 / 3), ValueError, r"\(-8\) \*\* 0.33.*complex"),
        (lambda x: (x + 1000).exp(), OverflowError, r"exp\(1000\): "),
        (lambda x: (x + 10.0) ** 400, OverflowError, r"10.0 \*\* 400: .* number \([A-Z]"),
        (lambda x: x * "a", TypeError, "mul: .*one real number, got str: 'a'"),
        (lambda x: None + x, TypeError, "add: .*got NoneType"),
        (lambda x: x * Fraction(10**400), OverflowError, r"0 \* 10000.* not a finite real number"),
        (lambda x: x**1j, TypeError, "pow: .*got complex"),
        (lambda x: x * np.ones(2), TypeError, "mul: .*got ndarray.*each number of an array"),
        (lambda x: np.ones(2) * x, TypeError, "mul: .*got ndarray"),
        (lambda x: np.ones(2) - x, TypeError, "sub: .*got ndarray"),
        (lambda x: np.ones((1, 1)) @ x, TypeError, "@"),
        (lambda x: Node("a"), TypeError, "one real number, got str"),
        (lambda x: Node([1, 2]), TypeError, "one real number, got list"),
        (lambda x: Node(x), TypeError, "one real number, got Node"),
        (lambda x: math.exp(x), TypeError, r"x\.exp\(\) for math\.exp\(x\)"),
        (lambda x: float(x), TypeError, "would drop how x was made"),
        (lambda x: bool(x), TypeError, "compare, as in x > 0"),
        (lambda x: np.sqrt(x), TypeError, "sqrt"),
        (lambda x: x < "a", TypeError, "'<' not supported"),
        (lambda x: list(x), TypeError, "not iterable"),
        (lambda x: gradients(3), TypeError, "start from a Node, got int"),
        (lambda x: gradients(x)["x"], TypeError, "looked up by Node, got str"),
        (lambda x: grad(x, 3), TypeError, "looked up by Node, got int"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(calculate, error, words):
    with pytest.raises(error, match=words) as caught:
        calculate(Node(0))
    assert "\n" not in str(caught.value)
