"""Small straight-line programs: what the fuzzer runs through an engine, draws and prints.

    x = 3
    a = x + x
    o = a * 4

is Program({"x": 3}, (("add", ("x", "x")), ("mul", ("#0", 4)))): an operand is the name of an
input, "#k" for the result of step k, or a plain number. The last step makes the output.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from autodiff_lib.checking.nudging import complex_step
from autodiff_lib.graphs.operations import spell

INPUTS = {"x": 3, "y": 2, "z": 5}  # names, and the values tried first
VALUES = (3, 2, 5, 1, 4, 0.5, -1, -2)
MORE_POINTS = ({"x": 0.5, "y": -2}, {"x": -2, "y": 4}, {"x": -1, "y": -1})  # for one operation
CONSTANTS = (4, 2, 3, 0.5, -1, 1, 0)
EXPONENTS = (2, 3, -1, 0.5, 0)
MOST_PATHS = 2_000  # engines that walk every path must come to an end
LARGEST, SMALLEST = 1e6, 1e-6  # beyond, rounding could pass for a mistake


@dataclass(frozen=True)
class Language:
    """What programs are made of.

    arities: {operation: how many operands}. constants: whether plain numbers may be operands.
    exponents: whether the exponent of pow may be an input or a result; else it is a number.
    """

    arities: dict
    constants: bool = True
    exponents: bool = False

    def choices(self, op, position, variables, numbers=CONSTANTS):
        """What may stand at this position of an operation."""
        if op == "pow" and position == 1:
            return (*(variables if self.exponents else ()), *EXPONENTS)
        if op == "pow" and not self.exponents:
            return tuple(variables)
        return (*variables, *(numbers if self.constants else ()))


@dataclass(frozen=True)
class Program:
    """Inputs with their values, and steps: (operation, operands)."""

    inputs: dict
    steps: tuple

    @property
    def output(self):
        """The operand that stands for the last step's result."""
        return f"#{len(self.steps) - 1}"

    def __str__(self):
        names = self.names()
        lines = [f"{name} = {value}" for name, value in self.inputs.items()]
        for k, (op, operands) in enumerate(self.steps):
            written = [names.get(operand, str(operand)) for operand in operands]
            lines.append(f"{names[f'#{k}']} = {spell(op, written)}")
        return "\n".join(lines)

    def names(self):
        """What inputs and steps are called in print: {"x": "x", "#0": "a", "#1": "o"}."""
        letters = [letter for letter in "abcdefghijklmnpqrstuvw" if letter not in self.inputs]
        last = len(self.steps) - 1
        steps = {
            f"#{k}": letters[k] if k < len(letters) else f"a{k - len(letters) + 1}"
            for k in range(last)
        }
        return {name: name for name in self.inputs} | steps | {f"#{last}": "o"}


@dataclass
class Node:
    """A step, an input or a constant of a program, for pictures."""

    op: str | None
    operands: tuple
    value: float
    name: str | None = None


def at(program, values):
    """The program with other values of its inputs."""
    return Program({name: values[name] for name in program.inputs}, program.steps)


def run_program(program, inputs, operations):
    """Run the steps on `inputs`, {name: anything}; return {operand: result} for all of them.

    operations: {name of the operation: function}.
    """
    known = dict(inputs)
    for k, (op, operands) in enumerate(program.steps):
        known[f"#{k}"] = operations[op](*(known.get(operand, operand) for operand in operands))
    return known


def true_values(program, operations):
    """What every step gives on plain numbers, as in run_program; None if a step is undefined.

    So is a step whose value is huge or tiny, and one that stands at a kink.
    """
    known = dict(program.inputs)
    for k, (op, operands) in enumerate(program.steps):
        value = true_value(op, operands, known, operations)
        if value is None:
            return None
        known[f"#{k}"] = value
    return known


def true_value(op, operands, known, operations):
    """The value of one step, as in true_values. known: {operand: its value}."""
    moves = [isinstance(operand, str) for operand in operands]
    operands = [known.get(operand, operand) for operand in operands]
    if op in ("relu", "abs") and operands[0] == 0:
        return None
    if op == "pow" and (moves[1] and operands[0] <= 0 or operands[0] == 0 and operands[1] < 1):
        return None  # no slope along the exponent, or along the base
    try:
        with np.errstate(all="ignore"):
            value = operations[op](*operands)
        if isinstance(value, complex) or not math.isfinite(value):
            return None
    except (ArithmeticError, ValueError):
        return None
    tame = value == 0 or SMALLEST <= abs(value) <= LARGEST
    return value.item() if tame and isinstance(value, np.generic) else value if tame else None


