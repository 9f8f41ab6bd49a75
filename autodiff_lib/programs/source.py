"""Write a program as Python source: one line per operation, in the reader's own names.

A small result that is used once is written into the expression that uses it. A large temporary
that nobody needs any more lends its memory to the next result (`out=`, or `t *= x`).
"""

import functools
import inspect
from collections import Counter

import numpy as np

from autodiff_lib.arrays.rows import OWN_ROWS
from autodiff_lib.arrays.structures import flatten
from autodiff_lib.programs.faster.blocks import find_loops, is_total, moves_along, rows_of_block
from autodiff_lib.table.keys import Slot
from autodiff_lib.table.shapes import is_basic

from .names import Names, dtype_name, dtype_text, key_text, leaf_paths, number_text
from .steps import in_dependency_order
from .trace import is_fixed

LARGE = 512  # entries: from here on, memory is reused and expressions are not nested
STRENGTH = {  # how strongly a symbol between two operands binds
    "**": 5, "@": 3, "*": 3, "/": 3, "%": 3, "//": 3, "+": 2, "-": 2,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), 1),
}
MINUS, CALL = 4, 9  # how strongly a minus sign and a call bind


class Page:
    """The source while it is written: its lines, its names, the text of every node."""

    def __init__(self, inputs, outputs, reads, parameters, examples, faster):
        self.inputs, self.outputs, self.names = inputs, outputs, Names()
        self.parameters = [self.names.new(name) for name in parameters]
        self.paths = find_paths(self.names, self.parameters, examples)
        self.nodes = in_order([*outputs, *(node for node, _, _ in reads)])
        self.uses = count_uses(self.nodes, outputs, reads)
        self.reads = {id(node): [] for node, _, _ in reads}
        for node, value, line in reads:
            if repr(value) not in [repr(known) for known, _ in self.reads[id(node)]]:
                self.reads[id(node)].append((value, line))
        self.lines, self.text = [], {}
        self.faster = faster
        self.scalar = "scalars" in faster and is_scalar(inputs, self.nodes, outputs)
        self.plain = all(node.dtype in PLAIN for node in [*inputs, *self.nodes])
        self.block = None  # what loops call the start of a block, and the block
        self.inside = {}  # the nodes of the loop that is being written
        self.unsure = set()  # results and operands of functions that may return a view
        self.alias = {}  # id of a view: the node whose memory it shows
        self.last_read = {}
        self.dots = set()  # sums of products


def find_paths(names, parameters, examples):
    """Return how the source reaches each input: x, or p["w"]."""
    paths = []
    for parameter, example in zip(parameters, examples, strict=True):
        reached = zip(leaf_paths(names, parameter, example), flatten(example), strict=True)
        paths += [path for path, leaf in reached if not is_fixed(leaf)]
    return paths


def count_uses(nodes, outputs, reads):
    """Count how often each node is used; what Python read counts as two more uses."""
    uses = Counter(id(x) for node in nodes for x in node.operands)
    uses.update(id(node) for node in outputs)
    uses.update(id(node) for node, _, _ in reads for _ in range(2))
    return uses


def in_order(outputs):
    """Return the operations of a program in the order in which they were traced."""
    place = {}
    for node in in_dependency_order(outputs):
        before = [place[id(x)][0] for x in node.operands if x.op is not None]
        place[id(node)] = max([node.number, *before]), node
    nodes = [node for _, node in sorted(place.values(), key=lambda pair: pair[0])]
    return [node for node in nodes if node.op is not None]


PLAIN = np.float64, np.int64, np.bool_  # next to these a number needs no dtype of its own


def is_double_number(node):
    """Tell whether a node is a single number in double precision (or a truth value)."""
    return node.shape == () and node.dtype in (np.float64, np.bool_)


def is_scalar(inputs, nodes, outputs):
    """Tell whether a program can do with Python's numbers: other inputs are at most read."""
    used = {id(x) for node in nodes for x in node.operands} | {id(node) for node in outputs}
    numbers = [*nodes, *(node for node in inputs if id(node) in used or node.dtype.kind == "f")]
    return all(map(is_double_number, numbers)) and all(map(is_simple, nodes))


