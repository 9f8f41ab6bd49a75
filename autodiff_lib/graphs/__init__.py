"""Graphs of any engine: the protocol of a node, the one walk over it, the operations' names."""

from autodiff_lib.graphs.operations import OPERATIONS, spell
from autodiff_lib.graphs.walk import require_node, topological_order

__all__ = ["OPERATIONS", "require_node", "spell", "topological_order"]
