"""The reader's chapter, as a judge sees it: his own classes where he has any, else the library's.

An answer is made of what stands in the notebook, so it is judged on graphs of those classes.
Which notebook that is, `check_answer` reads off its caller.
"""

import json
import re
import types
from importlib import import_module
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
MACHINERY = {  # what a chapter may leave to the library without being a draft
    *dir(type("Empty", (), {})), "__slots__", "__array_priority__", "__array_ufunc__",
    "__static_attributes__", "__firstlineno__", "__match_args__", "__annotations__",
}  # fmt: skip


class Chapter:
    """The names of a notebook: `chapter.Tensor` is what its cells define, else the library's.

    names: the notebook's namespace, a dict; modules: where the library ships what the chapter
    builds, the first that has a name counts; number: the chapter's, "02".
    """

    def __init__(self, names=(), modules=(), number=""):
        self._names, self._modules, self._number = dict(names), modules, number

    def __getattr__(self, name):
        if name in self._names:
            return self._names[name]
        for module in self._modules:
            if hasattr(import_module(module), name):
                return getattr(import_module(module), name)
        raise AttributeError(f"neither this notebook nor the library defines {name}")

    def problem(self, needs):
        """Why an answer made of `needs` cannot be judged yet, as a sentence, or ""."""
        own = [name for name in needs if name in self._names and not self._is_shipped(name)]
        for name in own:
            for member in self._missing(name):
                return (
                    f"{name} is an earlier draft in this notebook: it has no {member}. "
                    f"{self.where(name)}, then this cell."
                )
        missing = [name for name in needs if name not in self._names]
        if own and missing:
            return (
                f"This notebook defines {own[0]}, but not {missing[0]}. "
                f"{self.where(missing[0])}, then this cell."
            )
        return ""

    def where(self, name):
        """What to run to get the chapter's last definition of `name`: "Run cell [30] again"."""
        cell = defining_cell(self._number, name)
        place = f"cell [{cell}]" if cell else "the cell"
        return f"Run {place} again, where {name} gets its last form"

    def _shipped(self, name):
        modules = map(import_module, self._modules)
        return next((getattr(m, name) for m in modules if hasattr(m, name)), None)

    def _is_shipped(self, name):
        return self._names[name] is self._shipped(name)

    def _missing(self, name):
        """The members that the library's class of this name has, and the reader's lacks."""
        mine, shipped = self._names[name], self._shipped(name)
        if not isinstance(shipped, type) or not isinstance(mine, type):
            return []
        members = [m for m in vars(shipped) if not m.startswith("_") or is_method(shipped, m)]
        slots = {m for m in members if isinstance(vars(shipped)[m], types.MemberDescriptorType)}
        return [m for m in members if m not in MACHINERY | slots and not hasattr(mine, m)]


def is_method(cls, name):
    """Whether a class defines a function of this name itself: __add__, say."""
    return isinstance(vars(cls)[name], types.FunctionType)


def defining_cell(number, name):
    """The number of the code cell in which chapter `number` last defines `name`; None if none."""
    found = None
    for path in NOTEBOOKS.glob(f"{number}_*.ipynb") if number else ():
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
        for k, source in enumerate(filter(str.strip, code), 1):
            if re.search(rf"^(?:class|def) {re.escape(name)}\b", source, re.M):
                found = k
    return found
