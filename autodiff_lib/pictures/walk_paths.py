"""walk_paths: every path from an output to an input, one after another, and their running sum."""

from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.pictures.checks import require_part
from autodiff_lib.pictures.count import plural
from autodiff_lib.pictures.edges import local_text
from autodiff_lib.pictures.film import called, film
from autodiff_lib.pictures.graph import snapshot, stored_gradient
from autodiff_lib.pictures.highlights import Route
from autodiff_lib.pictures.outline import outline
from autodiff_lib.pictures.sentences import known, slope, term
from autodiff_lib.pictures.step_through import LIMIT, too_many
from autodiff_lib.pictures.steps import (
    MOST_FRAMES,
    Frame,
    add,
    add_sent,
    disagreements,
    standard_steps,
)
from autodiff_lib.pictures.style import PATHS
from autodiff_lib.pictures.text import shown


def walk_paths(output, x, names=None, limit=LIMIT):
    """The film of all paths from `output` to `x`: one frame a path, its product, their sum.

    The paths come as a walk finds them that goes to each operand in turn. Local derivatives
    stand on the arrows. names: as for `draw`. A graph of more than `limit` nodes is drawn
    instead, with a sentence.
    Raises TypeError or ValueError, with the next step, for what is not a graph or not in it.
    """
    require_part(x, {id(node) for node in topological_order(output)}, "x")
    leaf = [(x, stored_gradient(x))] if x.op is None else None
    graph = snapshot(output, names=names, gradients=leaf, limit=limit)
    if graph.is_part:
        return too_many(output, names, limit)
    index = {id(vertex.node): i for i, vertex in enumerate(graph.vertices)}
    frames = path_frames(graph, index[id(x)])
    labels = dict(local_derivatives(graph, index[id(x)]))
    return film(graph, frames, [labels] * len(frames), below=outline(graph))


def path_frames(graph, start):
    """How many paths there are, each path, and what they add up to."""
    end, colours = graph.outputs[0], list(PATHS.values())
    names = called(graph.vertices[end]), called(graph.vertices[start])
    n, everything = number_of_paths(graph, start), frozenset(range(len(graph.vertices)))
    verb = "leads" if n == 1 else "lead"
    first = f"{plural(n, 'path')} {verb} from {names[0]} to {names[1]}"
    frames, total = [Frame(first, None, everything, {}, None)], None
    for k, arrows in enumerate(all_paths(graph, start), 1):
        if k > MOST_FRAMES:
            break
        route = route_of(graph, arrows, colours[(k - 1) % len(colours)])
        factors = [slope(graph, graph.vertices[i], slot) for i, slot in arrows]
        value = product(factors)
        before, total = total, value if k == 1 else add(total, value)
        sentence = f"path {k}: {', '.join(route.words)}: {in_words(factors, value, before, total)}"
        frames.append(Frame(sentence, None, everything, {start: total}, None, {}, route))
    return [*frames, last_frame(graph, start, names, n, everything)]


def last_frame(graph, start, names, n, everything):
    """What the paths add up to, and where the engine stored something else."""
    end = graph.outputs[0]
    sums = {end: 1}
    for visit in standard_steps(graph, sums):
        add_sent(graph, visit, sums)
    total = sums[start]
    more = f"after {plural(n - MOST_FRAMES, 'more path')}, not shown: " if n > MOST_FRAMES else ""
    words = shown(total) if known(total) else "what is not known"
    sentence = f"{more}all paths add up to {words}, the slope of {names[0]} by {names[1]}"
    wrong = disagreements(graph, {start: total})
    return Frame("; ".join([sentence, *wrong]), None, everything, {start: total}, None)


def leading(graph, start):
    """The vertices that are made from `start`, itself included."""
    found = {start}
    for i, vertex in enumerate(graph.vertices):
        if not found.isdisjoint(vertex.operands):
            found.add(i)
    return found


def number_of_paths(graph, start):
    """How many ways lead from the output down to `start`, counted without walking them."""
    ways = [0] * len(graph.vertices)
    for i, vertex in enumerate(graph.vertices):
        ways[i] = 1 if i == start else sum(ways[operand] for operand in vertex.operands)
    return ways[graph.outputs[0]]


def all_paths(graph, start):
    """The paths from the output down to `start`, each a list of arrows (vertex, slot)."""
    useful, stack = leading(graph, start), [(graph.outputs[0], [])]
    while stack:
        i, arrows = stack.pop()
        if i == start:
            yield arrows
        elif i in useful:
            for slot, operand in reversed(list(enumerate(graph.vertices[i].operands))):
                if operand in useful:
                    stack.append((operand, [*arrows, (i, slot)]))


def route_of(graph, arrows, colour):
    """The Route of a path, in words from the output down."""
    vertices, words = graph.vertices, []
    path = [graph.outputs[0], *(vertices[i].operands[slot] for i, slot in arrows)]
    for i, (_, slot) in zip(path, arrows, strict=False):
        which = vertices[i].operands.count(vertices[i].operands[slot]) > 1
        words.append(called(vertices[i]) + (f" by operand {slot}" if which else ""))
    words.append(called(vertices[path[-1]]))
    nodes = tuple(id(vertices[i].node) for i in path)
    keys = tuple((id(vertices[i].node), slot) for i, slot in arrows)
    return Route(nodes, keys, tuple(words), colour)


def product(factors):
    """The factors multiplied, in the order of the path; None where one is not known."""
    value = 1
    for factor in factors:
        value = value * factor if known(value) and known(factor) else None
    return value


def in_words(factors, value, before, total):
    """ "24 * 2 * 3 = 144; sum 144", from the second path on "sum 144 + 144 = 288"."""
    if value is None:
        return "a product that is not known"
    parts = [term(factor) for factor in factors]
    parts[:1] = [shown(factor) for factor in factors[:1]]
    text = " = ".join(dict.fromkeys([" * ".join(parts) or shown(value), shown(value)]))
    if total is None:
        return text
    added = "" if before is None else f"{shown(before)} + {term(value)} = "
    return f"{text}; sum {added}{shown(total)}"


def local_derivatives(graph, start):
    """((id(node), slot), text) for the arrows on any path."""
    useful = leading(graph, start)
    for i, vertex in enumerate(graph.vertices):
        for slot, operand in enumerate(vertex.operands):
            text = local_text(graph, vertex, slot) if {i, operand} <= useful else None
            if text is not None and i != start:
                yield (id(vertex.node), slot), text
