"""Answers to try on the exercises of chapter 04."""

import math

from autodiff_lib.engines.overloading import Number


def gradient_of(f, *numbers):
    inputs = [Number(number) for number in numbers]
    for x in inputs:
        x.gradient = 0.0
    f(*inputs).backward()
    return tuple(x.gradient for x in inputs)


def without_backward(f, *numbers):
    inputs = [Number(number) for number in numbers]
    f(*inputs)
    return [x.gradient for x in inputs]


def without_zeros(f, *numbers):
    inputs = [Number(number) for number in numbers]
    f(*inputs).backward()
    return [x.gradient for x in inputs]


def inputs_themselves(f, *numbers):
    inputs = [Number(number) for number in numbers]
    f(*inputs).backward()
    return inputs


def plain_numbers(f, *numbers):
    f(*numbers).backward()
    return [0 for _ in numbers]


ANSWERS = {
    "04.1": dict(right=[40, Number(40)], wrong=[94, 22, 39, 36, 37, 4, 13, 41]),
    "04.2": dict(
        right=[lambda a, b: (a / math.hypot(a, b), b / math.hypot(a, b))],
        wrong=[
            lambda a, b: (2 * a, 2 * b),
            lambda a, b: (1 / (2 * math.hypot(a, b)), 1 / (2 * math.hypot(a, b))),
            lambda a, b: (b / math.hypot(a, b), a / math.hypot(a, b)),
            lambda a, b: (a / (a**2 + b**2), b / (a**2 + b**2)),
            lambda a, b: (a / (2 * math.hypot(a, b)), b / (2 * math.hypot(a, b))),
            lambda a, b: (2 * a / math.hypot(a, b), 2 * b / math.hypot(a, b)),
            lambda a, b: math.sqrt(a**2 + b**2),
            lambda a, b: (1, 1),
            lambda a, b: a / math.hypot(a, b),
        ],
    ),
    "04.3": dict(
        right=[gradient_of],
        wrong=[
            without_zeros,
            without_backward,
            inputs_themselves,
            plain_numbers,
            lambda f, *numbers: f(*numbers),
            lambda f, *numbers: gradient_of(f, *numbers)[0],
        ],
    ),
}
