"""The picture of a linear function: entries, the lines between them, and the way back."""

import numpy as np
import pytest
from svg_reader import elements, images, texts

from autodiff_lib.pictures import draw_linear

B, W = np.array([1.0, 2.0, 3.0]), np.array([[5.0, 7.0, -1.0], [2.0, 0.0, 4.0]])


def copied(b):
    return np.broadcast_to(b, (2, 3))


def test_the_text_says_what_each_entry_is_made_of_both_ways():
    lines = repr(draw_linear(copied, B, W, ("b", "copies"))).splitlines()
    assert lines[0] == "b (3,) to copies (2, 3), b = [1, 2, 3]:"
    assert lines[6] == "  copies[1, 2] = b[2] = 3"
    assert lines[8] == "  ∂ b[0] = ∂ copies[0, 0] + ∂ copies[1, 0] = 7"
    assert lines[10] == "  ∂ b[2] = ∂ copies[0, 2] + ∂ copies[1, 2] = 3"


def test_a_slope_other_than_1_stands_on_its_line_and_what_gets_nothing_says_so():
    picture = draw_linear(lambda x: x[[0, 2]] / 2, B, [6.0, 8.0])
    assert "  y[1] = 0.5 * x[2] = 1.5" in repr(picture).splitlines()
    assert "  ∂ x[1] = nothing = 0" in repr(picture).splitlines()
    assert texts(picture.svg).count("0.5") == 1 + 2 * 2  # an entry of y, and two lines each way


def test_each_way_has_a_line_for_each_slope():
    svg = draw_linear(copied, B, W).svg
    assert len([e for e in elements(svg, "path") if e.get("class") == "e"]) == 2 * 6
    assert texts(svg).count("y (2, 3)") == 1 and texts(svg).count("∂ y (2, 3)") == 1


def test_a_matrix_has_a_frame_around_each_row_behind_its_entries():
    frames = [e for e in elements(draw_linear(copied, B, W).svg, "rect") if e.get("width") == "64"]
    assert len(frames) == 2 * 2 and {e.get("height") for e in frames} == {"78"}  # 3 entries of 26
    svg = draw_linear(lambda x: x[[0, 2]], B, [6.0, 8.0]).svg
    assert not [e for e in elements(svg, "rect") if e.get("width") == "64"]


def test_a_single_number_has_no_index():
    text = repr(draw_linear(np.sum, B, 4.0, ("x", "total")))
    assert "  total = x[0] + x[1] + x[2] = 6" in text and "  ∂ x[2] = ∂ total = 4" in text


def test_nothing_lies_outside_the_picture():
    picture = draw_linear(lambda x: np.broadcast_to(x, (4, 3)), B, np.ones((4, 3)))
    assert images(picture.html) == [picture.svg]
    height = float(elements(picture.svg, "svg")[0].get("height"))
    places = [e.get("transform") for e in elements(picture.svg, "g") if e.get("transform")]
    assert max(float(place[:-1].split(",")[1]) for place in places) < height - 20


@pytest.mark.parametrize(
    "f, x, back, said",
    [
        (np.square, B, B, "not linear"),
        (copied, B, B, r"must have shape \(2, 3\), got \(3,\)"),
        (np.sum, np.ones(17), 1.0, "up to 16 entries, got 17"),
    ],
)
def test_what_cannot_be_drawn_is_refused(f, x, back, said):
    with pytest.raises(ValueError, match=said):
        draw_linear(f, x, back)
