"""Sums over short rows as products with ones (see reductions.quick_sum): NumPy's loop is slow."""

from autodiff_lib.programs.names import dtype_text
from autodiff_lib.programs.write import operand


def plan(page):
    """Let sums over short rows be written as products."""
    page.spellers.append(sum_of_short_rows)


def is_sum_of_short_rows(step):
    """Tell whether NumPy's own sum of rows or columns would be slow."""
    if step.op != "sum":
        return False
    (x,) = step.operands
    return x.ndim > 1 and x.size >= 256 and x.shape[-1] <= 64 and x.dtype.kind == "f"


def sum_of_short_rows(page, step):
    """Return the text of a sum along one of the last two axes, as a product with ones, or None."""
    if not is_sum_of_short_rows(step):
        return None
    (x,), axis, keepdims = step.operands, step.parameters["axis"], step.parameters["keepdims"]
    axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
    dtype = dtype_text(x.dtype)
    if axis in (-1, x.ndim - 1):
        ones = (x.shape[-1], 1) if keepdims else x.shape[-1]
        return f"{operand(page, x)} @ np.ones({ones}{dtype})"
    if axis in (-2, x.ndim - 2):
        ones = (1, x.shape[-2]) if keepdims else x.shape[-2]
        return f"np.ones({ones}{dtype}) @ {operand(page, x)}"
    return None