def is_simple(node):
    """Tell whether an operation does the same with Python's numbers: True + True is 2 there."""
    known = isinstance(node.row.numpy, np.ufunc) or node.row.scalar
    return known and (node.dtype == np.float64 or node.row.kind == "constant")


def write(page):
    """Write a line for every operation that is not nested into another one."""
    write_inputs(page)
    for loop in plan(page):
        if len(loop) > 1:
            write_loop(page, loop)
        elif id(loop[0]) in page.nested:
            page.text[id(loop[0])] = expression(page, loop[0])
        else:
            write_line(page, loop[0])
            write_reads(page, loop[0])


def write_inputs(page):
    """Write a line for every input that is a part of a parameter, or has to be a NumPy number."""
    alone = find_lone_numbers(page)
    for node, path in zip(page.inputs, page.paths, strict=True):
        text = f"{dtype_name(node.dtype)}({path})" if id(node) in alone else path
        if path in page.parameters:
            page.text[id(node)] = path, CALL
            page.lines += [f"{path} = {text}"] * (text != path)
        elif page.uses[id(node)]:
            assign(page, node, text)
        write_reads(page, node)


def find_lone_numbers(page):
    """Return the ids of the inputs that, as Python's numbers, would not compute like NumPy's."""
    if page.scalar:
        return set()
    alone = set()
    for node in page.nodes:
        by_python = node.row.symbol or node.row.text or node.op in ("neg", "index")
        if by_python and not any(x.shape for x in node.operands):
            alone |= {id(x) for x in node.operands}
    return alone


def plan(page):
    """Find the loops, what is nested, and at which line each array is read for the last time."""
    loops = find_loops(page.nodes) if "blocks" in page.faster else [[x] for x in page.nodes]
    page.nodes = [node for loop in loops for node in loop]
    alone = {id(loop[0]) for loop in loops if len(loop) == 1}
    if "dots" in page.faster:
        page.dots = {id(node) for node in page.nodes if is_dot(page, node, alone)}
    page.nested = find_nested(page)
    page.line_of = find_lines(page.nodes, page.nested)
    for node in page.nodes:
        if is_view(node):
            page.alias[id(node)] = owner(page, node.operands[0])
        if node.op not in OWN_ROWS:
            page.unsure |= {id(node), *(id(owner(page, x)) for x in node.operands)}
        for operand in node.operands:
            root = id(owner(page, operand))
            page.last_read[root] = max(page.last_read.get(root, -1), page.line_of[id(node)])
    return loops


def write_loop(page, members):
    """Write a loop over blocks that runs all these nodes on one block after the other."""
    shape = next(node.shape for node in members if not is_total(node))
    page.block = page.block or (page.names.new("start"), page.names.new("block"))
    page.inside = {id(node): node for node in members}
    whole = {}
    inner = Counter(id(x) for node in members for x in node.operands)
    for node in members:
        if page.uses[id(node)] > inner[id(node)]:
            whole[id(node)] = name = page.names.new(node.name)
            empty = f"np.empty({shape}{dtype_text(node.dtype)})"
            page.lines.append(f"{name} = {'0.0' if is_total(node) else empty}")
    (start, block), rows = page.block, rows_of_block(shape)
    page.lines.append(f"for {start} in range(0, {shape[0]}, {rows}):")
    page.lines.append(f"    {block} = slice({start}, {start} + {rows})")
    before, lines, page.lines = dict(page.text), page.lines, []
    write_blocks(page, members, shape, whole)
    page.lines, page.inside = lines + [f"    {line}" for line in page.lines], {}
    page.text = before | {key: (name, CALL) for key, name in whole.items()}
    for node in members:
        write_reads(page, node)


