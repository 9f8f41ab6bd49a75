"""The network of notebooks/08_learning.ipynb as that chapter runs it: one node for each number.

Chapter 10 trains the same one with arrays, and compares.
"""

from autodiff_lib.engines.topological import Node, collector_paused, gradients
from autodiff_lib.teaching.moons import random_weights, two_moons

__all__ = ["scalar_network"]


def scalar_network(n_dots, n_steps, rate=0.1):
    """The losses of so many steps from the first weights of chapter 08, and the nodes of one."""
    points, labels = two_moons(n_dots)
    layers = [[list(map(Node, unit)) for unit in layer] for layer in random_weights([2, 16, 16, 1])]
    losses, n_nodes = [], 0
    for _ in range(n_steps):
        with collector_paused():
            loss = loss_of(layers, points, labels)
            slopes = gradients(loss)
        losses.append(loss.value)
        n_nodes = len(slopes)
        for weight in (weight for layer in layers for unit in layer for weight in unit):
            weight.value -= rate * slopes[weight]
    return losses, n_nodes


def loss_of(layers, points, labels):
    """The average hinge loss over all dots."""
    pairs = zip(points, labels, strict=True)
    losses = [(1 - score_of(layers, dot) * label).relu() for dot, label in pairs]
    return sum(losses) / len(losses)


def score_of(layers, inputs):
    """The network's score of one dot."""
    *hidden, last = layers
    for units in hidden:
        inputs = [weighted(numbers, inputs).relu() for numbers in units]
    return weighted(last[0], inputs)


def weighted(numbers, inputs):
    """The bias plus each weight times its input."""
    bias, *weights = numbers
    return sum((w * x for w, x in zip(weights, inputs, strict=True)), bias)
