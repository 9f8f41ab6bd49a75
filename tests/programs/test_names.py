"""A program speaks the reader's names: those of variables, attributes, dict entries, globals."""

import numpy as np

from autodiff_lib.arrays import gradient_program

R = np.random.default_rng(0)
DATA = R.normal(size=(5, 3))
LAYERS = (R.normal(size=(3, 4)), np.zeros(4)), (R.normal(size=(4, 2)), np.zeros(2))


def network(p):
    (w1, b1), (w2, b2) = p
    h = np.tanh(DATA @ w1 + b1)
    return np.sum((h @ w2 + b2) ** 2)


def lines(program):
    return [line.strip() for line in program.source.splitlines()]


def test_parts_are_called_what_the_function_unpacks_them_to():
    found = lines(gradient_program(network, LAYERS, plain=True))
    assert "w1 = p[0][0]" in found and "h = np.tanh(DATA @ w1 + b1)" in found
    assert "return ((w1_bar, b1_bar), (w2_bar, b2_bar))" in found


def test_parts_that_are_never_unpacked_are_numbered():
    found = lines(gradient_program(lambda p: np.sum(p[0] * p[1] ** 2), list(DATA[:2]), plain=True))
    assert "p_0 = p[0]" in found and "return [p_0_bar, p_1_bar]" in found


class Cell:
    def __init__(self, d):
        self.w, self.u = d["w"], d["u"]

    def __call__(self, x, h):
        self.gate = np.tanh(x @ self.w + h @ self.u)
        self.state = self.gate * np.sin(h)
        return self.state


def test_attributes_and_dict_entries_give_names():
    def f(d, x):
        cell, out = Cell(d), {}
        out["scores"] = np.exp(cell(x, x * 0.5))
        return np.sum(out["scores"] ** 2)

    weights = {"w": R.normal(size=(3, 3)), "u": R.normal(size=(3, 3))}
    program = gradient_program(f, weights, DATA[0], plain=True)
    found = " ".join(lines(program))
    for start in ("w = d['w']", "gate = np.tanh(", "scores = np.exp(", "u_bar = ", "w_bar = "):
        assert start in found, start


def test_gradients_are_named_after_what_they_belong_to():
    def f(x):
        inner = np.sin(x) * 3.0
        outer = inner * inner
        return np.sum(np.exp(outer) * outer)

    found = " ".join(lines(gradient_program(f, DATA, plain=True)))
    assert "outer_bar = " in found and "inner_bar = " in found


def test_constants_are_called_as_their_variable():
    table = R.normal(size=(3, 50))
    program = gradient_program(lambda x: np.sum(np.exp(x @ table)), DATA[0])
    np.testing.assert_array_equal(program.constants["table"], table)


def test_a_slice_needs_no_name():
    program = gradient_program(lambda x: np.sum(x[1:] * x[:-1]), DATA[0], plain=True)
    assert not program.constants and program.source.startswith("def gradient(x):")


def test_a_function_of_the_library_is_imported_so_the_text_runs_by_itself():
    program = gradient_program(lambda x: np.linalg.eigh(np.outer(x, x))[0][-1], DATA[0], plain=True)
    namespace = {"np": np}
    exec(program.source, namespace)
    np.testing.assert_allclose(namespace["gradient"](DATA[0]), program(DATA[0]))


OUTSIDE = """
def f(x):
    global held
    held = np.sin(x)
    return np.sum(held * (np.cos(x) + held))

program = gradient_program(f, data, plain=True)
"""


def test_a_name_that_a_function_gives_outside_of_itself_is_found():
    names = {"np": np, "gradient_program": gradient_program, "data": DATA[0], "__name__": "mine"}
    exec(OUTSIDE, names)
    found = lines(names["program"])
    assert "held = np.sin(x)" in found and any(line.startswith("held_bar = ") for line in found)


def test_an_array_that_is_added_to_in_place_has_the_readers_name_from_the_start():
    def f(x):
        return np.sin(x[0]) * x[0]

    found = lines(gradient_program(f, np.array([0.5, 2.0])))
    assert found[1:3] == ["x_bar = np.zeros((2,))", "x_bar[0] = np.sin(x[0])"]
    assert found[-2].startswith("x_bar[0] += ") and found[-1] == "return x_bar"


def test_what_is_no_name_in_python_becomes_one():
    weights = {"x²": DATA[0], "2nd": DATA[1], "a-b": DATA[2]}
    f = lambda p: np.sum(p["x²"] * p["2nd"] * p["a-b"])  # noqa: E731
    program = gradient_program(f, weights, plain=True)
    for start in ("x_ = ", "_2nd = ", "a_b = "):
        assert any(line.startswith(start) for line in lines(program)), program.source
    np.testing.assert_allclose(program(weights)["2nd"], DATA[0] * DATA[2])


def test_conditions_are_put_together_as_one_writes_them():
    f = lambda x: np.sum(np.where((x > 0) & (x < 1) | (x > 5), x * x, x))  # noqa: E731
    assert "t1 = (x > 0) & (x < 1) | (x > 5)" in lines(gradient_program(f, DATA, plain=True))
