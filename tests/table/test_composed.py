"""Every function that is composed of others: NumPy's values, and derivatives that are right.

A sample is `call(arguments...)`, spelled as a user spells it. Its arrays of floats, one by one and
all together, become nodes.
"""

import inspect

import numpy as np
import pytest

from autodiff_lib.arrays import grad, gradient_program, vjp
from autodiff_lib.arrays.calls import COMPOSED
from autodiff_lib.arrays.operands import is_node
from autodiff_lib.arrays.structures import flatten, rebuild
from autodiff_lib.table.composed import REFUSED, path_of
from tests.table.samples import draw, matrix, spread_out, steep, symmetric
from tests.table.table_walk import check_first_order, check_float32, check_second_order


def call(*arguments, **keywords):
    """Return the arguments of a call, as a structure."""
    return list(arguments), keywords


NUMBER, ONE, OTHER = np.array(0.4375), draw((3,)), draw((3,), 1)
TWO, SQUARE, THREE = draw((2, 3)), draw((3, 3)), draw((2, 3, 4))
CUBE, APART, TIMES = draw((3, 3, 3)), spread_out((3, 5)), np.array([0.0, 0.5, 2.0, 2.25, 3.0])
LOPSIDED = steep((3, 3))  # eigh reads one triangle
WITH_ZEROS = np.array([[0.5, 0.0, 0.25, 2.0], [0.0, 1.5, 0.0, 0.5]])
HOLES = np.array([[0.5, np.nan, 0.25], [np.nan, 1.0, 2.0]])

