"""Which modules hold which expected files."""

from collections.abc import Iterator
from importlib import import_module

from benchmarks.reference.frame import Case

GROUPS = ("irt", "irt_prior", "adaptive", "classical", "dif", "equating", "decisions", "collusion")


def cases() -> Iterator[tuple[str, str, Case]]:
    """Give the group, the expected file and what makes its rows."""
    for group in GROUPS:
        module = import_module(f"benchmarks.reference.{group}")
        for file, case in module.CASES.items():
            yield group, file, case


def long_files() -> set[str]:
    """Return the expected files whose rows take seconds: those in a module's ``LONG``."""
    modules = [import_module(f"benchmarks.reference.{group}") for group in GROUPS]
    return {file for module in modules for file in getattr(module, "LONG", ())}
