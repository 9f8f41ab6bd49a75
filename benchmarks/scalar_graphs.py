"""Time the engine of chapter 07 beside its peers on graphs of scalars, in one run, as ratios.

    python benchmarks/scalar_graphs.py                     all workloads, 5 rounds
    python benchmarks/scalar_graphs.py moons --rounds 9    one workload
    python benchmarks/scalar_graphs.py --targets           fail if a promised ratio is missed

Peers are installed for benchmarks only: pip install -r benchmarks/requirements.txt. One that is
missing, or that cannot do a workload, is reported as such and skipped.

Every engine runs the same program in a process of its own, with one thread. A process takes
several steps, as a training loop does, and reports their median: a step builds the graph, while
the last step's still has a name, as in micrograd's demo, and runs backward. A round runs every
engine once, one after the other, so that whatever else the machine does hits all of them; the
table gives the median over rounds of each peer's time divided by the engine's. All gradients are
compared before a ratio is believed.

Most of the difference is Python's garbage collector, so both sides of it are shown. The engine
runs inside its own `collector_paused()`, which it can afford because its graphs have no cycles;
micrograd runs as in its demo. Two more rows swap that: the engine with the collector running, and
micrograd without it, where each step's graph, full of cycles, is left for later.

Workloads
    moons   micrograd's own demo: 100 points, a 2-16-16-1 network of scalars with relu,
            max-margin loss and L2 regularisation; about 66,000 nodes
    random  a random graph of 100,000 operations, some 50 deep
    chain   100,000 operations, each on the result of the one before
"""

import argparse
import contextlib
import importlib
import json
import math
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

TARGETS = {("moons", "micrograd"): 10, ("random", "micrograd"): 4}
STEPS = {"moons": 9, "random": 3, "chain": 3}
TOLERANCE = 1e-8


# The engines: each makes inputs, spells relu, and returns the gradients of one output as floats.


def topological():
    from autodiff_lib.engines.topological import Node, collector_paused, grad

    return Node, lambda v: v.relu(), grad, collector_paused


def topological_collector_running():
    return topological()[:3]


def micrograd():
    from micrograd.engine import Value

    def backward(output, *inputs):
        for v in inputs:
            v.grad = 0
        output.backward()
        return [v.grad for v in inputs]

    return Value, lambda v: v.relu(), backward


def micrograd_collector_paused():
    from autodiff_lib.engines.topological import collector_paused

    return *micrograd(), collector_paused


def torch():
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)

    def backward(output, *inputs):
        gradients = torch.autograd.grad(output, inputs, allow_unused=True)
        return [0.0 if g is None else g.item() for g in gradients]

    def variable(value):
        return torch.tensor(value, dtype=torch.float64, requires_grad=True)

    return variable, torch.relu, backward


def mygrad():
    mg = importlib.import_module("mygrad")

    def backward(output, *inputs):
        output.backward()
        return [0.0 if v.grad is None else float(v.grad) for v in inputs]

    return mg.tensor, lambda v: mg.maximum(v, 0.0), backward


ENGINES = {
    "topological": topological,
    "topological, collector running": topological_collector_running,
    "micrograd": micrograd,
    "micrograd, collector paused": micrograd_collector_paused,
    "torch": torch,
    "mygrad": mygrad,
}


# The workloads: each makes a function step(variable, relu) -> (output, inputs).


