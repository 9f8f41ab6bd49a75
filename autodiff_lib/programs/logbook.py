"""What a trace keeps besides its steps: constants, what Python read, the reader's names."""

from autodiff_lib.arrays.checks import ESCAPED, as_number
from autodiff_lib.arrays.node import Level
from autodiff_lib.arrays.operands import is_node

from .arguments import lift_arguments
from .constants import find_constant, take_constant
from .readers_names import Watch


class Logbook(Level):
    """The level of a trace.

    expands: whether to trace composed rows as what their functions call. count: how many
    operations were run. reads: (step, value, line) for each value that Python read.
    """

    constant, take_constant, lift_arguments = find_constant, take_constant, lift_arguments

    def __init__(self, expands=False):
        super().__init__()
        self.expands, self.count = expands, 0
        self.constants, self.reads = {}, []
        self.watch = Watch(self)

    def lower(self, leaf):
        """Return the step of a result: what does not depend on an input is a constant."""
        if is_node(leaf) and leaf.level is not self:
            raise ValueError(ESCAPED)
        return leaf.step if is_node(leaf) else self.constant(as_number(leaf, "the result"))
