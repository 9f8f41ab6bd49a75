"""The exercises of chapter 03, a tape."""

from autodiff_lib.engines.tape import Add, Leaf, Square, Tape
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, number
from autodiff_lib.teaching.values import describe, kind, same_value

PROBES = [(7.0, 2.0), (-3.0, 5.0)]  # values of a and b to try a kind of node with

WRONG_SLOPES = [
    (lambda a, b: (1, 1), "A nudge of b makes a - b smaller: its slope is not 1."),
    (lambda a, b: (-1, 1), "The two slopes are swapped: the one of a comes first."),
    (lambda a, b: (b, a), "Those are the slopes of a product."),
    (
        lambda a, b: (a, -b),
        "A slope says how many times as far the value moves, not how large the operand is.",
    ),
    (lambda a, b: 1, "Two operands, so two slopes: return both, in order."),
    (lambda a, b: (10, -10), "Leave self.gradient out: Node.backward multiplies by it already."),
]


def judge_difference(cls):
    """Whether `cls` is the kind of node that computes a - b."""
    if not isinstance(cls, type) or not all(hasattr(cls, m) for m in ("compute", "slopes")):
        return f"Hand in the class itself, with compute and slopes; got {kind(cls)}."
    node = cls.__new__(cls)  # no tape is needed to ask for its two facts
    node.gradient = 10.0
    values = [node.compute(*probe) for probe in PROBES]
    slopes = [node.slopes(*probe) for probe in PROBES]
    if values[0] is ... and slopes[0] is ...:
        return OPEN
    if not all(same_value(v, a - b) for v, (a, b) in zip(values, PROBES, strict=True)):
        if all(same_value(v, b - a) for v, (a, b) in zip(values, PROBES, strict=True)):
            return "compute gives b - a: the order of the operands counts."
        return f"compute(7.0, 2.0) should give 5.0, not {describe(values[0])}."
    for wrong, sentence in WRONG_SLOPES:
        if all(same_value(s, wrong(*probe)) for s, probe in zip(slopes, PROBES, strict=True)):
            return sentence
    return all(same_value(s, (1, -1)) for s in slopes) or (
        "compute is right. slopes must say how many times as far a - b moves as a, and as b."
    )


def tapes_to_search():
    """Two computations with one lowest place each: (x - 3)**2 and (x + 2)**2 + 5."""
    t = Tape()
    x = Leaf(t, 0, "x")
    first = (t, x, Square(t, Add(t, x, Leaf(t, -3))))
    t = Tape()
    x = Leaf(t, 1, "x")
    return [first, (t, x, Add(t, Square(t, Add(t, x, Leaf(t, 2))), Leaf(t, 5)))]


def descend(tape, leaf, output, step=-0.1):
    for _ in range(100):
        tape.forward()
        tape.backward(output)
        leaf.number += step * leaf.gradient
    return leaf.number


def ascend(tape, leaf, output):
    return descend(tape, leaf, output, step=0.1)


def one_step(tape, leaf, output):
    tape.forward()
    tape.backward(output)
    return leaf.number - 0.1 * leaf.gradient


def one_forward(tape, leaf, output):
    start = leaf.number
    return start + 100 * (one_step(tape, leaf, output) - start)


def against_the_output(tape, leaf, output):
    return leaf.number - 100 * 0.1


def standing_still(tape, leaf, output):
    return leaf.number


WRONG_SEARCHES = [
    (ascend, "That climbs. The gradient says where the output grows: go against it."),
    (one_step, "That is one step. Take a hundred, each with a gradient of its own."),
    (
        one_forward,
        "The gradient stayed the same for all steps: run forward and backward again after each "
        "new number.",
    ),
    (
        against_the_output,
        "Each step was 0.1: the output's own gradient is always 1. Use the one of the leaf.",
    ),
    (
        standing_still,
        "The number is where it started. Set leaf.number, since the forward pass overwrites "
        "leaf.value; and take 0.1 of the gradient, since the whole of it jumps to and fro.",
    ),
]


def judge_descend(search):
    """Whether `search` finds the lowest places of `tapes_to_search`, by a hundred steps."""

    def places(f):
        return [f(*computation) for computation in tapes_to_search()]

    found = places(search)
    if found[0] is ...:
        return OPEN
    if same_value(found, places(descend), 1e-6):
        return True
    for wrong, sentence in WRONG_SEARCHES:
        if same_value(found, places(wrong), 1e-6):
            return sentence
    if found[0] is None:
        return "Your function returns None: is a return missing?"
    return f"On (x - 3)**2 from x = 0 it returns {describe(found[0])}; the lowest place is x = 3."


EXERCISES = [
    Exercise(
        key="03.1",
        title="Halfway back",
        hints=(
            "Which nodes were visited before, and which of them has y for an operand?",
            "o, h and h2 have been visited, h1 has not. Only h2 has passed something on to y.",
            "h2 = y * z, so y gets z times the gradient of h2. That gradient is 144, and z is 1.",
        ),
        judge=number(
            144,
            {
                288: "288 is where y ends. The half over h1 has not arrived yet.",
                0: "h2 = y * z has been visited, so it has passed on its share to y.",
                24: "24 is the gradient of h. It went on to h1 and h2, times a slope.",
                12: "That leaves out one factor: the gradient of h2 is 144, and y gets it z times.",
                48: "48 is the gradient of h1. Asked for is y, which got its share from h2 alone.",
                96: "96 is where x will end. x gets its only share from h1.",
            },
            because="h2 sent 144 * z = 144. The other 144 comes when h1 is visited.",
        ),
        solution="03_tape.ipynb",
    ),
    Exercise(
        key="03.2",
        title="A difference",
        hints=(
            "Compare with Add: what changes when b is taken away instead of added?",
            "Nudge a up by 0.001: how far does a - b move? Then nudge b up by 0.001.",
            "compute returns a - b. a moves it 1 time as far, b moves it -1 time as far.",
        ),
        judge=custom(judge_difference, "the class Subtract"),
        solution="03_tape.ipynb",
    ),
    Exercise(
        key="03.3",
        title="Downhill",
        hints=(
            "A loop with three lines: a call of the tape, another, and a new leaf.number.",
            "tape.forward(), then tape.backward(output), in every round. Then leaf.gradient is "
            "how much faster the output grows than the leaf.",
            "The third line is leaf.number -= 0.1 * leaf.gradient. After the loop return "
            "leaf.number.",
        ),
        judge=custom(judge_descend, "a function of tape, leaf and output"),
        solution="03_tape.ipynb",
    ),
]
