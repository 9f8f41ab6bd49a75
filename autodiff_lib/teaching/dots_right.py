"""dots_right: how well the first network of notebooks/08_learning.ipynb learns, from any seed."""

import numpy as np

from autodiff_lib.arrays import grad
from autodiff_lib.teaching.moons import random_weights, two_moons

__all__ = ["dots_right"]


def dots_right(n_steps, seed, sizes=(2, 16, 16, 1), rate=0.1):
    """How many of the 50 dots a network has on their side after so many steps.

    The chapter's training, with the array engine: whole layers of weights at a time.
    seed: of the first weights.
    """
    points, labels = map(np.array, two_moons())

    def scores(*layers):
        inputs = points
        for layer in layers[:-1]:
            inputs = np.maximum(inputs @ layer[:, 1:].T + layer[:, 0], 0)
        return (inputs @ layers[-1][:, 1:].T + layers[-1][:, 0])[:, 0]

    def loss(*layers):
        return np.mean(np.maximum(1 - scores(*layers) * labels, 0))

    layers = [np.array(layer) for layer in random_weights(sizes, seed)]
    slopes = grad(loss, tuple(range(len(layers))))
    for _ in range(n_steps):
        moves = slopes(*layers)
        layers = [layer - rate * move for layer, move in zip(layers, moves, strict=True)]
    return int(((scores(*layers) > 0) == (labels > 0)).sum())
