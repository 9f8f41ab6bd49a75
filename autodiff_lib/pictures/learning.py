"""Plots of learning: a walk downhill or to a zero, a falling loss, a boundary between dots.

They stand on a light plate, in the colours of the graphs, and differ in shape as well as in
colour. The text of each is its key numbers, and for a boundary a coarse map of its two sides.
Limits: two numbers a dot; what is drawn is a function of plain numbers, of no engine.
"""

import io
import math

import numpy as np

from autodiff_lib.pictures.chart import MARKERS, PATHS_IN_ORDER, SETTINGS, plain
from autodiff_lib.pictures.count import plural
from autodiff_lib.pictures.picture import Picture, image
from autodiff_lib.pictures.style import CURRENT, INPUT, OPERATION, PLATE
from autodiff_lib.pictures.text import number

ROWS = 11  # of a table, about
MARGIN = 0.4  # around the dots
GRID = 81  # places along each side of a panel
HEIGHTS = np.geomspace(1e-4, 1, 9)  # of contour lines, as parts of the whole height
FEW = 13  # places of a walk that are numbered
MAP = (7, 25)  # rows and columns of a map in text
SIDES = {1: (INPUT, "o", "+"), -1: (OPERATION, "s", ".")}  # label: look, marker, letter in a map


def descent(f, walk, x_label="w", y_label="loss", within=()):
    """The Picture of a walk on the curve of f: where each step stood, joined in order.

    f: a function of one number. walk: the places, first to last. within: further places that
    the curve is to reach. The text is a table of the walk.
    """
    places = [float(x) for x in walk]
    heights = [float(f(x)) for x in places]
    ends = [*places, *within]
    room = 0.08 * (max(ends) - min(ends) or 1)
    xs = np.linspace(min(ends) - room, max(ends) + room, 101)
    with new_figure() as (figure, save):
        axes = figure.add_subplot()
        axes.set(xlabel=plain(x_label), ylabel=plain(y_label))
        axes.grid()
        axes.plot(xs, [float(f(x)) for x in xs], color=PLATE.line)
        axes.plot(places, heights, "o--", color=CURRENT, markersize=5)
        for step in sorted({0, 1, 2, len(places) - 1}):
            if step < len(places):
                at, by = (places[step], heights[step]), (9, 3)
                axes.annotate(str(step), at, by, textcoords="offset points")
        svg = save()
    rows = [(k, number(x), number(y)) for k, (x, y) in enumerate(zip(places, heights, strict=True))]
    text = table(("step", x_label, y_label), thinned(rows))
    return picture(f"Walk on the curve of {y_label} against {x_label}", text, svg)


def newton_walk(f, walk, x_label="w", y_label="slope"):
    """The Picture of Newton's steps to where f is 0: down to the curve, along its tangent to 0.

    f: a function of one number. walk: the places, first to last; each tangent meets 0 at the
    next one. The text is a table of the walk.
    """
    places = [float(x) for x in walk]
    heights = [float(f(x)) for x in places]
    room = 0.12 * (max(places) - min(places) or 1)
    xs = np.linspace(min(places) - room, max(places) + room, 101)
    stops = [stop for x, y in zip(places, heights, strict=True) for stop in ((x, 0), (x, y))]
    with new_figure() as (figure, save):
        axes = figure.add_subplot()
        axes.set(xlabel=plain(x_label), ylabel=plain(y_label))
        axes.grid()
        axes.axhline(0, color=PLATE.text, linewidth=1)
        axes.plot(xs, [float(f(x)) for x in xs], color=PLATE.line)
        axes.plot(*zip(*stops[1:], strict=True), "--", color=CURRENT)
        axes.plot(places, heights, "o", color=CURRENT, markersize=5)
        for step, at in enumerate(zip(places[:3], heights[:3], strict=True)):
            axes.annotate(str(step), at, (9, -9), textcoords="offset points")
        svg = save()
    rows = [(k, number(x), number(y)) for k, (x, y) in enumerate(zip(places, heights, strict=True))]
    text = table(("step", x_label, y_label), thinned(rows))
    title = f"Newton's steps on the curve of {y_label} against {x_label}, along tangents to 0"
    return picture(title, text, svg)


