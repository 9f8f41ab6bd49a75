"""What a program checks while it runs: values that Python read in the trace, to branch say."""

import numpy as np


class OtherPath(ValueError):
    """Python would have gone another way than in the trace."""


def expect(found, traced, line):
    """Raise OtherPath if a value on which the trace relied is another one now.

    Floats may differ by rounding: a program does not add up in the order of the trace.
    """
    found = bool(found) if isinstance(traced, bool) else found  # `if x:` asks no more of a number
    known, now = np.asarray(traced), np.asarray(found)
    if known.dtype.kind == "f" and known.shape == now.shape:
        largest = np.abs(known[np.isfinite(known)]).max(initial=0.0)
        rounding = 1e-4 if known.dtype == np.float32 else 1e-9
        same = np.allclose(now, known, rtol=0.0, atol=rounding * largest, equal_nan=True)
    else:
        same = np.array_equal(now, known)
    if not same:
        if known.size > 8:
            found, traced = "another one", f"an array of shape {known.shape}"
        raise OtherPath(
            f"the program was traced where Python read {traced} ({line}), and here it is {found}: "
            "the traced steps do not hold for these arguments; trace again, or use np.where"
        )
