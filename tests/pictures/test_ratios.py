"""ratios: marks on a line for each piece of work, and their table."""

import json

import pytest
from svg_reader import images

from autodiff_lib.pictures import ratios
from autodiff_lib.pictures.chart import PATHS_IN_ORDER
from autodiff_lib.teaching.measured import FILE, WHO, WORK, batched, measured, pays_from, ratio

ROWS = {"small": {"ours": 0.9, "theirs": 52.4}, "large": {"ours": 1.25}}


def test_the_table_says_all_that_is_drawn():
    picture = ratios(ROWS, "time / by hand")
    assert picture.text.splitlines() == [
        "time / by hand",
        "       ours  theirs",
        "small  0.90      52",
        "large  1.25       -",
    ]
    assert images(picture.html) == [picture.svg]


def test_the_line_at_1_may_have_a_name():
    picture = ratios(ROWS, "times as fast", one="by hand")
    assert picture.text.splitlines()[0] == "times as fast; 1: by hand"
    assert "by hand" in picture.svg and "by hand" not in ratios(ROWS, "times as fast").svg


def test_where_marks_meet_the_first_lies_on_top():
    svg = ratios({"a": {"ours": 1.0, "theirs": 1.0}}).svg
    ours, theirs = (svg.index(colour) for colour in PATHS_IN_ORDER[:2])
    assert theirs < ours


def test_it_is_the_same_every_time():
    assert ratios(ROWS).svg == ratios(ROWS).svg


def test_who_has_no_mark_at_all_is_no_obstacle():
    assert "-" in ratios({"a": {"ours": 1.0, "theirs": None}}).text


@pytest.mark.parametrize("given", [None, {}, {"a": 3}, [1]])
def test_anything_but_rows_of_ratios_is_refused(given):
    with pytest.raises(TypeError, match=r"ratios takes \{row: \{name: ratio\}\}"):
        ratios(given)


@pytest.mark.parametrize("ratio", [0, -1.0, float("inf"), float("nan")])
def test_a_ratio_is_a_number_above_0(ratio):
    with pytest.raises(ValueError, match="a number above 0"):
        ratios({"a": {"ours": ratio}})


def test_the_recorded_times_are_those_of_the_benchmark():
    rows = measured()
    assert list(rows) == list(WORK.values())
    assert all({"gradient program", "eager engine"} <= set(row) for row in rows.values())
    assert {name for row in rows.values() for name in row} == set(WHO.values())


def test_one_recorded_time_can_be_asked_for():
    rows = measured()
    assert all(ratio(work, "eager") == rows[title]["eager engine"] for work, title in WORK.items())
    assert ratio("rosenbrock_hvp", "eager") > 1


@pytest.mark.parametrize("work", ["rosenbrock_hvp", "mlp", "chain"])
def test_a_program_pays_from_the_first_gradient_that_makes_up_for_building_it(work):
    n, row = pays_from(work, "plain"), json.loads(FILE.read_text("utf-8"))[work]
    engine, each = row["ratios"]["eager"], row["ratios"]["plain"]
    built = row["building"]["plain"] * engine
    assert built + (n - 1) * each < n * engine
    assert built + (n - 2) * each >= (n - 1) * engine


def test_a_program_that_is_slower_than_the_engine_never_pays():
    slower = {name for name in WORK if ratio(name, "plain") > ratio(name, "eager")}
    assert slower == {"elementwise_1e6", "gmm"}, "chapter 14 names these two"
    assert all((pays_from(name, "plain") is None) == (name in slower) for name in WORK)


def test_what_was_measured_of_batches_is_what_chapter_15_says_of_it():
    rows = batched()
    vmap = {batch: row["vmap: every gradient"] for batch, row in rows.items()}
    looped = {batch: row["program of one, in a loop"] for batch, row in rows.items()}
    means = {batch: row["program of the mean: that alone"] for batch, row in rows.items()}
    assert vmap["1 flat"] < 1 < vmap["10 flats"] < looped["10 flats"]
    assert 0.75 < vmap["100 flats"] / looped["100 flats"] < 1.25
    assert 20 < vmap["1,000 flats"] < 99 and 3 < vmap["1,000 flats"] / looped["1,000 flats"] < 9
    assert 1 < looped["a layer, loop keeps 100"] < vmap["a layer, loop keeps 100"]
    assert 0.8 < vmap["a layer, loop adds up 100"] < 1.25
    assert all(means[batch] == max(row.values()) for batch, row in list(rows.items())[1:])
