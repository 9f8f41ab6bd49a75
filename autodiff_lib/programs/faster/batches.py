"""Do at once what a program does many times.

For small arrays, calling NumPy costs more than what it computes. Where a program does the same to
many small arrays, as a loop over time steps does, and none waits for another, it is done once, to
all of them stacked. What has to go step by step takes its rows out of the stacks.

Two rewrites prepare this: a product multiplies first what is known first (in g * y * (1 - y) the
factors of y are known long before g), and a long sum becomes the sum of a stack.
"""

from collections import defaultdict

import numpy as np

from autodiff_lib.graphs.walk import topological_order
from autodiff_lib.programs.frozen import frozen
from autodiff_lib.programs.making import combine, make
from autodiff_lib.programs.steps import same_type
from autodiff_lib.programs.uses import count_uses, is_single

SMALL = 512  # entries: for larger arrays a call costs less than its work
FEWEST = 8  # operations that are worth a stack
SHARED = 16  # uses that show that a node, such as a weight, is the same for many operations
DEEP = 6  # operations are alike if they are so for this many operations back


def batch(outputs):
    """Stack what is alike in a program, in place; return how many operations were stacked."""
    for prepare in (add_places_once, multiply_known_first, sum_stacks):
        order = topological_order(*outputs)
        prepare(order, find_alike(order))
    order = topological_order(*outputs)
    lists = [nodes for nodes in find_alike(order) if is_stackable(nodes[0])]
    return sum(stack_operations(nodes) for nodes in choose_independent(order, lists))


def find_alike(order):
    """Return lists of at least FEWEST operations that differ only in what they work on.

    A list is in the order of the first operands (in the trace), so that lists of operations that
    work on one another are in the same order.
    """
    count_uses(order)
    kinds = {id(node): describe_leaf(node) for node in order}
    places = {id(node): node.number for node in order}
    for _ in range(DEEP):
        kinds, places, members = look_back(order, kinds, places)
    lists = defaultdict(list)
    for node in order:
        if node.op is not None and node.size < SMALL:
            lists[members[id(node)]].append(node)
    many = [nodes for nodes in lists.values() if len(nodes) >= FEWEST]
    return [sorted(nodes, key=lambda node: (places[id(node)], node.number)) for nodes in many]


def is_shared(node):
    """Tell whether a node is the same for all operations of a list that work on it."""
    return node.uses >= SHARED or (node.op is None and not node.constant)


def describe_leaf(node):
    """Return what a node is like if we do not look back at all."""
    return id(node) if is_shared(node) else hash((node.op, node.shape, node.dtype))


def look_back(order, kinds, places):
    """Return what nodes are like, and their earliest places, one operation further back."""
    further, earliest, members = {}, {}, {}
    for node in order:
        key, own = id(node), [x for x in node.operands if not is_shared(x)]
        operands = [kinds[id(x)] for x in node.operands]
        further[key] = kinds[key]
        if node.op is not None:
            what = id(node.row), frozen(node.parameters), node.shape, node.dtype
            members[key] = hash((*what, *operands))
            if not is_shared(node):
                further[key] = hash((node.op, node.shape, node.dtype, *operands))
        earliest[key] = min([places[id(x)] for x in own], default=places[key])
    return further, earliest, members


def multiply_known_first(order, lists):
    """Write (g * x) * y as (x * y) * g, in place, where x and y are known before g."""
    depth, alike = {}, {id(node) for nodes in lists for node in nodes}
    for node in order:
        depth[id(node)] = 1 + max([depth[id(x)] for x in node.operands], default=0)
        if node.op == "mul" and id(node) in alike:
            parts = [x.operands if x.op == "mul" and is_single(x) else (x,) for x in node.operands]
            parts = [part for some in parts for part in some]
            *known, last = sorted(parts, key=lambda part: depth[id(part)])
            if len(known) > 1 and depth[id(known[-1])] < depth[id(last)]:
                product = combine("mul", known)
                if same_type(product, node) and same_type(last, node):
                    depth[id(product)] = 1 + depth[id(known[-1])]
                    node.operands = product, last


def add_places_once(order, lists):
    """Add up what is added at the same place of an array before it is added there, in place."""
    inner = set()
    for node in reversed(order):
        if node.op == "add_at" and id(node) not in inner:
            keys, parts, base = {}, defaultdict(list), node
            while base.op == "add_at" and (base is node or is_single(base)):
                key = frozen(base.parameters["key"])
                inner.add(id(base))
                keys[key] = base.parameters["key"]
                base, part = base.operands
                parts[key].append(part)
            if max(map(len, parts.values())) >= FEWEST:
                for key, some in parts.items():
                    total = combine("add", some)
                    base = make("add_at", base, total, like=base, key=keys[key])
                become(node, base)


