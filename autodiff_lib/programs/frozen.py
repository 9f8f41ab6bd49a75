"""What is equal to what among parameters: something hashable for each."""

import numpy as np

from autodiff_lib.table.keys import Slot

PLAIN = (bool, int, float, str, bytes, np.generic, np.dtype, Slot)  # equal if they print alike


def frozen(value):
    """Return something hashable that is equal for equal parameters, as long as they live."""
    if isinstance(value, dict):
        return tuple([(key, frozen(part)) for key, part in value.items()]) if value else ()
    if isinstance(value, (list, tuple)):
        return tuple(map(frozen, value))
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, slice):
        return "slice", frozen((value.start, value.stop, value.step))
    plain = value is None or value is ... or isinstance(value, PLAIN)
    return type(value).__name__, repr(value) if plain else id(value)
