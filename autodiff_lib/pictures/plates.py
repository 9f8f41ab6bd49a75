"""Where the labels of arrows go: on their own curve, clear of everything else if possible."""

import numpy as np

SAMPLES = 12  # points on each piece of a curve
ON_A_GLYPH, ON_A_PLATE, ON_A_CURVE = 1000.0, 300.0, 10.0  # how bad it is to cover what


def place_plates(curves, sizes, boxes, wanted):
    """The centre of each label, None for an arrow without one.

    curves: per arrow the points of its Bezier curve. sizes: per arrow (width, height) of its
    label, or None. boxes: (left, top, right, bottom) of each glyph. wanted: per arrow where the
    layout kept room; of equally good places the nearest to it is taken.
    """
    sampled = [sample(curve) for curve in curves]
    points = np.concatenate(sampled) if sampled else np.zeros((0, 2))
    owner = np.repeat(np.arange(len(curves)), [len(s) for s in sampled])
    glyphs = np.array(boxes, dtype=float).reshape(-1, 4)
    plates, places = np.zeros((0, 4)), [None] * len(curves)
    for i, size in enumerate(sizes):
        if size is None or wanted[i] is None:
            continue
        covered = glyphs, plates, points[owner != i], wanted[i]
        costs = [cost(centre, size, *covered) for centre in sampled[i]]
        best = sampled[i][int(np.argmin(costs))]
        places[i] = (float(best[0]), float(best[1]))
        plates = np.concatenate([plates, [around(best, size)]])
    return places


def sample(curve):
    """Points along a curve of Bezier pieces."""
    t = np.linspace(0, 1, SAMPLES)[:, None]
    points = np.array(curve)
    pieces = [points[k : k + 4] for k in range(0, len(points) - 1, 3)]
    return np.concatenate(
        [
            (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
            for a, b, c, d in pieces
        ]
    )


def around(centre, size):
    """(left, top, right, bottom) of a rectangle of this size."""
    half = np.array(size) / 2
    return np.concatenate([centre - half, centre + half])


def cost(centre, size, glyphs, plates, others, wanted):
    """How much a plate at `centre` would cover, and a little for being far from `wanted`."""
    left, top, right, bottom = around(centre, size)
    inside = (others > (left, top)).all(axis=1) & (others < (right, bottom)).all(axis=1)

    def overlapping(boxes):
        apart = (boxes[:, 0] > right) | (boxes[:, 2] < left)
        return np.count_nonzero(~(apart | (boxes[:, 1] > bottom) | (boxes[:, 3] < top)))

    return (
        ON_A_GLYPH * overlapping(glyphs)
        + ON_A_PLATE * overlapping(plates)
        + ON_A_CURVE * np.count_nonzero(inside)
        + abs(centre[0] - wanted[0])
        + 0.2 * abs(centre[1] - wanted[1])
    )
