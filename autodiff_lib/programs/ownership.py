"""Whose memory a step's result shows: its own, or that of what it is a view of.

A program returns arrays that share memory with no argument and no other result, so it copies what
may be a view; and it reuses only memory that nothing else shows (faster/memory.py).
"""

from autodiff_lib.arrays.rows import OWN_ROWS


class Owners:
    """For the steps of a program: whose memory views show, and which results may be views."""

    def __init__(self, steps):
        self.alias = {}  # id of a view: the step whose memory it shows
        self.unsure = set()  # results and operands of functions that may return a view
        for step in steps:
            if is_view(step):
                self.alias[id(step)] = self.of(step.operands[0])
            if step.op not in OWN_ROWS:
                self.unsure |= {id(step), *(id(self.of(x)) for x in step.operands)}

    def of(self, step):
        """Return the step whose memory a step shows: itself unless it is a view."""
        return self.alias.get(id(step), step)

    def is_part(self, step):
        """Tell whether a step shows some entries of another's memory, or one in many places."""
        if not is_view(step):
            return False
        return step.row.view == "repeated" or step.size != self.of(step).size or (
            self.is_part(step.operands[0]))


def is_view(step):
    """Tell whether a step may show the memory of its first operand."""
    return step.row is not None and (
        step.row.view or (step.row.view_alone and len(step.operands) == 1))
