"""What helps a reader learn: predictions, exercises with hints, counters, a fuzzer."""

from autodiff_lib.teaching.counting import Counted, calls_within, counting
from autodiff_lib.teaching.exercises import check_answer, hint
from autodiff_lib.teaching.fuzzing import fuzz
from autodiff_lib.teaching.outside import outside
from autodiff_lib.teaching.predictions import predict, predictions
from autodiff_lib.teaching.running import attempt
from autodiff_lib.teaching.sources import bare_source

__all__ = [
    "Counted",
    "attempt",
    "bare_source",
    "calls_within",
    "check_answer",
    "counting",
    "fuzz",
    "hint",
    "outside",
    "predict",
    "predictions",
]
