"""What is no graph is refused, by every function, with one sentence that says what to do."""

from types import SimpleNamespace

import pytest
from toy_engine import Node, diamond, inputs

from autodiff_lib.pictures import count, draw, side_by_side, step_through

FUNCTIONS = {
    "draw": draw,
    "count": count,
    "step_through": step_through,
    "side_by_side": lambda o: side_by_side({"f": o}),
}


def cycle():
    x = Node(1, name="x")
    y = x * x
    x.op, x.operands = "neg", (y,)
    return y


def with_a_set():
    x = Node(1, name="x")
    return SimpleNamespace(op="mul", operands={x}, value=1)


def without_operands():
    return SimpleNamespace(op="mul", value=1)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (3, TypeError, "got int, which has no op, operands, value"),
        ("x", TypeError, "got str"),
        (None, TypeError, "got NoneType"),
        ([diamond()], TypeError, "got list"),
        (without_operands(), TypeError, "which has no operands"),
        (with_a_set(), TypeError, "keep them in a tuple or list"),
        (SimpleNamespace(op="mul", operands=None, value=1), TypeError, "tuple or list"),
        (Node(1, "mul", (3, 4)), TypeError, "got int"),
        (cycle(), ValueError, "has a cycle: .* an operation must make a new node"),
    ],
)
def test_what_is_no_graph_is_refused(function, given, error, message):
    with pytest.raises(error, match=message) as refused:
        function(given)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("function", [draw, count], ids=["draw", "count"])
def test_no_output_at_all_is_refused(function):
    with pytest.raises(TypeError, match="pass at least one output node"):
        function()


x, y, stranger = (*inputs(x=3, y=2), Node(1, name="stranger"))
output = x * y


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"names": 3}, TypeError, "names must be a dict .*, got an int"),
        ({"names": [("h", output)]}, TypeError, "names must be a dict"),
        ({"names": {output: "h"}}, TypeError, "names maps each name to its node"),
        ({"names": {"h": 3}}, TypeError, "expected a node"),
        (
            {"names": {"h": stranger}},
            ValueError,
            "at 'h', has node 'stranger' .* the very object",
        ),
        ({"gradients": 3}, TypeError, "gradients must be pairs .*, got an int"),
        ({"gradients": "abc"}, TypeError, "gradients must be pairs"),
        ({"gradients": [3]}, TypeError, "gradients must be pairs"),
        ({"gradients": {"x": 3}}, TypeError, "expected a node"),
        ({"gradients": [(stranger, 3)]}, ValueError, "gradients has node 'stranger' that is not"),
    ],
)
@pytest.mark.parametrize("function", [draw, step_through], ids=["draw", "step_through"])
def test_bad_names_and_gradients_are_refused(function, options, error, message):
    with pytest.raises(error, match=message):
        function(output, **options)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"limit": 0}, ValueError, "limit is how many nodes may be drawn"),
        ({"limit": "5"}, ValueError, "limit is how many nodes"),
        ({"notes": 3}, TypeError, "notes must be pairs"),
        ({"notes": [(stranger, "a")]}, ValueError, "notes has node 'stranger'"),
        ({"edge_labels": 3}, TypeError, "edge_labels must be .*, got 3"),
        ({"edge_labels": "lengths"}, TypeError, '"shapes", "local derivatives"'),
        ({"edge_labels": {output: "a"}}, TypeError, r"edge_labels maps \(node, index"),
        ({"edge_labels": {(output, 2): "a"}}, ValueError, "no operand 2; they are counted from 0"),
        ({"edge_labels": {(3, 0): "a"}}, TypeError, "expected a node"),
        ({"edge_labels": {(stranger, 0): "a"}}, ValueError, "not part of this graph"),
        ({"paths": 3}, TypeError, "paths is a list of lists of nodes"),
        ({"paths": [x]}, TypeError, "paths is a list of lists of nodes"),
        ({"paths": [[x, 3]]}, TypeError, "expected a node"),
        ({"paths": [[]]}, ValueError, "one of them is empty"),
        ({"paths": [[x, output.operands[1]]]}, ValueError, "paths: no arrow leads from x to y"),
        ({"paths": [[stranger]]}, ValueError, "not part of this graph"),
        ({"paths": [[x, (output, 1)]]}, ValueError, "paths: operand 1 of v1 is not x"),
        ({"paths": [[x, (output, 2)]]}, ValueError, "no operand 2; they are counted from 0"),
        ({"highlight": 3}, TypeError, "highlight is a list of nodes"),
        ({"highlight": [3]}, TypeError, "expected a node"),
        ({"highlight": [stranger]}, ValueError, "highlight has node 'stranger' that is not part"),
        ({"highlight": [(output, 5)]}, ValueError, "no operand 5; they are counted from 0"),
    ],
)
def test_other_bad_options_of_draw_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        draw(output, **options)
