"""run.py: everything is set up by one command, once, and repaired when it was interrupted."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import run

ROOT = Path(run.__file__).parent


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the settings in a folder of its own; `project.calls` lists the commands started."""

    class Project:
        folder, calls, failing = tmp_path / "project", [], []

    def started(*command, leave_ctrl_c=False):
        command = [str(part) for part in command]
        Project.calls.append(command)
        if "venv" in command:
            Path(command[-1]).mkdir()  # half-made when the command fails
        return subprocess.CompletedProcess(command, fails(command), "", "it says why")

    def fails(command):
        return any(set(words) <= set(command) for words in Project.failing)

    Project.folder.mkdir()
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, Project.folder)
    venv = Project.folder / ".venv"
    monkeypatch.setattr(run, "ROOT", Project.folder)
    monkeypatch.setattr(run, "VENV", venv)
    monkeypatch.setattr(run, "PYTHON", venv / "bin/python")
    monkeypatch.setattr(run, "STAMP", venv / "set-up.json")
    monkeypatch.setattr(run, "call", lambda *c, **options: started(*c, **options).returncode)
    monkeypatch.setattr(run, "install", lambda *needed: started("install", *needed).returncode)
    monkeypatch.setattr(run, "_quietly", started)
    return Project


def kinds(project):
    """The commands started since the last look, in one word each."""
    words = {"venv": "environment", "install": "install"}
    found = [words[part] for command in project.calls for part in command if part in words]
    project.calls.clear()
    return found


def test_the_first_start_installs_and_the_second_starts_at_once(project):
    run.set_up()
    (install,) = [command for command in project.calls if "install" in command]
    assert install == ["install", "-r", "requirements.txt"]
    assert kinds(project) == ["environment", "install"]
    run.set_up()
    assert project.calls == []


def test_maintainers_tools_are_added_once_and_kept(project):
    run.set_up()
    run.set_up(maintainer=True)
    assert any(part.startswith("playwright==") for part in project.calls[-2])
    assert kinds(project) == ["environment", "install", "install"]
    run.set_up(maintainer=True)
    run.set_up()
    assert project.calls == []


def test_a_changed_requirement_is_installed_and_a_changed_test_setting_is_not(project):
    run.set_up(maintainer=True)
    project.calls.clear()
    with (project.folder / "pyproject.toml").open("a") as settings:
        settings.write("\n[tool.other]\nkey = 1\n")
    run.set_up()
    assert project.calls == []
    with (project.folder / "requirements.txt").open("a") as requirements:
        requirements.write("six==1.17.0\n")
    run.set_up()
    assert any(part.startswith("playwright==") for part in project.calls[0])
    assert kinds(project) == ["install"]


@pytest.mark.parametrize("spoil", ["no stamp", "broken stamp", "other Python", "moved"])
def test_a_half_made_environment_is_made_anew(project, monkeypatch, spoil):
    run.set_up()
    leftover = run.VENV / "leftover"
    leftover.write_text("")
    project.calls.clear()
    if spoil == "no stamp":
        run.STAMP.unlink()
    elif spoil == "broken stamp":
        run.STAMP.write_text('{"python":')
    else:
        stamp = json.loads(run.STAMP.read_text())
        stamp["python" if spoil == "other Python" else "folder"] = "another"
        run.STAMP.write_text(json.dumps(stamp))
    run.set_up()
    assert kinds(project) == ["environment", "install"]
    assert not leftover.exists()


def test_an_environment_in_use_is_never_deleted(project, monkeypatch):
    run.VENV.mkdir()
    monkeypatch.setattr(sys, "prefix", str(run.VENV))
    run.set_up()
    assert kinds(project) == ["install"]


def test_a_failed_installation_says_what_to_do_and_leaves_no_stamp(project):
    project.failing.append(["install"])
    with pytest.raises(SystemExit, match="needs the network.*run the same command again"):
        run.set_up()
    assert not run.STAMP.exists()


