"""Plant single mistakes in the scalar engines, and see whether the reader's fuzzer names them.

Run as a script it plants all of them and prints, for each engine, how many were caught, how many
name the right operation and operand, and which escaped. The mistakes are made from the engines as
they are: every rule in their tables, every operator, every statement of their walks.

Left out: mistakes that change no number (add's two slopes swapped), and 05's product of matrices,
which takes no single numbers: the dot-product test looks after it.
"""

import ast
import copy
import importlib
import inspect
import sys
import time
import types
from dataclasses import dataclass

from autodiff_lib.graphs.operations import OPERATIONS
from autodiff_lib.teaching.fuzzing import causes, fuzz, programs

BASIC = ["add", "sub", "mul", "div", "pow", "neg", "exp", "log"]
ALL = [*BASIC, "sin", "cos", "tanh", "relu", "abs"]
OPS = {
    "symbolic": BASIC,
    "tape": ["add", "mul", "div", "square"],
    "overloading": BASIC,
    "functions": ["add", "sub", "mul", "neg", "relu", "square", "sum"],
    "paths": BASIC,
    "topological": ALL,
}
DIFFERENTIABLE = ("symbolic", "paths")  # their gradients are nodes
LINE = "{:12} planted {:4}  caught {:4}  of a rule or operator {:4}  named {:4}"
SAMPLES = ((3, 2), (2, 5), (0.5, 4))


@dataclass(frozen=True)
class Mistake:
    """One mistake: a name for the table, what plants it, and words that the report should hold."""

    engine: str
    name: str
    plant: object  # a function of the module, which it changes; or the module's tree, changed
    words: tuple = ()
    op: str | None = None  # whose graph of one operation may be the report, if building it fails


# ---- how the engines are fuzzed -----------------------------------------------------------------


def fuzz_engine(engine, module):
    """What the chapter that builds this engine asks of it."""
    options = {"graphs": 60, "chain": 0, "twice": True, "seconds": 20}

    def stored(output, inputs):
        output.backward()
        return [x.gradient for x in inputs]

    def nodes(output, inputs):
        return [output.grad(x) for x in inputs]

    if engine == "symbolic":

        def renewed(output, inputs):
            output.forward()
            return nodes(output, inputs)

        def change(x, number):
            x.value = number

        options |= {"second": True, "unused": True, "change": change}
        return fuzz(module.Tensor, renewed, BASIC, **options)
    if engine == "tape":
        return fuzz_tape(module, options)
    if engine == "overloading":
        return fuzz(module.Number, stored, BASIC, kept=True, exponents=True, **options)
    if engine == "functions":
        total = (lambda a: a.sum(), lambda a: a)
        return fuzz(module.Variable, stored, OPS[engine][:-1], kept=True, sum=total, **options)
    if engine == "paths":
        options |= {"second": True, "unused": True, "exponents": True}
        return fuzz(module.Tensor, nodes, BASIC, backward=module.Tensor.backward, **options)
    options |= {"unused": True, "kept": True, "exponents": True}
    return fuzz(module.Node, lambda o, inputs: module.grad(o, *inputs), ALL, **options)


def fuzz_tape(module, options):
    """As fuzz_engine: every node is written onto a tape that starts with x."""
    tapes = []

    def variable(number, name):
        if name == "x":
            tapes.append(module.Tape())
        return module.Leaf(tapes[-1], number, name)

    def gradients(output, inputs):
        tapes[-1].forward()
        tapes[-1].backward(output)
        return [leaf.gradient for leaf in inputs]

    def change(leaf, number):
        leaf.number = number

    def on_tape(kind):
        return lambda *operands: kind(tapes[-1], *operands)

    kinds = {op: on_tape(kind) for op, kind in classes(module).items() if op in OPS["tape"]}
    options |= {"constants": False, "unused": True, "change": change}
    return fuzz(variable, gradients, [], **options, **kinds)


# ---- mistakes in rules --------------------------------------------------------------------------


def classes(module):
    """{op: class}, for engines with a class for each operation."""
    found = [c for c in vars(module).values() if isinstance(c, type)]
    return {c.op: c for c in found if isinstance(getattr(c, "op", None), str)}


