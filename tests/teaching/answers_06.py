"""Answers to try on the exercises of chapter 06."""

import math

from autodiff_lib.engines.paths import Tensor
from autodiff_lib.graphs.walk import topological_order


def sweep(arrived, order=reversed):
    def gradients_without_walking(output):
        gradient = {output: 1}
        for node in order(topological_order(output)):
            for operand, local in zip(node.operands, node.local_derivatives, strict=True):
                gradient[operand] = arrived(gradient[node], local.value, gradient.get(operand, 0))
        return gradient

    return gradients_without_walking


def walking(output):
    gradient = {}

    def walk(node, product):
        gradient[node] = gradient.get(node, 0) + product
        for operand, local in zip(node.operands, node.local_derivatives, strict=True):
            walk(operand, product * local.value)

    walk(output, 1)
    return gradient


def asking(output):
    return {node: output.grad(node).value for node in topological_order(output)}


def with_tensors(output):
    return {node: output.grad(node) for node in topological_order(output)}


right_sweep = sweep(lambda own, local, so_far: so_far + own * local)

ANSWERS = {
    "06.1": dict(right=[5, 5.0], wrong=[3, 4, 6, 2, 7]),
    "06.2": dict(right=[44], wrong=[24, 20, 40, 36, 28, 0, 45]),
    "06.3": dict(
        right=[right_sweep],
        wrong=[
            sweep(lambda own, local, so_far: so_far + own),
            sweep(lambda own, local, so_far: own * local),
            sweep(lambda own, local, so_far: so_far + local),
            sweep(lambda own, local, so_far: so_far + own + local),
            sweep(lambda own, local, so_far: so_far - own * local),
            sweep(lambda own, local, so_far: so_far + own * local, order=list),
            walking,
            asking,
            with_tensors,
            lambda output: list(right_sweep(output).values()),
            lambda output: {output: 1},
        ],
    ),
    "06.4": dict(
        right=[
            lambda a: (1 / (2 * a**0.5),),
            lambda a: (0.5 * a**-0.5,),
            lambda a: ((a.log() * -0.5).exp() / 2,),
        ],
        wrong=[
            lambda a: (a**-0.5,),
            lambda a: (a**0.5,),
            lambda a: (a**0.5 / 2,),
            lambda a: (0.5,),
            lambda a: (Tensor(0.5 / math.sqrt(a.value)),),
            lambda a: (0.5 / math.sqrt(a.value),),
            lambda a: 1 / (2 * a**0.5),
            lambda a: (1 / a,),
            lambda a: (a, a),
        ],
    ),
}
