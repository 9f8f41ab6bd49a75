"""Measure what the array engine costs beside time: memory, import, and growth with the graph.

    python benchmarks/array_costs.py

- Memory: the peak of a gradient through 1,000 operations on arrays of 1 MB, as a multiple of the
  least that reverse mode needs: every result (np.sin) or none of them (x + 1).
- Import: how much `import autodiff_lib.arrays` takes beyond `import numpy`.
- Growth: the time per node of graphs of 1,000 to 1,000,000 nodes; the cost is linear if it is flat.
- Building: how many gradients it takes to trace, simplify, write and compile a gradient program.

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

from autodiff_lib.arrays import grad, gradient_program  # noqa: E402
from autodiff_lib.pictures import cost_curve  # noqa: E402

PAGE = """# What the array engine costs beside time

{table}

![Plot: the seconds that a gradient takes, for graphs of 1,000 to 1,000,000 nodes](array_costs.svg)

Memory is the peak of a gradient through 1,000 operations on arrays of 1 MB, as a multiple of the
least that reverse mode needs: every result (`np.sin`), or none of them (`x + 1`), which leaves a
value, the next one and a gradient. Import is the median of 15 new processes, growth the best of 5
gradients of a chain of single numbers. Building is the best of 3, as a multiple of a gradient of
the same chain (sines, products and sums of single numbers), and, of 20 sines of 50,000 numbers,
its peak of memory.

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
    kept["OPENBLAS_NUM_THREADS"] = "1"  # NumPy's other thread, waiting for work, counts as well
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


def best_seconds(run, rounds=3):
    """Return the least time of several runs."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def gradients_to_build(operations):
    """Return the time of building the program of a chain, as a multiple of its gradient's."""

    def f(x):
        for _ in range(operations // 4):
            x = np.sin(x) * 1.01 + x * 0.1
        return x

    built = best_seconds(lambda: gradient_program(f, 0.5))
    return built / best_seconds(lambda: grad(f)(0.5), 5)


def building_memory():
    """Return the peak of memory while a program is built, as a multiple of a gradient's."""

    def f(x):
        for _ in range(20):
            x = np.sin(x) * 1.01
        return np.sum(x)

    x, peaks = np.ones(50_000), []
    for run in (grad(f), lambda x: gradient_program(f, x)):
        run(x)
        tracemalloc.start()
        run(x)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return peaks[1] / peaks[0]


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
        *(
            f"| building a program of {n:,} steps | {gradients_to_build(n):.0f} gradients | 25 |"
            for n in (1_000, 4_000, 16_000)
        ),
        f"| memory while building | {building_memory():.2f} of a gradient's | 2 |",
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
