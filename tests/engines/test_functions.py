import numpy as np
import pytest

from autodiff_lib.checking.check import check_grad, dot_product_test
from autodiff_lib.engines.functions import (
    Function,
    Variable,
    backward,
    mul,
    relu,
    sum_entries,
)

EXPRESSIONS = [
    lambda a, b, c: (a @ b - c).sum(),
    lambda a, b, c: ((a @ b) * c - c).relu().sum(),
    lambda a, b, c: ((a @ b + c) ** 2 * (2 - c) + 1).sum(),
    lambda a, b, c: (3 * -a @ (b @ c) @ c - a @ b * 0.5).sum() ** 2,
]
SHAPES = (2, 3), (3, 2), (2, 2)


def arrays():
    rng = np.random.default_rng(5)
    return [rng.standard_normal(shape) for shape in SHAPES]


def gradients_of(f, *values):
    variables = [Variable(value) for value in values]
    f(*variables).backward()
    return tuple(variable.gradient for variable in variables)


def test_the_diamond():
    x, y, z = Variable(3, name="x"), Variable(2, name="y"), Variable(1, name="z")
    o = ((x * y) * (y * z)) ** 2
    o.backward()
    assert (o.value, x.gradient, y.gradient, z.gradient) == (144, 96, 288, 288)


def test_the_example_of_the_original():
    x, y = Variable([[1, 2, 3]]), Variable([[0], [1], [1]])
    z = x @ y
    z.backward()
    assert z.value.tolist() == [[5]]
    assert x.gradient.tolist() == [[0, 1, 1]]
    assert y.gradient.tolist() == [[1], [2], [3]]


@pytest.mark.parametrize("f", EXPRESSIONS)
def test_gradients_agree_with_slopes_measured_from_the_value_alone(f):
    def value(*args):
        return f(*[Variable(a) for a in args]).value.item()

    assert check_grad(value, gradients_of(f, *arrays()), *arrays())


def test_matmul_passes_the_dot_product_test_on_squares_where_shapes_prove_nothing():
    a, b = arrays()[2], arrays()[2] + 1

    def pulled_back(v):
        x, y = Variable(a), Variable(b)
        (x @ y).backward(v)
        return x.gradient, y.gradient

    assert dot_product_test(lambda x, y: x @ y, pulled_back, a, b)


def test_a_second_backward_gives_the_same_again():
    x = Variable([[1, 2], [3, 4]])
    o = (x @ x).sum()
    o.backward()
    first = x.gradient
    o.backward()
    assert first.tolist() == x.gradient.tolist() == [[7, 11], [9, 13]]


def test_gradients_share_no_memory_with_each_other_or_with_the_weights():
    a, b = Variable([1, 2]), Variable([3, 4])
    weights = np.ones(2)
    o = a + b
    o.backward(weights)
    a.gradient += 10
    assert (b.gradient.tolist(), o.gradient.tolist(), weights.tolist()) == ([1, 1], [1, 1], [1, 1])


def test_a_value_is_a_copy_that_cannot_be_changed_behind_the_graph():
    data = np.array([1.0, 2.0])
    x = Variable(data)
    data[0] = 100
    assert x.value.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        x.value[0] = 100


def test_arrays_and_numbers_may_stand_on_either_side():
    x = Variable([[1, 2]])
    for result in [np.ones((1, 2)) * x, x * np.ones((1, 2)), np.float64(1) * x, 2 * x - x]:
        assert isinstance(result, Variable) and result.value.tolist() == [[1, 2]]
    assert (np.ones((2, 1)) @ x).value.tolist() == [[1, 2], [1, 2]]
    assert (1 - x).value.tolist() == [[0, -1]]
    assert (x - 1).value.tolist() == [[0, 1]]


def test_relu_has_slope_0_at_0():
    x = Variable([-1, 0, 2])
    relu(x).sum().backward()
    assert x.gradient.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("attempt", "error", "message"),
    [
        (lambda x: x @ x, ValueError, r"takes shapes .*, got \(2, 3\) and \(2, 3\); change"),
        (lambda x: 2 @ x, ValueError, r"got \(\) and \(2, 3\)"),
        (lambda x: x + np.ones((1, 3)), ValueError, r"np.ones\(\(n, 1\)\) @ b"),
        (lambda x: x * Variable(2), ValueError, r"mul needs two equal shapes, got \(2, 3\) and"),
        (lambda x: x**3, ValueError, "write a Function"),
        (lambda x: x.backward(), ValueError, r"shape \(2, 3\) needs .sum\(\) first"),
        (lambda x: backward(x, [1, 1]), ValueError, r"one weight per entry, not \[1, 1\]"),
        (lambda x: x + "one", TypeError, "real numbers, got str"),
        (lambda x: Variable([1j]), TypeError, "real numbers, got list"),
        (lambda x: Variable(None), TypeError, "real numbers, got NoneType"),
        (lambda x: Variable([[1], [2, 3]]), ValueError, "inhomogeneous"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_next_step(attempt, error, message):
    with pytest.raises(error, match=message):
        attempt(Variable([[1, 2, 3], [4, 5, 6]]))


@pytest.mark.parametrize(
    "returned",
    [
        lambda x, incoming: None,
        lambda x, incoming: incoming,
        lambda x, incoming: (incoming, incoming),
        lambda x, incoming: (incoming.sum(),),
    ],
)
def test_a_function_with_a_wrong_backward_is_named(returned):
    class Twice(Function):
        op = "twice"

        def forward(self, x):
            return 2 * x

        def backward(self, x, incoming):
            return returned(x, incoming)

    with pytest.raises(ValueError, match=r"backward of twice .* of shapes \[\(1, 2\)\]; got"):
        sum_entries(Twice()(Variable([[1, 2]]))).backward()


def test_a_node_used_twice_keeps_both_arrows():
    x = Variable([3])
    assert mul(x, x).operands == (x, x)
