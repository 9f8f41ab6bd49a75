"""Two moons: dots of two kinds that no straight line parts, and the weights of a first network.

`two_moons` is built in notebooks/08_learning.ipynb. The same call gives the same numbers on
every machine: the dots are rounded to two digits, and Python's own random numbers are exact.
Source: the shape is scikit-learn's `make_moons`; the code is ours.
"""

import random

import numpy as np

__all__ = ["random_weights", "two_moons"]


def two_moons(n=50, noise=0.1, seed=0):
    """Dots on two half circles that reach into each other, and the label of each: 1 or -1.

    n: how many dots, half of them (rounded down) on each moon. noise: how far they stray.
    Returns a list of pairs [x1, x2] and a list of labels, plain numbers all.
    """
    rng = np.random.default_rng(seed)
    upper, lower = [], []
    for turn in np.linspace(0, np.pi, n // 2):
        upper.append([np.cos(turn), np.sin(turn)])
        lower.append([1 - np.cos(turn), 0.5 - np.sin(turn)])
    moons = np.array(upper + lower)
    points = moons + noise * rng.standard_normal(moons.shape)
    labels = [1] * len(upper) + [-1] * len(lower)
    return points.round(2).tolist(), labels


def random_weights(sizes, seed=3):
    """Numbers between -1 and 1 for a network: for each layer, for each unit [bias, weights...].

    sizes: how many numbers go in, come out of each layer, and leave at the end: [2, 16, 16, 1].
    """
    rng = random.Random(seed)

    def numbers(n):
        return [rng.uniform(-1, 1) for _ in range(n)]

    pairs = zip(sizes, sizes[1:], strict=False)
    return [[numbers(1 + n) for _ in range(m)] for n, m in pairs]
