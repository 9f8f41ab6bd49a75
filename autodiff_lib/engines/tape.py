"""A tape: every operation writes itself down when it is made, and is visited once each way.

Built cell by cell in notebooks/03_tape.ipynb.
Notation: a node's `gradient` is how many times as far the chosen output moves as that node; its
`slopes` are how many times as far its own value moves as each operand.
Limits: real numbers; every node is spelt by hand, onto a tape that is named each time; the walk
back uses the values of the last forward pass, and visits whatever stands on the tape before the
output, used or not, so an infinite value beside the output's own graph gives nan.
Source: the classes follow A. Schiendorfer's notebook "simple-autodiff" (2020).
"""

from autodiff_lib.engines.manners import real, require_computed, require_on_tape


class Tape:
    """The nodes of one computation in the order they were made: operands before results."""

    def __init__(self):
        self.nodes = []

    def add(self, node):
        """Put `node` at the end of the tape; every node does so itself."""
        self.nodes.append(node)

    def forward(self):
        """Compute every value from the leaves' present numbers, and forget the old gradients."""
        for node in self.nodes:
            node.value = node.gradient = None
        for node in self.nodes:
            node.forward()

    def backward(self, output):
        """Set `gradient` on every node: how many times as far `output` moves as the node.

        The gradients belong to the values of the last forward pass.
        Raises ValueError if `output` is on another tape or has no value yet.
        """
        require_computed(output, self)
        for node in self.nodes:
            node.gradient = 0.0
        output.gradient = 1.0
        last = self.nodes.index(output)
        for node in reversed(self.nodes[: last + 1]):
            node.backward()


class Node:
    """One step of a computation, on a tape.

    A subclass names its op and writes two methods. Both take the values of the operands:
    `compute` returns the value, `slopes` one slope for each operand.
    """

    op = name = value = gradient = None

    def __init__(self, tape, *operands):
        require_on_tape(type(self).__name__, operands, tape)
        self.tape, self.operands = tape, operands
        tape.add(self)

    def forward(self):
        """Compute this node's value; its operands have theirs."""
        self.value = self.compute(*[p.value for p in self.operands])

    def backward(self):
        """Add to the gradient of each operand; this node's own is complete."""
        slopes = self.slopes(*[p.value for p in self.operands])
        for operand, slope in zip(self.operands, slopes, strict=True):
            operand.gradient += slope * self.gradient


class Leaf(Node):
    """A number that no operation made: an input if it has a name, else a constant.

    `number` may be set again at any time; the next forward pass makes it the value.
    """

    def __init__(self, tape, number, name=None):
        self.number, self.name = real(number), name
        super().__init__(tape)

    # fmt: off
    def compute(self): return float(real(self.number))
    def slopes(self): return ()
    # fmt: on


# fmt: off
class Add(Node):
    """a + b."""

    op = "add"
    def compute(self, a, b): return a + b
    def slopes(self, a, b): return 1, 1


class Multiply(Node):
    """a * b."""

    op = "mul"
    def compute(self, a, b): return a * b
    def slopes(self, a, b): return b, a


class Divide(Node):
    """a / b."""

    op = "div"
    def compute(self, a, b): return a / b
    def slopes(self, a, b): return 1 / b, -a / b / b


class Square(Node):
    """a * a, with one operand."""

    op = "square"
    def compute(self, a): return a * a
    def slopes(self, a): return (2 * a,)
# fmt: on
