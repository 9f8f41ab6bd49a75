"""Settings that pytest needs before it collects: notebooks run alike wherever tests are started."""

import os
import tempfile
from pathlib import Path

from autodiff_lib.tools.recording import kernel_environment, warm_up

ROOT = Path(__file__).resolve().parent


def pytest_configure(config):
    scratch = tempfile.TemporaryDirectory(prefix="autodiff-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(scratch.cleanup)
    os.environ |= kernel_environment(Path(scratch.name) / "ipython", hash_seed=1)
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(Path(scratch.name) / "hypothesis")
    config.option.nbval_sanitize_with = str(ROOT / "tests" / "sanitize.cfg")
    warm_up()
    import matplotlib

    matplotlib.use("agg")  # for the tests themselves; kernels draw into the notebook
