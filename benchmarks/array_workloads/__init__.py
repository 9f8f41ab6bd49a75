"""Programs whose gradients the benchmarks time, each with a gradient written by hand.

A workload is a function of `xp`, a peer's namespace (see peers.py), that returns a `Workload`.
`f` is written once, for all peers; `hand` is what a careful person would write in NumPy: no work
done twice, plain expressions.
"""

from collections.abc import Callable
from typing import NamedTuple


class Workload(NamedTuple):
    """A function, its arguments (NumPy arrays or floats), its gradient by hand."""

    f: Callable  # written with xp
    arguments: tuple
    hand: Callable  # (f, its gradient with respect to all arguments), or H v
    direction: tuple = ()  # for a Hessian-vector product: v
    scalar: bool = False  # a graph of single numbers


def load(name):
    """Return the function that builds a workload, by its name."""
    from . import adbench, mlp, scalars, vectors

    for module in (mlp, vectors, adbench, scalars):
        if name in module.WORKLOADS:
            return module.WORKLOADS[name]
    raise ValueError(f"no workload is called {name!r}")
