"""The same gradients as autograd and torch, where installed (benchmarks/requirements.txt)."""

import numpy as np
import pytest

from autodiff_lib.arrays import grad, hvp, logsumexp

RNG = np.random.default_rng(0)
X, W, B = RNG.normal(size=(5, 4)), RNG.normal(size=(4, 3)), RNG.normal(size=3)
POSITIVE = X @ X.T + 5 * np.eye(5)


def network(np, X, W, B):
    h = np.tanh(X @ W + B)
    return (
        np.sum(h**2 / (1.0 + np.exp(-h)))
        + np.sum(h[1:] * h[:-1])
        + np.sum(np.sqrt(h[:, 0] ** 2 + 1))
    )


def algebra(np, A, B):
    return np.linalg.slogdet(A)[1] + np.sum(np.linalg.solve(A, B) ** 2) + np.sum(np.linalg.inv(A))


def test_autograd_gives_the_same_gradients():
    peer = pytest.importorskip("autograd")
    import autograd.numpy as anp

    for f, arguments in ((network, (X, W, B)), (algebra, (POSITIVE, X))):
        for i in range(len(arguments)):
            ours = grad(lambda *a, f=f: f(np, *a), i)(*arguments)
            theirs = peer.grad(lambda *a, f=f: f(anp, *a), i)(*arguments)
            np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


def test_torch_gives_the_same_gradients():
    torch = pytest.importorskip("torch")
    for f, arguments in ((network, (X, W, B)), (algebra, (POSITIVE, X))):
        tensors = [torch.tensor(a, requires_grad=True) for a in arguments]
        f(torch, *tensors).backward()
        for i, tensor in enumerate(tensors):
            ours = grad(lambda *a, f=f: f(np, *a), i)(*arguments)
            np.testing.assert_allclose(ours, tensor.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_torch_gives_the_same_hessian_vector_product():
    torch = pytest.importorskip("torch")
    x, v = RNG.normal(size=(2, 6))
    f = lambda x: logsumexp(x * x) + np.sum(np.sin(x[1:] * x[:-1]))  # noqa: E731
    t = lambda x: torch.logsumexp(x * x, 0) + torch.sum(torch.sin(x[1:] * x[:-1]))  # noqa: E731
    theirs = torch.autograd.functional.hvp(t, torch.tensor(x), torch.tensor(v))[1]
    np.testing.assert_allclose(hvp(f, x, v), theirs.numpy(), rtol=1e-10, atol=1e-12)
