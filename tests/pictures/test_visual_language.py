"""The colours: text is legible on its plate, and what has no plate is legible on both themes."""

import re

import pytest
from svg_reader import elements
from toy_engine import diamond, inputs

from autodiff_lib.pictures import cost_curve, draw, style

LOOKS = {name: look for name, look in vars(style).items() if isinstance(look, style.Look)}
THEMES = ("#ffffff", "#111111")
AXES = {"axis": style.AXIS, "inner axis": style.INNER_AXIS}  # lines, and numbers on a plate
BARE = {"edge": style.EDGE, "current": style.CURRENT, **AXES, **style.PATHS}


def luminance(colour):
    channels = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_guidelines_do():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_text_is_legible_on_its_plate(look):
    assert contrast(look.text, look.fill) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("colour", BARE.values(), ids=BARE)
def test_lines_without_a_plate_are_legible_on_both_themes(colour, theme):
    assert contrast(colour, theme) >= 3


@pytest.mark.parametrize("colour", [*style.PATHS.values(), *AXES.values()])
def test_curves_are_legible_on_the_plate_of_a_chart(colour):
    assert contrast(colour, style.PLATE.fill) >= 3


def test_no_text_stands_without_a_plate():
    """No colour reaches 4.5:1 on both themes, so each text must come with a filled shape."""
    best = max(min(contrast(f"#{g:02x}{g:02x}{g:02x}", t) for t in THEMES) for g in range(256))
    assert best < 4.5
    x, y = inputs(x=3, y=2)
    for svg in (
        draw(diamond(), edge_labels="local derivatives", notes=[]).svg,
        draw(x - y, notes={x: "a note"}).svg,
        cost_curve([1, 10], {"a": [1, 2]}).svg,
    ):
        used = {e.get("class") for e in elements(svg, "text")}
        filled = {e.get("class") for tag in ("path", "rect", "circle") for e in elements(svg, tag)}
        plates = {name.removeprefix("t") for name in used}
        assert plates <= filled | ({"p"} if svg.count(style.PLATE.fill) else set())


def test_kinds_differ_in_fill_and_in_shape():
    assert len({look.fill for look in style.KINDS.values()}) == len(style.KINDS)
    x, y = inputs(x=3, y=2)
    x.gradient = 1
    svg = draw((x * y) * 5).svg
    shapes = {}
    for tag in ("rect", "path"):
        for e in elements(svg, tag):
            shape = e.get("rx") or re.sub(r"[\d.,-]+", "", e.get("d"))
            shapes.setdefault(e.get("class"), set()).add((tag, shape))
    kinds = {"input": "i", "constant": "c", "operation": "o", "value": "v", "gradient": "g"}
    assert len({frozenset(shapes[c]) for c in kinds.values()} | {"pointing left"}) >= 5


def test_values_point_right_and_gradients_left():
    (x,) = inputs(x=3)
    x.gradient = 1
    tags = {e.get("class"): e.get("d") for e in elements(draw(x).svg, "path")}
    assert re.match(r"M-[\d.]+,[-\d.]+h[\d.]+l6,10", tags["v"])
    assert re.match(r"M[\d.]+,[-\d.]+h-[\d.]+l-6,10", tags["g"])
