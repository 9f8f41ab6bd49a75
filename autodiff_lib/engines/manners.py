"""What an engine on real numbers needs besides its idea: a node in the place of a number.

Nodes compare like their values, only real numbers become nodes, an operation that fails says
where, a tape takes its own nodes only, and Python's garbage collector can be paused while a large
graph is built. Chapters import what they need. Nothing here knows how a derivative is found.
"""

from contextlib import contextmanager
from gc import disable, enable, isenabled
from math import log, nan
from numbers import Real

from autodiff_lib.graphs.operations import spell


def operators(binary, unary):
    """A class with Python's operators, a node or a plain number on either side of each.

    They hand on to `binary(op, a, b)` and `unary(op, a)`, which make the nodes.
    """

    class Operators:
        __slots__ = ()
        __array_priority__ = 1000  # NumPy leaves `np.float64(2) * x` and `array * x` to us

        # fmt: off
        def __add__(self, other): return binary("add", self, other)
        def __radd__(self, other): return binary("add", other, self)
        def __sub__(self, other): return binary("sub", self, other)
        def __rsub__(self, other): return binary("sub", other, self)
        def __mul__(self, other): return binary("mul", self, other)
        def __rmul__(self, other): return binary("mul", other, self)
        def __truediv__(self, other): return binary("div", self, other)
        def __rtruediv__(self, other): return binary("div", other, self)
        def __pow__(self, other): return binary("pow", self, other)
        def __rpow__(self, other): return binary("pow", other, self)
        def __neg__(self): return unary("neg", self)
        def __abs__(self): return unary("abs", self)
        def exp(self): return unary("exp", self)
        def log(self): return unary("log", self)
        def sin(self): return unary("sin", self)
        def cos(self): return unary("cos", self)
        def tanh(self): return unary("tanh", self)
        def relu(self): return unary("relu", self)
        # fmt: on

    return Operators


class Comparison:
    """For a class of nodes: they compare by value; dictionaries tell them apart by identity."""

    __slots__ = ()

    # fmt: off
    def __lt__(self, other): return self.value < value_of(other)
    def __le__(self, other): return self.value <= value_of(other)
    def __gt__(self, other): return self.value > value_of(other)
    def __ge__(self, other): return self.value >= value_of(other)
    def __eq__(self, other): return self.value == value_of(other)
    __hash__ = object.__hash__
    def __bool__(self): return refuse("bool(x)", "compare, as in x > 0")
    def __float__(self): return refuse("float(x)", "write x.exp() for math.exp(x), or x.value")
    # fmt: on


def value_of(operand):
    """The number behind a node; anything else is returned as it is."""
    return operand.value if isinstance(operand, Comparison) else operand


def refuse(conversion, instead):
    """Raise a TypeError: turning a node into a plain value would lose its gradient silently."""
    raise TypeError(f"{conversion} would drop how x was made, and its gradient: {instead}")


def real(number, kind=None):
    """`number` as a plain Python number: an int stays an int, every other becomes a float.

    kind: a class, such as Dual, whose numbers are returned as they are.
    Raises TypeError for anything else, in the name of what was to hold it.
    """
    if type(number) is float or type(number) is int:
        return number
    if kind and isinstance(number, kind):
        return number
    if not isinstance(number, Real):
        holder = kind.__name__ if kind else "node"
        raise TypeError(
            f"a {holder} holds one real number, got {type(number).__name__}: {number!r:.60}; "
            f"pass an int or a float, and make one {holder} for each number of an array"
        )
    return float(number)


class Gradients(dict):
    """The gradient of one output for each node that it is made from: `gradients(o)[x]`.

    A node that the output does not use has gradient 0. Shows only the inputs: nodes with names.
    Its keys are the nodes: as long as it is held, so is the whole graph.
    """

    def __missing__(self, node):
        if hasattr(node, "operands"):
            return 0
        raise not_a_node("gradients are looked up by Node", node)

    def __repr__(self):
        named = [f"{node.name}: {self[node]}" for node in self if node.name]
        return f"Gradients({', '.join(named)})"


