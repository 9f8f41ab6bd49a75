"""What happens at each step of a forward and a reverse pass, in words with the numbers.

The values, the operands and the stored gradients are those of the live nodes. Local
derivatives are the engine's own where it stores them; else they are measured, exactly, by the
complex step of the operation.
"""

from typing import Any, NamedTuple

import numpy as np

from autodiff_lib.nudging import complex_step
from autodiff_lib.operations import OPERATIONS
from autodiff_lib.pictures.graph import HIDDEN
from autodiff_lib.pictures.outline import expression
from autodiff_lib.pictures.text import content, is_number, shown, visible
from autodiff_lib.walk import require_node


class Step(NamedTuple):
    """One visit that an engine's backward pass made: what step_through(steps=...) shows.

    arrives: the gradient that the node sends on from. sent: (operand, amount) for each operand,
    the operand given as its index or as the node itself.
    """

    node: Any
    arrives: Any
    sent: list


class Frame(NamedTuple):
    """One picture of a step-through: its sentence, and what is to be seen."""

    sentence: str
    vertex: int | None  # the node it is about
    computed: frozenset  # the vertices whose value is known by now
    sums: dict  # vertex: the gradient that has arrived there by now
    sent: dict  # slot: the amount that this step sends to that operand


def all_frames(graph, steps=None):
    """The frames of a forward pass and of a reverse pass, `steps` or the standard one."""
    frames = forward_frames(graph)
    everything = frames[-1].computed
    if steps is None:
        steps = standard_steps(graph)
    frames += reverse_frames(graph, everything, steps)
    disagreement = compare_with_stored(graph, frames[-1].sums)
    if disagreement:
        frames.append(frames[-1]._replace(sentence=disagreement, vertex=None, sent={}))
    return frames


def forward_frames(graph):
    """The inputs, then one frame per operation in topological order."""
    leaves = [i for i, vertex in enumerate(graph.vertices) if vertex.op is None]
    named = [graph.vertices[i] for i in leaves if graph.vertices[i].name is not None]
    given = ", ".join(f"{v.name} = {shown(v.value)}" for v in named) or "constants only"
    computed = frozenset(leaves)
    frames = [Frame(f"forward, from the inputs: {given}", None, computed, {}, {})]
    for i, vertex in enumerate(graph.vertices):
        if vertex.op is not None:
            computed |= {i}
            frames.append(Frame(forward_sentence(graph, vertex), i, computed, {}, {}))
    return frames


def forward_sentence(graph, vertex):
    """"h1 = x * y = 3 * 2 = 6"; with arrays the numbers of the operands are left out."""
    parts = [f"{vertex.name} = {expression(vertex)}"]
    values = [graph.vertices[i].value if i != HIDDEN else None for i in vertex.operands]
    if all(value is not None and is_number(value) for value in values):
        parts.append(expression(vertex, [shown(value) for value in values]))
    if vertex.value is not None and (not parts[1:] or parts[-1] != shown(vertex.value)):
        parts.append(shown(vertex.value))
    return " = ".join(parts)


def standard_steps(graph):
    """(vertex, None) for every result from the last to the first: each node fires once."""
    return [
        (i, None) for i, vertex in reversed(list(enumerate(graph.vertices))) if vertex.op is not None
    ]


def reverse_frames(graph, computed, steps):
    """The seed, then one frame per step, with the sums as they grow."""
    end = graph.outputs[0]
    name = graph.vertices[end].name
    sums = {end: 1.0}
    frames = [Frame(f"backward, from the output: the slope of {name} by {name} is 1", end,
                    computed, dict(sums), {})]
    recorded = [read_step(graph, step) for step in steps]
    for i, arrives, sent in recorded:
        if sent is None:
            if i not in sums:
                continue
            arrives, sent = sums[i], amounts(graph, i, sums[i])
        frames.append(reverse_frame(graph, computed, sums, i, arrives, sent))
    return frames


