"""Answers to try on the exercises of chapter 00."""

PROGRAM = """
def program(x, y, z):
    return ((x * y) * (y * z)) ** 2

"""

ANSWERS = {
    "00.1": dict(
        right=["6", "6.0", "1 * 1 * 6", "import numpy as np\nnp.float64(6)", "Tensor(6)"],
        wrong=[
            ("96", "belongs to y = 2"),
            ("(1, 1, 6)", "they multiply"),
            ("1", "one more factor"),
            ("None", "was a value assigned"),
            ("(1, 5)", "got a tuple or list of 2"),
            ("48", "for y = 2"),
            ("24", "2h is no longer 24"),
            ("12", "still from y = 2"),
            ("8", "You added them"),
            ("9", "the value of o"),
            ("3", "derivative of h squared"),
            ("18", "the other one, h2"),
            ("36", "x has one path"),
            ("((3.000001 * 1 * 1) ** 2 - 9) / 0.000001", "exact number"),
            ("'6'", "without quotes"),
            ("5", "is not it"),
        ],
    ),
    "00.2": dict(
        right=["36", "18 + 18", "2 * 18.0", "3 * 1 * 6 + 1 * 3 * 6"],
        wrong=[
            ("[18, 18]", "add them"),
            ("108", "once on each path"),
            ("18", "one of the two paths"),
            ("144", "for y = 2"),
            ("324", "side by side add"),
            ("288", "belongs to y = 2"),
            ("6", "one more factor"),
            ("3", "along one path"),
            ("9", "the value of o"),
            ("12", "go on from h to o"),
            ("24", "slopes of the two products"),
            ("54", "second path"),
            ("60", "always the other one"),
            ("72", "still from y = 2"),
            ("((3 * 1.001 * 1.001) ** 2 - 9) / 0.001", "exact number"),
            ("35", "is not it"),
        ],
    ),
    "00.3": dict(
        right=["7", "1 * 2 + 5", "2 * 2 + 3", "a = Tensor(2)\n((a + 3) * a).grad(a)"],
        wrong=[
            ("(2, 5)", "add them"),
            ("5, 2", "a nudge takes both"),
            ("2", "path through the sum"),
            ("5", "also moves the sum"),
            ("10", "the value of p"),
            ("3", "second path"),
            ("4", "holds b too"),
            ("6", "the other factor of p"),
            ("8", "once"),
            ("7.001", "exact number"),
            ("11", "is not it"),
        ],
    ),
    "00.4": dict(
        right=[
            "18",
            "3 * 1 * 6.0",
            PROGRAM + "(program(3, 1, 1.001) - program(3, 1, 1)) / 0.001",
            PROGRAM + "(program(3, 1, 1.0001) - program(3, 1, 0.9999)) / 0.0002",
            PROGRAM + "(program(3, 1, 1) - program(3, 1, 0.999)) / 0.001",
            PROGRAM + "z = Tensor(1)\nprogram(3, 1, z).grad(z)",
        ],
        wrong=[
            (PROGRAM + "program(3, 1, 1.001)", "the value of o"),
            (PROGRAM + "program(3, 1, 1.001) - program(3, 1, 1)", "nudge, 0.001."),
            (PROGRAM + "program(3, 1, 1.0001) - program(3, 1, 1)", "nudge, 0.0001."),
            (PROGRAM + "(program(3, 2, 1.0001) - program(3, 2, 1)) / 0.0001", "belongs to y = 2"),
            (PROGRAM + "(program(3, 1.0001, 1) - program(3, 1, 1)) / 0.0001", "slope for y"),
            (PROGRAM + "(program(3.0001, 1, 1) - program(3, 1, 1)) / 0.0001", "slope for x"),
            (PROGRAM + "(program(3, 1, 1) - program(3, 1, 1.0001)) / 0.0001", "sign"),
            ("3", "goes on to o"),
            ("21", "is not it"),
        ],
    ),
}
