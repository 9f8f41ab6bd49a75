"""Binder: repo2docker, run without Docker, writes the Dockerfile that we mean."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import run

ROOT = Path(run.__file__).parent
BINDER = ROOT / "binder"


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory):
    pytest.importorskip("repo2docker", reason="repo2docker does not run on this system")
    copy = tmp_path_factory.mktemp("binder")
    shutil.copytree(BINDER, copy / "binder")
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, copy)
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_python_is_one_that_this_project_runs_on(dockerfile):
    assert "Building conda environment for python=3.12" in dockerfile


def test_the_whole_project_is_there_before_its_requirements_are_installed(dockerfile):
    copied = re.search(r"COPY --chown=\S+ src/ \$\{REPO_DIR\}/\n", dockerfile).start()
    assert dockerfile.index('pip install --no-cache-dir -r "binder/requirements.txt"') > copied
    assert "WORKDIR ${REPO_DIR}" in dockerfile[:copied]


def test_the_requirements_are_the_readers_and_hold_this_package():
    lines = (BINDER / "requirements.txt").read_text("utf-8").split("\n")
    assert lines == ["-r ../requirements.txt", ""]
    # pip resolves -r beside the file and -e in the working directory, which is the project's
    assert (BINDER / "../requirements.txt").resolve() == ROOT / "requirements.txt"
    assert "\n-e .\n" in (ROOT / "requirements.txt").read_text("utf-8")


def test_the_preparation_of_the_lab_command_is_run(dockerfile):
    assert "RUN ./binder/postBuild" in dockerfile


def test_the_preparation_trusts_the_notebooks_and_asks_no_question(tmp_path):
    command = shlex.split((BINDER / "postBuild").read_text("utf-8").splitlines()[-1])
    assert command[:2] == ["python3", "-c"]
    code = f"import sys; sys.prefix = {str(tmp_path)!r}; {command[2]}"
    environment = {**os.environ, "JUPYTER_DATA_DIR": str(tmp_path / "data")}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    settings = tmp_path / "share/jupyter/lab/settings/overrides.json"
    assert "fetchNews" in settings.read_text()
    if list((ROOT / "notebooks").glob("*.ipynb")):
        assert (tmp_path / "data" / "nbsignatures.db").exists()


def test_the_address_opens_a_notebook_that_exists():
    address = run.binder("https://github.com/some-one/autodiff")
    assert (ROOT / re.search(r"urlpath=lab/tree/(.*)", address)[1]).exists()


def test_the_preparation_may_be_executed():
    assert os.access(BINDER / "postBuild", os.X_OK) or os.name == "nt"
