"""The exercises and predictions of each chapter, as data: one module a chapter.

`chapter_NN.py` holds EXERCISES, PREDICTIONS and OUTSIDE, and is loaded when one is first asked for.
"""

import re
from importlib import import_module

_last_used = []  # the chapter whose data was last asked for: [2]


def module_of(chapter):
    """The module with a chapter's data; None for a chapter without any."""
    name = f"{__name__}.chapter_{chapter:02}"
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None
    _last_used[:] = [chapter]
    return module


def data_of(chapter, kind):
    """The EXERCISES or PREDICTIONS of a chapter, by key, in order; {} for a chapter without any."""
    entries = getattr(module_of(chapter), kind, [])
    return {entry.key: entry for entry in entries}


def find(key, kind, what, form):
    """The entry `key` of a chapter's data.

    kind: "EXERCISES" or "PREDICTIONS"; what: its name in a sentence; form: the pattern of a key
    behind its dot. Raises ValueError, with the keys that there are.
    """
    used = 2 if chapter_in_use() is None else chapter_in_use()
    example = f"{used:02}.{'1' if kind == 'EXERCISES' else 'a'}"
    if not isinstance(key, str) or not re.fullmatch(rf"\s*\d+\.{form}\s*", key):
        second = "number" if kind == "EXERCISES" else "letter"
        raise ValueError(
            f'the {what} is named by chapter and {second} in quotes, "{example}", not {key!r}'
        )
    chapter, number = key.strip().split(".")
    known = data_of(int(chapter), kind)
    key = f"{int(chapter):02}.{number}"
    if key not in known:
        has = ", ".join(known) or f"no {what}s"
        raise ValueError(f"there is no {what} {key}; chapter {int(chapter):02} has {has}")
    return known[key]


def chapter_in_use():
    """The chapter whose exercises or predictions this notebook last used; None if none."""
    return _last_used[0] if _last_used else None