SAMPLES = {
    np.take: [
        call(ONE, 1), call(TWO, [0, 5, 5]), call(TWO, (1, 0), axis=0), call(TWO, [], axis=1),
        call(THREE, np.array([[0, 2], [2, -1]]), axis=-2), call(NUMBER, 0), call(TWO, 2, 1),
    ],
    np.take_along_axis: [
        call(TWO, np.array([[0, 2], [1, 1]]), axis=1), call(TWO, np.array([[0, 2]]), 1),
        call(TWO, np.array([[1, 0, 0]]), 0), call(TWO, np.array([5, 0]), axis=None),
        call(ONE, np.array([2, 2]), axis=-1), call(ONE, np.array([2, 0])),
        call(THREE, np.array([[[1, 0, 3]]]), axis=-1),
    ],
    np.delete: [call(ONE, 1), call(TWO, [0, 2], axis=1), call(TWO, 3), call(ONE, slice(1, 2), 0)],
    np.diagonal: [
        call(TWO), call(TWO, 1), call(TWO, offset=-1), call(TWO, 7), call(CUBE), call(THREE),
        call(THREE, 1, 2, 1), call(THREE, -1, axis1=-1, axis2=0), call(SQUARE, 0, 1, 0),
    ],
    np.trace: [
        call(TWO), call(TWO, 1), call(TWO, offset=-1), call(TWO, 7), call(CUBE), call(THREE),
        call(THREE, 1, 2, 1), call(THREE, -1, axis1=-1, axis2=0),
    ],
    np.diag: [call(ONE), call(ONE, 1), call(ONE, k=-2), call(TWO), call(TWO, 1), call(TWO, k=-1)],
    np.array_split: [
        call(ONE, 2), call(draw((7,)), 3), call(THREE, 3, axis=-1), call(THREE, [1, 3], 2),
        call(ONE, 5), call(ONE, np.array([2])), call(draw((6,)), [4, 2]), call(ONE, [-1]),
    ],
    np.split: [call(ONE, 3), call(THREE, 2, axis=2), call(THREE, [1, 3], axis=-1), call(TWO, (1,))],
    np.hsplit: [call(TWO, 3), call(ONE, [1]), call(THREE, 3)],
    np.vsplit: [call(TWO, 2), call(THREE, [1])],
    np.dsplit: [call(THREE, 2), call(THREE, (1, 3))],
    np.compress: [
        call([True, False, True], ONE), call([False, True], TWO, axis=1), call([0, 1, 1, 0], TWO),
        call(np.array([True, False]), THREE, 0),
    ],
    np.extract: [call(TWO > 0.5, TWO), call([1, 0, 1], ONE)],
    np.partition: [
        call(APART, 2), call(APART, 1, axis=0), call(spread_out((9,)), (2, 5)),
        call(spread_out((40,)), 20), call(APART, 7, None),
    ],
    np.lib.stride_tricks.sliding_window_view: [
        call(ONE, 2), call(THREE, 2, axis=1), call(THREE, (2, 3), (1, 2)), call(TWO, (2, 2)),
        call(draw((5,)), (3,)), call(THREE, (2, 2), axis=(2, 0)),
    ],
    np.rollaxis: [call(THREE, 2), call(THREE, 0, 3), call(THREE, axis=1, start=-1)],
    np.linalg.diagonal: [call(TWO), call(THREE, offset=1)],
    np.linalg.matrix_transpose: [call(TWO), call(THREE)],
    np.diagflat: [call(TWO), call(ONE, -1), call(NUMBER, k=1)],
    np.unstack: [call(ONE), call(THREE, axis=1), call(TWO)],
    np.rot90: [
        *(call(SQUARE, k) for k in (-1, 0, 1, 2, 3, 4, 5)), call(TWO), call(TWO, k=3),
        call(THREE, 1, (1, 2)), call(THREE, 3, axes=(2, 0)), call(THREE, 2, axes=(2, 0)),
    ],
    np.fliplr: [call(TWO), call(THREE)],
    np.flipud: [call(ONE), call(TWO), call(THREE)],
    np.matrix_transpose: [call(TWO), call(THREE)],
    np.repeat: [
        call(NUMBER, 3), call(ONE, 2), call(TWO, 2), call(TWO, [1, 0, 2], axis=1),
        call(TWO, repeats=2, axis=0), call(THREE, 2, -1),
    ],
    np.tile: [
        call(NUMBER, 2), call(NUMBER, (2, 1)), call(ONE, 2), call(ONE, (2, 2)), call(TWO, 2),
        call(TWO, (2, 1)), call(TWO, (2, 1, 3)), call(THREE, reps=(2, 1)), call(ONE, ()),
    ],
    np.broadcast_arrays: [call(ONE, draw((2, 1)), 3.0), call(NUMBER, TWO), call(ONE)],
    np.meshgrid: [
        call(ONE), call(ONE, draw((2,))), call(ONE, draw((2,)), indexing="ij"),
        call(ONE, draw((2,)), draw((4,), 1)), call(ONE, NUMBER),
    ],
    np.atleast_1d: [call(NUMBER), call(TWO), call(NUMBER, ONE)],
    np.atleast_2d: [call(NUMBER), call(ONE), call(TWO), call(ONE, 2.0, THREE)],
    np.atleast_3d: [call(NUMBER), call(ONE), call(TWO), call(THREE), call(ONE, TWO)],
    np.hstack: [
        call([NUMBER, 1.0]), call([ONE, OTHER]), call((TWO, draw((2, 1)))), call([NUMBER, ONE]),
        call([THREE, THREE]), call(TWO),
    ],
    np.vstack: [
        call([NUMBER, 1.0]), call([ONE, OTHER]), call((TWO, ONE)), call([THREE, THREE]), call(TWO),
    ],
    np.dstack: [call([NUMBER, 1.0]), call([ONE, OTHER]), call([TWO, TWO]), call([THREE, TWO])],
    np.column_stack: [call([NUMBER, 1.0]), call([ONE, OTHER]), call([SQUARE, ONE])],
    np.append: [
        call(ONE, 2.0), call(TWO, ONE), call(TWO, draw((1, 3)), axis=0), call(TWO, draw((2, 1)), 1),
    ],
    np.insert: [
        call(ONE, 1, NUMBER), call(TWO, 1, ONE, axis=0), call(TWO, [0, 2], NUMBER, 1),
        call(TWO, [1, 1], draw((2, 1)), axis=1), call(TWO, 3, [1.0, 2.0]), call(ONE, -1, [1.0, 2]),
        call(TWO, 1, draw((2, 2), 1), 1), call(ONE, slice(0, 2), draw((2,), 1)),
        call(TWO, np.array([True, False, True]), 2.0, axis=1),
    ],
    np.apply_along_axis: [
        call(np.sum, 0, TWO), call(np.cumsum, 1, THREE), call(np.diag, -1, TWO),
        call(np.prod, 0, ONE), call(np.linalg.norm, 1, TWO, ord=1),
    ],
    np.block: [
        call([[NUMBER, NUMBER * 2], [1.0, 2.0]]), call([ONE, NUMBER]), call([[TWO], [ONE]]),
        call([[SQUARE, draw((3, 1))], [TWO, draw((2, 1), 1)]]), call([[[NUMBER], [ONE[:1]]]]),
        call(ONE), call([[[ONE, OTHER]], [[OTHER, ONE]]]), call([THREE, draw((2, 3, 1))]),
    ],
    np.array: [
        call([[NUMBER, 1.0], [2.0, NUMBER]]), call([ONE, [NUMBER, 1.0, 2]]), call(TWO, ndmin=3),
        call([NUMBER, 1], dtype=float), call(NUMBER, ndmin=1),
    ],
    np.asarray: [call([[NUMBER, 1.0], [2.0, NUMBER]]), call(TWO), call([ONE, OTHER], float)],
    np.full: [call((2, 3), NUMBER), call(3, NUMBER, float), call((2, 3), ONE)],
    np.dot: [
        call(NUMBER, TWO), call(TWO, NUMBER), call(ONE, OTHER), call(TWO, ONE), call(ONE, SQUARE),
        call(TWO, SQUARE), call(draw((2, 2, 3)), draw((2, 3, 4), 1)), call(TWO, draw((2, 3, 4), 1)),
        call(draw((2, 2, 3)), ONE), call(ONE, draw((2, 3, 4), 1)),
    ],
    np.inner: [
        call(NUMBER, TWO), call(ONE, 2.0), call(ONE, OTHER), call(TWO, SQUARE), call(TWO, ONE),
        call(draw((2, 2, 3)), TWO),
    ],
    np.tensordot: [
        call(TWO, SQUARE, 1), call(SQUARE, TWO, axes=([0], [1])), call(draw((4, 2, 3)), TWO),
        call(THREE, TWO, ([0, 1], [0, 1])), call(ONE, TWO, axes=0), call(TWO, TWO, axes=(-1, -1)),
    ],
    np.outer: [call(ONE, OTHER), call(TWO, ONE), call(NUMBER, ONE)],
    np.matvec: [call(TWO, ONE), call(CUBE, TWO[0]), call(CUBE, SQUARE)],
    np.vecmat: [call(ONE, SQUARE), call(SQUARE, CUBE)],
    np.vdot: [call(ONE, OTHER), call(TWO, draw((3, 2), 1)), call(NUMBER, 2.0)],
    np.kron: [
        call(ONE, draw((2,), 1)), call(TWO, draw((2, 2), 1)), call(ONE, TWO), call(TWO, NUMBER),
        call(THREE, draw((2, 1), 1)),
    ],
    np.cross: [
        call(ONE, OTHER), call(TWO, ONE), call(TWO, draw((2, 3), 1)),
        call(draw((3, 4)), draw((3, 4), 1), axis=0), call(draw((3, 2)), draw((3, 2), 1), axis=0),
        call(draw((3, 2)), TWO, axisa=0, axisc=0), call(SQUARE, SQUARE + OTHER, 0, 1, 0),
    ],
    np.vecdot: [
        call(ONE, OTHER), call(TWO, ONE), call(THREE, draw((2, 1, 4), 1)),
        call(TWO, draw((2, 1, 3), 1)[0], axis=-1), call(draw((3, 2)), ONE, axis=0),
    ],
    np.linalg.matrix_power: [
        call(matrix(), 3), call(SQUARE, 0), call(matrix(), -2), call(CUBE, 2), call(SQUARE, 1),
    ],
    np.linalg.outer: [call(ONE, OTHER)],
    np.linalg.tensordot: [call(TWO, SQUARE, axes=1)],
    np.linalg.vecdot: [call(TWO, ONE), call(draw((3, 2)), draw((3, 2), 1), axis=0)],
    np.linalg.cross: [call(TWO, ONE), call(SQUARE, SQUARE + OTHER, axis=0)],
    np.linalg.trace: [call(SQUARE), call(THREE, offset=1)],
    np.linalg.matmul: [call(TWO, SQUARE), call(THREE, draw((4, 2)))],
    np.linalg.slogdet: [call(matrix()), call(draw((2, 3, 3)) + 2 * np.eye(3))],
    np.linalg.norm: [
        *(call(ONE, ord) for ord in (None, 1, 2, np.inf)), call(NUMBER), call(TWO), call(THREE),
        call(TWO, "fro"), call(TWO, axis=0), call(TWO, 2, axis=1, keepdims=True),
        call(APART, np.inf, axis=-1), call(TWO, ord=1, axis=(0,)), call(THREE, axis=(0, 2)),
        call(THREE, "fro", (0, 1)), call(THREE, keepdims=True),
        *(call(APART[0] - 1.5, ord) for ord in (-np.inf, 0, 3, 1.5, -1, -2)),
        *(call(APART, ord) for ord in (1, -1, 2, -2, np.inf, -np.inf, "nuc")),
        *(call(spread_out((2, 3, 4)), ord, (2, 0), True) for ord in (1, 2, -np.inf, "nuc")),
        call(THREE, "nuc", axis=(0, 1)), call(APART - 1.5, 3, axis=0, keepdims=True),
    ],
    np.linalg.vector_norm: [call(ONE), call(TWO, axis=0, ord=3), call(TWO, ord=1, keepdims=True)],
    np.linalg.matrix_norm: [call(TWO), call(THREE, ord="nuc"), call(TWO, ord=2, keepdims=True)],
    np.linalg.eigh: [call(LOPSIDED), call(LOPSIDED, "U"), call(symmetric(steep((2, 3, 3))))],
    np.linalg.eigvalsh: [call(LOPSIDED), call(LOPSIDED, UPLO="U")],
    np.linalg.svd: [
        call(steep((3, 3))), call(steep((2, 3)), False), call(steep((3, 2)), full_matrices=False),
        call(steep((2, 3, 2)), compute_uv=False), call(steep((2, 3, 3))),
    ],
    np.linalg.svdvals: [call(steep((2, 3))), call(steep((2, 3, 2)))],
    np.linalg.lstsq: [
        call(steep((4, 2)), draw((4,), 1)), call(steep((4, 2)), draw((4, 3), 1)),
        call(steep((2, 3)), draw((2,), 1)), call(steep((3, 3)), ONE, rcond=1e-9),
    ],
    np.linalg.multi_dot: [
        call([TWO, SQUARE, draw((3, 2))]), call([ONE, SQUARE, OTHER]), call((TWO, SQUARE, ONE)),
        call([draw((4, 2)), TWO, SQUARE, draw((3, 1)), draw((1, 2))]), call([TWO, SQUARE]),
    ],
    np.average: [
        call(ONE), call(TWO, 0), call(ONE, weights=OTHER), call(TWO, None, draw((2, 3), 1)),
        call(TWO, axis=1, weights=ONE), call(THREE, 1, ONE), call(TWO, -1, ONE, keepdims=True),
        call(THREE, axis=(0, 1)), call(TWO, keepdims=True),
    ],
    np.nansum: [
        call(NUMBER), call(ONE, out=None), call(HOLES, 0, dtype=None),
        call(HOLES, axis=1, keepdims=True),
    ],
    np.nanmean: [call(NUMBER), call(ONE), call(HOLES, 0), call(HOLES, axis=1, keepdims=True)],
    np.median: [
        call(NUMBER), call(spread_out((4,))), call(spread_out((5,))), call(APART), call(APART, 0),
        call(APART, axis=-1, keepdims=True), call(APART, keepdims=True),
        call(spread_out((2, 3, 4)), 1), call(spread_out((2, 3, 4)), (0, 2)),
        call(spread_out((2, 3, 4)), axis=(2, 0), keepdims=True),
    ],
    np.quantile: [
        call(APART, 0.3), call(APART, NUMBER), call(APART, np.array([0.1, 0.45]), axis=1),
        call(spread_out((2, 3, 4)), 0.6, (0, 2), keepdims=True),
        call(APART, [[0.1, 0.9]], 0, keepdims=True), call(APART, 1.0), call(APART, 0, 1),
        *(call(APART, 0.3, 1, method=name) for name in ("lower", "higher", "midpoint")),
    ],
    np.percentile: [
        call(APART, 30), call(APART, [10.0, 85.0], axis=0), call(APART, 20, -1, keepdims=True),
    ],
    np.nanmax: [call(APART), call(HOLES), call(HOLES, 0), call(HOLES, axis=1, keepdims=True)],
    np.nanmin: [call(APART), call(HOLES), call(HOLES, 0), call(HOLES, axis=1, keepdims=True)],
    np.nanvar: [call(APART), call(HOLES), call(HOLES, 1), call(HOLES, 1, ddof=1, keepdims=True)],
    np.nanstd: [call(APART), call(HOLES), call(HOLES, 1), call(HOLES, 1, ddof=1, keepdims=True)],
    np.nanprod: [call(TWO), call(HOLES), call(HOLES, 0), call(HOLES, axis=1, keepdims=True)],
    np.nancumsum: [call(TWO), call(HOLES, 1)],
    np.nancumprod: [call(TWO), call(HOLES, axis=1)],
    np.cov: [
        call(ONE), call(TWO), call(ONE, OTHER), call(TWO, draw((1, 3), 1)), call(TWO, rowvar=False),
        call(TWO, bias=True), call(SQUARE, draw((3, 2), 1), False, ddof=0), call(ONE, rowvar=False),
        call(draw((1, 3)), rowvar=False, ddof=0), call(draw((3, 1)), OTHER[None], rowvar=False),
    ],
    np.corrcoef: [
        call(APART), call(ONE * 5), call(APART[0], APART[1]), call(APART, rowvar=False),
    ],
    np.ptp: [call(APART), call(APART, 0), call(APART, axis=-1, keepdims=True), call(NUMBER)],
    np.amax: [call(APART), call(APART, 0), call(APART, axis=1, keepdims=True)],
    np.amin: [call(APART), call(APART, 0), call(APART, axis=1, keepdims=True)],
    np.around: [call(TWO), call(TWO, 1), call(NUMBER, decimals=1)],
    np.fix: [call(TWO * 5), call(NUMBER)],
    np.diff: [
        call(ONE), call(APART, 2), call(APART, axis=0), call(THREE, n=2, axis=1), call(ONE, 0),
        call(ONE, prepend=0.0), call(ONE, append=NUMBER),
        call(TWO, axis=0, append=draw((1, 3), 1), prepend=NUMBER),
        call(TWO, 1, -1, ONE[:2, None], OTHER[:2, None]), call(THREE, 1, 1, draw((2, 1, 4), 1)),
    ],
    np.trapezoid: [
        call(ONE), call(ONE, TIMES[:3]), call(TWO, dx=0.5), call(THREE, TIMES[:3], axis=1),
        call(TWO, draw((2, 3), 1), axis=0), call(THREE, THREE**2, axis=0),
        call(THREE, None, 2.0, 0), call(TWO, dx=OTHER[:2]),
    ],
    np.polyval: [call(ONE, NUMBER), call(ONE, TWO), call([1.0, 0.0, 2.0], TWO), call(ONE, 0.0)],
    np.convolve: [
        call(draw((n,)), draw((m,), 1), *mode)
        for n, m in ((4, 2), (4, 3), (2, 4), (3, 3), (1, 3))
        for mode in ((), ("same",), ("valid",))
    ] + [call(ONE, OTHER, mode="full")],
    np.interp: [
        call(draw((4,)) * 4 - 0.7, TIMES, draw((5,))), call(1.25, TIMES, draw((5,))),
        call(draw((2, 3)) * 3, TIMES, TIMES**2),
        call(np.array([-1.0, 2.9, 9.0]), TIMES, draw((5,))),
        call(np.array([-1.0, 2.9, 9.0]), TIMES, draw((5,)), 1.0, right=2.0),
        call(np.array([-1.0, 2.9, 9.0]), [0.5, 0.1, 1.2], draw((3,)), period=1.75),
    ],
    np.correlate: [
        call(draw((n,)), draw((m,), 1), *mode)
        for n, m in ((4, 2), (2, 4), (3, 5), (5, 3), (3, 3))
        for mode in ((), ("same",), ("full",))
    ],
    np.gradient: [
        call(draw((5,))), call(APART, axis=0), call(THREE), call(draw((5,)), 0.5, edge_order=2),
        call(APART, TIMES * 4, axis=1), call(ONE[:2]),
        call(THREE, 2.0, TIMES[:3], 0.5), call(draw((5,)), TIMES * 4, edge_order=2),
    ],
    np.ediff1d: [call(ONE), call(TWO, 2.0), call(ONE, NUMBER, [1.0, 2.0]), call(TWO, to_begin=ONE)],
    np.cumprod: [call(ONE), call(TWO), call(TWO, 0), call(WITH_ZEROS, axis=1), call(WITH_ZEROS)],
    np.cumulative_sum: [call(ONE), call(TWO, axis=1, include_initial=True), call(TWO, axis=0)],
    np.cumulative_prod: [call(ONE), call(TWO, axis=0, include_initial=True)],
    np.bincount: [
        call([0, 2, 2], ONE), call(np.array([1, 1, 0]), weights=ONE, minlength=5),
    ],
    np.sinc: [
        call(TWO), call(np.array([0.0, 1e-9, -1e-3, 0.31, -0.32, 1.0, 4.3])), call(np.array(0.0)),
    ],
    np.fmax: [call(HOLES, TWO), call(ONE, HOLES), call(HOLES, 0.6)],
    np.fmin: [call(HOLES, TWO), call(ONE, HOLES), call(HOLES, 0.6)],
    np.linspace: [
        call(NUMBER, 2.0, 5), call(0.0, NUMBER), call(ONE, OTHER, num=4), call(NUMBER, ONE, 3),
        call(NUMBER, 2.0, 4, endpoint=False), call(NUMBER, 2.0, 1), call(1, NUMBER, 3, False),
        call(ONE, 1.0, 4, axis=-1), call(NUMBER, 2.0, 5, retstep=True),
    ],
    np.logspace: [
        call(NUMBER, 2.0, 4), call(ONE, OTHER, num=3, base=2.0), call(0, NUMBER, 3, False),
        call(ONE, 2.0, 4, axis=1),
    ],
    np.geomspace: [
        call(NUMBER, 2.0, 5), call(ONE, OTHER, 3, False), call(-NUMBER, -8.0, 4),
        call(ONE, 2.0, 4, axis=-1),
    ],
    np.select: [
        call([TWO < 0.4, TWO < 0.6], [TWO, TWO * 2]), call([ONE < 0.5], [ONE], 2.0),
        call([ONE < 0.5, np.array(True)], [NUMBER, TWO], default=3.0),
    ],
    np.nan_to_num: [
        call(HOLES), call(HOLES, nan=2.0), call(np.array([np.inf, 0.5, -np.inf]), posinf=1.0),
        call(np.array([np.inf, 0.5, -np.inf]), neginf=1.0), call(NUMBER),
    ],
    np.heaviside: [call(TWO - 0.5, 0.5), call(np.array([0, -2, 1]), ONE), call(NUMBER, 0.5)],
    np.float_power: [call(ONE, 2), call(ONE, OTHER), call(TWO, ONE), call(2.0, ONE)],
    np.fabs: [call(TWO - 0.5), call(NUMBER)],
    np.deg2rad: [call(TWO)],
    np.radians: [call(TWO)],
    np.rad2deg: [call(TWO)],
    np.degrees: [call(TWO)],
    np.astype: [call(TWO, float), call(TWO, "float64"), call(ONE, np.float64)],
    np.copy: [call(TWO, "C"), call(NUMBER)],
    np.real: [call(TWO)],
    np.real_if_close: [call(TWO)],
    np.imag: [call(TWO), call(NUMBER)],
    np.iscomplex: [call(TWO)],
    np.isreal: [call(TWO)],
    np.iscomplexobj: [call(TWO)],
    np.isrealobj: [call(TWO)],
    np.angle: [call(TWO - 0.5), call(TWO - 0.5, deg=True)],
    np.conjugate: [call(TWO)],
    np.shape: [call(TWO), call(NUMBER)],
    np.ndim: [call(TWO), call(NUMBER)],
    np.size: [call(TWO), call(TWO, 1), call(TWO, axis=(0, 1))],
    np.zeros_like: [call(TWO, order="C"), call(ONE, dtype=int)],
    np.ones_like: [call(TWO), call(ONE, dtype=float)],
    np.full_like: [call(TWO, 2.0), call(ONE, fill_value=3), call(NUMBER, 1, dtype=int)],
    np.array_equal: [call(TWO, TWO + 0.0), call(TWO, TWO + 1.0), call(TWO, ONE)],
    np.allclose: [
        call(TWO, TWO + 1e-9), call(TWO, TWO + 0.01), call(TWO, TWO + 0.01, atol=0.1),
        call(TWO, TWO + 0.01, 0.1),
    ],
}  # fmt: skip
LIKE = {np.array, np.asarray, np.full}  # reach nodes where `like` is one
MADE_UP = {np.empty_like}  # its values are whatever was in memory
WIDER = {np.float_power, np.select, np.bincount}  # NumPy makes these double precision


