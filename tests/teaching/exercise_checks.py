"""What every exercise must hold: used on all that are registered, and on the example.

The answers to try stand in answers_NN.py, one entry for each exercise of chapter NN:

    ANSWERS = {
        "02.1": dict(right=["24", "24.0"], wrong=[("28", "counted twice"), ("7", "is not it")]),
        "02.2": dict(right=["lambda a, b: a * b"], wrong=[("lambda a, b: a + b", "the sum")]),
    }

Answers are source text, run in the reader's namespace; what the last expression gives, or the last
definition makes, is the answer. A wrong one stands beside words that its feedback holds. Three
right and three wrong ones at least; each wrong one gets a feedback of its own. Nonsense is tried
on all exercises without being listed.
"""

import json
import math
from importlib import util
from pathlib import Path

import numpy as np
from chapter_namespace import ask

from autodiff_lib.teaching.exercises import check_answer

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parents[1] / "notebooks"


def raising(*args):
    raise KeyError("on purpose")


NONSENSE = {
    "None": None,
    "text": "nonsense",
    "no text": "",
    "an object": object(),
    "nan": math.nan,
    "a complex number": 2 + 1j,
    "an empty list": [],
    "an empty dict": {},
    "a list in a list": [[1], [2, 3]],
    "an array": np.ones((7, 1, 3)),
    "an array of text": np.array(["a", "b"]),
    "a class": dict,
    "bytes": b"24",
    "a function without parameters": lambda: 24,
    "a function with nine parameters": lambda a, b, c, d, e, f, g, h, i: 24,
    "a function that returns text": lambda *args: "nonsense",
    "a function that returns an object": lambda *args: object(),
    "a function that returns an array": lambda *args: np.ones((7, 1, 3)),
    "a function that raises": raising,
}


def load_answers(chapter):
    """ANSWERS of answers_NN.py; {} if there is no such file."""
    path = HERE / f"answers_{chapter}.py"
    if not path.exists():
        return {}
    spec = util.spec_from_file_location(path.stem, path)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ANSWERS


def is_readable(text):
    """Whether feedback is a few sentences: no traceback, no address, not a page."""
    return 0 < len(text) <= 600 and not any(
        bad in text for bad in ("Traceback", " 0x", "autodiff_lib/")
    )


def check_right_answers(key, answers, names):
    for answer in answers["right"]:
        verdict = ask(key, answer, names)
        assert verdict.state == "right", f"this should be right:\n{answer}\n{verdict}"
    assert answers["right"], f"{key} has no right answer to try"


def check_wrong_answers(key, answers, names):
    verdicts = [ask(key, answer, names) for answer, _ in answers["wrong"]]
    assert len(verdicts) >= 3, f"{key} has {len(verdicts)} wrong answers to try, not three"
    for (answer, words), verdict in zip(answers["wrong"], verdicts, strict=True):
        assert verdict.state == "wrong", f"this should be wrong:\n{answer}\n{verdict}"
        assert words and words in verdict.text, f"{words!r} is not said of\n{answer}\n{verdict}"
        assert is_readable(verdict.text), verdict
    texts = [verdict.text for verdict in verdicts]
    same = [text for text in texts if texts.count(text) > 1]
    assert not same, f"two wrong answers of {key} get the same feedback: {same[0]}"


def check_nonsense(key):
    for name, answer in NONSENSE.items():
        verdict = check_answer(key, answer)
        assert verdict.state != "right", f"{name} should not be right\n{verdict}"
        assert is_readable(verdict.text), f"{name}: {verdict}"
    untouched = check_answer(key)
    assert untouched.state == "open" and is_readable(untouched.text)


def calls(notebook):
    """The code of a notebook, without spaces and with one kind of quotes."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return "".join(code.split()).replace("'", '"')


def check_notebooks(exercise):
    """The chapter sets the exercise, its solution works it out; both check the answer."""
    chapter = exercise.key[:2]
    for path in (
        *NOTEBOOKS.glob(f"{chapter}_*.ipynb"),
        NOTEBOOKS / "solutions" / exercise.solution,
    ):
        assert path.exists(), f"the worked solution of {exercise.key} is missing: {path.name}"
        assert f'check_answer("{exercise.key}"' in calls(path), f"{path.name}: {exercise.key}?"
    assert list(NOTEBOOKS.glob(f"{chapter}_*.ipynb")), f"there is no chapter {chapter}"
