"""What the benchmark of the array engine says: a table, a plot and a paragraph, made from its
numbers alone (results/array_engine.json), so that none of them can disagree with the others.
"""

import json
import textwrap

OURS = ("program", "eager")  # what the text is about
SERIES = (*OURS, "plain")
BUILDERS = ("program", "plain", "jax")  # what builds something before its first gradient
PEERS = {  # what the table calls them
    "eager": "eager engine",
    "program": "gradient program",
    "plain": "plain program",
    "autograd": "autograd",
    "mygrad": "MyGrad",
    "torch": "torch",
    "micrograd": "micrograd",
    "jax": "JAX (jit)",
}
WORKLOADS = {  # name: what the table calls it, the most that (eager, program) should take
    "mlp": ("MLP 64-128-64-10, batch 128", 1.15, 1.0),
    "elementwise_1e3": ("elementwise, n = 1,000", 1.7, 1.0),
    "elementwise_1e5": ("elementwise, n = 100,000", 1.15, 0.9),
    "elementwise_1e6": ("elementwise, n = 1,000,000", 1.15, 0.9),
    "logistic": ("logistic regression, 100,000 x 50", 1.05, 1.0),
    "gmm": ("Gaussian mixture (ADBench)", 1.35, 1.0),
    "lstm": ("LSTM (ADBench)", None, 1.1),
    "bundle_adjustment": ("bundle adjustment (ADBench)", None, 1.1),
    "mlp_hvp": ("Hessian times vector, the MLP", 1.8, 1.1),
    "rosenbrock_hvp": ("Hessian times vector, Rosenbrock n = 1,000", 8.0, 1.0),
    "chain": ("scalars: chain of 100,000 nodes", None, 1.5),
    "random_graph": ("scalars: random graph, 100,000 nodes", None, 1.5),
    "moons": ("scalars: MLP on 100 moons", None, 1.5),
}
MOST_OF_F = 4.5  # a gradient should cost at most so many times its function
MOST_TO_BUILD = 25  # eager gradients that building a program of a scalar chain should cost
SECOND_ORDER = ("mlp_hvp", "rosenbrock_hvp")  # no gradients: that limit is not for them


def read(path):
    """Return {workload: its numbers} in the table's order; nothing if there is no file yet."""
    return in_order(json.loads(path.read_text("utf-8")) if path.exists() else {})


def in_order(results):
    """Return the rows in the table's order, without those that the table no longer has."""
    return {name: results[name] for name in WORKLOADS if name in results}


def page(results):
    """Return the whole page of results, as Markdown."""
    return "\n".join([
        "# The array engine's gradients, timed\n",
        f"![{words(results)}](array_engine.svg)\n",
        f"<!-- reading -->\n{reading(results)}\n<!-- /reading -->\n",
        f"<!-- table -->\n{table(results)}<!-- /table -->\n",
        *conditions(results),
    ])  # fmt: skip


def words(results):
    """Return what the plot shows, for those who cannot see it."""
    return (
        f"Plot: the time of {count(len(results), 'gradient')}, taken by up to {len(PEERS)} "
        "programs each, as multiples of the time that one written by hand takes"
    )


def reading(results):
    """Return the paragraph that says what the plot shows."""
    sentences = [
        "Each mark is the time that one gradient takes, as a multiple of the same gradient written "
        "by hand: in NumPy, or in plain Python where the graph is made of single numbers. Marks "
        "further left are faster, and the line at 1 is as fast as by hand."
    ]
    ranges = [spread(results, peer) for peer in OURS]
    if all(ranges):
        sentences.append(
            f"The gradient program takes {ranges[0]} times as long, the eager engine {ranges[1]}."
        )
    for mine in OURS:
        compared = [ahead(results, mine, peer) for peer in ("autograd", "mygrad", "torch", "jax")]
        if any(compared):
            listed = ", than ".join(filter(None, compared))
            sentences.append(f"The {PEERS[mine]} is faster than {listed}.")
    return paragraph(" ".join(sentences))


def spread(results, peer):
    """Return "0.92 to 1.2", or None where there is nothing to say."""
    ratios = [row["ratios"][peer] for row in results.values() if peer in row["ratios"]]
    return f"{number(min(ratios))} to {number(max(ratios))}" if ratios else None


