"""What later desks know of a sitting: its timeline tells it, in the words each reader may have.

A desk uses earlier desks only, so the timeline cannot ask the results: each desk gives a
function, ``exam_server.desks`` lists them, and the app hands the list to the timeline.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from exam_server.actors import Actor

NAME = "exam_server.sitting_facts"


@dataclass(frozen=True)
class SittingFact:
    """Something that happened later to what was sat: when, in words, by whom."""

    at: datetime
    words: str
    more: str = ""
    by: str = ""


Provider = Callable[[Session, Actor, int], list[SittingFact]]  # by the sitting's id


def later_facts(db: Session, actor: Actor, sitting_id: int) -> list[SittingFact]:
    """Return what later desks tell this reader of a sitting, the oldest first."""
    providers: list[Provider] = current_app.extensions[NAME]
    facts = [fact for provider in providers for fact in provider(db, actor, sitting_id)]
    return sorted(facts, key=lambda fact: fact.at)
