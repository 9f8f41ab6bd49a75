"""Answers to try on the exercises of chapter 07: source, run in the chapter's namespace."""

THREE = {"results_first": 16, "every_path": 26, "first_meeting": 10}
HYGIENE = {"twice": 24, "shared": 32, "changed": 12, "leaf": 1}


def three(**changed):
    return repr(THREE | changed)


def hygiene(**changed):
    return repr(HYGIENE | changed)


BY_RUNNING = """
x = Node(2)
b = x * x
f, g = b * 3, b * 5
found = {"twice": grad(f, x)[0] + grad(f, x)[0], "shared": grad(f, x)[0] + grad(g, x)[0]}
x.value = 10
found["changed"], found["leaf"] = grad(f, x)[0], grad(x, x)[0]
found
"""

# 07.2: a test of an order; {body} is what differs.
ORDER = """
def is_topological(order):
    place = {{node: i for i, node in enumerate(order)}}
    return {body}
"""
IN_PLACE = "all(place[v] < place[n] for n in order for v in n.operands if v in place)"
WANTED = """
def is_topological(order):
    wanted = set()
    for node in order:
        if node in wanted:
            return False
        wanted.update(node.operands)
    return True
"""
BY_ID = """
def is_topological(order):
    here = {id(node) for node in order}
    done = set()
    for node in order:
        if not isinstance(node, Node):
            raise TypeError("a list of nodes, please")
        for operand in node.operands:
            if id(operand) in here and id(operand) not in done:
                return False
        done.add(id(node))
    return True
"""
BY_IS = """
def position(order, node):
    for i, other in enumerate(order):
        if other is node:
            return i

class Order:
    def __init__(self, order):
        self.order = order
    def holds(self):
        for i, node in enumerate(self.order):
            for operand in node.operands:
                place = position(self.order, operand)
                if place is not None and place > i:
                    return False
        return True

def is_topological(order):
    return Order(order).holds()
"""
NUMPY = """
import numpy as np

def is_topological(order):
    place = {node: i for i, node in enumerate(order)}
    pairs = [(place[v], i) for n, i in place.items() for v in n.operands if v in place]
    before, after = np.array(pairs, dtype=int).reshape(-1, 2).T
    return np.all(before < after)
"""
BY_VALUE = """
def is_topological(order):
    done = []
    for node in order:
        if any(operand not in done for operand in node.operands if operand.name):
            return False
        done.append(node)
    return True
"""
BY_INDEX = """
def is_topological(order):
    named = [v for n in order for v in n.operands if v.name]
    return all(order.index(v) < order.index(n)
               for n in order for v in n.operands if v in named)
"""
BY_NAME = """
def is_topological(order):
    names = [node.name for node in order]
    return all(names.index(v.name) < names.index(node.name)
               for node in order for v in node.operands if v.name in names)
"""
BY_NAME_IF_ANY = """
def is_topological(order):
    nm = [node.name for node in order]
    return all(nm.index(o.name) < i for i, n in enumerate(order)
               for o in n.operands if o.name in nm)
"""
NOT_RIGHT_BEFORE = """
def is_topological(order):
    return all(order[i + 1] not in set(order[i].operands)
               for i in range(len(order) - 1))
"""
NOT_RIGHT_BEFORE_BY_VALUE = """
def is_topological(order):
    return all(later not in node.operands for node, later in zip(order, order[1:]))
"""
LATER = """
def is_topological(order):
    return not any(v is later for i, node in enumerate(order)
                   for v in node.operands for later in order[i + 1:])
"""
BY_IDS = """
def is_topological(order):
    ids = [id(node) for node in order]
    for i, node in enumerate(order):
        for v in node.operands:
            if id(v) in ids[i:]:
                return False
    else:
        return True
"""
SEEN = """
def is_topological(order):
    seen = set()
    for node in order:
        if not set(node.operands) <= seen:
            return False
        seen.add(node)
    return True
"""
THE_ONE_ORDER = """
def is_topological(order):
    wanted = topological_order(order[-1])
    return order == [node for node in wanted if node in set(order)]
"""
ALL_IN_LIST = ORDER.format(body="all(place[v] < place[n] for n in order for v in n.operands)")
NEIGHBOURS = """
def is_topological(order):
    pairs = zip(order, order[1:])
    return all(any(v is before for v in after.operands) for before, after in pairs)
"""
ONE_OPERAND = """
def is_topological(order):
    place = {node: i for i, node in enumerate(order)}
    for node in order:
        here = [v for v in node.operands if v in place]
        if here and not any(place[v] < place[node] for v in here):
            return False
    return True
"""
# 07.4, the row of max
ROW = "lambda a, b: {row}"
TABLE = """
SLOPES = {True: (1.0, 0.0), False: (0.0, 1.0)}

def largest(a, b):
    if not isinstance(a, (int, float)) or not isinstance(b, (int, float)):
        raise TypeError("numbers, please")
    return max(a, b), SLOPES[a >= b]
"""
BY_SUM = """
def largest(a, b):
    # max(a, b) = (a + b + |a - b|) / 2, and the table has rows for all of it
    distance, (sign,) = RULES["abs"](a - b)
    return (a + b + distance) / 2, [(1 + sign) / 2, (1 - sign) / 2]
"""
NUMPY_ROW = """
import numpy as np

def largest(a, b):
    wins = np.array([a, b]) == max(a, b)
    return np.float64(max(a, b)), tuple(wins / wins.sum())
"""
BY_RELU = """
def largest(a, b):
    distance, (slope,) = RULES["relu"](a - b)
    return b + distance, (slope, 1 - slope)
"""
NO_TIE = """
def largest(a, b):
    if a > b:
        return a, (1, 0)
    if b > a:
        return b, (0, 1)
"""
AS_A_CLASS = """
class Largest:
    def __init__(self, tie):
        self.tie = tie
    def __call__(self, a, b):
        along_a = self.tie if a == b else float(a > b)
        return max(a, b), (along_a, 1 - along_a)

Largest(0.25)
"""

