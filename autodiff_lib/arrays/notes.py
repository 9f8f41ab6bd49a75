"""What is added to an error that leaves the user's function: notes, below its own text.

Its type, its text and its traceback stay what they are. NumPy's errors do not say which operation
they are about, or name no shapes; the traceback knows both.
"""

FILL_NOTE = "An array cannot hold nodes. Collect them in a list, then np.stack or np.concatenate."
LIST_NOTE = (
    "An argument is a list: f got a list of numbers, not an array. For a vector pass np.array(...)."
)
KEPT_NOTE = (
    "An array that was an operand is read-only until the gradient is there, as the way back needs "
    "what it held; so is the value of a node, always. Change a copy of it: a = a.copy()."
)
EXAMPLE_NOTE = "vmap runs f on one example: these are its shapes, without the axis of the batch."
RUNS_A_ROW = "apply", "note"  # Level.apply, and what the tracer does in its place


def add_notes(error, arguments=(), also=None):
    """Add to an error what is behind it, once however many derivatives it passes.

    arguments: those of the function that raised it. also: a note for where an operation failed.
    """
    text, failed = str(error), failed_operation(error)
    notes = {
        LIST_NOTE: any(isinstance(argument, list) for argument in arguments),
        FILL_NOTE: "setting an array element" in text,
        KEPT_NOTE: text.endswith(("destination is read-only", "output array is read-only")),
        failed: failed,
        also: also and failed,
    }
    for note, holds in notes.items():
        if holds and note not in getattr(error, "__notes__", ()):
            error.add_note(note)


def failed_operation(error):
    """Return "The operation was mul of shapes (3,) and (2,).", or None if none raised the error."""
    known, package = innermost_row(error)
    values = known.get("values", ())
    runs = values and len(values) == len(known["operands"]) and "out" not in known
    is_users_own = package not in ("autodiff_lib", "numpy")  # of a function with custom_vjp, say
    if not runs or is_users_own or isinstance(error, TypeError):
        return None
    shapes = [str(getattr(value, "shape", ())) for value in values]
    shapes = shapes if len(shapes) <= 6 else [*shapes[:5], f"{len(shapes) - 5} more"]
    text = " and ".join(filter(None, (", ".join(shapes[:-1]), shapes[-1])))
    return f"The operation was {known['row'].op} of shape{'s' * (len(shapes) > 1)} {text}."


def innermost_row(error):
    """Return the variables of the innermost call that runs a row, and where the error was raised.

    That is the package of the last call, "numpy" or another one.
    """
    known, package, part = {}, "", error.__traceback__
    while part:
        frame, part = part.tb_frame, part.tb_next
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        if frame.f_code.co_name in RUNS_A_ROW:
            found = frame.f_locals
            known = found if "values" in found and hasattr(found.get("row"), "op") else known
    return known, package
