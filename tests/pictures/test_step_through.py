"""step_through: the frames of a forward and a reverse pass, and the numbers in their words."""

import re

import numpy as np
import pytest
from svg_reader import elements, heads, images, size, texts
from toy_engine import NASTY, Node, apply, chain, diamond, doublings, inputs, tree

from autodiff_lib.graphs.operations import OPERATIONS
from autodiff_lib.pictures import Step, draw, step_through
from autodiff_lib.pictures.graph import snapshot
from autodiff_lib.pictures.sentences import formula, slope


def lines(output, **options):
    return repr(step_through(output, **options)).splitlines()


def example():
    """e = c + d with b = 4a, c = b + 3, d = 5b: its slope is 24."""
    (a,) = inputs(a=3)
    b = a * 4
    c, d = b + 3, b * 5
    e = c + d
    for name, node in zip("bcde", (b, c, d, e), strict=True):
        node.name = name
    return a, b, c, d, e


def published(a, b, c, d, e):
    """The steps of a backward pass that sends on all that has arrived so far."""
    return [
        Step(e, 1, [(c, 1), (d, 1)]),
        Step(c, 1, [(0, 1)]),
        Step(b, 1, [(0, 4)]),
        Step(d, 1, [(b, 5)]),
        Step(b, 5, [(a, 24)]),
    ]


def test_the_diamond_step_by_step():
    assert lines(diamond()) == [
        "1. forward, from the inputs: x = 3, y = 2, z = 1",
        "2. v1 = x * y = 3 * 2 = 6",
        "3. v2 = y * z = 2 * 1 = 2",
        "4. v3 = v1 * v2 = 6 * 2 = 12",
        "5. o = v3**2 = 12**2 = 144",
        "6. backward, from the output: the slope of o by o is 1",
        "7. o: 1 arrives; to v3: 1 * (2 * v3) = 1 * 24 = 24",
        "8. v3: 24 arrives; to v1: 24 * v2 = 24 * 2 = 48; to v2: 24 * v1 = 24 * 6 = 144",
        "9. v2: 144 arrives; to y: 144 * z = 144 * 1 = 144; to z: 144 * y = 144 * 2 = 288",
        "10. v1: 48 arrives; to x: 48 * y = 48 * 2 = 96; to y: 48 * x = 48 * 3 = 144, "
        "sum 144 + 144 = 288",
        "11. all has arrived: x 96, y 288, z 288",
    ]


def test_both_arrows_of_x_times_x_send():
    (x,) = inputs(x=3)
    assert lines(x * x)[3:] == [
        "4. v1: 1 arrives; to x: 1 * x = 1 * 3 = 3; to x: 1 * x = 1 * 3 = 3, sum 3 + 3 = 6",
        "5. all has arrived: x 6",
    ]


def test_nothing_is_sent_to_constants():
    assert lines(Node(2) * 3) == [
        "1. forward, from the inputs: constants only",
        "2. v1 = 2 * 3 = 6",
        "3. backward, from the output: the slope of v1 by v1 is 1",
        "4. v1: 1 arrives; nothing is sent on",
        "5. all has arrived",
    ]


def test_a_negative_constant_is_written_once():
    x = Node(2, name="x")
    assert "to x: 1 * (-3) = -3" in step_through(x * -3).text


def test_recorded_steps_are_shown_in_their_order_with_revisits():
    nodes = example()
    assert lines(nodes[-1], steps=published(*nodes))[6:] == [
        "7. e: 1 arrives; to c: 1 * 1 = 1; to d: 1 * 1 = 1",
        "8. c: 1 arrives; to b: 1 * 1 = 1",
        "9. b: 1 arrives; to a: 1 * 4 = 4",
        "10. d: 1 arrives; to b: 1 * 5 = 5, sum 1 + 5 = 6",
        "11. b, visit 2: 5 arrives, 6 in all; to a: 6 * 4 = 24, though only 5 arrives now, "
        "sum 4 + 24 = 28",
        "12. all has arrived: a 28",
    ]


def test_an_amount_that_the_slope_does_not_explain_is_called_out():
    a, b, c, d, e = example()
    assert "to d: 7, though 1 * 1 = 1" in lines(e, steps=[Step(e, 1, [(1, 7)])])[6]


