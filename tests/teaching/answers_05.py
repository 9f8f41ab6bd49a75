"""Answers to try on the exercises of chapter 05, as text: they run in the chapter's namespace."""


def mean(back, forward="x.mean()", base="(Function)", op='op = "mean"'):
    """The source of a class Mean, whose backward returns `back`."""
    return f"""
class Mean{base}:
    {op}
    def forward(self, x): return {forward}
    def backward(self, x, incoming): return {back}
"""


SLOPES = "np.full(x.shape, incoming / x.size)"
ONES = "np.ones((x.value.shape[0], 1))"

ANSWERS = {
    "05.1": dict(
        right=[
            "[[4], [6]]",
            "np.array([[4.0], [6.0]])",
            "((4,), (6,))",
            "[[np.float64(4)], [np.int64(6)]]",
            """
x, y = Variable([[1, 2], [3, 4]]), Variable([[5], [6]])
(x @ y).sum().backward()
y.gradient
""",
            "np.array([[1, 2], [3, 4]]).T @ np.ones((2, 1))",
        ],
        wrong=[
            ("[[3], [7]]", "3 and 7 add up the rows"),
            ("[[1], [2]]", "Add the second"),
            ("[[3], [4]]", "Add the first"),
            ("[[5, 6], [5, 6]]", "the gradient of x"),
            ("[[4, 6]]", "a column"),
            ("[4, 6]", "two rows of one"),
            ("[[6], [4]]", "in the other order"),
            ("10", "two entries, so two slopes"),
            ("[[9]]", "[[9]] is not it"),
            ("[3, 7]", "sums of the rows"),
            ("'[[4], [6]]'", "the rows without quotes"),
            ("[['4'], ['6']]", "the numbers without quotes"),
            ("[[4], [7]]", "The first entry is right"),
            ("((5,), (6,))", "The second entry is right"),
            ("[[17], [39]]", "the product x y itself"),
        ],
    ),
    "05.2": dict(
        right=[
            mean(f"({SLOPES},)"),
            mean(f"({SLOPES},)", forward="np.sum(x) / x.size"),
            mean("(incoming * np.ones_like(x) / x.size,)"),
            mean("tuple([np.zeros(x.shape) + incoming / np.size(x)])", forward="float(x.mean())"),
            mean(
                "(sum_entries.backward(x, incoming)[0] / x.size,)",
                "sum_entries.forward(x) / x.size",
            ),
            mean(f"({SLOPES},)", base="(Sum)"),
            mean(f"({SLOPES},)") + "Mean()",
            """
class Mean(Function):
    def __init__(self):
        self.op = "mean"
    def forward(self, x):
        total = 0.0
        for row in x:
            for entry in row:
                total += entry
        return total / x.size
    def backward(self, x, incoming):
        slopes = np.empty(x.shape)
        slopes[...] = incoming / x.size
        return slopes,
""",
        ],
        wrong=[
            (mean("(np.full(x.shape, incoming),)"), "the way back of the sum"),
            (mean(SLOPES), "still needs a tuple"),
            (mean("(np.full(x.shape, 1 / x.size),)"), "`incoming` is missing"),
            (mean("(incoming / x.size,)"), "needs the shape of x"),
            (mean("(x * incoming / x.size,)"), "does not depend on how large"),
            (mean(f"({SLOPES},)", forward="x.sum()"), "[[1.0, 2.0, 6.0]] gives 9.0, not 3.0"),
            (mean("(np.full(x.shape, incoming * x.size),)"), "Divide by x.size instead"),
            (mean("None"), "returns nothing yet"),
            (mean(f"[{SLOPES}]"), "but in a list"),
            (mean("(np.full(x.shape, incoming / len(x)),)"), "the number of rows"),
            (
                """
class Mean(Function):
    op = "mean"
    def forward(self, x):
        self.n = x.size
        return x.sum() / self.n
    def backward(self, x, incoming):
        return (np.full(x.shape, incoming / self.n),)
""",
                "overwritten by its next call",
            ),
            (mean("(-np.full(x.shape, incoming / x.size),)"), "10 / 3 each"),
            (mean(f"({SLOPES},)", base=""), "class Mean(Function)"),
            (mean(f"({SLOPES},)", op=""), "the name of its operation"),
            ("3", "Hand in the class itself"),
            (mean(f"({SLOPES},)", forward="x.average()"), "AttributeError"),
            (mean(f"({SLOPES},)", forward="x.sum() // x.size"), "[[2.0], [5.0], [6.0]] gives 4.0"),
            (mean(f"({SLOPES},)", forward="round(x.mean(), 3)"), "gives 4.333, not 4.3333"),
            (mean(f"({SLOPES},)", forward="x.sum() / x.size()"), "without brackets"),
            (mean(f"({SLOPES},)", forward="x.ndim()"), "TypeError: 'int' object is not"),
        ],
    ),
    "05.3": dict(
        right=["16", "16.0", "np.array(16.0)", "np.float64(16)"],
        wrong=[
            ("8", "the true slope"),
            ("32", "Here h is drained"),
            ("48", "keeps its gradient too"),
            ("12", "sends all it has"),
            ("4", "That is what reaches h"),
            ("10", "goes on to h and x"),
            ("24", "Nothing new comes to k"),
            ("64", "o is visited once"),
        ],
    ),
    "05.4": dict(
        right=[
            f"lambda x, b: x + {ONES} @ b",
            f"lambda x, b: Variable({ONES}) @ b + x",
            f"lambda x, b: add(x, matmul({ONES}, b))",
            """
def add_row(x, b):
    n, m = x.value.shape
    if not isinstance(b, Variable):
        raise TypeError("a Variable, please")
    repeated = Variable([[1.0] for _ in range(n)]) @ b
    return repeated + x
""",
            f"lambda x, b: x - (-{ONES}) @ b",
            """
class AddRow(Function):
    op = "add row"
    def forward(self, x, b): return x + b
    def backward(self, x, b, incoming):
        return incoming, incoming.sum(axis=0, keepdims=True)

AddRow()
""",
        ],
        wrong=[
            ("lambda x, b: x + b", "(3, 2) was to be added to (1, 2). Repeat the row b"),
            (f"lambda x, b: x + {ONES} @ b.value", "No path leads back to b"),
            (f"lambda x, b: x.value + {ONES} @ b", "No path leads back to x"),
            ("lambda x, b: x.value + b.value", "must be a Variable"),
            ("lambda x, b: x + np.ones((3, 1)) @ b", "(2, 4) was to be added to (3, 4)."),
            (f"lambda x, b: x - {ONES} @ b", "a row of x plus b"),
            (f"lambda x, b: x + b @ {ONES}", "matmul takes shapes"),
            ("lambda x, b: x + b @ np.ones(x.value.shape[::-1])", "turn the order round"),
            ("lambda x, b: x + np.ones(x.value.shape) * b", "* repeats nothing"),
            ("lambda x, b: x + np.ones((x.shape[0], 1)) @ b", 'in line 1: "lambda x, b: x + np'),
            (
                """
class AddRow(Function):
    op = "add row"
    def forward(self, x, b): return x + b
    def backward(self, x, b, incoming): return incoming, incoming

AddRow()
""",
                "shapes [(3, 2), (1, 2)]; got [(3, 2), (3, 2)].",
            ),
            (
                """
class AddRow(Function):
    op = "add row"
    def forward(self, x, b): return x + b
    def backward(self, x, b, incoming): return incoming, incoming.total(0)

AddRow()
""",
                "no attribute 'total', in line 5: \"def backward",
            ),
            (
                """
class AddRow(Function):
    op = "add row"
    def forward(self, x, b): return x + b
    def backward(self, x, b, incoming): return incoming, incoming[:1]

AddRow()
""",
                "not the gradient of b",
            ),
            (
                """
class AddRow(Function):
    op = "add row"
    def forward(self, x, b): return x + b
    def backward(self, x, b, incoming):
        return 2 * incoming, incoming.sum(axis=0, keepdims=True)

AddRow()
""",
                "not the gradient of x",
            ),
        ],
    ),
}
