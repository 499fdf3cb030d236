"""Sample sites and rooms; plans are drawn in letters: ``o`` seat, ``x`` broken, blank aisle."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.programmes.models import Organization
from exam_server.seating.models import Room, Seat, Site

SOURCE = Path(__file__).parent / "data" / "places.json"


def add_places(db: Session, organization: Organization) -> None:
    """Add the three sites with their rooms."""
    for drawn in json.loads(SOURCE.read_text(encoding="utf-8")):
        site = add_site(db, organization, drawn["site"], drawn["address"])
        db.add_all(drawn_room(site, room) for room in drawn["rooms"])
    db.flush()


def add_site(db: Session, organization: Organization, name: str, address: str) -> Site:
    """Add a site that has no rooms yet."""
    site = Site(organization_id=organization.id, name=name, address=address)
    db.add(site)
    return site


def sample_room(db: Session, organization: Organization, name: str) -> Room:
    """Return a room by its name."""
    chosen = select(Room).join(Site).where(Site.organization_id == organization.id)
    return db.scalars(chosen.where(Room.name == name)).one()


def drawn_room(site: Site, drawn: dict[str, Any]) -> Room:
    """Return a room of a site by its drawn plan."""
    plan: Sequence[str] = drawn["plan"]
    room = Room(site=site, name=drawn["name"], rows=len(plan), columns=len(plan[0]))
    cells = (
        (row, column, letter)
        for row, line in enumerate(plan, start=1)
        for column, letter in enumerate(line, start=1)
        if letter != " "
    )
    room.seats = [
        Seat(number=number, row=row, column=column, is_usable=letter == "o")
        for number, (row, column, letter) in enumerate(cells, start=1)
    ]
    return room