def not_a_node(wanted, got):
    """The error to raise where something else stands in the place of a node."""
    return TypeError(f"{wanted}, got {type(got).__name__}: {got!r}")


def row(rules, op):
    """The row of the table `rules` for `op`.

    Raises NotImplementedError for an operation without a row, and says how to add one.
    """
    if op not in rules:
        raise NotImplementedError(f"no rule for {op!r}: add a row to RULES, beside {list(rules)}")
    return rules[op]


def power_slopes(a, n):
    """The slopes of a ** n along a and along n, as expressions of the nodes a and n.

    a ** 0 is the constant 1, even at a = 0. For a negative a only whole exponents have a value,
    so there is no slope along n: nan.
    """
    along_a = n * a ** (n - 1) if n.value != 0 or a.value != 0 else 0
    if a.value > 0:
        return along_a, a**n * a.log()
    return along_a, 0 if a.value == 0 else nan


def real_power_slopes(a, n):
    """The slopes of a ** n along a and along n, for numbers a and n.

    a ** 0 is 1 everywhere, so its slope along a is 0. Along n a slope exists for a > 0; at a = 0
    it is 0 if n > 0, otherwise nan. Raises ValueError where a ** n is not a real number.
    """
    if a < 0 and n % 1:
        raise ValueError("a fractional power of a negative number is complex")
    along_n = a**n * log(a) if a > 0 else 0 if a == 0 < n else nan
    return (n * a ** (n - 1) if n else 0), along_n


def not_one_slope_each(node):
    """The error to raise where the slopes of a node do not fit its operands, one to one."""
    one_each = "a slope" if len(node.operands) == 1 else f"{len(node.operands)} slopes"
    return ValueError(
        f"the rule of {node.op!r} must give {one_each} in a tuple, a number for each operand; "
        f"it gave {node.local_derivatives!r:.60}"
    )


def explained(error, op, *operands):
    """The error to raise where `op` fails on nodes or numbers: the same kind, and where it is.

    A TypeError is about an operand; any other about a value, or a slope, that is not finite.
    """
    if isinstance(error, TypeError):
        if "would drop" in str(error):  # the row got a node: the value of an outer derivative
            error = "its row calls math, for plain numbers, and another derivative moves this one"
        return TypeError(f"{op}: {error}")
    numbers = [str(value_of(operand)) for operand in operands]
    if len(numbers) > 1:
        numbers = [f"({n})" if n.startswith("-") else n for n in numbers]
    return type(error)(
        f"{spell(op, numbers)}: the value or a slope is not a finite real number "
        f"({error.args[-1]}); keep this operation away from this point"
    )


def require_on_tape(operation, operands, tape):
    """Raise an error with the next step unless `operands` are nodes, all on `tape`."""
    if not hasattr(tape, "nodes"):
        got = f"{type(tape).__name__}: {tape!r}" if isinstance(tape, Real) else type(tape).__name__
        raise TypeError(f"{operation} needs its tape first, got {got}")
    for operand in operands:
        if not hasattr(operand, "tape"):
            raise TypeError(f"{operation} takes nodes, got {operand!r}; make a number a Leaf first")
        if operand.tape is not tape:
            raise ValueError(f"{operation} got a node of another tape; use one tape for all")


def require_computed(output, tape):
    """Raise an error with the next step unless `output` is on `tape` and has its value."""
    require_on_tape("backward", [output], tape)
    if output.value is None:
        raise ValueError("this output has no value yet: run the tape's forward first")


@contextmanager
def collector_paused():
    """Pause Python's garbage collector inside a `with` block, for building large graphs.

    The collector looks for cycles, and walks over all living objects again and again while a
    graph grows. Graphs have no cycles: they are freed without it.
    """
    was_enabled = isenabled()
    disable()
    try:
        yield
    finally:
        if was_enabled:
            enable()
