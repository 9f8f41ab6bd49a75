"""A program is text that becomes a function: what was written, between `def` and `return`."""

import math

import numpy as np


def write_function(page, name, parameters, result):
    """Return the source of a function: the lines of a page, and a line that returns `result`."""
    lines = [f"def {name}({', '.join(parameters)}):", *page.lines, f"return {result}"]
    return "\n    ".join(lines) + "\n"


def compile_source(source, constants, name):
    """Return the function that a source defines: text, or text that is compiled already."""
    namespace = {"np": np, "math": math, **constants}
    exec(source, namespace)
    return namespace[name]
