"""JupyterLab in a browser, as a reader has it: for test_browser.py and for `run.py look`.

One server and one page serve all notebooks. The notebooks are a copy, and the server has its own
settings and its own list of trusted notebooks, which is empty: what a reader of a fresh clone sees.
"""

import argparse
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from autodiff_lib.tools.recording import NOTEBOOKS, RecordingError, find, kernel_environment

PROGRAMS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
PLACES = {  # where macOS and Windows keep them, not on the PATH
    "/Applications": (
        "Google Chrome.app/Contents/MacOS/Google Chrome",
        "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    os.environ.get("PROGRAMFILES"): ("Google/Chrome/Application/chrome.exe",),
    os.environ.get("PROGRAMFILES(X86)"): ("Microsoft/Edge/Application/msedge.exe",),
}
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
WIDTH, HEIGHT = 1280, 1400
PATIENCE = 90  # seconds for a notebook to open or to run


class NoBrowser(Exception):
    """There is no browser on this machine that can be started."""


@contextmanager
def opened_lab(notebooks=NOTEBOOKS):
    """Give a Lab: a browser page with JupyterLab on a copy of `notebooks`.

    Raises:
        NoBrowser: when neither Chromium, Chrome nor Edge is installed, or none can be started.
    """
    programs = installed_browsers()
    if not programs:
        raise NoBrowser("neither Chromium, Chrome nor Edge is installed here")
    with sync_playwright() as playwright:
        browser = _start(playwright, programs)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            copy = Path(folder) / "notebooks"
            ignored = shutil.ignore_patterns(".ipynb_checkpoints")
            shutil.copytree(notebooks, copy, ignore=ignored)
            with _server(copy, Path(folder)) as address:
                page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
                page.goto(address)
                page.wait_for_function("window.jupyterapp?.restored?.then(() => true)")
                yield Lab(page)
        browser.close()


class Lab:
    """A page with JupyterLab; the notebook opened last is the current one."""

    def __init__(self, page):
        self.page, self.theme = page, "light"

    def open(self, path):
        """Open the notebook at `path` (relative to the notebooks), and wait until it is drawn."""
        self._command("docmanager:open", {"path": path, "factory": "Notebook"})
        self._finish("() => jupyterapp.shell.currentWidget.context.ready")
        self._finish("() => jupyterapp.shell.currentWidget.sessionContext.ready")
        self.page.wait_for_selector(f"{PANEL} .jp-Notebook .jp-Cell")
        self.wait_for_pictures()

    def run_all(self):
        """Run every cell and wait for the last; True if none stopped the run."""
        finished = self._command("notebook:run-all-cells")
        self.wait_for_pictures()
        return finished

    def notebook(self):
        """The current notebook as the page has it: its cells with outputs, as a dict."""
        return self.page.evaluate("() => jupyterapp.shell.currentWidget.content.model.toJSON()")

    def dirty(self):
        """True if closing the current notebook would ask whether to save it."""
        return self.page.evaluate("() => jupyterapp.shell.currentWidget.context.model.dirty")

    def trusted(self):
        """True if JupyterLab trusts the outputs of every code cell."""
        return self.page.evaluate(
            "() => jupyterapp.shell.currentWidget.content.widgets"
            ".filter(c => c.model.type == 'code').every(c => c.model.trusted)"
        )

    def pictures(self):
        """List (alt text, width) of every picture on the page; a broken picture has width 0."""
        return self.page.eval_on_selector_all(
            f"{PANEL} .jp-Cell img", "images => images.map(i => [i.alt, i.naturalWidth])"
        )

    def wait_for_pictures(self):
        """Wait until no picture is still being decoded."""
        self.page.wait_for_function(
            f"() => [...document.querySelectorAll('{PANEL} .jp-Cell img')].every(i => i.complete)"
        )

    def set_theme(self, name):
        """Change to the "light" or "dark" theme."""
        self.theme = name
        self._command("apputils:change-theme", {"theme": THEMES[name]})
        is_light = "true" if name == "light" else "false"
        self.page.wait_for_selector(f"[data-jp-theme-light={is_light}]", state="attached")

    def close(self):
        """Close the current notebook, unsaved, and end its kernel."""
        self._finish(
            """async () => {
                const panel = jupyterapp.shell.currentWidget;
                await panel.sessionContext.shutdown();
                panel.dispose();
            }"""
        )

    def screenshots(self, folder, name):
        """Save the current notebook from top to bottom as PNG files; list their paths."""
        paths, scroller = [], self.page.query_selector(f"{PANEL} .jp-WindowedPanel-outer")
        box = scroller.bounding_box()
        total = scroller.evaluate(
            "e => [...e.querySelectorAll('.jp-Cell')].at(-1).getBoundingClientRect().bottom"
            " - e.getBoundingClientRect().top + e.scrollTop"
        )
        top = 0
        while top < total:
            scroller.evaluate("(e, top) => { e.scrollTop = top; }", top)
            time.sleep(0.2)
            path = Path(folder) / f"{name}-{len(paths) + 1:02}.png"
            self.page.screenshot(path=path, clip=box)
            paths.append(path)
            top += int(box["height"]) - 40
        return paths

    def _command(self, name, arguments=None):
        run = "([name, args]) => jupyterapp.commands.execute(name, args)"
        return self._finish(run, [name, arguments or {}])

    def _finish(self, function, argument=None):
        """Call a JavaScript function that returns a promise; True if the promise gives true."""
        return self.page.evaluate(
            f"""argument => Promise.race([
                ({function})(argument).then(result => result === true),
                new Promise((_, reject) => setTimeout(
                    () => reject(new Error("not finished after {PATIENCE} seconds")),
                    {PATIENCE} * 1000
                )),
            ])""",
            argument,
        )


PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"


def installed_browsers():
    """List the paths of the browsers on this machine that playwright can drive."""
    found = [path for path in map(shutil.which, PROGRAMS) if path]
    places = [Path(root, name) for root, names in PLACES.items() if root for name in names]
    return found + [str(path) for path in places if path.exists()]


def _start(playwright, programs):
    for program in programs:
        try:
            return playwright.chromium.launch(args=FLAGS, executable_path=program)
        except Error as error:
            reason = f"{program} does not start: {str(error).splitlines()[0]}"
    raise NoBrowser(reason)


@contextmanager
def _server(notebooks, folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    settings = folder / "settings"
    for name, text in {
        "notebook-extension/tracker": '{"windowingMode": "none"}',  # draw every cell, seen or not
        "apputils-extension/notification": '{"fetchNews": "false"}',
    }.items():
        path = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    environment = {name: str(folder / place) for name, place in own.items()}
    environment |= kernel_environment(folder / "ipython", hash_seed=1)
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": notebooks,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": token,
        "LabApp.expose_app_in_browser": True,
    }
    command = [sys.executable, "-m", "jupyterlab", *(f"--{k}={v}" for k, v in options.items())]
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=output, stderr=output
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api?token={token}", server, log)
        yield f"{address}/lab?token={token}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(address, server, log):
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text('utf-8', 'replace')}")


def main():
    """Save notebooks as a reader sees them: light, dark, and after a run."""
    parser = argparse.ArgumentParser(prog="run.py look", description=main.__doc__)
    parser.add_argument("names", nargs="*", help='such as "02"; all notebooks without names')
    parser.add_argument("--to", help="the folder for the PNG files; a new one without this")
    options = parser.parse_args()
    folder = Path(options.to or tempfile.mkdtemp(prefix="look-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with opened_lab() as lab:
            for path in find(options.names):
                relative = path.relative_to(NOTEBOOKS).as_posix()
                name = relative.removesuffix(".ipynb").replace("/", "-")
                lab.open(relative)
                for theme in THEMES:
                    lab.set_theme(theme)
                    _say(lab.screenshots(folder, f"{name}-before-{theme}"))
                lab.run_all()
                for theme in reversed(THEMES):
                    lab.set_theme(theme)
                    _say(lab.screenshots(folder, f"{name}-after-{theme}"))
                lab.close()
    except (NoBrowser, RecordingError) as error:
        sys.exit(str(error))


def _say(paths):
    for path in paths:
        print(path)


if __name__ == "__main__":
    main()
