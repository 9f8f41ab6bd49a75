"""Answers to try on the exercises of chapter 00."""

ANSWERS = {
    "00.1": dict(right=[6, 6.0], wrong=[96, 24, 12, 8, 9, 3]),
    "00.2": dict(right=[36, 36.0], wrong=[18, 324, 288, 6]),
}
