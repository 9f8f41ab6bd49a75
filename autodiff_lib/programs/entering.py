"""How arguments enter a program: the first line of its function, and lines that take them apart."""

from autodiff_lib.arrays.structures import flatten

from .arguments import is_fixed
from .names import leaf_paths
from .write import assign


def write_inputs(page, parameters, examples, scalar):
    """Write a line for every input that is a part of a parameter, or has to be a NumPy number.

    Returns the names of the parameters.
    """
    parameters = [page.names.new(name) for name in parameters]
    alone = set() if scalar else find_lone_numbers(page.steps)
    for step, path in zip(page.inputs, find_paths(page, parameters, examples), strict=True):
        text = f"np.{step.dtype}({path})" if id(step) in alone else path
        if path in parameters:
            page.terms[id(step)] = path
            page.lines += [f"{path} = {text}"] * (text != path)
        elif page.uses[id(step)]:
            assign(page, step, text)
    return parameters


def find_paths(page, parameters, examples):
    """Return how the source reaches each input: x, or p["w"]."""
    paths = []
    for parameter, example in zip(parameters, examples, strict=True):
        reached = leaf_paths(page.names, parameter, example)
        pairs = zip(reached, flatten(example), strict=True)
        paths += [path for path, leaf in pairs if not is_fixed(leaf)]
    return paths


def find_lone_numbers(steps):
    """Return the ids of the inputs that, as Python's numbers, would not compute like NumPy's."""
    of_numbers = [step for step in steps if not any(x.shape for x in step.operands)]
    by_python = [step for step in of_numbers if step.row.symbol or step.row.template]
    return {id(x) for step in by_python for x in step.operands}
