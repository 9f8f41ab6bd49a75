"""Elementwise work on vectors, and Hessian-vector products of Rosenbrock's function."""

import functools

import numpy as np

from . import Workload


def elementwise(xp, n):
    x = np.random.default_rng(0).normal(size=n)

    def f(x):
        return xp.sum(xp.tanh(x) * xp.sin(x) / (1.0 + x**2))

    def hand(x):
        t = np.tanh(x)
        s = np.sin(x)
        d = 1.0 + x * x
        q = t * s / d
        return q.sum(), (((1.0 - t * t) * s + t * np.cos(x) - 2.0 * x * q) / d,)

    return Workload(f, (x,), hand)


def rosenbrock(xp):
    rng = np.random.default_rng(0)
    x, v = rng.normal(size=(2, 1000))

    def f(x):
        return xp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)

    def hand(x, v):
        head, step = x[:-1], v[:-1]
        diagonal = 1200.0 * head * head - 400.0 * x[1:] + 2.0
        out = np.zeros_like(x)
        out[:-1] = diagonal * step - 400.0 * head * v[1:]
        out[1:] += 200.0 * v[1:] - 400.0 * head * step
        return (out,)

    return Workload(f, (x,), hand, (v,))


WORKLOADS = {
    "elementwise_1e3": functools.partial(elementwise, n=1_000),
    "elementwise_1e5": functools.partial(elementwise, n=100_000),
    "elementwise_1e6": functools.partial(elementwise, n=1_000_000),
    "rosenbrock_hvp": rosenbrock,
}
