import json
import re
from pathlib import Path

import pytest

from tests.source import ROOT

PYTHON_LOCKS = [ROOT / "requirements" / name for name in ("run.txt", "dev.txt")]
NPM_LOCK = ROOT / "frontend" / "package-lock.json"
REQUIREMENT = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)(\[.*\])?==(?P<version>\S+)")


def requirements(lock: Path) -> dict[str, str]:
    """Return each requirement's whole text, continuation lines included, by its name."""
    joined = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    found = {match["name"]: line for line in lines if (match := REQUIREMENT.match(line))}
    assert len(found) == len(lines), "every line is one pinned requirement"
    return found


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_a_python_lock_names_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_every_python_requirement_has_hashes(lock: Path) -> None:
    without = [name for name, text in requirements(lock).items() if "--hash=sha256:" not in text]
    assert without == []


def test_the_tests_run_on_what_is_delivered() -> None:
    run, dev = (requirements(lock) for lock in PYTHON_LOCKS)
    pins = {name: REQUIREMENT.match(text)["version"] for name, text in run.items()}  # type: ignore[index] # matched above
    assert pins == {name: REQUIREMENT.match(dev[name])["version"] for name in pins}  # type: ignore[index] # matched above


def test_the_dead_websocket_package_is_not_installed() -> None:
    # If it is there, python-engineio uses it instead of simple-websocket.
    assert "gevent-websocket" not in requirements(PYTHON_LOCKS[1])


def test_the_npm_lock_names_no_registry() -> None:
    lock = json.loads(NPM_LOCK.read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
