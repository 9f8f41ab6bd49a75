"""scatter: a dot for each example, those with a name brought out."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from svg_reader import images

from autodiff_lib.pictures import scatter
from autodiff_lib.pictures.style import CURRENT


def test_the_text_names_some_and_says_how_far_the_others_reach():
    picture = scatter([1, 90, 3, 2], [0, 5, 4.5, 8], "loss", "pull", {1: "flat 1", 3: "flat 3"})
    assert picture.text.splitlines() == [
        "flat 1: loss 90, pull 5",
        "flat 3: loss 2, pull 8",
        "2 others: loss 1 to 3, pull 0 to 4.5",
    ]
    assert images(picture.html) == [picture.svg]
    assert picture.svg.count(CURRENT) > scatter([1, 2], [3, 4], "x", "y", {}).svg.count(CURRENT)


def test_without_others_only_the_named_are_said():
    assert scatter([1.0], [2.0], "x", "y", {0: "a"}).text == "a: x 1, y 2"


def test_the_axes_begin_at_0_where_nothing_lies_below(monkeypatch):
    seen = []
    monkeypatch.setattr(Axes, "grid", lambda axes, *_, **__: seen.append(axes))
    scatter([1, 90, 3], [0, 5, 4], "loss", "pull", {1: "a"})
    scatter([-1, 90, 3], [0, 5, 4], "error", "pull", {1: "a"})
    sizes, signed = seen[0], seen[-1]
    assert (sizes.get_xlim()[0], sizes.get_ylim()[0]) == (0, 0)
    assert signed.get_xlim()[0] < -1 and signed.get_ylim()[0] < 0


def test_others_far_from_those_with_a_name_are_enlarged_beside_them(monkeypatch):
    seen = {}
    monkeypatch.setattr(Axes, "grid", lambda axes, *_, **__: seen.setdefault(axes))
    near = scatter([1, 9, 3, 2], [2, 5, 9, 4], "loss", "pull", {1: "a"})
    assert len(seen) == 1 and "enlarged" not in near.html
    far = scatter([1, 90, 3, 2], [2, 50, 9, 4], "loss", "pull", {1: "a"})
    _, every, others = seen
    assert "beside it the 3 others, enlarged" in far.html
    assert every.get_xlim()[1] > 90 and 3 < others.get_xlim()[1] < 4
    assert sorted(others.lines[0].get_xdata()) == [1, 2, 3]


def test_one_other_or_none_needs_no_enlarging():
    for names in {0: "a"}, {0: "a", 1: "b"}:
        assert "enlarged" not in scatter([1.0, 90.0], [2.0, 50.0], "x", "y", names).html


@pytest.mark.parametrize("ys", [[1.0, np.nan], [1.0], [[1.0], [2.0]]])
def test_what_is_not_pairs_of_numbers_is_refused(ys):
    with pytest.raises(ValueError):
        scatter([1.0, 2.0], ys, "x", "y", {})
