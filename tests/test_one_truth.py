"""What a chapter builds, the library ships: the same syntax tree, docstrings aside.

The chapter's *last* definition of a name counts; earlier, wrong versions are there on purpose.
Python's machinery (`__slots__`, base classes of `engines/manners.py`) may be the library's alone.
"""

import ast
import re

import pytest

from autodiff_lib.tools.recording import NOTEBOOKS, read

LIBRARY = NOTEBOOKS.parent / "autodiff_lib"

# Which chapter builds which module, or which names of it (None: all of it). "Rule.add": of this
# class one method.
BUILT = {
    "01_nudging.ipynb": [("checking/nudging.py", ["forward_difference", "central_difference"])],
    "02_symbolic_tensor.ipynb": [("engines/symbolic.py", None)],
    "03_tape.ipynb": [("engines/tape.py", None)],
    "04_operator_overloading.ipynb": [("engines/overloading.py", None)],
    "05_arrays_and_functions.ipynb": [("engines/functions.py", None)],
    "06_sum_over_paths.ipynb": [("engines/paths.py", None)],
    "07_each_node_once.ipynb": [("engines/topological.py", None)],
    "08_learning.ipynb": [("teaching/moons.py", None)],
    "09_forward_mode.ipynb": [("engines/dual.py", None)],
    "10_rules.ipynb": [
        ("arrays/rows.py", ["unbroadcast"]),
        ("arrays/reverse.py", None),
    ],
    "11_jacobians.ipynb": [("arrays/forward.py", None)],
    "12_higher_order.ipynb": [
        ("arrays/derivatives.py", ["value_and_grad", "grad", "hessian", "hvp"]),
    ],
    "13_gradient_programs.ipynb": [
        ("programs/steps.py", ["Step", "run_steps"]),
        ("programs/trace.py", None),
        ("programs/write.py", None),
        ("programs/program.py", None),
    ],
    "14_simplifying.ipynb": [
        (
            "programs/identities.py",
            [
                "IDENTITIES",
                "write_match",
                "write_part",
                "write_leaf",
                "write_orders",
                "Identity",
                "goes",
                "build",
                "add_identities",
                "remove_identities",
            ],
        ),
        (
            "programs/simplify.py",
            [
                "operations",
                "rewrite",
                "share_common",
                "apply_rule",
                "Improver",
                "MOST_WALKS",
                "simplify",
            ],
        ),
    ],  # fmt: skip
    "15_batching.ipynb": [
        (
            "programs/batch_rules.py",
            ["fit", "entry_by_entry", "moved", "along_axes"],
        ),
        (
            "programs/batching.py",
            ["Example", "Nested", "refuse_reads", "run_batch", "rule_of", "vmap"],
        ),
    ],
}
PAIRS = [
    pytest.param(NOTEBOOKS / chapter, LIBRARY / module, names, id=f"{chapter}-{module}")
    for chapter, modules in BUILT.items()
    for module, names in modules
    if (NOTEBOOKS / chapter).exists()
]


@pytest.mark.parametrize("chapter, module, names", PAIRS)
def test_the_library_ships_what_the_chapter_builds(chapter, module, names):
    differences = compare(module.read_text("utf-8"), chapter_source(chapter), names)
    assert not differences, "\n".join(differences)


def test_every_engine_has_its_chapter():
    mapped = {module for modules in BUILT.values() for module, _ in modules}
    engines = {f"engines/{p.name}" for p in (LIBRARY / "engines").glob("[!_]*.py")}
    engines = {e for e in engines if "manners" not in e}  # shipped, not built
    assert engines <= mapped, f"add to BUILT: {sorted(engines - mapped)}"


def test_the_page_of_cells_lists_what_chapter_13_builds():
    page = (LIBRARY.parent / "CELLS.md").read_text("utf-8").partition("## Chapter 13")[2]
    listed = re.findall(r"`(\w+)\.(\w+)`", page.partition("\n## Chapter 14")[0])
    built = []
    for module, names in BUILT["13_gradient_programs.ipynb"]:
        whole = definitions((LIBRARY / module).read_text("utf-8"))
        built += [(module[9:-3], name) for name in names or whole if "." not in name]
    assert sorted(listed) == sorted(built)


def test_every_module_that_is_mapped_exists():
    modules = {module for modules in BUILT.values() for module, _ in modules}
    assert not [m for m in modules if not (LIBRARY / m).exists()]


def chapter_source(path):
    """All code of a notebook as one program."""
    return "\n\n".join(c.source for c in read(path).cells if c.cell_type == "code")


def compare(module, chapter, names=None):
    """List the definitions of `module` that `chapter` lacks or defines in another way."""
    shipped, built = definitions(module), definitions(chapter)
    differences = [f"the library has no {name}" for name in names or [] if name not in shipped]
    for name, tree in shipped.items():
        whole = name.partition("[")[0]
        if whole.startswith("__") or (whole not in names if names else "." in whole):
            continue
        if name not in built:
            differences.append(f"{name}: the chapter never defines it")
        elif built[name] != tree:
            differences.append(f"{name}: library and chapter differ:\n{tree}\n---\n{built[name]}")
    return differences