def is_followed(leaf):
    """Tell whether a leaf of a call's arguments becomes a node: an array of floats."""
    return isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"


def close_over(function, arguments, positions):
    """Return the call as a function of the leaves at `positions`, and those leaves."""
    leaves = flatten(list(arguments))

    def f(*xs):
        full = list(leaves)
        for position, x in zip(positions, xs, strict=True):
            full[position] = x
        positional, keywords = rebuild(list(arguments), iter(full))
        if function in LIKE and is_node(xs[0]):
            keywords["like"] = xs[0]
        return function(*positional, **keywords)

    return f, tuple(leaves[position] for position in positions)


def in_one_vector(f):
    """Return f with all its results joined to one vector of floats."""

    def joined(*xs):
        parts = [np.ravel(leaf) * 1.0 for leaf in flatten(f(*xs))]
        return np.concatenate(parts) if parts else np.zeros(0)

    return joined


def ways_to_call(arguments):
    """Return which leaves become nodes: each alone, and all together."""
    followed = [i for i, leaf in enumerate(flatten(list(arguments))) if is_followed(leaf)]
    return [[i] for i in followed] + [followed] * (len(followed) > 1)


def check_values(got, expected):
    """Raise an AssertionError unless a result is NumPy's: structure, shapes, dtypes, values."""
    if isinstance(expected, (list, tuple)):
        assert type(got) is type(expected) and len(got) == len(expected)
    for one, other in zip(flatten(got), map(np.asarray, flatten(expected)), strict=True):
        assert np.shape(one) == other.shape
        assert other.dtype.kind != "f" or np.asarray(one).dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=1e-13, atol=1e-15)


