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


SAME = "copysign(-x, y) -> copysign(x, y)"


def copysign(rule="lambda g, x, y: g * np.sign(x) * np.sign(y)", identity=SAME):
    """A row for copysign, and an identity."""
    row = f'Row("copysign", np.copysign, "x, y", "elementwise", x={rule})'
    return f'({row}, "{identity}")'


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
            ('{"needed": 6, "once": 3, "rows": 4, "again": 3}', "a line of its own"),
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
            (
                evaluate(call="ROWS[pattern[0]].function(parts[0], parts[1])"),
                "For -(x / y), read as ('neg', ('div', 'x', 'y')), yours ended with IndexError",
            ),
            (
                "def evaluate(pattern, numbers):\n"
                "    if isinstance(pattern, str):\n"
                "        return numbers[pattern]\n"
                "    parts = [evaluate(part, numbers) for part in pattern[1:]]\n"
                "    return ROWS[pattern[0]].function(*parts)",
                "For 2.5 alone, a number, yours ended with TypeError",
            ),
            (evaluate(leaf="pattern"), "a number is asked for, got text"),
            (evaluate(leaf="numbers"), "a number is asked for"),
            (evaluate(leaf="numbers.get(pattern) or pattern"), "a number is asked for, got text"),
            ("def evaluate(pattern, numbers):\n    numbers", "For x yours returns nothing"),
            (evaluate(call="None"), "For x * (y + 2) yours returns nothing"),
            ("lambda pattern: 1.0", "2 arguments: (pattern, numbers)"),
            ("lambda pattern, numbers: 3.0", "x at x = -0.5"),
        ],
    ),
    "14.3": dict(
        right=[
            '{"a": -1.0, "b": None, "c": 0.0, "d": 1e-20, "e": None}',
            "dict(a=-3, b=None, c=0, d=-1e-18, e=None)",
            "dict(a=1e200, b=None, c=1e-200, d=1e-5, e=None)",
            "dict(a=-np.inf, b=None, c=np.inf, d=np.float64(1e-30), e=None)",
        ],
        wrong=[
            (
                '{"a": None, "b": None, "c": 0, "d": 1e-20, "e": None}',
                "a: sqrt(x * x) -> x is false",
            ),
            ('{"a": 2, "b": None, "c": 0, "d": 1e-20, "e": None}', "for x = 2 both sides"),
            ('{"a": -1, "b": None, "c": 0, "d": 1e17, "e": None}', "a small x"),
            ('{"a": -1, "b": None, "c": 0, "d": np.inf, "e": None}', "a small x"),
            ('{"a": -1, "b": -1, "c": 0, "d": 1e-20, "e": None}', "any number where they differ"),
            ('{"a": -1, "b": None, "c": 1, "d": 1e-20, "e": None}', "c: for x = 1 both sides"),
            ('{"a": -1, "b": None, "c": 0, "d": 0, "e": None}', "d: for x = 0 both sides"),
            (
                '{"a": -1, "b": None, "c": 0, "d": 0.1, "e": None}',
                "d: for x = 0.1 the sides of (x + 1) - 1 -> x are 0.10000000000000009 and 0.1: "
                "that is rounding. Where is more lost?",
            ),
            (
                '{"a": -1, "b": None, "c": 0.1, "d": 1e-20, "e": None}',
                "c: for x = 0.1 the sides of (x * x) / x -> x are",
            ),
            ('{"a": -1, "b": None, "c": 0, "d": 1e-20, "e": 0}', "e: for x = 0 both sides"),
            ('{"a": -1, "b": True, "c": 0, "d": 1e-20, "e": None}', "b: a number is asked for"),
            ('{"a": -1, "b": None, "c": 0, "d": ..., "e": None}', "d: still open"),
            ('{"a": -1}', "There is no entry 'b'"),
            ('["a", "c"]', "A dict with the entries"),
        ],
    ),
    "14.4": dict(
        right=[
            copysign(),
            copysign("lambda g, x, y, out: g * out / x", "copysign(-u, v) -> copysign(u, v)"),
            copysign(identity=SAME + "\\ncopysign(copysign(x, y), y) -> copysign(x, y)"),
            copysign("lambda g, x, y: np.where(x * y > 0, g, -g)"),
        ],
        wrong=[
            (copysign().replace('"elementwise", ', ""), 'name the kind, "elementwise", behind'),
            (copysign("lambda g: -g"), "at -2.0 is 1.0; by your row it is -1"),
            (
                copysign("lambda g, x, y: np.sign(x * y)"),
                "at 3.0 is -5.0; by your row it is -1.0. g, the slope",
            ),
            (copysign("lambda g, x, y: g * np.sign(x)"), "by your row it is 1"),
            (copysign("lambda g, x, y: np.copysign(g, x * y)"), "its sign is lost"),
            (
                copysign(identity="copysign(x, y) -> copysign(-x, y)"),
                "never applied: it makes 2 operations for 1",
            ),
            (copysign(identity="copysign(x, y) -> x"), "is false for x = 1, y = -1"),
            (copysign(identity="copysign(-x, y) -> -copysign(x, y)"), "is false for x = 1"),
            (
                copysign(identity="copysign(copysign(x, y), y) -> copysign(x, y)"),
                "still takes two operations",
            ),
            (copysign(identity="copysign(-x, y) = copysign(x, y)"), "it has 0 arrows"),
            (
                copysign(identity="np.copysign(-x, y) -> np.copysign(x, y)"),
                "by their names in the table, without np",
            ),
            (
                copysign(identity="copysign(-a, y) -> copysign(a, y)"),
                "two operations. In a row a stands only for a number that the program knows",
            ),
            (f'(Row("copysign", np.copysign, "x, y", "elementwise"), "{SAME}")', "no rule for x"),
            (copysign().replace('Row("copysign"', 'Row("sign_of"'), 'called "copysign"'),
            (
                copysign().replace("np.copysign", "lambda x, y: np.copysign(x, y)"),
                "not a lambda",
            ),
            (copysign().replace("np.copysign", "np.abs"), "not absolute"),
            ('("copysign", "x * 1 -> x")', "The first is a Row"),
            ("np.copysign", "Two things are asked for"),
        ],
    ),
    "14.5": dict(
        right=[
            '"x + x -> 2 * x\\na * x + x -> (a + 1) * x"',
            '"""\n    u + u -> u * 2.0\n    u + a * u -> u * (1 + a)\n"""',
            '"x + x -> 2 * x\\n(a * x + x) + x -> (a + 2) * x"',
        ],
        wrong=[
            ('"x + x -> 2 * x"', "3 lines of bend are left: t1 = 4.0 * x"),
            ('"a * x + x -> (a + 1) * x"', "4 lines of bend are left"),
            (
                '"x + x + x + x + x + x -> 6 * x"',
                "t4 = t3 + x. A row fits only what is grouped as it is",
            ),
            (
                '"(((x + x) + (x + x)) + x) + x -> 6 * x"',
                "but 7 lines of eight x, added one by one. A row that adds one x to a times x",
            ),
            ('"x + x -> x"', "is false for x = 1"),
            ('"x + y -> y + x"', "these rows lead nowhere, again and again: x + y -> y + x"),
            (
                '"x + x -> 2 * x\\n2 * x -> x + x"',
                "these rows lead nowhere, again and again: ",
            ),
            ('"x + x -> x * x"', "x + x -> x * x is false"),
            ('"(x + y) + z -> x + (y + z)"', "(x + y) + z -> x + (y + z) is false"),
            ('"6 * x"', "cannot be read as a row"),
            ('"x + x -> 2 * x; a * x + x -> (a + 1) * x"', "it has 2 arrows"),
            ('"x + -> 2 * x"', "it is to be written as Python has it"),
            ('"x + x -> 2x"', "2 * x for 2x"),
            ('"x + x -> a * x"', "the letter a stands on its right side only"),
            (
                '"x + x -> 2 * x\\na * x + x -> (a + 1) * x\\nu + v -> v + u"',
                "these rows lead nowhere, again and again: u + v -> v + u",
            ),
            ('"x -> x + 0"', "it makes 1 operation for 0"),
            ("14", "A text is asked for, one row or several"),
        ],
    ),
}
