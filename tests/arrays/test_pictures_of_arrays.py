"""Nodes of the array engine draw, step through and count like those of every other engine."""

import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from autodiff_lib.arrays import gradient_program, graph, value_and_grad
from autodiff_lib.arrays.backward_steps import backward_steps, node_gradients
from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.pictures import count, draw, side_by_side, step_through
from autodiff_lib.pictures.fan_in import written_sums

X = np.arange(20.0).reshape(5, 4) / 10
W, B = np.ones((4, 3)), np.zeros(3)


def layer(X, W, b):
    h = np.tanh(X @ W + b)
    return np.sum(h**2) / 5


def lines(picture):
    return repr(picture).splitlines()


def texts(svg):
    root = ElementTree.fromstring(svg.encode())
    return ["".join(e.itertext()) for e in root.iter() if e.tag.endswith("}text")]


def test_a_traced_function_is_drawn_with_its_names_and_shapes():
    picture = draw(graph(layer, X, W, B))
    assert lines(picture) == [
        "10 nodes: 3 inputs, 1 constant, 6 operations",
        "X = shape (5, 4)",
        "W = shape (4, 3)",
        "v1 = X @ W = shape (5, 3)",
        "b = [0, 0, 0]",
        "v2 = v1 + b = shape (5, 3)",
        "h = tanh(v2) = shape (5, 3)",
        "v3 = h**2 = shape (5, 3)",
        "v4 = sum(v3) = 12.7152",
        "v5 = v4 / 5 = 2.54305",
    ]
    assert sorted(texts(picture.svg)) == sorted(
        ["(5, 4)", "X", "(4, 3)", "W", "[0, 0, 0]", "b", "v1 = (5, 3)", "@", "1", "2"]
        + ["v2 = (5, 3)", "h = (5, 3)", "tanh", "v3 = (5, 3)", "square"]
        + ["v4 = 12.7152", "sum", "v5 = 2.54305", "5", "1", "2"]
    )


def test_arrays_of_any_size_take_a_few_letters():
    def f(x, w):
        return np.sum(w @ x)

    svg = draw(graph(f, np.ones((1000, 300)), np.ones((2, 1000)))).svg
    assert max(map(len, texts(svg))) < 30
    assert "(1000, 300)" in texts(svg)


def test_what_an_operation_was_told_is_shown():
    def f(x):
        rows = np.sum(x, axis=1, keepdims=True)
        turned = np.transpose(x[None], (2, 0, 1))
        picked = x[1:, ::2] + x[np.array([0, 1]), 3][:, None] + x[..., -1][:2, None]
        return np.sum(np.einsum("ij->", rows) + np.sum(turned) + np.sum(picked))

    text = repr(draw(graph(f, np.ones((3, 4)))))
    for expression in [
        "rows = sum(x, axis=1, keepdims=True) =",
        "x[None]",
        ", axes=(2, 0, 1)) =",
        "x[1:, ::2]",
        "x[[0, 1], 3]",
        "[:, None]",
        "x[..., -1]",
        "[:2, None]",
        "subscripts='ij->'",
    ]:
        assert expression in text
    assert "axis=None" not in text and "keepdims=False" not in text
    svg = draw(graph(lambda x: np.sum(x[1:], axis=0)[0], np.ones((3, 4)))).svg
    assert {"[1:]", "sum axis=0", "[0]"} <= set(texts(svg))


def test_parameters_that_do_not_fit_leave_the_operation_whole():
    svg = draw(graph(lambda x: np.transpose(x, (2, 0, 1)), np.ones((2, 3, 4)))).svg
    assert "transpose" in texts(svg)


def test_a_traced_function_is_counted():
    assert repr(count(graph(layer, X, W, B))) == (
        "10 nodes: 3 inputs, 1 constant, 6 operations "
        "(add 1, div 1, matmul 1, square 1, sum 1, tanh 1)\n"
        "9 arrows, depth 6, 3 paths from the inputs"
    )


