"""Answers to try on the exercises of chapter 10, as text: they run in the chapter's namespace."""

RIGHT = [
    "lambda g: np.sum(g)",
    "lambda g, x_shape: np.full(x_shape, g / np.prod(x_shape))",
    "lambda g: np.cumsum(g[::-1])[::-1]",
    "lambda g, x, y: -g * x / y**2",
    "lambda g, x_shape: np.broadcast_to(g[:, None], x_shape)",
    "lambda g: np.sum(g, axis=0)",
    "lambda g, y: g @ y.T",
    "lambda g, x: x.T @ g",
    "lambda g, v: g[:, None] * v",
    "lambda g, x_shape: g.reshape(x_shape[::-1]).T",
]


def ten(**others):
    """Ten rules, all right but those that are given: ten(p7="lambda g, y: g @ y")."""
    rules = [others.get(f"p{k}", rule) for k, rule in enumerate(RIGHT, 1)]
    return "import numpy as np\n[" + ",\n ".join(rules) + "]"


def error(x, y, f="(x - y) ** 2"):
    """The row of the squared error, with these rules."""
    return (
        f'Row("error", lambda x, y: {f}, "x, y", x=lambda g, x, y: {x},\n    y=lambda g, x, y: {y})'
    )


def rows(softplus="g / (1 + np.exp(-x))", logsumexp="g * np.exp(x - out)", values=None):
    """The two rows, with these rules."""
    one, all_ = values or ("np.log(1 + np.exp(x))", "np.log(np.sum(np.exp(x)))")
    return (
        "import numpy as np\n"
        f'(Row("softplus", lambda x: {one}, "x", "elementwise", x=lambda g, x: {softplus}),\n'
        f' Row("logsumexp", lambda x: {all_}, "x", x=lambda g, x, out: {logsumexp}))'
    )


def reached(body):
    """The function of 10.6 with this body, its lines parted by |."""
    return "def reached(tape, line):\n    " + body.replace("|", "\n    ")


def loss(rows="", f="mean(error(matmul(x, y), target))", **others):
    """The loss f of 10.4 with its rows: the ten rules as in `ten`, and the row of 10.3."""
    rows = rows or error("2 * g * (x - y)", "2 * g * (y - x)")
    return f"""
import numpy as np
ten = {ten(**others).partition(chr(10))[2]}
error = {rows}
matmul = Row("matmul", lambda x, y: x @ y, "x, y", x=ten[6], y=ten[7])
mean = Row("mean", np.mean, "x", x=ten[1])
lambda x, y, target: {f}
"""