def definitions(source):
    """{name: its last definition} of what stands at the top level of a program.

    A table {key: value} is taken row by row, as TABLE['key'], so that a chapter may write it
    whole or add a row at a time; a new table begins anew. `class Row(Row)` goes on with Row.
    A method stands beside its class, as Rule.add.
    """
    found, classes = {}, {}
    for statement in ast.parse(source).body:
        tree = _TheIdea().visit(statement)
        if isinstance(tree, ast.ClassDef):
            tree = classes[tree.name] = _continued(tree, classes.get(tree.name))
        if isinstance(tree, (ast.FunctionDef, ast.ClassDef)):
            found[tree.name] = ast.unparse(tree)
            if isinstance(tree, ast.ClassDef):
                found |= methods(tree)
        elif isinstance(tree, ast.Assign):
            for target in map(ast.unparse, tree.targets):
                for row in [name for name in found if name.startswith(f"{target}[")]:
                    del found[row]
                found |= _rows(target, tree.value)
    return found


def methods(tree):
    """{"Rule.add": its source} for each method of a class."""
    return {
        f"{tree.name}.{member.name}": ast.unparse(member)
        for member in tree.body
        if isinstance(member, ast.FunctionDef)
    }


def _continued(tree, before):
    """A class that is its own base, with the members that it had before."""
    if before is not None and tree.name in map(ast.unparse, tree.bases):
        again = {member.name for member in tree.body if hasattr(member, "name")}
        kept = [m for m in before.body if getattr(m, "name", None) not in again]
        tree.bases, tree.body = before.bases, kept + tree.body
    return tree


def _rows(target, value):
    if isinstance(value, ast.Dict) and all(isinstance(k, ast.Constant) for k in value.keys):
        rows = zip(value.keys, value.values, strict=True)
        return {target: "a table"} | {f"{target}[{k.value!r}]": ast.unparse(v) for k, v in rows}
    return {target: ast.unparse(value)}


# Python's machinery: what the library sets in a class, and a chapter leaves to it.
MACHINERY = {"__slots__", "__array_priority__", "__array_ufunc__", "__weakref__", "__hash__"}


class _TheIdea(ast.NodeTransformer):
    """A definition without docstrings and without Python's machinery."""

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node

    def visit_ClassDef(self, node):
        node.body = [s for s in node.body if not is_machinery(s)] or [ast.Pass()]
        node.bases = [base for base in node.bases if ast.unparse(base) not in MANNERS]
        return self.visit_FunctionDef(node)


def is_machinery(statement):
    targets = map(ast.unparse, getattr(statement, "targets", []))
    return isinstance(statement, ast.Assign) and all(name in MACHINERY for name in targets)


def manners():
    """The classes that the library mixes into a node, and a chapter need not."""
    tree = ast.parse((LIBRARY / "engines" / "manners.py").read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


MANNERS = manners()


MODULE = '''"""The module."""
LIMIT = 3

def f(x):
    """Twice x."""
    return 2 * x  # a comment

class Node:
    """A node."""
    def g(self): return 1

RULES = {"add": f, "mul": lambda x, y: x * y}
'''


@pytest.mark.parametrize(
    "chapter, difference",
    [
        (MODULE.replace('    """Twice x."""\n', ""), None),
        ("def f(x):\n    return 3 * x\n" + MODULE, None),
        (MODULE + "def f(x):\n    return 3 * x\n", "f: library and chapter differ"),
        (MODULE.replace("LIMIT = 3", "LIMIT = 4"), "LIMIT: library and chapter differ"),
        (MODULE.replace("class Node", "class Other"), "Node: the chapter never defines it"),
        (MODULE.replace("return 1", "return 2"), "Node: library and chapter differ"),
        (MODULE.replace("x * y", "y"), "RULES['mul']: library and chapter differ"),
        (MODULE + "RULES['add'] = 1", "RULES['add']: library and chapter differ"),
        (MODULE.replace('"add": f, ', "") + "RULES['add'] = f", None),
        (MODULE + "RULES = {'add': f}", "RULES['mul']: the chapter never defines it"),
        (MODULE.replace("class Node:", "class Node(Comparison):"), None),
        (MODULE.replace("class Node:", "class Node(dict):"), "Node: library and chapter differ"),
        (
            MODULE.replace("class Node:", "class Node:\n    pass\n\nclass Node(Node):"),
            "Node: library and chapter differ",
        ),
        (
            MODULE.replace(
                "class Node:", "class Node:\n    def g(self): return 2\n\nclass Node(Node):"
            ),
            None,
        ),
        (
            MODULE.replace(
                "class Node:", "class Node:\n    def f(self): return 2\n\nclass Node(Node):"
            ),
            "Node: library and chapter differ",
        ),
        (MODULE.replace("    def g", "    __slots__ = ()\n    def g"), None),
        (
            MODULE.replace("    def g", "    size = 1\n    def g"),
            "Node: library and chapter differ",
        ),
    ],
)
def test_a_difference_is_found(chapter, difference):
    found = compare(MODULE, chapter)
    assert [text.partition(":\n")[0] for text in found] == ([difference] if difference else [])


def test_only_the_names_asked_for_are_compared():
    assert compare(MODULE, "def f(x): return 2 * x", ["f"]) == []
    assert compare(MODULE, MODULE, ["h"]) == ["the library has no h"]


def test_one_method_of_a_class_is_compared_alone():
    other = "class Node(Base):\n    def f(self): return 3\n    def g(self): return 1"
    assert compare(MODULE, other, ["Node.g"]) == []
    (found,) = compare(MODULE, other.replace("return 1", "return 2"), ["Node.g"])
    assert found.startswith("Node.g: library and chapter differ")
    assert compare(MODULE, other, ["Node.h"]) == ["the library has no Node.h"]
