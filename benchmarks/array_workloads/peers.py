"""The peers: how each spells what the workloads need, and how it takes a gradient.

A peer is a function that returns (xp, differentiate): the namespace for which a workload is built,
and a function from a workload to two functions without arguments: f, and (f, its gradient) in one
go, or the Hessian-vector product.
"""

from types import SimpleNamespace

import numpy as np


def numpy_names(np_, **more):
    """Return the names that workloads use, from a module that spells them like NumPy."""
    names = "exp log tanh sin cos sqrt sum matmul".split()
    here = SimpleNamespace(**{name: getattr(np_, name) for name in names})
    here.array = np.asarray
    here.cross = lambda a, b: a[:, [1, 2, 0]] * b[:, [2, 0, 1]] - a[:, [2, 0, 1]] * b[:, [1, 2, 0]]
    here.transpose_last = lambda x: np_.swapaxes(x, 1, 2)
    here.relu = lambda x: np_.maximum(x, 0.0)
    here.sigmoid = lambda x: 1.0 / (1.0 + np_.exp(-x))
    here.softplus = lambda x: np_.logaddexp(0.0, x)
    here.cross_entropy = lambda scores, labels: cross_entropy(np_, here.logsumexp, scores, labels)
    here.__dict__.update(more)
    return here


def cross_entropy(np_, logsumexp, scores, labels):
    """Return the mean of log(sum(exp(scores))) minus the score of the label."""
    rows = np.arange(len(labels))
    return np_.mean(logsumexp(scores, axis=1) - scores[rows, labels])


def ours():
    """The namespace of the series' own engine."""
    from autodiff_lib import arrays

    return numpy_names(np, relu=arrays.relu, sigmoid=arrays.sigmoid, logsumexp=arrays.logsumexp)


def hand():
    """NumPy, or Python, by hand."""

    def differentiate(work):
        arguments = work.arguments + work.direction
        return (lambda: work.f(*work.arguments)), (lambda: work.hand(*arguments))

    return ours(), differentiate


def eager():
    from autodiff_lib.arrays import hvp, value_and_grad

    def differentiate(work):
        def second():
            return hvp(lambda p: work.f(*p), work.arguments, work.direction)

        gradient = value_and_grad(work.f, tuple(range(len(work.arguments))))
        first = lambda: gradient(*work.arguments)  # noqa: E731
        return (lambda: work.f(*work.arguments)), second if work.direction else first

    return ours(), differentiate


def program(plain=False):
    from autodiff_lib.arrays import Program, gradient_program, hvp
    from autodiff_lib.programs.faster import PASSES

    def differentiate(work):
        n = len(work.arguments)
        arguments = work.arguments + work.direction
        if work.direction:
            second = lambda *a: hvp(lambda p: work.f(*p), a[:n], a[n:])  # noqa: E731
            made = Program(second, arguments, faster=() if plain else PASSES)
        else:
            wanted = {"argnums": tuple(range(n)), "value": True, "plain": plain}
            made = gradient_program(work.f, *arguments, **wanted)
        return (lambda: work.f(*work.arguments)), (lambda: made(*arguments))

    return ours(), differentiate


def plain():
    """The program without what only makes it faster."""
    return program(plain=True)


def autograd():
    import autograd as ag
    import autograd.numpy as anp
    from autograd.scipy.special import logsumexp

    def differentiate(work):
        argnums = tuple(range(len(work.arguments)))
        gradient = ag.grad(work.f, argnums)

        def second():
            inner = lambda *p: sum(  # noqa: E731
                anp.sum(g * v) for g, v in zip(gradient(*p), work.direction, strict=True)
            )
            return ag.grad(inner, argnums)(*work.arguments)

        def first():
            pull, value = ag.make_vjp(lambda p: work.f(*p))(work.arguments)
            return value, pull(1.0)

        return (lambda: work.f(*work.arguments)), second if work.direction else first

    return numpy_names(anp, logsumexp=logsumexp), differentiate


