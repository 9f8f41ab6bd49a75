"""Sums over short rows as products with ones (see reductions.add_up): NumPy's own loop is slow."""

from autodiff_lib.programs import source
from autodiff_lib.programs.names import dtype_text


def is_sum_of_short_rows(node):
    """Tell whether NumPy's own sum of rows or columns would be slow."""
    if node.op != "sum":
        return False
    (x,) = node.operands
    return x.ndim > 1 and x.size >= 256 and x.shape[-1] <= 64 and x.dtype.kind == "f"


def sum_of_short_rows(page, node):
    """Return the text of a sum along one of the last two axes, as a product with ones."""
    (x,), axis, keepdims = node.operands, node.parameters["axis"], node.parameters["keepdims"]
    axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
    dtype = dtype_text(x.dtype)
    if axis in (-1, x.ndim - 1):
        ones = (x.shape[-1], 1) if keepdims else x.shape[-1]
        return f"{source.operand_text(page, x, 3)} @ np.ones({ones}{dtype})", 3
    if axis in (-2, x.ndim - 2):
        ones = (1, x.shape[-2]) if keepdims else x.shape[-2]
        return f"np.ones({ones}{dtype}) @ {source.operand_text(page, x, 4)}", 3
    return source.fill_in(page, node, node.row.text), source.CALL