def check_call(function, arguments):
    """Raise an AssertionError unless values and derivatives of one call are right."""
    keywords = arguments[1]
    for positions in ways_to_call(arguments):
        f, xs = close_over(function, arguments, positions)
        check_values(vjp(f, *xs)[0], function(*arguments[0], **keywords))
        flat = in_one_vector(f)
        check_first_order(flat, xs)
        check_second_order(flat, xs)
        if function not in WIDER:
            check_float32(flat, xs)


COMPUTED = [function for function in COMPOSED if function not in REFUSED]


@pytest.mark.parametrize("function", COMPUTED, ids=path_of)
def test_every_composed_function_gives_numpys_values_and_right_derivatives(function):
    if function not in MADE_UP:
        assert SAMPLES.get(function), f"{path_of(function)} has no samples"
        for arguments in SAMPLES[function]:
            check_call(function, arguments)


@pytest.mark.parametrize("function", COMPUTED, ids=path_of)
def test_every_composed_function_can_be_in_a_program(function):
    """The gradient's source gives what grad gives, at the first sample."""
    if function in MADE_UP:
        return
    arguments = SAMPLES[function][0]
    f, xs = close_over(function, arguments, ways_to_call(arguments)[-1])
    every = tuple(range(len(xs)))
    loss = lambda *xs: np.sum(np.square(in_one_vector(f)(*xs)))  # noqa: E731
    for got, wanted in zip(
        gradient_program(loss, *xs, argnums=every)(*xs), grad(loss, every)(*xs), strict=True
    ):
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("function", COMPUTED, ids=path_of)
def test_parameters_are_spelled_as_numpy_spells_them(function):
    if not isinstance(function, np.ufunc):  # those take no keywords
        spelled = inspect.signature(function).parameters
        for name in list(inspect.signature(COMPOSED[function]).parameters)[1:]:
            assert name in spelled


