"""The SVG of a graph: glyphs at the places that layout found, arrows between them.

The SVG stands alone (in a notebook it is shown inside <img>, where no style of the page
reaches it), is well-formed XML whatever the names hold, and is the same to the byte for the
same graph.
"""

from xml.sax.saxutils import escape

from autodiff_lib.pictures import style
from autodiff_lib.pictures.glyphs import box, bring_out, head_size, label, n
from autodiff_lib.pictures.text import columns

MARGIN = 8
BETWEEN_COLOURS = 3  # px between the lines of paths that share an arrow
TIP = 8  # length of an arrow's tip
BETWEEN_TIPS = 12  # px between the arrows that enter one head, when there is room
MARK = 5.5  # radius of the plate behind an operand's number
PLATE = 16  # height of the plate behind an edge's label


def stylesheet(body):
    """The CSS that these elements use: a class per kind of thing, one per kind of text."""
    looks = {"i": style.INPUT, "c": style.CONSTANT, "o": style.OPERATION, "r": style.OUTPUT}
    looks |= {"v": style.VALUE, "g": style.GRADIENT, "p": style.PLATE}
    rules = {
        "e": f"fill:none;stroke:{style.EDGE};stroke-width:1.6",
        "a": f"fill:{style.EDGE}",
        "s": f"fill:none;stroke:{style.OPERATION.text};stroke-width:1.7;stroke-linecap:round",
    }
    for letter, look in looks.items():
        rules[letter] = f"fill:{look.fill};stroke:{look.line};stroke-width:1.4"
        rules[f"t{letter}"] = f"fill:{look.text}"
    used = (name for name in rules if f'class="{name}"' in body)
    return "".join(f".{name}{{{rules[name]}}}" for name in used)


def boxes(glyphs):
    """One (width, height) per glyph, all of one height, and where in it the heads' middle is."""
    sizes = [box(glyph) for glyph in glyphs]
    above, below = max(s[1] for s in sizes), max(s[2] for s in sizes)
    return [(width, above + below) for width, _, _ in sizes], above


def label_box(text):
    """Width and height of the plate behind an edge's label."""
    return style.width_of(columns(text), style.SMALL) + 8, PLATE


def document(parts, width, height, title):
    """An SVG of these parts, with a margin all around, shown at its natural size."""
    w, h = round(width + 2 * MARGIN), round(height + 2 * MARGIN)
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" '
        f'viewBox="-{MARGIN} -{MARGIN} {w} {h}" font-family="{style.FONT}" '
        f'font-size="{style.SIZE}" text-anchor="middle">'
        f"<title>{escape(title)}</title><style>{stylesheet(body)}</style>{body}</svg>"
    )


def arrow_curves(glyphs, arrows, layout, down, middles):
    """Per arrow its curve, where it leaves the tail's head and where its tip touches."""
    tips = spread_tips(arrows, layout.curves)
    for i, arrow in enumerate(arrows):
        curve = [(x, y + down) for x, y in layout.curves[i]]
        shift = tips[i]
        curve[-2:] = [(x, y + shift) for x, y in curve[-2:]]
        width, height = head_size(glyphs[arrow.head])
        start = middles[arrow.tail][0] + head_size(glyphs[arrow.tail])[0] / 2
        inset = 0.0
        if glyphs[arrow.head].kind in ("operation", "output"):  # round at its ends
            radius = height / 2
            inset = radius - (radius**2 - shift**2) ** 0.5
        yield curve, start, middles[arrow.head][0] - width / 2 + inset


def spread_tips(arrows, curves):
    """How far above or below the middle each arrow's tip arrives, in the order it comes from."""
    entering = {}
    for i, arrow in enumerate(arrows):
        entering.setdefault(arrow.head, []).append(i)
    shifts = [0.0] * len(arrows)
    for group in entering.values():
        group.sort(key=lambda i: (round(curves[i][len(curves[i]) // 2][1]), arrows[i].slot))
        step = min(BETWEEN_TIPS, 22 / max(len(group) - 1, 1))
        for rank, i in enumerate(group):
            shifts[i] = (rank - (len(group) - 1) / 2) * step
    return shifts


def draw_arrow(curve, start, end, mark=None, colours=(), backward=False):
    """One arrow: a line out of the tail's head, the curve, a straight line into the next head.

    colours: one line of each, side by side, where given. backward: the tip is at the tail, for a
    gradient that is sent back. mark: the operand's number.
    """
    (x0, y0), rest, (_, y1) = curve[0], curve[1:], curve[-1]
    points = " ".join(f"{n(x)},{n(y)}" for x, y in rest)
    first, last = (start + TIP, end) if backward else (start, end - TIP)
    line = f"M{n(first)},{n(y0)}H{n(x0)}C{points}H{n(last)}"
    tip = (
        f"M{n(start)},{n(y0)}l{TIP + 1}-4v8z" if backward else f"M{n(end)},{n(y1)}l-{TIP + 1}-4v8z"
    )
    svg = coloured_lines(line, list(dict.fromkeys(colours)))
    fill = f' style="fill:{colours[0]}"' if colours else ""
    svg += f'<path class="a"{fill} d="{tip}"/>'
    if mark:
        x = end - TIP - MARK - 1
        svg += f'<circle class="p" cx="{n(x)}" cy="{n(y1)}" r="{MARK}"/>'
        svg += label(mark, x, y1, "tp", style.MARK)
    return svg


def coloured_lines(line, colours):
    """The line of an arrow: once in grey, or once in each colour, side by side."""
    if not colours:
        return f'<path class="e" d="{line}"/>'
    svg = ""
    for rank, colour in enumerate(colours):
        down = (rank - (len(colours) - 1) / 2) * BETWEEN_COLOURS
        shift = f' transform="translate(0,{n(down)})"' if down else ""
        svg += f'<path class="e" style="stroke:{colour};stroke-width:2.6"{shift} d="{line}"/>'
    return svg


def plate(text, x, y, marks=()):
    """A small filled plate with text, centred on (x, y).

    marks: colours of the first numbers of shapes such as (5, 3), None for a number left as it is.
    """
    width, height = label_box(text)
    words = bring_out(label(text, x, y, "tp", style.SMALL), marks)
    return (
        f'<rect class="p" x="{n(x - width / 2)}" y="{n(y - height / 2)}" width="{n(width)}" '
        f'height="{n(height)}" rx="4"/>{words}'
    )
