"""counting: how often methods are called inside a block, and nothing outside it."""

from autodiff_lib.teaching import counting


class Walker:
    """Something to count."""

    def step(self, size=1):
        return size

    def jump(self, size):
        return self.step(size) + self.step(size)


def test_calls_of_each_method_are_counted_while_the_block_runs():
    walker, step = Walker(), Walker.step
    with counting(steps=(Walker, "step"), jumps=(Walker, "jump")) as counts:
        assert walker.jump(3) == 6 and walker.step(size=2) == 2
    walker.jump(1)
    assert counts == {"steps": 3, "jumps": 1} and counts.total() == 4
    assert Walker.step is step
