"""The walk back through a graph, one step per node, to look at: for pictures.

    o = graph(f, x)
    step_through(o, steps=backward_steps(o))
    draw(o, gradients=node_gradients(o))

The amounts are those of the rule table: each step pulls back through one operation alone.
"""

import numpy as np

from autodiff_lib.graphs.walk import topological_order

from .derivatives import vjp


def backward_steps(output):
    """Return (node, what arrives there, [(operand's index, what is sent to it)]), the output first.

    output: a node that `graph` returned. Nothing is sent to constants.
    """
    arrived = {id(output): np.ones(output.shape, output.dtype)[()]}
    steps = []
    for node in reversed(topological_order(output)):
        if node.op is not None and id(node) in arrived:
            sent = send_back(node, arrived[id(node)])
            steps.append((node, arrived[id(node)], sent))
            for slot, amount in sent:
                operand = id(node.operands[slot])
                arrived[operand] = arrived[operand] + amount if operand in arrived else amount
    return steps


def send_back(node, arrives):
    """Return (operand's index, amount) for each operand of one node that gets a gradient."""
    if node.row.kind == "constant":
        return []
    values = [operand.value for operand in node.operands]
    slots = [i for i, x in enumerate(node.operands) if x.dtype.kind == "f" and not x.constant]

    def run(*chosen):
        operands = list(values)
        for slot, value in zip(slots, chosen, strict=True):
            operands[slot] = value
        return node.row(*operands, **node.parameters)

    return list(zip(slots, vjp(run, *(values[i] for i in slots))[1](arrives), strict=True))


def node_gradients(output):
    """Return (node, its gradient) for each node that `output` depends on, the output first."""
    found = {id(output): [output, np.ones(output.shape, output.dtype)[()]]}
    for node, _, sent in backward_steps(output):
        for slot, amount in sent:
            operand = node.operands[slot]
            total = found.setdefault(id(operand), [operand, np.zeros(operand.shape)[()]])
            total[1] = total[1] + amount
    return [tuple(pair) for pair in found.values()]
