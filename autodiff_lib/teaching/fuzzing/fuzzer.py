"""The reader's fuzzer: try an engine on many graphs, and show the smallest one it gets wrong.

    fuzz(Node, lambda o, inputs: grad(o, *inputs), "add sub mul")

All values of one operation come first, then the gradients of one operation, then what else was
asked for (a second time, a second derivative, ...), then all graphs of two operations, so most
mistakes are found in the smallest graph there is. Then come random graphs with shared nodes,
repeated operands and plain numbers; a failure among them is shrunk for as long as what is left
still fails. Last comes one long chain. The same call tries the same graphs, on every machine, and
writes no files.

The truth is the same program on plain numbers, and its complex step.
Limits: one real number per node; a power has a positive base where its exponent is a node.
"""

import inspect
import operator
import random
from dataclasses import dataclass
from html import escape

from autodiff_lib.graphs.operations import OPERATIONS
from autodiff_lib.teaching.fuzzing import programs
from autodiff_lib.teaching.fuzzing.trial import Failure, Questions, Trial
from autodiff_lib.teaching.running import TooSlow, explain_error, run_within
from autodiff_lib.teaching.values import is_number, kind

LARGEST = 40  # operations of a random graph
EVERYWHERE = "\nNo operation is right by itself: look at what they share, before the rules."
ABOVE_PICTURE = "The graph, with the right values and gradients:"
OPERATORS = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
    "neg": operator.neg,
    "abs": operator.abs,
    "square": lambda a: a**2,
}


@dataclass(frozen=True, repr=False)
class FuzzReport:
    """What fuzz found: true if nothing; else its text and picture show the smallest graph."""

    ok: bool
    text: str
    program: programs.Program | None = None
    picture: object = None

    def __bool__(self):
        return self.ok

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        if self.picture is None:
            return {"text/plain": self.text}
        picture = self.picture._repr_mimebundle_()
        return {
            "text/plain": f"{self.text}\n\n{ABOVE_PICTURE}\n{picture['text/plain']}",
            "text/html": f"<pre>{escape(self.text)}\n\n{ABOVE_PICTURE}</pre>{picture['text/html']}",
        }


