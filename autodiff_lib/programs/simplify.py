"""Simplify a traced program: fewer operations, the same numbers.

A program is given by its outputs, which are traced nodes. A walk over it, operands before results,
gives every node a replacement. Walks are repeated while they make the program shorter: three or
four in all, however long it is. Simplifying changes the order of roundings at most.
"""

import operator
from collections import Counter

import numpy as np

from autodiff_lib.table.keys import Slot
from autodiff_lib.table.shapes import names_every_entry

from .steps import ARITHMETIC, in_dependency_order, make, same_type, with_operands


def operations(outputs):
    """Return the nodes of a program that compute something."""
    return [node for node in in_dependency_order(outputs) if node.op is not None]


def rewrite(outputs, replace):
    """Return the outputs of a program in which `replace(node)` stands for every node."""
    order, new = in_dependency_order(outputs), {}
    count_uses(order)
    for node in order:
        operands = tuple([new[id(operand)] for operand in node.operands])
        changed = node
        if any(map(operator.is_not, operands, node.operands)):
            changed = with_operands(node, operands)
        new[id(node)] = keep_place(node, replace(changed))
    return [new[id(output)] for output in outputs]


def count_uses(nodes):
    """Note at each node how often the others use it."""
    for node in nodes:
        node.uses = 0
    for node in nodes:
        for operand in node.operands:
            operand.uses += 1


def keep_place(node, replacement):
    """Give a new node the name, if it has none, and the place of the one it stands for."""
    if replacement.op is not None:
        replacement.name = replacement.name or node.name
        replacement.number = min(replacement.number, node.number)
    return replacement


def is_constant(node):
    """Tell whether a node is a constant of the program."""
    return node.op is None and node.constant


def is_number(node, *numbers):
    """Tell whether a node is a constant single number (one of those given, if any)."""
    return is_constant(node) and not node.shape and (not numbers or node.raw in numbers)


def fold_constant(node, known):
    """Compute now what depends on constants only."""
    if node.op in (None, "broadcast_to") or not all(map(is_constant, node.operands)):
        return node
    values = (x.raw for x in node.operands)
    return node.level.constant(node.row.function(*values, **node.parameters))


def share_common(node, known):
    """Compute once what is computed several times; `known` holds what is there already."""
    if node.op is None:
        return node
    operands = [id(operand) for operand in node.operands]
    if node.op in ("add", "mul"):
        operands.sort()
    parameters = frozen(node.parameters) if node.parameters else ()
    first = known.setdefault((id(node.row), *operands, parameters), node)
    if first is not node:
        first.uses += node.uses
    return first


PLAIN = (bool, int, float, str, bytes, np.generic, np.dtype, Slot)  # equal if they print alike


def frozen(value):
    """Return something hashable that is equal for equal parameters, as long as they live."""
    if isinstance(value, dict):
        return tuple((key, frozen(part)) for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(map(frozen, value))
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, slice):
        return "slice", frozen((value.start, value.stop, value.step))
    plain = value is None or value is ... or isinstance(value, PLAIN)
    return type(value).__name__, repr(value) if plain else id(value)


def apply_algebra(node, known):
    """Use identities such as 1 * x = x and x + (-y) = x - y; see IDENTITIES."""
    if node.op in ARITHMETIC and node.floating < 3:
        return node
    for identity in IDENTITIES.get(node.op, ()):
        better = identity(node)
        if better is not None:
            return apply_algebra(better, known)
    return node


def is_single(node):
    """Tell whether a node is used once only: then it may change along with its user."""
    return node.uses <= 1


def drop_one(node):
    """x * 1 = x / 1 = x."""
    x, y = node.operands
    if is_number(y, 1.0) and same_type(x, node):
        return x
    if node.op == "mul" and is_number(x, 1.0) and same_type(y, node):
        return y


def spell_minus_one(node):
    """-1 * x = -x."""
    x, y = node.operands
    if is_number(x, -1.0) and same_type(y, node):
        return make("neg", y, like=node)


def drop_zero(node):
    """x + 0 = x - 0 = x."""
    x, y = node.operands
    if is_number(y, 0.0) and same_type(x, node):
        return x
    if node.op == "add" and is_number(x, 0.0) and same_type(y, node):
        return y


def leave_broadcast_to_numpy(node):
    """broadcast_to(x, shape) * y = x * y, if y has that shape already."""
    for position, operand in enumerate(node.operands):
        if operand.op == "broadcast_to":
            operands = list(node.operands)
            operands[position] = operand.operands[0]
            if np.broadcast_shapes(*(x.shape for x in operands)) == node.shape:
                return make(node.op, *operands, like=node, **node.parameters)


