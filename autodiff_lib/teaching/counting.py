"""Count exactly how often a function runs: the series counts work, it does not time it."""

import sys


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
