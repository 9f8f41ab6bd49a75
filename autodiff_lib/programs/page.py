"""A page: what is known of a program before its lines are written, and the lines so far.

That is the order of its steps, how often each is used, and which go into the line of their user.
"""

from collections import Counter, defaultdict

from autodiff_lib.graphs.walk import topological_order

from .names import Names, operand_text

LARGE = 512  # entries: from here on, expressions are not nested


class Page:
    """A program while it is written: its lines, and its terms: what later lines call each step.

    reads: (step, value, line) for each value that Python read in the trace. `writers` (of whole
    steps) and `spellers` (of expressions) are functions of the page and a step, which are asked
    first: so adding at a key (adding.py) and the passes of faster/ need no word in write.py.
    """

    def __init__(self, inputs, outputs, reads=()):
        self.inputs, self.outputs, self.names = inputs, outputs, Names()
        self.steps = in_traced_order([*outputs, *(step for step, _, _ in reads)])
        self.reads = sort_reads(reads)
        self.uses = count_readers(self.steps, outputs, reads)
        self.nested = find_nested(self)
        self.lines, self.terms = [], {}
        self.writers, self.spellers, self.number = [], [], operand_text
        self.looped, self.inside = set(), {}  # steps of loops, of the one being written

    def is_written(self, step):
        """Tell whether a writer has lines of its own for a step, and wrote them."""
        return any(writer(self, step) for writer in self.writers)

    def spelling(self, step):
        """Return the text that a speller has for a step, or None."""
        return next(filter(None, (speller(self, step) for speller in self.spellers)), None)


def in_traced_order(outputs):
    """Return the operations of a program in the order in which they were traced."""
    place = {}
    for step in topological_order(*outputs):
        if step.op is not None:
            place[step] = max([step.number, *[place[x] for x in step.operands if x in place]])
    return sorted(place, key=place.get)


def sort_reads(reads):
    """Return what was read of each step, {id of the step: [(value, line)]}, each value once."""
    known = defaultdict(dict)
    for step, value, line in reads:
        known[id(step)].setdefault(repr(value), (value, line))
    return {key: list(values.values()) for key, values in known.items()}


def count_readers(steps, outputs, reads):
    """Count how often each step is used; what Python read counts as two more uses."""
    uses = Counter(id(x) for step in steps for x in step.operands)
    uses.update(id(step) for step in outputs)
    uses.update(id(step) for step, _, _ in reads for _ in range(2))
    return uses


def find_nested(page):
    """Return the ids of the steps that are written into the line that uses them.

    These are views, and small results without a name that are used once, up to four at a time;
    and single rows, up to three times each.
    """
    depth = {}
    for step in page.steps:
        row = step.row.bare == "key" and type(step.parameters["key"]) is int
        single = page.uses[id(step)] <= (3 if row else 1)
        if single and not (step.name or id(step) in page.reads or step.row.adds_to):
            deep = 1 + sum([depth.get(id(x), 0) for x in step.operands])
            if step.row.view or (deep < 4 and step.size < LARGE):
                depth[id(step)] = deep
    return set(depth)
