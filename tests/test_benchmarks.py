"""The benchmarks' results, what README shows of them, and what becomes of a peer that fails."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import run
from autodiff_lib.arrays import hvp, value_and_grad
from autodiff_lib.arrays.structures import flatten
from autodiff_lib.tools import readme

ROOT = Path(run.__file__).parent
BENCHMARKS = ROOT / "benchmarks"
RESULTS = BENCHMARKS / "results"
sys.path.insert(0, str(BENCHMARKS))

import array_engine  # noqa: E402
from array_workloads import load, peers, picture, report  # noqa: E402


def row(**ratios):
    """A stored row with these ratios; the other peers could not."""
    return {
        "milliseconds": 1.5,
        "rounds": 9,
        "ratios": ratios,
        "missing": {p: f"{p} could not." for p in report.PEERS if p not in ratios},
        "over_function": {"eager": 3.0, "program": 2.0},
        "building": {"program": 25.4},
        "machine": "a machine",
        "versions": {"Python": "3.x"},
    }


def cells(text, name):
    """The cells of the table's row that begins with `name`."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {name}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_readme_shows_what_was_measured():
    text = (ROOT / "README.md").read_text("utf-8")
    assert readme.with_speed(text) == text, "python3 run.py bench array_engine --report"
    assert "benchmarks/results/array_engine.svg" in text


def test_the_page_and_the_plot_are_made_of_the_stored_numbers(tmp_path):
    results = report.read(RESULTS / "array_engine.json")
    page = (RESULTS / "array_engine.md").read_text("utf-8")
    assert page == report.page(results), "python3 run.py bench array_engine --report"
    picture.plot(results, tmp_path / "plot.svg")
    drawn, stored = (p / n for p, n in ((tmp_path, "plot.svg"), (RESULTS, "array_engine.svg")))
    np.testing.assert_allclose(coordinates(drawn), coordinates(stored), atol=0.01)


def coordinates(path):
    """All numbers with a point in an SVG."""
    return [float(x) for x in re.findall(r"-?\d+\.\d+", path.read_text("utf-8"))]


def test_a_changed_page_changes_readme(tmp_path):
    page = tmp_path / readme.MEASURED
    page.parent.mkdir(parents=True)
    text = "a\n<!-- speed -->\n<!-- /speed -->\nb\n"
    assert readme.with_speed(text, tmp_path) == text
    page.write_text(report.page({"mlp": row(eager=1.1, program=0.9)}), "utf-8")
    shown = readme.with_speed(text, tmp_path)
    assert "takes 0.90 to 0.90 times as long" in " ".join(shown.split())
    assert f"]({readme.MEASURED})" in shown, "the table itself stays on the page"
    assert readme.with_speed(shown, tmp_path) == shown


def test_missed_targets_and_missing_peers_are_told():
    slow = row(eager=1.151, program=1.0, torch=0.5)
    slow["missing"]["jax"] = slow["missing"]["mygrad"]
    slow["over_function"]["eager"] = 4.6
    text = report.table({"mlp": slow, "mlp_hvp": slow})
    assert cells(text, "MLP")[2:] == [
        "1.15", "1.00", "- [1]", "- [2]", "- [3]", "0.50", "- [4]", "- [3]", "4.60 (> 4.5)", "2.00",
        "25.4", "-", "-",
    ]  # fmt: skip
    assert cells(text, "Hessian times vector, the MLP")[10] == "4.60"
    assert text.splitlines()[-4:] == [
        "1. plain could not.", "2. autograd could not.", "3. mygrad could not.",
        "4. micrograd could not.",
    ]  # fmt: skip
    assert cells(report.table({"chain": slow}), "scalars: chain")[-3] == "25.4 (> 25)"
    slow["ratios"]["eager"] = 1.156
    assert cells(report.table({"mlp": slow}), "MLP")[2] == "1.16 (> 1.15)"


