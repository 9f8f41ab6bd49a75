"""Compare and describe what a reader answers: numbers, words, tuples, arrays, nodes."""

import re
from decimal import Decimal
from fractions import Fraction
from numbers import Complex, Real

import numpy as np

TOLERANCE = 1e-9  # relative
ROUNDING = 1e-14  # absolute: what is left where numbers of about 1 should cancel


def plain_value(answer):
    """The answer unwrapped: a node's value, a plain number for a NumPy one, a tuple for a list."""
    if is_node(answer):
        answer = answer.value
    if isinstance(answer, (np.generic, np.ndarray)) and np.ndim(answer) == 0:
        return answer.item()
    if isinstance(answer, (list, tuple)):
        return tuple(plain_value(entry) for entry in answer)
    if isinstance(answer, dict):
        return {name: plain_value(entry) for name, entry in answer.items()}
    return answer


def read_as(guess, answer):
    """The guess, read as the kind of thing that `answer` is where it can be: "96" as 96.

    So are [96], Decimal(96) and Fraction(96), and each entry of a tuple.
    """
    guess = plain_value(guess)
    if isinstance(answer, tuple):
        if not isinstance(guess, tuple) or len(guess) != len(answer):
            return guess
        return tuple(read_as(g, a) for g, a in zip(guess, answer, strict=True))
    if isinstance(guess, tuple) and len(guess) == 1:
        guess = guess[0]
    if not is_number(answer):
        return guess
    if isinstance(guess, (Decimal, Fraction)):
        return float(guess)
    return number_in(guess) if isinstance(guess, str) else guess


def number_in(text):
    """The number that a text writes, "1,000" or "2 / 3" or "2**10"; the text itself if none."""
    written = text.replace(",", "").replace("_", "").strip()
    operator = re.fullmatch(r"(.+?)\s*(\*\*|\^|/)\s*(.+)", written)
    try:
        if not operator:
            return int(written) if written.lstrip("+-").isdigit() else float(written)
        a, b = float(operator[1]), float(operator[3])
        return a / b if operator[2] == "/" else a**b
    except (ValueError, ArithmeticError):
        return text


def is_node(answer):
    """Whether `answer` follows the protocol of `autodiff_lib.graphs.walk`."""
    try:
        return all(hasattr(answer, name) for name in ("op", "operands", "value"))
    except Exception:  # a property of the reader's that fails
        return False


def is_number(value):
    """Whether `value` is a real number; True and False are not."""
    return isinstance(value, Real) and not isinstance(value, bool)


def same_value(a, b, tolerance=TOLERANCE):
    """Whether two answers are equal: numbers up to rounding, words up to case and spaces.

    nan equals nan here. True is not 1. A list, a tuple and an array of numbers may be equal.
    """
    a, b = plain_value(a), plain_value(b)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return _same_arrays(a, b, tolerance)
    if is_number(a) and is_number(b):
        return a == b or a != a and b != b or _close(a, b, tolerance)
    if isinstance(a, str) and isinstance(b, str):
        return squeeze(a) == squeeze(b)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(
            same_value(x, y, tolerance) for x, y in zip(a, b, strict=True)
        )
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_value(a[key], b[key], tolerance) for key in b)
    return a is b or type(a) is type(b) and isinstance(a, (bool, Complex, bytes)) and a == b


def _close(a, b, tolerance):
    try:
        return abs(a - b) <= max(tolerance * abs(b), ROUNDING)
    except OverflowError:  # a whole number beyond the floats
        return False


def _same_arrays(a, b, tolerance):
    try:
        a, b = np.asarray(a), np.asarray(b)
    except ValueError:  # rows of different lengths
        return False
    if a.shape != b.shape or a.dtype.kind not in "iuf" or b.dtype.kind not in "iuf":
        return a.shape == b.shape and a.dtype.kind == b.dtype.kind == "b" and bool((a == b).all())
    scale = np.max(abs(b[np.isfinite(b)]), initial=0)  # entries are compared beside the largest
    return np.allclose(a, b, rtol=0, atol=max(tolerance * scale, ROUNDING), equal_nan=True)


def squeeze(text):
    """`text` without spaces and capitals."""
    return "".join(text.split()).casefold()


def describe(value, width=60):
    """A short repr of `value` that reads the same on every machine: no address, no NumPy type."""
    try:
        text = repr(_plain_repr(value))
    except Exception:  # the reader's own __repr__
        text = f"<{type(value).__name__}>"
    if callable(value):
        text = f"the function {getattr(value, '__name__', type(value).__name__)}"
    text = " ".join(re.sub(r"<([\w.]+) object at 0x\w+>| at 0x\w+", r"\1", text).split())
    return text if len(text) <= width else text[: width - 3] + "..."


def _plain_repr(value):
    """`value` with plain numbers in plain lists, tuples and dicts."""
    value = value.value if is_node(value) else value
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if type(value) in (list, tuple):
        return type(value)(map(_plain_repr, value))
    if type(value) is dict:
        return {key: _plain_repr(entry) for key, entry in value.items()}
    return value


def kind(value):
    """What sort of thing `value` is, for a sentence: "a number", "an array of shape (2, 3)"."""
    value = plain_value(value)
    if value is None or value is ...:
        return "..." if value is ... else "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, (tuple, dict)):
        return f"{'a list' if isinstance(value, tuple) else 'a dict'} of {len(value)}"
    for types, words in (
        (bool, "True or False"),
        (Real, "a number"),
        (Complex, "a complex number"),
        (str, "text in quotes"),
        (type, f"the class {getattr(value, '__name__', '')}"),
    ):
        if isinstance(value, types):
            return words
    return "a function" if callable(value) else f"an object of type {type(value).__name__}"
