"""Say what is wrong with a gradient, given the right one: the causes behind typical mistakes.

`check_grad` and `dot_product_test` measure; this module puts what they found into words. A cause
is named only where the numbers show it: the transpose would be right, the gradient given for x is
that of y, one sum would mend the shape. A factor is a fact; what often makes it is said as such.

In all functions `claimed` and `expected` are arrays of floats, or lists with one for each
argument; what is no array, being wrong in another way, is passed over.
"""

import numpy as np

TIMES = {  # claimed / expected: what that is, and what often does it
    2: "twice what it should be, as where a path is counted twice or a second backward adds up",
    3: "three times what it should be, as where a third backward is added to the first two",
    0.5: "half of what it should be, as where one of two equal paths or the 2 of a square is lost",
    -1: "right but for the sign",
}


def show(number, other=None):
    """Write a number with six digits, or with as many as tell it from `other`."""
    for digits in range(6, 17):
        text = f"{number:.{digits}g}"
        if other is None or number == other or text != f"{other:.{digits}g}":
            break
    return text


def same(a, b, tolerance=1e-6):
    """Whether two arrays have one shape and agree to `tolerance`, beside b's largest entry."""
    if isinstance(a, str) or isinstance(b, str):
        return False
    if a.shape != b.shape or not np.isfinite(a).all() or not np.isfinite(b).all():
        return False
    return bool(np.all(abs(a - b) <= tolerance * np.max(abs(b), initial=0.0)))


def same_number(a, b, tolerance=1e-6):
    """Whether two numbers agree to `tolerance`, beside b."""
    return bool(abs(a - b) <= tolerance * max(abs(b), 1e-9))


def explain_values(claimed, expected, wrong):
    """The likely cause of the entries where `wrong` is True, as a sentence, or ""."""
    bad, right = claimed[wrong], expected[wrong]
    it_is = "It is" if claimed.size == 1 else "Every wrong entry is"
    if not np.isfinite(bad).all():
        return "A division by zero, log(0) or an overflow happened on the way."
    if not np.isfinite(right).all():
        return ""
    if not bad.any():
        return f"{it_is} exactly zero: nothing arrived there, or what arrived cancelled."
    for times, meaning in TIMES.items():
        if same(bad, times * right):
            return f"{it_is} {meaning}."
    if claimed.ndim == 2 and same(claimed.T, expected):
        return "Its transpose would be right."
    if same(bad, np.trunc(right)) or same(bad, np.rint(right)):
        return f"{it_is} rounded to a whole number: were gradients kept as integers?"
    if bad.size > 1 and right.all() and same(bad / right, np.full(bad.size, bad[0] / right[0])):
        return f"{it_is} {show(bad[0] / right[0])} times what it should be: one common factor."
    if bad.size > 1 and same(bad - right, np.full(bad.size, bad[0] - right[0])):
        return f"{it_is} off by the same {show(bad[0] - right[0])}: what was added to all of them?"
    if same(bad, right, 1e-3):
        return "The first digits agree: a finite difference with an unfit step, or rounding?"
    return ""


def explain_order(claimed, expected, names, k):
    """Say so if another argument's gradient stands in the place of argument k; else "".

    claimed, expected: lists with one array per argument, names: what the arguments are called.
    """
    swapped = explain_swap(claimed, expected, names, k)
    if swapped:
        return swapped
    for j, name in enumerate(names):
        if same(expected[j], expected[k]) or not np.any(expected[j]):  # also true for j == k
            continue
        if same(claimed[k], expected[j]):
            return f"This is the gradient of {name}."
        if expected[j].shape == expected[k].shape and same(claimed[k] - expected[k], expected[j]):
            return f"It is too large by the gradient of {name}: was that added here too?"
    return ""


def explain_swap(claimed, expected, names, k):
    """Say so if the gradients of argument k and of another one are swapped; else ""."""
    for j, name in enumerate(names):
        if same(expected[j], expected[k]):
            continue
        if same(claimed[k], expected[j]) and same(claimed[j], expected[k]):
            return f"The gradients of {names[k]} and {name} are swapped."
    return ""


def explain_shape(claimed, expected):
    """How `claimed` could get the shape of `expected`, as a sentence, or ""."""
    axes = broadcast_axes(expected.shape, claimed.shape)
    if axes:
        total = claimed.sum(axis=axes).reshape(expected.shape)
        how = f"sum(axis={axes[0] if len(axes) == 1 else axes})"
        verb = "Add" if same(total, expected) else "Perhaps add"
        return f"{verb} .{how}: the argument was broadcast there, so its slopes add up."
    if claimed.T.shape == expected.shape:
        verdict = "is right" if same(claimed.T, expected) else "has the right shape"
        return f"Its transpose {verdict}."
    if claimed.ndim == 0:
        return "One number cannot stand for all entries: each entry has its own slope."
    if claimed.size == expected.size:
        return "The number of entries is right: reshape it."
    return ""


def broadcast_axes(narrow, wide):
    """The axes of shape `wide` along which broadcasting repeats an array of shape `narrow`.

    The empty tuple if `narrow` does not broadcast to `wide`, or is `wide`.
    """
    added = len(wide) - len(narrow)
    if added < 0:
        return ()
    padded = (1,) * added + tuple(narrow)
    if any(n not in (1, w) for n, w in zip(padded, wide, strict=True)):
        return ()
    return tuple(i for i, w in enumerate(wide) if i < added or padded[i] != w)
