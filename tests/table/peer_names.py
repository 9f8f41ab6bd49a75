"""NumPy's names for what autograd and torch call in their own ways, so that one program serves all.

A peer is a function that returns (names, gradient, curvature): gradient(f, xs) of a function of
arrays that returns one number, and curvature(f, xs, vs), its Hessian times a direction.
"""

from types import SimpleNamespace

import numpy as np

from autodiff_lib import arrays


def ours():
    """The engine of this project."""
    names = SimpleNamespace(**{name: getattr(np, name) for name in np.__all__ if name != "sys"})
    names.__dict__.update(relu=arrays.relu, sigmoid=arrays.sigmoid, logsumexp=arrays.logsumexp)

    def gradient(f, xs):
        return arrays.grad(f, tuple(range(len(xs))))(*xs)

    def curvature(f, xs, vs):
        return arrays.hvp(lambda xs: f(*xs), xs, vs)

    return names, gradient, curvature


def autograd():
    """autograd, which takes NumPy's names."""
    import autograd as ag
    import autograd.numpy as anp
    from autograd.scipy import special

    names = SimpleNamespace(**{name: getattr(anp, name) for name in dir(anp)})
    names.relu = lambda x: anp.maximum(x, 0.0)
    names.sigmoid, names.logsumexp = special.expit, special.logsumexp

    def gradient(f, xs):
        return ag.grad(f, tuple(range(len(xs))))(*xs)

    def curvature(f, xs, vs):
        def along(*xs):
            return sum(anp.sum(g * v) for g, v in zip(gradient(f, xs), vs, strict=True))

        return gradient(along, xs)

    return names, gradient, curvature


def torch():
    """torch, whose names, axes and ranks differ from NumPy's in places."""
    import torch as t

    names = SimpleNamespace(**{name: getattr(t, name) for name in dir(t)})
    names.__dict__.update(reductions(t), **arranging(t))
    names.power, names.cbrt = t.pow, lambda x: t.pow(x, 1.0 / 3.0)

    def gradient(f, xs):
        xs = [t.tensor(x, requires_grad=True) for x in xs]
        return [g.numpy() for g in t.autograd.grad(f(*xs), xs)]

    def curvature(f, xs, vs):
        xs = [t.tensor(x, requires_grad=True) for x in xs]
        first = t.autograd.grad(f(*xs), xs, create_graph=True)
        along = sum(t.sum(g * t.tensor(v)) for g, v in zip(first, vs, strict=True))
        return [g.numpy() for g in t.autograd.grad(along, xs)]

    return names, gradient, curvature


def reductions(t):
    """torch's reductions with axis=None for all axes, one axis or several."""

    def over(axis, x):
        return tuple(range(x.ndim)) if axis is None else axis

    def prod(x, axis=None, keepdims=False):
        axes = over(axis, x)
        for a in sorted(np.atleast_1d(axes) % x.ndim)[::-1]:
            x = t.prod(x, dim=int(a), keepdim=keepdims)
        return x

    def deviation(function):
        return lambda x, axis=None, keepdims=False, ddof=0: function(
            x, over(axis, x), correction=ddof, keepdim=keepdims
        )

    def plain(function):
        return lambda x, axis=None, keepdims=False: function(x, over(axis, x), keepdim=keepdims)

    return {
        "prod": prod, "var": deviation(t.var), "std": deviation(t.std), "sum": plain(t.sum),
        "mean": plain(t.mean), "max": plain(t.amax), "min": plain(t.amin),
        "logsumexp": plain(t.logsumexp),
        "cumsum": lambda x, axis=None: t.cumsum(x.reshape(-1), 0) if axis is None else t.cumsum(
            x, axis),
    }  # fmt: skip


def arranging(t):
    """torch's ways to move entries about."""

    def expand_dims(x, axis):
        for a in np.atleast_1d(axis):
            x = t.unsqueeze(x, int(a))
        return x

    def pad(x, widths, mode):
        return t.nn.functional.pad(x, [n for pair in reversed(widths) for n in pair], mode)

    return {
        "expand_dims": expand_dims, "pad": pad,
        "transpose": lambda x, axes=None: t.permute(x, axes or tuple(range(x.ndim))[::-1]),
        "squeeze": lambda x, axis=None: t.squeeze(x) if axis is None else t.squeeze(x, axis),
        "flip": lambda x, axis=None: t.flip(
            x, tuple(np.atleast_1d(range(x.ndim) if axis is None else axis).tolist())),
        "roll": lambda x, shift, axis=None: t.roll(x, shift, axis),
        "tril": lambda x, k=0: t.tril(x, k), "triu": lambda x, k=0: t.triu(x, k),
        "stack": lambda xs, axis=0: t.stack(xs, axis),
        "sort": lambda x, axis=-1: t.sort(x, axis).values,
    }  # fmt: skip