def lift_minus(node):
    """(-x) * y = -(x * y), the same for division: a minus that moves out may meet another."""
    for position, operand in enumerate(node.operands):
        if operand.op == "neg" and is_single(operand):
            other = node.operands[1 - position]
            if is_number(other):
                pair = [operand.operands[0], -other.raw]
                return make(node.op, *(pair if position == 0 else pair[::-1]), like=node)
            operands = list(node.operands)
            operands[position] = operand.operands[0]
            inner = make(node.op, *operands, like=node)
            return None if inner is None else make("neg", inner, like=node)


def absorb_minus(node):
    """x + (-y) = x - y, x - (-y) = x + y, (-x) + y = y - x, (-x) - y = -(x + y)."""
    x, y = node.operands
    if y.op == "neg":
        return make("sub" if node.op == "add" else "add", x, y.operands[0], like=node)
    if x.op == "neg" and node.op == "add":
        return make("sub", y, x.operands[0], like=node)
    if x.op == "neg" and is_single(x):
        total = make("add", x.operands[0], y, like=node)
        return None if total is None else make("neg", total, like=node)


def cancel_minus(node):
    """-(-x) = x, -(x - y) = y - x, -(x * 2) = x * -2."""
    (x,) = node.operands
    if x.op == "neg":
        return x.operands[0]
    if x.op == "sub" and is_single(x):
        return make("sub", *x.operands[::-1], like=node)
    if x.op in ("mul", "div") and is_single(x):
        for position in (0, 1):
            if is_number(x.operands[position]):
                operands = list(x.operands)
                operands[position] = -operands[position].raw
                return make(x.op, *operands, like=node)


def gather_numbers(node):
    """(x * 2) * 3 = x * 6, and s * (2 * x) = (s * 2) * x for a single number s."""
    for one, other in (node.operands, node.operands[::-1]):
        if other.op == "mul" and is_single(other) and not one.shape:
            for factor, rest in (other.operands, other.operands[::-1]):
                if is_number(factor) and (rest.shape or is_number(one)):
                    number = make("mul", one, factor, like=one) if not is_number(one) else None
                    number = one.raw * factor.raw if is_number(one) else number
                    if number is None or (is_number(one) and not 1e-99 < abs(number) < 1e99):
                        return None  # x * 1e200 * 1e200 may be a number, x * inf is none
                    return make("mul", number, rest, like=node)


def add_in_place(node):
    """x + scatter(y, key) = add_at(x, y, key): no array of zeros."""
    for x, y in (node.operands, node.operands[::-1]):
        if y.op == "scatter" and is_single(y) and x.shape == node.shape:
            return make("add_at", x, y.operands[0], like=node, key=y.parameters["key"])


def take_out_factor(node):
    """x * y * k + z * k = (x * y + z) * k: one product less."""
    pairs = [factors(x) for x in node.operands]
    if any(factor.dtype != node.dtype for pair in pairs for factor in pair):
        return None  # comparisons: True + True is not 2
    for common in pairs[0]:
        if common.shape == node.shape and any(common is factor for factor in pairs[1]):
            rests = [combine("mul", all_but(pair, common)) for pair in pairs]
            total = make(node.op, *rests, like=None, level=node.level)
            return make("mul", total, common, like=node)


def factors(node):
    """Return the factors of a product of up to three, or nothing if it is no product of its own."""
    if node.op != "mul" or not is_single(node):
        return []
    parts = [x.operands if x.op == "mul" and is_single(x) else (x,) for x in node.operands]
    return [factor for part in parts for factor in part]


def all_but(nodes, one):
    """Return the nodes without the first occurrence of one of them."""
    place = next(i for i, node in enumerate(nodes) if node is one)
    return nodes[:place] + nodes[place + 1 :]


def combine(op, nodes):
    """Return the sum or product of some nodes, one after the other."""
    total = nodes[0]
    for node in nodes[1:]:
        total = make(op, total, node, like=None, level=total.level)
    return total


def scale_the_smaller(node):
    """(2 * x) * y = x * (2 * y) where y is the smaller array."""
    for x, y in (node.operands, node.operands[::-1]):
        if x.op == "mul" and is_single(x) and y.op is not None and 1 < y.size < x.size:
            for factor, rest in (x.operands, x.operands[::-1]):
                if is_number(factor):
                    small = make("mul", y, factor, like=y)
                    return None if small is None else make("mul", rest, small, like=node)


def sum_of_less(node):
    """sum(-x) = -sum(x); sum over the rows of x @ y = (sum over the rows of x) @ y."""
    (x,) = node.operands
    axis = node.parameters["axis"]
    if x.op == "neg" and is_single(x):
        total = make("sum", x.operands[0], like=node, **node.parameters)
        return None if total is None else make("neg", total, like=node)
    if x.op == "matmul" and is_single(x) and axis in (x.ndim - 2, -2, (x.ndim - 2,)) and x.ndim > 1:
        left, right = x.operands
        if left.ndim == x.ndim and node.parameters["keepdims"]:
            rows = make("sum", left, like=None, level=node.level, axis=axis, keepdims=True)
            return make("matmul", rows, right, like=node)


