"""Answers to try on the exercises of chapter 15, as text: they run in the chapter's namespace."""

AXES = '{"axis 0": 1, "axis -1": -1, "sum": (5,), "numbers": (5, 1, 1)}'


def axes(**changed):
    """The right answer with some entries changed."""
    answer = {"axis 0": 1, "axis -1": -1, "sum": (5,), "numbers": (5, 1, 1)}
    return repr(answer | {name.replace("_", " "): entry for name, entry in changed.items()})


def mirror(back="g[::-1]", rule="operands[0][:, ::-1]"):
    """The way back and the batching rule of `mirror`."""
    return (
        f"def back(g):\n    return {back}\n"
        f"def mirrored(step, operands, batched, size):\n    return {rule}\n"
        "(back, mirrored)"
    )


def huber(loss="np.where(size <= 10, size**2, 20 * size - 100)"):
    """Huber's loss of one flat."""
    return (
        "import numpy as np\ndef huber(w, flat, price):\n"
        "    error = np.sum(w * flat) - price\n    size = np.abs(error)\n"
        f"    return {loss}"
    )


def clipped(factor="np.minimum(1, limit / lengths)", take="(pulls * factors).mean(axis=0)"):
    """The mean of the shortened gradients, of a w of any shape."""
    return (
        "import numpy as np\nfrom autodiff_lib.arrays import grad\n"
        "def clipped(loss, w, xs, ys, limit):\n"
        "    pulls = vmap(grad(loss), (None, 0, 0))(w, xs, ys)\n"
        "    rest = tuple(range(1, pulls.ndim))\n"
        "    lengths = np.sqrt(np.sum(pulls**2, axis=rest, keepdims=True))\n"
        f"    factors = {factor}\n"
        f"    return {take}"
    )


LOOP = "np.array([grad(loss)(w, x, y) for x, y in zip(xs, ys)])"


def jacobians(
    table="vmap(lambda unit: jvp(f, (x,), (unit,))[1], out_axes=1)(np.eye(len(x)))",
    outer="vmap(table)(xs)",
):
    """The Jacobians at xs: how one comes about, and how all do."""
    return (
        "import numpy as np\nfrom autodiff_lib.arrays import grad, jvp, vjp\n"
        "def jacobians(f, xs):\n"
        "    def column(x, unit): return jvp(f, (x,), (unit,))[1]\n"
        f"    def table(x): return {table}\n"
        f"    return {outer}"
    )