def fuzz(
    variable,
    gradients,
    operations="add sub mul",
    *,
    constants=True,
    exponents=False,
    twice=False,
    unused=False,
    second=False,
    backward=None,
    kept=False,
    change=None,
    graphs=500,
    chain=5_000,
    seconds=60,
    seed=0,
    **functions,
):
    """Search a graph, as small as can be, that an engine gets wrong.

    variable: variable(3) makes an input node of the engine; if it takes a `name`, it gets one.
    gradients: gradients(output, inputs) returns the derivatives of the node `output` with
    respect to the nodes `inputs`, in a list.
    operations: which to try, by name. add, sub, mul, div, pow, neg, abs and square (a**2) are
    written with Python's operators, exp, log, sin, cos, tanh and relu as a.exp() and so on.
    functions: operations that are written in another way, exp=my_exp; for one that the series
    does not know a pair, softplus=(my_softplus, the same on plain numbers).
    constants: whether the engine takes plain numbers beside its nodes, as in 4 * x.
    exponents: whether an exponent may be a node, as in x ** y and 4 ** x; else it is a number.

    What to ask besides, on every small graph (the first and the last on large ones too):
    twice: the gradients a second time, which are the same.
    unused: the gradient of an input that the output is not made from, which is 0.
    second: the second derivatives, where the gradients are nodes again: gradients(g, inputs) is
    asked for each node g that gradients(output, inputs) returned.
    kept: the gradients after x.value was set to another number, where the engine promises those
    of the run that it recorded.
    change: change(x, 10) gives the input x another number, where the engine promises the value
    and the gradients of the new numbers; `gradients` does what is needed, such as o.forward().
    backward: backward(output) sets x.gradient; it is compared for the inputs of the output.

    graphs: how many random graphs; chain: how many operations the long chain has, 0 for none;
    seconds: when to give up; seed: another one tries other random graphs.

    An engine whose derivatives are nodes:
        fuzz(Tensor, lambda o, inputs: [o.grad(x) for x in inputs], "add mul pow", chain=0,
             second=True, unused=True, exponents=True, backward=Tensor.backward)
    One that keeps its run and stores gradients, `stored` calling o.backward():
        fuzz(Number, stored, "add mul pow", twice=True, kept=True, exponents=True)
    One that computes again, `gradients` calling o.forward() or tape.forward() first:
        fuzz(Leaf, gradients, change=lambda leaf, number: setattr(leaf, "number", number))

    Returns a FuzzReport: true if no mistake was found; else it shows the graph, what the engine
    says and what is right.
    """
    if variable is ... or gradients is ...:
        return FuzzReport(False, "no engine yet: replace ... by yours and run this cell again")
    for function, what in (
        (variable, "variable(3)"),
        (gradients, "gradients(output, inputs)"),
        (backward or gradients, "backward(output)"),
        (change or gradients, "change(x, 10)"),
    ):
        if not callable(function):
            raise TypeError(
                f"{what.split('(')[0]} must be a function: {what}; got {kind(function)}"
            )
    for name, number in (("graphs", graphs), ("chain", chain), ("seconds", seconds)):
        if not is_number(number) or number < 0 or name != "seconds" and number % 1:
            raise ValueError(f"{name} must be a number from 0 up, got {number!r}")
    truths, engine = read_operations(operations, functions)
    arities = {op: arity(op, truth) for op, truth in truths.items()}
    language = programs.Language(arities, constants, exponents and "pow" in arities)
    questions = Questions(twice, unused, second, backward, kept, change)
    trial = Trial(variable, gradients, truths, engine, questions)
    try:
        return run_within(seconds, lambda: search(trial, language, graphs, chain, seed))
    except TooSlow as stopped:
        return failed(trial, trial.program, Failure("slow", f"stopped: {explain_error(stopped)}."))


def search(trial, language, graphs, length, seed):
    """Try small graphs, random graphs and a long chain; return the FuzzReport."""
    truths, largest, random_ones = trial.truths, 0, 0
    ones = [p for p in programs.all_programs(language, 1) if trial.is_defined(p)]
    more = [
        programs.at(p, values)
        for values in programs.MORE_POINTS
        for p in ones
        if "z" not in p.inputs
    ]
    twos = [p for p in programs.all_programs(language, 2) if trial.is_defined(p)]
    points = sorted([*ones, *filter(trial.is_defined, more)], key=trial.nodes_made)
    stages = [(points, "value"), (points, "gradient"), (points, "all"), (twos, "all")]
    for some, depth in stages:
        for program in some:
            if failure := trial.failure(program, depth):
                if depth == "gradient" and fail_everywhere(trial, ones, failure):
                    failure = Failure(failure.kind, failure.text + EVERYWHERE)
                return failed(trial, program, failure)
    rng = random.Random(seed)
    for k in range(graphs):
        size = 3 + k % (LARGEST - 2)
        program = programs.random_program(rng, language, truths, size)
        if not program or not trial.is_defined(program):
            continue
        if failure := trial.failure(program):
            program = programs.shrink(program, trial.fails_like(failure), language, truths)
            return failed(trial, program, trial.failure(program) or failure)
        largest, random_ones = max(largest, len(program.steps)), random_ones + 1
    tried = [f"all {len(ones) + len(twos):,} graphs of one or two operations"]
    if largest:
        tried.append(f"{random_ones:,} random graphs of up to {largest} operations")
    if length and (long := programs.chain(language, length)):
        if failure := trial.failure(long):
            return failed_chain(trial, long, failure, language, tried)
        tried.append(f"a chain of {length:,}")
    beside = ", plain numbers on either side" if language.constants else ""
    beside += ", exponents that are nodes" if language.exponents else ""
    text = f"no mistake found in {', '.join(tried)}.\nOperations: "
    text += f"{', '.join(language.arities)}{beside}."
    asked = trial.questions.names()
    return FuzzReport(True, text + (f"\nAsked besides: {', '.join(asked)}." if asked else ""))


