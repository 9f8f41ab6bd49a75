"""Protect what the way back needs from being changed meanwhile.

Reverse mode computes gradients from arrays it saw on the way forward. If one of them is an array
of the user's and he overwrites it in between, the gradient would be silently wrong. So a small
array is copied, and a large one is made read-only until the gradient is there: then writing to it
raises NumPy's "assignment destination is read-only".

Meanwhile Python's collector of cycles rests: the tape has none and only grows, so that each round
of the collector would look through ever more and find nothing.

Limits: writing to a large array through another view of it that existed before is not noticed.
What f itself leaves in cycles is collected after the gradient.
"""

import gc
import threading

import numpy as np

COPY_UP_TO = 16_384  # bytes: copying these takes less time than locking them
_held = {}  # id(owner of memory): its Held
_lock = threading.Lock()


class Held:
    """Memory that is held: the arrays on it that were writeable, and how many guards hold it."""

    def __init__(self, owner):
        self.was_writeable = owner.flags.writeable
        self.locked, self.guards = [], 0


class Guard:
    """Keeps arrays unchanged while it is open: `with Guard() as guard: ... guard.keep(array)`."""

    def __init__(self, copy_up_to=COPY_UP_TO):
        self.copy_up_to = copy_up_to
        self.owners = {}  # id: the owner of memory that this guard holds
        self.collector_was_on = False

    def keep(self, array):
        """Return the array, read-only from now on, or a copy if it is small."""
        if array.nbytes <= self.copy_up_to:
            return array.copy(order="K")
        with _lock:
            return hold(array, self.owners)

    def __enter__(self):
        self.collector_was_on = gc.isenabled()
        gc.disable()
        return self

    def __exit__(self, *ignored):
        if self.collector_was_on:
            gc.enable()
        with _lock:
            for key in self.owners:
                release(key)
        self.owners.clear()


def hold(array, owners):
    """Return the array, locked; note its owner among those that a guard holds.

    A writeable view whose owner is read-only is copied: NumPy could not make it writeable again.
    """
    owner = owner_of(array)
    held = _held.get(id(owner)) or Held(owner)
    if array.flags.writeable and not held.was_writeable:
        return array.copy(order="K")
    _held[id(owner)] = held
    if id(owner) not in owners:
        owners[id(owner)] = owner
        held.guards += 1
    lock(array, held)
    return array


def release(key):
    """Let go of an owner's memory once; after the last guard, all is as it was."""
    held = _held[key]
    held.guards -= 1
    if not held.guards:
        unlock(_held.pop(key))


def owner_of(array):
    """The array at the end of the chain of views: what owns the memory, or wraps a buffer."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def lock(array, held):
    """Make an array and all that it is a view of read-only; note those that were not."""
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            array.flags.writeable = False
            held.locked.append(array)
        array = array.base


def unlock(held):
    """Make writeable again what was: the owner first, then views, each after what it views."""
    for array in sorted(held.locked, key=views_below):
        array.flags.writeable = True


def views_below(array):
    """How many arrays lie between this one and its memory."""
    count = 0
    while isinstance(array.base, np.ndarray):
        array, count = array.base, count + 1
    return count
