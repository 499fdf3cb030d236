"""Which version of the server this is: package, program, built front end and schema."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from exam_server.migrating import newest_revision

OFFICE = Path(__file__).parent
PACKAGES = ("exam_server", "itembank", "proctor", "scoring")
PROGRAM_FILES = (".py", ".html", ".po", ".typ")
SHOWN = 12


@dataclass(frozen=True)
class ServerVersion:
    """What a server is made of; two that differ in nothing behave alike."""

    package: str
    program: str
    front_end: str
    schema: str

    @property
    def words(self) -> str:
        """Return it in one short line for people to compare."""
        return f"{self.package} {self.program}-{self.front_end}-{self.schema}"

    def as_dict(self) -> dict[str, str]:
        """Return it as plain data."""
        return asdict(self)


def version_here() -> ServerVersion:
    """Return the version of the program that runs."""
    program = (
        path
        for package in PACKAGES
        for path in (OFFICE.parent / package).rglob("*")
        if path.suffix in PROGRAM_FILES and "static" not in path.parts
    )
    dist = OFFICE / "static" / "dist"
    return ServerVersion(
        package=version("exam-server"),
        program=_digest(program),
        front_end=_digest(path for path in dist.rglob("*") if path.suffix != ".gz"),
        schema=newest_revision(),
    )


def _digest(paths: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file():
            whole.update(path.relative_to(OFFICE.parent).as_posix().encode() + b"\0")
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:SHOWN]