def sum_of_weighted(node):
    """The sum over the rows of x * w, where w has one column, is wᵀ @ x."""
    (product,) = node.operands
    if product.op != "mul" or product.ndim < 2 or node.dtype.kind != "f":
        return None
    for x, w in (product.operands, product.operands[::-1]):
        shapes = x.shape == product.shape and w.shape == (*x.shape[:-1], 1) != x.shape
        if shapes and node.parameters["axis"] in (-2, x.ndim - 2, (x.ndim - 2,)):
            row = make("swapaxes", w, like=None, level=node.level, axis1=-1, axis2=-2)
            total = make("matmul", row, x, like=None, level=node.level)
            return make("reshape", total, like=node, shape=node.shape)


def share_exponential(node):
    """exp(x - (log(s) + top)) = exp(x - top) / s: a softmax needs no second exp."""
    (difference,) = node.operands
    if difference.op != "sub" or difference.operands[1].op != "add":
        return None
    x, (log, top) = difference.operands[0], difference.operands[1].operands
    if log.op == "log" and log.operands[0].op == "sum":
        e = log.operands[0].operands[0]
        if e.op == "exp" and e.operands[0].op == "sub":
            left, right = e.operands[0].operands
            if left is x and right is top:
                return make("div", e, log.operands[0], like=node)


def drop_on_number(node):
    """A sum, an extreme, a transpose or all of a single number is that number."""
    x = node.operands[0]
    if not x.shape and same_type(x, node):
        return x


def drop_whole(node):
    """x[()] = x[...] = x[:] = x."""
    (x,) = node.operands
    if x.shape == node.shape and names_every_entry(node.parameters["key"]):
        return x


def drop_reshape(node):
    """Reshape to the same shape, twice, or of a reduction with keepdims: once or not at all."""
    (x,) = node.operands
    if x.shape == node.shape:
        return x
    if x.op == "reshape":
        return make("reshape", x.operands[0], like=node, shape=node.shape)
    if x.op in ("sum", "mean", "max", "min") and x.parameters["keepdims"] and is_single(x):
        return make(x.op, *x.operands, like=node, axis=x.parameters["axis"], keepdims=False)


def spell_reshape(node):
    """Squeezing, expanding and flattening are reshaping; so is scatter to x[:, None]."""
    if node.op != "scatter" or names_every_entry(node.parameters["key"]):
        return make("reshape", *node.operands, like=node, shape=node.shape)


def permute_back(node):
    """Scatter to a permutation of one axis is indexing with the inverse permutation."""
    (x,), key = node.operands, node.parameters["key"]
    parts = key if isinstance(key, tuple) else (key,)
    lists = [axis for axis, part in enumerate(parts) if isinstance(part, np.ndarray)]
    others = [part for part in parts if not isinstance(part, np.ndarray)]
    if len(lists) != 1 or x.shape != node.shape or any(part != slice(None) for part in others):
        return None
    (axis,) = lists
    if parts[axis].dtype.kind in "iu" and parts[axis].ndim == 1:
        positions = parts[axis] % x.shape[axis]
        if len(set(positions.tolist())) == x.shape[axis]:
            inverse = (*parts[:axis], np.argsort(positions), *parts[axis + 1 :])
            return make("index", x, like=node, key=inverse)


def rejoin_rows(node):
    """stack([x[0], x[1], x[2]]) = x[0:3], and stack([x[2], x[1], x[0]]) = x[2::-1]."""
    keys = [row.parameters["key"] for row in node.operands if row.op == "index"]
    wholes = {id(row.operands[0]) for row in node.operands if row.op == "index"}
    if len(keys) < len(node.operands) or len(wholes) > 1 or node.parameters["axis"]:
        return None
    if all(type(key) is int and key >= 0 for key in keys):
        whole, first, last = node.operands[0].operands[0], keys[0], keys[-1]
        if keys == list(range(whole.shape[0])):
            return whole
        if keys == list(range(first, last + 1)):
            return make("index", whole, like=node, key=slice(first, last + 1))
        if keys == list(range(first, last - 1, -1)):
            key = slice(first, last - 1 if last else None, -1)
            return make("index", whole, like=node, key=key)


def drop_transpose(node):
    """Transposed twice is not transposed."""
    (x,) = node.operands
    if x.op == "transpose" and not (node.parameters["axes"] or x.parameters["axes"]):
        return x.operands[0]


