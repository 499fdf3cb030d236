"""What papers ask of a bank and have used of it. The bank's supply map asks the forms desk.

A desk uses earlier desks only, so the bank cannot ask forms itself: forms gives a function,
``exam_server.desks`` names it, and the app hands it to the bank's pages.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from itembank.demands import Demand

NAME = "exam_server.supply_facts"
Place = tuple[int, str]  # a point's id and an item type


@dataclass(frozen=True)
class AskedPaper:
    """A paper structure over a bank: what every form of it must have."""

    uid: str
    title: str
    demand: Demand
    level: str = ""  # skill level and work type of the points it takes; none: all
    work_type: str = ""


@dataclass(frozen=True)
class PaperFacts:
    """The structures of a bank, the newest first, and how active items were used so far.

    Only papers that are over count: what stands in the others is secret. ``recent`` gives for each
    place how many items stood in how many forms since the time asked for; ``ever`` how many items
    stood in any form, and in how many together.
    """

    papers: Sequence[AskedPaper] = ()
    recent: Mapping[Place, Mapping[int, int]] = field(default_factory=dict)
    ever: Mapping[Place, tuple[int, int]] = field(default_factory=dict)


Provider = Callable[[Session, int, datetime], PaperFacts]


def facts_of(db: Session, blueprint_id: int, since: datetime) -> PaperFacts:
    """Return what papers ask of a bank, and which of its items have been used."""
    provider: Provider = current_app.extensions[NAME]
    return provider(db, blueprint_id, since)
