"""One list of functions through every engine of the chapters, judged by the complex step."""

from dataclasses import dataclass

import numpy as np
import pytest

from autodiff_lib.checking.check import complex_step, numeric_gradient
from autodiff_lib.engines import functions, overloading, paths, symbolic, tape, topological
from autodiff_lib.pictures import count, draw, step_through


@dataclass
class OnTape:
    """Operators for the tape, whose nodes are spelt by hand."""

    node: tape.Node

    def spell(self, kind, *others):
        others = [o.node if isinstance(o, OnTape) else tape.Leaf(self.node.tape, o) for o in others]
        return OnTape(kind(self.node.tape, self.node, *others))

    def __add__(self, other):
        return self.spell(tape.Add, other)

    def __mul__(self, other):
        return self.spell(tape.Multiply, other)

    def __truediv__(self, other):
        return self.spell(tape.Divide, other)

    def __pow__(self, n):
        assert n == 2
        return self.spell(tape.Square)


def run_tape(f, *args):
    t = tape.Tape()
    leaves = [tape.Leaf(t, arg, name) for arg, name in zip(args, "xyz", strict=False)]
    output = f(*map(OnTape, leaves)).node
    t.forward()
    t.backward(output)
    return output, [leaf.gradient for leaf in leaves]


def run_stored(make):
    def run(f, *args):
        leaves = [make(arg, name=name) for arg, name in zip(args, "xyz", strict=False)]
        output = f(*leaves)
        output.backward()
        gradients = [0.0 if leaf.gradient is None else leaf.gradient for leaf in leaves]
        return output, [float(getattr(g, "value", g)) for g in gradients]

    return run


def run_returned(make, grads):
    def run(f, *args):
        leaves = [make(arg, name=name) for arg, name in zip(args, "xyz", strict=False)]
        output = f(*leaves)
        return output, grads(output, leaves)

    return run


ENGINES = {
    "symbolic": run_returned(
        symbolic.Tensor, lambda output, leaves: [output.grad(x).value for x in leaves]
    ),
    "tape": run_tape,
    "overloading": run_stored(overloading.Number),
    "functions": run_stored(functions.Variable),
    "paths": run_stored(paths.Tensor),
    "topological": run_returned(
        topological.Node, lambda output, leaves: topological.grad(output, *leaves)
    ),
}
SOME = {"tape": {"add", "mul", "div", "square"}, "functions": {"add", "sub", "mul", "square"}}


def diamond(x, y, z):
    return ((x * y) * (y * z)) ** 2


FUNCTIONS = [  # name, function, arguments, the operations it takes
    ("diamond", diamond, (3.0, 2.0, 1.0), {"mul", "square"}),
    ("24", lambda a: (a * 4 + 3) + (a * 4) * 5, (3.0,), {"add", "mul"}),
    ("35", lambda a: (a * 4 + 3) * (a + 2), (3.0,), {"add", "mul"}),
    ("x in three places", lambda x, y: x * y + x * x, (2.0, 3.0), {"add", "mul"}),
    ("one input unused", lambda x, y: x * x, (2.0, 3.0), {"mul"}),
    ("quotient", lambda x, y: (x + y) / (x * y), (2.0, -3.0), {"add", "mul", "div"}),
    ("difference", lambda x, y: x * y - y * y - x, (2.0, 5.0), {"sub", "mul"}),
    ("numbers on the left", lambda x: 2 * x + 3 - (4 - x), (7.0,), {"add", "sub", "mul", "left"}),
    ("power", lambda x: x**3 - x**-1 + x**0.5, (2.0,), {"sub", "add", "pow"}),
    ("exp and log", lambda x, y: (x * y).exp() + (x / y).log(), (0.5, 2.0), {"exp"}),
    ("minus", lambda x, y: -(x * -y), (2.0, 3.0), {"neg"}),
]
CASES = [
    pytest.param(run, f, args, id=f"{engine}-{name}")
    for engine, run in ENGINES.items()
    for name, f, args, operations in FUNCTIONS
    if operations <= SOME.get(engine, operations)
]


class Plain(complex):
    """Complex numbers with the methods of a node, for the judge."""

    def exp(self):
        return Plain(np.exp(complex(self)))

    def log(self):
        return Plain(np.log(complex(self)))

    def __neg__(self):
        return Plain(-complex(self))


for _operator in "add radd sub rsub mul rmul truediv rtruediv pow".split():
    _name = f"__{_operator}__"
    setattr(Plain, _name, lambda self, other, n=_name: Plain(getattr(complex, n)(self, other)))


@pytest.mark.parametrize("run, f, args", CASES)
def test_every_engine_agrees_with_the_complex_step(run, f, args):
    output, gradients = run(f, *args)
    assert float(output.value) == pytest.approx(complex(f(*map(Plain, args))).real)

    def judge(*numbers):
        return complex(f(*map(Plain, numbers)))

    expected = numeric_gradient(judge, *args, slope=complex_step)
    assert gradients == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("run", ENGINES.values(), ids=ENGINES)
def test_every_engine_is_counted_drawn_and_stepped_through(run):
    output, gradients = run(diamond, 3, 2, 1)
    assert (float(output.value), gradients) == (144, [96, 288, 288])
    assert count(output).inputs == 3
    assert "= 144" in repr(draw(output))
    assert "sum 144 + 144 = 288" in repr(step_through(output))
