"""Check a gradient without trusting the engine that computed it.

`check_grad` compares a claimed gradient with slopes measured from the function alone, entry by
entry, and says what is wrong. `dot_product_test` checks a function that returns an array with
two dot products, however many entries it has. Neither knows any engine. The numeric derivatives
of notebooks/01_nudging.ipynb can be imported from here too.

Notation: u is a direction in the space of the arguments, v one in the space of the results;
J u is the slope of f along u, J^T v the gradient of <v, f>.
Limits: real numbers; `check_grad` runs f about ten times for every entry of every argument.
"""

import inspect
from dataclasses import dataclass
from numbers import Real

import numpy as np

from autodiff_lib.checking.diagnosis import explain_order, explain_shape, explain_values, same, show
from autodiff_lib.checking.nudging import (
    as_floats,
    central_difference,
    complex_step,
    entry_slope,
    forward_difference,
    numeric_gradient,
    one_number,
    plain,
)
from autodiff_lib.checking.reference import Reference, reference_slope

__all__ = [
    "central_difference",
    "check_grad",
    "complex_step",
    "dot_product_test",
    "forward_difference",
    "numeric_gradient",
]


NOT_REPEATABLE = (
    "f gives different results for the same arguments, so its slopes cannot be measured: "
    "start its random numbers from the same seed in every call."
)


@dataclass(frozen=True, repr=False)
class Report:
    """What a check found: true if all is right; its repr says it in words."""

    ok: bool
    text: str
    wrong: tuple = ()  # the names of the arguments whose gradients are wrong

    def __bool__(self):
        return self.ok

    def __repr__(self):
        return self.text


class GradientReport(Report):
    """What check_grad found."""


class DotProductReport(Report):
    """What dot_product_test found."""


def check_grad(f, gradients, *args, tolerance=None):
    """Compare claimed gradients of f at args with slopes measured from f alone.

    f: takes args, returns one number. gradients: one per argument, in a tuple or list, or a
    function that takes args and returns them. args: numbers or arrays; never changed.
    tolerance: how far a claimed entry may be off, relative to the right one. By default half
    of the digits of its type (1.5e-8 for float64): a right gradient rarely loses that many
    to rounding, a wrong rule rarely agrees in so many.
    Returns a GradientReport: true if all is right; its repr says which argument and which entry
    is wrong, by how much, and the likely cause. At a kink every slope between those on the two
    sides counts as right.
    """
    args, names = arguments(f, args)
    if tolerance is not None and not (isinstance(tolerance, Real) and tolerance >= 0):
        raise ValueError(f"tolerance must be a number from 0 up, such as 1e-6, got {tolerance!r}")
    value = one_number(f(*copies(args)))
    if one_number(f(*copies(args))) != value and not np.isnan(value):
        return GradientReport(False, NOT_REPEATABLE, names)
    claimed = one_per_argument(gradients, args, names)
    if isinstance(claimed, str):
        return GradientReport(False, claimed, names)
    measured = [
        [entry_slope(f, args, k, i, reference_slope) for i in range(arg.size)]
        for k, arg in enumerate(args)
    ]
    expected = [
        np.array([reference.slope for reference in references], float).reshape(arg.shape)
        for references, arg in zip(measured, args, strict=True)
    ]
    noise = 2**-40 * np.nanmax([abs(value), *(np.max(abs(e), initial=0) for e in expected)])
    problems = {}
    for k, name in enumerate(names):
        problem = shape_problem(claimed[k], expected[k])
        if not problem:
            limits = relative_limit(claimed[k], tolerance) * abs(expected[k]) + noise
            right = entries_right(claimed[k], measured[k], limits)
            if not right.all():
                cause = explain_order(claimed, expected, names, k)
                problem = entries_problem(claimed[k], measured[k], right, cause)
        if problem:
            problems[name] = problem
    if problems:
        text = failing(problems, names, "agree with", method(sum(measured, [])))
        return GradientReport(False, text, tuple(problems))
    notes = filter(None, map(kink_note, names, measured))
    return GradientReport(True, "\n  ".join([agreement(names, claimed, measured), *notes]))


