"""Time gradients of the array engine beside its peers, as multiples of hand-written ones.

    python3 run.py bench array_engine                        every workload, 9 rounds
    python3 run.py bench array_engine mlp gmm --rounds 21    some workloads: their rows are renewed
    python3 run.py bench array_engine --peers eager torch    some peers: printed, not stored
    python3 run.py bench array_engine --report               no timing: write the page again

The peers are pinned in benchmarks/requirements.txt, and the command installs them. To use those of
another Python, give its path in the environment variable PEERS_PYTHON. A peer that is missing,
fails, or has no gradient after 60 seconds (LIMIT: importing, tracing and compiling included) is
left out, and a note below the table says why.

Each runs in its own process with one thread. In every round each takes its turn, so that whatever
else the machine does hits all of them; the table shows the median over rounds of a peer's time
divided by the hand-written gradient's in the same round. A gradient that differs from the one by
hand is not timed. The numbers go to benchmarks/results/array_engine.json; the page (.md), the plot
(.svg) and README.md's section are made from that file.

All processes, the one by hand too, first allocate and free 32 MB: the C library then keeps large
arrays for reuse instead of giving their memory back to the system each time, which is up to 3
times faster.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
PYTHON = os.environ.get("PEERS_PYTHON") or sys.executable
LIMIT = 60  # seconds until a process has answered with its first gradient
sys.path[:0] = [str(HERE), str(HERE.parent)]

from array_workloads import load, report  # noqa: E402

ONE_THREAD = {
    name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")
} | {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"}
SLOW = {  # what a peer does before its first gradient
    "jax": "it compiles the whole program first, with all its loops unrolled",
    "program": "it traces and simplifies the whole program first",
    "plain": "it traces and simplifies the whole program first",
}


def work(peer, workload):
    """Serve one peer and one workload: a line in, a line out, until the input ends."""
    try:
        serve(peer, workload)
    except Exception as error:
        answer(missing=explain(peer, error))


def serve(peer, workload):
    """Answer with the gradient; then, for each line that names a function, with its time."""
    from array_workloads.peers import PEERS

    np.empty(4_000_000)  # 32 MB, see above
    xp, differentiate = PEERS[peer]()
    made = load(workload)(xp)
    f, gradient, result, building = build(differentiate, made)
    found = [np.asarray(g, float).tolist() for g in (result if made.direction else result[1])]
    answer(gradient=found, versions=versions(peer), building=building)
    functions, repeats = {"gradient": gradient, "function": f}, {}
    for line in sys.stdin:
        function, times = functions[line.strip()], []
        repeats[function] = repeats.get(function) or calibrate(function)
        for _ in range(repeats[function]):
            start = time.perf_counter()
            function()
            times.append(time.perf_counter() - start)
        answer(seconds=statistics.median(times))


def build(differentiate, made, seconds=2.0):
    """Return f, its gradient, what that gives, and the least time until it did, of up to three."""
    times = []
    while len(times) < 3 and sum(times) < seconds:
        start = time.perf_counter()
        f, gradient = differentiate(made)
        result = gradient()
        times.append(time.perf_counter() - start)
    return f, gradient, result, min(times)


def answer(**content):
    """Write one line for the other side to read."""
    print(json.dumps(content), flush=True)


def explain(peer, error):
    """Return the sentence that says why there is no gradient."""
    name = report.PEERS.get(peer, peer)
    if isinstance(error, ModuleNotFoundError):
        return f"{name} is not installed."
    if isinstance(error, NotImplementedError):
        return f"{name} {error}."
    if isinstance(error, RecursionError):
        return f"{name} walks the graph by recursion, deeper than Python allows."
    if isinstance(error, MemoryError):
        return f"{name} needs more memory than there is."
    first = (str(error).strip().splitlines() or ["no message"])[0]
    return f"{name} fails with {type(error).__name__}: {first:.90}."


def versions(peer):
    """Return {what: its version} of what a process runs on."""
    found = {"Python": platform.python_version(), "NumPy": np.__version__}
    if peer not in ("hand", *report.SERIES):
        found[report.PEERS[peer].partition(" ")[0]] = importlib.metadata.version(peer)
    return found


def calibrate(function, seconds=0.1):
    """Return how many calls take about this long; runs it warm on the way."""
    times = []
    while len(times) < 3 and sum(times) < 1.0:
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return max(1, min(2000, round(seconds / min(times))))


class Worker:
    """A peer in a process of its own. `missing` is the sentence that says why it is left out."""

    def __init__(self, peer, workload, limit=LIMIT):
        command = [PYTHON, __file__, "--worker", peer, workload]
        self.peer = peer
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=os.environ | ONE_THREAD,
        )  # fmt: skip
        first = self.read(limit)
        self.missing = first.get("missing")
        self.gradient, self.versions = first.get("gradient"), first.get("versions", {})
        self.building = first.get("building")
        if self.missing:
            self.close()

    def read(self, limit=None):
        """Return the next answer. A process without one after `limit` seconds is killed."""
        timer = threading.Timer(limit or 10 * LIMIT, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        in_time = timer.is_alive()
        timer.cancel()
        if line:
            return json.loads(line)
        name = report.PEERS.get(self.peer, self.peer)
        if in_time:
            return {"missing": f"{name}'s process ended without an answer."}
        why = f": {SLOW[self.peer]}" if self.peer in SLOW else ""
        return {"missing": f"{name} had no gradient after {limit} s and was stopped{why}."}

    def time(self, what):
        """Return the seconds that one call takes."""
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self.read()["seconds"]

    def close(self):
        """End the process, whatever it does."""
        self.process.kill()
        self.process.communicate()


def measure(workload, peers, rounds, limit=LIMIT):
    """Return the row of a workload: multiples of the time by hand, from paired rounds."""
    started = {peer: Worker(peer, workload, limit) for peer in ("hand", *peers)}
    hand = started["hand"]
    if hand.missing:
        raise RuntimeError(hand.missing)
    for worker in started.values():
        if not worker.missing and not agree(worker.gradient, hand.gradient):
            worker.missing = f"{report.PEERS[worker.peer]}'s gradient differs from the one by hand."
            worker.close()
    running = {peer: worker for peer, worker in started.items() if not worker.missing}
    try:
        seconds, own = take_turns(running, rounds)
    finally:
        for worker in running.values():
            worker.close()
    return {
        "milliseconds": statistics.median(seconds["hand"]) * 1e3,
        "rounds": rounds,
        "ratios": {p: ratio(seconds[p], seconds["hand"]) for p in peers if p in running},
        "missing": {p: worker.missing for p, worker in started.items() if worker.missing},
        "over_function": {p: ratio(seconds[p], own) for p in report.OURS if p in running},
        "building": in_gradients(running, seconds),
        "machine": machine(),
        "versions": {k: v for worker in running.values() for k, v in worker.versions.items()},
    }


def in_gradients(workers, seconds):
    """Return what it takes to have a first gradient, in gradients of the eager engine."""
    if "eager" not in seconds:
        return {}
    one = statistics.median(seconds["eager"])
    return {peer: workers[peer].building / one for peer in report.BUILDERS if peer in workers}


def take_turns(workers, rounds):
    """Return {peer: seconds of its gradient in each round}, and those of f on plain arrays."""
    seconds, own = {peer: [] for peer in workers}, []
    for _ in range(rounds):
        own.append(workers["hand"].time("function"))
        for peer, worker in workers.items():
            seconds[peer].append(worker.time("gradient"))
    return seconds, own


def agree(one, other):
    """Tell whether two gradients are the same but for rounding."""
    same = len(one) == len(other) and all(
        np.shape(a) == np.shape(b) for a, b in zip(one, other, strict=True)
    )
    return same and all(
        np.allclose(a, b, rtol=1e-6, atol=1e-9) for a, b in zip(one, other, strict=True)
    )


def ratio(times, others):
    """Return the median of the ratios, round by round."""
    return statistics.median(a / b for a, b in zip(times, others, strict=True))


def machine():
    """Return the processor, how many cores there are and the system, in a few words."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{name}, {os.cpu_count()} cores, {platform.system()}"