def write_blocks(page, members, shape, whole):
    """Write what a loop does with one block."""
    for operand in {id(x): x for node in members for x in node.operands}.values():
        if id(operand) not in page.inside and moves_along(operand, shape):
            text = operand_text(page, operand, CALL)
            name = page.names.new(f"{text}_block" if text.isidentifier() else None)
            page.lines.append(f"{name} = {text}[{page.block[1]}]")
            page.text[id(operand)] = name, CALL
    for node in members:
        if is_total(node):
            summed = operand_text(page, node.operands[0], CALL)
            page.lines.append(f"{whole[id(node)]} += {summed}.sum()")
        elif id(node) in whole:
            place = f"{whole[id(node)]}[{page.block[1]}]"
            if isinstance(node.row.numpy, np.ufunc):
                assign(page, node, call_with_out(page, node, place), "_block")
            else:
                page.lines.append(f"{place} = {expression(page, node)[0]}")
                page.text[id(node)] = place, CALL
        else:
            write_line(page, node)


def call_with_out(page, node, out):
    """Return the call of a ufunc that writes its result into `out`."""
    operands = ", ".join(operand_text(page, x) for x in node.operands)
    return f"np.{node.row.numpy.__name__}({operands}, out={out})"


def write_reads(page, node):
    """Write the check that a value which Python read in the trace is still the same."""
    for value, line in page.reads.get(id(node), ()):
        if isinstance(value, np.ndarray) and value.shape:
            text = page.names.constant(value, default="known")
        else:
            text = number_text(value)
        page.lines.append(f"expect({operand_text(page, node)}, {text}, {line!r})")


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


def find_nested(page):
    """Return the ids of the nodes that are written into the expression that uses them.

    These are views, and small results without a name that are used once, up to four at a time;
    single rows, up to three times each; and the products that np.vecdot adds up.
    """
    depth = {}
    for node in page.nodes:
        deep = 1 + sum(depth.get(id(x), 0) for x in node.operands)
        row = node.op == "index" and type(node.parameters["key"]) is int
        single = page.uses[id(node)] <= (3 if row else 1)
        single = single and not node.name and id(node) not in page.reads
        statement = node.op in ("scatter", "add_at", "put")
        if single and not statement and (node.row.view or (node.size < LARGE and deep < 4)):
            depth[id(node)] = deep
        if id(node) in page.dots:
            (product,) = node.operands
            depth[id(product)] = deep
            if product.op == "square":  # its operand is written twice
                depth.pop(id(product.operands[0]), None)
    return set(depth)


def find_lines(nodes, nested):
    """Return for every node the last line at which its operands are read: its own, or a user's."""
    line_of = {id(node): line for line, node in enumerate(nodes)}
    for node in reversed(nodes):
        for operand in node.operands:
            if id(operand) in nested:
                line_of[id(operand)] = max(line_of[id(operand)], line_of[id(node)])
    return line_of


def is_view(node):
    """Tell whether a node may show the memory of its first operand."""
    return node.row is not None and (
        node.row.view or (node.op == "einsum" and len(node.operands) == 1))


def is_part(page, node):
    """Tell whether a node shows some entries of another's memory, or one entry in many places."""
    if not is_view(node):
        return False
    return node.op == "broadcast_to" or node.size != owner(page, node).size or (
        is_part(page, node.operands[0]))


def owner(page, node):
    """Return the node whose memory a node shows: itself unless it is a view."""
    return page.alias.get(id(node), node)


def write_line(page, node):
    """Write the line, or the two, that compute a node and give it a name."""
    spare = None
    if "memory" in page.faster and not page.scalar:
        spare = find_spare(page, node, page.line_of[id(node)])
    if node.op in ("scatter", "put"):
        return write_scatter(page, node)
    if node.op == "add_at":
        return write_add_at(page, node, spare)
    if spare is None:
        return assign(page, node, expression(page, node)[0])
    operands = node.operands[::-1] if node.op in ("add", "mul") else node.operands
    other = operands[0] if operands[-1] is spare else operands[-1]
    in_place = node.op in ("add", "mul") or (node.row.symbol and node.operands[0] is spare)
    if in_place and not (node.name or spare.name):
        name, symbol = operand_text(page, spare), node.row.symbol
        page.lines.append(f"{name} {symbol}= {operand_text(page, other)}")
        page.text[id(node)] = name, CALL
    else:
        assign(page, node, call_with_out(page, node, operand_text(page, spare)))


