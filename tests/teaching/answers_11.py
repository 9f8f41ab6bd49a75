"""Answers to try on the exercises of chapter 11, as text: they run in the chapter's namespace."""


def chosen(loss='("reverse", 1)', camera='("forward", 4)', rod='("forward", 5)',
           gripper='("reverse", 6)'):  # fmt: skip
    """Modes and passes."""
    return f'{{"loss": {loss}, "camera": {camera}, "rod": {rod}, "gripper": {gripper}}}'


def bell(rule="g * -2 * x * out", asks="x, out", kind='"elementwise"', value="np.exp(-x * x)"):
    """A row for the bell curve."""
    return (
        "import numpy as np\n"
        f'Row("bell", lambda x: {value}, "x", {kind}, x=lambda g, {asks}: {rule})'
    )


def band(colours="2 * reach + 1", low="max(i - reach, 0)", high="min(i + reach + 1, n)"):
    """The band by colours."""
    return f"""
import numpy as np
def band(f, x, reach):
    n = len(x)
    table, n_colours = np.zeros((n, n)), {colours}
    for colour in range(n_colours):
        mine = np.arange(n) % n_colours == colour
        moved = jvp(f, (x,), (1.0 * mine,))[1]
        for i in range(n):
            for j in range({low}, {high}):
                if mine[j]:
                    table[i, j] = moved[i]
    return table
"""


def reach(step="pullback(target - here)[0] / 20", steps="n_steps", run="vjp(hand, turns)"):
    """Walks back with the distance as seed."""
    return f"""
import numpy as np
def reach(hand, target, turns, n_steps):
    for _ in range({steps}):
        here, pullback = {run}
        turns = turns + {step}
    return turns
"""