ANSWERS = {
    "15.1": dict(
        right=[
            AXES,
            axes(axis_0=-2),
            axes(**{"axis_-1": 2}),
            axes(**{"axis_0": "1", "axis_-1": "-1", "sum": "(5,)", "numbers": "(5, 1, 1)"}),
            'dict([("axis 0", 1.0), ("axis -1", 2), ("sum", 5), ("numbers", [5, 1, 1])])',
            """
import numpy as np
x = np.ones((5, 4, 3))
{"axis 0": np.int64(1), "axis -1": -1, "sum": x.sum(axis=(1, 2)).shape, "numbers": (5, 1, 1)}
""",
        ],
        wrong=[
            (axes(axis_0=0), "their sums would mix"),
            (axes(**{"axis_-1": 0}), "along axis 0 of the batch lie the examples"),
            (axes(**{"axis_-1": -2}), "Counted from the end, none moves"),
            (axes(**{"axis_-1": 1}), "the axis of size 4"),
            (axes(sum=()), "a sum of its own"),
            (axes(sum=(4, 3)), "adds over the examples"),
            (axes(sum="(5, 1)"), "has shape ()"),
            (axes(sum=(5, 1, 1)), "only with keepdims=True"),
            (axes(sum=(5, 3)), "all 12 numbers"),
            (axes(numbers=(5,)), "meet the last axis"),
            (axes(numbers=(5, 1)), "One more is needed"),
            (axes(numbers=(5, 4, 3)), "broadcasting does the rest"),
            (axes(numbers=(5, 4)), "(5, 4): a shape, as (4, 3). The five lie along the batch axis"),
            (axes(**{"axis_-1": 3}), "axis -1 is not 3: the last axis of an example"),
            (axes(axis_0=-1), "axis 0 is not -1: the batch axis comes in front"),
            (axes(sum=1), "sum is not 1: a shape"),
            (axes(axis_0="2"), "each moves by one, not by two"),
            (axes(axis_0="first"), "axis 0 is not 'first': the batch axis comes in front"),
            (axes(sum=...).replace("Ellipsis", "..."), "sum is still open"),
            ("[1, -1, (5,), (5, 1, 1)]", "A dict with the entries axis 0"),
        ],
    ),
    "15.2": dict(
        right=[
            mirror(),
            mirror("np.flip(g, 0)", "np.flip(operands[0], 1)").replace(
                "def back", "import numpy as np\ndef back", 1
            ),
            "[lambda g: g[::-1], lambda step, ops, flags, n: ops[0][:, ::-1]]",
            """
import numpy as np
def back(g):
    return g[::-1]
def mirrored(step, operands, batched, size):
    return np.stack([operands[0][i][::-1] for i in range(size)])
back, mirrored
""",
            """
def back(g):
    return g[::-1]
def mirrored(step, operands, batched, size):
    (x,) = operands
    order = list(range(x.shape[1]))[::-1]
    return x[:, order]
back, mirrored
""",
        ],
        wrong=[
            (mirror(rule="operands[0][::-1]"), "the order of the examples round"),
            (mirror(rule="operands[0][::-1, ::-1]"), "the order of the examples round, too"),
            (mirror(rule="operands[0][..., ::-1]"), "The last axis is turned"),
            (mirror(rule="operands[0]"), "Nothing is turned round"),
            (mirror(rule="operands[0][0][::-1]"), "it makes (3,)"),
            ("""
def back(g):
    return g[::-1]
def mirrored(step, operands, batched, size):
    x = operands[0]
    x[:] = x[:, ::-1].copy()
    return x
back, mirrored
""", "it writes into operands[0]"),
            (mirror("g"), "turn g round"),
            (mirror("g[:, ::-1]"), "back: g is of one example, so it has no batch axis"),
            (mirror("np.flip(g)").replace("def back", "import numpy as np\ndef back", 1),
             "of [[1, 2, 3], [4, 5, 6]] yours makes [[6, 5, 4], [3, 2, 1]]"),
            (mirror("g[..., ::-1]"), "back: right for one axis. An example may be a table"),
            (mirror(rule="operands[0][:, ::-1, ::-1]"),
             "mirrored: a batch of shape (2, 3): too many indices"),
            (mirror("-g[::-1]"), "back: of [1, 10, 100] it makes [-100.0, -10.0, -1.0]"),
            (mirror(rule="np.array([step.row(x) for x in operands[0]])").replace(
                "def back", "import numpy as np\ndef back", 1),
             "by np.array: inside `grad` operands[0] is a node, and there an array cannot hold a "
             "node."),
            (mirror(rule="np.flip(operands[0].raw if hasattr(operands[0], 'raw') else "
                         "operands[0], 1)").replace(
                "def back", "import numpy as np\ndef back", 1),
             "nothing flows back through yours"),
            (mirror(rule="..."), "mirrored is still open"),
            ("lambda g: g[::-1]", "Two functions are asked for"),
        ],
    ),
    "15.3": dict(
        right=[
            huber(),
            huber("np.where((error >= -10) & (error <= 10), error**2, 20 * abs(error) - 100)"),
            huber("np.minimum(size, 10) * (2 * size - np.minimum(size, 10))"),
            huber("np.where(size > 10, 20 * size - 100, error**2)"),
        ],
        wrong=[
            (huber("size**2 if size <= 10 else 20 * size - 100"),
             "for a branch write np.where(condition, x, y)"),
            (huber("error**2 if -10 <= error <= 10 else 20 * size - 100"), "`vmap` refuses"),
            (huber("20 * size - 100 + max(10 - size, 0) ** 2"), "`vmap` refuses"),
            (huber("error**2"), "the square throughout"),
            (huber("np.minimum(error**2, 20 * size - 100)"), "That is the line throughout"),
            (huber("np.where(error <= 10, error**2, 20 * size - 100)"), "compare np.abs"),
            (huber("np.where(size <= 10, error**2, 20 * error - 100)"), "falls below 0"),
            (huber("np.where(size <= 10, 20 * size - 100, error**2)"), "Swapped"),
            (huber("np.where(size <= 10, error**2, 20 * size)"), "The line leaps at 10"),
            (huber("np.where(size <= 100, error**2, 20 * size - 100)"), "begins at a size of 10"),
            (huber("np.where(size <= 9, error**2, 20 * size - 100)"),
             "For an error of 9.9 the loss is 98.01, not 98."),
            (huber("np.where(size <= 12, error**2, 20 * size - 100)"),
             "For an error of 10.5 the loss is 110, not 110.25."),
            (huber("size"), "the size of the error alone"),
            (huber("np.where(size <= 10, size**2 / 2, 10 * (size - 5))"), "factor 2 is missing"),
            (huber("np.where(size <= 10, error**2, 10 * size)"), "For an error of 272"),
            (huber("w * 2"), "One number for each flat"),
            (huber().replace("w * flat) - price", "w * np.ones((1000, 3)), axis=1) - 9"),
             "here it is flat and price"),
            (huber().replace("np.abs(error)", "np.sqrt(error**2)").replace("size**2", "error**2"),
             "for an error of 0 the gradient is [nan, nan, nan]"),
        ],
    ),
    "15.4": dict(
        right=[
            clipped(),
            clipped("limit / np.maximum(limit, lengths)"),
            clipped("1 / np.maximum(1, lengths / limit)", "np.mean(pulls * factors, axis=0)"),
            clipped("np.where(lengths > limit, limit / lengths, 1.0)"),
            """
import numpy as np
from autodiff_lib.arrays import grad
def clipped(loss, w, xs, ys, limit):
    def one(x, y):
        pull = grad(loss)(w, x, y)
        return pull * np.minimum(1, limit / np.sqrt(np.sum(pull**2)))
    return np.mean(vmap(one)(xs, ys), axis=0)
""",
            clipped("np.minimum(1, limit / np.sqrt(np.sum(flat**2, axis=1))).reshape("
                    "-1, *[1] * w.ndim)").replace("rest =", "flat = pulls.reshape(len(xs), -1)\n"
                                                  "    rest ="),
        ],
        wrong=[
            (clipped("limit / lengths"), "stay as they are"),
            (clipped(take="(pulls / lengths * np.minimum(lengths, limit)).mean(axis=0)"),
             "0 / 0 is nan. 57 of the flats have such a gradient"),
            (clipped("1"), "Nothing is clipped"),
            (clipped("np.maximum(1, limit / lengths)"), "makes the short ones longer"),
            (clipped("lengths <= limit"), "shortened, not left out"),
            (clipped(take="np.clip(pulls, -limit, limit).mean(axis=0)"), "clips each slope"),
            (clipped(take="np.minimum(pulls, limit).mean(axis=0)"), "no negative one"),
            (clipped(take="np.where(lengths > limit, limit, pulls).mean(axis=0)"),
             "Each slope of a long gradient became the limit"),
            (clipped("pulls.mean(axis=0)", "factors * np.minimum(1, limit / np.sqrt("
                     "np.sum(factors**2)))"), "That clips the mean"),
            (clipped(take="(pulls * factors).sum(axis=0)"), "That is the sum"),
            (clipped(take="pulls[(lengths <= limit)[:, 0]].mean(axis=0)"),
             "the mean is over all examples"),
            (clipped().replace("np.sqrt(np.sum(pulls**2,", "(np.sum(abs(pulls),"),
             "the sum without signs"),
            (clipped().replace("axis=rest", "axis=1"), "For a w of shape (2, 3)"),
            (clipped().replace("axis=rest, keepdims=True", ""), "one length for all gradients"),
            (clipped().replace(", keepdims=True", ""), "belongs in a column: (n, 1)"),
            ("""
import numpy as np
from autodiff_lib.arrays import grad
def clipped(loss, w, xs, ys, limit):
    def one(x, y):
        pull = grad(loss)(w, x, y)
        length = np.sqrt(np.sum(pull**2))
        return pull * limit / length if length > limit else pull
    return np.mean(vmap(one)(xs, ys), axis=0)
""", "for a branch write np.where(condition, x, y), and give"),
            (clipped(take="pulls * factors"), "A gradient of shape (2,)"),
            (clipped("np.minimum(1, limit / lengths**2)"), "without its root"),
            (clipped("np.minimum(1, limit / (lengths + 1e-6))"), "added to the length"),
            (clipped("np.minimum(1, limit / lengths / 2)"),
             "With the limit 2.5, [-0.167, 0.343] came, not [-0.381, 0.639]."),
            (clipped(take="(pulls * factors * np.ones((1000, 1))).mean(axis=0)"),
             "the examples here are xs and ys"),
            (clipped().replace("vmap(grad(loss), (None, 0, 0))(w, xs, ys)", LOOP),
             "let `vmap` run it once"),
        ],
    ),
    "15.5": dict(
        right=[
            jacobians(),
            jacobians(outer="vmap(vmap(column, (None, 0), 1), (0, None))(xs, np.eye(len(xs[0])))"),
            jacobians("vmap(lambda unit: column(x, unit), out_axes=-1)(np.eye(xs.shape[1]))"),
            jacobians("vmap(lambda unit: column(x, unit))(np.eye(xs.shape[1])).T"),
            jacobians(outer="vmap(lambda unit: vmap(lambda x: column(x, unit))(xs), out_axes=2)"
                            "(np.eye(xs.shape[1]))"),
            jacobians(outer="np.moveaxis(vmap(lambda unit: vmap(lambda x: column(x, unit))(xs))"
                            "(np.eye(xs.shape[1])), 0, -1)"),
            """
import numpy as np
from autodiff_lib.arrays import vjp
def jacobians(f, xs):
    def table(x):
        out, pullback = vjp(f, x)
        return vmap(lambda seed: pullback(seed)[0])(np.eye(len(out)))
    return vmap(table)(xs)
""",
        ],
        wrong=[
            (jacobians("vmap(lambda unit: column(x, unit))(np.eye(len(x)))"),
             "puts the columns as rows, unless out_axes=1"),
            (jacobians(outer="vmap(table, out_axes=1)(xs)"), "are (results, examples, inputs)"),
            (jacobians(outer="vmap(table, out_axes=2)(xs)"), "are (results, inputs, examples)"),
            (jacobians(outer="vmap(lambda unit: vmap(lambda x: column(x, unit))(xs))"
                             "(np.eye(xs.shape[1]))"), "are (inputs, examples, results)"),
            (jacobians("vmap(lambda unit: column(x, unit), out_axes=2)(np.eye(len(x)))"),
             "A column has one axis, and one is put beside it"),
            (jacobians(outer="np.array([np.stack([column(x, unit) for unit in np.eye(len(x))], "
                             "axis=1) for x in xs])"), "let `vmap` run it once"),
            (jacobians("np.stack([column(x, unit) for unit in np.eye(len(x))], axis=1)"),
             "the function ran 3 times"),
            (jacobians("vmap(lambda unit: jvp(f, (x,), (unit,)), out_axes=1)(np.eye(len(x)))"),
             "jvp returns the value and its move"),
            (jacobians("vmap(lambda unit: jvp(f, (x,), (unit,))[0], out_axes=1)(np.eye(len(x)))"),
             "Those are the values of f"),
            (jacobians("jvp(f, (x,), (np.ones(len(x)),))[1]"), "came added up"),
            (jacobians(outer="vmap(grad(f))(xs)"), "`grad` refuses it"),
            (jacobians(outer="vmap(column)(xs, np.eye(xs.shape[1]))"),
             "the numbers of examples differ"),
            (jacobians(outer="2 * vmap(table)(xs)"), "The first table is"),
            (jacobians(outer="vmap(table)(xs)[0]"), "got (2, 3)"),
            (jacobians("jvp(f, x, np.eye(len(x)))[1]"), "jvp(f, (x,), (v,))"),
        ],
    ),
}  # fmt: skip