def test_a_failed_change_is_no_half_measure(project):
    run.set_up()
    project.failing.append(["install"])
    with pytest.raises(SystemExit):
        run.set_up(maintainer=True)
    project.failing.clear()
    project.calls.clear()
    run.set_up()
    assert kinds(project) == ["environment", "install"]


def test_without_ensurepip_the_pip_at_hand_helps_out(project, monkeypatch):
    helped = []

    def quietly(*command):
        helped.append([str(part) for part in command])
        code = 1 if "venv" in helped[-1] and "--without-pip" not in helped[-1] else 0
        run.VENV.mkdir(exist_ok=True)
        return subprocess.CompletedProcess(command, code, "", "")

    monkeypatch.setattr(run, "_quietly", quietly)
    run.set_up()
    assert helped[-1][-4:] == ["--python", str(run.PYTHON), "install", "pip"]
    assert kinds(project) == ["install"]


def test_without_ensurepip_and_pip_the_remedy_is_one_sentence_and_no_mess_is_left(project):
    project.failing.append(["venv"])
    with pytest.raises(SystemExit, match="the remedy is: apt install python3-venv"):
        run.set_up()
    assert not run.VENV.exists()


def test_a_folder_that_cannot_be_written_is_named(project, monkeypatch):
    def refuse(*command):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(run, "_quietly", refuse)
    with pytest.raises(SystemExit, match="Permission denied. Move the project"):
        run.set_up()


