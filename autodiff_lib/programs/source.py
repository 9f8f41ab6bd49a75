"""Write a program as Python source: one line per operation, in the reader's own names.

A small result that is used once is written into the expression that uses it. A large temporary
that nobody needs any more lends its memory to the next result (`out=`, or `t *= x`).
"""

from collections import Counter

import numpy as np

from autodiff_lib.arrays.rows import OWN_ROWS
from autodiff_lib.arrays.structures import flatten

from . import adding
from .faster import blocks, dots, memory, scalars, short_rows
from .names import Names, dtype_name, leaf_paths, number_text
from .spelling import spell, spell_inside, spell_options, spell_parameters
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
        self.nodes = in_traced_order([*outputs, *(node for node, _, _ in reads)])
        self.uses = count_readers(self.nodes, outputs, reads)
        self.reads = {id(node): [] for node, _, _ in reads}
        for node, value, line in reads:
            if repr(value) not in [repr(known) for known, _ in self.reads[id(node)]]:
                self.reads[id(node)].append((value, line))
        self.lines, self.text = [], {}
        self.faster = faster
        self.scalar = "scalars" in faster and scalars.is_scalar(inputs, self.nodes, outputs)
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


def count_readers(nodes, outputs, reads):
    """Count how often each node is used; what Python read counts as two more uses."""
    uses = Counter(id(x) for node in nodes for x in node.operands)
    uses.update(id(node) for node in outputs)
    uses.update(id(node) for node, _, _ in reads for _ in range(2))
    return uses


def in_traced_order(outputs):
    """Return the operations of a program in the order in which they were traced."""
    place = {}
    for node in in_dependency_order(outputs):
        before = [place[id(x)][0] for x in node.operands if x.op is not None]
        place[id(node)] = max([node.number, *before]), node
    nodes = [node for _, node in sorted(place.values(), key=lambda pair: pair[0])]
    return [node for node in nodes if node.op is not None]


PLAIN = np.float64, np.int64, np.bool_  # next to these a number needs no dtype of its own


def write(page):
    """Write a line for every operation that is not nested into another one."""
    write_inputs(page)
    for loop in plan(page):
        if len(loop) > 1:
            blocks.write_loop(page, loop)
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
    loops = blocks.find_loops(page.nodes) if "blocks" in page.faster else [[x] for x in page.nodes]
    page.nodes = [node for loop in loops for node in loop]
    alone = {id(loop[0]) for loop in loops if len(loop) == 1}
    if "dots" in page.faster:
        page.dots = {id(node) for node in page.nodes if dots.is_dot(page, node, alone)}
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


def write_reads(page, node):
    """Write the check that a value which Python read in the trace is still the same."""
    for value, line in page.reads.get(id(node), ()):
        if isinstance(value, np.ndarray) and value.shape:
            text = page.names.constant(value, default="known")
        else:
            text = number_text(value)
        page.lines.append(f"expect({operand_text(page, node)}, {text}, {line!r})")


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
        spare = memory.find_spare(page, node, page.line_of[id(node)])
    if node.op in ("scatter", "put"):
        return adding.write_scatter(page, node)
    if node.op == "add_at":
        return adding.write_add_at(page, node, spare)
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
        assign(page, node, memory.call_with_out(page, node, operand_text(page, spare)))


def assign(page, node, text, suffix=""):
    """Write `name = text`."""
    name = page.names.new(node.name and node.name + suffix)
    page.lines.append(f"{name} = {text}")
    page.text[id(node)] = name, CALL


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
        return scalars.scalar_expression(page, node)
    if node.row.symbol:
        return infix(page, node)
    if node.op == "neg":
        return f"-{operand_text(page, node.operands[0], MINUS)}", MINUS
    if id(node) in page.dots:
        return dots.write_dot(page, node), CALL
    if "short rows" in page.faster and short_rows.is_sum_of_short_rows(node):
        return short_rows.sum_of_short_rows(page, node)
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


def function_name(page, row):
    """Return how the program calls a row's function: np.exp, np.linalg.inv, or by its own name."""
    for module, prefix in ((np, "np."), (np.linalg, "np.linalg.")):
        for function in (row.numpy, row.function):
            name = getattr(function, "__name__", "")
            if getattr(module, name, None) is function and not row.variadic:
                return prefix + name
    return page.names.constant(row.function, row.op if row.op.isidentifier() else None, "function")


def spell_key(page, node):
    """Write a key as it stands between brackets, computed positions by their texts."""
    key, arrays = node.parameters["key"], node.operands[1:]
    return spell_inside(page, key, [operand_text(page, x) for x in arrays])
