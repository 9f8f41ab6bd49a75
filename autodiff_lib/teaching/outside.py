"""The same numbers from a library that people use, recorded beside ours.

    outside("07")

shows the program of chapter 07's data (`OUTSIDE`) and what it printed. The library itself is not
needed: a test runs the program again wherever it is installed, and compares.
"""

import contextlib
import io
from dataclasses import dataclass
from html import escape

from autodiff_lib.teaching.chapters import module_of


@dataclass(frozen=True, repr=False)
class Outside:
    """A whole program in another library, and what it printed.

    library: its name, "PyTorch"; version: what it was recorded with; source: the program;
    printed: its output.
    """

    library: str
    version: str
    source: str
    printed: str

    @property
    def heading(self):
        return f"{self.library} {self.version}, recorded:"

    def __repr__(self):
        source = "\n".join(f"    {line}" for line in self.source.strip().splitlines())
        return f"{self.heading}\n\n{source}\n\n{self.printed.strip()}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        html = (
            f"<div>{escape(self.heading)}</div><pre>{escape(self.source.strip())}</pre>"
            f"<div>It prints:</div><pre>{escape(self.printed.strip())}</pre>"
        )
        return {"text/plain": repr(self), "text/html": html}

    def run(self):
        """What the program prints here. Raises ImportError where the library is not installed."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(self.source, f"<{self.library}>", "exec"), {"__name__": "__main__"})
        return printed.getvalue()


def outside(chapter):
    """The Outside of a chapter, "07". Raises ValueError for a chapter without one."""
    found = getattr(module_of(int(chapter)), "OUTSIDE", None) if str(chapter).isdigit() else None
    if found is None:
        raise ValueError(f"chapter {chapter!r} has no numbers of another library")
    return found
