"""Building a program pauses Python's collector, and leaves it as it was."""

import gc

import numpy as np
import pytest

from autodiff_lib.arrays import gradient_program


@pytest.fixture(autouse=True)
def as_before():
    yield
    gc.enable()


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_the_collector_is_afterwards_as_it_was(on, fails):
    traced = []

    def f(x):
        if not isinstance(x, np.ndarray):
            traced.append(gc.isenabled())
            if fails and len(traced) > 1:
                raise KeyError("f fails while it is traced")
        return np.sum(x * x)

    (gc.enable if on else gc.disable)()
    if fails:
        with pytest.raises(KeyError):
            gradient_program(f, np.ones(2))
    else:
        gradient_program(f, np.ones(2))
    assert gc.isenabled() is on
    assert False in traced, "f is traced while the collector rests"