def true_gradients(program, operations, slope=complex_step):
    """{name of an input: the derivative of the output with respect to it}."""

    def along(name):
        def f(value):
            return run_program(program, program.inputs | {name: value}, operations)[program.output]

        return f

    with np.errstate(all="ignore"):
        return {name: float(slope(along(name), x)) for name, x in program.inputs.items()}


def true_second_derivatives(program, gradients):
    """{(a, b): the derivative, with respect to b, of the derivative with respect to a}.

    gradients: true_gradients, of a program alone.
    """
    found = {}
    for b, x in program.inputs.items():

        def slope(step, b=b, x=x):
            above, below = (
                gradients(at(program, program.inputs | {b: x + s})) for s in (step, -step)
            )
            return np.array([(above[a] - below[a]) / (2 * step) for a in program.inputs])

        h = 2**-10 * max(1, abs(x))
        column = (4 * slope(h) - slope(2 * h)) / 3  # leaves an error that shrinks like h**4
        found |= {(a, b): float(entry) for a, entry in zip(program.inputs, column, strict=True)}
    return found


def step_slopes(program, values, gradients):
    """For each step, its slope along each of its operands.

    values: what true_values returned; gradients: true_gradients, of a program alone.
    """
    found = []
    for op, operands in program.steps:
        places = [f"{i}" if isinstance(o, str) else o for i, o in enumerate(operands)]
        inputs = {i: values[o] for i, o in zip(places, operands, strict=True) if isinstance(i, str)}
        slopes = gradients(Program(inputs, ((op, tuple(places)),)))
        found.append([slopes.get(place, 0.0) for place in places])
    return found


def prune(inputs, steps):
    """The Program of the last step: without steps that it does not need, inputs named x, y, z."""
    needed = {f"#{len(steps) - 1}"}
    for k in reversed(range(len(steps))):
        if f"#{k}" in needed:
            needed.update(operand for operand in steps[k][1] if isinstance(operand, str))
    kept = [k for k in range(len(steps)) if f"#{k}" in needed]
    new = {f"#{k}": f"#{i}" for i, k in enumerate(kept)}
    new |= dict(zip([name for name in inputs if name in needed], INPUTS, strict=False))
    return Program(
        {new[name]: value for name, value in inputs.items() if name in needed},
        tuple((steps[k][0], tuple(new.get(o, o) for o in steps[k][1])) for k in kept),
    )


def all_programs(language, size):
    """Every program of `size` steps (1 or 2) with x, y, z and the constant 4.

    Those in which nothing is used twice come first: there, each gradient belongs to one operand.
    Left out are those with unused steps and those that differ from another one only in the names
    of their inputs.
    """

    def all_steps(results):
        variables = (*INPUTS, *results)
        for op, arity in language.arities.items():
            choices = [language.choices(op, i, variables, CONSTANTS[:1]) for i in range(arity)]
            for operands in itertools.product(*choices):
                if any(isinstance(operand, str) for operand in operands):
                    yield op, operands

    found = []
    for steps in itertools.product(*(all_steps([f"#{i}" for i in range(k)]) for k in range(size))):
        used = [operand for _, operands in steps for operand in operands if operand in INPUTS]
        met = list(dict.fromkeys(used))
        if met == list(INPUTS)[: len(met)] and used:
            program = prune(INPUTS, steps)
            found += [program] if len(program.steps) == size else []
    return sorted(found, key=repeats)


def repeats(program):
    """How many uses of inputs and results are not the first."""
    uses = [o for _, operands in program.steps for o in operands if isinstance(o, str)]
    return len(uses) - len(set(uses))


def random_program(rng, language, operations, size):
    """A random Program of at most `size` steps, every value of it tame.

    rng: a random.Random. Steps mostly build on the latest result, so that chains grow deep; one
    in five repeats an operand, and results are shared.
    """
    inputs = {name: pick(rng, VALUES) for name in INPUTS}
    known, paths, steps = dict(inputs), dict.fromkeys(inputs, 1), []
    for _ in range(10 * size):
        if len(steps) == size:
            break
        op = pick(rng, list(language.arities))
        operands = random_operands(rng, op, language, list(known))
        value = true_value(op, operands, known, operations)
        ways = sum(paths.get(operand, 1) for operand in operands)
        if value is not None and ways <= MOST_PATHS:
            known[f"#{len(steps)}"], paths[f"#{len(steps)}"] = value, ways
            steps.append((op, operands))
    return prune(inputs, steps) if steps else None


