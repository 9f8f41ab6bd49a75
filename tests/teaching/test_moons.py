"""Two moons and first weights: the same plain numbers everywhere."""

from autodiff_lib.teaching.dots_right import dots_right
from autodiff_lib.teaching.moons import random_weights, two_moons


def test_the_moons_are_the_ones_that_the_chapter_shows():
    points, labels = two_moons()
    assert labels == [1] * 25 + [-1] * 25
    assert points[0] == [1.01, -0.01] and points[-1] == [1.87, 0.36]
    assert all(type(number) is float for point in points for number in point)


def test_without_noise_they_are_half_circles():
    points, labels = two_moons(6, noise=0)
    assert points == [[1, 0], [0, 1], [-1, 0], [0, 0.5], [1, -0.5], [2, 0.5]]


def test_another_seed_gives_other_dots():
    assert two_moons(seed=1)[0] != two_moons()[0]


def test_a_unit_has_a_bias_and_a_weight_for_each_input():
    layers = random_weights([2, 16, 16, 1])
    assert [(len(units), len(units[0])) for units in layers] == [(16, 3), (16, 17), (1, 17)]
    flat = [number for units in layers for unit in units for number in unit]
    assert len(flat) == 337 and all(-1 < number < 1 for number in flat)
    assert layers == random_weights([2, 16, 16, 1]) != random_weights([2, 16, 16, 1], seed=4)


def test_arrays_learn_as_the_single_numbers_of_the_chapter_do():
    assert [dots_right(n_steps, seed=3) for n_steps in (0, 5, 20, 60)] == [27, 45, 47, 50]