ANSWERS = {
    "07.1": dict(
        right=[
            three(),
            three(every_path=10 + 16.0),
            "dict(first_meeting=10, every_path=26, results_first=2 * 8)",
            "import numpy as np\n"
            "{'results_first': np.int64(16), 'every_path': 26, 'first_meeting': 10}",
        ],
        wrong=[
            (three(results_first=8), "8 is what b gets"),
            (three(every_path=16), "visits b twice"),
            (three(every_path=22), "22 would come with c first"),
            (three(every_path=32), "32 is 16 twice"),
            (three(every_path=13), "5 at one visit and 8 at the other"),
            (three(first_meeting=5), "5 is what b holds"),
            (three(first_meeting=6), "6 would come with c first"),
            (three(first_meeting=16), "c has not sent yet"),
            (three(first_meeting=7), "first_meeting is not 7"),
        ],
    ),
    "07.2": dict(
        right=[
            ORDER.format(body=IN_PLACE),
            WANTED,
            BY_ID,
            BY_IS,
            LATER,
            BY_IDS,
            NUMPY,
            ORDER.format(body=f"not not {IN_PLACE}"),
            ORDER.format(
                body="not any(place.get(v, -1) >= i for n, i in place.items() for v in n.operands)"
            ),
        ],
        wrong=[
            (ORDER.format(body=IN_PLACE.replace("<", ">")), "wants the results first"),
            ("lambda order: True", "In e d c b a every node stands before its operands"),
            (ORDER.format(body=f"[{IN_PLACE}]"), "Return True or False"),
            (BY_INDEX, "takes one for the other"),
            (ALL_IN_LIST, "KeyError"),
            (BY_NAME, "A name need not be there"),
            (BY_NAME_IF_ANY, "of the order x p r q it says True"),
            (NOT_RIGHT_BEFORE, "if not right before them"),
            (NOT_RIGHT_BEFORE_BY_VALUE, "if not right before them, and it says True. Besides: Two"),
            (SEEN, "do not look for them"),
            (THE_ONE_ORDER, "not yours alone"),
            (NEIGHBOURS, "need not be neighbours"),
            (ONE_OPERAND, "e stands before d"),
            ("lambda order: order[0].name == 'a'", "In a c b d e c stands before b"),
            ("def is_topological(order):\n    print(order)", "it returned None"),
        ],
    ),
    "07.3": dict(
        right=[hygiene(), BY_RUNNING, hygiene(twice=24.0, leaf=1.0), repr(dict(HYGIENE))],
        wrong=[
            (hygiene(twice=36), "36 is what an engine gives in which b keeps"),
            (hygiene(twice=12), "twice asks for the sum"),
            (hygiene(shared=20), "20 is the second"),
            (hygiene(shared=24), "24 is f twice"),
            (hygiene(shared=44), "b keeps what it got from f"),
            (hygiene(changed=60), "60 is the slope at 10"),
            (hygiene(changed=36), "the slopes stay"),
            (hygiene(leaf=0), "The walk starts with 1"),
            (hygiene(leaf=12), "12 belongs to f"),
        ],
    ),
    "07.4": dict(
        right=[
            ROW.format(row="(a, (1, 0)) if a >= b else (b, (0, 1))"),
            ROW.format(row="(max(a, b), (a > b, b >= a))"),
            ROW.format(row="[max(a, b), [int(a >= b), int(a < b)]]"),
            TABLE,
            BY_SUM,
            NUMPY_ROW,
            AS_A_CLASS,
            BY_RELU,
            ROW.format(row="(max(a, b), [a > b, not a > b])"),
        ],
        wrong=[
            (ROW.format(row="(max(a, b), (a >= b, b >= a))"), "At 2 and 2 they are (True, True)"),
            (ROW.format(row="(max(a, b), (a > b, b > a))"), "they are (False, False)"),
            (ROW.format(row="(max(a, b), (a < b, a >= b))"), "swapped"),
            (ROW.format(row="(max(a, b), (1, 1))"), "the other has slope 0"),
            (ROW.format(row="(max(a, b), (b, a))"), "nudge each in turn"),
            (ROW.format(row="(min(a, b), (a < b, a >= b))"), "The larger of 2 and 5 is 5"),
            (ROW.format(row="(max(a, b), (1, 0))"), "for every pair"),
            (
                ROW.format(row="(max(a, b), (a, 0) if a > b else (0, b))"),
                "the larger of them alone",
            ),
            (ROW.format(row="(max(a, b), (1, -1) if a > b else (-1, 1))"), "the smaller of them"),
            (ROW.format(row="(max(a, b), (1, -1) if a > b else (0, 1))"), "the smaller of them"),
            (ROW.format(row="(max(a, b), *(a > b, b >= a))"), "A row gives two things"),
            (NO_TIE, "for 2 and 2 it gave None"),
            (ROW.format(row="max(a, b)"), "A row gives two things"),
            (ROW.format(row="(max(a, b), a > b)"), "a tuple of two slopes"),
            (ROW.format(row="(max(a, b), ('a', 'b'))"), "plain numbers; for 2 and 5"),
            (ROW.format(row="(Node(max(a, b)), (a > b, b >= a))"), "a value of it is a Node"),
            (ROW.format(row="(max(a, b), (Node(a > b), b >= a))"), "a slope of it is a Node"),
            ("lambda a: (a, (1,))", "must take 2 arguments"),
        ],
    ),
}
