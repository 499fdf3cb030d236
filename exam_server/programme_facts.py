"""What later desks know of a programme or rule set: its banks, papers and batches.

A desk uses earlier desks only, so programmes cannot ask the others itself: each desk gives a
function, ``exam_server.desks`` lists them, and the app hands the list to the programmes' pages.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from exam_server.actors import Actor

NAME = "exam_server.programme_facts"


@dataclass(frozen=True)
class ProgrammeFact:
    """One thing that belongs to a programme or rule set.

    ``kind`` is ``bank``, ``paper``, ``batch``, ``rule_set``, or ``free_bank``: a bank of the
    organization that belongs to no programme yet; its ``uid`` names it.
    """

    kind: str
    words: str
    address: str = ""
    note: str = ""
    uid: str = ""


@dataclass(frozen=True)
class AskedProgramme:
    """Which programme or rule set is asked about, of which organization."""

    organization_id: int
    programme_id: int | None = None
    rule_set_id: int | None = None


Provider = Callable[[Session, Actor, AskedProgramme], list[ProgrammeFact]]


def facts_of(db: Session, actor: Actor, asked: AskedProgramme) -> dict[str, list[ProgrammeFact]]:
    """Return all that belongs to it, by kind."""
    providers: list[Provider] = current_app.extensions[NAME]
    found: dict[str, list[ProgrammeFact]] = {}
    for provider in providers:
        for fact in provider(db, actor, asked):
            found.setdefault(fact.kind, []).append(fact)
    return found