def test_a_function_and_its_gradient_program_stand_side_by_side():
    program = gradient_program(layer, X, W, B, argnums=1)
    (gradient,) = program.graph
    picture = side_by_side({"f": graph(layer, X, W, B), "its gradient": gradient})
    function, derivative = repr(picture).split("\n\n")
    assert function.startswith("f\n10 nodes") and derivative.startswith("its gradient\n")
    assert gradient.name == "W_bar" and "W_bar = " in derivative
    assert {"f", "its gradient", "X", "W"} <= set(texts(picture.svg))


def test_each_operation_of_a_program_is_a_node():
    program = gradient_program(layer, X, W, B, argnums=(1, 2))
    drawn = draw(*program.graph)
    assert sum(count(*program.graph).operations.values()) == program.count
    assert "outputs W_bar, b_bar" in lines(drawn)[0]


def test_a_structure_of_results_is_drawn_as_several_outputs():
    nodes = graph(lambda x: {"sine": np.sin(x), "both": (x, np.cos(x))}, X)
    picture = draw(nodes["sine"], *nodes["both"])
    assert lines(picture)[0].startswith("3 nodes: 1 input, 2 operations; outputs")


def mixed(x, w):
    h = x[1:] * w
    k = np.sum(h.reshape(2, 1), axis=0)
    return np.where(k > 0, k, 0.0)[0] * 2 + np.sum(np.sort(h))


ARGUMENTS = np.array([1.0, 2.0, 3.0]), np.array([2.0, -1.0])


def test_the_walk_back_is_stepped_through_with_its_amounts():
    output = graph(mixed, *ARGUMENTS)
    text = lines(step_through(output, steps=backward_steps(output)))
    assert text[:3] == [
        "1. forward, from the inputs: x = [1, 2, 3], w = [2, -1]",
        "2. v1 = x[1:] = [2, 3]",
        "3. h = v1 * w = [4, -3]",
    ]
    assert text[-3:] == [
        "22. h: [3, 3] arrives; to v1: [6, -3]; to w: [6, 9]",
        "23. v1: [6, -3] arrives; to x: [0, 6, -3]",
        "24. all has arrived: x [0, 6, -3], w [6, 9]",
    ]


def test_what_fans_in_stands_beside_the_operand_from_its_step_on():
    row, table = np.array([1.0, 0, 1]), np.array([[0.0, 2, 2], [3, 0, 0]])
    output = graph(lambda b, X: np.sum((b + X) ** 2), row, table)
    picture = step_through(output, steps=backward_steps(output), fan_in=True)
    beside = [line.partition(" [b: ")[2] for line in lines(picture)]
    assert beside == [""] * 7 + ["2 + 8, 4 + 0, 6 + 2]"] * 2
    assert texts(picture.svg).count("2 + 8, 4 + 0, 6 + 2") == 1
    plain = step_through(output, steps=backward_steps(output))
    assert "2 + 8" not in repr(plain)


def test_only_sums_of_a_few_copies_are_written_out():
    table = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert written_sums(table, np.array([4.0, 6.0])) == "1 + 3, 2 + 4"
    assert written_sums(np.array([2.0, 6.0, 8.0]), np.float64(16.0)) == "2 + 6 + 8"
    assert written_sums(table, np.array([3.0, 7.0])) == ""  # the sums across
    assert written_sums(table, table) == written_sums(1.0, np.ones(2)) == ""
    assert written_sums(np.ones((5, 2)), np.array([5.0, 5.0])) == ""


def test_every_frame_of_the_steps_is_a_picture():
    output = graph(mixed, *ARGUMENTS)
    picture = step_through(output, steps=backward_steps(output))
    assert picture.html.count("<details") == picture.html.count("<img") == len(lines(picture))
    assert {"∂ [0, 6, -3]", "∂ [6, 9]"} <= set(texts(picture.svg))