def two_moons(count=100, noise=0.1):
    """Points on two interleaved half circles, and their labels -1 and 1."""
    numpy = importlib.import_module("numpy")
    rng = numpy.random.default_rng(1337)
    angle = numpy.linspace(0, math.pi, count // 2)
    upper = numpy.stack([numpy.cos(angle), numpy.sin(angle)], axis=1)
    lower = numpy.stack([1 - numpy.cos(angle), 0.5 - numpy.sin(angle)], axis=1)
    points = numpy.concatenate([upper, lower]) + rng.normal(0, noise, (count, 2))
    return points.tolist(), [-1.0] * (count // 2) + [1.0] * (count // 2)


def moons():
    points, labels = two_moons()
    rng = random.Random(1337)
    sizes = [2, 16, 16, 1]
    weights = [
        [([rng.uniform(-1, 1) for _ in range(n)], 0.0) for _ in range(m)]
        for n, m in zip(sizes, sizes[1:], strict=False)
    ]

    def step(variable, relu):
        layers = [[([variable(w) for w in ws], variable(b)) for ws, b in ls] for ls in weights]
        parameters = [p for layer in layers for ws, b in layer for p in (*ws, b)]
        losses = []
        for point, label in zip(points, labels, strict=True):
            x = [variable(v) for v in point]
            for layer in layers:
                x = [sum((w * v for w, v in zip(ws, x, strict=True)), b) for ws, b in layer]
                if layer is not layers[-1]:
                    x = [relu(v) for v in x]
            losses.append(relu(variable(label) * x[0] + 1.0))
        data_loss = sum(losses) * (1.0 / len(losses))
        return data_loss + 1e-4 * sum(p * p for p in parameters), parameters

    return step


def random_graph(operations=100_000, leaves=100):
    """Operations + - * on earlier results drawn at random, then a sum of all that nobody used.

    The second factor of * is an input below 1, so that no value outgrows a float.
    """
    rng = random.Random(1337)
    starts = [rng.uniform(-1, 1) for _ in range(leaves)]
    program, unused = [], dict.fromkeys(range(leaves))
    while len(program) + len(unused) <= operations:
        symbol, made = rng.choice("+-*"), leaves + len(program)
        a, b = rng.randrange(made), rng.randrange(leaves if symbol == "*" else made)
        program.append((symbol, a, b))
        unused.pop(a, None), unused.pop(b, None)
        unused[made] = None
    queue = list(unused)
    for i in range(0, 2 * len(unused) - 2, 2):
        queue.append(leaves + len(program))
        program.append(("+", queue[i], queue[i + 1]))

    def step(variable, relu):
        nodes = [variable(v) for v in starts]
        append = nodes.append
        for symbol, a, b in program:
            a, b = nodes[a], nodes[b]
            append(a + b if symbol == "+" else a - b if symbol == "-" else a * b)
        return nodes[-1], nodes[:leaves]

    return step


def chain(operations=100_000):
    def step(variable, relu):
        x, y = variable(0.5), variable(1.0001)
        node = x
        for i in range(operations):
            node = node - x if i % 2 else node * y
        return node, [x, y]

    return step


WORKLOADS = {"moons": moons, "random": random_graph, "chain": chain}


def measure(engine, workload):
    """In the worker: the median seconds of a step, the output and its gradients."""
    variable, relu, backward, *around = ENGINES[engine]()
    step = WORKLOADS[workload]()
    seconds = []
    for _ in range(STEPS[workload]):
        start = time.perf_counter()
        with around[0]() if around else contextlib.nullcontext():
            output, inputs = step(variable, relu)
            gradients = backward(output, *inputs)
        seconds.append(time.perf_counter() - start)
    return {"seconds": statistics.median(seconds), "gradients": gradients}


def worker(engine, workload):
    try:
        result = measure(engine, workload)
    except ImportError:
        result = {"problem": "not installed"}
    except RecursionError:
        result = {"problem": "fails: RecursionError"}
    print(json.dumps(result))


def run(engine, workload):
    """Measure one engine on one workload in a fresh process, with one thread."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, __file__, "--worker", engine, workload]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | threads)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
        return {"problem": "fails: " + lines[-1][:60]}
    return json.loads(done.stdout)


def compare(workload, rounds, engines):
    """Print one table; return the median ratio of each peer to the engine of chapter 07."""
    results = {engine: [] for engine in engines}
    for number in range(rounds):
        for engine in engines if number % 2 == 0 else reversed(engines):
            last = results[engine][-1:]
            if not (last and "problem" in last[0]):
                results[engine].append(run(engine, workload))
    ours = results["topological"]
    ratios = {}
    print(f"\n{workload}: median of {rounds} rounds\n{'':32}{'s a step':>9}{'ratio':>8}   range")
    for engine, measured in results.items():
        problem = measured[-1].get("problem") or disagreement(ours[0], measured[0])
        if problem:
            print(f"  {engine:30}  {problem}")
            continue
        paired = [m["seconds"] / o["seconds"] for m, o in zip(measured, ours, strict=True)]
        ratios[engine] = statistics.median(paired)
        seconds = statistics.median(m["seconds"] for m in measured)
        span = f"{min(paired):.1f} to {max(paired):.1f}"
        print(f"  {engine:30}{seconds:9.3f}{ratios[engine]:8.1f}   {span}")
    return ratios


def disagreement(ours, theirs):
    """A sentence if the gradients differ by more than rounding, else nothing."""
    pairs = zip(ours["gradients"], theirs["gradients"], strict=True)
    worst = max(abs(a - b) / max(1.0, abs(a)) for a, b in pairs)
    return None if worst < TOLERANCE else f"gradients differ by {worst:.1g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", metavar="moons, random, chain")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--targets", action="store_true", help="fail if a promise is missed")
    parser.add_argument("--worker", nargs=2, metavar=("ENGINE", "WORKLOAD"))
    options = parser.parse_args()
    if options.worker:
        return worker(*options.worker)
    engines = list(dict.fromkeys(["topological", *options.engines]))
    missed = []
    for workload in options.workloads or WORKLOADS:
        if workload not in WORKLOADS:
            parser.error(f"no workload {workload!r}: choose from {', '.join(WORKLOADS)}")
        ratios = compare(workload, options.rounds, engines)
        for (where, peer), target in TARGETS.items():
            if where == workload and peer in engines and ratios.get(peer, 0) < target:
                missed.append(f"{where}: {peer} / topological is below {target}")
    if options.targets and missed:
        sys.exit("\n" + "\n".join(missed))


if __name__ == "__main__":
    main()
