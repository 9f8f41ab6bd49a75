"""The shared package of the series: engines, pictures of them, checks and exercises.

`engines`, `arrays` and `programs` are what the chapters build, and `table` holds the rules of the
last two; `pictures`, `checking` and `teaching` look at any of them through one small protocol,
which `autodiff_lib.graphs.walk` states. `tools` is for maintainers. Whoever reads the core begins
with the docstring of `arrays`.
"""

__version__ = "0.1.0"
