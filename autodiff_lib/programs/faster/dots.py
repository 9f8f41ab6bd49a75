"""Sums of products along the last axis, in one go: np.vecdot."""

from autodiff_lib.programs.write import operand


def plan(page):
    """Find the sums of products; their products need no line."""
    dots = {id(step) for step in page.steps if is_dot(page, step)}
    for step in page.steps:
        if id(step) in dots:
            (product,) = step.operands
            page.nested.add(id(product))
            if product.op == "square":  # its operand is written twice
                page.nested.discard(id(product.operands[0]))
    page.spellers.append(lambda page, step: write_dot(page, step) if id(step) in dots else None)


def is_dot(page, step):
    """Tell whether a step is a sum of products along the last axis.

    Its product must be of no other use, and neither may stand in a loop.
    """
    if step.op != "sum" or step.operands[0].op not in ("mul", "square"):
        return False
    product, axis, same = step.operands[0], step.parameters["axis"], step.dtype.kind == "f"
    last = axis in (-1, product.ndim - 1, (-1,), (product.ndim - 1,))
    last = product.ndim > 0 and (last or (axis is None and product.ndim == 1))
    ends = {x.shape[-1:] for x in [product, *product.operands]}
    used = page.uses[id(product)] > 1 or product.name or id(product) in page.reads
    alone = page.looped.isdisjoint({id(step), id(product)})
    return last and same and len(ends) == 1 and not used and alone


def write_dot(page, step):
    """Return the text of a sum of products."""
    factors = (step.operands[0].operands * 2)[:2]
    keepdims = ", keepdims=True" * step.parameters["keepdims"]
    return f"np.vecdot({', '.join(operand(page, x) for x in factors)}{keepdims})"
