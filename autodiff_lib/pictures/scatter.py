"""scatter: two numbers of each of many examples, as dots; some have a name.

The text says the numbers of the named dots, and from where to where the others reach.
"""

import numpy as np

from autodiff_lib.pictures.chart import plain
from autodiff_lib.pictures.learning import new_figure, picture
from autodiff_lib.pictures.style import CURRENT, PLATE
from autodiff_lib.pictures.text import number, visible


def scatter(xs, ys, x_label, y_label, names):
    """The Picture of a dot for each pair of numbers, those in `names` brought out and named.

    xs, ys: (n,) finite numbers. names: {which of the n: name}.
    Raises ValueError for numbers that do not pair, or are not finite.
    """
    points = np.array([xs, ys], dtype=float)
    if points.ndim != 2 or not np.isfinite(points).all():
        raise ValueError(f"scatter takes two rows of finite numbers, got shape {points.shape}")
    labels, names = (x_label, y_label), {k: visible(str(name)) for k, name in names.items()}
    lines = [f"{name}: {values(labels, points[:, k])}" for k, name in names.items()]
    others = np.delete(points, list(names), axis=1)
    if others.size:
        reach = [
            f"{label} {number(low)} to {number(high)}"
            for label, low, high in zip(labels, others.min(1), others.max(1), strict=True)
        ]
        lines.append(f"{others.shape[1]:,} others: {', '.join(reach)}")
    title = f"A dot for each of {points.shape[1]:,} examples: {y_label} against {x_label}"
    return picture(title, "\n".join(lines), drawn(others, points, labels, names))


def values(labels, point):
    """Return the text of one dot's numbers."""
    pairs = zip(labels, point, strict=True)
    return ", ".join(f"{label} {number(x)}" for label, x in pairs)


def drawn(others, points, labels, names):
    """The SVG."""
    with new_figure() as (figure, save):
        axes = figure.add_subplot()
        axes.set(xlabel=plain(labels[0]), ylabel=plain(labels[1]))
        axes.margins(0.14)
        axes.grid()
        rest = f"{others.shape[1]:,} others"
        axes.plot(*others, "o", color=PLATE.line, markersize=5, clip_on=False, label=rest)
        for k, name in names.items():
            axes.plot(*points[:, k], "D", color=CURRENT, markersize=7, clip_on=False)
            at = dict(textcoords="offset points", ha="center", va="bottom")
            axes.annotate(plain(name), points[:, k], (0, 7), **at)
        if (points >= 0).all():  # sizes: nothing can lie below 0
            axes.set(xlim=(0, None), ylim=(0, None))
        if names and others.size:
            figure.legend(loc="outside upper left", frameon=False)
        return save()
