"""Answers to try on the exercises of chapter 01."""


def backward(f, x, h=1e-8):
    return (f(x) - f(x - h)) / h


def second(f, x, h=1e-4):
    right = (f(x + h) - f(x)) / h
    left = (f(x) - f(x - h)) / h
    return (right - left) / h


def absolute(x):
    return x if x.real >= 0 else -x


ANSWERS = {
    "01.1": dict(right=[6.5, (3.5**2 - 9) / 0.5], wrong=[6, 3.25, 12.25, 5.5, 1.625]),
    "01.2": dict(
        right=[backward],
        wrong=[
            lambda f, x, h: (f(x + h) - f(x)) / h,
            lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            lambda f, x, h: (f(x - h) - f(x)) / h,
            lambda f, x, h: f(x) - f(x - h),
        ],
    ),
    "01.3": dict(
        right=[second],
        wrong=[
            lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h,
            lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            lambda f, x, h: (f(x + h) - f(x) + f(x - h)) / h**2,
            lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / (2 * h) ** 2,
        ],
    ),
    "01.4": dict(right=[2000, 2000.0], wrong=[1000, 1000.001, 2_000_000, 0.001, 0.002]),
    "01.5": dict(
        right=[absolute, lambda x: (1 if x.real > 0 else -1) * x],
        wrong=[abs, lambda x: x, lambda x: abs(x.real) + 1j * x.imag, lambda x: -x],
    ),
}
