"""Protect what the way back needs from being changed meanwhile.

Reverse mode computes gradients from arrays it saw on the way forward. If one of them is an array
of the user's and he overwrites it in between, the gradient would be silently wrong. So a small
array is copied, and a large one is made read-only until the gradient is there: then writing to it
raises NumPy's "assignment destination is read-only".

Limits: writing to a large array through another view of it that existed before is not noticed.
"""

import threading

import numpy as np

COPY_UP_TO = 16_384  # bytes: copying these takes less time than locking them
_held = {}  # id(array): [array, how many guards hold it]
_lock = threading.Lock()


class Guard:
    """Keeps arrays unchanged while it is open: `with Guard() as guard: ... guard.keep(array)`."""

    def __init__(self, copy_up_to=COPY_UP_TO):
        self.copy_up_to = copy_up_to
        self.locked = []

    def keep(self, array):
        """Return the array, read-only from now on, or a copy if it is small."""
        if array.nbytes <= self.copy_up_to:
            return array.copy(order="K")
        with _lock:
            self.locked += lock(array)
        return array

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        if self.locked:
            with _lock:
                unlock(self.locked)


def lock(array):
    """Make an array and those it is a view of read-only; return the ones that were not before."""
    locked = []
    while isinstance(array, np.ndarray):
        if id(array) in _held or array.flags.writeable:
            _held.setdefault(id(array), [array, 0])[1] += 1
            array.flags.writeable = False
            locked.append(array)
        array = array.base
    return locked


def unlock(arrays):
    """Make arrays writeable again that no other guard holds, the owners of memory first."""
    for array in reversed(arrays):
        _held[id(array)][1] -= 1
        if not _held[id(array)][1]:
            del _held[id(array)]
            array.flags.writeable = True