@pytest.mark.parametrize("function", [np.diff, np.trapezoid, np.trace, np.median])
def test_no_axis_is_moved_to_where_it_is(function):
    source = gradient_program(lambda x: np.sum(function(x)), SQUARE, value=True).source
    assert "moveaxis" not in source and "transpose" not in source and ".T" not in source


def test_a_function_without_samples_fails_the_walk(monkeypatch):
    monkeypatch.setitem(COMPOSED, np.unwrap, np.sin)
    with pytest.raises(AssertionError, match="np.unwrap has no samples"):
        test_every_composed_function_gives_numpys_values_and_right_derivatives(np.unwrap)


def test_the_median_of_nan_is_nan():
    np.testing.assert_array_equal(vjp(np.median, HOLES)[0], np.nan)
    got = vjp(lambda x: np.median(x, axis=0), HOLES)[0]
    np.testing.assert_array_equal(got, [np.nan, np.nan, 1.125])


def test_a_quantile_of_nan_is_nan():
    got = vjp(lambda x: np.quantile(x, [0.25, 0.5], axis=0), HOLES)[0]
    np.testing.assert_array_equal(got, np.quantile(HOLES, [0.25, 0.5], axis=0))


def test_diag_leaves_zeros_around_inf():
    got = vjp(np.diag, np.array([np.inf, 1.0]))[0]
    np.testing.assert_array_equal(got, [[np.inf, 0.0], [0.0, 1.0]])


