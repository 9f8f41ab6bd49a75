"""What things cost: times that this project's benchmarks recorded, and the memory of a call."""

import json
import math
import tracemalloc
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks" / "results"
FILE = RESULTS / "array_engine.json"
WORK = {
    "mlp": "network, 128 examples",
    "elementwise_1e3": "elementwise, 1,000",
    "elementwise_1e6": "elementwise, 1,000,000",
    "logistic": "logistic regression",
    "gmm": "Gaussian mixture",
    "lstm": "LSTM",
    "mlp_hvp": "the network's Hessian times v",
    "chain": "single numbers: a chain",
    "moons": "single numbers: two moons",
}
WHO = {
    "program": "gradient program",
    "plain": "plain program",
    "eager": "eager engine",
    "autograd": "autograd",
    "torch": "torch",
    "jax": "jax.jit",
}


def ratio(work, who):
    """Return the time that one of the benchmark's rows recorded: a multiple of that by hand."""
    return json.loads(FILE.read_text("utf-8"))[work]["ratios"][who]


def pays_from(work, who):
    """Return from which gradient on a program has cost less than the eager engine; None: never.

    Building it, with its first gradient, takes b gradients of the engine, each further one p: it
    pays from the first n on for which b + (n - 1) p < n.
    """
    row = json.loads(FILE.read_text("utf-8"))[work]
    built, each = row["building"][who], row["ratios"][who] / row["ratios"]["eager"]
    return math.floor((built - each) / (1 - each)) + 1 if each < 1 else None


def measured():
    """Return {work: {who: time divided by that of the gradient by hand}}, as recorded.

    Who could not do a piece of work is not in its row.
    """
    rows = json.loads(FILE.read_text("utf-8"))
    return {
        title: {name: rows[work]["ratios"][who] for who, name in WHO.items()
                if who in rows[work]["ratios"]}
        for work, title in WORK.items()
    }  # fmt: skip


def batched():
    """Return {batch: {who: how many times as fast as a loop over the examples}}, as recorded."""
    return json.loads((RESULTS / "batching.json").read_text("utf-8"))["rows"]


def peak_megabytes(f, *arguments):
    """Return the most memory that f(*arguments) holds at a time, its result included.

    In MB of a million bytes, rounded to whole ones: smaller parts depend on Python's version.
    """
    tracemalloc.start()
    try:
        f(*arguments)
        return round(tracemalloc.get_traced_memory()[1] / 1e6)
    finally:
        tracemalloc.stop()
