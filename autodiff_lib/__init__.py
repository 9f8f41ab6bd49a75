"""The shared package of the series: engines, pictures of them, checks and exercises.

`engines` and `arrays` are what the chapters build; `pictures`, `check` and `teaching`
look at any of them through one small protocol, which `autodiff_lib.walk` states.
"""

__version__ = "0.1.0"