def test_a_recorded_pass_may_begin_with_another_seed():
    a, b, c, d, e = example()
    assert lines(e, steps=[Step(e, 2, [(c, 2), (d, 2)])])[5:7] == [
        "6. backward, from the output: e begins with 2",
        "7. e: 2 arrives; to c: 2 * 1 = 2; to d: 2 * 1 = 2",
    ]


@pytest.mark.parametrize("given", [True, False], ids=["given", "stored"])
def test_gradients_that_differ_from_what_arrived_are_called_out(given):
    a, *_, e = example()
    if not given:
        a.gradient = 28
    assert lines(e, gradients=[(a, 28)] if given else None)[-1] == (
        "11. all has arrived: a 24; but the engine stored 28 at a, "
        "while what arrives there adds up to 24"
    )


def test_gradients_that_agree_are_not_mentioned():
    assert "stored" not in repr(step_through(diamond()))


def test_local_derivatives_of_the_engine_come_first():
    (x,) = inputs(x=3)
    y = x * 2
    y.local_derivatives = (Node(5), 0)
    assert lines(y)[3] == "4. v1: 1 arrives; to x: 1 * 5 = 5"  # and no formula that says 2


def test_an_operation_without_a_known_slope_is_said_to_be_so():
    (x,) = inputs(x=2.0)
    text = lines(apply("mystery", x))
    assert text[3] == (
        "4. v1: 1 arrives; to x: not known, as 'mystery' has no slope here that could be measured, "
        "and the engine stores no local derivative"
    )
    assert text[4] == "5. all has arrived"


def test_a_slope_that_is_not_finite_is_not_invented():
    with np.errstate(divide="ignore"):
        y = apply("log", Node(0.0, name="x"))
    assert "to x: not known, as 'log'" in lines(y)[3]


def test_arrays_show_shapes_and_the_gradients_that_are_stored():
    a, b = inputs(A=np.ones((2, 3)), B=np.ones((3, 4)))
    a.gradient = np.full((2, 3), 4.0)
    assert lines(apply("sum", a @ b)) == [
        "1. forward, from the inputs: A = [[1, 1, 1], [1, 1, 1]], B = shape (3, 4)",
        "2. v1 = A @ B = shape (2, 4)",
        "3. v2 = sum(v1) = 24",
        "4. backward, from the output: the slope of v2 by v2 is 1",
        "5. v2: 1 arrives; to v1: an amount of shape (2, 4)",
        "6. v1: an amount of shape (2, 4) arrives; to A: an amount of shape (2, 3); "
        "to B: an amount of shape (3, 4)",
        "7. all has arrived: A [[4, 4, 4], [4, 4, 4]]",
    ]


def test_what_arrives_at_an_array_is_what_the_engine_stored():
    a, b = inputs(A=np.ones((2, 3)), B=np.ones((3, 2)))
    product = a @ b
    product.gradient = np.ones((2, 2))
    assert lines(apply("sum", product))[5].startswith("6. v1: [[1, 1], [1, 1]] arrives; to A")


def test_a_stored_gradient_that_is_a_node_is_compared():
    (x,) = inputs(x=3)
    x.gradient = Node(7)
    assert "the engine stored 7 at x" in lines(x * x)[-1]


def test_an_array_as_output_begins_with_ones():
    a, b = inputs(A=np.ones((2, 3)), B=np.ones((2, 3)))
    assert lines(a + b)[2].endswith("the slope of each entry of v1 by itself is 1")


def test_recorded_arrays_are_shown_and_added():
    (a,) = inputs(a=np.ones(2))
    y = a + a
    sent = np.array([1.0, 2.0])
    text = lines(y, steps=[Step(y, sent, [(0, sent), (1, sent)])])
    assert text[3] == "4. v1: [1, 2] arrives; to a: [1, 2]; to a: [1, 2]"
    assert text[4] == "5. all has arrived: a [2, 4]"


def test_a_gradient_that_was_recorded_as_a_node_is_read():
    a, b, c, d, e = example()
    assert "to c: 1 * 1 = 1" in lines(e, steps=[Step(e, Node(1), [(c, Node(1))])])[6]