def sum_stacks(order, lists):
    """Write a sum with many terms that are alike as the sum of their stack, in place."""
    places = {id(x): (i, j) for i, nodes in enumerate(lists) for j, x in enumerate(nodes)}
    inner = set()
    for node in reversed(order):
        small = node.size < SMALL and node.dtype.kind == "f"  # np.sum widens other types
        if node.op == "add" and small and id(node) not in inner:
            groups = defaultdict(list)
            for term in list_terms(node, inner):
                alike = places.get(id(term), (None,))[0] if term.dtype == node.dtype else None
                groups[alike].append(term)
            many = [kind for kind in groups if kind is not None and len(groups[kind]) >= FEWEST]
            many = [sorted(groups.pop(kind), key=lambda x: places[id(x)]) for kind in many]
            if many:
                rest = [term for group in groups.values() for term in group]
                become(node, combine("add", rest + [sum_stack(terms) for terms in many]))


def list_terms(node, inner):
    """Return the terms of a sum; note which of its additions are inside it."""
    found, stack = [], [node]
    while stack:
        for x in stack.pop().operands:
            if x.op == "add" and is_single(x) and same_type(x, node):
                inner.add(id(x))
                stack.append(x)
            else:
                found.append(x)
    return found


def sum_stack(nodes):
    """Return the sum of the stack of some nodes."""
    stack = make("stack", *nodes, level=nodes[0].level, axis=0)
    return make("sum", stack, level=stack.level, axis=0, keepdims=False)


def is_stackable(node):
    """Tell whether an operation may be done to a stack: entry by entry, or the sum of entries."""
    kind, function = node.row.kind, node.row.numpy
    ufunc = kind == "constant" and isinstance(function, np.ufunc)
    return kind == "elementwise" or node.op == "sum" or ufunc


def choose_independent(order, lists):
    """Return the lists whose operations do not wait for one another, not even through other lists.

    Sets of lists are numbers here, one bit for each list.
    """
    bits = {id(node): 1 << place for place, nodes in enumerate(lists) for node in nodes}
    needs, before = {1 << place: 0 for place in range(len(lists))}, {}
    for node in order:
        before[id(node)] = 0
        for x in node.operands:
            before[id(node)] |= before[id(x)] | bits.get(id(x), 0)
        if id(node) in bits:
            needs[bits[id(node)]] |= before[id(node)]
    chosen = {}
    for bit, nodes in zip(needs, lists, strict=True):
        needed, more = 0, needs[bit]
        while more != needed:
            needed = more
            for other in chosen:
                more |= needs[other] if other & needed else 0
        if not needed & bit:
            chosen[bit] = nodes
    return list(chosen.values())


def stack_operations(nodes):
    """Do equal operations at once, in place: each becomes a row of the result. Return how many."""
    first, parameters = nodes[0], dict(nodes[0].parameters)
    columns = zip(*(node.operands for node in nodes), strict=True)
    operands = [stack_operands(column, first) for column in columns]
    if first.op == "sum":
        ndim = operands[0].ndim - 1
        axes = range(ndim) if parameters["axis"] is None else np.atleast_1d(parameters["axis"])
        parameters["axis"] = tuple(int(axis) % ndim + 1 for axis in axes)
    whole = make(first.op, *operands, level=first.level, **parameters)
    if whole.shape != (len(nodes), *first.shape) or whole.dtype != first.dtype:
        return 0
    whole.name, whole.number = first.name, min(node.number for node in nodes)
    for row, node in enumerate(nodes):
        become(node, make("index", whole, like=node, key=row))
        node.name = None
    return len(nodes)


def stack_operands(column, first):
    """Return the stack of some operands, or the one operand that they all are."""
    x = column[0]
    if all(other is x for other in column):
        return x
    stack = make("stack", *column, level=first.level, axis=0)
    missing = first.ndim - x.ndim
    if missing <= 0 or not x.shape and not first.shape:
        return stack
    shape = (len(column), *(1,) * missing, *x.shape)
    return make("reshape", stack, level=first.level, shape=shape)


def become(node, other):
    """Turn an operation into another one with the same result: its users need not change."""
    node.op, node.row = other.op, other.row
    node.operands, node.parameters = other.operands, other.parameters
