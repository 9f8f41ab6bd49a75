"""What happens at each step of a forward and a reverse pass, in words with the numbers.

The values are those of the live nodes. The sums are made here, from the local derivatives or
from what an engine recorded; the last frame compares them with what the engine stored.
"""

from collections import Counter
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from autodiff_lib.pictures.count import plural
from autodiff_lib.pictures.graph import HIDDEN
from autodiff_lib.pictures.highlights import Route
from autodiff_lib.pictures.outline import expression
from autodiff_lib.pictures.recorded import Visit, read_steps
from autodiff_lib.pictures.sentences import sending, slope
from autodiff_lib.pictures.text import is_number, shape, shown

MOST_FRAMES = 60  # of a reverse pass; an engine that walks all paths makes thousands of steps
MOST_NAMES = 12  # in one sentence


class Frame(NamedTuple):
    """One picture of a step-through: its sentence, and what is to be seen."""

    sentence: str
    vertex: int | None  # the node it is about
    computed: frozenset  # the vertices whose value is known by now
    sums: dict  # vertex: the gradient that has arrived there by now, None where not known
    sent: dict | None  # operand's index: the amount sent to it; None in the forward pass
    notes: dict = {}  # vertex: what stands under it in this frame alone
    route: Route | None = None  # a path that is brought out
    tangents: dict = {}  # vertex: how fast it moves, in the frames of forward mode
    pushed: dict = {}  # operand's index: what it adds to the tangent of the vertex

    @property
    def under(self):
        """{vertex: what stands under it}: its note, or its tangent."""
        return {i: f"tangent {shown(t)}" for i, t in self.tangents.items()} | self.notes


def all_frames(graph, steps=None, forward=True):
    """The frames of a forward pass and of a reverse pass, `steps` or the standard one."""
    first = forward_frames(graph)
    recorded = None if steps is None else read_steps(graph, steps)
    return first * forward + reverse_frames(graph, first[-1].computed, recorded)


def forward_frames(graph):
    """The inputs, then one frame per operation in topological order."""
    leaves = [i for i, vertex in enumerate(graph.vertices) if vertex.op is None]
    named = [graph.vertices[i] for i in leaves if graph.vertices[i].name is not None]
    given = listed([f"{v.name} = {shown(v.value)}" for v in named]) or "constants only"
    computed = frozenset(leaves)
    frames = [Frame(f"forward, from the inputs: {given}", None, computed, {}, None)]
    for i, vertex in enumerate(graph.vertices):
        if vertex.op is not None:
            computed |= {i}
            frames.append(Frame(forward_sentence(graph, vertex), i, computed, {}, None))
    return frames


def forward_sentence(graph, vertex):
    """How a result is made: "h1 = x * y = 3 * 2 = 6"; of arrays without their numbers."""
    parts = [vertex.name, expression(vertex)]
    values = [graph.vertices[i].value if i != HIDDEN else None for i in vertex.operands]
    if all(value is not None and is_number(value) for value in values):
        parts.append(expression(vertex, [shown(value) for value in values]))
    if vertex.value is not None:
        parts.append(shown(vertex.value))
    return " = ".join(dict.fromkeys(parts))


def reverse_frames(graph, computed, recorded=None):
    """The seed, one frame per step, and the gradients at the end.

    recorded: the Visits that an engine made; without them every result fires once, from the
    last to the first.
    """
    end = graph.outputs[0]
    visits = recorded if recorded is not None else []
    before = list(takewhile(lambda visit: visit.vertex is None, visits))
    visits = visits[len(before) :]
    frames = [saying(visit, computed, {}) for visit in before]
    sums = {end: seed(graph, end, visits)}
    frames.append(Frame(seed_sentence(graph, end, sums[end]), end, computed, dict(sums), {}))
    most, seen, left_out = len(frames) + MOST_FRAMES, Counter(), 0
    for visit in visits if recorded is not None else standard_steps(graph, sums):
        seen[visit.vertex] += 1
        if len(frames) < most:
            told = sending(graph, visit, seen[visit.vertex], sums, recorded is not None)
        add_sent(graph, visit, sums)
        if len(frames) < most:
            frames.append(saying(visit, computed, dict(sums), told))
        else:
            left_out += 1
    more = f"after {plural(left_out, 'more step')}, not shown: " if left_out else ""
    frames.append(Frame(more + ending(graph, sums), None, computed, with_stored(graph, sums), {}))
    return frames


