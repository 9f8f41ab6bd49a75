"""A robot's arm: bars from joint to joint, how its hand moves, and how it reaches for a cup."""

import math

import numpy as np

from autodiff_lib.pictures.chart import PATHS_IN_ORDER, plain
from autodiff_lib.pictures.learning import new_figure, picture, table
from autodiff_lib.pictures.style import CURRENT, EDGE, INPUT, OUTPUT, PLATE
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


def reaching(lengths, turns_in_order, cup):
    """The Picture of an arm that reaches for a cup: pale where it was, full where it is last.

    lengths: of the bars. turns_in_order: for each arm the turns of its joints, each relative to
    the bar before. cup: its place, (x, y). A dashed line leads to it from the first hand.
    """
    arms = [_joints(lengths, turns) for turns in turns_in_order]
    hands = [arm[-1] for arm in arms]
    with new_figure(3.6) as (figure, save):
        axes = figure.add_subplot()
        axes.grid()
        for k, joints in enumerate(arms, 1):
            look = dict(color=EDGE, linewidth=7, markersize=9, markerfacecolor=INPUT.fill)
            axes.plot(*joints.T, "o-", alpha=k / len(arms) if k < len(arms) else 1, **look)
        axes.plot(*np.transpose(hands), "s", color=OUTPUT.fill, markeredgecolor=PLATE.text,
                  markersize=11, zorder=3)  # fmt: skip
        axes.plot(*[[place] for place in cup], "*", color=CURRENT, markersize=18, zorder=2.5)
        axes.plot(*zip(hands[0], cup, strict=True), "--", color=CURRENT, zorder=2.5)
        axes.annotate("cup", cup, (14, 0), textcoords="offset points", va="center")
        axes.set(aspect="equal", xlabel="right", ylabel="up")
        axes.margins(0.2)
        svg = save()
    rows = [(f"hand {k}", *map(number, hand)) for k, hand in enumerate(hands)]
    rows += [("cup", *map(number, cup))]
    return picture("An arm that reaches for a cup", table(("", "right", "up"), rows), svg)


def _joints(lengths, turns):
    """The places (x, y) from the shoulder, at (0, 0), to the hand, a row for each."""
    angles = np.cumsum(turns)
    bars = np.stack([lengths * np.cos(angles), lengths * np.sin(angles)], axis=-1)
    return np.concatenate([np.zeros((1, 2)), np.cumsum(bars, axis=0)]).round(6) + 0.0
