"""The shared package of the series: engines, pictures of them, checks and exercises.

`engines` and `arrays` are what the chapters build; `pictures`, `checking` and `teaching`
look at any of them through one small protocol, which `autodiff_lib.graphs.walk` states. `tools`
is for maintainers.
"""

__version__ = "0.1.0"