def dot_product_test(f, vjp, *args, seed=0, jvp=None):
    """Check the J^T v that vjp computes: <J^T v, u> must equal <v, J u> for every u and v.

    f: takes args, returns an array or a number. vjp: takes v, shaped like f's result, and
    returns the gradient of <v, f>, one per argument. u and v are random, the same for the same
    seed. J u, the slope of f along u, is measured from f alone; with jvp it is jvp(*us), where
    us holds one direction per argument, and nothing is measured.
    One argument moves at a time, so the DotProductReport says which one is wrong.
    Source: J. Claerbout, "Earth Soundings Analysis: Processing versus Inversion" (1992).
    """
    args, names = arguments(f, args)
    for name, function, missing in (("vjp", vjp, ...), ("jvp", jvp, None)):
        if not callable(function) and function is not missing:
            raise TypeError(f"{name} must be a function, got {function!r:.60}")
    result = numbers(f(*copies(args)), "f must return")
    rng = np.random.default_rng(seed)
    v = rng.standard_normal(result.shape)
    us = [rng.standard_normal(arg.shape) * np.max(abs(arg), initial=1.0) for arg in args]
    claimed = one_per_argument(vjp if vjp is ... else vjp(plain(v.copy())), args, names)
    if isinstance(claimed, str):
        return DotProductReport(False, claimed, names)
    problems, worst = {}, 0.0
    for k, name in enumerate(names):
        alone = [u if j == k else 0 * u for j, u in enumerate(us)]
        along = slope_along(f, args, alone, v) if jvp is None else slope_by_jvp(jvp, alone, v)
        problem = shape_problem(claimed[k], np.full(args[k].shape, np.nan))
        if not problem:
            terms = np.sum(abs(claimed[k] * us[k])) + abs(along.slope)
            if not along.allows(np.sum(claimed[k] * us[k]), relative_limit(claimed[k]) * terms):
                problem = product_problem(claimed, us, names, k, along)
            elif terms:
                off = abs(np.sum(claimed[k] * us[k]) - along.slope)
                worst = max(worst, off / terms)
        if problem:
            problems[name] = problem
    if problems:
        text = failing(problems, names, "pass", "the dot-product test")
        return DotProductReport(False, text, tuple(problems))
    right = f"{passing(names, 'pass')} the dot-product test (worst relative error {below(worst)})"
    return DotProductReport(True, right)


def slope_along(f, args, us, v):
    """A Reference for <v, J u>, measured: the slope of <v, f> as all args move along us."""

    def f_along(t):
        result = f(*(plain(arg + t * u) for arg, u in zip(args, us, strict=True)))
        return np.sum(v * np.asarray(result))

    return reference_slope(f_along, 0.0)


def slope_by_jvp(jvp, us, v):
    """A Reference for <v, J u> from the caller's jvp."""
    ju = numbers(jvp(*map(plain, us)), "jvp must return")
    if ju.shape != v.shape:
        raise ValueError(f"jvp must return the shape of f's result, {v.shape}, got {ju.shape}")
    return Reference(np.sum(v * ju), 0.0, exact=True)


# What the caller gives -----------------------------------------------------------------------


def arguments(f, args):
    """args as new float arrays, and what f calls them: ("x", "w[0]", "w[1]")."""
    if not callable(f):
        raise TypeError(f"the first argument must be the function to check, got {f!r:.60}")
    if not args:
        raise TypeError("nothing to check: pass the arguments of f last")
    names = []
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):  # some functions written in C
        parameters = ()
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            names += [f"{parameter.name}[{i}]" for i in range(len(args) - len(names))]
        elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            names.append(parameter.name)
    names += [f"argument {k + 1}" for k in range(len(names), len(args))]
    try:
        return [as_floats(arg) for arg in args], tuple(names[: len(args)])
    except ValueError:
        raise ValueError("an argument has rows of different lengths: pass full arrays") from None


def copies(args):
    """Copies of args to hand out: whoever gets them may change them."""
    return [plain(arg.copy()) for arg in args]


def numbers(result, who):
    """`result` as an array of floats; `who` starts the error: "f must return"."""
    array = np.asarray(getattr(result, "value", result))
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{who} a real number or an array of them, got {type(result).__name__}: {result!r:.60}"
        )
    return array if array.dtype.kind == "f" else array.astype(float)


def one_per_argument(gradients, args, names):
    """A list with the gradient claimed for each argument, or a sentence if there are not as many.

    In the list: an array of floats, or a sentence for what does not hold real numbers.
    """
    if callable(gradients):
        gradients = gradients(*copies(args))
    if gradients is None:
        return "no gradients were given, but None: is a return missing where they are computed?"
    if gradients is ...:
        return "no gradients yet: replace ... by yours and run this cell again"
    if isinstance(gradients, np.ndarray) and len(args) > 1 and gradients.ndim:
        gradients = list(gradients)
    is_list = isinstance(gradients, (tuple, list))
    if len(args) == 1 and not (isinstance(gradients, tuple) or is_list and len(gradients) == 1):
        gradients = [gradients]
    elif not is_list or len(gradients) != len(args):
        given = f"{len(gradients)} were given" if is_list else f"got {type(gradients).__name__}"
        return (
            f"f takes {', '.join(names)}: one gradient for each is needed, in this order, in a "
            f"tuple or list, but {given}."
        )
    return [as_gradient(gradient) for gradient in gradients]


def as_gradient(gradient):
    """`gradient` (numbers, an array or a node that holds one) as floats, or what is wrong."""
    if gradient is None:
        return "the gradient is None: none came back. If f does not depend on it, give zeros."
    try:
        return numbers(gradient, "")
    except (TypeError, ValueError):
        return f"the gradient must be real numbers, got {type(gradient).__name__}."


# What is wrong, in words ---------------------------------------------------------------------


def relative_limit(claimed, tolerance=None):
    """The relative error that is allowed: `tolerance`, else half of the digits of the type."""
    return np.sqrt(np.finfo(claimed.dtype).eps) if tolerance is None else tolerance