def test_numbers_step_through_without_recorded_steps():
    def f(x, y):
        h = x * y
        return np.sin(h) + h

    assert lines(step_through(graph(f, 2.0, 3.0)))[-2:] == [
        "8. h: 1.96017 arrives; to x: 1.96017 * y = 1.96017 * 3 = 5.88051; "
        "to y: 1.96017 * x = 1.96017 * 2 = 3.92034",
        "9. all has arrived: x 5.88051, y 3.92034",
    ]


def test_the_gradient_of_every_node_can_be_shown():
    output = graph(mixed, *ARGUMENTS)
    picture = draw(output, gradients=node_gradients(output))
    (h,) = [line for line in lines(picture) if line.startswith("h = ")]
    assert h.split("   ")[-1].strip() == "gradient [3, 3]"
    assert "∂ [3, 3]" in texts(picture.svg)
    assert lines(picture)[-1].split("   ")[-1].strip() == "gradient 1"


@pytest.mark.parametrize("f, arguments", [(layer, (X, W, B)), (mixed, ARGUMENTS)])
def test_the_shown_gradients_are_those_of_the_engine(f, arguments):
    output = graph(f, *arguments)
    shown = {node.name: g for node, g in node_gradients(output) if node.op is None}
    _, expected = value_and_grad(f, tuple(range(len(arguments))))(*arguments)
    for name, gradient in zip(f.__code__.co_varnames, expected, strict=False):
        np.testing.assert_allclose(shown[name], gradient)


def test_nothing_is_sent_to_constants_and_through_comparisons():
    output = graph(mixed, *ARGUMENTS)
    kinds = {node.op: [slot for slot, _ in sent] for node, _, sent in backward_steps(output)}
    assert kinds["where"] == [1] and "greater" not in kinds
    assert not any(node.constant for node, _ in node_gradients(output))
    rounded = graph(lambda x: np.floor(x) * x, 2.5)
    sent = {node.op: dict(sent) for node, _, sent in backward_steps(rounded)}
    assert sent == {"mul": {0: 2.5, 1: 2.0}, "floor": {}}


def test_an_array_as_output_begins_with_ones():
    output = graph(lambda x: x * x, np.array([1.0, 2.0]))
    ((node, arrives, sent),) = backward_steps(output)
    assert node is output and arrives.tolist() == [1.0, 1.0]
    assert [(slot, amount.tolist()) for slot, amount in sent] == [(0, [1.0, 2.0]), (1, [1.0, 2.0])]


def test_a_large_graph_is_summarised():
    def f(x):
        for _ in range(500):
            x = np.sin(x)
        return np.sum(x)

    output = graph(f, np.ones(10))
    assert len(topological_order(output)) == 502
    assert lines(draw(output))[1].startswith("Too many to read (sin 500, sum 1; depth 501)")
    assert lines(step_through(output))[0].startswith("More than 25 nodes are too many")


def test_pictures_load_when_they_are_drawn():
    """The import of the engine is quick: it brings nothing that NumPy has not loaded."""
    code = (
        "import sys, numpy; before = set(sys.modules); import autodiff_lib.arrays\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})\n"
        "print(*[name for name in sys.modules if name in ('numpy.ma', 'autodiff_lib.pictures')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded, slow = done.stdout.split("\n")[:2]
    assert set(loaded.split()) <= {"autodiff_lib", "copy", "gc", "threading"} and slow == ""


def test_a_transpose_is_headed_as_it_is_written():
    picture = draw(graph(lambda x: x.T, X))
    assert ".T" in texts(picture.svg) and "v1 = x.T = shape (4, 5)" in lines(picture)


@pytest.mark.parametrize("first", ["", "import autodiff_lib.arrays.backward_steps; "])
def test_backward_steps_is_the_function_and_not_the_module_of_its_name(first):
    code = first + "from autodiff_lib.arrays import backward_steps; print(callable(backward_steps))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr
