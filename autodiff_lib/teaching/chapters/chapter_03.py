"""The predictions, exercises and outside check of chapter 03, a tape."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from autodiff_lib.engines.tape import Add, Leaf, Multiply, Square, Tape
from autodiff_lib.teaching.counting import Counted
from autodiff_lib.teaching.exercises import Exercise
from autodiff_lib.teaching.judges import OPEN, custom, number
from autodiff_lib.teaching.outside import Outside
from autodiff_lib.teaching.predictions import Prediction
from autodiff_lib.teaching.values import (
    describe,
    is_node,
    is_number,
    kind,
    plain_value,
    same_value,
)


def send(tape, output, order):
    """One walk back in a given order: gradient 1 at `output`, and every node sends once."""
    for node in tape.nodes:
        node.gradient = 0.0
    output.gradient = 1.0
    for node in order:
        node.backward()


def slope_with_h_too_early():
    t = Tape()
    x = Leaf(t, 3, "x")
    h = Square(t, x)
    p = Multiply(t, h, x)
    o = Add(t, h, p)
    t.forward()
    send(t, o, [o, h, p])
    return x.gradient


def slope_after_a_second_walk():
    t = Tape()
    a, b = Leaf(t, 2, "a"), Leaf(t, 3, "b")
    Multiply(t, Leaf(t, 5), Multiply(t, a, b))
    t.forward()
    for _ in range(2):
        t.nodes.reverse()
        send(t, t.nodes[0], t.nodes)
    return a.gradient


def visits_of_a_thousand_squares():
    t = Tape()
    total, *rest = [Square(t, Leaf(t, k)) for k in range(1000)]
    for square in rest:
        total = Add(t, total, square)
    t.forward()
    for each in t.nodes:
        each.backward = Counted(each.backward)
    t.backward(total)
    return sum(each.backward.calls for each in t.nodes)


PREDICTIONS = [
    Prediction(
        key="03.a",
        question="The gradient of a in f = 5 * a * b, after a second walk_back",
        answer=slope_after_a_second_walk,
        beliefs={
            15: "A right loop would give 15. But in which order is the list, after the first walk?",
            30: "All gradients are set to 0 first, so nothing is added to the 15.",
            0: "All are set to 0, and then the first node of the list gets something.",
            10: "10 is the slope of b. In which order is the list, after the first walk?",
        },
        because="The second reverse() puts a first again, and the first gets the 1.",
    ),
    Prediction(
        key="03.b",
        question="h = x**2, p = h * x, o = h + p at x = 3. The nodes send in the order o, h, p. "
        "Which gradient does x end with?",
        answer=slope_with_h_too_early,
        beliefs={
            33: "33 is the right slope, and needs all of h's gradient. When h sends, p has not.",
            9: "That is what p sends to x. h sends something as well.",
            6: "That is what h sends to x. p sends something as well.",
            24: "24 is 6 times 4, the whole gradient of h. When h sends, it has not all arrived.",
            18: "18 is 6 times 3, the part of h's gradient that comes from p.",
            27: "27 is the slope of h * x alone. And h sends before p has sent to it.",
            3: "That is what p sends to h. Asked for is x.",
            0: "o has sent before h, so h has something to send.",
        },
        because="h sends 6 * 1, p sends 9. What p sends to h after that stays in h.",
    ),
    Prediction(
        key="03.c",
        question="1,000 inputs are squared, and the squares are added up one after another. How "
        "many visits does the walk back make?",
        answer=visits_of_a_thousand_squares,
        beliefs={
            1: "One walk, yes. But how many nodes stand on the tape?",
            999: "Those are the sums. Squares and leaves stand on the tape as well.",
            1000: "Inputs, squares and sums all stand on the tape, and each has its turn.",
            1001: "Adding up a thousand squares is more than one sum: each adds two numbers.",
            1999: "The leaves have their turn too, though they have nobody to send to.",
            2000: "The sums stand on the tape as well.",
            2001: "Adding up a thousand squares is more than one sum: each adds two numbers.",
            3000: "Nearly. How many sums join two numbers? How many three?",
            2_999_000: "That is a walk for each input, as in chapter 02.",
            3_000_000: "That is a walk for each input, as in chapter 02.",
            1_000_000: "That is a walk for each input, as in chapter 02.",
        },
        because="One visit for each leaf, each square and each sum.",
    ),
]


# 03.2, the difference as a kind of node

PROBES = [(7.0, 2.0), (-3.0, 5.0)]  # values of a and b to try a kind of node with
WRONG_VALUES = [
    (lambda a, b: b - a, "compute gives b - a: the order of the operands counts."),
    (lambda a, b: abs(a - b), "Where a is less than b, a - b is negative: compute lost the sign."),
    (lambda a, b: a + b, "compute gives the sum."),
]
WRONG_SLOPES = [
    (lambda a, b: (1, 1), "A nudge of b makes a - b smaller: its slope is not 1."),
    (lambda a, b: (-1, 1), "The two slopes are swapped: the one of a comes first."),
    (lambda a, b: (b, a), "Those are the slopes of a product."),
    (
        lambda a, b: (a, -b),
        "A slope says how many times as far the value moves, not how large the operand is.",
    ),
    (lambda a, b: (1,), "Two operands, so two slopes: return both, in order; yours is only one."),
    (lambda a, b: (10, -10), "Leave self.gradient out: Node.backward multiplies by it already."),
]


def judge_difference(cls, chapter):
    """True if `cls` is the kind of node that computes a - b, on a tape of the reader's."""
    if is_node(cls):
        return "That is a node of the kind. Hand in the class itself, Subtract without brackets."
    if not isinstance(cls, type):
        return f"Hand in the class itself, Subtract without brackets; got {kind(cls)}."
    trials = [trial(cls, chapter, *probe) for probe in PROBES]
    if None in trials:
        return "A kind of node is a Node, so that the tape takes it: class Subtract(Node)."
    values, slopes = ([node.value for _, node, _ in trials], [slopes_of(*t) for t in trials])
    if values[0] is ... and slopes[0] is ...:
        return OPEN
    if lacks_slopes(trials[0][1], chapter):
        return "slopes is missing: the walk back asks each node for one slope per operand."
    for entry, method in ((values[0], "compute"), (slopes[0], "slopes")):
        if entry is ...:
            return f"{method} still returns the three dots."
        if entry is None:
            return f"{method} returns None: is a return missing?"
    if isinstance(slopes[0], (tuple, list)) and any(slope is ... for slope in slopes[0]):
        return "slopes still holds three dots: write a slope there, one for each operand."
    if not fit(values, lambda a, b: a - b):
        return next((text for wrong, text in WRONG_VALUES if fit(values, wrong)), amiss(values))
    if isinstance(slopes[0], (set, frozenset)):
        return "slopes returns a set, which has no order: write (1, -1), the slope of a first."
    for wrong, text in WRONG_SLOPES:
        if fit(slopes, wrong):
            return text
    if is_number(plain_value(slopes[0])):
        return "Two operands, so two slopes: return both, in order; got one number."
    if not all(sends(chapter, *each) for each in trials):
        return "compute is right. slopes must say how far a - b moves for a nudge of a, and of b."
    op = trials[0][1].op
    if op is None:
        return (
            'It computes rightly. Give it its op, "sub": without one, pictures take it for a leaf.'
        )
    if op != "sub":
        return f'It computes rightly. Its op is "sub", which pictures draw as -, not {op!r}.'
    return True


def trial(cls, chapter, a, b):
    """(tape, node of the kind, its leaves) after a forward pass; None if it is no node."""
    t = chapter.Tape()
    leaves = chapter.Leaf(t, a, "a"), chapter.Leaf(t, b, "b")
    if not issubclass(cls, chapter.Node) and not hasattr(cls, "forward"):
        return None
    node = cls(t, *leaves)
    if not any(each is node for each in t.nodes):
        return None
    t.forward()
    return t, node, leaves


def slopes_of(tape, node, leaves):
    """What `slopes` returns; a node that brings a `backward` of its own may lack it."""
    node.gradient = 10.0  # for those who multiply by it
    slopes = getattr(node, "slopes", None)
    found = slopes(*[leaf.value for leaf in leaves]) if slopes else ()
    return tuple(found) if isinstance(found, Iterator) else found


def lacks_slopes(node, chapter):
    """Whether a node neither says its slopes nor walks back in a way of its own."""
    return not hasattr(node, "slopes") and type(node).backward is chapter.Node.backward


def fit(results, f):
    """Whether `f` gives these results at the PROBES."""
    return all(same_value(r, f(*probe)) for r, probe in zip(results, PROBES, strict=True))


def amiss(values):
    """What to say of the first of the PROBES at which the value is no difference."""
    for value, (a, b) in zip(values, PROBES, strict=True):
        if not same_value(value, a - b):
            return f"compute({a}, {b}) should give {a - b}, not {describe(value)}."


def sends(chapter, tape, node, leaves):
    """Whether ten times the difference has the gradients 10 and -10."""
    output = chapter.Multiply(tape, chapter.Leaf(tape, 10), node)
    tape.forward()
    tape.backward(output)
    return same_value([leaf.gradient for leaf in leaves], (10, -10))


# 03.3, a search for the lowest place

ROUNDS, FACTOR = 100, 0.1
TOO_EARLY = (
    "backward comes before any forward here, and needs values to compute slopes from: in each "
    "round call tape.forward() before tape.backward(output)."
)


def tapes_to_search(chapter):
    """(x - 3)**2, (x + 2)**2 + 5, and (x / 10)**2, too flat for its lowest place to be reached.

    Each as (tape, leaf, output), and its slope as a function. The output is not the tape's last.
    """
    Tape, Leaf, Add, Square = chapter.Tape, chapter.Leaf, chapter.Add, chapter.Square
    t, u, v = Tape(), Tape(), Tape()
    x, y, z = Leaf(t, 0, "x"), Leaf(u, 1, "x"), Leaf(v, 10, "x")
    cases = [
        ((t, x, Square(t, Add(t, x, Leaf(t, -3)))), lambda n: 2 * (n - 3)),
        ((u, y, Add(u, Square(u, Add(u, y, Leaf(u, 2))), Leaf(u, 5))), lambda n: 2 * (n + 2)),
        ((v, z, Square(v, chapter.Multiply(v, z, Leaf(v, 0.1)))), lambda n: n / 50),
    ]
    for (tape, leaf, _), _ in cases:
        Square(tape, leaf)
    return cases


def lowered(number, slope):
    """Where the exercise's hundred steps lead."""
    for _ in range(ROUNDS):
        number -= FACTOR * slope(number)
    return number


class Search(NamedTuple):
    """What a search returned, and the leaf's numbers at each forward pass and in the end.

    `found` is TOO_EARLY if it walked back before any forward pass. `begins`: for each walk back,
    whether it began at the output.
    """

    found: Any
    numbers: list
    slope: Callable
    begins: list

    @property
    def path(self):
        """The numbers, each once where it stays the same."""
        return [n for k, n in enumerate(self.numbers) if k == 0 or n != self.numbers[k - 1]]


def judge_descend(search, chapter):
    """Whether `search` takes the hundred steps on `tapes_to_search`."""
    if not callable(search):
        return f"Hand in the function itself, descend without brackets; got {kind(search)}."
    searches = [watch(search, *each) for each in tapes_to_search(chapter)]
    found, numbers, _, begins = searches[0]
    if any(each.found is TOO_EARLY for each in searches):
        return TOO_EARLY
    if found is ...:
        return OPEN
    if found is None:
        return "Your function returns None: is a return missing?"
    if any(is_node(each.found) for each in searches):
        return "That is a node of the tape: return the leaf's number, leaf.number."
    if is_number(found) and [found] == numbers[-2:-1] != numbers[-1:]:
        return (
            "That is the number of the last forward pass, one step old: leaf.value is not computed "
            "anew when leaf.number changes. Return leaf.number."
        )
    if all(same_value(s.found, lowered(s.numbers[0], s.slope), 1e-6) for s in searches):
        return True
    if begins and not any(begins):
        return (
            "Your walk back begins at another node than output, which need not be the last of its "
            "tape: call tape.backward(output)."
        )
    if len(set(numbers)) == 1:
        return unmoved(search, found, len(numbers) - 1)
    return wrong_step(searches) or wrong_end(searches[-1])


def watch(search, case, slope):
    """The Search that `search` makes of a case of `tapes_to_search`."""
    tape, leaf, output = case
    numbers, forward = [], tape.forward
    begins, backward = [], tape.backward

    def watched():
        numbers.append(leaf.number)
        forward()

    def watched_back(*args, **named):
        begins.append(any(node is output for node in (*args, *named.values())))
        backward(*args, **named)

    tape.forward, tape.backward = watched, watched_back
    try:
        found = search(tape, leaf, output)
    except ValueError as error:
        if numbers or "forward first" not in str(error):
            raise
        found = TOO_EARLY
    return Search(found, [*numbers, leaf.number], slope, begins)


def unmoved(search, found, passes):
    """What to say of a search that leaves the leaf's number as it was."""
    if passes > 1:
        return (
            "leaf.number never changes, and every forward pass starts from it anew: what you set "
            "elsewhere, leaf.value say, is overwritten."
        )
    if found != 0 and passes == 1:
        return "That is one step. Set leaf.number to it, and take a hundred."
    used = getattr(getattr(search, "__code__", None), "co_names", ())
    if strangers := [name for name in ("can", "r", "metal") if name in used]:
        return (
            f"Your function works on {', '.join(strangers)}, whatever it is called with: use "
            "its arguments, tape, leaf and output."
        )
    return "leaf.number stays where it was. Lower it in every round, after a walk back."


