"""Run a reader's code: within a time limit, and with its errors told in a sentence."""

import ctypes
import linecache
import os
import re
import sysconfig
import textwrap
import threading

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NOT_THE_READERS = (PACKAGE, *(sysconfig.get_path(n) for n in ("stdlib", "purelib", "platlib")))


class TooSlow(Exception):
    """Raised for code that did not finish; holds the seconds it was given."""


class _TimeIsUp(BaseException):
    """Raised in the running code. It is no Exception: `except Exception` does not catch it."""


def run_within(seconds, call):
    """call(), stopped with TooSlow if it takes longer than `seconds`.

    A watching thread makes Python raise an exception in this one. That ends an endless loop on
    every system and does not slow the code down; it cannot end a single operation that takes
    long inside of Python, such as 10 ** 10 ** 10. An exception is never taken back (raised as
    None): that would leave Python 3.11 waiting for one, and the next profiler would never end.
    """
    if not hasattr(ctypes, "pythonapi"):  # no CPython, so no way to stop it
        return call()
    raise_in, me = ctypes.pythonapi.PyThreadState_SetAsyncExc, ctypes.c_ulong(threading.get_ident())
    done, fired, lock = threading.Event(), threading.Event(), threading.Lock()

    def watch():
        pause = seconds
        while not done.wait(pause):
            with lock:
                if not done.is_set():
                    fired.set()
                    raise_in(me, ctypes.py_object(_TimeIsUp))
            pause = 0.05  # and again, should the code have caught it

    def finish():
        while not done.is_set():
            try:
                with lock:
                    done.set()
                    if fired.is_set():  # one may be on its way: replace it, and meet it here
                        raise_in(me, ctypes.py_object(_TimeIsUp))
                        while True:
                            pass
            except _TimeIsUp:
                pass

    try:
        try:
            threading.Thread(target=watch, daemon=True).start()
            return call()
        finally:
            finish()
    except _TimeIsUp as stopped:
        finish()
        raise TooSlow(seconds).with_traceback(stopped.__traceback__) from None


def explain_error(error, within=None):
    """What went wrong in a reader's code, and where: 'KeyError: ..., in line 2: "return d[x]"'.

    within: the file, or cell, whose lines alone are named; without it any of the reader's own.
    """
    if isinstance(error, RecursionError):
        return "RecursionError: it calls itself too many times"
    if isinstance(error, TooSlow):
        text = f"it had not finished after {error.args[0]:g} seconds"
    else:
        message = re.sub(r" at 0x\w+", "", " ".join(str(error).split()))
        said = textwrap.shorten(message, 200, placeholder=" ...")
        notes = "".join(f" ({note})" for note in getattr(error, "__notes__", []))
        text = type(error).__name__ + (f": {said}" if message else "") + notes
    steps = readers_steps(error, within)
    return text + (', in line {}: "{:.80}"'.format(*steps[-1]) if steps else "")


def attempt(call):
    """Print what a call returns, or the sentence with which it is refused."""
    try:
        print(call())
    except (ValueError, TypeError, NotImplementedError) as error:
        print(f"{type(error).__name__}: {error}")


def in_readers_code(error):
    """Whether an error arose while a line of the reader's own was running."""
    return isinstance(error, (TooSlow, RecursionError)) or bool(readers_steps(error))


def readers_steps(error, within=None):
    """(number, text) of each line of the reader's own, or of one file, that led to an error."""
    found, step = [], error.__traceback__
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        line = linecache.getline(name, step.tb_lineno).strip()
        is_own = not os.path.abspath(name).startswith(NOT_THE_READERS)
        if line and is_own and within in (None, name):
            found.append((step.tb_lineno, line))
        step = step.tb_next
    return found