def saying(visit, computed, sums, told=None):
    """The frame of a visit: its own sentence or `told`, with its path and its notes in words."""
    text = visit.says or told
    if visit.route and not said_already(text, visit.route):
        text += f"; path {', '.join(visit.route.words)}"
    return Frame(text, visit.vertex, computed, sums, visit.sent, visit.notes, visit.route)


def said_already(text, route):
    """Whether a sentence names the path itself."""
    return any(mark.join(route.words) in text for mark in (", ", " -> "))


def add_sent(graph, visit, sums):
    """Add what a visit sends to the sums."""
    for slot, amount in visit.sent.items():
        operand = graph.vertices[visit.vertex].operands[slot]
        sums[operand] = add(sums[operand], amount) if operand in sums else amount


def seed(graph, end, recorded):
    """What arrives at the output first: 1, unless the engine began with something else."""
    if recorded and recorded[0].vertex == end and recorded[0].arrives is not None:
        return recorded[0].arrives
    value = graph.vertices[end].value
    return 1 if value is None or is_number(value) else graph.vertices[end].gradient


def seed_sentence(graph, end, start):
    """The first sentence of the reverse pass."""
    name = graph.vertices[end].name
    if start is None:
        return f"backward, from the output: the slope of each entry of {name} by itself is 1"
    if is_number(start) and start == 1:
        return f"backward, from the output: the slope of {name} by {name} is 1"
    return f"backward, from the output: {name} begins with {shown(start)}"


def standard_steps(graph, sums):
    """The Visit of each result, the last first, when all has arrived.

    `sums` is read when a result's turn comes. Nothing is sent to a constant.
    """
    for i in reversed(range(len(graph.vertices))):
        vertex = graph.vertices[i]
        if vertex.op is None or i not in sums:
            continue
        arrives = vertex.gradient if sums[i] is None else sums[i]
        sent = {}
        for slot, operand in enumerate(vertex.operands):
            if operand != HIDDEN and not graph.vertices[operand].is_constant:
                sent[slot] = amount(arrives, slope(graph, vertex, slot))
        yield Visit(i, arrives, sent)


def amount(arrives, local):
    """What arrives times the local derivative, where both are numbers; else None."""
    known = all(x is not None and is_number(x) for x in (arrives, local))
    return arrives * local if known else None


def add(total, more):
    """The sum so far and one more amount; None, unknown, if either is."""
    if total is None or more is None:
        return None
    return total + more if shape(total) == shape(more) else None


def with_stored(graph, sums):
    """The sums, and where they are not known the gradients that the engine stored."""
    return {i: graph.vertices[i].gradient if s is None else s for i, s in sums.items()}


def ending(graph, sums):
    """The gradients of the inputs, and where an engine stored something else."""
    found = []
    for i, vertex in enumerate(graph.vertices):
        total = with_stored(graph, sums).get(i)
        if vertex.kind == "input" and total is not None:
            found.append(f"{vertex.name} {shown(total)}")
    words = f"all has arrived: {listed(found)}" if found else "all has arrived"
    return "; ".join([words, *disagreements(graph, sums)])


def disagreements(graph, sums):
    """One clause for each node whose stored gradient is not the sum of what arrived."""
    for i, vertex in enumerate(graph.vertices):
        total, stored = sums.get(i), vertex.gradient
        if total is None or stored is None or not (is_number(total) and is_number(stored)):
            continue
        if not np.isclose(total, stored, rtol=1e-6, atol=1e-12, equal_nan=True):
            yield (
                f"but the engine stored {shown(stored)} at {vertex.name}, "
                f"while what arrives there adds up to {shown(total)}"
            )


def listed(texts):
    """The texts with commas, the first MOST_NAMES of them."""
    more = len(texts) - MOST_NAMES
    return ", ".join(texts[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
