"""The text of a graph: what notebooks record and a screen reader reads."""

import numpy as np
import pytest
from toy_engine import NASTY, Node, apply, diamond, inputs, tree

from autodiff_lib.pictures.graph import snapshot
from autodiff_lib.pictures.text import columns, number, shown, visible


def lines(*outputs, **options):
    return repr(snapshot(*outputs, **options)).splitlines()


def test_the_diamond_reads_as_a_table():
    assert repr(snapshot(diamond())) == (
        "7 nodes: 3 inputs, 4 operations\n"
        "x = 3               gradient 96\n"
        "y = 2               gradient 288\n"
        "v1 = x * y = 6      gradient 48\n"
        "z = 1               gradient 288\n"
        "v2 = y * z = 2      gradient 144\n"
        "v3 = v1 * v2 = 12   gradient 24\n"
        "o = v3**2 = 144     gradient 1"
    )


def test_names_come_from_the_caller_first():
    x, y = inputs(x=3, y=2)
    h = x * y
    assert lines(h + h, names={"h": h, "a": x})[1:] == [
        "a = 3",
        "y = 2",
        "h = a * y = 6",
        "v1 = h + h = 12",
    ]


def test_the_same_program_gives_the_same_names():
    first, second = repr(snapshot(diamond())), repr(snapshot(diamond()))
    assert first == second


def test_two_nodes_of_one_name_are_told_apart():
    a, b, c = (Node(k, name="x") for k in (1, 2, 3))
    taken = Node(4, name="x_2")
    assert lines(a + b + (c + taken))[1:] == [
        "x = 1",
        "x_3 = 2",
        "v1 = x + x_3 = 3",
        "x_4 = 3",
        "x_2 = 4",
        "v2 = x_4 + x_2 = 7",
        "v3 = v1 + v2 = 10",
    ]


def test_a_given_name_like_v1_is_not_used_twice():
    (v1,) = inputs(v1=1)
    assert lines(v1 + 1)[1:] == ["v1 = 1", "v2 = v1 + 1 = 2"]


def test_constants_stand_inline_and_negative_ones_in_brackets():
    (x,) = inputs(x=3)
    assert lines(x * -2 + x)[2:] == ["v1 = x * (-2) = -6", "v2 = v1 + x = -3"]
    assert lines(Node(-2) ** x)[-1] == "v1 = (-2) ** x = -8"


def test_a_constant_too_long_for_an_expression_has_a_line():
    total = apply("sum", Node(np.ones((64, 10))))
    assert lines(total)[1:] == ["v1 = shape (64, 10)", "v2 = sum(v1) = 640"]


def test_an_output_that_is_a_leaf_has_a_line():
    assert lines(Node(5)) == ["1 node: 1 constant", "v1 = 5"]


def test_unknown_operations_read_as_calls():
    assert lines(apply("mystery", Node(2, name="x")))[-1] == "v1 = mystery(x) = 4"


def test_arrays_by_entries_when_small_else_by_shape():
    a, b = inputs(A=np.arange(6.0).reshape(2, 3), B=np.ones((3, 40)))
    assert lines(a @ b)[1:] == [
        "A = [[0, 1, 2], [3, 4, 5]]",
        "B = shape (3, 40)",
        "v1 = A @ B = shape (2, 40)",
    ]


def test_a_method_called_gradient_is_no_stored_gradient():
    class WithMethod(Node):
        def gradient(self, x):
            return 1

    assert "gradient" not in lines(WithMethod(3, name="x"))[1]


def test_a_stored_gradient_may_be_a_node_an_array_or_missing():
    x, y, z = inputs(x=3, y=np.ones(3), z=1)
    x.gradient, y.gradient, z.gradient = Node(4.0), np.zeros(3), None
    x_line, y_line, _, z_line, _ = lines(x + y + z)[1:]
    assert x_line.endswith("gradient 4")
    assert y_line.endswith("gradient [0, 0, 0]")
    assert z_line == "z = 1"


@pytest.mark.parametrize("form", [list, dict])
def test_gradients_can_be_given_as_pairs_or_dict(form):
    x, y = inputs(x=3, y=2)
    x.gradient = 7
    assert lines(x * y, gradients=form([(x, 2), (y, Node(3))]))[1:3] == [
        "x = 3            gradient 2",
        "y = 2            gradient 3",
    ]


def test_a_leaf_whose_gradient_is_asked_for_is_an_input():
    x = Node(3)
    assert lines(x * x, gradients=[(x, 6)]) == [
        "2 nodes: 1 input, 1 operation",
        "v1 = 3             gradient 6",
        "v2 = v1 * v1 = 9",
    ]


def test_a_node_without_value_says_only_how_it_was_made():
    x = Node(None, name="x")
    assert lines(Node(None, "mul", (x, x)))[1:] == ["x", "v1 = x * x"]


def test_several_outputs_are_named():
    x, y = inputs(x=3, y=2)
    assert lines(x + y, x * y)[0] == "4 nodes: 2 inputs, 2 operations; outputs v1, v2"


def test_notes_stand_behind_gradients():
    x, y = inputs(x=3, y=2)
    x.gradient = 2
    assert lines(x * y, notes=[(y, "one path")])[1:] == [
        "x = 3            gradient 2",
        "y = 2                         one path",
        "v1 = x * y = 6",
    ]


def test_a_large_graph_is_summarised():
    text = lines(tree(6))
    assert text[0] == "127 nodes: 64 constants, 63 operations"
    assert text[1] == (
        "Too many to read (add 63; depth 6): here are the 20 nodes nearest to the output."
    )
    assert text[-1] == "v63 = v31 + v62 = 64"
    assert len(text) == 22


def test_the_limit_can_be_moved():
    assert len(lines(tree(6), limit=127)) == 64
    assert len(lines(diamond(), limit=3)) == 5


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_a_nasty_name_is_one_bounded_printable_line(name):
    x = Node(3, name=name)
    first, line, last = lines(x * x)
    assert line.endswith(" = 3")
    assert line.isprintable()
    assert len(line) <= 44
    line.encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (np.float64(3.0), "3"),
        (np.float32(0.1), "0.1"),
        (np.int64(7), "7"),
        (np.array(2.5), "2.5"),
        (-0.0, "0"),
        (1 / 3, "0.333333"),
        (1e-6, "1e-06"),
        (123456789.0, "123456789"),
        (1.5e12, "1.5e+12"),
        (10**12, "1e+12"),
        (10**400, "about 10^400"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (True, "True"),
        (1 - 2j, "1-2j"),
        (np.zeros((0, 3)), "shape (0, 3)"),
        (np.array([-0.0, 1.5]), "[0, 1.5]"),
        ("a\nb", "a\\nb"),
        (None, "None"),
    ],
)
def test_a_value_is_written_the_same_whatever_its_type(value, text):
    assert shown(value) == text


def test_a_value_whose_repr_fails_is_named_by_its_type():
    class Broken:
        def __repr__(self):
            raise RuntimeError

    assert shown(Broken()) == "a Broken"


def test_what_cannot_be_seen_is_written_out():
    assert visible("a\x00b\u202ec\ud800") == "a\\x00b\\u202ec\\ud800"


def test_columns_count_what_a_monospaced_font_uses():
    assert columns("abc") == 3
    assert columns("\u6f22\u5b57") == 4
    assert columns("e\u0301") == 1


def test_a_complex_number_with_a_nan_is_written():
    assert number(complex(float("nan"), 1)) == "nan+1j"
