"""A member at work: their panels, the items one by one, ratings kept as they are given."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError, NotFoundError, Problem
from exam_server.standards.judged import Judged, item_shown, judged_in
from exam_server.standards.models import (
    PanelMember,
    PanelRating,
    PanelRound,
    PanelSheet,
    StandardPanel,
)
from exam_server.standards.rules import (
    BOOKMARK,
    BY_GROUPS,
    RatingIn,
    missing_places,
    places_of,
    questions_problem,
    rating_problem,
)
from exam_server.standards.service import MEMBER, booklet_of, name_of, open_round_of


@dataclass(frozen=True)
class Seen:
    """A panel as its member sees it in a list: the open round and how far they are in it."""

    panel: StandardPanel
    open_round: PanelRound | None
    n_done: int
    n_places: int
    is_handed_in: bool


def panels_for_member(db: Session, actor: Actor) -> list[Seen]:
    """Return the panels a person is a member of, the newest first."""
    chosen = (
        select(StandardPanel)
        .join(PanelMember, PanelMember.panel_id == StandardPanel.id)
        .where(
            PanelMember.person_id == actor.id,
            StandardPanel.organization_id.in_(actor.organizations(MEMBER)),
        )
        .order_by(StandardPanel.id.desc())
    )
    return [_seen(db, actor, panel) for panel in db.scalars(chosen)]


def _seen(db: Session, actor: Actor, panel: StandardPanel) -> Seen:
    found, places = open_round_of(panel), places_in(db, panel)
    if found is None or panel.method in BY_GROUPS:
        return Seen(panel, None, 0, len(places), is_handed_in=False)
    rated = values_of(db, found, actor.id)
    sheet = db.get(PanelSheet, (found.id, actor.id))
    done = sum(place in rated for place in places)
    is_handed_in = sheet is not None and sheet.handed_in_at is not None
    return Seen(panel, found, done, len(places), is_handed_in)


def places_in(db: Session, panel: StandardPanel) -> list[int]:
    """Return the places every member fills."""
    del db
    return places_of(panel.method, panel.n_items, asks_hofstee=panel.rules["asks_hofstee"])


def own_round(db: Session, actor: Actor, uid: str) -> PanelRound:
    """Return the open round of a panel for its member.

    Raises NotFoundError: ``no_such_panel``; ConflictError: ``no_round_open``.
    """
    panel = db.scalar(select(StandardPanel).where(StandardPanel.uid == uid))
    if (
        panel is None
        or not actor.may(MEMBER, organization_id=panel.organization_id)
        or db.get(PanelMember, (panel.id, actor.id)) is None
    ):
        raise NotFoundError("no_such_panel")
    found = open_round_of(panel)
    if found is None or panel.method in BY_GROUPS:
        raise ConflictError("no_round_open")
    return found


def begin(db: Session, actor: Actor, found: PanelRound, *, now: datetime) -> PanelSheet:
    """Note that a member has opened the round."""
    sheet = db.get(PanelSheet, (found.id, actor.id))
    if sheet is None:
        sheet = PanelSheet(round_id=found.id, person_id=actor.id, begun_at=now)
        db.add(sheet)
        db.flush()
    return sheet


def open_item(db: Session, actor: Actor, found: PanelRound, page: int) -> dict[str, Any]:
    """Return an item for a member; every opening is recorded.

    ``page`` is the item's place; in a bookmark booklet, its page there.

    Raises NotFoundError: ``no_such_item``.
    """
    panel, place = found.panel, page
    if panel.method == "bookmark":
        order = booklet_of(db, panel)
        place = order[page - 1] if 1 <= page <= len(order) else 0
    item = item_shown(db, panel, place)
    detail = {"round": found.number, "place": page}
    audit.record(db, "open_panel_item", by=actor.id, of=name_of(panel), detail=detail)
    return item


def rate(
    db: Session, actor: Actor, found: PanelRound, ratings: Sequence[RatingIn], *, now: datetime
) -> None:
    """Keep ratings; a place rated again has the newer one.

    Raises InvalidInputError: ``ratings_wrong`` with every problem; ConflictError:
    ``no_round_open``.
    """
    db.refresh(found, ["closed_at"], with_for_update=True)
    if found.closed_at is not None:
        raise ConflictError("no_round_open")
    panel = found.panel
    n_pages = len(booklet_of(db, panel)) if panel.method == "bookmark" else panel.n_items
    _check(panel, n_pages, ratings)
    begin(db, actor, found, now=now)
    for each in {rating.place: rating for rating in ratings}.values():
        row = db.get(PanelRating, (found.id, actor.id, each.place))
        if row is None:
            row = PanelRating(round_id=found.id, person_id=actor.id, place=each.place)
            db.add(row)
        row.value, row.note, row.rated_at = each.value, each.note, now
    db.flush()


def _check(panel: StandardPanel, n_pages: int, ratings: Sequence[RatingIn]) -> None:
    places = {
        *places_of(panel.method, panel.n_items, asks_hofstee=panel.rules["asks_hofstee"]),
        *range(1, n_pages + 1),  # a bookmark panel has notes there
    }
    problems = []
    for each in ratings:
        code = None if each.place in places else "no_such_panel_item"
        if code is None and each.value is not None:
            code = rating_problem(panel.method, n_pages, each.place, each.value)
        if code:
            problems.append(Problem(str(each.place), code))
    if problems:
        raise InvalidInputError("ratings_wrong", problems)


def hand_in(db: Session, actor: Actor, found: PanelRound, *, now: datetime) -> PanelSheet:
    """Note that a member is finished; ratings can be changed until the round is closed.

    Raises ConflictError: ``ratings_missing``, ``questions_not_rising``.
    """
    rated = values_of(db, found, actor.id)
    missing = missing_places(places_in(db, found.panel), rated)
    if missing:
        raise ConflictError("ratings_missing", count=len(missing))
    problem = questions_problem(rated)
    if problem:
        raise ConflictError(problem)
    sheet = begin(db, actor, found, now=now)
    sheet.handed_in_at = sheet.handed_in_at or now
    detail = {"round": found.number}
    audit.record(db, "hand_in_panel_sheet", by=actor.id, of=name_of(found.panel), detail=detail)
    return sheet


def rows_of(db: Session, found: PanelRound, person_id: int) -> dict[int, PanelRating]:
    """Return a member's ratings of a round by place."""
    chosen = select(PanelRating).where(
        PanelRating.round_id == found.id, PanelRating.person_id == person_id
    )
    return {row.place: row for row in db.scalars(chosen)}


