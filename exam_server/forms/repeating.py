"""A run made again: whether the bank and the forms came out the same."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from exam_server.forms.editing import assembled_in
from exam_server.forms.models import AssemblyRun


@dataclass(frozen=True)
class Repeated:
    """The run that was made again, whether the bank was the same, and whether the forms are."""

    run: AssemblyRun
    is_same_bank: bool
    is_same: bool


def repeated_by(db: Session, run: AssemblyRun) -> Repeated | None:
    """Compare a run that is there with the one it repeats; changes by hand do not count."""
    first = run.repeats
    if first is None or run.bank_sha256 is None:
        return None
    lists = [[assembled_in(db, form) for form in each.forms] for each in (first, run)]
    return Repeated(first, run.bank_sha256 == first.bank_sha256, lists[0] == lists[1])