def drop_stop(node):
    """stop_gradient and +x have no meaning in a program whose gradient is already there."""
    return node.operands[0]


IDENTITIES = {
    "mul": (drop_one, spell_minus_one, leave_broadcast_to_numpy, lift_minus, gather_numbers,
            scale_the_smaller),
    "index": (drop_whole,),
    **{op: (drop_on_number,) for op in "mean max min prod swapaxes broadcast_to".split()},
    "sum": (drop_on_number, sum_of_less, sum_of_weighted),
    "exp": (share_exponential,),
    "div": (drop_one, leave_broadcast_to_numpy, lift_minus),
    "add": (drop_zero, leave_broadcast_to_numpy, absorb_minus, add_in_place, take_out_factor),
    "sub": (drop_zero, leave_broadcast_to_numpy, absorb_minus, take_out_factor),
    "neg": (cancel_minus,),
    "where": (leave_broadcast_to_numpy,),
    "reshape": (drop_reshape,),
    "squeeze": (spell_reshape,),
    "expand_dims": (spell_reshape,),
    "ravel": (spell_reshape,),
    "scatter": (spell_reshape, permute_back),
    "stack": (rejoin_rows,),
    "transpose": (drop_on_number, drop_transpose),
    "stop_gradient": (drop_stop,),
    "positive": (drop_stop,),
}


def divide_once(outputs):
    """Write x / d as x * (1 / d) where several arrays are divided by d: one division is left.

    Only where 1 / d is no infinity by which the product would be lost.
    """
    divisors = Counter(
        id(node.operands[1])
        for node in operations(outputs)
        if node.op == "div" and node.operands[1].shape and is_never_tiny(node.operands[1])
    )
    if max(divisors.values(), default=0) < 2:
        return outputs
    inverses = {}

    def replace(node):
        if node.op != "div" or divisors[id(node.operands[1])] < 2:
            return node
        x, divisor = node.operands
        if id(divisor) not in inverses:
            inverses[id(divisor)] = make("div", 1.0, divisor, like=divisor)
        inverse = inverses[id(divisor)]
        if inverse is None or is_number(x, 1.0):
            return inverse if inverse is not None and same_type(inverse, node) else node
        better = make("mul", x, inverse, like=node)
        return node if better is None else better

    return rewrite(outputs, replace)


def is_never_tiny(node):
    """Tell whether the entries of an array are surely 0 or so large that 1 / x is finite."""
    if node.op in ("sqrt", "cosh"):
        return True
    if node.op is None:
        return node.constant and bool((np.abs(node.raw) > TINY).all())
    if node.op == "sum":
        (e,) = node.operands
        return e.op == "exp" and is_distance_from_top(e.operands[0])
    if node.op == "add":
        x, y = node.operands
        return any(
            is_number(one) and one.raw > TINY and is_never_negative(other)
            for one, other in ((x, y), (y, x))
        )
    return node.op in ("broadcast_to", "reshape") and is_never_tiny(node.operands[0])


def is_never_negative(node):
    """Tell whether the entries of an array are surely no less than 0."""
    if node.op in ("mul", "add", "div"):
        x, y = node.operands
        return (node.op == "mul" and x is y) or (is_never_negative(x) and is_never_negative(y))
    if node.op in ("sum", "mean", "max", "reshape", "broadcast_to", "index"):
        return is_never_negative(node.operands[0])
    known = node.op in ("square", "exp", "abs", "sqrt", "relu")
    return known or (is_number(node) and node.raw >= 0)


def is_distance_from_top(node):
    """Tell whether a node is x - max(x): its largest entry is 0."""
    if node.op != "sub":
        return False
    x, top = node.operands
    if top.op == "where":
        top = top.operands[1]
    return top.op == "max" and top.operands[0] is x


TINY = 1e-30
MOST_WALKS = 20
PASSES = {
    "constants computed in advance": fold_constant,
    "algebra": apply_algebra,
    "common subexpressions": share_common,
}


def improve(saved):
    """Return what applies all passes to one node, and counts in `saved` where they helped."""
    known = {}

    def replace(node):
        for name, simplification in PASSES.items():
            better = simplification(node, known)
            saved[name] += better is not node
            node = better
        return node

    return replace


def simplify(outputs):
    """Walk until nearly nothing changes; return the outputs and what each pass saved."""
    saved, size = Counter(), len(operations(outputs))
    for _ in range(MOST_WALKS):
        before = saved.total()
        outputs = rewrite(outputs, improve(saved))
        if saved.total() - before <= size // 100:
            break
    divided = divide_once(outputs)
    if divided is not outputs:
        outputs = rewrite(divided, improve(saved))
    others = sum(count for name, count in saved.items() if name != "algebra")
    saved["algebra"] = size - len(operations(outputs)) - others
    return outputs, saved
