"""What helps a reader learn: predictions, exercises with hints, counters, a fuzzer."""

from autodiff_lib.teaching.counting import Counted, calls_within, counting
from autodiff_lib.teaching.exercises import check_answer, hint
from autodiff_lib.teaching.fuzzing import fuzz
from autodiff_lib.teaching.outside import outside
from autodiff_lib.teaching.predictions import predict, predictions
from autodiff_lib.teaching.running import attempt

__all__ = [
    "Counted",
    "attempt",
    "calls_within",
    "check_answer",
    "counting",
    "fuzz",
    "hint",
    "outside",
    "predict",
    "predictions",
]
