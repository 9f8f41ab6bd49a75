"""Python's collector of cycles, paused while a program is built."""

import contextlib
import gc


@contextlib.contextmanager
def collector_paused():
    """Let the collector rest, and afterwards be as it was, whatever happens meanwhile.

    A trace keeps all that it makes, so that each round of the collector would look through ever
    more and find nothing. What f itself leaves in cycles is collected later.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
