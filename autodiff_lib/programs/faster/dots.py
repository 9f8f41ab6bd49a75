"""Sums of products along the last axis, in one go: np.vecdot."""

from autodiff_lib.programs import source


def is_dot(page, node, alone):
    """Tell whether a node is a sum of products along the last axis: np.vecdot in one go.

    Its product must be of no other use.
    """
    if node.op != "sum" or node.operands[0].op not in ("mul", "square"):
        return False
    product, axis, same = node.operands[0], node.parameters["axis"], node.dtype.kind == "f"
    last = axis in (-1, product.ndim - 1, (-1,), (product.ndim - 1,))
    last = product.ndim > 0 and (last or (axis is None and product.ndim == 1))
    ends = {x.shape[-1:] for x in [product, *product.operands]}
    used = page.uses[id(product)] > 1 or product.name or id(product) in page.reads
    return last and same and len(ends) == 1 and not used and {id(node), id(product)} <= alone


def write_dot(page, node):
    """Return the text of a sum of products."""
    factors = (node.operands[0].operands * 2)[:2]
    keepdims = ", keepdims=True" * node.parameters["keepdims"]
    return f"np.vecdot({', '.join(source.operand_text(page, x) for x in factors)}{keepdims})"
