"""Arrays are read-only while a derivative needs them, and writeable again when it is done."""

import contextlib
import gc
import random
import threading

import numpy as np
import pytest

from autodiff_lib.arrays import grad
from autodiff_lib.arrays import guard as guards
from autodiff_lib.arrays.guard import Guard


def test_two_views_of_one_array_are_arguments():
    flat = np.arange(5000.0)
    a, b = grad(lambda a, b: np.sum(a * b), (0, 1))(flat[:2500], flat[2500:])
    assert (a == flat[2500:]).all() and (b == flat[:2500]).all()
    flat[0] = 1.0
    assert not guards._held


def test_existing_overlapping_views_are_given_back():
    flat = np.arange(9000.0)
    views = [flat[:6000], flat[3000:], flat.reshape(3, 3000)[1:]]
    with Guard() as guard:
        for view in views:
            guard.keep(view)
        assert not any(array.flags.writeable for array in (flat, *views))
    assert all(array.flags.writeable for array in (flat, *views))


def test_an_error_gives_arrays_back():
    flat = np.arange(5000.0)

    def fails(x):
        raise KeyError("in the middle")

    with pytest.raises(KeyError):
        grad(fails)(flat)
    flat[0] = 1.0


def test_a_read_only_array_stays_so():
    fixed = np.arange(5000.0)
    view = fixed[:4000]
    fixed.flags.writeable = False
    with Guard() as guard:
        kept = guard.keep(view)
        assert kept is not view and (kept == view).all()
        assert guard.keep(fixed) is fixed
    assert view.flags.writeable and not fixed.flags.writeable


def test_memory_of_another_owner_is_given_back():
    array = np.frombuffer(bytearray(40_000))
    with Guard() as guard:
        guard.keep(array)
        assert not array.flags.writeable
    assert array.flags.writeable


@pytest.mark.parametrize("seed", range(20))
def test_guards_that_open_and_close_in_any_order_restore_every_flag(seed):
    draw = random.Random(seed)
    owners = [np.zeros(6000) for _ in range(3)]
    arrays = [*owners]
    for _ in range(9):
        base = draw.choice(arrays)
        start = draw.randrange(0, max(1, len(base) - 3000))
        arrays.append(base[start : start + 3000])
    for array in draw.sample(arrays, 3):
        array.flags.writeable = False
    before = [array.flags.writeable for array in arrays]
    open_guards = []
    for _ in range(40):
        action = draw.random()
        if action < 0.3 or not open_guards:
            open_guards.append(Guard())
        elif action < 0.8:
            draw.choice(open_guards).keep(draw.choice(arrays))
        else:
            open_guards.pop(draw.randrange(len(open_guards))).__exit__()
    for guard in open_guards:
        guard.__exit__()
    assert [array.flags.writeable for array in arrays] == before
    assert not guards._held


def test_threads_share_an_array():
    flat = np.ones(8000)
    halves, wrong = (flat[:4000], flat[4000:]), []

    def work(half):
        for _ in range(50):
            found = grad(lambda x: np.sum(x * x))(half)
            wrong.extend([] if (found == 2).all() else [found])

    threads = [threading.Thread(target=work, args=(halves[k % 2],)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and flat.flags.writeable and not guards._held


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("on", [False, True])
def test_the_collector_rests_meanwhile_and_is_afterwards_as_it_was(on, fails):
    seen = []

    def f(x):
        grad(np.sin)(2.0)  # an inner derivative does not wake it
        seen.append(gc.isenabled())
        if fails:
            raise KeyError("in the middle")
        return x * x

    (gc.enable if on else gc.disable)()
    try:
        with contextlib.suppress(KeyError):
            grad(f)(3.0)
        assert seen == [False] and gc.isenabled() is on
    finally:
        gc.enable()
