"""The project's own source files, for tests that read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("exam_server", "itembank", "proctor", "scoring")
FOLDERS = (*PACKAGES, "tests", "bin", "benchmarks", "frontend")
MADE = {"node_modules", "dist", "__pycache__"}


def source_files(*suffixes: str, folders: tuple[str, ...] = FOLDERS) -> Iterator[Path]:
    """Give every file of ours with one of the suffixes, leaving out what is made or fetched."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and MADE.isdisjoint(path.relative_to(ROOT).parts):
                yield path


def python_files(*folders: str) -> Iterator[Path]:
    """Give every Python file of the folders, or of the whole project."""
    return source_files(".py", folders=folders or FOLDERS)


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a Python file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.AST | None = None) -> str:
    """Name a place for a failure's message."""
    name = str(path.relative_to(ROOT))
    return name if node is None else f"{name}:{getattr(node, 'lineno', 1)}"