def test_a_step_may_carry_notes_a_path_and_its_own_sentence():
    a, b, c, d, e = example()
    steps = [
        Step(None, says="before", notes={c: "waits for 1"}),
        Step(e, 1, [(c, 1)], notes=[(b, "waits for 2"), (a, "idle")]),
        Step(c, 1, [(b, 1)], path=[e, c, b]),
        Step(b, 1, [(a, 4)], path=[a, b, c], says="along a, b, c: 4"),
        Step(d, 1, says="alone"),
    ]
    text = lines(e, steps=steps, forward=False)
    assert text[7:] == repr(draw(e)).splitlines()  # the values, which no sentence says
    assert text[:7] == [
        "1. before [c: waits for 1]",
        "2. backward, from the output: the slope of e by e is 1",
        "3. e: 1 arrives; to c: 1 * 1 = 1 [b: waits for 2, a: idle]",
        "4. c: 1 arrives; to b: 1 * 1 = 1; path e, c, b",
        "5. along a, b, c: 4",
        "6. alone",
        "7. all has arrived: a 4",
    ]
    svgs = images(step_through(e, steps=steps, forward=False).html)
    assert ["waits for 1" in texts(svg) for svg in svgs] == [True] + [False] * 6
    assert ["waits for 2" in texts(svg) for svg in svgs] == [False] * 2 + [True] + [False] * 4
    blue = [svg.count("#1c7ed6") for svg in svgs]
    assert blue == [0, 0, 0, 6, 6, 0, 0]  # two heads beside the current one, two lines, two tips
    assert len({tuple(heads(svg)) for svg in svgs}) == 1


def test_a_path_says_which_arrow_of_x_times_x_it_takes():
    (x,) = inputs(x=3)
    y = x * x
    steps = [Step(y, 1, [(1, 3)], path=[(y, 1), x]), Step(y, 1, [(0, 3)], path=[(y, 0), x])]
    picture = step_through(y, steps=steps, forward=False)
    assert "path v1 by operand 1, x" in picture.text and "path v1 by operand 0, x" in picture.text

    def on_path(svg):
        return [e.get("d") for e in elements(svg, "path") if "#1c7ed6" in e.get("style", "")]

    first, second = map(on_path, images(picture.html)[1:3])
    assert first and second and set(first) != set(second)


def test_what_a_wrong_engine_leaves_out_is_not_said_to_arrive():
    o = diamond()  # its inputs store the right gradients
    assert lines(o, steps=[Step(o, 1, [])])[-1] == "8. all has arrived"


def test_thousands_of_recorded_steps_are_cut_but_counted():
    y = doublings(1)
    steps = [Step(y, 1, [(0, 1), (1, 1)])] * 1000
    text = lines(y, steps=steps)
    assert len(text) == 64
    assert text[-1] == "64. after 940 more steps, not shown: all has arrived: x 2000"


@pytest.mark.parametrize("op", sorted(OPERATIONS))
def test_every_formula_equals_the_measured_slope(op):
    n = OPERATIONS[op].spelling.count("{}")
    names, values = ["a", "b"][:n], [0.7, 2.5][:n]
    graph = snapshot(apply(op, *inputs(**dict(zip(names, values, strict=True)))))
    result = graph.vertices[-1]
    functions = {f: getattr(np, f) for f in ("log", "sin", "cos", "exp")}
    for slot in range(n):
        text = formula(result, slot)
        if text is not None:
            known = functions | dict(zip(names, values, strict=True)) | {"v1": result.value}
            assert eval(text, known) == pytest.approx(slope(graph, result, slot), rel=1e-12)


@pytest.mark.parametrize(
    ("exponent", "text"),
    [(2, "2 * a"), (3, "3 * a**2"), (1, "1 * 1"), (0.5, "0.5 * a**(-0.5)"), (-1, "(-1) * a**(-2)")],
)
def test_the_formula_of_a_power_is_written_out(exponent, text):
    (a,) = inputs(a=4.0)
    assert formula(snapshot(a**exponent).vertices[-1], 0) == text


def test_frames_do_not_jump():
    svgs = images(step_through(diamond()).html)
    assert len({tuple(heads(svg)) for svg in svgs}) == 1
    assert len({size(svg) for svg in svgs}) == 1


def test_values_appear_forward_and_gradients_backward():
    svgs = images(step_through(diamond()).html)
    assert "v1 = 6" not in texts(svgs[0]) and "v1 = 6" in texts(svgs[1])
    assert not any(t.startswith("∂") for t in texts(svgs[4]))
    assert [t for t in texts(svgs[5]) if t.startswith("∂")] == ["∂ 1"]
    assert {"∂ 144", "∂ 288"} <= set(texts(svgs[8]))
    assert texts(svgs[8]).count("∂ 288") == 1 and texts(svgs[9]).count("∂ 288") == 2