def find_spare(page, node, line):
    """Return an operand whose memory the result of a node can take over, or None."""
    is_ufunc = node.row.kind == "elementwise" and isinstance(node.row.numpy, np.ufunc)
    if not (is_ufunc and node.size >= LARGE) and node.op != "add_at":
        return None
    for operand in node.operands[:1] if node.op == "add_at" else node.operands:
        if page.inside and id(operand) not in page.inside:
            continue
        fresh = operand.op and not is_view(operand)
        fresh = fresh and id(operand) not in page.nested and id(operand) not in page.unsure
        dead = page.last_read.get(id(operand)) == line and page.uses[id(operand)] == 1
        alike = operand.shape == node.shape and operand.dtype == node.dtype
        if fresh and alike and dead and not any(operand is x for x in page.outputs):
            return operand
    return None


def assign(page, node, text, suffix=""):
    """Write `name = text`."""
    name = page.names.new(node.name and node.name + suffix)
    page.lines.append(f"{name} = {text}")
    page.text[id(node)] = name, CALL


def write_scatter(page, node):
    """Write zeros, and the line that adds at a key."""
    assign(page, node, f"np.zeros({node.shape}{dtype_text(node.dtype)})")
    add_at_key(page, node, node.operands[0], "=")


def write_add_at(page, node, spare):
    """Write the line that adds at a key of an array whose old value nobody needs."""
    base, part = node.operands
    if spare is None:
        assign(page, node, f"{operand_text(page, base, CALL)}.copy()")
    else:
        page.text[id(node)] = page.text[id(spare)]
    add_at_key(page, node, part, "+=")


def add_at_key(page, node, part, symbol):
    """Write `name[key] += part`; where a key may name an entry twice, add up its entries first."""
    name, key, text = operand_text(page, node), node.parameters["key"], operand_text(page, part)
    if is_added_once(node, key):
        page.lines.append(f"{name}[{spell_key(page, node)}] {symbol} {text}")
    elif part.ndim > 1 and part.size >= LARGE and is_list_of_rows(key):
        add_rows(page, name, operand_text(page, part, CALL), key, symbol)
    else:
        where = spell_key(page, node)
        if isinstance(key, tuple):
            where = f"np.s_[{where}]" if any(isinstance(x, slice) for x in key) else f"({where})"
        page.lines.append(f"np.add.at({name}, {where}, {text})")


def add_rows(page, name, text, key, symbol):
    """Write a sum over the rows that go to the same place: np.add.reduceat is a fast np.add.at."""
    rows = np.ravel(key[0] if isinstance(key, tuple) else key)
    order = np.argsort(rows, kind="stable")
    places, starts = np.unique(rows[order], return_index=True)
    arrays = {"order": order, "starts": starts, "places": places}
    order, starts, places = [page.names.constant(x, default=name) for name, x in arrays.items()]
    added = f"np.add.reduceat({text}[{order}], {starts})"
    page.lines.append(f"{name}[{places}] {symbol} {added}")


def is_added_once(node, key):
    """Tell whether `+=` adds every entry of a part: no place is named twice."""
    if node.op == "put":
        return isinstance(key, Slot) and node.operands[1].dtype == np.bool_
    return is_basic(key) or names_each_once(key, node.shape)


def names_each_once(key, shape):
    """Tell whether a key with lists of positions (or of truth values) names no entry twice."""
    count = np.zeros(shape, int)
    np.add.at(count, key, 1)
    return count.max(initial=0) <= 1


def is_list_of_rows(key):
    """Tell whether a key is one list of row numbers, none counted from the end."""
    rows = key[0] if isinstance(key, tuple) and len(key) == 1 else key
    known = isinstance(rows, np.ndarray) and rows.ndim == 1 and rows.dtype.kind in "iu"
    return known and rows.min(initial=0) >= 0


def operand_text(page, node, strength=0):
    """Return the text of an operand, in parentheses if it binds less than required."""
    if node.op is None and id(node) not in page.text:
        page.text[id(node)] = constant_text(page, node)
    text, own = page.text[id(node)]
    return text if own >= strength else f"({text})"