def ahead(results, mine, peer):
    """Return on how many rows an engine beats a peer, and on which it does not."""
    rows = {
        WORKLOADS[name][0]: row["ratios"][mine] < row["ratios"][peer]
        for name, row in results.items()
        if {mine, peer} <= set(row["ratios"])
    }
    if not any(rows.values()):
        return None
    behind = [name for name, wins in rows.items() if not wins]
    wins = len(rows) - len(behind)
    text = f"{PEERS[peer]} on {f'{wins} of' if behind else 'all'} {count(len(rows), 'row')}"
    if len(rows) < len(results):
        text += " that it can do"
    return f"{text} (not on: {'; '.join(behind)})" if 0 < len(behind) < 4 else text


def table(results):
    """Return the numbers: a target that is missed stands behind them, notes below the table."""
    heads = ["work", "by hand, ms", *PEERS.values(), "eager / f", "program / f"]
    heads += [f"building: {PEERS[peer]}" for peer in BUILDERS]
    lines = [f"| {' | '.join(heads)} |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    notes = {}
    for workload, row in results.items():
        name, *most = WORKLOADS[workload]
        cells = [name, f"{row['milliseconds']:.3g}"]
        for peer in PEERS:
            target = dict(zip(("eager", "program"), most, strict=True)).get(peer)
            if peer in row["ratios"]:
                cells.append(checked(row["ratios"][peer], target))
            else:
                note = row["missing"].get(peer, f"{PEERS[peer]} was not part of this run.")
                cells.append(f"- [{notes.setdefault(note, len(notes) + 1)}]")
        limit = None if workload in SECOND_ORDER else MOST_OF_F
        for peer in ("eager", "program"):
            over = row["over_function"].get(peer)
            cells.append("-" if over is None else checked(over, limit))
        for peer in BUILDERS:
            built = row.get("building", {}).get(peer)
            target = MOST_TO_BUILD if peer == "program" and workload == "chain" else None
            cells.append("-" if built is None else checked(built, target))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", *footnotes(notes)]) + "\n"


def footnotes(notes):
    """Return the lines below the table."""
    text = (
        "The columns of engines are multiples of the time by hand; a plain program is one without "
        "the passes that only make it faster. Those with / f are multiples of f itself, the "
        "function that is differentiated, run on plain arrays or numbers (the Hessian-vector "
        "products differentiate it twice). Building is the time until there is a first gradient, "
        "in gradients of the eager engine. A number in brackets is a target that is missed."
    )
    if notes:
        text += " A dash is an entry that is missing:"
    lines = [f"{mark}. {note}" for note, mark in notes.items()]
    return [paragraph(text) + "\n" * bool(notes), *lines]


def conditions(results):
    """Return how the numbers came about: one line for each machine and set of versions."""
    text = paragraph(
        "Every program runs in a process of its own, with one thread. In a round each takes its "
        "turn; what is shown is the median over the rounds of its time divided by the time by hand "
        "in the same round. All processes, the one by hand too, first allocate and free 32 MB: the "
        "C library then keeps large arrays for reuse instead of giving them back each time."
    )
    lines = []
    for names, versions, where in runs(results):
        which = "All rows" if len(names) == len(results) else "; ".join(names)
        on = ", ".join(f"{what} {version}" for what, version in versions.items())
        lines.append(f"- {which}: {where}; {on}.")
    return [text, "", *lines, ""]


def runs(results):
    """Return (names of rows, versions, rounds and machine) of rows that ran on the same."""
    found = []
    for name, row in results.items():
        where = f"{count(row['rounds'], 'round')} on {row['machine']}"
        for names, versions, other in found:
            if other == where and all(versions.get(k, v) == v for k, v in row["versions"].items()):
                names.append(WORKLOADS[name][0])
                versions.update(row["versions"])
                break
        else:
            found.append(([WORKLOADS[name][0]], dict(row["versions"]), where))
    return found


def paragraph(text):
    """Return a text in lines of at most 100 characters."""
    return textwrap.fill(text, 100, break_on_hyphens=False, break_long_words=False)


def checked(ratio, most):
    """Return a ratio, and the target in brackets if it is missed."""
    missed = most and round(ratio, 2) > most
    return number(ratio) + (f" (> {most:g})" if missed else "")


def number(ratio):
    """Return a ratio with three digits or two decimals: 0.92, 1.17, 34.6, 2,370."""
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}" if ratio < 100 else f"{ratio:,.0f}"


def count(n, noun):
    """Return a number and its noun: 1 row, 13 rows."""
    return f"{n} {noun}{'' if n == 1 else 's'}"
