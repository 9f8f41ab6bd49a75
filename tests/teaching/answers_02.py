"""Answers to try on the exercises of chapter 02, as text: they run in the chapter's namespace."""

CONSTANT = """
def constant(t, value):
    return t.op is None and t.name is None and t.value == value
"""
SAVING = """
def thrifty(a, b):
    if {zero_a} or {zero_b}:
        return {nothing}
    if {one_a}:
        return b
    if {one_b}:
        return a
    return {product}
"""


def thrifty(test="constant", nothing="Tensor(0)", product="a * b", **cases):
    """A thrifty product that tells constants by `test`; cases: zero_a="False", one_b=..."""
    told = {
        f"{word}_{t}": f"{test}({t}, {value})"
        for word, value in (("zero", 0), ("one", 1))
        for t in "ab"
    }
    return CONSTANT + SAVING.format(**(told | cases), nothing=nothing, product=product)


def with_test(body):
    """A thrifty product whose test for a constant is `body`."""
    return f"def told(t, value):\n    return {body}\n" + thrifty("told")


RIGHT_RULE = "lambda a, da: -da / a**2"


def reciprocal(rule, method="apply('recip', a)"):
    """A row with this rule, and a method."""
    return f"RULES['recip'] = Rule(lambda a: 1 / a, {rule})\nlambda a: {method}"


