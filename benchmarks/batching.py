"""Measure how many times as fast as a loop over the examples `vmap` is, and gradient programs.

    python benchmarks/batching.py

The numbers go to benchmarks/results/batching.json, which chapter 15 draws: record it afterwards.
The loop calls `grad` for each example; so does a loop with the program of one example. A call of
`vmap` traces anew, so it takes longer than a loop over a few examples. A layer's gradients are
large: a loop may keep them all, or only add them up, and both are measured. What is measured is
the processor's time on one core, so that other programs on the machine matter less.
"""

import json
import os
import sys
from pathlib import Path
from time import process_time

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read when NumPy is imported

import numpy as np  # noqa: E402

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from array_engine import machine  # noqa: E402

from autodiff_lib.arrays import grad, gradient_program, vmap  # noqa: E402

ROUNDS = 31
IN_AXES = (None, 0, 0)


def flat_loss(w, x, y):
    """How wrong three weights are about one flat, squared."""
    return (np.sum(w * x) - y) ** 2


def layer_loss(w, x, y):
    """How wrong a layer of 300 x 300 weights is about one example."""
    return np.sum((w @ x - y) ** 2)


def seconds(f):
    """The time of one call."""
    start = process_time()
    f()
    return process_time() - start


def compare(loss, w, xs, ys, collect=list):
    """{who: the loop's time, divided by its own}, the least of ROUNDS calls, which take turns.

    collect: what a loop does with its gradients: list keeps them, sum adds them up
    """

    def loop(gradient):
        return collect(gradient(w, x, y) for x, y in zip(xs, ys, strict=True))

    def mean_loss(w, xs, ys):
        return np.mean(vmap(loss, IN_AXES)(w, xs, ys))

    of_one = gradient_program(loss, w, xs[0], ys[0], plain=True)
    of_mean = gradient_program(mean_loss, w, xs, ys, plain=True)
    calls = {
        "loop": lambda: loop(grad(loss)),
        "program of one, in a loop": lambda: loop(of_one),
        "vmap: every gradient": lambda: vmap(grad(loss), IN_AXES)(w, xs, ys),
        "program of the mean: that alone": lambda: of_mean(w, xs, ys),
    }
    np.testing.assert_allclose(of_one(w, xs[0], ys[0]), grad(loss)(w, xs[0], ys[0]))
    np.testing.assert_allclose(calls["vmap: every gradient"]().mean(axis=0), of_mean(w, xs, ys))
    rounds = [{who: seconds(f) for who, f in calls.items()} for _ in range(ROUNDS)]
    least = {who: min(times[who] for times in rounds) for who in calls}
    loop_time = least.pop("loop")
    return {who: float(f"{loop_time / time:.3g}") for who, time in least.items()}


def main():
    rng = np.random.default_rng(15)
    w = np.array([30.0, 20.0, 10.0])
    rows = {}
    for n in (1, 10, 100, 1_000, 10_000):
        flats = rng.integers(1, 6, (n, 3)).astype(float)
        rows[f"{n:,} flat{'s' * (n > 1)}"] = compare(flat_loss, w, flats, flats @ w + 1.0)
    layer, xs = rng.normal(size=(300, 300)), rng.normal(size=(100, 300))
    rows["a layer, loop keeps 100"] = compare(layer_loss, layer, xs, xs + 1.0)
    rows["a layer, loop adds up 100"] = compare(layer_loss, layer, xs, xs + 1.0, sum)
    text = json.dumps({"machine": machine(), "numpy": np.__version__, "rows": rows}, indent=1)
    (HERE / "results" / "batching.json").write_text(text + "\n", "utf-8", newline="\n")
    print(text)


if __name__ == "__main__":
    main()
