"""Stable names for the nodes of a graph, and the gradients that belong to them.

A node keeps its own name, or the one the caller gives; every other result is called v1, v2,
... in topological order. Nothing depends on `id()`, so the same program gives the same names.
"""

from autodiff_lib.pictures.checks import a_kind, require_part
from autodiff_lib.pictures.text import content, is_number, shown, visible

LONGEST_INLINE = 12  # characters of a constant that still reads well inside an expression


class Naming:
    """The names of the nodes in `order`, as far as they are given; tells inputs from constants.

    names: {name: node}, for nodes that carry none. treat_as_inputs: ids of leaves that are
    inputs though they have no name. never_inline: ids of constants that need a name.
    """

    def __init__(self, order, names=None, treat_as_inputs=(), never_inline=()):
        self.given = _given_names(order, names)
        self.treat_as_inputs = treat_as_inputs
        self.never_inline = never_inline

    def own(self, node):
        """The name the caller or the engine gave to `node`, or None."""
        name = self.given.get(id(node))
        if name is None:
            name = getattr(node, "name", None)
        return name if isinstance(name, str) and name.strip() else None

    def is_input(self, node):
        """Whether a leaf is an input: it has a name, or the caller asks for its gradient."""
        return self.own(node) is not None or id(node) in self.treat_as_inputs

    def inline(self, node):
        """The text of a constant short enough to stand inside an expression, else None."""
        if node.op is not None or self.is_input(node) or id(node) in self.never_inline:
            return None
        if is_number(content(node.value)):
            return shown(node.value)
        text = shown(node.value, LONGEST_INLINE)
        return None if text.startswith("shape") else text

    def is_inline(self, node):
        """Whether a node needs no name of its own; quick for a million numbers."""
        if node.op is not None or self.is_input(node) or id(node) in self.never_inline:
            return False
        return is_number(node.value) or self.inline(node) is not None

    def all(self, order):
        """One name per node of `order`; None for constants that are written inline."""
        own = [self.own(node) for node in order]
        names = [None if name is None else visible(name) for name in own]
        taken, seen, last = set(names), set(), {}

        def next_free(stem, first):
            number = last.get(stem, first - 1) + 1
            while f"{stem}{number}" in taken:
                number += 1
            last[stem] = number
            return f"{stem}{number}"

        for i, node in enumerate(order):
            if names[i] in seen:
                names[i] = next_free(f"{names[i]}_", 2)
            elif names[i] is not None:
                seen.add(names[i])
            elif not self.is_inline(node):
                names[i] = next_free("v", 1)
        return names


def _given_names(order, names):
    if names is None:
        return {}
    if not hasattr(names, "items"):
        raise TypeError(f"names must be a dict such as {{'x': x, 'h': h}}, got {a_kind(names)}")
    present = {id(node) for node in order}
    given = {}
    for name, node in names.items():
        if not isinstance(name, str):
            raise TypeError(
                f"names maps each name to its node, {{'x': x}}; got {a_kind(name)} as a name"
            )
        require_part(node, present, f"names, at {visible(name)!r},")
        given[id(node)] = name
    return given


def by_id(order, given, what, example):
    """{id(node): it} of a dict {node: it} or of pairs [(node, it), ...]; `what` names them."""
    if given is None:
        return {}
    pairs = given.items() if hasattr(given, "items") else given
    try:
        pairs = [(node, it) for node, it in pairs]
    except (TypeError, ValueError):
        raise TypeError(
            f"{what} must be pairs such as {example}, or a dict with nodes as keys, "
            f"got {a_kind(given)}"
        ) from None
    present = {id(node) for node in order}
    for node, _ in pairs:
        require_part(node, present, what)
    return {id(node): it for node, it in pairs}