def fail_everywhere(trial, ones, failure):
    """Whether every operation, of two or more, has a graph of its own that fails like this."""
    failing = {p.steps[0][0] for p in filter(trial.fails_like(failure), ones)}
    return len(failing) == len(trial.truths) > 1


def failed(trial, program, failure):
    """The report on a program that fails, with its picture unless it is a long chain."""
    if len(program.steps) > LARGEST:
        first, second = str(program).splitlines()[1:3]
        graph = f"a chain of {len(program.steps):,} operations ({first}, {second}, and so on)"
        return FuzzReport(False, f"your engine fails on {graph}:\n{failure.text}", program)
    from autodiff_lib.pictures import draw  # loaded only when there is something to draw

    n = len(program.steps)
    listing = "\n".join(f"  {line}" for line in str(program).splitlines())
    graph = f"a graph of {'one operation' if n == 1 else f'{n} operations'}"
    truth = trial.true_gradients(program)
    inputs, output = programs.as_nodes(program, programs.true_values(program, trial.truths))
    return FuzzReport(
        False,
        f"your engine fails on {graph}:\n\n{listing}\n\n{failure.text}",
        program,
        draw(output, gradients=[(inputs[name], slope) for name, slope in truth.items()]),
    )


def failed_chain(trial, program, failure, language, tried):
    """The report on a chain that fails: on the shortest, unless it fails for its depth."""
    if "RecursionError" in failure.kind:
        text = (
            f"{failure.text} A function that calls itself for every node gets about 1,000 nodes "
            "deep: keep a list of the nodes still to visit instead.\n"
            f"Without a mistake: {', '.join(tried)}."
        )
        return failed(trial, program, Failure(failure.kind, text))
    lengths = [2, len(program.steps)]  # it passes the first and fails the second
    while lengths[1] - lengths[0] > 1:
        middle = sum(lengths) // 2
        lengths[trial.fails_like(failure)(programs.chain(language, middle))] = middle
    shortest = programs.chain(language, lengths[1])
    return failed(trial, shortest, trial.failure(shortest))


def read_operations(operations, functions):
    """Two tables {operation: function}: the truth on plain numbers, and the engine's own."""
    if not isinstance(operations, (str, list, tuple)):
        raise TypeError(f'operations are named, "add mul" or a list; got {kind(operations)}')
    names = operations.replace(",", " ").split() if isinstance(operations, str) else operations
    truths, engine = {}, {}
    for name in [*names, *functions]:
        mine, truth = functions.get(name), None
        if isinstance(mine, tuple) and len(mine) == 2:
            mine, truth = mine
        if truth is None and name not in OPERATIONS:
            raise ValueError(
                f"what {name!r} computes is not known: give a pair, {name}=(your function, the "
                f"same on plain numbers); known are {', '.join(OPERATIONS)}"
            )
        if mine is not None and not callable(mine):
            raise TypeError(f"{name} must be a function of nodes, got {kind(mine)}")
        truths[name] = truth or OPERATIONS[name].value
        engine[name] = mine or OPERATORS.get(name) or call_method(name)
    if not truths:
        raise ValueError(f"no operation to try; known are {', '.join(OPERATIONS)}")
    return truths, engine


def call_method(name):
    """A function that calls the method of this name: a.exp()."""

    def call(node):
        return getattr(node, name)()

    return call


def arity(op, truth):
    """How many operands an operation takes."""
    if op in OPERATIONS:
        return OPERATIONS[op].spelling.count("{}")
    return len(inspect.signature(truth).parameters)