def random_operands(rng, op, language, variables):
    """Operands for one step: the first mostly the latest result, numbers on either side."""
    first = variables[-1] if rng.random() < 0.7 else pick(rng, variables)
    if op == "pow" and not (language.exponents and rng.random() < 0.3):
        return first, pick(rng, EXPONENTS)
    others = []
    for _ in range(language.arities[op] - 1):
        chance = rng.random()
        if chance < 0.2:
            others.append(first)
        elif chance < 0.4 and language.constants:
            others.append(pick(rng, CONSTANTS))
        else:
            others.append(pick(rng, variables))
    operands = [first, *others]
    return tuple(reversed(operands) if rng.random() < 0.5 else operands)


def pick(rng, choices):
    """One of `choices`; unlike rng.choice the same one on every version of Python."""
    return choices[int(rng.random() * len(choices))]


def chain(language, length):
    """A chain of `length` steps that stays tame, or None if there is no operation for one."""
    for op in ("add", "sub", "mul", "div", "neg", "relu", "abs"):
        if op in language.arities:
            rest = ("x",) * (language.arities[op] - 1)
            steps = [(op, ("x", *rest))] + [(op, (f"#{k}", *rest)) for k in range(length - 1)]
            return Program({"x": 1}, tuple(steps))
    return None


def shrink(program, fails, language, operations):
    """The smallest program that still fails and that small changes of `program` lead to.

    operations: {operation: its true function}.
    fails: a function of a Program. Each change leaves out steps, or replaces something by
    something simpler; the search starts again after each one that still fails.
    """

    def is_smaller(candidate):
        if weight(candidate, language) >= weight(program, language):
            return False
        return true_values(candidate, operations) is not None and fails(candidate)

    while smaller := next(filter(is_smaller, simpler(program, language)), None):
        program = smaller
    return program


def simpler(program, language):
    """Programs one change away from `program`, the largest changes first."""
    inputs, steps = program.inputs, program.steps
    for k in range(1, len(steps)):
        yield prune(inputs, steps[:k])  # an earlier step as the output
    for k, (_, operands) in enumerate(steps):  # without step k
        for operand in operands:
            if isinstance(operand, str):
                yield prune(inputs, [(o, replace(xs, f"#{k}", operand)) for o, xs in steps])
    for k, step in enumerate(steps):
        for other in other_steps(step, inputs, language):
            yield prune(inputs, [*steps[:k], other, *steps[k + 1 :]])
    for old, new in itertools.permutations(inputs, 2):
        yield prune(inputs, [(op, replace(operands, old, new)) for op, operands in steps])
    for name, value in itertools.product(inputs, VALUES):
        yield Program(inputs | {name: value}, steps)


def other_steps(step, inputs, language):
    """Steps that differ from `step` in one operand, in their order or in the operation."""
    op, operands = step
    for i, operand in enumerate(operands):
        for choice in language.choices(op, i, tuple(inputs)):
            if not isinstance(operand, str) or isinstance(choice, str):
                yield op, (*operands[:i], choice, *operands[i + 1 :])
    if op != "pow":
        yield op, operands[::-1]
        for other, arity in language.arities.items():
            if other != "pow" and arity == len(operands):
                yield other, operands


def replace(operands, old, new):
    """`operands` with `new` wherever `old` stood."""
    return tuple(new if operand == old else operand for operand in operands)


def weight(program, language):
    """How large a program is, to a reader: fewer steps first, then simpler ones."""
    ops = list(language.arities)
    operands = [operand for _, operands in program.steps for operand in operands]
    numbers = [operand for operand in operands if not isinstance(operand, str)]
    return (
        len(program.steps),
        sum(isinstance(operand, str) and operand.startswith("#") for operand in operands),
        len(program.inputs),
        len(numbers),
        sum(ops.index(op) for op, _ in program.steps),
        [list(program.inputs).index(o) if o in program.inputs else -1 for o in operands],
        [CONSTANTS.index(n) if n in CONSTANTS else 9 for n in numbers],
        [VALUES.index(value) for value in program.inputs.values()],
    )


def count_paths(program, name):
    """How many paths lead from an input to the output."""
    paths = {name: 1}
    for k, (_, operands) in enumerate(program.steps):
        paths[f"#{k}"] = sum(paths.get(operand, 0) for operand in operands)
    return paths[program.output]


def as_nodes(program, values):
    """The program as a graph of Nodes; return those of the inputs, {name: Node}, and the output.

    values: what true_values returned.
    """
    names = program.names()
    nodes = {name: Node(None, (), value, name) for name, value in program.inputs.items()}
    inputs = dict(nodes)
    for k, (op, operands) in enumerate(program.steps):
        made_from = [nodes.get(operand) or Node(None, (), operand) for operand in operands]
        nodes[f"#{k}"] = Node(op, tuple(made_from), values[f"#{k}"], names[f"#{k}"])
    return inputs, nodes[program.output]