def test_the_current_node_and_its_arrows_stand_out():
    svgs = images(step_through(diamond()).html)
    assert svgs[0].count("#e8590c") == 0
    assert svgs[1].count("#e8590c") == 5  # a head, two lines, two tips
    assert svgs[7].count("#e8590c") == 5


def test_amounts_stand_on_the_arrows_they_are_sent_along():
    svgs = images(step_through(diamond()).html)
    assert {"48", "144"} <= set(texts(svgs[7]))


def test_gradients_are_sent_against_the_arrows():
    svgs = images(step_through(diamond()).html)

    def tips(svg):
        found = elements(svg, "path")
        return [
            e.get("d") for e in found if "#e8590c" in e.get("style", "") and e.get("class") == "a"
        ]

    assert all(re.search("l-9-4", tip) for tip in tips(svgs[1]))
    assert all(re.search("l9-4", tip) for tip in tips(svgs[7]))


def test_each_frame_is_a_details_with_one_picture():
    picture = step_through(diamond())
    n = len(repr(picture).splitlines())
    assert picture.html.count("<details name=") == picture.html.count("<img ") == n
    assert picture.html.count(" open>") == 1
    summaries = re.findall("<summary>(.*?)</summary>", picture.html)
    assert summaries == repr(picture).splitlines()
    assert picture.html.rindex(" open>") > picture.html.rindex("<details")  # the last: on paper


def test_ten_nodes_stay_small():
    output = apply("exp", diamond() * 0.01) + 1
    assert len(snapshot(output).vertices) == 12
    assert len(step_through(output).html) < 150_000


def test_the_html_is_the_same_to_the_byte():
    assert step_through(diamond()).html == step_through(diamond()).html


def test_a_large_graph_is_drawn_and_said_to_be_too_large():
    picture = step_through(tree(5))
    sentence = "More than 25 nodes are too many to step through: this is the picture alone."
    assert picture.text.startswith(sentence) and f"<p>{sentence}</p>" in picture.html
    assert "v31 = 32" in texts(picture.svg)


@pytest.mark.parametrize("name", NASTY.values(), ids=NASTY)
def test_a_nasty_name_breaks_no_frame(name):
    x = Node(3, name=name)
    picture = step_through(x * x)
    assert picture.html.count("<details") == picture.html.count("</details>") == 5
    assert all(texts(svg) for svg in images(picture.html))
    assert all(line.isprintable() for line in repr(picture).splitlines())


def test_long_lists_of_inputs_and_operands_are_cut():
    parts = [Node(float(k), name=f"x{k}") for k in range(20)]
    text = lines(Node(190.0, "add", parts))
    assert text[0].endswith("x11 = 11 and 8 more")
    assert "and to 14 more" in text[3]


@pytest.mark.parametrize(
    ("steps", "error", "message"),
    [
        (5, TypeError, "steps must be a list of Step, got an int"),
        ([3], TypeError, r"Step\(node, arrives, sent\)"),
        (lambda n: [Step(n, 1, 7)], TypeError, r"Step\(node, arrives, sent\)"),
        (lambda n: [Step(4, 1, [])], TypeError, "expected a node"),
        (lambda n: [Step(Node(1), 1, [])], ValueError, "not part of this graph"),
        (lambda n: [Step(n, 1, [(2, 1)])], ValueError, "not an operand"),
        (lambda n: [Step(None)], TypeError, "expected a node"),
        (lambda n: [Step(n, 1, notes=3)], TypeError, "notes must be pairs"),
        (lambda n: [Step(n, 1, path=[Node(1)])], ValueError, "path has a node that is not"),
        (lambda n: [Step(n, 1, path=7)], TypeError, "path is a list of nodes"),
        (lambda n: [Step(n, 1, [(0, 1), (0, 1)])], ValueError, "more often than it is one"),
    ],
)
def test_steps_that_are_none_are_refused(steps, error, message):
    output = chain(1)
    with pytest.raises(error, match=message):
        step_through(output, steps=steps(output) if callable(steps) else steps)