def wrong_slopes(arity):
    """{name: (place or None, a function of the slopes and of `one`)}, `one` being slope 1."""
    found = {}
    for i in range(arity):
        changes = {
            "sign": lambda s, one: -s,
            "doubled": lambda s, one: 2 * s,
            "tripled": lambda s, one: 3 * s,
            "halved": lambda s, one: 0.5 * s,
            "lost": lambda s, one: 0 * s,
            "one more": lambda s, one: s + one,
            "one": lambda s, one: one,
        }
        for name, change in changes.items():
            found[f"{name}, operand {i + 1}"] = (i, at_place(i, change))
        if arity == 2:
            found[f"the other's, operand {i + 1}"] = (
                i,
                lambda slopes, one, i=i: [slopes[1 - i]] * 2,
            )
    if arity == 2:
        found["swapped"] = (None, lambda slopes, one: slopes[::-1])
    return found


def at_place(i, change):
    """A function of slopes and `one` that changes the slope at place i."""
    return lambda slopes, one: [change(s, one) if j == i else s for j, s in enumerate(slopes)]


WRONG_VALUES = {
    "sign": lambda f: lambda *xs: -f(*xs),
    "one more": lambda f: lambda *xs: f(*xs) + 1,
    "doubled": lambda f: lambda *xs: 2 * f(*xs),
    "operands swapped": lambda f: lambda *xs: f(*xs[::-1]),
    "first operand": lambda f: lambda *xs: xs[0],
}


def true_slopes(op, numbers):
    """The right slopes, to leave out mistakes that are none."""
    names = ["x", "y"][: len(numbers)]
    program = programs.Program(dict(zip(names, numbers, strict=True)), ((op, tuple(names)),))
    truths = {op: OPERATIONS[op].value} if op in OPERATIONS else {op: lambda a: a}
    return list(programs.true_gradients(program, truths).values())


def arity(op):
    return OPERATIONS[op].spelling.count("{}") if op in OPERATIONS else 1


def rule_mistakes(engine, module):
    """Mistakes in the value and the slopes of every operation that the engine has a rule for."""
    has_rule = getattr(module, "RULES", None) or classes(module)
    for op in (op for op in OPS[engine] if op in has_rule):
        numbers = [sample[: arity(op)] for sample in SAMPLES]
        for name, (place, change) in wrong_slopes(arity(op)).items():
            if engine == "symbolic" and op == "pow" and place != 0:
                continue  # its exponents are numbers
            rights = [true_slopes(op, xs) for xs in numbers]
            if all(agree(change(list(s), 1.0), s) for s in rights):
                continue
            words = (f"The slopes of {op} along its two operands are swapped.",)
            if place is not None:
                words = (f"slope of {op} along {causes.SIDES[arity(op)][place]}",)
            plant = plant_slopes(engine, op, change)
            yield Mistake(engine, f"slope of {op}: {name}", plant, words)
        value = OPERATIONS[op].value if op in OPERATIONS else (lambda a: a)
        for name, change in WRONG_VALUES.items():
            if all(agree([change(value)(*xs)], [value(*xs)]) for xs in numbers):
                continue
            words = (f"The value of {op} is wrong.",)
            yield Mistake(engine, f"value of {op}: {name}", plant_value(op, change), words)
        if engine in DIFFERENTIABLE and op not in ("add", "sub", "neg"):
            words = (f"what {op} sends back",)
            yield Mistake(engine, f"second derivative of {op}: lost", plant_detached(op), words)


def agree(a, b):
    return all(abs(x - y) <= 1e-9 * max(1, abs(y)) for x, y in zip(a, b, strict=True))


