"""A network 64-128-64-10 with tanh and cross-entropy, batch 128; and logistic regression."""

import numpy as np

from . import Workload

SIZES = (64, 128, 64, 10)
BATCH = 128


def parameters():
    rng = np.random.default_rng(0)
    arrays = []
    for n, m in zip(SIZES, SIZES[1:], strict=False):
        arrays += [rng.normal(size=(n, m)) / np.sqrt(n), rng.normal(size=m) * 0.1]
    return tuple(arrays)


def data():
    rng = np.random.default_rng(1)
    return rng.normal(size=(BATCH, SIZES[0])), rng.integers(0, SIZES[-1], BATCH)


def network(xp):
    X, labels = data()
    X, labels = xp.array(X), xp.array(labels)

    def f(W1, b1, W2, b2, W3, b3):
        h1 = xp.tanh(X @ W1 + b1)
        h2 = xp.tanh(h1 @ W2 + b2)
        return xp.cross_entropy(h2 @ W3 + b3, labels)

    return f


def mlp(xp):
    X, labels = data()
    rows = np.arange(BATCH)

    def hand(W1, b1, W2, b2, W3, b3):
        h1 = np.tanh(X @ W1 + b1)
        h2 = np.tanh(h1 @ W2 + b2)
        scores = h2 @ W3 + b3
        top = scores.max(axis=1, keepdims=True)
        g = np.exp(scores - top)
        total = g.sum(axis=1, keepdims=True)
        value = (np.log(total) + top).sum() - scores[rows, labels].sum()
        g /= total
        g[rows, labels] -= 1.0
        g /= BATCH
        g2 = (g @ W3.T) * (1.0 - h2 * h2)
        g1 = (g2 @ W2.T) * (1.0 - h1 * h1)
        gradient = X.T @ g1, g1.sum(axis=0), h1.T @ g2, g2.sum(axis=0), h2.T @ g, g.sum(axis=0)
        return value / BATCH, gradient

    return Workload(network(xp), parameters(), hand)


def mlp_hvp(xp):
    X, labels = data()
    rows = np.arange(BATCH)
    rng = np.random.default_rng(2)
    direction = tuple(rng.normal(size=p.shape) for p in parameters())

    def hand(W1, b1, W2, b2, W3, b3, V1, c1, V2, c2, V3, c3):
        h1 = np.tanh(X @ W1 + b1)
        s1 = 1.0 - h1 * h1
        h1_dot = s1 * (X @ V1 + c1)
        h2 = np.tanh(h1 @ W2 + b2)
        s2 = 1.0 - h2 * h2
        h2_dot = s2 * (h1 @ V2 + h1_dot @ W2 + c2)
        scores = h2 @ W3 + b3
        scores_dot = h2 @ V3 + h2_dot @ W3 + c3
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p_dot = p * (scores_dot - (p * scores_dot).sum(axis=1, keepdims=True))
        p[rows, labels] -= 1.0
        g, g_dot = p / BATCH, p_dot / BATCH
        e2 = g @ W3.T
        g2 = e2 * s2
        g2_dot = (g_dot @ W3.T + g @ V3.T) * s2 - 2.0 * e2 * h2 * h2_dot
        e1 = g2 @ W2.T
        g1_dot = (g2_dot @ W2.T + g2 @ V2.T) * s1 - 2.0 * e1 * h1 * h1_dot
        return (
            X.T @ g1_dot,
            g1_dot.sum(axis=0),
            h1.T @ g2_dot + h1_dot.T @ g2,
            g2_dot.sum(axis=0),
            h2.T @ g_dot + h2_dot.T @ g,
            g_dot.sum(axis=0),
        )

    return Workload(network(xp), parameters(), hand, direction)


def logistic(xp):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100_000, 50))
    y = (X @ rng.normal(size=50) > 0) * 1.0
    X_, y_ = xp.array(X), xp.array(y)

    def f(w, b):
        z = X_ @ w + b
        return xp.sum(xp.softplus(z) - y_ * z) / 100_000 + 0.01 * xp.sum(w * w)

    def hand(w, b):
        z = X @ w + b
        softplus = np.logaddexp(0.0, z)
        value = (softplus - y * z).sum() / 100_000 + 0.01 * (w * w).sum()
        g = (np.exp(z - softplus) - y) / 100_000
        return value, (X.T @ g + 0.02 * w, g.sum())

    return Workload(f, (rng.normal(size=50) * 0.1, 0.1), hand)


WORKLOADS = {"mlp": mlp, "mlp_hvp": mlp_hvp, "logistic": logistic}
