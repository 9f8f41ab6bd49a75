"""Answers to the exercises of chapter 05: right ones, and wrong ones that readers give."""

import numpy as np

from autodiff_lib.engines.functions import Function, Variable


def mean(forward=lambda self, x: x.mean(), backward=None):
    return type("Mean", (Function,), {"op": "mean", "forward": forward, "backward": backward})


def ones(x):
    return np.ones((x.value.shape[0], 1))


def slopes(x, incoming):
    return np.full(x.shape, incoming / x.size)


ANSWERS = {
    "05.1": dict(
        right=[[[4], [6]], np.array([[4.0], [6.0]])],
        wrong=[
            *([[3], [7]], [[1], [2]], [[3], [4]], [[5, 6], [5, 6]], [[4, 6]], [4, 6], 10, [[9]]),
            *([3, 7], [[17], [39]]),
        ],
    ),
    "05.2": dict(
        right=[
            mean(backward=lambda self, x, incoming: (slopes(x, incoming),)),
            mean(
                lambda self, x: np.sum(x) / x.size,
                lambda self, x, g: (g * np.ones_like(x) / x.size,),
            ),
        ],
        wrong=[
            mean(backward=lambda self, x, incoming: (np.full(x.shape, incoming),)),
            mean(backward=lambda self, x, incoming: slopes(x, incoming)),
            mean(backward=lambda self, x, incoming: (np.full(x.shape, 1 / x.size),)),
            mean(backward=lambda self, x, incoming: (incoming / x.size,)),
            mean(backward=lambda self, x, incoming: (x * incoming / x.size,)),
            mean(lambda self, x: x.sum(), lambda self, x, incoming: (slopes(x, incoming),)),
            mean(backward=lambda self, x, incoming: (incoming * x.size,)),
            mean(backward=lambda self, x, incoming: (np.full(x.shape, incoming * x.size),)),
            mean(),
            3,
        ],
    ),
    "05.3": dict(right=[16, 16.0], wrong=[8, 32, 48, 12, 4, 5]),
    "05.4": dict(
        right=[lambda x, b: x + ones(x) @ b, lambda x, b: Variable(ones(x)) @ b + x],
        wrong=[
            lambda x, b: x + b,
            lambda x, b: x + ones(x) @ b.value,
            lambda x, b: x.value + b.value,
            lambda x, b: x + np.ones((3, 1)) @ b,
            lambda x, b: x - ones(x) @ b,
            lambda x, b: x + b @ ones(x),
        ],
    ),
}