def values_of(db: Session, found: PanelRound, person_id: int) -> dict[int, Decimal]:
    """Return a member's ratings of a round that have a value, by place."""
    rows = rows_of(db, found, person_id)
    return {place: row.value for place, row in rows.items() if row.value is not None}


def told_before(db: Session, actor: Actor, found: PanelRound) -> dict[str, Any]:
    """Return what the round before came to at each place, for a member of this one.

    The own rating, how often each value was given, the mean, what was noted (by whom is not
    told), and the share candidates earned where the panel is shown it.
    """
    if found.number == 1:
        return {}
    before = next(each for each in found.panel.rounds if each.number == found.number - 1)
    rows = db.scalars(select(PanelRating).where(PanelRating.round_id == before.id)).all()
    judged = judged_in(db, found.panel) if found.panel.rules["shows_difficulty"] else []
    shared = {place: each.difficulty for place, each in _by_page(db, found.panel, judged).items()}
    return {str(place): _told(of, actor.id, shared) for place, of in _grouped(rows).items()}


def _by_page(db: Session, panel: StandardPanel, judged: Sequence[Judged]) -> Mapping[int, Judged]:
    if panel.method != "bookmark" or not judged:
        return dict(enumerate(judged, start=1))
    return {page: judged[place - 1] for page, place in enumerate(booklet_of(db, panel), start=1)}


def _grouped(rows: Sequence[PanelRating]) -> dict[int, list[PanelRating]]:
    found: dict[int, list[PanelRating]] = {}
    for row in rows:
        found.setdefault(row.place, []).append(row)
    return found


def _told(
    rows: Sequence[PanelRating], own_id: int, shared: Mapping[int, float | None]
) -> dict[str, Any]:
    values = [float(row.value) for row in rows if row.value is not None]
    own = next((row.value for row in rows if row.person_id == own_id), None)
    place = rows[0].place
    centre = np.median(values) if place == BOOKMARK and values else np.mean(values or [np.nan])
    return {
        "own": None if own is None else float(own),
        "counts": sorted(Counter(values).items()),
        "mean": None if np.isnan(centre) else round(float(centre), 1),
        "notes": sorted(row.note for row in rows if row.note),
        "difficulty": shared.get(place),
    }
