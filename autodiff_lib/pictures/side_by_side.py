"""side_by_side: several graphs in one picture, at one scale, so that sizes can be compared."""

from autodiff_lib.pictures import style
from autodiff_lib.pictures.checks import a_kind
from autodiff_lib.pictures.draw import caption
from autodiff_lib.pictures.glyphs import label
from autodiff_lib.pictures.graph import LIMIT, snapshot
from autodiff_lib.pictures.layout import advice
from autodiff_lib.pictures.outline import outline
from autodiff_lib.pictures.picture import Picture, image, words_only
from autodiff_lib.pictures.scene import readable_scene
from autodiff_lib.pictures.svg import document
from autodiff_lib.pictures.text import columns, visible

WIDEST_ROW = 1000  # px: what a notebook shows without shrinking it
TITLE = 26  # height of a title's plate
UNDER_TITLE = 10
BETWEEN = 36  # px between two graphs
LONGEST_TITLE = 40  # columns


def side_by_side(graphs, limit=LIMIT):
    """One Picture of several graphs, drawn at one scale, so that sizes can be compared.

    graphs: {title: output}. They stand beside each other, or below where that gets too wide.
    A graph of more than `limit` nodes is summarised.
    Raises TypeError or ValueError, with the next step, for what is not that.
    """
    if not hasattr(graphs, "items") or not graphs:
        raise TypeError(
            "side_by_side takes {title: output}, such as {'f': f, 'its derivative': df}, "
            f"got {a_kind(graphs) if not hasattr(graphs, 'items') else 'an empty one'}"
        )
    titles = [visible(str(title), LONGEST_TITLE) for title in graphs]
    shots = [snapshot(output, limit=limit) for output in graphs.values()]
    text = "\n\n".join(f"{t}\n{outline(shot)}" for t, shot in zip(titles, shots, strict=True))
    scenes = [readable_scene(shot) for shot in shots]
    if any(scene.layout is None for scene in scenes):
        return Picture(text, words_only(text, advice()))
    parts, size = [], (0, 0)
    for (x, y), title, scene in zip(arrange(titles, scenes), titles, scenes, strict=True):
        place = f'<g transform="translate({x},{y + TITLE + UNDER_TITLE})">'
        parts += [title_plate(title, x, y), place, *scene.parts(), "</g>"]
        width, height = room(title, scene)
        size = max(size[0], x + width), max(size[1], y + height)
    svg = document(parts, *size, " and ".join(titles))
    above = [caption(*each) for each in zip(shots, scenes, [f"{t}: " for t in titles], strict=True)]
    return Picture(text, "".join(above) + image(svg, text), svg)


def room(title, scene):
    """Width and height that a graph takes with its title."""
    width, height = scene.size
    return max(width, title_width(title)), height + TITLE + UNDER_TITLE


def arrange(titles, scenes):
    """The left upper corner of each graph: in a row if that fits a notebook, else a column."""
    rooms = [room(title, scene) for title, scene in zip(titles, scenes, strict=True)]
    in_a_row = sum(width for width, _ in rooms) + BETWEEN * (len(rooms) - 1) <= WIDEST_ROW
    corner = 0
    for width, height in rooms:
        yield (round(corner), 0) if in_a_row else (0, round(corner))
        corner += BETWEEN + (width if in_a_row else height)


def title_width(title):
    """The width of the plate behind a title."""
    return style.width_of(columns(title)) + 16


def title_plate(title, x, y):
    """A title on its plate, with (x, y) as its left upper corner."""
    width = title_width(title)
    return f'<rect class="p" x="{x}" y="{y}" width="{width:.0f}" height="{TITLE}" rx="4"/>' + label(
        title, x + width / 2, y + TITLE / 2, "tp"
    )
