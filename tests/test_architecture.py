import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.source import PACKAGES, ROOT, place, python_files, source_files, tree_of

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
HOMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
DESK_FILES = {"models", "service", "routes"}  # a module or a package of that name
REVISIONS = ROOT / "exam_server" / "migrations" / "versions"  # Alembic lists every column
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[Path, Function]]:
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, Function) and path.parent != REVISIONS:
                yield path, node


def words(name: str) -> set[str]:
    """Cut ``snake_case`` and ``CamelCase`` names into lower-case words."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def names_used(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Give every name a file binds or reads, not attributes of others' objects."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node, node.id
        elif isinstance(node, ast.arg):
            yield node, node.arg
        elif isinstance(node, ast.alias):
            yield node, node.asname or node.name
        elif isinstance(node, Function):
            yield node, node.name


def test_no_file_has_outgrown_its_room() -> None:
    sizes = {
        place(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in source_files(".py", ".ts", ".tsx", ".mjs", ".css", ".html", ".sh")
        if path.parent != REVISIONS
    }
    assert {name: lines for name, lines in sizes.items() if lines > LONGEST_FILE} == {}


def test_no_function_has_outgrown_its_room() -> None:
    sizes = {
        f"{place(path, node)} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, node in functions()
    }
    assert {name: lines for name, lines in sizes.items() if lines > LONGEST_FUNCTION} == {}


def test_a_package_file_holds_its_docstring_only() -> None:
    others = [
        place(path)
        for path in python_files(*PACKAGES)
        if path.name == "__init__.py"
        and (len(tree_of(path).body) != 1 or not ast.get_docstring(tree_of(path)))
    ]
    assert others == []


def test_every_folder_of_modules_is_a_package() -> None:
    migrations = ROOT / "exam_server" / "migrations"  # Alembic loads these as files
    folders = {path.parent for path in python_files(*PACKAGES)}
    loose = [
        place(folder)
        for folder in sorted(folders)
        if not (folder / "__init__.py").exists() and not folder.is_relative_to(migrations)
    ]
    assert loose == []


def test_session_never_stands_alone_as_a_name() -> None:
    bare = [
        place(path, node)
        for path in python_files()
        for node, name in names_used(tree_of(path))
        if name == "session"
    ]
    assert bare == [], "say exam_session, sitting or db"


def test_no_module_or_class_is_named_for_having_no_home() -> None:
    modules = [place(path) for path in python_files() if words(path.stem) & HOMELESS]
    classes = [
        place(path, node)
        for path in python_files(*PACKAGES)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and words(node.name) & HOMELESS
    ]
    assert modules + classes == []


def test_the_import_contracts_name_every_desk() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {each["name"]: each for each in settings["tool"]["importlinter"]["contracts"]}
    in_order = contracts["A desk uses earlier desks only"]["layers"]
    insides = contracts["Inside a desk: handlers, then the service, then tables and rules"]
    office = ROOT / "exam_server"
    desks = {path.parent.name for path in office.glob("*/*") if path.stem in DESK_FILES}
    assert {layer.strip("()") for layer in in_order[:-1]} >= desks
    assert {name.removeprefix("exam_server.") for name in insides["containers"]} >= desks


def test_migrations_follow_one_another_in_one_line() -> None:
    """Two that follow the same one would leave a server that cannot be upgraded."""
    files = sorted(REVISIONS.glob("[0-9]*.py"))
    numbers = [path.name[:4] for path in files]
    assert numbers == [f"{n:04}" for n in range(1, len(files) + 1)]
    for path, before in zip(files[1:], numbers, strict=False):
        text = path.read_text(encoding="utf-8")
        assert f'\nrevision = "{path.name[:4]}"' in text
        assert f'\ndown_revision = "{before}"' in text