def contour_walks(f, walks, x_label="x1", y_label="x2", within=(), equal=False, curves=None):
    """The Picture of walks over the contour lines of f, each joined in order: f seen from above.

    f: takes two arrays of numbers and returns the array of its values. walks: {name: places}, each
    place a pair, first to last; those of a short walk are numbered, of a long one some are marked.
    within: more places to reach. equal: whether both axes have one scale, on a square.
    curves: {name: places}, drawn dashed where they cross the picture, and not in its text.
    The contour lines lie close together near the lowest value; the high ones say how high they are.
    The text is a table of each walk.
    """
    walks = {name: np.asarray(walk, float) for name, walk in walks.items()}
    ends = np.concatenate([*walks.values(), np.reshape(within, (-1, 2))])
    low, high = ends.min(axis=0), ends.max(axis=0)
    if equal:
        middle, half = (low + high) / 2, (high - low).max() / 2
        low, high = middle - half, middle + half
    room = 0.08 * np.where(high > low, high - low, 1)
    xs, ys = np.meshgrid(*np.linspace(low - room, high + room, GRID).T)
    values = on_grid(f, xs, ys)
    levels = values.min() + [float(f"{part * np.ptp(values):.0e}") for part in HEIGHTS]
    with new_figure(4.2) as (figure, save):
        axes = figure.add_subplot()
        axes.set(xlabel=plain(x_label), ylabel=plain(y_label), aspect="equal" if equal else "auto")
        look = dict(colors=PLATE.line, linewidths=0.7)
        lines = axes.contour(xs, ys, values, levels=levels, **look)
        axes.clabel(lines, levels[-4:], fmt=lambda z: number(float(f"{z:.3g}")), fontsize=8)
        axes.autoscale(False)
        for name, places in (curves or {}).items():
            axes.plot(*np.transpose(places), "--", color=PLATE.text, label=plain(name))
        for rank, (name, walk) in enumerate(walks.items()):
            draw_walk(axes, plain(name), walk, rank)
        figure.legend(loc="outside upper left", ncols=3, frameon=False)
        svg = save()
    lines = []
    for name, walk in walks.items():
        rows = [
            (k, *map(number, (*place, float(f(*place))))) for k, place in enumerate(walk.tolist())
        ]
        head = ("step", x_label, y_label, "value")
        rows = thinned(rows, ROWS // len(walks))
        lines += [f"{name}: {plural(len(walk) - 1, 'step')}", table(head, rows)]
    return picture("Walks over contour lines", "\n".join(lines), svg)


def draw_walk(axes, name, walk, rank):
    """Join the places of a walk in its own colour and marker; number those of a short one."""
    look = dict(color=PATHS_IN_ORDER[rank % len(PATHS_IN_ORDER)], marker=MARKERS[rank % 7])
    often = max(1, len(walk) // 20)
    label = name if often == 1 else f"{name}, a mark every {often} steps"
    axes.plot(*walk.T, markersize=5, linewidth=1.4, markevery=often, label=label, **look)
    for steps in groups(walk) if len(walk) <= FEW else ():
        text = ", ".join(map(str, steps))
        axes.annotate(text, walk[steps[0]], (6, 4), textcoords="offset points")


def groups(walk):
    """The steps of a walk, those together whose places lie too close for two labels."""
    found = []
    for step, place in enumerate(walk):
        if found and np.all(abs(place - walk[found[-1][0]]) <= 0.05 * np.ptp(walk, axis=0)):
            found[-1].append(step)
        else:
            found.append([step])
    return found


def loss_curve(losses, y_label="loss"):
    """The Picture of one or several losses, step by step.

    losses: {name: [loss at step 0, at step 1, ...]}; what is not finite is left out.
    The text is a table of some of the steps, always with the last.
    """
    with new_figure() as (figure, save):
        axes = figure.add_subplot()
        axes.set(xlabel="step", ylabel=plain(y_label))
        axes.grid()
        for rank, (name, ys) in enumerate(losses.items()):
            ys = [y if math.isfinite(y) else math.nan for y in ys]
            colour, marker = PATHS_IN_ORDER[rank % len(PATHS_IN_ORDER)], MARKERS[rank % 7]
            often = max(1, len(ys) // 10)
            axes.plot(ys, color=colour, marker=marker, markevery=often, label=plain(name))
        axes.set_ylim(bottom=min(0, *axes.get_ylim()))
        figure.legend(loc="outside upper left", ncols=3, frameon=False)
        svg = save()
    n = max(map(len, losses.values()))
    rows = [
        (k, *(f"{ys[k]:.3f}" if k < len(ys) else "" for ys in losses.values())) for k in range(n)
    ]
    return picture(f"{y_label}, step by step", table(("step", *losses), thinned(rows)), svg)


def dots(points, labels):
    """The Picture of dots of two kinds. points: pairs of numbers. labels: 1 or -1 for each."""
    with new_figure(3.2) as (figure, save):
        axes = figure.add_subplot()
        draw_dots(axes, points, labels)
        svg = save()
    counts = [f"{labels.count(label)} with label {label:+}" for label in SIDES]
    (left, bottom), (right, top) = np.min(points, axis=0), np.max(points, axis=0)
    text = (
        f"{len(points)} dots, {' and '.join(counts)}; x1 from {number(left)} to {number(right)}, "
        f"x2 from {number(bottom)} to {number(top)}"
    )
    return picture("Dots of two kinds: +1 round, -1 square", text, svg)


def boundary(scores, points, labels):
    """The Picture of where scores change their sign: one panel each, with the dots.

    scores: {title: score}; score(x1, x2) takes two arrays of numbers and returns the array of
    its values, above 0 on the side of label 1. Dots on the wrong side are ringed. The text
    counts the others, and maps the two sides with + and . in the place of each.
    """
    points, labels = np.asarray(points, float), list(labels)
    (left, bottom), (right, top) = points.min(axis=0) - MARGIN, points.max(axis=0) + MARGIN
    columns = min(2, len(scores))
    rows = math.ceil(len(scores) / columns)
    lines = []
    with new_figure(2.7 * rows if columns > 1 else 3.2) as (figure, save):
        panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).flat
        for axes in panels[len(scores) :]:
            axes.remove()
        for axes, (title, score) in zip(panels, scores.items(), strict=False):
            xs, ys = np.meshgrid(np.linspace(left, right, GRID), np.linspace(bottom, top, GRID))
            values = on_grid(score, xs, ys)
            fills = [OPERATION.fill, INPUT.fill]
            axes.contourf(xs, ys, values > 0, levels=[-0.5, 0.5, 1.5], colors=fills, alpha=0.6)
            if values.min() < 0 < values.max():
                axes.contour(xs, ys, values, levels=[0], colors=PLATE.text, linewidths=1.5)
            wrong = (on_grid(score, *points.T) > 0) != (np.array(labels) > 0)
            draw_dots(axes, points, labels)
            ring = dict(facecolors="none", edgecolors=CURRENT, linewidths=1.5)
            axes.scatter(*points[wrong].T, s=90, **ring)
            said = f"{len(points) - wrong.sum()} of {len(points)} on their side"
            axes.set_title(f"{plain(title)}: {said}", fontsize=9)
            lines += [f"{title}: {said}", *map_of(score, (left, right), (bottom, top))]
        svg = save()
    note = "Ringed: on the wrong side. Maps: + where the score is above 0."
    return picture(f"Boundary between dots of two kinds. {note}", "\n".join(lines), svg)


def on_grid(score, xs, ys):
    """The values of a score at arrays of places; one number counts for all of them."""
    return np.broadcast_to(np.asarray(score(xs, ys), float), xs.shape)


def map_of(score, x_range, y_range):
    """The two sides of a score as lines of text, the top first."""
    n_rows, n_columns = MAP
    xs, ys = np.meshgrid(np.linspace(*x_range, n_columns), np.linspace(*y_range[::-1], n_rows))
    above = on_grid(score, xs, ys) > 0
    return ["  " + "".join(SIDES[1 if entry else -1][2] for entry in row) for row in above]


def draw_dots(axes, points, labels):
    """Put the dots of both kinds on the axes of a panel."""
    points = np.asarray(points, float)
    for label, (look, marker, _) in SIDES.items():
        mine = points[[given == label for given in labels]]
        kind = dict(color=look.line, marker=marker, s=22, linewidths=0.6, edgecolors=look.text)
        axes.scatter(*mine.T, **kind)
    axes.set(xlabel="x1", ylabel="x2", aspect="equal")
    axes.label_outer()


class new_figure:
    """A figure on the plate, and what turns it into SVG, inside a `with` block."""

    def __init__(self, height=3.4):
        self.height = height

    def __enter__(self):
        import matplotlib
        from matplotlib.figure import Figure

        self.settings = matplotlib.rc_context(SETTINGS)
        self.settings.__enter__()
        self.figure = Figure(figsize=(6.4, self.height), layout="constrained")
        return self.figure, self.save

    def save(self):
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        file = io.StringIO()
        FigureCanvasSVG(self.figure).print_svg(file, metadata={"Date": None, "Creator": None})
        svg = file.getvalue()
        return svg[svg.index("<svg") :].strip()

    def __exit__(self, *error):
        self.settings.__exit__(*error)


def thinned(rows, most=ROWS):
    """About `most` of the rows: the first, the last and some between, at equal distances."""
    every = math.ceil((len(rows) - 1) / max(1, most - 1)) or 1
    return [row for k, row in enumerate(rows) if k % every == 0 or k == len(rows) - 1]


def table(head, rows):
    """Aligned text: one line for the head and one for each row."""
    rows = [[str(entry) for entry in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(entry.rjust(width) for entry, width in zip(row, widths, strict=True))
        for row in rows
    )


def picture(title, text, svg):
    """The Picture of a plot, its title said before its numbers where it cannot be seen."""
    return Picture(text, image(svg, f"{title}\n{text}"), svg)