def wrong_step(searches):
    """What to say where a step is not 0.1 times the gradient, else None."""
    if any(len(s.path) == 1 for s in searches):  # stopped before its first step
        return None
    moves = [s.path[1] - s.path[0] for s in searches]
    factors = [-m / s.slope(s.path[0]) for m, s in zip(moves, searches, strict=True)]
    factor = factors[0]
    if same_value(moves, [-FACTOR] * 3):
        return (
            "Each step takes 0.1 from the number: take 0.1 times leaf.gradient. (The output's own "
            "gradient is always 1.)"
        )
    if same_value([abs(m) for m in moves], [FACTOR] * 3):
        return "Each step is 0.1 long: make it 0.1 times leaf.gradient, shorter where it is flat."
    if not same_value(factors, [factor] * 3):
        return first_wrong(searches[0])
    if factor < 0:
        return "That climbs. The gradient says where the output grows: go against it."
    if same_value(factor, ROUNDS * FACTOR):
        return (
            "The gradient stayed the same for all steps: run forward and backward again after "
            "each new number."
        )
    if same_value(factor, 1):
        return "The number jumps to and fro: lower it by 0.1 times the gradient, not by all of it."
    if not same_value(factor, FACTOR):
        return f"Your steps are {describe(round(factor, 6))} times the gradient: take 0.1 times."
    return first_wrong(searches[-1])


def first_wrong(search):
    """Where the first step leads that is not 0.1 times the gradient, else None."""
    for start, end in pairwise(search.path):
        gradient = search.slope(start)
        wanted = start - FACTOR * gradient
        if not same_value(end, wanted):
            start, gradient, end, wanted = (
                describe(round(float(n), 4)) for n in (start, gradient, end, wanted)
            )
            return (
                f"One step leads from {start}, where the gradient is {gradient}, to {end}; "
                f"0.1 times the gradient lower is {wanted}."
            )
    return None


def wrong_end(search):
    """What to say of right steps: too few, too many, or another number returned."""
    steps = len(search.path) - 1
    if steps == 1:
        return "That is one step. Take a hundred, each with a gradient of its own."
    if steps != ROUNDS:
        return f"The steps are right, but there are {steps} of them: take 100."
    return (
        f"The steps are right, and leaf.number ends at {describe(search.numbers[-1])}: return "
        f"that, not {describe(search.found)}."
    )


MODULE = "autodiff_lib.engines.tape"
KINDS = ("Tape", "Node", "Leaf", "Add", "Multiply", "Square")
EXERCISES = [
    Exercise(
        key="03.1",
        title="Orders that are right",
        hints=(
            "For every operation, ask who uses it: those must send before it.",
            "p is used by r, and q and r by o. Who must be first?",
            "o is first. Of the other three, r stands before p, and q stands anywhere.",
        ),
        judge=number(
            3,
            {
                1: "The tape reversed, o, r, q, p, is one. Need q and p wait for all before them?",
                2: "q uses no other operation but waits for o alone: it has more than two places.",
                4: "o must be first, and r before p. Write the orders down.",
                6: "o first leaves 6 orders of the other three. In some of them p sends before r.",
                8: "o stands before q and r in 8 of the 24. In some of them p sends before r.",
                12: "r stands before p in 12 of the 24. But who sends before o has nothing yet.",
                24: "A node that sends before its users have sent loses what they send later.",
                0: "The making order reversed, o, r, q, p, is always right.",
            },
            because="o q r p, o r q p and o r p q: o first, and r before p.",
        ),
        solution="03_tape.ipynb",
        module=MODULE,
    ),
    Exercise(
        key="03.2",
        title="A difference",
        hints=(
            "Compare with Add: what changes when b is taken away instead of added?",
            "Nudge a up by 0.001: how far does a - b move? Then nudge b up by 0.001.",
            "compute returns a - b. a moves it 1 time as far, b moves it -1 time as far.",
        ),
        judge=custom(judge_difference, "the class Subtract, a kind of node", needs=KINDS),
        solution="03_tape.ipynb",
        module=MODULE,
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
        judge=custom(judge_descend, "a function of tape, leaf and output", needs=KINDS),
        solution="03_tape.ipynb",
        module=MODULE,
    ),
]


OUTSIDE = Outside(
    library="JAX",
    version="0.10.2",
    source="""
import jax

def f(x, y, z):
    return ((x * y) * (y * z)) ** 2

print(jax.make_jaxpr(f)(3.0, 2.0, 1.0))
slopes = jax.grad(f, argnums=(0, 1, 2))
print(f(3.0, 2.0, 1.0), "--", *map(float, slopes(3.0, 2.0, 1.0)))
""",
    printed="""
{ lambda ; a:f32[] b:f32[] c:f32[]. let
    d:f32[] = mul a b
    e:f32[] = mul b c
    f:f32[] = mul d e
    g:f32[] = integer_pow[y=2] f
  in (g,) }
144.0 -- 96.0 288.0 288.0
""",
)
