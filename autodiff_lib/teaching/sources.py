"""The code of a module to be read whole, once a chapter has built it piece by piece.

    print(bare_source(dual))

The chapter has said what the docstrings say, so they are left out.
"""

import ast
import re
from inspect import getsource


def bare_source(module):
    """The code of a module without docstrings, `__all__` and `__slots__`, as it is laid out."""
    source = getsource(module)
    dropped = set()
    for node in ast.walk(ast.parse(source)):
        if is_docstring(node) or is_machinery(node):
            dropped.update(range(node.lineno, node.end_lineno + 1))
    lines = enumerate(source.splitlines(), start=1)
    kept = "\n".join(line for number, line in lines if number not in dropped)
    kept = re.sub(r":\n\n+(?= )", ":\n", kept)  # what followed a docstring
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def is_docstring(node):
    """Whether a statement is a text alone."""
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def is_machinery(node):
    """Whether a statement sets `__all__`, `__slots__` or the like."""
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("__")
