"""Count exactly how often a function runs: the series counts work, it does not time it."""


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
