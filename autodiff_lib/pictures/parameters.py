"""What an operation was told beside its operands: the axis of a sum, the key of an index."""

from autodiff_lib.pictures.text import shown, visible


def parameters(node):
    """The parameters of a node as texts, ("axis=0",), without those that are switched off.

    The key of an index is one text in brackets: ("[1:]",).
    """
    told = getattr(node, "parameters", None)
    if node.op is None or not isinstance(told, dict):
        return ()
    if node.op == "index" and list(told) == ["key"]:
        return (f"[{setting(told['key']).removeprefix('(').removesuffix(')')}]",)
    used = {name: value for name, value in told.items() if value is not None and value is not False}
    return tuple(f"{visible(str(name))}={setting(value)}" for name, value in used.items())


def setting(value):
    """A parameter as Python writes it: 0, (1, 2), 'ij->i'; a slice as it stands in an index."""
    if isinstance(value, slice):
        ends = ["" if end is None else setting(end) for end in (value.start, value.stop)]
        return ":".join(ends + ([] if value.step is None else [setting(value.step)]))
    if value is Ellipsis:
        return "..."
    if isinstance(value, tuple):
        return f"({', '.join(map(setting, value))}{',' * (len(value) == 1)})"
    if isinstance(value, str):
        return visible(repr(value))
    return shown(value)


def with_parameters(written, texts, spell):
    """An expression with its parameters: sum(x, axis=0), x[1:]. `spell` writes its operands."""
    if texts and texts[0].startswith("["):
        return f"{written[0]}{texts[0]}"
    return spell([*written, *texts])