def mygrad():
    import mygrad as mg

    def logsumexp(x, axis):
        top = np.max(x.data, axis=axis, keepdims=True)
        return mg.log(mg.sum(mg.exp(x - top), axis=axis)) + np.squeeze(top, axis)

    def softplus(x):
        return mg.logaddexp(0.0, x)

    def softmax_cross_entropy(scores, labels):
        from mygrad.nnet.losses import softmax_crossentropy

        return softmax_crossentropy(scores, labels)

    def differentiate(work):
        if work.direction:
            raise NotImplementedError("has no second derivatives")

        def gradient():
            tensors = [mg.tensor(x) for x in work.arguments]
            value = work.f(*tensors)
            value.backward()
            return value.item(), [x.grad for x in tensors]

        return (lambda: work.f(*map(mg.tensor, work.arguments))), gradient

    return (
        numpy_names(
            mg, logsumexp=logsumexp, softplus=softplus, cross_entropy=softmax_cross_entropy
        ),
        differentiate,
    )


def torch():
    import torch

    torch.set_num_threads(1)
    xp = numpy_names(
        SimpleNamespace(**{name: getattr(torch, name) for name in dir(torch)}),
        array=lambda x: torch.from_numpy(np.array(x)),
        logsumexp=lambda x, axis: torch.logsumexp(x, axis),
        sigmoid=torch.sigmoid,
        relu=torch.relu,
        softplus=torch.nn.functional.softplus,
        cross=lambda a, b: torch.linalg.cross(a, b),
        cross_entropy=torch.nn.functional.cross_entropy,
    )

    def differentiate(work):
        inputs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in work.arguments]
        directions = [torch.tensor(v) for v in work.direction]

        def first():
            value = work.f(*inputs)
            return value.item(), [g.numpy() for g in torch.autograd.grad(value, inputs)]

        def second():
            gradients = torch.autograd.grad(work.f(*inputs), inputs, create_graph=True)
            return [g.numpy() for g in torch.autograd.grad(gradients, inputs, directions)]

        def plain():
            with torch.no_grad():
                return work.f(*inputs)

        return plain, second if work.direction else first

    return xp, differentiate


def jax():
    import jax as jax_
    import jax.numpy as jnp

    jax_.config.update("jax_enable_x64", True)

    def differentiate(work):
        argnums = tuple(range(len(work.arguments)))
        arguments = tuple(map(jnp.asarray, work.arguments))
        directions = tuple(map(jnp.asarray, work.direction))
        gradient = jax_.grad(work.f, argnums)
        second = jax_.jit(lambda a, v: jax_.jvp(gradient, a, v)[1])
        first = jax_.jit(jax_.value_and_grad(work.f, argnums))
        f = jax_.jit(work.f)

        def run():
            out = second(arguments, directions) if directions else first(*arguments)
            return jax_.block_until_ready(out)

        return (lambda: f(*arguments).block_until_ready()), run

    xp = numpy_names(
        jnp,
        array=jnp.asarray,
        logsumexp=jax_.scipy.special.logsumexp,
        sigmoid=jax_.nn.sigmoid,
        softplus=jax_.nn.softplus,
        cross=lambda a, b: jnp.cross(a, b),
    )
    return xp, differentiate


def micrograd():
    from micrograd.engine import Value

    def differentiate(work):
        if not work.scalar:
            raise NotImplementedError("works with single numbers only")

        def gradient():
            values = [Value(x) for x in work.arguments]
            out = work.f(*values)
            out.backward()
            return out.data, [value.grad for value in values]

        return (lambda: work.f(*map(Value, work.arguments))), gradient

    return SimpleNamespace(relu=lambda x: x.relu(), array=np.asarray), differentiate


PEERS = {
    peer.__name__: peer
    for peer in (hand, eager, program, plain, autograd, mygrad, torch, micrograd, jax)
}
