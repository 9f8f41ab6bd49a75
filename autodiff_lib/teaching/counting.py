"""Count exactly how often a function runs: the series counts work, it does not time it."""

import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from unittest.mock import patch


class Counted:
    """A function that counts its calls: forward = Counted(forward), then forward.calls.

    A recursive function that is rebound this way counts its inner calls too.
    """

    def __init__(self, function):
        if not callable(function):
            raise TypeError(f"Counted counts the calls of a function, got {function!r}")
        self.function, self.calls = function, 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        return self.function(*args, **kwargs)

    def __repr__(self):
        return f"{getattr(self.function, '__name__', 'function')}: {self.calls:,} calls"


@contextmanager
def counting(**methods):
    """Count the calls of methods inside a `with` block: {name: calls}, a Counter.

    methods: name=(class, "method"), as in `with counting(runs=(Level, "apply")) as counts`.
    """
    counts = Counter()
    with ExitStack() as stack:
        for name, (cls, method) in methods.items():
            noted = noting(getattr(cls, method), name, counts)
            stack.enter_context(patch.object(cls, method, noted))
        yield counts


def noting(method, name, counts):
    """The method, which adds 1 to counts[name] at each call."""

    def noted(*args, **kwargs):
        counts[name] += 1
        return method(*args, **kwargs)

    return noted


def calls_within(package, f, *args):
    """How many named functions of a package Python calls while f(*args) runs.

    package: its name, "autodiff_lib". Lambdas, comprehensions and what is written in C are not
    counted, so that every Python counts alike. What f returns is dropped.
    """
    calls = 0

    def note(frame, event, detail):
        nonlocal calls
        home, name = frame.f_globals.get("__name__", ""), frame.f_code.co_name
        calls += event == "call" and name[0] != "<" and f"{home}.".startswith(f"{package}.")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        f(*args)
    finally:
        sys.setprofile(before)
    return calls
