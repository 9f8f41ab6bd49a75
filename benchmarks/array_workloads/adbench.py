"""Objectives of ADBench, written here from their formulas, for arrays.

Source: F. Srajer, Z. Kukelova, A. Fitzgibbon, "A benchmark of selected algorithmic differentiation
tools on some problems in computer vision and machine learning" (2018), and ADBench's documentation.
"""

import numpy as np

from . import Workload

D, K, N = 10, 25, 1000  # dimension, components, points
GAMMA, M = 1.0, 0  # parameters of the Wishart prior


def gmm(xp):
    """The log-likelihood of a Gaussian mixture, and a Wishart prior on its precisions."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(N, D))
    alphas, means = rng.normal(size=K), rng.normal(size=(K, D))
    logdiag, lower = rng.normal(size=(K, D)) * 0.3, rng.normal(size=(K, D * (D - 1) // 2)) * 0.3
    place = np.zeros((D * (D - 1) // 2, D * D))
    rows, columns = np.tril_indices(D, -1)
    place[np.arange(len(rows)), rows * D + columns] = 1.0
    x_, place_, eye_ = xp.array(x), xp.array(place), xp.array(np.eye(D))
    half_gamma = 0.5 * GAMMA * GAMMA

    def f(alphas, means, logdiag, lower):
        diagonal = xp.exp(logdiag)
        factors = (lower @ place_).reshape(K, D, D) + diagonal[:, None, :] * eye_
        centred = x_[None] - means[:, None, :]
        distances = xp.sum(xp.matmul(centred, xp.transpose_last(factors)) ** 2, axis=2)
        terms = (alphas + xp.sum(logdiag, axis=1))[:, None] - 0.5 * distances
        prior = half_gamma * (xp.sum(diagonal**2) + xp.sum(lower**2)) - M * xp.sum(logdiag)
        return xp.sum(xp.logsumexp(terms, axis=0)) - N * xp.logsumexp(alphas, axis=0) - prior

    def hand(alphas, means, logdiag, lower):
        diagonal = np.exp(logdiag)
        factors = (lower @ place).reshape(K, D, D) + diagonal[:, None, :] * np.eye(D)
        centred = x[None] - means[:, None, :]
        y = centred @ factors.swapaxes(1, 2)
        terms = (alphas + logdiag.sum(axis=1))[:, None] - 0.5 * (y * y).sum(axis=2)
        top = terms.max(axis=0)
        p = np.exp(terms - top)
        total = p.sum(axis=0)
        p /= total
        weight = p.sum(axis=1)
        a = np.exp(alphas - alphas.max())
        prior = half_gamma * ((diagonal**2).sum() + (lower**2).sum()) - M * logdiag.sum()
        value = (np.log(total) + top).sum() - N * (np.log(a.sum()) + alphas.max()) - prior
        g = p[:, :, None] * y
        factors_bar = -(g.swapaxes(1, 2) @ centred)
        means_bar = (g.sum(axis=1)[:, None, :] @ factors)[:, 0, :]
        on_diagonal = factors_bar[:, np.arange(D), np.arange(D)]
        return value, (
            weight - N * a / a.sum(),
            means_bar,
            weight[:, None] + on_diagonal * diagonal - 2 * half_gamma * diagonal**2 + M,
            factors_bar[:, rows, columns] - 2 * half_gamma * lower,
        )

    return Workload(f, (alphas, means, logdiag, lower), hand)


CAMERAS, POINTS, OBSERVATIONS = 20, 500, 2000


def bundle_adjustment(xp):
    """The squared reprojection errors of points seen by cameras, all observations at once."""
    rng = np.random.default_rng(0)
    turn = rng.normal(size=(CAMERAS, 3)) * 0.3
    centre = rng.normal(size=(CAMERAS, 3)) * 0.3 + np.array([0.0, 0.0, -5.0])
    lens = np.array([1.0, 0.0, 0.0, 0.01, 0.001]) + rng.normal(size=(CAMERAS, 5)) * 0.001
    cameras = np.concatenate([turn, centre, lens], axis=1)
    points, weights = rng.normal(size=(POINTS, 3)), rng.uniform(0.5, 1.0, OBSERVATIONS)
    which_camera = rng.integers(0, CAMERAS, OBSERVATIONS)
    which_point = rng.integers(0, POINTS, OBSERVATIONS)
    seen = rng.normal(size=(OBSERVATIONS, 2)) * 0.2
    camera_, point_, seen_ = xp.array(which_camera), xp.array(which_point), xp.array(seen)

    def f(cameras, points, weights):
        camera = cameras[camera_]
        turn, centre = camera[:, :3], camera[:, 3:6]
        x = points[point_] - centre
        squared = xp.sum(turn * turn, axis=1)
        angle = xp.sqrt(squared)
        axis = turn / angle[:, None]
        cosine, sine = xp.cos(angle), xp.sin(angle)
        along = xp.sum(axis * x, axis=1) * (1.0 - cosine)
        turned = x * cosine[:, None] + xp.cross(axis, x) * sine[:, None] + axis * along[:, None]
        flat = turned[:, :2] / turned[:, 2:]
        radius = xp.sum(flat * flat, axis=1)
        scale = 1.0 + camera[:, 9] * radius + camera[:, 10] * radius * radius
        image = (camera[:, 6] * scale)[:, None] * flat + camera[:, 7:9]
        errors = weights[:, None] * (image - seen_)
        return xp.sum(errors**2) + xp.sum((1.0 - weights**2) ** 2)

    def hand(cameras, points, weights):
        camera = cameras[which_camera]
        turn, centre = camera[:, :3], camera[:, 3:6]
        x = points[which_point] - centre
        angle = np.sqrt((turn * turn).sum(axis=1))
        axis = turn / angle[:, None]
        cosine, sine = np.cos(angle), np.sin(angle)
        dot = (axis * x).sum(axis=1)
        along = dot * (1.0 - cosine)
        crossed = cross(axis, x)
        turned = x * cosine[:, None] + crossed * sine[:, None] + axis * along[:, None]
        depth = turned[:, 2:]
        flat = turned[:, :2] / depth
        radius = (flat * flat).sum(axis=1)
        focal, k1, k2 = camera[:, 6], camera[:, 9], camera[:, 10]
        scale = 1.0 + k1 * radius + k2 * radius * radius
        off = (focal * scale)[:, None] * flat + camera[:, 7:9] - seen
        squares = weights * weights
        distance = (off * off).sum(axis=1)
        value = (squares * distance).sum() + ((1.0 - squares) ** 2).sum()
        image_bar = (2.0 * squares)[:, None] * off
        weights_bar = 2.0 * weights * distance - 4.0 * weights * (1.0 - squares)
        scaled_bar = (image_bar * flat).sum(axis=1)
        scale_bar = scaled_bar * focal
        radius_bar = scale_bar * (k1 + 2.0 * k2 * radius)
        flat_bar = (focal * scale)[:, None] * image_bar + (2.0 * radius_bar)[:, None] * flat
        turned_bar = np.empty_like(turned)
        turned_bar[:, :2] = flat_bar / depth
        turned_bar[:, 2] = -(turned_bar[:, :2] * flat).sum(axis=1)
        along_bar = (turned_bar * axis).sum(axis=1)
        dot_bar = along_bar * (1.0 - cosine)
        crossed_bar = turned_bar * sine[:, None]
        x_bar = turned_bar * cosine[:, None] + cross(crossed_bar, axis) + dot_bar[:, None] * axis
        axis_bar = turned_bar * along[:, None] + cross(x, crossed_bar) + dot_bar[:, None] * x
        cosine_bar = (turned_bar * x).sum(axis=1) - along_bar * dot
        sine_bar = (turned_bar * crossed).sum(axis=1)
        angle_bar = sine_bar * cosine - cosine_bar * sine - (axis_bar * axis).sum(axis=1) / angle
        camera_bar = np.empty_like(camera)
        camera_bar[:, :3] = axis_bar / angle[:, None] + axis * angle_bar[:, None]
        camera_bar[:, 3:6] = -x_bar
        camera_bar[:, 6] = scaled_bar * scale
        camera_bar[:, 7:9] = image_bar
        camera_bar[:, 9] = scale_bar * radius
        camera_bar[:, 10] = scale_bar * radius * radius
        cameras_bar, points_bar = np.zeros_like(cameras), np.zeros_like(points)
        np.add.at(cameras_bar, which_camera, camera_bar)
        np.add.at(points_bar, which_point, x_bar)
        return value, (cameras_bar, points_bar, weights_bar)

    return Workload(f, (cameras, points, weights), hand)


def cross(a, b):
    """Return the cross products of rows."""
    return a[:, [1, 2, 0]] * b[:, [2, 0, 1]] - a[:, [2, 0, 1]] * b[:, [1, 2, 0]]


LAYERS, STEPS, WIDTH = 2, 100, 14


def lstm(xp):
    """The log-likelihood of a sequence under ADBench's LSTM, whose weights are diagonal."""
    rng = np.random.default_rng(0)
    main = rng.normal(size=(2 * LAYERS, 4 * WIDTH)) * 0.5
    extra = rng.normal(size=(3, WIDTH)) * 0.5
    state = rng.normal(size=(2 * LAYERS, WIDTH)) * 0.5
    sequence = rng.normal(size=(STEPS, WIDTH)) * 0.5
    state_, sequence_ = xp.array(state), xp.array(sequence)
    parts = [slice(i * WIDTH, (i + 1) * WIDTH) for i in range(4)]

    def f(main, extra):
        states, total = [state_[i] for i in range(2 * LAYERS)], 0.0
        gates = [[(main[2 * i][p], main[2 * i + 1][p]) for p in parts] for i in range(LAYERS)]
        for t in range(STEPS - 1):
            x = sequence_[t] * extra[0]
            for i, ((wf, bf), (wi, bi), (wo, bo), (wc, bc)) in enumerate(gates):
                hidden, cell = states[2 * i : 2 * i + 2]
                forget, into = xp.sigmoid(x * wf + bf), xp.sigmoid(hidden * wi + bi)
                out, change = xp.sigmoid(x * wo + bo), xp.tanh(hidden * wc + bc)
                cell = cell * forget + into * change
                x = out * xp.tanh(cell)
                states[2 * i : 2 * i + 2] = x, cell
            guess = x * extra[1] + extra[2]
            log = xp.log(xp.sum(xp.exp(guess)) + 2.0)
            total = total + xp.sum(sequence_[t + 1] * (guess - log))
        return -total / (WIDTH * (STEPS - 1))

    return Workload(f, (main, extra), lambda *args: lstm_hand(*args, state, sequence))


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def lstm_hand(main, extra, state, sequence):
    """The LSTM's gradient by hand: all four gates of a layer at once, then back through time."""
    b, kept, value = WIDTH, [], 0.0
    states = [state[i] for i in range(2 * LAYERS)]
    weights = [main[2 * i].reshape(4, b) for i in range(LAYERS)]
    biases = [main[2 * i + 1].reshape(4, b) for i in range(LAYERS)]
    inputs = np.empty((4, b))
    for t in range(STEPS - 1):
        x, layers = sequence[t] * extra[0], []
        for i in range(LAYERS):
            hidden, cell = states[2 * i : 2 * i + 2]
            inputs = np.array([x, hidden, x, hidden])
            gates = inputs * weights[i] + biases[i]
            sig = sigmoid(gates[:3])
            change = np.tanh(gates[3])
            new_cell = cell * sig[0] + sig[1] * change
            squashed = np.tanh(new_cell)
            x = sig[2] * squashed
            states[2 * i : 2 * i + 2] = x, new_cell
            layers.append((inputs, cell, sig, change, squashed))
        guess = x * extra[1] + extra[2]
        e = np.exp(guess)
        value += (sequence[t + 1] * (guess - np.log(e.sum() + 2.0))).sum()
        kept.append((layers, x, e))
    main_bar, extra_bar = np.zeros_like(main).reshape(2 * LAYERS, 4, b), np.zeros_like(extra)
    hidden_bar, cell_bar = np.zeros((LAYERS, b)), np.zeros((LAYERS, b))
    gates_bar, scale = np.empty((4, b)), -1.0 / (b * (STEPS - 1))
    for t in reversed(range(STEPS - 1)):
        layers, x, e = kept[t]
        target = sequence[t + 1]
        guess_bar = scale * (target - e * (target.sum() / (e.sum() + 2.0)))
        extra_bar[1] += guess_bar * x
        extra_bar[2] += guess_bar
        x_bar = guess_bar * extra[1]
        for i in reversed(range(LAYERS)):
            inputs, cell, sig, change, squashed = layers[i]
            x_bar = x_bar + hidden_bar[i]
            c_bar = cell_bar[i] + x_bar * sig[2] * (1.0 - squashed * squashed)
            gates_bar[0] = c_bar * cell
            gates_bar[1] = c_bar * change
            gates_bar[2] = x_bar * squashed
            gates_bar[:3] *= sig * (1.0 - sig)
            gates_bar[3] = c_bar * sig[1] * (1.0 - change * change)
            cell_bar[i] = c_bar * sig[0]
            main_bar[2 * i] += gates_bar * inputs
            main_bar[2 * i + 1] += gates_bar
            back = gates_bar * weights[i]
            hidden_bar[i] = back[1] + back[3]
            x_bar = back[0] + back[2]
        extra_bar[0] += x_bar * sequence[t]
    return scale * value, (main_bar.reshape(main.shape), extra_bar)


WORKLOADS = {"gmm": gmm, "bundle_adjustment": bundle_adjustment, "lstm": lstm}