def reverse_frame(graph, computed, sums, i, arrives, sent):
    """One step: what arrives, what is sent on, and the sums; `sums` is brought up to date."""
    vertex = graph.vertices[i]
    begin = f"{vertex.name}: {shown(arrives)} arrives" if arrives is not None else vertex.name
    sentences = []
    for slot, amount in sent.items():
        operand, name = vertex.operands[slot], vertex.operand_names[slot]
        before = sums.get(operand)
        after = add(before, amount)
        sums[operand] = after
        text = f"to {name} {product(graph, vertex, slot, arrives, amount)}"
        if before is not None and amount is not None:
            text += f", in all {shown(before)} + {shown(amount)} = {shown(after)}"
        sentences.append(text)
    if not sent:
        sentences.append("nothing to send on")
    return Frame("; ".join([begin, *sentences]), i, computed, dict(sums), dict(sent))


def product(graph, vertex, slot, arrives, amount):
    """"48 * 2 = 96" where the local derivative is a number and explains the amount, else "96"."""
    if amount is None:
        return f"what the engine's rule for {visible(str(vertex.op))} says"
    local = local_derivative(graph, vertex, slot)
    if all(v is not None and is_number(v) for v in (local, arrives, amount)):
        if np.isclose(local * arrives, amount, rtol=1e-9, atol=0.0, equal_nan=True):
            return f"{shown(arrives)} * {bracketed(local)} = {shown(amount)}"
    return shown(amount)


def bracketed(number):
    """A number as a factor: (-1)."""
    text = shown(number)
    return f"({text})" if text.startswith("-") else text


def amounts(graph, i, arrives):
    """{slot: arrives times the local derivative}; None where no number can be had."""
    vertex = graph.vertices[i]
    sent = {}
    for slot, operand in enumerate(vertex.operands):
        if operand == HIDDEN or graph.vertices[operand].kind == "constant":
            continue
        local = local_derivative(graph, vertex, slot)
        known = arrives is not None and local is not None and is_number(arrives)
        sent[slot] = arrives * local if known and is_number(local) else None
    return sent


def local_derivative(graph, vertex, slot):
    """How far the vertex moves per nudge of one operand, the others fixed; None if unknown."""
    if vertex.local_derivatives is not None:
        return vertex.local_derivatives[slot]
    operation = OPERATIONS.get(vertex.op)
    values = [graph.vertices[i].value if i != HIDDEN else None for i in vertex.operands]
    if operation is None or not all(v is not None and is_number(v) for v in values):
        return None
    if operation.spelling.count("{}") != len(values):
        return None

    def along(x):
        return operation.value(*values[:slot], x, *values[slot + 1 :])

    with np.errstate(all="ignore"):
        try:
            return float(complex_step(along, float(values[slot])))
        except (ArithmeticError, TypeError, ValueError):
            return None


def add(total, amount):
    """The sum so far and one more amount; None, unknown, if either is."""
    if amount is None:
        return None
    return amount if total is None else total + amount


def read_step(graph, step):
    """(vertex, arrives, {slot: amount}) of a Step; a vertex of the standard pass has no amounts."""
    node, *rest = step
    if rest == [None]:
        return node, None, None
    try:
        arrives, sent = rest
        sent = list(sent)
    except (TypeError, ValueError):
        raise TypeError(
            "steps must be Step(node, arrives, sent), sent being pairs (operand, amount); "
            f"got {visible(repr(step))}"
        ) from None
    require_node(node)
    index = {id(vertex.node): i for i, vertex in enumerate(graph.vertices)}
    if id(node) not in index:
        raise ValueError("steps has a node that is not part of this graph")
    slots, amounts_sent = list(range(len(node.operands))), {}
    for operand, amount in sent:
        fits = [s for s in slots if s == operand or node.operands[s] is operand]
        if not fits:
            raise ValueError(f"a step at a {node.op!r} node sends to what is not an operand of it")
        slots.remove(fits[0])
        if graph.vertices[index[id(node)]].operands[fits[0]] != HIDDEN:
            amounts_sent[fits[0]] = content(amount)
    return index[id(node)], content(arrives), amounts_sent


def compare_with_stored(graph, sums):
    """Says where the gradients on the nodes are not what arrived; "" where all agree."""
    wrong = []
    for i, vertex in enumerate(graph.vertices):
        total, stored = sums.get(i), vertex.gradient
        if total is None or stored is None or not (is_number(total) and is_number(stored)):
            continue
        if not np.isclose(total, stored, rtol=1e-6, atol=1e-12, equal_nan=True):
            wrong.append(
                f"the engine stored {shown(stored)} at {vertex.name}, "
                f"but what arrives there adds up to {shown(total)}"
            )
    return "; ".join(wrong)
