"""Time gradients of the array engine beside its peers, as multiples of hand-written ones.

    python benchmarks/array_engine.py                        every workload, 9 rounds
    python benchmarks/array_engine.py mlp gmm --rounds 21    some workloads
    python benchmarks/array_engine.py --peers eager program  some peers

Peers are installed for benchmarks only (benchmarks/requirements.txt), here or for another Python
that the environment variable PEERS_PYTHON names; one that is missing is left out. Each runs in its
own process with one thread. In every round each peer takes its turn, so that whatever else the
machine does hits all of them; the table shows the median over rounds of a peer's time divided by
the hand-written gradient's in the same round. All gradients are compared with the hand-written one
before a time is believed. The results go to benchmarks/results/array_engine.md and .svg, which
README.md shows.

All processes first allocate and free 32 MB: the C library then keeps large arrays for reuse
instead of giving their memory back to the system each time, which is up to 3 times faster.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
PYTHON = os.environ.get("PEERS_PYTHON", sys.executable)
PEERS = ["eager", "program", "autograd", "mygrad", "torch", "micrograd", "jax"]
sys.path[:0] = [str(HERE), str(HERE.parent)]

from array_workloads import load  # noqa: E402

WORKLOADS = {  # name: what the table calls it, targets of (eager, program)
    "mlp": ("MLP 64-128-64-10, batch 128", 1.15, 1.0),
    "elementwise_1e3": ("elementwise, n = 1,000", 1.7, 1.0),
    "elementwise_1e5": ("elementwise, n = 100,000", 1.15, 0.9),
    "elementwise_1e6": ("elementwise, n = 1,000,000", 1.15, 0.9),
    "logistic": ("logistic regression 100,000 x 50", 1.05, 1.0),
    "gmm": ("Gaussian mixture (ADBench)", 1.35, 1.0),
    "lstm": ("LSTM (ADBench)", None, 1.1),
    "bundle_adjustment": ("bundle adjustment (ADBench)", None, 1.1),
    "mlp_hvp": ("Hessian-vector product, the MLP", 1.8, 1.1),
    "rosenbrock_hvp": ("Hessian-vector product, Rosenbrock n = 1,000", 8.0, 1.0),
    "chain": ("scalar chain, 100,000 nodes", None, 1.5),
    "random_graph": ("scalar random graph, 100,000 nodes", None, 1.5),
    "moons": ("scalar MLP, 100 moons", None, 1.5),
}
ONE_THREAD = {
    name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")
} | {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}


def work(peer, workload):
    """Serve one peer and one workload: a line in, a line out, until the input ends."""
    from array_workloads.peers import PEERS

    np.empty(4_000_000)  # 32 MB, see above
    xp, differentiate = PEERS[peer]()
    made = load(workload)(xp)
    f, gradient = differentiate(made)
    result = gradient()
    found = [np.asarray(g, float).tolist() for g in (result if made.direction else result[1])]
    repeats = calibrate(gradient)
    print(json.dumps({"gradient": found}), flush=True)
    for line in sys.stdin:
        chosen, times = (gradient if line.strip() == "gradient" else f), []
        for _ in range(repeats):
            start = time.perf_counter()
            chosen()
            times.append(time.perf_counter() - start)
        print(json.dumps({"seconds": statistics.median(times)}), flush=True)


def calibrate(function, seconds=0.1):
    """Return how many calls take about this long; runs it warm on the way."""
    times = []
    while len(times) < 3 and sum(times) < 1.0:
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return max(1, min(2000, round(seconds / min(times))))


class Worker:
    """A peer in a process of its own."""

    def __init__(self, peer, workload):
        command = [PYTHON, __file__, "--worker", peer, workload]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=os.environ | ONE_THREAD,
        )  # fmt: skip
        line = self.process.stdout.readline()
        self.gradient = json.loads(line)["gradient"] if line else None
        if not line:
            errors = self.process.stderr.read().strip().splitlines() or ["no answer"]
            self.error = errors[-1][:90]

    def time(self, what):
        """Return the seconds that one call takes."""
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())["seconds"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)


def measure(workload, peers, rounds):
    """Return {peer: multiple of hand} and more, from paired rounds."""
    workers, errors = {}, {}
    for peer in dict.fromkeys(["hand", *peers]):
        worker = Worker(peer, workload)
        if worker.gradient is None:
            errors[peer] = worker.error
        else:
            workers[peer] = worker
    for peer, worker in workers.items():
        for one, other in zip(worker.gradient, workers["hand"].gradient, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-9, err_msg=peer)
    seconds = {peer: [] for peer in workers}
    own = []
    for _ in range(rounds):
        for peer, worker in workers.items():
            seconds[peer].append(worker.time("gradient"))
        own.append(workers["hand"].time("function"))
    for worker in workers.values():
        worker.close()
    hand = seconds["hand"]
    ratios = {
        peer: statistics.median(a / b for a, b in zip(times, hand, strict=True))
        for peer, times in seconds.items()
    }
    eager = seconds.get("eager", hand)
    return {
        "milliseconds": statistics.median(hand) * 1e3,
        "ratios": ratios,
        "errors": errors,
        "gradient_over_function": statistics.median(a / b for a, b in zip(eager, own, strict=True)),
    }


def describe(workload, result):
    """Return one line of text for the terminal."""
    cells = "  ".join(f"{peer} {ratio:.2f}" for peer, ratio in result["ratios"].items())
    errors = "".join(f"\n{'':20s}{peer}: {text}" for peer, text in result["errors"].items())
    return (
        f"{workload:18s} {result['milliseconds']:9.3f} ms  {cells}  "
        f"| eager / f {result['gradient_over_function']:.2f}{errors}"
    )


def table(results):
    """Return the results as Markdown; a target that is missed is marked with its number."""
    lines = [
        "| work | by hand, ms | " + " | ".join(PEERS) + " | eager / f |",
        "|---" * (len(PEERS) + 3) + "|",
    ]
    for workload, result in results.items():
        name, *targets = WORKLOADS[workload]
        cells = []
        for peer in PEERS:
            ratio = result["ratios"].get(peer)
            target = dict(zip(("eager", "program"), targets, strict=True)).get(peer)
            cell = "-" if ratio is None else f"{ratio:.3g}" if ratio < 100 else f"{ratio:.0f}"
            cells.append(cell + (f" (> {target})" if ratio and target and ratio > target else ""))
        cells.append(f"{result['gradient_over_function']:.1f}")
        lines.append(f"| {name} | {result['milliseconds']:.3g} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def plot(results, path):
    """Draw the ratios, one row of marks per workload, on a logarithmic axis."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    matplotlib.rcParams["svg.hashsalt"] = "array_engine"
    figure, axes = plt.subplots(figsize=(9, 0.45 * len(results) + 1.2))
    for peer, marker in zip(PEERS, "osv^D<x", strict=True):
        points = [
            (result["ratios"][peer], -row)
            for row, result in enumerate(results.values())
            if peer in result["ratios"]
        ]
        if points:
            axes.plot(*zip(*points, strict=True), marker, label=peer, alpha=0.85)
    axes.axvline(1.0, color="#6b7a90", linewidth=1)
    axes.set_xscale("log")
    axes.set_yticks([-row for row in range(len(results))], [WORKLOADS[w][0] for w in results])
    axes.set_xlabel("time, as a multiple of the gradient written by hand (less is better)")
    axes.grid(alpha=0.3)
    axes.legend(ncols=len(PEERS), loc="lower center", bbox_to_anchor=(0.4, 1.0), frameon=False)
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--peers", nargs="*", default=PEERS)
    parser.add_argument("--worker", nargs=2)
    options = parser.parse_args()
    if options.worker:
        return work(*options.worker)
    results = {}
    for workload in options.workloads or WORKLOADS:
        results[workload] = measure(workload, options.peers, options.rounds)
        print(describe(workload, results[workload]), flush=True)
    if not options.workloads and options.peers == PEERS:
        (HERE / "results").mkdir(exist_ok=True)
        (HERE / "results" / "array_engine.md").write_text(table(results), encoding="utf-8")
        plot(results, HERE / "results" / "array_engine.svg")


if __name__ == "__main__":
    main()