ANSWERS = {
    "11.1": dict(
        right=[
            "[[5, 2], [1, 1], [4, 0]]",
            "((5.0, 2.0), (1, 1), (4, 0))",
            """
import numpy as np
jacobian(lambda v: np.stack([v[0] * v[1], v[0] + v[1], v[0] * v[0]]))(np.array([2.0, 5.0]))
""",
        ],
        wrong=[
            ("[[5, 1, 4], [2, 1, 0]]", "Rows and columns are swapped"),
            ("[[2, 5], [1, 1], [4, 0]]", "the slope along x is y"),
            ("[[2, 5], [1, 1], [0, 4]]", "The columns are swapped"),
            ("[[5, 2], [1, 1], [2, 0]]", "along both of its arrows"),
            ("[[5, 2], [2, 5], [4, 0]]", "slopes of 1"),
            ("[[10, 10], [1, 1], [4, 0]]", "not a slope"),
            ("[10, 7, 4]", "shape (3, 2), not (3,)"),
            ("[['y', 'x'], [1, 1], ['2x', 0]]", "put x = 2 and y = 5"),
            ("lambda x, y: [[y, x], [1, 1], [2 * x, 0]]", "a list of three rows"),
            ("[[5, 2], [1, 1], [4, 1]]", "Row 2, column 1"),
        ],
    ),
    "11.2": dict(
        right=[
            chosen(),
            chosen(rod='("backward", 5)'),
            chosen(loss='["Reverse", 1.0]', rod='["reverse", 5]'),
            'dict(loss=("reverse", 1), camera=("forward", 4), rod=("forward", 2 * 2 + 1),'
            ' gripper=("reverse", min(6, 7)))',
        ],
        wrong=[
            (chosen(loss='("forward", 337)'), "one output is one row"),
            (chosen(loss='("forward", 1)'), "Here it is an output"),
            (chosen(camera='("reverse", 1000000)'), "4 columns"),
            (chosen(camera='("reverse", 4)'), "Here it is an input"),
            (chosen(rod='("forward", 100)'), "Columns that share no row"),
            (chosen(rod='("forward", 3)'), "points 0 and 3"),
            (chosen(rod='("forward", 4)'), "points 0 and 4"),
            (chosen(gripper='("forward", 7)'), "only 6 rows"),
            (chosen(gripper='("forward", 42)'), "a whole row or column"),
            (chosen(gripper='("reverse", 13)'), "not the fewest"),
            (chosen(gripper='("reverse", 5)'), "5 is too few"),
            (chosen(camera='("forward", 3)'), "3 is too few"),
            (chosen(gripper="6"), "a mode and a number"),
            (chosen(gripper='("reverse", ...)'), "gripper is still open"),
        ],
    ),
    "11.3": dict(
        right=[
            bell(),
            bell("-2 * g * x * np.exp(-x * x)", "x"),
            bell("out * g * (-x - x)", "out, x"),
            bell(kind='"general"'),
            """
import numpy as np
def slope(g, x):
    return g * np.exp(-x**2) * -2 * x
Row("bell", lambda x: np.exp(-x * x), "x", "elementwise", x=slope)
""",
        ],
        wrong=[
            (bell("-2 * x * out"), "multiply it by g"),
            (bell("g * out"), "has a slope, too: the chain rule"),
            (bell("g * -2 * x"), "slope of the inside"),
            (bell("g * 2 * x * out"), "The sign is wrong"),
            (bell("g * x * out"), "is -2x"),
            (bell("-g * x * out"), "Twice too small"),
            (bell("g * -x * x * out"), "-x² stands there as it is"),
            (bell("-g * out"), "is not -1"),
            (bell("g * -2 * out"), "x is missing"),
            (bell("g * -2 * x * x * out"), "once, not squared"),
            (bell("g - 2 * x * out"), "it is not added"),
            (bell("g * 7 * out"), "it should give [-0.7788, 2.2073, 0.1465], and gives [5.4516"),
            (bell("np.sum(g * -2 * x * out)"), "The rule gives a number: one for each entry"),
            (bell(kind='"linear"'), 'The kind "linear" is not: forward mode would run'),
            (bell(kind='"multilinear"'), 'The kind "multilinear" is not'),
            (bell(kind='"constant"'), "it sends no tangent on"),
            (bell(value="np.exp(x * x)"), "The value should stay"),
            ("import math\n" + bell(value="math.exp(-x * x)"), "The function takes single"),
            ("import math\n" + bell("g * -2 * x * math.exp(-x * x)", "x"), "The rule takes single"),
            ("lambda g, x, out: g * -2 * x * out", "asks for a Row"),
        ],
    ),
    "11.4": dict(
        right=[
            band(),
            """
import numpy as np
def band(f, x, reach):
    i, j = np.indices((len(x), len(x)))
    near, step = abs(i - j) <= reach, 2 * reach + 1
    table = np.zeros((len(x), len(x)))
    for colour in range(step):
        moved = jvp(f, (x,), (np.where(j[0] % step == colour, 1.0, 0.0),))[1]
        table = np.where(near & (j % step == colour), moved[:, None], table)
    return table
""",
            """
import numpy as np
def band(f, x, reach):
    n, step = len(x), 2 * reach + 1
    value, pullback = vjp(f, x)
    table = np.zeros((n, n))
    for colour in range(step):
        sums = pullback(1.0 * (np.arange(n) % step == colour))[0]
        for j in range(n):
            for i in range(max(j - reach, 0), min(j + reach + 1, n)):
                if i % step == colour:
                    table[i, j] = sums[j]
    return table.tolist()
""",
        ],
        wrong=[
            (band("2 * reach"), "share a row"),
            (band(low="max(i - 1, 0)"), "Is a column never moved"),
            (band(low="0"), "outside the band"),
            (band(low="i - reach + 1", high="i + reach"), "the band includes it"),
            (
                band().replace("    return table", "    return table.T"),
                "rows and columns are swapped",
            ),
            ("def band(f, x, reach):\n    return jacobian(f)(x)", "in 7 passes; 3 are enough"),
            ("def band(f, x, reach):\n    return f(x)", "shape (7, 7) is asked for"),
            (band().replace("return table", "table"), "Does it end with `return`?"),
            ("heat = abs\n" + band().replace("jvp(f,", "jvp(heat,"), "f was never called"),
            (
                """
import numpy as np
def band(f, x, reach):
    h = 1e-7
    return np.array([(f(x + h * u) - f(x - h * u)) / (2 * h) for u in np.eye(len(x))]).T
""",
                "which carry no slope: use jvp",
            ),
        ],
    ),
    "11.5": dict(
        right=[
            reach(),
            reach("0.05 * pullback(target - here)[0]"),
            """
def reach(hand, target, turns, n_steps):
    for _ in range(n_steps):
        turns = turns + 0.05 * (target - hand(turns)) @ jacobian(hand)(turns)
    return turns
""",
            """
import numpy as np
def reach(hand, target, turns, n_steps):
    def miss(turns):
        return np.sum((target - hand(turns)) ** 2) / 2
    for _ in range(n_steps):
        turns = turns - jacobian(miss)(turns) / 20
    return turns.tolist()
""",
        ],
        wrong=[
            (reach("pullback(here - target)[0] / 20"), "The hand moves away"),
            (reach("pullback(target - here)[0]"), "not all of it"),
            (reach("pullback(target - here)[0] / 10"), "not a tenth"),
            (reach("0.5 * pullback(target - here)[0]"), "a twentieth of what comes back, 0.05"),
            (reach("np.sign(pullback(target - here)[0]) / 20"), "not by its sign"),
            (reach(steps="n_steps + 1"), "one step too many"),
            (reach(steps="n_steps - 1"), "one step too few"),
            (
                reach("pullback(np.ones(2))[0] / 20"),
                "should be [-0.3, 1.4208, 1.6208], not [0.0, 1.4208, 1.5208].",
            ),
            (reach().replace("    return turns", "        return turns"), "does `return` end"),
            (
                reach("jvp(hand, (turns,), (target - here,))[1] / 20"),
                "it walks back to the turns",
            ),
            (reach("jacobian(hand)(turns) @ (target - here) / 20"), "in front, way @ J"),
            (
                """
def reach(hand, target, turns, n_steps):
    way = target - hand(turns)
    for _ in range(n_steps):
        here, pullback = vjp(hand, turns)
        turns = turns + pullback(way)[0] / 20
    return turns
""",
                "The way to the cup is the first one",
            ),
            (
                """
def reach(hand, target, turns, n_steps):
    here, pullback = vjp(hand, turns)
    step = pullback(target - here)[0] / 20
    for _ in range(n_steps):
        turns = turns + step
    return turns
""",
                "as the first one did",
            ),
            (
                """
def reach(hand, target, turns, n_steps):
    for k in range(n_steps):
        here, pullback = vjp(hand, turns)
        turns = turns + pullback(target - here)[0] / (20 + k)
    return turns
""",
                "The first step is right, later ones are not",
            ),
            (
                """
def reach(hand, target, turns, n_steps):
    turns = list(turns)
    for _ in range(n_steps):
        here, pullback = vjp(hand, turns)
        turns = [t + p / 20 for t, p in zip(turns, pullback(target - here)[0])]
    return turns
""",
                "(An argument is a list: f got a list of numbers",
            ),
            (reach("pullback(target - here) / 20"), "A pullback returns a tuple"),
            ("cup = 4, 1\n" + reach("pullback(cup - here)[0] / 20"), "Go to `target`"),
            (reach("pullback(target)[0] / 20"), "not the target itself"),
            (reach().replace("turns = turns +", "turns +="), "changed in place"),
            (reach().replace("return turns", "return here"), "3 turns are asked for"),
            (
                """
def reach(hand, target, turns, n_steps):
    here, pullback = vjp(hand, turns)
    for _ in range(n_steps):
        turns = turns + pullback(target - hand(turns))[0] / 20
    return turns
""",
                "The pullback of the first turns",
            ),
        ],
    ),
}
