"""Values and names as short, safe, stable text: what outlines and pictures print.

The same number prints the same way whoever computed it: 3, 3.0 and np.float64(3.0) are all
"3". A name is shown literally, but what cannot be seen, what could reorder its neighbours
and what XML forbids (control characters, bidi overrides, lone surrogates) is written out,
such as \\x07.
"""

import unicodedata

import numpy as np

LONGEST_NAME = 40  # characters of a name in an outline
LONGEST_ENTRIES = 24  # an array whose entries need more is told by its shape


def number(value):
    """A scalar in at most about twelve characters: 144, 0.333333, 1e-06, nan, 1+2j."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, complex):
        sign = "-" if value.imag < 0 else "+"
        return f"{number(value.real)}{sign}{number(abs(value.imag))}j"
    if isinstance(value, float):
        whole = abs(value) < 1e9 and value == int(value)
        return str(int(value)) if whole else f"{value:.6g}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**9:
        return f"{value:.6g}" if value.bit_length() < 1000 else _power_of_ten(value)
    return str(value)


def _power_of_ten(value):
    return f"about {'-' if value < 0 else ''}10^{int(value.bit_length() * 0.30103)}"


def is_number(value):
    """Whether `value` is one number: a Python or NumPy scalar or an array without axes."""
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "biufc"
    return isinstance(value, (bool, int, float, complex, np.number, np.bool_))


def content(value):
    """The number or array inside: of a node its value, of anything else itself."""
    for _ in range(3):  # a gradient may be a node, whose value may be one again
        if not (hasattr(value, "op") and hasattr(value, "value")):
            break
        value = value.value
    return value


def shape(value):
    """The shape of an array as a tuple of integers; None for what has no shape."""
    try:
        return tuple(int(n) for n in value.shape)
    except (AttributeError, TypeError, ValueError):
        return None


def shape_text(value):
    """The shape of an array, (3, 4), as text."""
    return str(shape(value))


def shown(value, longest=LONGEST_ENTRIES):
    """A value as an outline writes it: a number, the entries of a small array, or a shape."""
    value = content(value)
    if is_number(value):
        return number(np.asarray(value).item() if isinstance(value, np.ndarray) else value)
    if shape(value) is not None:
        entries = _entries(value, longest)
        return entries if entries is not None else f"shape {shape_text(value)}"
    return visible(_safe_repr(value), longest)


def _entries(array, longest):
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biufc":
        return None
    if array.size == 0 or 3 * array.size > longest + 2:
        return None
    text = _nested(array.tolist())
    return text if len(text) <= longest else None


def _nested(entries):
    if isinstance(entries, list):
        return "[" + ", ".join(_nested(e) for e in entries) + "]"
    return number(entries)


def _safe_repr(value):
    try:
        return value if isinstance(value, str) else repr(value)
    except Exception:
        return f"a {type(value).__name__}"


def visible(text, longest=LONGEST_NAME):
    """`text` on one line, unprintable characters written out, shortened with an ellipsis."""
    cut = text[: longest + 1]
    written = "".join(c if c.isprintable() else _escape(c) for c in cut)
    return written if len(written) <= longest else written[: longest - 3] + "..."


def _escape(character):
    code = ord(character)
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    form = "\\x{:02x}" if code < 0x100 else "\\u{:04x}" if code < 0x10000 else "\\U{:08x}"
    return short.get(character, form.format(code))


def columns(text):
    """How many monospaced columns `text` takes: wide letters and emoji two, accents none."""
    if text.isascii():
        return len(text)
    return sum(_columns(c) for c in text)


def _columns(character):
    if character.isascii():
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fit(text, width):
    """`text` cut to `width` columns, an ellipsis standing for what is left out."""
    if columns(text) <= width:
        return text
    kept, used = [], 1
    for c in text:
        used += _columns(c)
        if used > width:
            break
        kept.append(c)
    return "".join(kept) + "\u2026"