@pytest.mark.parametrize(
    "theirs, words",
    [
        ([2, 2, 2], "faster than autograd on all 3 rows."),
        ([2, 2, None], "faster than autograd on all 2 rows that it can do."),
        ([2, 2, 1], "faster than autograd on 2 of 3 rows (not on: elementwise, n = 100,000)."),
        ([1, 1, 1], None),
    ],
)
def test_the_plots_reading_says_on_which_rows_the_engine_is_ahead(theirs, words):
    results = {
        name: row(eager=1.5, **({"autograd": ratio} if ratio else {}))
        for name, ratio in zip(report.WORKLOADS, theirs, strict=False)
    }
    text = " ".join(report.reading(results).split())
    assert "faster than" not in text if words is None else text.endswith(words)


def test_rows_of_other_runs_stay_and_say_where_they_ran(tmp_path):
    array_engine.store({"moons": row(eager=2.0)}, tmp_path)
    array_engine.store({"mlp": {**row(eager=1.1), "machine": "another one"}}, tmp_path)
    assert list(report.read(tmp_path / "array_engine.json")) == ["mlp", "moons"]
    page = (tmp_path / "array_engine.md").read_text("utf-8")
    assert cells(page, "MLP")[2] == "1.10" and cells(page, "scalars: MLP")[2] == "2.00"
    assert "- MLP 64-128-64-10, batch 128: 9 rounds on another one; Python 3.x." in page
    assert (tmp_path / "array_engine.svg").read_text("utf-8").startswith("<svg")
    more = {**row(eager=1.2), "versions": {"Python": "3.x", "torch": "2"}}
    array_engine.store({"mlp": row(eager=1.2), "moons": more}, tmp_path)
    page = (tmp_path / "array_engine.md").read_text("utf-8")
    assert "- All rows: 9 rounds on a machine; Python 3.x, torch 2." in page
    more["versions"] = {"Python": "3.y"}
    array_engine.store({"moons": more}, tmp_path)
    assert "All rows" not in (tmp_path / "array_engine.md").read_text("utf-8")


STAND_IN = """
import json, sys, time
peer = sys.argv[2]
if peer == "torch":
    time.sleep(30)
if peer == "autograd":
    sys.exit("killed")
third = 3.0 if peer == "mygrad" else 2.0
print(json.dumps({"gradient": [[1.0, 2.0, third]], "versions": {}, "building": 0.6}))
seconds = {"hand": 0.2, "eager": 0.3}.get(peer, 1.0)
sys.stdout.flush()
for line in sys.stdin:
    print(json.dumps({"seconds": 0.1 if line.strip() == "function" else seconds}), flush=True)
"""


def test_a_peer_that_is_slow_dies_or_errs_is_left_out_with_a_sentence(tmp_path, monkeypatch):
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN)
    monkeypatch.setattr(array_engine, "__file__", str(script))
    monkeypatch.setattr(array_engine, "PYTHON", sys.executable)
    asked = ["eager", "program", "torch", "autograd", "mygrad"]
    found = array_engine.measure("mlp", asked, 3, limit=5)
    assert found["missing"] == {
        "torch": "torch had no gradient after 5 s and was stopped.",
        "autograd": "autograd's process ended without an answer.",
        "mygrad": "MyGrad's gradient differs from the one by hand.",
    }
    assert found["ratios"] == {"eager": pytest.approx(1.5), "program": pytest.approx(5.0)}
    assert found["over_function"] == {"eager": pytest.approx(3.0), "program": pytest.approx(10.0)}
    assert found["building"] == {"program": pytest.approx(2.0)}


@pytest.mark.parametrize(
    "error, sentence",
    [
        (ModuleNotFoundError("No module named 'torch'"), "torch is not installed."),
        (NotImplementedError("has no second derivatives"), "torch has no second derivatives."),
        (RecursionError(), "torch walks the graph by recursion, deeper than Python allows."),
        (ValueError("bad\nlines"), "torch fails with ValueError: bad."),
    ],
)
def test_an_error_becomes_a_sentence(error, sentence, monkeypatch, capsys):
    def fail():
        raise error

    monkeypatch.setitem(peers.PEERS, "torch", fail)
    array_engine.work("torch", "mlp")
    assert json.loads(capsys.readouterr().out) == {"missing": sentence}


