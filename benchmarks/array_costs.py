"""Measure what the array engine costs beside time: memory, import, and growth with the graph.

    python benchmarks/array_costs.py

- Memory: the peak of a gradient through 1,000 operations on arrays of 1 MB, as a multiple of the
  least that reverse mode needs: every result (np.sin) or none of them (x + 1).
- Import: how much `import autodiff_lib.arrays` takes beyond `import numpy`.
- Growth: the time per node of graphs of 1,000 to 1,000,000 nodes; the cost is linear if it is flat.

The results go to benchmarks/results/array_costs.md and .svg.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from array_engine import machine  # noqa: E402

from autodiff_lib.arrays import grad  # noqa: E402
from autodiff_lib.pictures import cost_curve  # noqa: E402

PAGE = """# What the array engine costs beside time

{table}

![Plot: the seconds that a gradient takes, for graphs of 1,000 to 1,000,000 nodes](array_costs.svg)

Memory is the peak of a gradient through 1,000 operations on arrays of 1 MB, as a multiple of the
least that reverse mode needs: every result (`np.sin`), or none of them (`x + 1`), which leaves a
value, the next one and a gradient. Import is the median of 15 new processes, growth the best of 5
gradients of a chain of single numbers.

Measured on {machine}; Python {python}, NumPy {numpy}.
"""
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


def plot(sizes, times):
    """Return the picture of the time of a gradient against the number of nodes."""
    seconds = [n * t / 1e6 for n, t in zip(sizes, times, strict=True)]
    linear = [n * times[0] / 1e6 for n in sizes]
    return cost_curve(
        sizes, {"a gradient": seconds, "growing like the graph": linear}, "nodes", "seconds"
    )


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
    page = PAGE.format(
        table="\n".join(lines), machine=machine(), python=platform.python_version(),
        numpy=np.__version__,
    )  # fmt: skip
    (HERE / "results" / "array_costs.md").write_text(page, "utf-8", newline="\n")
    plot(sizes, times).save(HERE / "results" / "array_costs.svg")


if __name__ == "__main__":
    main()
