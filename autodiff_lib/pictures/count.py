"""Exact counts of a graph: nodes, arrows, depth, paths. Linear in the nodes, no recursion.

Paths are counted without walking them: the number of paths that reach a node is the sum of
the numbers that reach its operands, one sum per node however many paths there are.
Built in notebooks/06_sum_over_paths.ipynb.
"""

from collections import Counter
from dataclasses import dataclass

from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.pictures.naming import Naming
from autodiff_lib.pictures.text import visible

MOST_PATHS = 2**1024  # counting goes on, but no further than this: keeps a million nodes cheap


@dataclass(frozen=True)
class Counts:
    """How large a graph is. `operations` maps an operation's name to how often it occurs."""

    nodes: int
    inputs: int
    constants: int
    operations: dict
    arrows: int
    depth: int  # arrows on the longest way to an output
    paths: int  # ways along arrows from an input to an output, MOST_PATHS at most

    def kinds(self):
        """How many nodes of which kind: "7 nodes: 3 inputs, 4 operations"."""
        parts = [
            plural(self.inputs, "input"),
            plural(self.constants, "constant"),
            plural(sum(self.operations.values()), "operation"),
        ]
        present = ", ".join(p for p in parts if not p.startswith("0 "))
        return f"{plural(self.nodes, 'node')}: {present}"

    def by_operation(self, most=20):
        """The operations, the `most` frequent first: "mul 3, square 1"."""
        ranked = sorted(self.operations.items(), key=lambda item: (-item[1], item[0]))
        rest = [f"{plural(len(ranked) - most, 'other')}"] if len(ranked) > most else []
        return ", ".join([*(f"{visible(op)} {n:,}" for op, n in ranked[:most]), *rest])

    def __repr__(self):
        operations = f" ({self.by_operation()})" if self.operations else ""
        paths = "2^1024 or more paths" if self.paths >= MOST_PATHS else plural(self.paths, "path")
        return (
            f"{self.kinds()}{operations}\n{plural(self.arrows, 'arrow')}, depth {self.depth:,}, "
            f"{paths} from the inputs"
        )


def plural(n, noun):
    """A number and its noun: "1 node", "7 nodes", "524,287 nodes"."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def count(*outputs, names=None):
    """Count all that `outputs` are made from; a Counts, whose repr a notebook can record.

    names: {name: node}; a leaf that gets a name counts as an input, not as a constant.
    Raises TypeError for what is not a node, ValueError for a cycle or a foreign node.
    """
    if not outputs:
        raise TypeError("there is nothing to count: pass at least one output node")
    order = topological_order(*outputs)
    return counts_of(order, Naming(order, names).is_input, outputs)


def counts_of(order, is_input, outputs):
    """The Counts of nodes in topological order; `is_input(node)` tells inputs from constants."""
    index = {id(node): i for i, node in enumerate(order)}
    depths, paths, arrows, inputs, constants = [], [], 0, 0, 0
    operations = Counter()
    for node in order:
        if node.op is None:
            named = is_input(node)
            inputs, constants = inputs + named, constants + (not named)
            depths.append(0)
            paths.append(int(named))
            continue
        operations[str(node.op)] += 1
        operands = [index[id(operand)] for operand in node.operands]
        arrows += len(operands)
        depths.append(1 + max((depths[i] for i in operands), default=-1))
        paths.append(min(sum(paths[i] for i in operands), MOST_PATHS))
    ends = {index[id(output)] for output in outputs}
    return Counts(
        nodes=len(order),
        inputs=inputs,
        constants=constants,
        operations=dict(operations),
        arrows=arrows,
        depth=max(depths, default=0),
        paths=min(sum(paths[i] for i in ends), MOST_PATHS),
    )
