"""Answers to try on the exercises of chapter 14, as text: they run in the chapter's namespace."""


def evaluate(leaf="numbers[pattern]", call="ROWS[pattern[0]].function(*parts)"):
    """An evaluate that calls itself for the parts."""
    return (
        "def evaluate(pattern, numbers):\n"
        "    if isinstance(pattern, str):\n"
        f"        return {leaf}\n"
        "    if isinstance(pattern, float):\n"
        "        return pattern\n"
        "    parts = [evaluate(part, numbers) for part in pattern[1:]]\n"
        f"    return {call}"
    )


def radians(rule="g * (np.pi / 180)", identity="radians(x) + radians(y) -> radians(x + y)"):
    """A row for radians, and an identity."""
    return f'(Row("radians", np.radians, "x", "elementwise", x=lambda g: {rule}), "{identity}")'


ANSWERS = {
    "14.1": dict(
        right=[
            '{"needed": 6, "once": 5, "rows": 4, "again": 3}',
            "dict(needed=6.0, once=5, rows=4, again=3)",
            "import numpy as np\ndict(zip('needed once rows again'.split(), np.arange(6, 2, -1)))",
        ],
        wrong=[
            ('{"needed": 7, "once": 5, "rows": 4, "again": 3}', "Nothing uses t7"),
            ('{"needed": 5, "once": 5, "rows": 4, "again": 3}', "Only t7"),
            ('{"needed": 6, "once": 6, "rows": 4, "again": 3}', "the same in both orders"),
            ('{"needed": 6, "once": 4, "rows": 4, "again": 3}', "not yet known to be t1"),
            ('{"needed": 6, "once": 5, "rows": 5, "again": 3}', "takes its line"),
            ('{"needed": 6, "once": 5, "rows": 3, "again": 3}', "sharing comes after it"),
            ('{"needed": 6, "once": 5, "rows": 4, "again": 4}', "as t4 is"),
            ('{"needed": 6, "once": 5, "rows": 4, "again": 2}', "and the sum are needed"),
            ('{"needed": 6, "once": 5, "rows": 4, "again": ...}', "again is still open"),
        ],
    ),
    "14.2": dict(
        right=[
            evaluate(),
            evaluate("float(numbers[pattern])"),
            """
def evaluate(pattern, numbers):
    functions = {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "neg": lambda a: -a,
                 "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
                 "exp": np.exp, "sin": np.sin}
    if not isinstance(pattern, tuple):
        return numbers.get(pattern, pattern)
    return functions[pattern[0]](*(evaluate(part, numbers) for part in pattern[1:]))
""",
            """
def evaluate(pattern, numbers):
    match pattern:
        case str():
            return numbers[pattern]
        case (op, *parts):
            return ROWS[op].function(*[evaluate(part, numbers) for part in parts])
    return pattern
""",
        ],
        wrong=[
            (evaluate(call="ROWS[pattern[0]].function(*parts[::-1])"), "The operands are swapped"),
            (evaluate(call="ROWS['mul'].function(*parts)"), "is -3.0, not -4.0"),
            (evaluate(leaf="pattern"), "a number is asked for, got text"),
            (evaluate(leaf="numbers"), "a number is asked for"),
            ("lambda pattern: 1.0", "2 arguments: (pattern, numbers)"),
            ("lambda pattern, numbers: 3.0", "x at x = -0.5"),
        ],
    ),
    "14.3": dict(
        right=[
            '{"a": -1.0, "b": None, "c": 0.0, "d": 1e-20, "e": None}',
            "dict(a=-3, b=None, c=0, d=-1e-18, e=None)",
            "dict(a=-np.inf, b=None, c=np.inf, d=np.float64(1e-30), e=None)",
        ],
        wrong=[
            (
                '{"a": None, "b": None, "c": 0, "d": 1e-20, "e": None}',
                "a: sqrt(x * x) -> x is false",
            ),
            ('{"a": 2, "b": None, "c": 0, "d": 1e-20, "e": None}', "for x = 2 both sides"),
            ('{"a": -1, "b": -1, "c": 0, "d": 1e-20, "e": None}', "any number where they differ"),
            ('{"a": -1, "b": None, "c": 1, "d": 1e-20, "e": None}', "c: for x = 1 both sides"),
            ('{"a": -1, "b": None, "c": 0, "d": 0, "e": None}', "d: for x = 0 both sides"),
            ('{"a": -1, "b": None, "c": 0, "d": 1e-20, "e": 0}', "e: for x = 0 both sides"),
            ('{"a": -1, "b": True, "c": 0, "d": 1e-20, "e": None}', "b: a number is asked for"),
            ('{"a": -1, "b": None, "c": 0, "d": ..., "e": None}', "d: still open"),
            ('{"a": -1}', "There is no entry 'b'"),
            ('["a", "c"]', "A dict with the entries"),
        ],
    ),
    "14.4": dict(
        right=[
            radians(),
            radians("np.radians(g)", "radians(p) + radians(q) -> radians(p + q)"),
            radians(identity="radians(x) + radians(y) -> radians(y + x)"),
        ],
        wrong=[
            (radians("g"), "by your row it is 1"),
            (radians("g * 180 / np.pi"), "by your row it is 57.2957"),
            (
                radians(identity="radians(x) + radians(y) -> radians(x) + radians(y)"),
                "again and again",
            ),
            (radians(identity="radians(x) + radians(y) -> radians(x * y)"), "is false for"),
            (radians(identity="radians(-x) -> -radians(x)"), "still takes three operations"),
            (
                radians(identity="radians(x) + radians(y) = radians(x + y)"),
                "cannot be read as a row",
            ),
            (radians().replace('Row("radians"', 'Row("degrees"'), 'called "radians"'),
            ('("radians", "x * 1 -> x")', "The first is a Row"),
            ("np.radians", "Two things are asked for"),
        ],
    ),
    "14.5": dict(
        right=[
            '"((x + y) + x) + y -> 2 * (x + y)"',
            '"((x + y) + x) + y -> (x + y) * 2"',
            '"((u + v) + u) + v -> 2.0 * (u + v)"',
            '"\\nx * 1 -> x\\n(z + x) + y -> z + (x + y)".replace("(z + x) + y -> z + (x + y)", '
            '"((x + y) + x) + y -> 2 * (x + y)")',
            '"(h := x + y) + x + y -> h + h"',
        ],
        wrong=[
            ('"x + x -> 2 * x"', "still has 14 lines"),
            ('"x + x -> x"', "is false for x = 1"),
            ('"x + y -> y + x"', "again and again"),
            ('"x * y -> x"', "is false for"),
            ('"(x + y) + z -> x + (y + z)"', "is false for"),
            ('"x + y"', "cannot be read as a row"),
            ("14", "A text is asked for, one row or several"),
        ],
    ),
}
