"""Measure what the array engine costs beside time: memory, import, and growth with the graph.

    python benchmarks/array_costs.py

- Memory: the peak of a gradient through 1,000 operations on arrays of 1 MB, as a multiple of the
  least that reverse mode needs: every result (np.sin) or none of them (x + 1).
- Import: how much `import autodiff_lib.arrays` takes beyond `import numpy`.
- Growth: the time per node of graphs of 1,000 to 1,000,000 nodes; the cost is linear if it is flat.

The results go to benchmarks/results/array_costs.md and .svg.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from autodiff_lib.arrays import grad  # noqa: E402

MEGABYTE = 131_072  # numbers in double precision


def peak_memory(step, operations=1_000):
    """Return the peak, in megabytes, of a gradient through this many steps."""

    def f(x):
        for _ in range(operations):
            x = step(x)
        return np.sum(x)

    x = np.full(MEGABYTE, 0.5)
    tracemalloc.start()
    grad(f)(x)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return peak


def import_milliseconds(rounds=15):
    """Return the median time of importing the engine after NumPy, each in a new process."""
    code = (
        "import time, numpy; start = time.process_time(); import autodiff_lib.arrays; "
        "print(time.process_time() - start)"
    )
    command = [sys.executable, "-c", code]
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp()  # compiled once, as on a reader's machine
    times = [
        float(subprocess.run(command, capture_output=True, cwd=HERE.parent, env=kept).stdout)
        for _ in range(rounds)
    ]
    return statistics.median(times) * 1e3


def microseconds_per_node(nodes):
    """Return the time of a gradient through a chain of this many operations, per operation."""

    def f(x):
        for _ in range(nodes // 2):
            x = x * 0.9999 + 0.0001
        return x

    times = []
    for _ in range(5):
        start = time.perf_counter()
        grad(f)(1.0)
        times.append(time.perf_counter() - start)
    return min(times) / nodes * 1e6


def plot(sizes, times, path):
    """Draw the time per node against the number of nodes."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    matplotlib.rcParams["svg.hashsalt"] = "array_costs"
    figure, axes = plt.subplots(figsize=(6, 3))
    axes.loglog(sizes, [n * t / 1e6 for n, t in zip(sizes, times, strict=True)], "o-")
    axes.loglog(sizes, [n * times[0] / 1e6 for n in sizes], "--", color="#6b7a90", label="linear")
    axes.set_xlabel("nodes")
    axes.set_ylabel("seconds for a gradient")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})


def main():
    sizes = [1_000, 10_000, 100_000, 1_000_000]
    times = [microseconds_per_node(n) for n in sizes]
    all_needed = peak_memory(np.sin) / 1_001
    none_needed = peak_memory(lambda x: x + 1.0) / 3.0  # the old value, the new one, a gradient
    lines = [
        "| cost | measured | at most |",
        "|---|---|---|",
        f"| memory, every result needed | {all_needed:.3f} of the ideal | 1.05 |",
        f"| memory, no result needed | {none_needed:.2f} of the ideal | 2 |",
        f"| import, beyond NumPy | {import_milliseconds():.1f} ms | 20 ms |",
        *(
            f"| one of {n:,} nodes, forward and back | {t:.2f} µs | |"
            for n, t in zip(sizes, times, strict=True)
        ),
    ]
    print("\n".join(lines))
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "array_costs.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    plot(sizes, times, HERE / "results" / "array_costs.svg")


if __name__ == "__main__":
    main()
