"""One command for each habit.

    python3 run.py lab       open the notebooks in JupyterLab
    python3 run.py test      run every test and compare every notebook's recorded outputs
    python3 run.py record    run notebooks and store what they show: record, record 02
    python3 run.py lint      check the code's style; lint --fix mends what it can
    python3 run.py bench     run the benchmarks: bench, bench pictures
    python3 run.py look      screenshots of notebooks, light and dark: look 02
    python3 run.py badge     write the Binder badge into README.md, from git's remote address

Each command first sets up what it needs in .venv; the next time it starts at once, without a
network. Further arguments are passed on: `run.py lab --no-browser`, `run.py test -k tape`.
"""

# Standard library only, and readable by Python 3.6, so that an old Python can be told it is old.
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "This project needs Python 3.11 or newer, and this is Python {}.{}. Install a newer one "
        "from python.org or your system's packages, then start it by its name, for example: "
        "python3.12 run.py lab".format(*sys.version_info[:2])
    )

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "set-up.json"
START = "notebooks/00_start_here.ipynb"


def main(arguments):
    command, *rest = arguments or ["help"]
    if command not in COMMANDS:
        print(__doc__)
        return 0 if command in ("help", "-h", "--help") else 2
    return COMMANDS[command](rest)


def lab(arguments):
    set_up()
    prepare_lab(PYTHON, VENV)
    options = ["--LabApp.default_url=/lab/tree/" + START]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    return call(PYTHON, "-m", "jupyterlab", *options, *arguments)


def test(arguments):
    set_up(maintainer=True)
    return call(PYTHON, "-m", "pytest", *arguments)


def record(arguments):
    set_up(maintainer=True)
    failed = call(PYTHON, "-m", "autodiff_lib.tools.recording", *arguments)
    return call(PYTHON, "-m", "autodiff_lib.tools.readme") or failed


def lint(arguments):
    set_up(maintainer=True)
    if arguments == ["--fix"]:
        checks = call(PYTHON, "-m", "ruff", "check", "--fix", ".")
        return call(PYTHON, "-m", "ruff", "format", ".") or checks
    checks = call(PYTHON, "-m", "ruff", "check", *arguments, ".")
    return call(PYTHON, "-m", "ruff", "format", "--check", ".") or checks


def bench(arguments):
    set_up(maintainer=True)
    programs = {path.stem: path for path in sorted((ROOT / "benchmarks").glob("*.py"))}
    name, *rest = arguments or [None]
    if name is not None and name not in programs:
        sys.exit("There is no benchmark {!r}; there are: {}".format(name, ", ".join(programs)))
    chosen = programs.values() if name is None else [programs[name]]
    if COMPARING & {path.stem for path in chosen} and not os.environ.get("PEERS_PYTHON"):
        set_up_peers()
    return max(call(PYTHON, path, *rest) for path in chosen)


COMPARING = {"array_engine", "scalar_graphs"}  # benchmarks that run other projects' engines beside


def look(arguments):
    set_up(maintainer=True)
    return call(PYTHON, ROOT / "tests" / "browser.py", *arguments)


def badge(arguments):
    git = ["git", "-C", str(ROOT), "remote", "get-url", "origin"]
    answer = subprocess.run(git, capture_output=True, text=True)
    if answer.returncode:
        sys.exit("This clone has no remote called origin, so Binder has no address to launch.")
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    link = f"[![Launch on Binder](https://mybinder.org/badge_logo.svg)]({binder(answer.stdout)})"
    pattern = r"(<!-- binder -->\n).*?(<!-- /binder -->)"
    text, found = re.subn(pattern, lambda m: m[1] + link + "\n" + m[2], text, flags=re.S)
    if not found:
        sys.exit("README.md has no <!-- binder --> ... <!-- /binder --> to write between.")
    readme.write_text(text, "utf-8", newline="\n")
    print("README.md:", link)
    return 0


def binder(remote):
    """The address that opens this project's first notebook on mybinder.org."""
    form = (
        r"(?:https?://|ssh://|git://)?(?:[^@/]+@)?(github|gitlab)\.com(?::\d+/|[:/])(.+?)(\.git)?/?"
    )
    found = re.fullmatch(form, remote.strip())
    if not found or "/" not in found[2]:
        sys.exit("Binder's address is known for GitHub and GitLab; origin is on neither.")
    if found[1] == "github":
        place = "gh/" + found[2]
    else:
        place = "gl/" + quote(found[2], safe="")
    return f"https://mybinder.org/v2/{place}/HEAD?urlpath=lab/tree/{START}"


COMMANDS = {f.__name__: f for f in (lab, test, record, lint, bench, look, badge)}