def describe(workload, row):
    """Return one line of text for the terminal, and one for each peer that is left out."""
    cells = "  ".join(f"{peer} {report.number(x)}" for peer, x in row["ratios"].items())
    over = "  ".join(f"{peer} / f {report.number(x)}" for peer, x in row["over_function"].items())
    missing = "".join(f"\n{'':20}{sentence}" for sentence in row["missing"].values())
    return f"{workload:18} {row['milliseconds']:9.3f} ms  {cells}  | {over}{missing}"


def store(results, folder=RESULTS):
    """Add rows to the stored ones; write the page and the plot from all of them."""
    from array_workloads.picture import plot

    folder.mkdir(exist_ok=True)
    file = folder / "array_engine.json"
    results = report.in_order({**report.read(file), **results})
    file.write_text(json.dumps(results, indent=1) + "\n", "utf-8", newline="\n")
    page = report.page(results)
    (folder / "array_engine.md").write_text(page, "utf-8", newline="\n")
    plot(results, folder / "array_engine.svg")


def main():
    from autodiff_lib.tools import readme

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", help=", ".join(report.WORKLOADS))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--peers", nargs="*", choices=list(report.PEERS), default=[])
    parser.add_argument("--report", action="store_true")
    options = parser.parse_args()
    for workload in options.workloads:
        if workload not in report.WORKLOADS:
            parser.error(f"no workload {workload!r}; there are: {', '.join(report.WORKLOADS)}")
    for workload in [] if options.report else options.workloads or report.WORKLOADS:
        row = measure(workload, options.peers or list(report.PEERS), options.rounds)
        print(describe(workload, row), flush=True)
        if not options.peers:
            store({workload: row})
    if options.report:
        store({})
    readme.update()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        work(*sys.argv[2:])
    else:
        main()
