"""What a trace keeps besides its steps: constants, what Python read, the reader's names."""

import itertools

import numpy as np

from autodiff_lib.arrays.checks import ESCAPED, as_number
from autodiff_lib.arrays.node import NO_PARAMETERS, Level
from autodiff_lib.arrays.operands import is_node

from .arguments import lift_arguments
from .constants import constant, take_constant
from .readers_names import Watch


class Logbook(Level):
    """The level of a trace, whose class says what its nodes and its steps are.

    expands: whether to trace composed rows as what their functions call. count: how many
    operations were run. reads: (step, value, line) for each value that Python read.
    """

    constant, take_constant, lift_arguments = constant, take_constant, lift_arguments

    def __init__(self, expands=False):
        super().__init__()
        self.expands, self.count = expands, 0
        self.next_number = itertools.count().__next__
        self.constants, self.reads = {}, []
        self.watch = Watch(self)

    def step(self, value, row=None, operands=(), parameters=NO_PARAMETERS, name=None):
        """Return the step that made a value, of its shape and dtype."""
        shape = getattr(value, "shape", ())
        dtype = getattr(value, "dtype", None) or np.dtype(type(value))
        step = self.step_class(self, row, operands, parameters, shape, dtype, name)
        step.uses, step.wanted = 0, False  # simplify.py's
        return step

    def input(self, value, name=None):
        """Return a node that holds `value`: the trace begins here."""
        return self.node_class(value, self, self.step(value, name=name))

    def lower(self, leaf):
        """Return the step of a result: what does not depend on an input is a constant."""
        if is_node(leaf) and leaf.level is not self:
            raise ValueError(ESCAPED)
        return leaf.step if is_node(leaf) else self.constant(as_number(leaf, "the result"))