def entries_right(claimed, references, limits):
    """One bool per entry: whether it is what was measured, up to its limit."""
    trios = zip(references, claimed.flat, limits.flat, strict=True)
    return np.array([reference.allows(entry, limit) for reference, entry, limit in trios], bool)


def shape_problem(claimed, expected):
    """A sentence if `claimed` is no array, or of another shape than `expected`; else ""."""
    if isinstance(claimed, str) or claimed.shape == expected.shape:
        return claimed if isinstance(claimed, str) else ""
    hint = explain_shape(claimed, expected)
    return f"the gradient has shape {claimed.shape}, but must have {expected.shape}. {hint}".strip()


def entries_problem(claimed, references, right, cause):
    """Which entries are wrong, the first of them in numbers, and the likely cause.

    right: one bool per entry; references: what was measured, one Reference per entry.
    """
    wrong = ~right.reshape(claimed.shape)
    expected = np.array([reference.slope for reference in references]).reshape(claimed.shape)
    place = int(np.argmin(right))
    got, wanted, sides = claimed.flat[place], expected.flat[place], references[place].sides
    text = f"claimed {show(got, wanted)}, should be {show(wanted, got)}."
    if np.isnan(wanted):
        text = f"claimed {show(got)}, but f has no slope there: it jumps, or is nan close by."
    elif sides:
        text = f"claimed {show(got)}, should lie between {show(min(sides))} and {show(max(sides))}."
    if claimed.ndim:
        index = [int(i) for i in np.unravel_index(place, claimed.shape)]
        text = f"{wrong.sum()} of {wrong.size} entries, the first at {index}: {text}"
    return f"{text} {cause or explain_values(claimed, expected, wrong)}".strip()


def product_problem(claimed, us, names, k, along):
    """The two dot products of argument k, and the likely cause of their difference."""

    def passes(gradient):
        return gradient.shape == us[k].shape and same(
            np.array(np.sum(gradient * us[k])), np.array(along.slope)
        )

    got, wanted = np.array(np.sum(claimed[k] * us[k])), np.array(along.slope)
    cause = ""
    for name, other in zip(names, claimed, strict=True):
        if not isinstance(other, str) and name != names[k] and passes(other):
            cause = f"The gradient returned for {name} passes here: are the two swapped?"
    if claimed[k].ndim == 2 and passes(claimed[k].T):
        cause = "Its transpose passes."
    cause = cause or explain_values(got, wanted, np.array(True))
    return f"<J^T v, u> is {got:.4g}, but <v, J u> is {wanted:.4g}. {cause}".strip()


def method(references):
    """What measured these slopes: the complex step only if it measured all of them."""
    exact = all(reference.exact for reference in references)
    return "the complex step" if exact else "central differences"


def agreement(names, claimed, measured):
    """The first line of a good report: with what the gradients agree, wherever f has one slope."""
    everywhere = sum(measured, [])
    smooth = [reference for reference in everywhere if not reference.sides]
    if everywhere and not smooth:
        return f"{passing(names, 'lie')} between the slopes of the two sides:"
    where = "" if smooth == everywhere else ", away from the kink"
    worst = max(map(relative_error, claimed, measured))
    if method(smooth) == "central differences":
        worst = max(worst, 1e-10)  # differences cannot tell more
    error = f"(worst relative error {below(worst)})"
    return f"{passing(names, 'agree')} with {method(smooth)}{where} {error}"


def kink_note(name, references):
    """A sentence about the first kink among the entries of an argument, or ""."""
    sides = next((reference.sides for reference in references if reference.sides), None)
    if sides is None:
        return ""
    return (
        f"{name} is at a kink: the slope is {show(sides[0])} before it and {show(sides[1])} after "
        "it. Which value between them counts is a convention."
    )


def relative_error(claimed, references):
    """The largest difference, beside the largest measured slope; kinks are left out."""
    smooth = [(c, r.slope) for c, r in zip(claimed.flat, references, strict=True) if not r.sides]
    off = max((abs(entry - slope) for entry, slope in smooth), default=0.0)
    return off / (max((abs(slope) for _, slope in smooth), default=0.0) or 1.0)


def below(error):
    """An error to the order of magnitude, so that every machine writes the same."""
    limits = ("1e-12", "1e-9", "1e-6", "1e-3", "1")
    return f"below {next((limit for limit in limits if error < float(limit)), f'{10 * error:.0g}')}"


def passing(names, verb):
    """The start of a good report: "all 3 gradients agree"."""
    if len(names) == 1:
        return f"the gradient {verb}{'es' if verb == 'pass' else 's'}"
    return f"{'both' if len(names) == 2 else f'all {len(names)}'} gradients {verb}"


def failing(problems, names, verb, method):
    """A bad report: how many gradients are wrong, then one line for each."""
    do = "does" if len(problems) == 1 else "do"
    share = "the gradient" if len(names) == 1 else f"{len(problems)} of {len(names)} gradients"
    lines = [f"  {name}: {problem}" for name, problem in problems.items()]
    return "\n".join([f"{share} {do} not {verb} {method}:", *lines])
