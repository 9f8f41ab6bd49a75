"""What lies behind a wrong gradient of a small program, where its numbers show it.

A gradient is a sum over paths from the input to the output; along a path, slopes multiply. So
where one path leads to the output, a wrong gradient of one operation is a wrong slope, and its
factor can be told. Where several do, it is compared with the sum without one path, or with one
path twice. What no comparison shows is not said.
"""

from autodiff_lib.checking.diagnosis import same_number, show

MOST_STEPS = 3  # in longer programs too many sums are the same by chance
SIDES = {1: ["its operand"], 2: ["its left operand", "its right operand"]}


def explain_gradient(program, slopes, name, got, should):
    """The cause of a wrong derivative with respect to the input `name`, as a sentence, or "".

    slopes: what step_slopes returned. got, should: the engine's derivative and the right one.
    """
    if len(program.steps) > MOST_STEPS:
        return ""
    paths = [path for path in paths_to(program, name)]
    products = [product(slopes, path) for path in paths]
    if len(paths) == 1:
        return explain_path(program, slopes, paths[0], got, should)
    for path, along in zip(paths, products, strict=True):
        if along and same_number(got, should - along):
            return f"It lacks {the_path(program, path)}, which brings {show(along)}."
    for path, along in zip(paths, products, strict=True):
        if along and same_number(got, along):
            return f"It is what {the_path(program, path)} brings alone."
    for path, along in zip(paths, products, strict=True):
        if along and same_number(got, should + along):
            return f"It counts {the_path(program, path)} twice, which brings {show(along)}."
    return ""


def explain_path(program, slopes, path, got, should):
    """The cause where `path` is the only one."""
    if len(path) == 1:
        k, i = path[0]
        return f"The slope of {along(program, k, i)} {compare(got, should)}."
    for k, i in path:
        if slopes[k][i] != 1 and same_number(got, slopes[k][i]):
            rest = "what arrives at its result" if k < len(program.steps) - 1 else "what follows"
            return f"It is the slope of {along(program, k, i)} alone, not times {rest}."
    return ""


def explain_swap(program, claimed, expected):
    """Says so if the slopes of one operation along its two operands are swapped; else ""."""
    if len(program.steps) != 1 or len(claimed) != 2 or same_number(*expected):
        return ""
    if all(same_number(*pair) for pair in zip(claimed, expected[::-1], strict=True)):
        return f"The slopes of {program.steps[0][0]} along its two operands are swapped."
    return ""


def compare(got, should):
    """How a wrong number lies beside the right one: "is 2 times too large"."""
    if got == 0:
        return "is zero: nothing arrives"
    if should == 0:
        return "should be zero"
    times = abs(got / should)
    sign = "has the wrong sign" if got * should < 0 else ""
    if same_number(times, 1):
        return sign
    for factor, word in ((times, "large"), (1 / times, "small")):
        if factor > 1 and same_number(factor * 4, round(factor * 4)):
            return f"{sign + ', and ' if sign else ''}is {show(factor)} times too {word}"
    return sign or "is wrong"


def along(program, k, i):
    """Name an operation and one of its operands: "div along its right operand"."""
    op, operands = program.steps[k]
    sides = SIDES.get(len(operands)) or [f"operand {j + 1}" for j in range(len(operands))]
    return f"{op} along {sides[i]}"


def paths_to(program, name):
    """Every path from an input to the output: the pairs (step, place among its operands)."""

    def walk(k):
        for i, operand in enumerate(program.steps[k][1]):
            if operand == name:
                yield ((k, i),)
            elif isinstance(operand, str) and operand.startswith("#"):
                yield from ((*path, (k, i)) for path in walk(int(operand[1:])))

    return list(walk(len(program.steps) - 1))


def product(slopes, path):
    """The slopes along a path, multiplied."""
    found = 1.0
    for k, i in path:
        found *= slopes[k][i]
    return found


def the_path(program, path):
    """Name a path: "the path along the left operand of o"."""
    names = program.names()
    steps = []
    for k, i in path:
        sides = SIDES.get(len(program.steps[k][1])) or []
        side = sides[i].removeprefix("its ") if i < len(sides) else f"operand {i + 1}"
        steps.append(f"the {side} of {names[f'#{k}']}")
    return "the path along " + " and ".join(steps)
