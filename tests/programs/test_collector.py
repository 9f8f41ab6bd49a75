"""Building a program pauses Python's collector, and leaves it as it was."""

import gc

import numpy as np
import pytest

from autodiff_lib.arrays import gradient_program
from autodiff_lib.programs.steps import Step


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


def test_a_built_program_keeps_no_step_and_leaves_the_collector_nothing_to_find():
    def f(x):
        for _ in range(100):
            x = np.sin(x) * x
        return x

    gc.collect()
    gc.disable()
    program = gradient_program(f, 0.5)
    alive = sum(isinstance(thing, Step) for thing in gc.get_objects())
    assert alive < program.count / 10