def plant_slopes(engine, op, change):
    """A function of a module: its slopes of `op` are changed by change(slopes, one)."""

    def plant(module):
        if not hasattr(module, "RULES"):
            return plant_in_class(classes(module)[op], change)
        row = module.RULES[op]
        if engine == "symbolic":

            def slopes(*args):
                """The rule is linear in the derivatives of the operands: ask for one at a time."""
                operands, moves = args[: len(args) // 2], args[len(args) // 2 :]
                zero = module.Tensor(0)
                n = len(moves)
                parts = [
                    row.derivative(*operands, *[module.Tensor(int(j == i)) for j in range(n)])
                    for i in range(n)
                ]
                total = zero
                for slope, move in zip(change(parts, module.Tensor(1)), moves, strict=True):
                    total = total + slope * move
                return total

            module.RULES[op] = row._replace(derivative=slopes)
        elif callable(row):
            module.RULES[op] = lambda *xs: (row(*xs)[0], tuple(change(list(row(*xs)[1]), 1)))
        else:
            field = row._fields[1]
            mutant = {field: lambda *xs: tuple(change(list(row[1](*xs)), 1))}
            module.RULES[op] = row._replace(**mutant)

    return plant


def plant_in_class(kind, change):
    """Change the slopes of a class with `slopes`, or what its `backward` sends."""
    if "slopes" in vars(kind):
        right = kind.slopes
        kind.slopes = lambda self, *xs: tuple(change(list(right(self, *xs)), 1))
    else:
        right = kind.backward
        kind.backward = lambda self, *xs: tuple(change(list(right(self, *xs)), xs[-1]))


def plant_value(op, change):
    """A function of a module: its value of `op` is changed."""

    def plant(module):
        if not hasattr(module, "RULES"):
            kind = classes(module)[op]
            name = "compute" if "compute" in vars(kind) else "forward"
            right = getattr(kind, name)
            setattr(kind, name, lambda self, *xs: change(lambda *ys: right(self, *ys))(*xs))
            return
        row = module.RULES[op]
        if callable(row):
            value = change(lambda *xs: row(*xs)[0])
            module.RULES[op] = lambda *xs: (value(*xs), row(*xs)[1])
        else:
            module.RULES[op] = row._replace(value=change(row.value))

    return plant


def plant_detached(op):
    """A function of a module: what `op` sends back is right, and a constant."""

    def plant(module):
        row, constant = module.RULES[op], module.Tensor

        def detached(*args):
            found = row[1](*args)
            if isinstance(found, tuple):
                return tuple(constant(getattr(s, "value", s)) for s in found)
            return constant(found.value)

        module.RULES[op] = row._replace(**{row._fields[1]: detached})

    return plant


# ---- mistakes in operators ----------------------------------------------------------------------

DUNDERS = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "div", "pow": "pow"}
KINDS = {"symbolic": "Tensor", "overloading": "Number", "functions": "Variable", "paths": "Tensor"}
KINDS["topological"] = "Node"


def operator_mistakes(engine, module):
    """Each operator takes its operands in the other order, or is another operation."""
    if engine not in KINDS:
        return
    kind = getattr(module, KINDS[engine])
    for name, op in DUNDERS.items():
        if op not in OPS[engine]:
            continue
        for side in ("", "r"):
            method = f"__{side}{name}__"
            if not hasattr(kind, method):
                continue
            others = {f"__{side}{other}__" for other, o in DUNDERS.items() if o in OPS[engine]}
            if op in ("sub", "div", "pow"):
                others.add(f"__{'' if side else 'r'}{name}__")
            for other in sorted(others - {method}):
                if not hasattr(kind, other) or (engine, name) == ("symbolic", "pow") and side:
                    continue
                words = (f"The value of {op} is wrong.",)
                plant = plant_operator(KINDS[engine], method, other)
                yield Mistake(engine, f"{method} is {other}", plant, words, op)


def plant_operator(kind, method, other):
    def plant(module):
        found = getattr(module, kind)
        right = getattr(found, other)
        setattr(found, method, lambda self, operand: right(self, operand))

    return plant


# ---- mistakes in the walks ----------------------------------------------------------------------

WALKS = """receive backward add_paths sums_over_paths gradients grad results_first derivative
forward clear apply local_derivatives""".split()


def walk_mistakes(engine, tree):
    """Every change of one statement in the functions that walk a graph."""
    for function in [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]:
        if function.name not in WALKS or len(function.body) < 2:
            continue
        for k, node in enumerate(ast.walk(function)):
            for name, change in changes_of(node):
                mutant = copy.deepcopy(tree)
                copied = [n for n in ast.walk(mutant) if same_place(n, function)][0]
                change(list(ast.walk(copied))[k])
                label = f"{function.name}, line {getattr(node, 'lineno', '')}: {name}"
                yield Mistake(engine, label, ast.fix_missing_locations(mutant))


