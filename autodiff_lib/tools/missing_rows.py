"""List NumPy's functions that could be rows of the table and are none.

    python3 -m autodiff_lib.tools.missing_rows

Each is followed by the row that its error message shows. Not all of them have a
derivative: a row of kind "constant" says that none flows back.
"""

import numpy as np

from autodiff_lib.arrays.calls import COMPOSED
from autodiff_lib.arrays.messages import explain_missing_row
from autodiff_lib.arrays.rows import BY_FUNCTION


def missing_rows():
    """Return {"np.copysign": what is said when it is called with a node}."""
    places = [("np", np), ("np.linalg", np.linalg)]
    found = {
        f"{path}.{name}": explain_missing_row(function)
        for path, module in places for name, function in vars(module).items()
        if takes_nodes(function) and function not in BY_FUNCTION and function not in COMPOSED
    }  # fmt: skip
    return {path: text for path, text in sorted(found.items()) if "add_rows" in text}


def takes_nodes(function):
    """Tell whether NumPy hands a call with a node over to it."""
    return isinstance(function, np.ufunc) or hasattr(function, "_implementation")


if __name__ == "__main__":
    for path, text in missing_rows().items():
        print(f"{path:20} {text.partition('table: ')[2].partition(', where')[0]}")
