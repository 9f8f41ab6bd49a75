"""step_through(tangents=...): the frames of forward mode."""

import pytest
from svg_reader import images, texts
from toy_engine import diamond, inputs

from autodiff_lib.pictures import step_through


def test_the_diamond_moves_along_y():
    o = diamond()
    y = o.operands[0].operands[0].operands[1]
    picture = step_through(o, tangents={y: 1})
    assert repr(picture).splitlines() == [
        "1. x = 3, tangent 0; y = 2, tangent 1; z = 1, tangent 0",
        "2. v1 = x * y = 3 * 2 = 6; tangent: x * 1 = 3 * 1 = 3",
        "3. v2 = y * z = 2 * 1 = 2; tangent: z * 1 = 1 * 1 = 1",
        "4. v3 = v1 * v2 = 6 * 2 = 12; "
        "tangent: v2 * 3 = 2 * 3 = 6 and v1 * 1 = 6 * 1 = 6, sum 6 + 6 = 12",
        "5. o = v3**2 = 12**2 = 144; tangent: (2 * v3) * 12 = 24 * 12 = 288",
    ]
    frames = [texts(svg) for svg in images(picture._repr_mimebundle_()["text/html"])]
    assert "tangent 288" not in frames[0] and "tangent 1" in frames[0]
    assert {"tangent 12", "6", "tangent 3"} <= set(frames[3])


def test_what_does_not_move_has_tangent_0():
    x, y = inputs(x=3, y=2)
    said = repr(step_through(x * x + y * 4, tangents=[(x, 1)]))
    assert "tangent: x * 1 = 3 * 1 = 3 and x * 1 = 3 * 1 = 3, sum 3 + 3 = 6" in said
    assert "y * 4 = 2 * 4 = 8; tangent 0: nothing moves" in said


def test_the_slope_stands_first_as_in_the_formula_of_forward_mode():
    x, y = inputs(x=2, y=-3)
    assert "y * (-4) = -3 * (-4) = 12" in repr(step_through(x * y, tangents={x: -4}))


def test_a_foreign_node_is_refused():
    x, y = inputs(x=3, y=2)
    with pytest.raises(ValueError, match="tangents"):
        step_through(x * 2, tangents={y: 1})