def test_lab_opens_the_first_notebook_trusts_all_and_asks_no_question(project, monkeypatch):
    notebook = project.folder / "notebooks" / "00_start_here.ipynb"
    notebook.parent.mkdir()
    notebook.touch()
    monkeypatch.setattr(run.os, "geteuid", lambda: 0, raising=False)
    assert run.main(["lab", "--no-browser"]) == 0
    trust, start = project.calls[-2:]
    assert trust[1:] == ["-m", "nbformat.sign", str(notebook)]
    assert start[1:3] == ["-m", "jupyterlab"] and start[-2:] == ["--allow-root", "--no-browser"]
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in start
    settings = json.loads((run.VENV / "share/jupyter/lab/settings/overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert settings["@jupyterlab/notebook-extension:tracker"]["codeCellConfig"]["lineWrap"]
    monkeypatch.setattr(run.os, "geteuid", lambda: 1000, raising=False)
    run.main(["lab"])
    assert "--allow-root" not in project.calls[-1]


def test_only_changed_notebooks_are_signed_again(project):
    folder = project.folder / "notebooks"
    folder.mkdir()
    paths = [folder / "00_start_here.ipynb", folder / "01_nudging.ipynb"]
    for path in paths:
        path.write_text("{}")
    signed = []
    for _ in range(2):
        run.main(["lab"])
        signed.append([c[3:] for c in project.calls if "nbformat.sign" in c])
        project.calls.clear()
    paths[1].write_text("{ }")
    run.main(["lab"])
    signed.append([c[3:] for c in project.calls if "nbformat.sign" in c])
    assert signed == [[[str(p) for p in paths]], [], [[str(paths[1])]]]


def test_a_read_only_checkout_keeps_its_environment_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert run.environment_folder(tmp_path) == tmp_path / ".venv"
    monkeypatch.setattr(run.os, "access", lambda path, mode: False)
    other = run.environment_folder(tmp_path)
    assert other.parent == tmp_path / "cache" and other != run.environment_folder(tmp_path / "b")
    (tmp_path / ".venv").mkdir()
    assert run.environment_folder(tmp_path) == tmp_path / ".venv"


def test_the_address_is_the_last_thing_that_the_lab_prints():
    option = "--log-level=ERROR"
    assert f'"{option}"' in (ROOT / "run.py").read_text("utf-8")
    command = [sys.executable, "-m", "jupyterlab", "--allow-root", "--port=0", "--no-browser"]
    with subprocess.Popen([*command, option], stderr=subprocess.PIPE, text=True) as server:
        deadline = threading.Timer(60, server.kill)
        deadline.start()
        lines = [next((line for line in server.stderr if "http://127.0.0.1" in line), "")]
        time.sleep(1)
        server.terminate()
        lines += [line for line in server.stderr if line.strip() and "signal 15" not in line]
        deadline.cancel()
    assert lines[-1].strip().startswith("http://127.0.0.1"), lines


def test_ctrl_c_ends_every_phase(tmp_path):
    """While the environment is made, and while pip runs: one sentence, and the exit code of it."""
    program = "import signal, sys, time; print('started', flush=True); time.sleep(60)"
    code = (
        "import run, signal, sys\n"
        f"run.VENV = run.Path({str(tmp_path / 'none')!r}); run.STAMP = run.VENV / 'stamp'\n"
        "run._make_environment = lambda: run.call(sys.executable, '-c', "
        f"{program!r})\n"
        "try: sys.exit(run.main(['lab']))\n"
        "except KeyboardInterrupt: sys.exit(run.LEFT)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True,
        stderr=subprocess.DEVNULL, text=True,
    ) as started:  # fmt: skip
        assert started.stdout.readline() == "started\n"
        os.killpg(started.pid, 2)
        assert started.wait(timeout=20) == run.LEFT


def test_an_installation_shows_one_line_and_all_of_it_where_it_fails(monkeypatch, capsys):
    monkeypatch.setattr(run, "PYTHON", sys.executable)
    assert run.install("pip") == 0
    assert capsys.readouterr().out == ""
    assert run.install("--no-index", "no-such-package-here") == 1
    assert "No matching distribution found" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments, end",
    [
        (["test"], ["-m", "pytest", *run.SHARED_OUT]),
        (["test", "-k", "tape"], ["-m", "pytest", "-k", "tape"]),
        (["lint"], ["-m", "ruff", "format", "--check", "."]),
        (["lint", "--fix"], ["-m", "ruff", "format", "."]),
        (["look", "02"], [str(Path("tests") / "browser.py"), "02"]),
    ],
)
def test_arguments_are_passed_on(project, arguments, end):
    assert run.main(arguments) == 0
    assert " ".join(project.calls[-1]).endswith(" ".join(end))


def test_record_runs_the_notebooks_and_then_writes_the_readmes_parts(project):
    project.failing.append(["autodiff_lib.tools.recording"])
    assert run.main(["record", "02"]) == 1
    assert [command[2:] for command in project.calls[-2:]] == [
        ["autodiff_lib.tools.recording", "02"],
        ["autodiff_lib.tools.readme"],
    ]


def test_a_failure_is_the_exit_code(project):
    project.failing += [["pytest"], ["ruff", "check"]]
    assert run.main(["test"]) == 1
    assert run.main(["lint"]) == 1


def test_bench_runs_the_programs_asked_for(project):
    folder = project.folder / "benchmarks"
    folder.mkdir()
    for name in ("one.py", "two.py"):
        (folder / name).touch()
    run.main(["bench"])
    assert [Path(c[-1]).name for c in project.calls[-2:]] == ["one.py", "two.py"]
    run.main(["bench", "two", "--rounds", "3"])
    assert [Path(part).name for part in project.calls[-1][1:]] == ["two.py", "--rounds", "3"]
    with pytest.raises(SystemExit, match="no benchmark 'three'; there are: one, two"):
        run.main(["bench", "three"])


def test_without_a_command_the_habits_are_listed(capsys):
    assert run.main([]) == 0
    said = capsys.readouterr().out
    assert [habit for habit in run.COMMANDS if f"run.py {habit} " not in said] == []
    assert run.main(["labb"]) == 2
    assert capsys.readouterr().out.startswith("There is no command 'labb'; there are: lab, test")


def test_an_old_python_is_told_and_can_read_the_file():
    source = (ROOT / "run.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 6))
    pretend = "import sys; sys.version_info = (3, 9, 1); exec(sys.stdin.read())"
    old = subprocess.run(
        [sys.executable, "-c", pretend], input=source, capture_output=True, text=True
    )
    assert old.returncode == 1
    assert "needs Python 3.11 or newer, and this is Python 3.9" in old.stderr


def test_only_the_standard_library_is_needed():
    tree = ast.parse((ROOT / "run.py").read_text("utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_every_requirement_is_pinned():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    lines += run._settings()["build-system"]["requires"]
    lines += run._settings()["project"]["optional-dependencies"]["dev"]
    assert [line for line in lines if not re.match(r"[\w-]+==[\d.]+( ;.*)?$", line)] == ["-e ."]


@pytest.mark.parametrize(
    "dot, sentence", [(True, "drawn by the dot program"), (False, "apt install")]
)
def test_a_graphviz_that_does_not_load_is_explained(tmp_path, dot, sentence):
    (tmp_path / "matplotlib").mkdir()
    (tmp_path / "matplotlib" / "__init__.py").touch()
    (tmp_path / "matplotlib" / "font_manager.py").touch()
    (tmp_path / "pygraphviz.py").write_text("raise ImportError('libX11.so.6: cannot open')")
    if dot:
        program = tmp_path / ("dot.exe" if os.name == "nt" else "dot")
        program.touch(mode=0o755)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PATH": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", run.FIRST_IMPORTS], env=environment, capture_output=True, text=True
    )
    assert said.returncode == 0, said.stderr
    assert "libX11.so.6: cannot open" in said.stdout
    assert sentence in said.stdout


BINDER = "https://mybinder.org/v2/{}/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb"


@pytest.mark.parametrize(
    "remote, place",
    [
        ("https://github.com/some-one/auto.diff.git", "gh/some-one/auto.diff"),
        ("https://github.com/some-one/autodiff/", "gh/some-one/autodiff"),
        ("git@github.com:some-one/autodiff.git", "gh/some-one/autodiff"),
        ("ssh://git@github.com:22/some-one/autodiff.git", "gh/some-one/autodiff"),
        ("https://name:secret@github.com/some-one/autodiff", "gh/some-one/autodiff"),
        ("https://gitlab.com/group/part/autodiff.git", "gl/group%2Fpart%2Fautodiff"),
        ("git@gitlab.com:group/autodiff.git", "gl/group%2Fautodiff"),
    ],
)
def test_binders_address_comes_from_the_remote(remote, place):
    assert run.binder(remote + "\n") == BINDER.format(place)


@pytest.mark.parametrize("remote", ["/srv/git/autodiff.git", "https://github.com.evil.org/a/b"])
def test_other_hosts_are_refused(remote):
    with pytest.raises(SystemExit, match="GitHub and GitLab"):
        run.binder(remote)


def test_the_addresses_are_written_between_their_marks_only(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "ROOT", tmp_path)
    readme = tmp_path / "README.md"
    readme.write_text("# A\n\n<!-- addresses -->\nnot yet\n<!-- /addresses -->\n\nB\n")
    started = []
    monkeypatch.setattr(run, "set_up", lambda maintainer: None)
    monkeypatch.setattr(run, "call", lambda *command: started.append(command[1:]) or 0)
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    with pytest.raises(SystemExit, match="no remote called origin"):
        run.main(["address"])
    remote = "git@github.com:Some-one/autodiff.git"
    subprocess.run([*git, "remote", "add", "origin", remote], check=True)
    for _ in range(2):
        assert run.main(["address"]) == 0
        said = readme.read_text()
        assert f"]({BINDER.format('gh/Some-one/autodiff')})" in said
        pages = "https://some-one.github.io/autodiff/"
        assert f"[reading site]({pages})" in said
        assert "not yet" not in said and said.endswith("<!-- /addresses -->\n\nB\n")
        assert started.pop() == ("-m", "autodiff_lib.tools.readme")