def constant_text(page, node):
    """Return the text of a constant: a number as it is, an array by its name."""
    if np.shape(node.raw):
        return page.names.constant(node.raw, node.name), CALL
    text = number_text(float(node.raw) if page.scalar else node.raw, exact=not page.plain)
    return text, MINUS if text.startswith("-") else CALL


def expression(page, node):
    """Return the text that computes a node, and how strongly it binds."""
    if page.scalar:
        return scalar_expression(page, node)
    if node.row.symbol:
        return infix(page, node)
    if node.op == "neg":
        return f"-{operand_text(page, node.operands[0], MINUS)}", MINUS
    if id(node) in page.dots:
        factors = (node.operands[0].operands * 2)[:2]
        keepdims = ", keepdims=True" * node.parameters["keepdims"]
        return f"np.vecdot({', '.join(operand_text(page, x) for x in factors)}{keepdims})", CALL
    if node.op == "sum" and "short rows" in page.faster and has_short_rows(node.operands[0]):
        return sum_of_short_rows(page, node)
    if node.op in ("index", "pick"):
        return f"{operand_text(page, node.operands[0], CALL)}[{spell_key(page, node)}]", CALL
    if node.row.text:
        return fill_in(page, node, node.row.text), CALL
    options = spell_parameters(page, node)
    operands = [operand_text(page, x) for x in node.operands]
    call = ", ".join([*operands, *([spell_options(options)] if options else [])])
    return f"{function_name(page, node.row)}({call})", CALL


def fill_in(page, node, text):
    """Return the text of a row's column with operands and parameters filled in.

    Of a pair, the first is for parameters that are the defaults. `options` are the others.
    """
    options = spell_parameters(page, node)
    if isinstance(text, tuple):
        text = text[bool(options)]
    operands = [operand_text(page, x, CALL) for x in node.operands]
    if node.row.variadic:
        named = {node.row.operands[0]: ", ".join(operands)}
    else:
        named = dict(zip(node.row.operands, operands, strict=True))
    known = {name: spell(page, value) for name, value in node.parameters.items()
             if f"{{{name}}}" in text}
    return text.format(**{**known, **options, **named, "options": spell_options(options)})


def infix(page, node):
    """Return the text of an operation with a symbol between its operands."""
    symbol, strength = node.row.symbol, STRENGTH[node.row.symbol]
    left_strength = strength + 1 if node.op == "pow" or strength == 1 else strength
    left = operand_text(page, node.operands[0], left_strength)
    return f"{left} {symbol} {operand_text(page, node.operands[1], strength + 1)}", strength


def scalar_expression(page, node):
    """Return the text of an operation on Python's numbers, in Python's own functions."""
    if node.op == "square" and (x := operand_text(page, node.operands[0], CALL)).isidentifier():
        return f"{x} * {x}", 3
    if node.row.scalar and not is_real_power(node):
        text = node.row.scalar
        names = ", ".join(f"{{{name}}}" for name in node.row.operands)
        return fill_in(page, node, text if "{" in text else f"{text}({names})"), CALL
    if node.op == "pow" and node.operands[1].constant:
        exponent = number_text(node.operands[1].raw)
        return f"{operand_text(page, node.operands[0], 6)} ** {exponent}", 5
    if node.row.symbol:
        return infix(page, node)
    if node.op == "neg":
        return f"-{operand_text(page, node.operands[0], MINUS)}", MINUS
    operands = ", ".join(operand_text(page, x) for x in node.operands)
    kind = "float" if node.dtype == np.float64 else "bool"
    return f"{kind}({function_name(page, node.row)}({operands}))", CALL


def is_real_power(node):
    """Tell whether x ** y is surely no complex number, which Python would return."""
    if node.op != "pow":
        return False
    x, y = node.operands
    return y.constant and float(y.raw).is_integer() or x.constant and x.raw > 0


def has_short_rows(x):
    """Tell whether NumPy's own sum of rows or columns would be slow (see reductions.add_up)."""
    return x.ndim > 1 and x.size >= 256 and x.shape[-1] <= 64 and x.dtype.kind == "f"


