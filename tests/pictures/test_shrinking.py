"""shrinking: one program at several stages, and what goes next."""

import pytest
from svg_reader import images, texts
from toy_engine import inputs

from autodiff_lib.pictures import shrinking
from autodiff_lib.pictures.style import CURRENT


def stages():
    """x * y twice, then once: the second node stays, as number 2."""
    x, y = inputs(x=3, y=2)
    once, again = x * y, x * y
    return {"twice": once + again, "once": once + once}, {id(once): 1, id(again): 2}


def test_what_the_next_stage_does_not_have_is_ringed_and_said():
    programs, _ = stages()
    picture = shrinking(programs)
    first, second = picture.text.split("\n\n")
    assert first.startswith("1. twice: 3 operations, 2 ringed, which the next frame does not have")
    assert [line.split()[0] for line in first.splitlines() if line.endswith("goes")] == [
        "v2",
        "v3",
    ]
    assert second.startswith("2. once: 2 operations\n") and "goes" not in second
    svgs = images(picture.html)
    assert [texts(svg).count("goes") for svg in svgs] == [2, 0]
    assert [svg.count(CURRENT) for svg in svgs] == [2, 0]
    assert picture.svg == svgs[-1]


def test_a_key_tells_who_stands_for_whom():
    programs, numbers = stages()
    same = lambda node: numbers.get(id(node), "sum")  # noqa: E731
    picture = shrinking(programs, key=same)
    assert "1. twice: 3 operations, 1 ringed" in picture.text
    assert [line for line in picture.text.splitlines() if "goes" in line] == [
        "v2 = x * y = 6      goes"
    ]


def test_of_two_with_one_key_one_goes():
    programs, _ = stages()
    picture = shrinking(programs, key=lambda node: node.op)
    assert picture.text.count("goes") == 1


def test_names_are_for_nodes_of_any_stage():
    programs, _ = stages()
    picture = shrinking(programs, names={"o": programs["once"]})
    assert "o = v1 + v1 = 12" in picture.text


def test_several_outputs_are_a_sequence():
    (x,) = inputs(x=3)
    picture = shrinking({"two": [x * x, x + x], "one": (x * x,)}, key=lambda node: node.op)
    assert "1. two: 2 operations, 1 ringed" in picture.text


@pytest.mark.parametrize("given", [None, {}, [1]])
def test_anything_but_titles_and_outputs_is_refused(given):
    with pytest.raises(TypeError, match=r"shrinking takes \{title: outputs\}"):
        shrinking(given)
