"""What later desks know of an item: where it is used, how it did. The bank's page asks them all.

A desk uses earlier desks only, so the bank cannot ask forms or marking itself: each desk gives a
function, ``exam_server.desks`` lists them, and the app hands the list to the bank's pages.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy.orm import Session

from exam_server.actors import Actor

NAME = "exam_server.item_facts"


@dataclass(frozen=True)
class ItemFact:
    """One thing known of an item: ``use``, ``exposure`` or ``figure``, in words."""

    kind: str
    words: str
    address: str = ""
    source: str = ""  # what it speaks of, so that one page does not say it twice


@dataclass(frozen=True)
class AskedItem:
    """Which item is asked about, of which organization."""

    id: int
    organization_id: int


Provider = Callable[[Session, Actor, AskedItem], list[ItemFact]]


def facts_of(db: Session, actor: Actor, organization_id: int, item_id: int) -> list[ItemFact]:
    """Return all that this person may know of an item."""
    providers: list[Provider] = current_app.extensions[NAME]
    asked = AskedItem(item_id, organization_id)
    return [fact for provider in providers for fact in provider(db, actor, asked)]