def sum_of_short_rows(page, node):
    """Return the text of a sum along one of the last two axes, as a product with ones."""
    (x,), axis, keepdims = node.operands, node.parameters["axis"], node.parameters["keepdims"]
    axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
    dtype = dtype_text(x.dtype)
    if axis in (-1, x.ndim - 1):
        ones = (x.shape[-1], 1) if keepdims else x.shape[-1]
        return f"{operand_text(page, x, 3)} @ np.ones({ones}{dtype})", 3
    if axis in (-2, x.ndim - 2):
        ones = (1, x.shape[-2]) if keepdims else x.shape[-2]
        return f"np.ones({ones}{dtype}) @ {operand_text(page, x, 4)}", 3
    return fill_in(page, node, node.row.text), CALL


def function_name(page, row):
    """Return how the program calls a row's function: np.exp, np.linalg.inv, or by its own name."""
    for module, prefix in ((np, "np."), (np.linalg, "np.linalg.")):
        for function in (row.numpy, row.function):
            name = getattr(function, "__name__", "")
            if getattr(module, name, None) is function and not row.variadic:
                return prefix + name
    return page.names.constant(row.function, row.op if row.op.isidentifier() else None, "function")


def spell_parameters(page, node):
    """Return the texts of the parameters that the function does not have anyway."""
    defaults, texts = default_values(node.row), {}
    for name, value in node.parameters.items():
        if name not in defaults or not is_alike(value, defaults[name]):
            if name == "axis" and isinstance(value, tuple) and len(value) == 1:
                (value,) = value
            inside = node.op in ("reshape", "transpose")
            texts[name] = spell_inside(page, value) if inside else spell(page, value)
    return texts


@functools.cache
def default_values(row):
    """Return the defaults that a row's parameters have in the function that the program calls.

    Where NumPy's default is np._NoValue, "as if it were not there", that is the row's default.
    """
    try:
        known = inspect.signature(row.numpy).parameters
    except (TypeError, ValueError):
        return {}
    defaults = {name: known[name].default for name in row.parameters if name in known}
    return {
        name: row.parameters[name] if default is np._NoValue else default
        for name, default in defaults.items()
    }


def is_alike(value, default):
    """Tell whether a parameter is the default."""
    return type(value) is type(default) and not isinstance(value, np.ndarray) and value == default


def spell_key(page, node):
    """Write a key as it stands between brackets, computed positions by their texts."""
    key, arrays = node.parameters["key"], node.operands[1:]
    return spell_inside(page, key, [operand_text(page, x) for x in arrays])


def spell_inside(page, value, slots=()):
    """Write a key, a shape or axes as they stand between brackets: 1:, None, positions."""
    if isinstance(value, tuple) and value:
        return ", ".join(spell_inside(page, x, slots) for x in value) + "," * (len(value) == 1)
    if isinstance(value, Slot):
        return slots[value.number]
    if isinstance(value, slice):
        start, stop, step = ("" if x is None else x for x in (value.start, value.stop, value.step))
        return f"{start}:{stop}" + (f":{step}" if step != "" else "")
    return spell(page, value)


def spell(page, value):
    """Write a parameter: an axis, a shape, a text; arrays and objects by their names."""
    if isinstance(value, tuple):
        return f"({', '.join(spell(page, x) for x in value)}{',' * (len(value) == 1)})"
    if isinstance(value, np.ndarray):
        return page.names.constant(value, default="positions")
    if isinstance(value, (int, float, np.generic)):
        return number_text(value)
    return "..." if value is ... else key_text(page.names, value)


def spell_stack(texts, axis):
    """Write a stack; np.array makes one along the first axis, in a third of np.stack's time."""
    together = f"[{', '.join(texts)}]"
    return f"np.stack({together}, axis={axis})" if axis else f"np.array({together})"


def spell_order(text, axis):
    """Write the positions that sort an array."""
    return f"np.argsort({text}, {axis}, kind='stable')"


def spell_options(options):
    """Write keyword arguments."""
    return ", ".join(f"{name}={text}" for name, text in options.items())


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