def same_place(node, function):
    return isinstance(node, ast.FunctionDef) and node.lineno == function.lineno


def become(node, other):
    """Make `node` the same as `other`."""
    node.__class__ = other.__class__
    node.__dict__ = dict(other.__dict__)


def changes_of(node):
    """(name, a function that changes the node in place) for each mistake at this node."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        if isinstance(node.target, ast.Attribute | ast.Subscript):
            yield "overwritten", lambda n: become(n, ast.Assign([n.target], n.value))
            yield "subtracted", lambda n: setattr(n, "op", ast.Sub())
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield "left factor alone", lambda n: become(n, n.left)
        yield "right factor alone", lambda n: become(n, n.right)
        yield "added", lambda n: setattr(n, "op", ast.Add())
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield "right summand alone", lambda n: become(n, n.right)
        yield "left summand alone", lambda n: become(n, n.left)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        if "require" not in ast.unparse(node):
            yield f"without {ast.unparse(node)}", lambda n: become(n, ast.Pass())
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
        yield f"without {ast.unparse(node)}", lambda n: become(n, ast.Pass())
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        if node.value in (0, 1):
            yield f"{node.value} is {node.value + 1}", change_constant
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "reversed":
        yield "not reversed", lambda n: become(n, n.args[0])
    if isinstance(node, ast.Slice) and node.step is not None:
        yield "not reversed", lambda n: setattr(n, "step", None)


def change_constant(node):
    node.value += 1


# ---- planting and counting ----------------------------------------------------------------------


def source_of(engine):
    return inspect.getsource(importlib.import_module(f"autodiff_lib.engines.{engine}"))


def build(engine, tree):
    """The engine as a new module, made from its tree."""
    module = types.ModuleType(f"planted_{engine}")
    exec(compile(tree, f"<planted {engine}>", "exec"), vars(module))
    return module


def mistakes(engine):
    """All mistakes that can be planted in this engine."""
    tree = ast.parse(source_of(engine))
    module = build(engine, tree)
    return [
        *rule_mistakes(engine, module),
        *operator_mistakes(engine, module),
        *walk_mistakes(engine, tree),
        *present_values(engine),
    ]


def present_values(engine):
    """Slopes from the operands' present values, where those of the run are kept."""
    source, kept = source_of(engine), "*node.operand_values"
    if kept in source:
        present = source.replace(kept, "*[operand.value for operand in node.operands]")
        yield Mistake(engine, "present values", ast.parse(present), ("set afterwards",))


def try_mistake(mistake):
    """The report of the fuzzer on the engine with this mistake."""
    planted = mistake.plant if isinstance(mistake.plant, ast.AST) else None
    module = build(mistake.engine, planted or ast.parse(source_of(mistake.engine)))
    if not planted:
        mistake.plant(module)
    return fuzz_engine(mistake.engine, module)


def names_it(mistake, report):
    """Whether the report says which operation and operand are at fault."""
    if mistake.op and "building it ended with" in report.text:
        return [op for op, _ in report.program.steps] == [mistake.op]
    return not report and all(word in report.text for word in mistake.words)


def main(engines):
    """Print the table of these engines, or of all."""
    total = [0, 0, 0, 0]
    for engine in engines or OPS:
        start = time.time()
        reports = [(mistake, try_mistake(mistake)) for mistake in mistakes(engine)]
        caught = [(mistake, report) for mistake, report in reports if not report]
        nameable = [(mistake, report) for mistake, report in caught if mistake.words]
        named = [mistake for mistake, report in nameable if names_it(mistake, report)]
        counts = len(reports), len(caught), len(nameable), len(named)
        total = [a + b for a, b in zip(total, counts, strict=True)]
        print(LINE.format(engine, *counts), f"{time.time() - start:5.0f} s", flush=True)
        for mistake, report in reports:
            if report:
                print(f"    escaped: {mistake.name}")
            elif mistake.words and mistake not in named:
                print(f"    not named: {mistake.name}: {report.text.splitlines()[-1]}")
    print(LINE.format("all", *total))


if __name__ == "__main__":
    main(sys.argv[1:])
