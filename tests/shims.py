"""Small C libraries loaded before a program's own, so that it meets what a test wants."""

import shutil
import subprocess
from pathlib import Path

import pytest


def compiled(folder: Path, name: str, source: str) -> Path:
    """Compile a library into a folder; the test is skipped where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip(f"no C compiler: {name} cannot be played without one")
    text, library = folder / f"{name}.c", folder / f"{name}.so"
    text.write_text(source, encoding="utf-8")
    options = ("-shared", "-fPIC", "-O1")
    built = subprocess.run(
        [compiler, *options, "-o", str(library), str(text), "-ldl", "-lpthread"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    return library
