"""A member at work: one page for a round, items fetched one by one, ratings kept as given."""

from typing import Any

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.clock import utcnow
from exam_server.inputs import parse
from exam_server.standards import rating, service
from exam_server.standards.models import PanelRound, PanelSheet
from exam_server.standards.routes.desk import desk
from exam_server.standards.rules import RatingsIn
from exam_server.standards.service import MEMBER
from exam_server.standards.wording import method_words
from exam_server.web import current_person, needs, page


@desk.get("/<uid>/rate")
@page
@needs(MEMBER)
def rate_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a member the open round; the items come one by one."""
    actor = current_person()
    found = rating.own_round(db, actor, uid)
    return render_template(
        "standards/rate.html",
        panel=found.panel,
        round=found,
        facts=_facts(db, actor, found),
        method_words=method_words,
    )


def _facts(db: Session, actor: Actor, found: PanelRound) -> dict[str, Any]:
    panel = found.panel
    n_pages = panel.n_items
    if panel.method == "bookmark":
        n_pages = len(service.booklet_of(db, panel))
    rows = rating.rows_of(db, found, actor.id)
    sheet = db.get(PanelSheet, (found.id, actor.id))
    return {
        "round": found.uid,
        "number": found.number,
        "method": panel.method,
        "language": panel.language,
        "pages": n_pages,
        "places": rating.places_in(db, panel),
        "chance": panel.rules["response_chance"],
        "name": f"{actor.name} {actor.username}",
        "ratings": {
            str(place): {"value": None if row.value is None else float(row.value), "note": row.note}
            for place, row in rows.items()
        },
        "before": rating.told_before(db, actor, found),
        "isHandedIn": sheet is not None and sheet.handed_in_at is not None,
    }


@desk.post("/<uid>/rate/items/<number>")
@page
@needs(MEMBER)
def open_item(db: Session, uid: str, number: str) -> ResponseReturnValue:
    """Give a member one item as candidates see it; the opening is recorded."""
    actor = current_person()
    found = rating.own_round(db, actor, uid)
    rating.begin(db, actor, found, now=utcnow())
    return jsonify(ok=True, item=rating.open_item(db, actor, found, _page(number)))


def _page(number: str) -> int:
    return int(number) if number.isdecimal() else 0


@desk.post("/<uid>/rate/ratings")
@page
@needs(MEMBER)
def keep_ratings(db: Session, uid: str) -> ResponseReturnValue:
    """Keep what a member has rated."""
    actor = current_person()
    found = rating.own_round(db, actor, uid)
    sent = parse(RatingsIn, request.get_json())
    rating.rate(db, actor, found, sent.ratings, now=utcnow())
    return jsonify(ok=True, kept=[each.place for each in sent.ratings])


@desk.post("/<uid>/rate/hand-in")
@page
@needs(MEMBER)
def hand_in(db: Session, uid: str) -> ResponseReturnValue:
    """Note that a member is finished."""
    actor = current_person()
    rating.hand_in(db, actor, rating.own_round(db, actor, uid), now=utcnow())
    return jsonify(ok=True)
