"""scatter: two numbers of each of many examples, as dots; some have a name.

The text says the numbers of the named dots, and from where to where the others reach.
"""

import numpy as np

from autodiff_lib.pictures.chart import plain
from autodiff_lib.pictures.learning import new_figure, picture
from autodiff_lib.pictures.style import CURRENT, PLATE
from autodiff_lib.pictures.text import number, visible

FAR = 4  # times as far as the others reach: from there on these are a blob, and drawn once more


def scatter(xs, ys, x_label, y_label, names):
    """The Picture of a dot for each pair of numbers, those in `names` brought out and named.

    xs, ys: (n,) finite numbers. names: {which of the n: name}. Where those with a name lie far
    from the others, a second plot enlarges the others, through which one sees.
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
    if enlarged := is_far(points, others):
        title += f"; beside it the {others.shape[1]:,} others, enlarged"
    return picture(title, "\n".join(lines), drawn(others, points, labels, names, enlarged))


def values(labels, point):
    """Return the text of one dot's numbers."""
    pairs = zip(labels, point, strict=True)
    return ", ".join(f"{label} {number(x)}" for label, x in pairs)


def is_far(points, others):
    """Whether, beside all points, two or more others would be a blob."""
    if others.shape[1] < 2:
        return False
    return bool((np.ptp(points, axis=1) > FAR * np.ptp(others, axis=1)).all())


def drawn(others, points, labels, names, enlarged):
    """The SVG."""
    with new_figure() as (figure, save):
        panels = figure.subplots(1, 1 + enlarged, squeeze=False)[0]
        draw_all(panels[0], others, points, names)
        if enlarged:
            draw_dots(panels[1], others, alpha=0.25, markeredgewidth=0)
        for axes in panels:
            axes.set_xlabel(plain(labels[0]))
            axes.margins(0.14)
            axes.grid()
            axes.locator_params(axis="x", nbins=8 // len(panels))
            if (points >= 0).all():  # sizes: nothing can lie below 0
                axes.set(xlim=(0, None), ylim=(0, None))
        panels[0].set_ylabel(plain(labels[1]))
        if names and others.size:
            title = f"{'' if enlarged else 'dots: '}{others.shape[1]:,} others"
            panels[-1].set_title(title, loc="left", fontsize="medium")
        return save()


def draw_all(axes, others, points, names):
    """Draw the others, those at one place once, and before them those with a name."""
    draw_dots(axes, np.unique(others, axis=1))
    for k, name in names.items():
        axes.plot(*points[:, k], "D", color=CURRENT, markersize=7, clip_on=False)
        at = dict(textcoords="offset points", ha="center", va="bottom")
        axes.annotate(plain(name), points[:, k], (0, 7), **at)


def draw_dots(axes, points, **look):
    """Draw a dot for each column."""
    axes.plot(*points, "o", color=PLATE.line, markersize=5, clip_on=False, **look)
