"""Answers to try on the exercises of chapter 07."""

from operator import is_

from autodiff_lib.engines.topological import topological_order
from autodiff_lib.teaching.chapters.chapter_07 import state_of_hygiene


def places(order):
    return {node: place for place, node in enumerate(order)}


def in_time(order):
    place = places(order)
    return all(place[n] < place[v] for n in order for v in n.operands if v in place)


def seen_first(order):
    seen = set()
    for node in order:
        seen.add(node)
        if any(operand in seen for operand in node.operands):
            return False
    return True


def operands_first(order):
    place = places(order)
    return all(place[n] > place[v] for n in order for v in n.operands if v in place)


def one_user_is_enough(order):
    place = places(order)
    users = {v: [n for n in order if any(o is v for o in n.operands)] for v in order}
    return all(any(place[n] < place[v] for n in ns) if ns else True for v, ns in users.items())


def neighbours(order):
    pairs = zip(order, order[1:], strict=False)
    return all(any(o is after for o in before.operands) for before, after in pairs)


def by_index(order):
    names = [v for n in order for v in n.operands if v.name]
    return all(order.index(n) < order.index(v) for n in order for v in n.operands if v in names)


def one_right_order(order):
    found = topological_order(order[0])[::-1]
    return len(order) == len(found) and all(map(is_, order, found))


def ends_only(order):
    return in_time(order) if order[-1].name == "c" else order[0].name == "e"


HYGIENE = state_of_hygiene()
THREE = {"results_first": 16, "every_path": 26, "first_meeting": 10}

ANSWERS = {
    "07.1": dict(
        right=[THREE],
        wrong=[
            THREE | {"results_first": 8},
            THREE | {"every_path": 16},
            THREE | {"every_path": 22},
            THREE | {"every_path": 13},
            THREE | {"first_meeting": 5},
            THREE | {"first_meeting": 6},
            THREE | {"first_meeting": 16},
            THREE | {"first_meeting": 7},
        ],
    ),
    "07.2": dict(
        right=[in_time, seen_first],
        wrong=[
            operands_first,
            lambda order: True,
            one_user_is_enough,
            neighbours,
            by_index,
            ends_only,
            one_right_order,
            lambda order: [in_time(order)],
        ],
    ),
    "07.3": dict(
        right=[HYGIENE],
        wrong=[
            HYGIENE | {"twice": 36},
            HYGIENE | {"twice": 12},
            HYGIENE | {"shared": 20},
            HYGIENE | {"shared": 44},
            HYGIENE | {"changed": 60},
            HYGIENE | {"changed": 36},
            HYGIENE | {"leaf": 0},
            HYGIENE | {"leaf": 12},
        ],
    ),
}
