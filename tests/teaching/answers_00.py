"""Answers to try on the exercises of chapter 00."""

ANSWERS = {
    "00.1": dict(
        right=["6", "6.0", "1 * 1 * 6", "import numpy as np\nnp.float64(6)", "Tensor(6)"],
        wrong=[
            ("96", "belongs to y = 2"),
            ("48", "for y = 2"),
            ("24", "2h is no longer 24"),
            ("12", "still from y = 2"),
            ("8", "You added them"),
            ("9", "the value of o"),
            ("3", "derivative of h squared"),
            ("'6'", "without quotes"),
            ("5", "is not it"),
        ],
    ),
    "00.2": dict(
        right=["36", "18 + 18", "2 * 18.0", "3 * 1 * 6 + 1 * 3 * 6"],
        wrong=[
            ("18", "one of the two paths"),
            ("144", "for y = 2"),
            ("324", "side by side add"),
            ("288", "belongs to y = 2"),
            ("6", "slope for x"),
            ("35", "is not it"),
        ],
    ),
}