ANSWERS = {
    "10.1": dict(
        right=[
            '{"b[1]": 7, "c[0]": 6, "d": 21}',
            '{"b[1]": 7.0, "c[0]": 6.0, "d": 21.0}',
            """
import numpy as np
g = np.array([[1, 2, 3], [4, 5, 6]])
{"b[1]": unbroadcast(g, (3,))[1], "c[0]": unbroadcast(g, (2, 1))[0, 0],
 "d": unbroadcast(g, ())}
""",
        ],
        wrong=[
            ('{"b[1]": 15, "c[0]": 6, "d": 21}', "not along row 1"),
            ('{"b[1]": 6, "c[0]": 7, "d": 21}', "Exchanged"),
            ('{"b[1]": 2, "c[0]": 6, "d": 21}', "2 and something more"),
            ('{"b[1]": 5, "c[0]": 6, "d": 21}', "5 and something more"),
            ('{"b[1]": 7, "c[0]": 5, "d": 21}', "not down column 0"),
            ('{"b[1]": 7, "c[0]": 1, "d": 21}', "to all three columns"),
            ('{"b[1]": 7, "c[0]": 6, "d": 3.5}', "Add up"),
            ('{"b[1]": 7, "c[0]": 6, "d": 6}', "not 1"),
            ('{"b[1]": 7, "c[0]": 6, "d": ...}', "d is still open"),
        ],
    ),
    "10.2": dict(
        right=[
            ten(),
            ten(p1="np.sum", p6="lambda g: g.sum(0)", p7="lambda g, y: np.dot(g, np.transpose(y))",
                p9="np.outer", p3="lambda g: np.flip(np.cumsum(np.flip(g)))"),
            ten(p1="lambda g: sum(g)", p2="lambda g, s: g * np.ones(s) / np.ones(s).size",
                p4="lambda g, x, y: g * (x / y) / -y", p6="lambda g: np.ones(len(g)) @ g",
                p5="lambda g, s: np.repeat(g, s[1]).reshape(s)",
                p8="lambda g, x: (g.T @ x).T", p9="lambda g, v: g[:, np.newaxis] @ v[np.newaxis]",
                p10="lambda g, s: g.reshape(s[1], s[0]).T"),
            ten(p2="lambda g, s: np.broadcast_to(g, s) / np.size(np.zeros(s))",
                p3="lambda g: g.sum() - np.cumsum(g) + g",
                p5="lambda g, s: np.tile(g, (s[1], 1)).T",
                p7="lambda g, y: np.einsum('im,km->ik', g, y)",
                p10="lambda g, s: g.reshape(s, order='F')"),
            ten(p1="lambda g: g.sum()", p5="lambda g, s: g[:, None] * np.ones(s)"),
        ],
        wrong=[
            (ten(p1="lambda g: g"), "a sum is missing"),
            (ten(p1="lambda g: np.mean(g)"), "a nudge goes to each copy whole"),
            (ten(p1="lambda g: -np.sum(g)"), "Puzzle 1, the copies of b: the sign is wrong."),
            (ten(p1="lambda g: g[0]"), "<w, J u>"),
            (ten(p2="lambda g, s: np.full(s, g)"), "divides by how many"),
            (ten(p2="lambda g, s: np.full(s, g / s[0])"), "the number of rows alone"),
            (ten(p2="lambda g, s: np.full(s, g / s[-1])"), "the length of a row alone"),
            (ten(p2="lambda g, s: g / s"), "x_shape is a tuple"),
            (ten(p2="lambda g, s: g / np.prod(s)"), "np.mean(x): an axis got lost"),
            (ten(p3="lambda g: np.cumsum(g)"), "the last x only one"),
            (ten(p3="lambda g: np.cumsum(g)[::-1]"), "once too little"),
            (ten(p3="lambda g: np.cumsum(g[::-1])"), "turn it round again"),
            (ten(p3="lambda g: np.diff(g, prepend=0.0)"), "not the inverse"),
            (ten(p3="lambda g: g"), "not the first alone"),
            (ten(p4="lambda g, x, y: g * x / y**2"), "for y: the sign is wrong"),
            (ten(p4="lambda g, x, y: g / y"), "the rule for x"),
            (ten(p4="lambda g, x, y: -x / y**2"), "g is missing"),
            (ten(p4="lambda g, x, y: -g / y**2"), "x is missing"),
            (ten(p5="lambda g, s: np.broadcast_to(g, s)"), "its lost axis back"),
            (ten(p5="lambda g, s: g"), "x.sum(axis=1): an axis got lost"),
            (ten(p5="lambda g, s: g[:, None]"), "(4, 2), this gradient (4, 1)"),
            (ten(p6="lambda g: g"), "for the row b: a sum is missing"),
            (ten(p6="lambda g: g.sum(axis=1)"), "copied down the columns"),
            (ten(p6="lambda g: g.sum(axis=0, keepdims=True)"), "in the wrong shape"),
            (ten(p7="lambda g, y: g @ y"), "for x: a transpose is missing"),
            (ten(p7="lambda g, y: y.T @ g"), "for x: the order is turned round"),
            (ten(p7="lambda g, y: y @ g.T"), "for x: rows and columns are swapped"),
            (ten(p7="lambda g, y: -g @ y.T"), "for x: the sign is wrong"),
            (ten(p8="lambda g, x: x @ g"), "for y: a transpose is missing"),
            (ten(p8="lambda g, x: g @ x.T"), "for y: the order is turned round"),
            (ten(p8="lambda g, x: g.T @ x"), "for y: rows and columns are swapped"),
            (ten(p9="lambda g, v: g * v"), "entry by entry is not enough"),
            (ten(p9="lambda g, v: v[:, None] * g"), "A: rows and columns are swapped"),
            (ten(p9="lambda g, v: g @ v.T"), "First make a column of g"),
            (ten(p9="lambda g, v: g + v"), "for the matrix A: it ended with ValueError"),
            (ten(p10="lambda g, s: g.reshape(s)"), "before the reshape there was a transpose"),
            (ten(p10="lambda g, s: g.reshape(s).T"), "rows and columns are swapped"),
            (ten(p10="lambda g, s: g"), "in the wrong shape: the operand has shape (4, 2)"),
            (ten(p1="lambda g: 'sum'"), "an array of numbers"),
            (ten(p1="7"), "a rule is a function, got a number"),
            (ten(p3="lambda g: ...", p7="lambda g, y: g @ y.T + 1"), "Open: 3."),
            ("[lambda g: g]", "A list of 10 rules is asked for, got 1"),
        ],
    ),
    "10.3": dict(
        right=[
            error("2 * g * (x - y)", "2 * g * (y - x)"),
            error("g * (2 * x - 2 * y)", "-2 * (x - y) * g"),
            """
def slope(g, x, y):
    return 2 * g * (x - y)
Row("loss", lambda x, y: (x - y) ** 2, "x, y", "elementwise",
    x=slope, y=lambda g, x, y: -slope(g, x, y))
""",
            """
import numpy as np
Row("error", lambda p, q: (p - q) ** 2, "p, q",
    p=lambda g, p, q, out: 2 * g * np.sign(p - q) * np.sqrt(out),
    q=lambda g, q, p: 2 * g * (q - p))
""",
        ],
        wrong=[
            (error("2 * g * (x - y)", "2 * g * (x - y)"), "rule of y: the sign is wrong"),
            (error("2 * g * (y - x)", "2 * g * (y - x)"), "rule of x: the sign is wrong"),
            (error("2 * (x - y)", "2 * g * (y - x)"), "rule of x: g is missing"),
            (error("2 * g * (x - y)", "2 * (y - x)"), "rule of y: g is missing"),
            (error("g * (x - y)", "g * (y - x)"), "rule of x: the 2 is missing"),
            (error("2 * g * (x - y)", "g * (x - y)"), "rule of y: the 2 is missing, and the sign"),
            (error("2 * g * x", "-2 * g * y"), "that is the slope of x squared"),
            (error("2 * g * (x - y)", "2 * g * y"), "that is the slope of y squared"),
            (error("g * (x - y) ** 2", "..."), "g times the value"),
            (error("g", "-g"), "g is sent on as it came"),
            (error("7.0 * g", "..."), "x is 3, y is 1 and g is 2, it sends 14, and is to send 8."),
            (error("2 * g * np.abs(x - y)", "..."), "the slope of a square has a sign"),
            (error("2 * g * np.mean(x - y)", "..."), "it sends -1.5, and is to send 8."),
            (error("np.sum(2 * g * (x - y))", "..."), "sends -7.5, but x and y are arrays"),
            (error("2 * g * np.maximum(x - y, 0)", "..."),
             "x is 1, y is 2.5 and g is 3, it sends 0, and is to send -9."),
            (error("2 * g * (x - y)", "..."), "The rule of y is still open"),
            (error("2 * g * (x - y)", "g @ z"), "NameError"),
            (error("g", "g", f="x - y"), "Leave the function"),
            ('Row("error", lambda x, y: (x - y) ** 2, "x, y", x=lambda g, x, y: 2 * g * (x - y))',
             "y has no rule"),
            ('Row("error", lambda x, y: (x - y) ** 2, "x, y", y=None,\n'
             '    x=lambda g, x, y: 2 * g * (x - y))', "y is None: nothing"),
            ("lambda g, x, y: 2 * g * (x - y)", "A Row is asked for"),
            ("7", "A Row is asked for"),
        ],
    ),
    "10.4": dict(
        right=[
            loss(),
            loss(p2="lambda g, x_shape: np.ones(x_shape) * g / np.prod(x_shape)"),
            loss(rows=error("g * (2 * x - 2 * y)", "-2 * (x - y) * g")),
            loss(f="mean(error(target, matmul(x, y)))"),
        ],
        wrong=[
            (loss(p7="lambda g, y: ..."), "Still open: Rule 7 of 10.2"),
            (loss(p2="lambda g, x_shape: ..."), "Still open: Rule 2 of 10.2"),
            (loss(rows=error("2 * g * (x - y)", "...")), "Still open: 10.3, the rule of y"),
            (loss(p2="lambda g, x_shape: np.full(x_shape, g)"), "Rule 2 of 10.2: it sends"),
            (loss(p2="lambda g, x_shape: g"), "Rule 2 of 10.2: it sends shape ()"),
            (loss(rows=error("2 * g * (x - y)", "g")), "10.3, the rule of y: it sends"),
            (loss(rows=error("g", "2 * g * (y - x)")), "10.3, the rule of x: it sends"),
            (loss(f="mean(error(target, matmul(x, y)))", rows=error("g", "2 * g * (y - x)")),
             "10.3, the rule of x: it sends"),
            (loss(p8="lambda g, x: 2 * x.T @ g"), "Rule 8 of 10.2: it sends"),
            (loss(p8="lambda g, x: x @ g.T"), "Rule 8 of 10.2: it ended with ValueError"),
            (loss(p7="lambda g, y: g @ y"), "Rule 7 of 10.2: it ended with ValueError"),
            (loss(p7="lambda g, y: g @ y.missing"), "Rule 7 of 10.2: it ended with Attribute"),
            (loss(f="np.mean((x @ y - target) ** 2)", p2="lambda g, x_shape: g",
                  p7="lambda g, y: g", p8="lambda g, x: g"),
             "It does not run: Rule 2 of 10.2; Rule 7 of 10.2; Rule 8 of 10.2; 10.3"),
            (loss(f="np.mean(error(matmul(x, y), target))", p2="lambda g, x_shape: g"),
             "It does not run: Rule 2 of 10.2."),
            (loss(f="mean(error(x @ y, target))"),
             "It does not run: Rule 7 of 10.2; Rule 8 of 10.2."),
            ("def backward(tape, seeds):\n    return {0: 1.0}\n" + loss(),
             "what the engine brings to x"),
            (loss(rows=error("g", "g", f="x - y")), "Leave the loss"),
            ("lambda x, y, target: 3.0", "do not move the result, 3"),
        ],
    ),
    "10.5": dict(
        right=[
            rows(),
            rows("g * np.exp(x) / (1 + np.exp(x))", "g * np.exp(x) / np.exp(out)"),
            rows("g * (1 + np.tanh(x / 2)) / 2", "g * np.exp(x) / np.sum(np.exp(x))",
                 ("np.logaddexp(0, x)", "np.max(x) + np.log(np.sum(np.exp(x - np.max(x))))")),
            """
import numpy as np
softplus = Row("softplus", lambda x: np.log1p(np.exp(x)), "x",
               x=lambda g, out: g * (1 - np.exp(-out)))
logsumexp = Row("logsumexp", lambda a: np.log(np.exp(a).sum()), "a",
                a=lambda g, out, a: np.exp(a - out) * g)
[softplus, logsumexp]
""",
        ],
        wrong=[
            (rows("1 / (1 + np.exp(-x))"), "Softplus: g is missing"),
            (rows("g / (1 + np.exp(x))"), "it must grow with x"),
            (rows("g * np.exp(x)"), "divides by 1 + e^x, too"),
            (rows("g"), "what a sum would"),
            (rows("-g / (1 + np.exp(-x))"), "softplus: the sign"),
            (rows("g / (2 + np.exp(-x))"), "the rule sends"),
            (rows(logsumexp="np.exp(x - out)"), "Logsumexp: g is missing"),
            (rows(logsumexp="g * np.exp(x)"), "out is its log"),
            (rows(logsumexp="g * np.exp(x) / out"), "not the sum"),
            (rows(logsumexp="g / np.exp(out) + 0 * x"), "has a slope, too"),
            (rows(logsumexp="g + 0 * x"), "the rule of the sum"),
            (rows(logsumexp="g * np.exp(out - x)"), "logsumexp: at"),
            (rows(logsumexp="g"), "in its own way, by its e^x"),
            (rows(logsumexp="g / np.sum(np.exp(x))"), "by its e^x. Logsumexp: the inside"),
            (rows(values=("math.log(1 + math.exp(x))", "np.log(np.sum(np.exp(x)))"))
             .replace("import", "import math, ", 1), "x is an array: np.exp and np.log"),
            (rows("g * x[7]"), "softplus ended with IndexError"),
            (rows("np.sum(g / (1 + np.exp(-x)))"), "softplus: the operand has shape (3,)"),
            (rows(values=("np.log(1 + np.exp(x))", "np.log(sum(np.exp(x)))")), "has shape (2,)"),
            (rows() + "[::-1]", "The other way round"),
            ("import numpy as np\n"
             '(Row("softplus", lambda x: np.log(1 + np.exp(x)), "x", x=None),\n'
             ' Row("logsumexp", lambda x: np.log(np.sum(np.exp(x))), "x", x=lambda g: g))',
             "softplus lets no gradient through"),
            (rows(values=("np.log(1 + np.exp(x))", "np.sum(np.exp(x))")), "expected"),
            (rows(values=("np.log(1 + np.exp(x))", "np.log(np.exp(x))")), "has shape (3,)"),
            (rows("..."), "softplus is still open"),
            (rows(values=("np.log(1 + np.exp(x))", "np.exp(x).sum")), "is the function sum"),
            ("(1, 2)", "to be a Row"),
            ("lambda x: x", "Two rows are asked for"),
        ],
    ),
    "10.6": dict(
        right=[
            reached("found = {line}|for at in range(line, -1, -1):|    if at in found:|"
                    "        found.update(edge[0] for edge in tape[at])|return found"),
            reached("found = [line]|for at in found:|    for parent, shape, rule, needed in "
                    "tape[at]:|        if parent not in found:|            found.append(parent)|"
                    "return found"),
            reached("return {line}.union(*[reached(tape, edge[0]) for edge in tape[line]])"),
            reached("found, line = {line}, len(tape)|while tape:|    edges = tape.pop()|"
                    "    if len(tape) in found:|        found.update(e[0] for e in edges)|"
                    "return found"),
        ],
        wrong=[
            (reached("return {line} | {edge[0] for edge in tape[line]}".replace(" | ", " ^ ")),
             "Their operands are reached as well"),
            (reached("return {edge[0] for edge in tape[line]}"), "It is reached itself"),
            (reached("return set(range(line + 1))"), "all lines up to"),
            (reached("return set(range(line))"), "with edges from 2 to [0, 1]; 3 to [0, 0]"),
            (reached("found = set()|for at in range(line, -1, -1):|    if at == line or at in "
                     "found:|        found.update(e[0] for e in tape[at])|return found"),
             "begins at `line`: it is reached, too"),
            (reached("found = {line}|for at in range(line, -1, -1):|    if at in found:|"
                     "        found.update(e[0] for e in tape[at] if tape[e[0]])|return found"),
             "comes to"),
            (reached("found = {len(tape) - 1}|for at in range(len(tape) - 1, -1, -1):|"
                     "    if at in found:|        found.update(e[0] for e in tape[at])|"
                     "return found"), "Begin at `line`"),
            (reached("return tape[line]"), "comes to {0, 3, 4}, yours to {("),
            (reached("return len(tape)"), "A set of lines is asked for, yours returned a number"),
            (reached("return {line} ^ {edge[9] for edge in tape[line]}"), "IndexError"),
            ("7", "a function of a tape and a line"),
        ],
    ),
}  # fmt: skip
