"""What our code must look like, by numbers: the figures that we measure ourselves against."""

import ast
from statistics import median

from tests.architecture.tracked import PACKAGES, ROOT, functions, lines_of, modules, named, tracked, tree

LONGEST_FILE, LONGEST_FUNCTION, DEEPEST = 400, 50, 4
USUAL_FILE, USUAL_FUNCTION = 120, 7  # medians
LOOPS_AND_BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
ENVIRONMENT = {"gateway/settings.py"}
"""Beside it only wiki_app/otter/ touches os.environ: Otter Wiki reads it at import."""


def test_no_file_is_long() -> None:
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines())
        for path in modules(*PACKAGES, "tests", "bench")
    }
    assert {named(path): lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}
    assert median(lines for path, lines in lengths.items() if path.name != "__init__.py") <= USUAL_FILE


def test_no_function_is_long() -> None:
    found = [(path, function) for path in modules(*PACKAGES) for function in functions(path)]
    too_long = {f"{named(path)}:{f.name}": lines_of(f) for path, f in found if lines_of(f) > LONGEST_FUNCTION}
    assert too_long == {}
    assert median(lines_of(function) for _, function in found) <= USUAL_FUNCTION


def depth(node: ast.AST, *, inside: int = 0) -> int:
    """How many blocks stand inside each other; `elif` counts as its `if`, inner functions begin anew."""
    deepest = inside
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        is_elif = isinstance(node, ast.If) and node.orelse == [child] and isinstance(child, ast.If)
        opens = isinstance(child, LOOPS_AND_BRANCHES) and not is_elif
        deepest = max(deepest, depth(child, inside=inside + opens))
    return deepest


def test_nothing_is_nested_deeply() -> None:
    found = {
        f"{named(path)}:{f.name}": depth(f) for path in modules(*PACKAGES, "tests") for f in functions(path)
    }
    assert {name: deep for name, deep in found.items() if deep > DEEPEST} == {}


def reads_environment(module: ast.Module) -> bool:
    """Whether it names os.environ or os.getenv, in whatever way they were imported."""
    names = {"environ", "environb", "getenv"}
    attributes = (node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute))
    imported = (
        alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "os"
        for alias in node.names
    )
    return not names.isdisjoint([*attributes, *imported])


def test_one_file_reads_the_environment() -> None:
    readers = {named(path) for path in modules(*PACKAGES) if reads_environment(tree(path))}
    assert {name for name in readers if not name.startswith("wiki_app/otter/")} == ENVIRONMENT


def test_public_functions_and_classes_say_what_the_caller_cannot_see() -> None:
    public = [
        node
        for path in modules(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
    ]
    documented = [node for node in public if ast.get_docstring(node)]
    assert len(documented) / len(public) >= 0.7


def test_each_package_has_one_error_root() -> None:
    """Classes that derive from a built-in exception directly; the rest derive from those."""
    builtin = {"Exception", "ValueError", "RuntimeError", "KeyError", "OSError", "TypeError", "LookupError"}
    for package in ("wiki_app", "search", "auth"):
        roots = [
            f"{named(path)}:{node.name}"
            for path in modules(package)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ClassDef)
            and not node.name.startswith("_")
            and any(isinstance(base, ast.Name) and base.id in builtin for base in node.bases)
        ]
        assert len(roots) <= 1, roots


def test_no_file_names_a_machine_or_a_registry() -> None:
    # Written in parts, so that this file does not find itself.
    forbidden = [
        "/wo" + "rk/",
        "/opt/" + "wheels",
        "/opt/" + "pypi",
        "pypi" + ".org",
        "files.python" + "hosted",
        "/ro" + "ot/",
    ]
    found = [
        f"{named(path)}: {word}"
        for path in tracked()
        if path.suffix not in {".png", ".jpg"}
        for word in forbidden
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []


def test_nothing_is_left_for_later() -> None:
    words = ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"]
    found = [
        f"{named(path)}: {word}"
        for path in modules(*PACKAGES, "tests", "bench")
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


def test_requirements_have_hashes_and_no_addresses() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        packages = [line for line in text.splitlines() if line and line[0].isalnum()]
        assert packages
        assert all("==" in line and line.endswith("\\") for line in packages)
        assert "://" not in text
        assert "--find-links" not in text
