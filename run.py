"""One command for each habit.

    python3 run.py lab       open the notebooks in JupyterLab
    python3 run.py test      run every test and compare every notebook's recorded outputs
    python3 run.py record    run notebooks and store what they show: record, record 02
    python3 run.py lint      check the code's style; lint --fix mends what it can
    python3 run.py bench     run the benchmarks: bench, bench pictures
    python3 run.py look      screenshots of notebooks, light and dark: look 02
    python3 run.py site      build the reading site from the recorded notebooks
    python3 run.py address   write Binder's and the site's address into README.md, from git's origin

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
START = "notebooks/00_start_here.ipynb"
LEFT = 130  # the exit code of what Ctrl-C ended


def environment_folder(root=ROOT):
    """Where the Python environment is: in the project or, where that is read-only, at home."""
    beside = root / ".venv"
    if beside.exists() or os.access(str(root), os.W_OK):
        return beside
    name = "autodiff-notebooks-" + hashlib.sha256(str(root).encode()).hexdigest()[:12]
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / name


VENV = environment_folder()
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "set-up.json"


def main(arguments):
    command, *rest = arguments or ["help"]
    if command in ("help", "-h", "--help"):
        print(__doc__)
        return 0
    if command not in COMMANDS:
        print(f"There is no command {command!r}; there are: {', '.join(COMMANDS)}")
        return 2
    return COMMANDS[command](rest)


def lab(arguments):
    set_up()
    print("Starting JupyterLab: a few seconds. Ctrl-C here ends it.", flush=True)
    prepare_lab(PYTHON, VENV)
    options = [
        "--LabApp.default_url=/lab/tree/" + START,
        "--log-level=ERROR",  # so that the address is the last thing printed
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    if not os.access(str(ROOT), os.W_OK):
        print("This folder is read-only: notebooks run, and are saved elsewhere by Save As.")
    return call(PYTHON, "-m", "jupyterlab", *options, *arguments, leave_ctrl_c=True)


def test(arguments):
    set_up(maintainer=True)
    if not arguments:
        print("Running every test and every notebook: some minutes.", flush=True)
        arguments = SHARED_OUT
    return call(PYTHON, "-m", "pytest", *arguments)


# Among the cores, whole files, the notebooks last: they are many and short.
SHARED_OUT = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]


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


def site(arguments):
    set_up(maintainer=True)
    return call(PYTHON, "-m", "autodiff_lib.tools.site", *arguments)


def address(arguments):
    git = ["git", "-C", str(ROOT), "remote", "get-url", "origin"]
    answer = subprocess.run(git, capture_output=True, text=True)
    if answer.returncode:
        sys.exit("This clone has no remote called origin, so there is no address to write.")
    launch, pages = binder(answer.stdout), reading_site(answer.stdout)
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    lines = [
        f"[![Launch on Binder](https://mybinder.org/badge_logo.svg)]({launch}) runs it in your",
        f"browser, nothing installed; the [reading site]({pages}) shows it all, nothing run.",
    ]
    pattern = r"(<!-- addresses -->\n).*?(<!-- /addresses -->)"
    text, found = re.subn(
        pattern, lambda m: m[1] + "\n".join(lines) + "\n" + m[2], text, flags=re.S
    )
    if not found:
        sys.exit("README.md has no <!-- addresses --> ... <!-- /addresses --> to write between.")
    readme.write_text(text, "utf-8", newline="\n")
    print("README.md:", launch, pages, sep="\n  ", flush=True)
    set_up(maintainer=True)
    return call(PYTHON, "-m", "autodiff_lib.tools.readme")  # the pages of the chapters


def repository(remote):
    """("github" or "gitlab", "owner/name") of a remote address of git's."""
    form = (
        r"(?:https?://|ssh://|git://)?(?:[^@/]+@)?(github|gitlab)\.com(?::\d+/|[:/])(.+?)(\.git)?/?"
    )
    found = re.fullmatch(form, remote.strip())
    if not found or "/" not in found[2]:
        sys.exit("The addresses are known for GitHub and GitLab; origin is on neither.")
    return found[1], found[2]


def binder(remote):
    """The address that opens this project's first notebook on mybinder.org."""
    host, name = repository(remote)
    place = "gh/" + name if host == "github" else "gl/" + quote(name, safe="")
    return f"https://mybinder.org/v2/{place}/HEAD?urlpath=lab/tree/{START}"


def reading_site(remote):
    """The address at which the host serves this project's pages."""
    host, name = repository(remote)
    owner, _, rest = name.partition("/")
    return f"https://{owner.lower()}.{host}.io/{rest}/"


COMMANDS = {f.__name__: f for f in (lab, test, record, lint, bench, look, site, address)}


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
    print(f"Installing what requirements.txt lists into {VENV}: once, about a minute.", flush=True)
    tools = _settings()["project"]["optional-dependencies"]["dev"] if maintainer else []
    needed = ["-r", "requirements.txt", *tools]
    if install(*needed):
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
    if install("--retries", "1", "-r", peers):
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
    stamp = Path(environment) / "trusted.json"
    try:
        trusted = json.loads(stamp.read_text("utf-8"))
    except (OSError, ValueError):
        trusted = {}
    notebooks = sorted((ROOT / "notebooks").rglob("[!.]*.ipynb"))
    now = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in notebooks}
    changed = [path for path, content in now.items() if trusted.get(path) != content]
    if changed and not _quietly(python, "-m", "nbformat.sign", *changed).returncode:
        stamp.write_text(json.dumps(now), "utf-8")


def write_lab_settings(environment):
    """No question about news; pages open to be read; long lines of code wrap."""
    path = Path(environment) / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    settings = {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
        # The glossary opens as a page to read, not as its source.
        "@jupyterlab/docmanager-extension:plugin": {
            "defaultViewers": {"markdown": "Markdown Preview"}
        },
        "@jupyterlab/notebook-extension:tracker": {
            "codeCellConfig": {"lineNumbers": False, "lineWrap": True}
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings), "utf-8")


def call(*command, leave_ctrl_c=False):
    """Run a command in the project's folder and return its exit code.

    Ctrl-C ends the command and then us; leave_ctrl_c: it is the command's own to answer.
    """
    command = [str(part) for part in command]
    if leave_ctrl_c:
        signal.signal(signal.SIGINT, lambda *_: None)
    return subprocess.call(command, cwd=ROOT)


def install(*needed):
    """pip install; shows one line of progress, and all that pip said where it fails."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", *map(str, needed)]
    said, count = [], 0
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        encoding="utf-8", errors="replace",
    ) as pip:  # fmt: skip
        for line in pip.stdout:
            said.append(line)
            found = re.match(r"\s*(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
            if found:
                count += 1
                _progress(f"  {count} packages found, now {found[1]}")
            elif line.startswith("Installing collected packages"):
                _progress(f"  {count} packages found; installing them")
    _progress("")
    if pip.returncode:
        sys.stdout.writelines(said[-40:])
    return pip.returncode


def _progress(text):
    """Show `text` in place of the last one, where there is a terminal to show it on."""
    if sys.stdout.isatty():
        print("\r\033[K" + text[:78], end="", flush=True)


def _quietly(*command):
    command = [str(part) for part in command]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nStopped.")
        sys.exit(LEFT)