def set_up(maintainer=False):
    """Make .venv hold what requirements.txt lists, and the maintainers' tools if asked for.

    A stamp says what was installed for which Python and folder; without it the folder is a
    half-made one and is made anew.
    """
    wanted = {"python": sys.version, "folder": str(ROOT), "requirements": _requirements_hash()}
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        stamp = {}
    if stamp.items() >= wanted.items() and (stamp.get("maintainer") or not maintainer):
        return
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    usable = all(stamp.get(key) == wanted[key] for key in ("python", "folder"))
    if not usable and not inside:
        _make_environment()
    STAMP.unlink(missing_ok=True)
    maintainer = maintainer or bool(stamp.get("maintainer"))
    print("Installing what requirements.txt lists into .venv: once, about a minute.", flush=True)
    tools = _settings()["project"]["optional-dependencies"]["dev"] if maintainer else []
    needed = ["-r", "requirements.txt", *tools]
    if call(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *needed):
        sys.exit(
            "\nThe installation did not finish; the lines above say why. It needs the network this "
            "once: when that is mended (or HTTPS_PROXY set, or disk space freed), run the same "
            "command again."
        )
    write_lab_settings(VENV)
    call(PYTHON, "-c", FIRST_IMPORTS)
    STAMP.write_text(json.dumps({**wanted, "maintainer": maintainer}), "utf-8")


def set_up_peers():
    """Add what benchmarks compare with to .venv, once; go on without it if that fails."""
    peers = ROOT / "benchmarks" / "requirements.txt"
    wanted = hashlib.sha256(peers.read_bytes()).hexdigest()
    stamp = json.loads(STAMP.read_text("utf-8"))
    if stamp.get("peers") == wanted:
        return
    print("Installing the benchmarks' peers into .venv: once, some minutes.", flush=True)
    if call(PYTHON, "-m", "pip", "install", "--retries", "1", "-r", peers):
        print("Not all peers could be installed, as said above: missing ones are left out.")
        return
    STAMP.write_text(json.dumps({**stamp, "peers": wanted}), "utf-8")


def _requirements_hash():
    package = {key: _settings()[key] for key in ("build-system", "project")}
    text = (ROOT / "requirements.txt").read_text("utf-8") + json.dumps(package)
    return hashlib.sha256(text.encode()).hexdigest()


def _settings():
    import tomllib

    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _make_environment():
    print(f"Making a Python environment in {VENV}", flush=True)
    try:
        if VENV.exists():
            shutil.rmtree(VENV)
        made = _quietly(sys.executable, "-m", "venv", VENV)
        if made.returncode:  # Debian's python3 without python3-venv: another pip may help out
            shutil.rmtree(VENV, ignore_errors=True)
            bare = _quietly(sys.executable, "-m", "venv", "--without-pip", VENV)
            helper = (sys.executable, "-m", "pip", "--python", PYTHON, "install", "pip")
            if bare.returncode or _quietly(*helper).returncode:
                shutil.rmtree(VENV, ignore_errors=True)
                sys.exit(
                    f"{made.stdout}{made.stderr}\nThis Python cannot make an environment. On Debian"
                    " and Ubuntu the remedy is: apt install python3-venv (as root); elsewhere use"
                    " a Python from python.org."
                )
    except OSError as error:
        sys.exit(f"Cannot write {VENV}: {error.strerror}. Move the project to a folder of yours.")


FIRST_IMPORTS = """
import shutil
import matplotlib.font_manager  # builds its cache now, not in the reader's first plot
try:
    import pygraphviz
except ImportError as error:
    print()
    print("The bundled Graphviz cannot be loaded here:", error)
    if shutil.which("dot"):
        print("Graphs are drawn by the dot program of this machine instead.")
    else:
        print("Graphs are shown as text outlines instead; everything else works.")
        print("On a minimal Debian or Ubuntu this command, as root, brings the pictures:")
        print("    apt install libglib2.0-0 libx11-6 libxrender1 libxext6 libexpat1")
"""


def prepare_lab(python, environment):
    """Let JupyterLab show recorded pictures and step-throughs at once, without questions."""
    write_lab_settings(environment)
    notebooks = sorted((ROOT / "notebooks").rglob("[!.]*.ipynb"))
    _quietly(python, "-m", "nbformat.sign", *notebooks)


def write_lab_settings(environment):
    """Turn JupyterLab's question about news off."""
    path = Path(environment) / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    settings = {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
        # The glossary opens as a page to read, not as its source.
        "@jupyterlab/docmanager-extension:plugin": {
            "defaultViewers": {"markdown": "Markdown Preview"}
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings), "utf-8")


def call(*command):
    """Run a command in the project's folder and return its exit code."""
    return subprocess.call([str(part) for part in command], cwd=ROOT)


def _quietly(*command):
    command = [str(part) for part in command]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


if __name__ == "__main__":
    # Ctrl-C is for the program we started: it says goodbye in its own way, then we end.
    signal.signal(signal.SIGINT, lambda *_: None)
    sys.exit(main(sys.argv[1:]))