REFUSED = [
    (lambda x: np.linalg.norm(x, 3), SQUARE, "a matrix has no norm of order 3"),
    (lambda x: np.linalg.norm(x, "nuc"), ONE, "a vector has no norm of order 'nuc'"),
    (lambda x: np.linalg.svd(x), TWO, r"write np.linalg.svd\(x, full_matrices=False\)"),
    (lambda x: np.linalg.eigh(x, "M"), SQUARE, "UPLO is 'L' or 'U'"),
    (lambda x: np.reshape(x, (3, 2), order="A"), TWO, "order='C' or order='F'"),
    (lambda x: np.quantile(x, 0.3, method="weibull"), ONE, "method is 'linear'"),
    (lambda x: np.quantile(x, 1.3), ONE, "between 0 and 1"),
    (lambda x: np.gradient(x, edge_order=2), ONE[:2], "2 entries are too few"),
    (lambda x: np.gradient(x, 1.0, 2.0), ONE, "2 spacings for 1 axes"),
    (lambda x: np.lib.stride_tricks.sliding_window_view(x, 4), ONE, "a window of 4 in 3"),
    (lambda x: np.cumulative_sum(x), TWO, "need an axis"),
    (lambda x: np.hsplit(x, 1), NUMBER, "0 axes cannot be split"),
    (lambda x: np.linalg.norm(x, 2), THREE, "3 axes with ord=2"),
    (np.diag, THREE, "1- or 2-d"),
    (lambda x: np.take_along_axis(x, np.array([0]), 0), TWO, "1 axes of indices, 2 of x"),
    (lambda x: np.split(x, 2), ONE, "3 entries do not make 2 equal parts"),
    (lambda x: np.diff(x, -1), ONE, "must not be negative"),
    (lambda x: np.tensordot(x, ONE[:1], 1), ONE, "differ at axes"),
    (lambda x: np.cross(x, x), ONE[:2], "three components"),
    (lambda x: np.average(x, weights=ONE), TWO, "fit neither"),
    (lambda x: np.average(x, axis=0, weights=ONE[:1]), TWO, r"\(1,\) fit neither"),
    (lambda x: np.meshgrid(x, indexing="yx"), ONE, "'xy' or 'ij', not 'yx'"),
    (lambda x: np.rot90(x, axes=(0, 0)), TWO, "repeated axis"),
    (lambda x: np.cov(x), THREE, "at most 2 axes"),
    (lambda x: np.interp(x, [1.0], [2.0]), ONE, "at least two points"),
    (lambda x: np.trapezoid(x, THREE, axis=0), TWO, "x has 3 axes, y has 2"),
    (lambda x: np.vecdot(x, ONE[:1]), ONE, "vectors of 3 and of 1"),
    (lambda x: np.linalg.matrix_power(x, 2), TWO, "square matrices"),
    (lambda x: np.linalg.norm(x, axis=0), NUMBER, "axis 0 is out of bounds"),
    (lambda x: np.take(x, [0.5]), ONE, "of integer"),
    (lambda x: np.take(x, 0, axis=2), TWO, "axis 2 is out of bounds"),
    (lambda x: np.astype(x, int), ONE, "would lose its derivative"),
    (lambda x: np.astype(x, np.float32), ONE, "would lose digits"),
    (lambda x: np.trace(x, dtype=float), TWO, r"np.trace of a node takes \(x, offset.*'dtype'"),
    (lambda x: np.linalg.norm(x, keepdim=True), ONE, "keepdim"),
]  # fmt: skip


def words(part):
    """The message a case asks for, as its name; a function's would hold an address."""
    return part[:40] if isinstance(part, str) else ""


@pytest.mark.parametrize("refused, x, message", REFUSED, ids=words)
def test_what_is_not_computed_is_refused_by_name(refused, x, message):
    with pytest.raises((NotImplementedError, TypeError, ValueError, IndexError), match=message):
        vjp(refused, x)
