"""How often steps are used, so that nothing is taken apart that another step needs too."""


def count_uses(steps, outputs=()):
    """Note at each step how often others use it, or who reads the outputs; return the steps."""
    for step in steps:
        step.uses = 0
        for operand in step.operands:
            operand.uses += 1
    for output in outputs:
        output.uses += 1
    return steps


def is_single(step):
    """Tell whether a step is used once only: then it may change along with its user.

    If it is not, note that somebody waits for that.
    """
    step.wanted = step.uses > 1
    return not step.wanted


def any_freed(steps, outputs=()):
    """Count anew; tell whether a step that somebody waited for is used once only by now."""
    return any(step.wanted and step.uses <= 1 for step in count_uses(steps, outputs))