ANSWERS = {
    "02.1": dict(
        right=["7", "7.0", "(lambda x, y: (x * y + x * x).grad(x))(Tensor(2), Tensor(3))"],
        wrong=[
            ("5", "twice in x x"),
            ("4", "x x alone"),
            ("3", "x y alone"),
            ("2", "with respect to y"),
            ("10", "the value of f"),
            ("12", "they do not multiply"),
            ("9", "not three"),
            ("6", "in x y the slope is y"),
        ],
    ),
    "02.2": dict(
        right=[
            reciprocal("lambda a, da: -da / a**2"),
            reciprocal("lambda a, da: -1 * da / (a * a)"),
            reciprocal("lambda a, da: (0 * a - 1 * da) / a**2"),
            reciprocal("lambda a, da: -da * a**-2"),
            reciprocal("lambda a, da: RULES['div'].derivative(Tensor(1), a, Tensor(0), da)"),
            reciprocal("lambda a, da: da * (1 / a).grad(a)"),
            reciprocal("lambda a, da: derivative(1 / a, a) * da"),
            reciprocal("lambda a, da: -da * apply('recip', a) * apply('recip', a)"),
            """
def rule(a, da):
    if not isinstance(a, Tensor) or not isinstance(da, Tensor):
        raise TypeError("Tensors, please")
    square = a * a
    return apply("neg", da) / square

RULES["another name"] = Rule(value=lambda a: a**-1, derivative=rule)

class Mine:
    def reciprocal(self):
        return apply("another name", self)

Mine.reciprocal
""",
        ],
        wrong=[
            (reciprocal("lambda a, da: da / a**2"), "The sign is missing: as a grows"),
            (reciprocal("lambda da, a: -da / a**2"), "a and da are swapped"),
            (reciprocal("lambda a, da: -1 / a**2"), "the chain rule"),
            (reciprocal("lambda a, da: 1 / a**2"), "and the factor da"),
            (reciprocal("lambda a, da: -da / a"), "the square of a below"),
            (reciprocal("lambda a, da: 1 / da"), "deriving what stands below"),
            (reciprocal("lambda a, da: Tensor(-da.value / a.value**2)"), "forgotten a or da"),
            (reciprocal("lambda a, da: -da.value / a.value**2"), "it returned a number"),
            (reciprocal("lambda a, da: da / a"), "the rule of log"),
            (reciprocal("lambda a, da: 1 / a"), "1 / a itself"),
            (reciprocal("lambda a, da: -da / (2 * a)"), "a * a, not 2 * a"),
            (reciprocal("lambda a, da: -da * a**2"), "below, not beside"),
            (reciprocal("lambda a, da: a + da"), "For a = 9 and da = 6 the rule gives 15"),
            (reciprocal("lambda a, da: -da / a**da"), "** takes a plain number"),
            (reciprocal(RIGHT_RULE, "1 / a"), "but not by the new row"),
            (reciprocal(RIGHT_RULE, "1 / a.value"), "must return a Tensor, made by apply"),
            (reciprocal(RIGHT_RULE, "apply('neg', a)"), "For a = 4 it gives -4"),
            (reciprocal(RIGHT_RULE, "apply('forgotten', a)"), "forgotten"),
        ],
    ),
    "02.3": dict(
        right=[
            "lambda x: (x * (-x).exp()).grad(x).grad(x)",
            "lambda x: (x / x.exp()).grad(x).grad(x)",
            "lambda x: (x - 2) * (-x).exp()",
            "lambda x: derivative(derivative(x * (-1 * x).exp(), x), x)",
            """
def second(x):
    assert isinstance(x, Tensor)
    f = x * apply("exp", -x)
    for _ in range(2):
        f = f.grad(x)
    return f
""",
        ],
        wrong=[
            ("lambda x: (x * (-x).exp()).grad(x)", "the first derivative"),
            ("lambda x: x * (-x).exp().grad(x).grad(x)", "the whole product"),
            ("lambda x: x * (-x).exp().grad(x)", "Only e^-x was derived"),
            ("lambda x: (x * x.exp()).grad(x).grad(x)", "the exponent is -x"),
            ("lambda x: (x * (-x).exp()).grad(x)**2", "square of the slope"),
            ("lambda x: (x * (-x).exp()).grad(x).grad(x).grad(x)", "third derivative"),
            ("lambda x: (x * (-x).exp()).grad(Tensor(1.0)).grad(x)", "Derive along the very x"),
            ("lambda x: (x * math.exp(-x.value)).grad(x).grad(x)", "has forgotten x"),
            ("lambda x: (x * math.e ** (-x)).grad(x).grad(x)", "math.e ** (-x) take numbers"),
            ("lambda x: [x for x in [Tensor(2.0)]][0].exp().grad(x)", "Is x replaced"),
            ("lambda x: (x * (-x.exp())).grad(x).grad(x)", "inside the exponential"),
            ("lambda x: (-x).exp().grad(x).grad(x)", "lacks the factor x"),
            ("lambda x: (x * (-x).exp()).grad(x).grad(x).value", "not its value"),
            ("lambda x: Tensor((x.value - 2) * math.exp(-x.value))", "does not follow x"),
            ("lambda: 3", "takes 0 positional arguments but 1 was given"),
        ],
    ),
    "02.4": dict(
        right=[
            thrifty(),
            thrifty(nothing="a if constant(a, 0) else b"),
            thrifty(product="apply('mul', a, b)"),
            with_test("not t.operands and not t.name and t.value == value"),
            with_test("isinstance(t, Tensor) and (t.op, t.name, t.value) == (None, None, value)"),
            CONSTANT
            + """
def thrifty(a, b):
    for one, other in ((a, b), (b, a)):
        if constant(one, 0):
            return one
        if constant(one, 1) and not constant(other, 0):
            return other
    return a * b
""",
        ],
        wrong=[
            ("lambda a, b: a * b", "1 times x still makes a new node"),
            (with_test("t.value == value"), "You take an input for a constant"),
            (with_test("t.name is None and t.value == value"), "x - 4 happens to be 1"),
            (with_test("t.op is t.name is None and abs(t.value) == value"), "constant -1 must"),
            (with_test("t.op is t.name is None and int(t.value) == value"), "constant 0.5 must"),
            (
                thrifty(zero_a="a.name is None and a.value == 0", zero_b="constant(b, 0)"),
                "x - 5 happens to be 0",
            ),
            (
                with_test("t.op is t.name is None and t.value == value and type(t.value) is int"),
                "1.0 times x still",
            ),
            (thrifty(one_b="False"), "on either side"),
            (thrifty(zero_a="False", zero_b="False"), "0 times x is 0, whatever x is"),
            ("lambda a, b: Tensor(a.value * b.value)", "forgotten its operands"),
            (thrifty(nothing="0"), "return a Tensor, Tensor(0)"),
            (thrifty(product="a + b"), "must still be 15, not 8"),
            (thrifty(nothing="Tensor(1)"), "must be 0, not 1"),
        ],
    ),
}
