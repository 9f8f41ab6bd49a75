"""What fans in at an operand that broadcasting copied, written beside it: "2 + 8, 4 + 0, 6 + 2"."""

import numpy as np

from autodiff_lib.pictures.text import number

MOST = 9  # numbers of what arrives


def with_fan_in(graph, frames):
    """The Frames; from the step on that sums an operand's copies, the sums stand beside it."""
    found, shown = {}, []
    for frame in frames:
        for slot, amount in (frame.sent or {}).items():
            operand = graph.vertices[frame.vertex].operands[slot]
            if text := written_sums(frame.sums[frame.vertex], amount):
                found[operand] = text
        shown.append(frame._replace(notes=found | frame.notes))
    return shown


def written_sums(arrives, amount):
    """The sums over the first axis of what arrives, if they make `amount`, in words; else ""."""
    if np.ndim(arrives) != np.ndim(amount) + 1 or np.ndim(amount) > 1 or np.size(arrives) > MOST:
        return ""
    if not np.array_equal(np.sum(arrives, axis=0), amount):
        return ""
    columns = np.reshape(arrives, (len(arrives), -1)).T.tolist()
    return ", ".join(" + ".join(map(number, column)) for column in columns)
