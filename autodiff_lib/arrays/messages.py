"""What is said where a call, a rule or a function does not fit, and what to write instead."""

import re
import sys

import numpy as np

from .operands import describe


def explain_argnums(argnums):
    """Return the error text for argnums that are no number and no tuple of numbers."""
    advice = f"write {tuple(argnums)!r:.40}" if isinstance(argnums, list) else (
        "arguments of f are passed to what grad returns: grad(f)(x)")
    given = " ".join(repr(argnums).split())
    return f"argnums is a number or a tuple of numbers, not {given:.60}; {advice}"


def explain_not_real(what, leaf):
    """Return the error text for an argument or a result that is not made of real numbers."""
    if leaf is None:
        advice = "; does f end without a return?" if "result" in what else ""
    elif isinstance(leaf, (dict, list, tuple)):
        advice = "; return one number, for grad, or one array, for jacobian, or use vjp"
    else:
        is_complex = isinstance(leaf, (complex, np.ndarray, np.generic)) and np.iscomplexobj(leaf)
        advice = "; pass x.real and x.imag as two arguments" * is_complex
    return f"{what} is {describe(leaf)}; derivatives need real numbers or arrays of them{advice}"


def explain_need(row, name, operand):
    """Return the error text for a rule that asks for what there is not."""
    known = [*row.operands, "out", *row.parameters, "position", f"{operand}_shape"]
    return f"a rule of row {row.op!r} asks for {name!r}; after g it can ask for {', '.join(known)}"


def explain_known(row):
    """Return the error text for a row that the table has already."""
    return f"the table already has {row}; remove_row({row.op!r}) first"


def explain_missing_rule(row, position):
    """Return the error text for a gradient that a row does not provide."""
    name = row.operands[0 if row.variadic else position]
    arguments = ", ".join([*row.operands, *row.parameters])
    return (
        f"{row.op}({arguments}) has no rule for {name}, so its gradient would be lost; give its "
        f"row one: {name}=lambda g, {name}: ..., or {name}=None if no gradient flows there"
    )


def explain_signature(row, unknown):
    """Return the error text for a call that a row's signature does not cover."""
    defaults = [f"{name}={default!r}" for name, default in row.parameters.items()]
    complaint = f", not {', '.join(unknown)}" if unknown else ""
    advice = advise(unknown)
    return f"{row.op} of a node takes ({', '.join([*row.operands, *defaults])}){complaint}{advice}"


def advise(keywords):
    """Return what to write instead of keywords that NumPy's functions take and nodes do not."""
    return "".join(f"; {OF_KEYWORDS[name]}" for name in keywords if name in OF_KEYWORDS)


OF_KEYWORDS = {
    "out": "a result is a new array: write a = a + x, not a += x, and y = np.exp(x), not out=y",
    "where": "choose before, with x[condition] or np.where(condition, x, 0.0)",
    "dtype": "write x.astype(dtype) for x",
    "initial": "write np.append(x, initial) for x",
}


def module_of(function):
    """Return the module that users find a function in; a ufunc does not say it itself."""
    name = getattr(function, "__name__", "")
    if isinstance(function, np.ufunc):
        modules = [module for module in ("numpy", "scipy.special") if module in sys.modules]
        return next((m for m in modules if getattr(sys.modules[m], name, None) is function), "")
    return getattr(function, "__module__", None) or "numpy"


def path_of(function):
    """Return how a user spells a function: np.linalg.norm."""
    name = getattr(function, "__name__", str(function))
    return re.sub(r"^numpy\b", "np", f"{module_of(function)}.{name}".lstrip("."))


def explain_missing_row(function):
    """Return the error text for a function that the table does not list, and what would do."""
    name, path = getattr(function, "__name__", str(function)), path_of(function)
    if name in FOR_COMPLEX or path.startswith("np.fft."):
        return (
            f"{path} has no rule: complex numbers are not differentiated here. Write sums of "
            f"products with np.cos and np.sin, or pass it stop_gradient(x)"
        )
    text = (
        f"{path} has no rule. Write it with functions that have one, or pass it stop_gradient(x) "
        f"if its result needs no derivative"
    )
    if name in WRITE_INSTEAD:
        return f"{path} has no rule. Write {WRITE_INSTEAD[name]}"
    several = isinstance(function, np.ufunc) and (function.nout > 1 or function.nin > 2)
    return text if name in NO_ONE_ROW or several else (
        f"{text}, or add its row to the table: {row_to_add(function, name, path)}"
    )


def row_to_add(function, name, path):
    """Return the row that a user could begin with, one lambda for each operand, and what it says.

    A flat function has no lambda: its row is of kind "constant".
    """
    operands = "x, y" if getattr(function, "nin", 1) == 2 else "x"
    by_entries = isinstance(function, np.ufunc) and function.signature is None
    if is_flat(function):
        batch = ', batch="elementwise"' if by_entries else ""
        return (f'add_rows(Row("{name}", {path}, "{operands}", "constant"{batch})), where '
                '"constant" says that no gradient flows back')
    rules = ", ".join(f"{x}=lambda g, {operands}: g * ..." for x in operands.split(", "))
    kind = '"elementwise", ' if by_entries else ""
    return (f'add_rows(Row("{name}", {path}, "{operands}", {kind}{rules})), where g is the '
            "gradient of the result and the lambda returns the gradient of x")


