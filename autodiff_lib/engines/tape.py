"""A tape: every operation writes itself down when it is made, and is visited once each way.

Built cell by cell in notebooks/03_tape.ipynb.
Notation: a node's `gradient` is how many times as far the chosen output moves as that node.
Limits: real numbers; every node is spelt by hand, onto a tape that is named each time; the walk
back visits whatever stands on the tape before the output, used or not, so an infinite value
beside the output's own graph gives nan.
Source: the classes follow A. Schiendorfer's notebook "simple-autodiff" (2020).
"""

from numbers import Real


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

    A subclass names its op and writes two methods: `forward` computes its value from the values
    of its operands, `backward` adds to the gradient of each operand.
    """

    op = name = None

    def __init__(self, tape, *operands):
        require_on_tape(type(self).__name__, operands, tape)
        self.tape, self.operands = tape, operands
        self.value = self.gradient = None
        tape.add(self)

    def forward(self):
        raise NotImplementedError(
            f"{type(self).__name__} has no forward: write one that sets self.value"
        )

    def backward(self):
        raise NotImplementedError(
            f"{type(self).__name__} has no backward: write one that adds to the gradient "
            "of each operand"
        )


class Leaf(Node):
    """A number that no operation made: an input if it has a name, else a constant.

    `number` may be set again at any time; the next forward pass makes it the value.
    """

    def __init__(self, number, tape, name=None):
        self.number, self.name = real(number), name
        super().__init__(tape)

    def forward(self):
        self.value = real(self.number)

    def backward(self):
        """Nothing: a leaf has no operands to pass its gradient on to."""


class Add(Node):
    """left + right."""

    op = "add"

    def __init__(self, left, right, tape):
        super().__init__(tape, left, right)

    def forward(self):
        left, right = self.operands
        self.value = left.value + right.value

    def backward(self):
        left, right = self.operands
        left.gradient += self.gradient
        right.gradient += self.gradient


class Multiply(Node):
    """left * right."""

    op = "mul"

    def __init__(self, left, right, tape):
        super().__init__(tape, left, right)

    def forward(self):
        left, right = self.operands
        self.value = left.value * right.value

    def backward(self):
        left, right = self.operands
        left.gradient += right.value * self.gradient
        right.gradient += left.value * self.gradient


class Divide(Node):
    """left / right."""

    op = "div"

    def __init__(self, left, right, tape):
        super().__init__(tape, left, right)

    def forward(self):
        left, right = self.operands
        self.value = left.value / right.value

    def backward(self):
        left, right = self.operands
        left.gradient += self.gradient / right.value
        right.gradient -= self.value / right.value * self.gradient


class Square(Node):
    """x * x, with one operand."""

    op = "square"

    def __init__(self, x, tape):
        super().__init__(tape, x)

    def forward(self):
        (x,) = self.operands
        self.value = x.value * x.value

    def backward(self):
        (x,) = self.operands
        x.gradient += 2 * x.value * self.gradient


def real(number):
    """`number` as a float.

    Raises TypeError for anything but one real number.
    """
    if not isinstance(number, Real):
        raise TypeError(f"a leaf holds one real number, got {type(number).__name__}: {number!r}")
    return float(number)


def require_on_tape(operation, operands, tape):
    """Raise an error with the next step unless `operands` are nodes, all on `tape`."""
    if not isinstance(tape, Tape):
        raise TypeError(f"{operation} is made on a tape, got {type(tape).__name__}: {tape!r}")
    for operand in operands:
        if not isinstance(operand, Node):
            raise TypeError(
                f"{operation} takes nodes, got {type(operand).__name__}: {operand!r}; "
                "put a plain number on the tape first, as a Leaf"
            )
        if operand.tape is not tape:
            raise ValueError(
                f"{operation} has an operand on another tape; "
                "make all nodes of one computation on the same tape"
            )


def require_computed(output, tape):
    """Raise an error with the next step unless `output` is on `tape` and has its value."""
    if not isinstance(output, Node):
        raise TypeError(f"backward starts at a node, got {type(output).__name__}: {output!r}")
    if output.tape is not tape:
        raise ValueError("this output is on another tape; call that tape's backward")
    if output.value is None:
        raise ValueError("this output has no value yet: run the tape's forward first")
