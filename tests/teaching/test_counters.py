"""Counters count exactly, and leave no trace."""

import sys
import tracemalloc

import numpy as np
import pytest

from autodiff_lib.arrays import grad
from autodiff_lib.teaching import Counted, calls_within, counting
from autodiff_lib.teaching.measured import peak_megabytes


def test_a_counted_function_counts_its_calls():
    double = Counted(lambda x: 2 * x)
    assert [double(1), double(2)] == [2, 4] and double.calls == 2


TOY = """
def inner(): pass

def outer():
    [inner() for _ in range(3)]
    return max((lambda: 1)(), 2)
"""


def test_named_functions_of_the_package_are_counted_and_no_others():
    toy = {"__name__": "toys.part"}
    exec(TOY, toy)
    assert calls_within("toys", toy["outer"]) == 4
    assert calls_within("toys.part", toy["inner"]) == 1
    assert calls_within("toy", toy["outer"]) == calls_within("numpy", toy["outer"]) == 0


def test_two_runs_count_alike():
    counts = {calls_within("autodiff_lib", grad(np.sin), 0.5) for _ in range(3)}
    assert len(counts) == 1 and counts.pop() > 10


def test_an_error_ends_the_counting():
    with pytest.raises(ZeroDivisionError):
        calls_within("autodiff_lib", lambda: 1 / 0)
    assert sys.getprofile() is None


class Walker:
    """Something to count."""

    def step(self, size=1):
        return size

    def jump(self, size):
        return self.step(size) + self.step(size)


def test_calls_of_each_method_are_counted_while_the_block_runs():
    walker, step = Walker(), Walker.step
    with counting(steps=(Walker, "step"), jumps=(Walker, "jump")) as counts:
        assert walker.jump(3) == 6 and walker.step(size=2) == 2
    walker.jump(1)
    assert counts == {"steps": 3, "jumps": 1} and counts.total() == 4
    assert Walker.step is step


def test_the_peak_of_memory_is_that_of_one_call():
    many = np.ones(1_000_000)  # 8 MB, made before
    assert peak_megabytes(lambda x: x + 1, many) == 8
    assert peak_megabytes(lambda x: (x + 1, x + 2), many) == 16, "both at a time"
    assert peak_megabytes(lambda x: np.sum(x + 1) + np.sum(x + 2), many) == 8, "one, then one"
    with pytest.raises(ZeroDivisionError):
        peak_megabytes(lambda: 1 / 0)
    assert not tracemalloc.is_tracing()