def is_flat(function):
    """Tell whether a function gives no floats for floats, as far as it is known: np.signbit."""
    if not isinstance(function, np.ufunc) or function.__name__ in FLAT:
        return getattr(function, "__name__", "") in FLAT
    return not any("d" in kinds[:-1] and kinds[-1] == "d" for kinds in function.types)


FLAT = (
    "argpartition array_equiv flatnonzero isin isneginf isposinf nanargmax nanargmin spacing"
).split()
FOR_COMPLEX = "eig eigvals roots poly".split()
NO_ONE_ROW = (  # several results, results of a size of their own, no arrays, operands in a list
    "polydiv einsum_path ix_ unravel_index histogram2d histogramdd unique_all unique_counts "
    "unique_inverse apply_over_axes ravel_multi_index save savez savez_compressed array2string "
    "array_repr array_str can_cast common_type min_scalar_type result_type may_share_memory "
    "shares_memory put_along_axis").split()
WRITE_INSTEAD = {
    "qr": "r = np.linalg.cholesky(x.T @ x).T and q = x @ np.linalg.inv(r): q and r but for signs",
    "modf": "np.trunc(x) and x - np.trunc(x)",
    "divmod": "x // y and x % y",
    "polyfit": "np.linalg.lstsq(np.stack([t**2, t, t**0], axis=1), y)[0], for a parabola",
    "choose": "np.select or np.where",
    "lexsort": "np.argsort, or pass it stop_gradient(x)",
}
OF_SCIPY = {  # functions that are no ufuncs: they make arrays before they compute
    "logsumexp": "logsumexp(x, axis), from autodiff_lib.arrays",
    "softmax": "np.exp(x - logsumexp(x, axis, keepdims=True)), with autodiff_lib.arrays' logsumexp",
    "log_softmax": "x - logsumexp(x, axis, keepdims=True), with autodiff_lib.arrays' logsumexp",
    "polygamma": "polygamma(n, x), from autodiff_lib.table.special",
    "norm.logpdf": "-0.5 * ((x - loc) / scale) ** 2 - np.log(scale * np.sqrt(2.0 * np.pi))",
    "norm.pdf": "np.exp(-0.5 * ((x - loc) / scale) ** 2) / (scale * np.sqrt(2.0 * np.pi))",
    "norm.cdf": "scipy.special.ndtr((x - loc) / scale)",
}


OF_PARTS = (
    "np.r_ and np.c_ make arrays of their parts, which cannot hold a node. Write "
    "np.hstack([x, 1.0]) for np.r_[x, 1.0], and np.column_stack([x, y]) for np.c_[x, y]"
)
OF_FULL = (
    "np.full makes an array of its value, which cannot hold a node. Write np.broadcast_to(x, shape)"
)


def explain_caller(frame):
    """Return the error text for a node in a function that makes arrays of its operands, or None.

    frame: where the array was asked for. The outermost function of SciPy's is what the user called.
    """
    path = None
    while frame and frame.f_globals.get("__name__", "").split(".")[0] in ("numpy", "scipy"):
        module, name = frame.f_globals["__name__"], frame.f_code.co_name
        if module.startswith("scipy.") and not name.startswith(("_", "<")):
            path = ".".join([*module.split(".")[:2], *distribution_in(frame), name])
        elif module.endswith("_index_tricks_impl"):
            return OF_PARTS
        elif module.startswith("numpy.") and name == "full":
            return OF_FULL
        frame = frame.f_back
    if path is None:
        return None
    instead = OF_SCIPY.get(path.split(".", 2)[2], (
        "it with functions of NumPy's or ufuncs of scipy.special's, or give it a rule with "
        "custom_vjp"))
    return f"{path} makes arrays of its operands, which cannot hold a node. Write {instead}"


def distribution_in(frame):
    """Return the name of the distribution whose method runs in a frame, in a list, or an empty one.

    In scipy.stats `norm` is an object of class norm_gen, and norm(0, 1) holds it as `dist`.
    """
    owner = frame.f_locals.get("self")
    if owner is None or not frame.f_globals["__name__"].startswith("scipy.stats."):
        return []
    name = type(getattr(owner, "dist", owner)).__name__
    return [name.removesuffix("_gen").removesuffix("_frozen")]


def explain_method(ufunc, method):
    """Return the error text for np.add.reduce(x) and its kin."""
    instead = {
        "reduce": "np.sum, np.prod, np.max or np.min",
        "accumulate": "np.cumsum or np.cumprod",
        "outer": "x[:, None] and y, which broadcast",
        "at": "np.where or np.concatenate: an array that is filled cannot hold nodes",
    }.get(method, "functions of whole arrays")
    return f"np.{ufunc.__name__}.{method} of a node has no rule; write {instead}"