def test_the_engines_are_timed_in_processes_of_their_own(monkeypatch):
    monkeypatch.setattr(array_engine, "PYTHON", sys.executable)
    found = array_engine.measure("elementwise_1e3", ["eager", "program", "plain"], rounds=1)
    assert found["missing"] == {}
    assert set(found["ratios"]) == {"eager", "program", "plain"}
    assert set(found["over_function"]) == {"eager", "program"}
    assert set(found["building"]) == {"program", "plain"}
    assert min(found["building"].values()) > 1
    assert found["versions"]["NumPy"] == np.__version__
    assert "cores" in found["machine"]


SMALL = [name for name in report.WORKLOADS if name not in ("elementwise_1e6", "chain", "moons")]


@pytest.mark.parametrize("name", SMALL)
def test_the_gradient_by_hand_is_right(name):
    work = load(name)(peers.ours())
    n = len(work.arguments)
    if work.direction:
        ours = hvp(lambda p: work.f(*p), work.arguments, work.direction)
        by_hand = work.hand(*work.arguments, *work.direction)
    else:
        ours = value_and_grad(work.f, tuple(range(n)))(*work.arguments)
        by_hand = work.hand(*work.arguments)
    for one, other in zip(flatten(ours), flatten(by_hand), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-9)


def test_the_peers_are_pinned_and_go_with_what_readers_install():
    pinned = {}
    for name in ("requirements.txt", "benchmarks/requirements.txt"):
        for line in (ROOT / name).read_text("utf-8").splitlines():
            if line and line[0] not in "#-":
                package, version = re.fullmatch(r"([\w-]+)==([\d.]+)", line).groups()
                assert pinned.setdefault(package, version) == version
    assert {"autograd", "mygrad", "micrograd", "torch", "jax"} <= set(pinned)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with two benchmarks and a stamp; `calls` lists the commands started."""
    (tmp_path / "benchmarks").mkdir()
    for name in ("array_engine.py", "pictures.py", "requirements.txt"):
        (tmp_path / "benchmarks" / name).write_text("autograd==1\n")
    (tmp_path / "stamp").write_text("{}")
    calls = []
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(run, "set_up", lambda maintainer: None)
    monkeypatch.setattr(run, "call", lambda *c: calls.append([Path(p).name for p in c[1:]]) or 0)
    monkeypatch.setattr(run, "install", lambda *n: calls.append(["install", Path(n[-1]).name]) or 0)
    monkeypatch.delenv("PEERS_PYTHON", raising=False)
    return calls


def test_bench_installs_the_peers_once_and_only_where_they_are_compared(project, monkeypatch):
    run.main(["bench", "pictures"])
    assert project == [["pictures.py"]]
    run.main(["bench", "array_engine", "mlp"])
    assert project[1][0] == "install" and project[1][-1] == "requirements.txt"
    assert project[2] == ["array_engine.py", "mlp"]
    run.main(["bench"])
    assert project[3:] == [["array_engine.py"], ["pictures.py"]]
    (run.ROOT / "benchmarks" / "requirements.txt").write_text("autograd==2\n")
    monkeypatch.setenv("PEERS_PYTHON", "elsewhere")
    run.main(["bench", "array_engine"])
    assert project[5:] == [["array_engine.py"]]


def test_bench_goes_on_without_peers_that_cannot_be_installed(project, monkeypatch, capsys):
    monkeypatch.setattr(run, "call", lambda *c: 0)
    monkeypatch.setattr(run, "install", lambda *needed: 1)
    assert run.main(["bench", "array_engine"]) == 0
    assert "missing ones are left out" in capsys.readouterr().out
    assert run.STAMP.read_text() == "{}"
