"""Stable names for the nodes of a graph, and the gradients that belong to them.

A node keeps its own name, or the one the caller gives; every other result is called v1, v2,
... in topological order. Nothing depends on `id()`, so the same program gives the same names.
"""

from autodiff_lib.pictures.text import content, is_number, shown, visible
from autodiff_lib.walk import require_node

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
        text = shown(node.value, LONGEST_INLINE)
        return text if is_number(content(node.value)) or not text.startswith("shape") else None

    def all(self, order):
        """One name per node of `order`; None for constants that are written inline."""
        own = [self.own(node) for node in order]
        taken = {visible(name) for name in own if name is not None}
        used, names, number = set(), [], 0
        for node, name in zip(order, own, strict=True):
            if name is not None:
                name = _unused(visible(name), used, taken)
                used.add(name)
            elif self.inline(node) is None:
                number += 1
                while f"v{number}" in taken:
                    number += 1
                name = f"v{number}"
            names.append(name)
        return names


def _unused(name, used, taken):
    """`name`, or when another node has it already name_2, name_3, ..."""
    if name not in used:
        return name
    number = 2
    while f"{name}_{number}" in used or f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _given_names(order, names):
    if names is None:
        return {}
    if not hasattr(names, "items"):
        raise TypeError(
            f"names must be a dict such as {{'x': x, 'h': h}}, got {type(names).__name__}"
        )
    present = {id(node) for node in order}
    given = {}
    for name, node in names.items():
        if not isinstance(name, str):
            raise TypeError(
                f"names maps each name to its node, {{'x': x}}; got a {type(name).__name__} as a name"
            )
        require_node(node)
        if id(node) not in present:
            raise ValueError(
                f"names has {visible(name)!r}, but that node is not part of this graph; "
                "pass the very object that the output was made from"
            )
        given[id(node)] = name
    return given


def gradients_by_id(order, gradients):
    """{id(node): gradient} of a dict {node: gradient} or of pairs [(node, gradient), ...]."""
    if gradients is None:
        return {}
    pairs = gradients.items() if hasattr(gradients, "items") else gradients
    try:
        pairs = [(node, gradient) for node, gradient in pairs]
    except (TypeError, ValueError):
        raise TypeError(
            "gradients must be pairs such as [(x, 96), (y, 288)] or a dict {node: gradient}, "
            f"got {visible(repr(gradients))}"
        ) from None
    present = {id(node) for node in order}
    for node, _ in pairs:
        require_node(node)
        if id(node) not in present:
            name = getattr(node, "name", None)
            which = f"node {visible(name)!r}" if isinstance(name, str) else "a node"
            raise ValueError(
                f"gradients has {which} that is not part of this graph; "
                "pass the very object that the output was made from"
            )
    return {id(node): gradient for node, gradient in pairs}
