"""Answers to try on the exercises of chapter 03."""

SUBTRACT = """
class Subtract(Node):
    op = "sub"
    def compute(self, a, b): return {value}
    def slopes(self, a, b): return {slopes}
"""


def subtract(value="a - b", slopes="(1, -1)"):
    return SUBTRACT.format(value=value, slopes=slopes)


DESCEND = """
def descend(tape, leaf, output):
    {before}
    for _ in range({rounds}):
        {within}
    return {result}
"""


def descend(within, before="pass", rounds=100, result="leaf.number"):
    within = within.replace("; ", "\n        ")
    return DESCEND.format(before=before, rounds=rounds, within=within, result=result)


BOTH = "tape.forward(); tape.backward(output); "
STEP = "leaf.number -= 0.1 * leaf.gradient"

ANSWERS = {
    "03.1": dict(
        right=["3", "3.0", "import numpy as np\nnp.int64(3)", "len(['oqrp', 'orqp', 'orpq'])"],
        wrong=[
            ("1", "The tape reversed"),
            ("2", "more than two places"),
            ("4", "o must be first"),
            ("6", "In some of them p sends before r"),
            ("8", "o stands before q and r in 8"),
            ("12", "before o has nothing yet"),
            ("24", "loses what they send later"),
            ("0", "always right"),
            ("5", "5 is not it"),
        ],
    ),
    "03.2": dict(
        right=[
            subtract(),
            subtract(slopes="[1.0, -1.0]"),
            subtract("a + -1 * b", "(k for k in (1, -1))"),
            "import numpy as np\n"
            + subtract("np.float64(a) - b", "np.array([1, -1])")
            + "\nSubtract",
            """
class Minus(Node):
    op = "sub"
    def __init__(self, tape, left, right):
        super().__init__(tape, left, right)
    def compute(self, *values):
        left, right = values
        return left - right
    def slopes(self, *values):
        return {0: (1, -1)}[0]
""",
            """
class Subtract(Add):
    op = "sub"
    def compute(self, a, b): return Add.compute(self, a, -b)
    def slopes(self, a, b):
        yield 1
        yield -1
""",
            """
class Subtract(Node):
    op = "sub"
    def forward(self):
        left, right = self.operands
        self.value = left.value - right.value
    def backward(self):
        left, right = self.operands
        left.gradient += self.gradient
        right.gradient -= self.gradient
""",
        ],
        wrong=[
            (subtract(slopes="(1, 1)"), "its slope is not 1"),
            (subtract(slopes="(-1, 1)"), "swapped"),
            (subtract(slopes="(b, a)"), "slopes of a product"),
            (subtract(slopes="(k for k in (a, -b))"), "not how large the operand is"),
            (subtract(slopes="-1"), "return both, in order; got one number"),
            (
                "class Subtract(Node):\n    op = 'sub'\n    def compute(self, a, b): return a - b",
                "slopes is missing",
            ),
            (subtract(slopes="(1,)"), "yours is only one"),
            (subtract(slopes="(self.gradient, -self.gradient)"), "Leave self.gradient out"),
            (subtract(slopes="(0, 0)"), "for a nudge of a, and of b"),
            (subtract(slopes="..."), "slopes still returns"),
            (subtract(slopes="(1, ...)"), "slopes still holds"),
            (subtract(slopes="None"), "slopes returns None"),
            (subtract("..."), "compute still returns"),
            (subtract("None"), "compute returns None"),
            (subtract("b - a"), "the order of the operands counts"),
            (subtract("a + b"), "gives the sum"),
            (subtract("a * b"), "should give 5.0, not 14.0"),
            (subtract("abs(a - b)"), "lost the sign"),
            (subtract("max(a - b, 1.0)"), "compute(-3.0, 5.0) should give -8.0, not 1.0"),
            (subtract(slopes="{1, -1}"), "a set, which has no order"),
            (subtract("self.a - self.b"), "AttributeError"),
            (subtract().replace('op = "sub"', "pass"), "Give it its op"),
            (subtract().replace('"sub"', '"minus"'), "draw as -, not 'minus'"),
            (subtract().replace('op = "sub"', "pass").replace("Node", "Add"), "not 'add'"),
            (subtract().replace("(Node)", ""), "class Subtract(Node)"),
            (
                subtract() + "\nt = Tape()\nSubtract(t, Leaf(t, 7), Leaf(t, 2))",
                "That is a node of the kind",
            ),
            (subtract() + "\n[Subtract]", "got a list of 1"),
            (subtract() + "\nSubtract.compute", "got a function"),
        ],
    ),
    "03.3": dict(
        right=[
            descend(BOTH + STEP),
            descend(BOTH.replace("output", "output=output") + STEP),
            descend(BOTH + "leaf.number = leaf.number - leaf.gradient / 10"),
            descend(BOTH + STEP + "; if abs(leaf.gradient) < 1e-6: break"),
            descend("tape.forward(); " + BOTH + STEP, result="round(leaf.number, 8)"),
            descend("tape.backward(output); " + STEP + "; tape.forward()", before="tape.forward()"),
            """
def descend(tape, leaf, output):
    k = 0
    while k < 100:
        tape.forward()
        tape.backward(output)
        leaf.number = float(leaf.number - 0.1 * leaf.gradient)
        k += 1
    tape.forward()
    return leaf.value
""",
            """
import numpy as np
def descend(tape, leaf, output, rounds=100):
    if rounds == 0:
        return np.float64(leaf.number)
    tape.forward()
    tape.backward(output)
    leaf.number -= 0.1 * leaf.gradient
    return descend(tape, leaf, output, rounds - 1)
""",
        ],
        wrong=[
            (descend(BOTH + STEP.replace("-=", "+=")), "That climbs"),
            (descend(BOTH + STEP, rounds=1), "That is one step. Take a hundred, each"),
            (descend(BOTH + STEP, rounds=70), "there are 70 of them"),
            (descend(BOTH + STEP, rounds=200), "there are 200 of them"),
            (descend(BOTH + STEP, result="round(leaf.number, 3)"), "return that, not 8.186"),
            (descend(BOTH + STEP, result="output.value"), "return that, not 0.67"),
            (descend(BOTH + STEP.replace("0.1", "0.05")), "are 0.05 times the gradient"),
            (
                descend(BOTH.replace("output", "output=output") + STEP.replace("0.1", "0.2")),
                "are 0.2 times the gradient",
            ),
            (descend(BOTH + STEP.replace("0.1", "0.5")), "are 0.5 times the gradient"),
            (
                descend(BOTH + "leaf.number -= 0.1 * (1 if leaf.gradient > 0 else -1)"),
                "shorter where it is flat",
            ),
            (
                descend(BOTH + "leaf.number -= 0.1 * leaf.gradient / (1 + k)").replace("_", "k"),
                "0.1 times the gradient lower is",
            ),
            (
                descend(BOTH + "leaf.number -= 0.1 * leaf.gradient / (1 + abs(leaf.gradient))"),
                "One step leads from 0.0, where the gradient is -6.0, to 0.0857",
            ),
            (
                descend(BOTH + "if abs(leaf.gradient) < 0.5: break; " + STEP),
                "there are 0 of them",
            ),
            (
                """
can = Tape()
r = Leaf(can, 3, "r")
metal = Square(can, r)
"""
                + descend("can.forward(); can.backward(metal); r.number -= 0.1 * r.gradient")
                .replace("leaf.number", "r.number")
                + "\ndescend",
                "works on can, r, metal",
            ),
            (descend(BOTH + STEP, result="None"), "is a return missing"),
            (descend(BOTH + STEP, result="leaf"), "leaf's number"),
            (descend(BOTH + STEP.replace("number", "value")), "is overwritten"),
            (descend(BOTH + STEP.replace("0.1 * ", "")), "jumps to and fro"),
            (descend(BOTH + "leaf.number -= 0.1"), "takes 0.1 from the number"),
            (descend(STEP, before=BOTH[:-2]), "The gradient stayed the same"),
            (descend("pass"), "stays where it was"),
            (
                descend("pass", BOTH + "return leaf.number - 0.1 * leaf.gradient"),
                "Set leaf.number to it",
            ),
            (descend("tape.backward(output); " + STEP), "before any forward"),
            (descend(BOTH.replace("output", "tape.nodes[-1]") + STEP), "another node than output"),
            (descend(BOTH + STEP, result="leaf.value"), "one step old"),
            (descend("raise ValueError('mine')"), "mine"),
            (descend("tape.forward(); tape.backward(); " + STEP), "TypeError"),
            ("7", "descend without brackets"),
        ],
    ),
}  # fmt: skip
