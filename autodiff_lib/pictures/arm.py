"""A robot's arm: bars from joint to joint, and how its hand moves when one joint turns."""

import math

from autodiff_lib.pictures.chart import PATHS_IN_ORDER, plain
from autodiff_lib.pictures.learning import new_figure, picture, table
from autodiff_lib.pictures.style import EDGE, INPUT, OUTPUT, PLATE
from autodiff_lib.pictures.text import number


def arm(points, moves):
    """The Picture of an arm, with an arrow at its hand for the move that each joint gives it.

    points: pairs (x, y), from the first joint to the hand. moves: {name of a joint: (dx, dy)}, for
    each joint in order. A dashed line leads from the joint to the hand, in the colour of the move.
    """
    *joints, hand = [tuple(map(float, point)) for point in points]
    with new_figure(3.6) as (figure, save):
        axes = figure.add_subplot()
        axes.grid()
        axes.plot(*zip(*joints, hand, strict=True), color=EDGE, alpha=0.4, linewidth=9, zorder=2)
        look = dict(markersize=12, markeredgecolor=PLATE.text, zorder=3)
        axes.plot(*zip(*joints, strict=True), "o", color=INPUT.fill, **look)
        axes.plot(*[[x] for x in hand], "s", color=OUTPUT.fill, **look)
        for k, (joint, (name, move)) in enumerate(zip(joints, moves.items(), strict=True)):
            colour = PATHS_IN_ORDER[k % len(PATHS_IN_ORDER)]
            axes.plot(*zip(joint, hand, strict=True), "--", color=colour, zorder=2.5)
            end = (hand[0] + move[0], hand[1] + move[1])
            tip = dict(arrowstyle="-|>", color=colour, linewidth=2, shrinkA=6, shrinkB=0)
            axes.annotate("", end, hand, arrowprops=tip, zorder=4)
            axes.plot(*[[x] for x in end], alpha=0)  # so that the axes reach it
            length = math.hypot(*move) or 1.0
            beyond = [14 * part / length for part in move]
            text = dict(textcoords="offset points", ha="center", va="center", color=PLATE.text)
            axes.annotate(plain(name), end, beyond, **text)
        axes.set(aspect="equal", xlabel="right", ylabel="up")
        axes.margins(0.5, 0.2)  # room for the names
        svg = save()
    rows = [(name, *map(number, at)) for name, at in zip(moves, joints, strict=True)]
    rows += [("hand", *map(number, hand))]
    rows += [(f"{name} turns, the hand moves", *map(number, move)) for name, move in moves.items()]
    return picture("An arm, and how its hand moves", table(("", "right", "up"), rows), svg)
