"""The reader's fuzzer: search the smallest graph that an engine gets wrong, and say why."""

from autodiff_lib.teaching.fuzzing.fuzzer import FuzzReport, fuzz

__all__ = ["FuzzReport", "fuzz"]
