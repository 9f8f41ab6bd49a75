"""Answers to try on the exercises of chapter 03."""

from autodiff_lib.engines.tape import Node


class Subtract(Node):
    op = "sub"

    def compute(self, a, b):
        return a - b

    def slopes(self, a, b):
        return 1, -1


def but(compute=Subtract.compute, slopes=Subtract.slopes):
    return type("Subtract", (Node,), {"op": "sub", "compute": compute, "slopes": slopes})


def search(step, rounds=100):
    def descend(tape, leaf, output):
        for _ in range(rounds):
            tape.forward()
            tape.backward(output)
            leaf.number = leaf.number + step * leaf.gradient
        return leaf.number

    return descend


def descend_by_value(tape, leaf, output):
    for _ in range(100):
        tape.forward()
        tape.backward(output)
        leaf.value -= 0.1 * leaf.gradient
    return leaf.number


def descend_with_one_forward(tape, leaf, output):
    tape.forward()
    tape.backward(output)
    for _ in range(100):
        leaf.number -= 0.1 * leaf.gradient
    return leaf.number


def descend_by_the_output(tape, leaf, output):
    for _ in range(100):
        tape.forward()
        tape.backward(output)
        leaf.number -= 0.1 * output.gradient
    return leaf.number


def descend_without_forward(tape, leaf, output):
    for _ in range(100):
        tape.backward(output)
        leaf.number -= 0.1 * leaf.gradient
    return leaf.number


ANSWERS = {
    "03.1": dict(right=[144, 144.0], wrong=[288, 0, 24, 12, 96, 48]),
    "03.2": dict(
        right=[Subtract, but(slopes=lambda self, a, b: [1.0, -1.0])],
        wrong=[
            but(slopes=lambda self, a, b: (1, 1)),
            but(slopes=lambda self, a, b: (-1, 1)),
            but(slopes=lambda self, a, b: (b, a)),
            but(slopes=lambda self, a, b: (a, -b)),
            but(slopes=lambda self, a, b: 1),
            but(slopes=lambda self, a, b: (self.gradient, -self.gradient)),
            but(slopes=lambda self, a, b: (0, 0)),
            but(compute=lambda self, a, b: b - a),
            but(compute=lambda self, a, b: a + b),
            but(compute=lambda self, a: a),
            Subtract.compute,
        ],
    ),
    "03.3": dict(
        right=[search(-0.1), search(-0.1, rounds=101)],
        wrong=[
            search(0.1),
            search(-0.1, rounds=1),
            lambda tape, leaf, output: None,
            search(-0.001),
            descend_by_the_output,
            descend_by_value,
            descend_with_one_forward,
            descend_without_forward,
        ],
    ),
}
