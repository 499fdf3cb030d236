"""Experts' ratings: the desk where one rates item after item, and what came of it."""

from math import isnan
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import listing, ratings, service
from exam_server.bank.models import Blueprint, Item
from exam_server.bank.ratings import RatingIn
from exam_server.bank.routes.banks import explanation_in
from exam_server.bank.routes.desk import READERS, desk, rights_in
from exam_server.bank.routes.list_words import chips_of, difficulty_words
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError
from exam_server.inputs import In, parse
from exam_server.web import current_person, form_fields, needs, page, refused_page
from scoring.agreement_intervals import Estimate

GOOD, FAIR = 0.75, 0.5


class RatingForm(In):
    """A rating of the version that was shown."""

    seen_version: int
    congruence: int = 0
    difficulty: int = 0
    comment: str = ""


@desk.get("/<uid>/rate")
@page
@needs(ratings.RATER)
def rate_desk(db: Session, uid: str) -> ResponseReturnValue:
    """Show the next item that somebody has yet to rate."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid, ratings.RATER)
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    after = request.args.get("after", "")
    item, n_left = ratings.next_to_rate(db, actor, blueprint, wanted, after=after)
    return _desk(db, actor, blueprint, item, {"n_left": n_left})


@desk.get("/items/<uid>/rate")
@page
@needs(ratings.RATER)
def rate_item_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show one item to be rated."""
    actor = current_person()
    item = service.item_for(db, actor, uid, ratings.RATER)
    shown = item if ratings.ratings_of(db, actor, item).may_rate else None
    return _desk(db, actor, item.blueprint, shown, {"n_left": int(shown is not None)})


@desk.post("/items/<uid>/rate")
@page
@needs(ratings.RATER)
def rate_item(db: Session, uid: str) -> ResponseReturnValue:
    """Keep a rating; the next item follows."""
    actor = current_person()
    item = service.item_for(db, actor, uid, ratings.RATER)
    fields = form_fields()
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    try:
        sent = parse(RatingForm, fields)
        said = RatingIn(sent.congruence, sent.difficulty, sent.comment)
        ratings.rate(db, actor, item, said, seen_version=sent.seen_version, now=utcnow())
    except InvalidInputError as refused:
        return refused_page(
            db, refused, lambda _: _desk(db, actor, item.blueprint, item, {"fields": fields})
        )
    flash(gettext("%(code)s is rated.", code=item.code), "ok")
    return redirect(
        url_for("bank.rate_desk", uid=item.blueprint.uid, **wanted.query(after=item.code))
    )


@desk.get("/<uid>/ratings")
@page
@needs(*READERS)
def rating_list(db: Session, uid: str) -> ResponseReturnValue:
    """Show how far experts agree, and which items they find wanting."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    rights = rights_in(actor, blueprint)
    n_left = 0
    if rights["may_review"]:
        _, n_left = ratings.next_to_rate(db, actor, blueprint, listing.ItemFilter())
    agreement = ratings.agreement_in(db, blueprint)
    return render_template(
        "bank/ratings.html",
        blueprint=blueprint,
        items=ratings.rated_items(db, actor, blueprint),
        raters=ratings.raters_in(db, blueprint),
        agreement=agreement,
        told=_told(agreement),
        n_left=n_left,
        **rights,
    )


def _desk(
    db: Session, actor: Actor, blueprint: Blueprint, item: Item | None, more: dict[str, Any]
) -> str:
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    version = service.newest_version(db, item) if item else None
    if "n_left" not in more:
        _, more["n_left"] = ratings.next_to_rate(db, actor, blueprint, wanted)
    return render_template(
        "bank/rate.html",
        blueprint=blueprint,
        item=item,
        version=version,
        explanation=explanation_in(version, str(get_locale())) if version else "",
        wanted=wanted,
        chips=chips_of(blueprint, wanted),
        congruences=[(each, congruence_words(each)) for each in ratings.SCALE],
        difficulties=[(each, difficulty_words(each)) for each in ratings.SCALE],
        **{"fields": {}, **more},
    )


def congruence_words(number: int) -> str:
    """Return how well an item fits its point: 1 not at all … 5 fully."""
    words: dict[int, str] = {
        1: gettext("hardly fits"),
        2: gettext("fits little"),
        3: gettext("fits in part"),
        4: gettext("fits well"),
        5: gettext("fits fully"),
    }
    return f"{number} {words[number]}"


def _told(agreement: ratings.Agreement | None) -> list[tuple[str, str]]:
    """Return the sentences on how far experts agree, each with how it stands."""
    if agreement is None:
        return []
    names = {
        "kappa": gettext("weighted kappa (quadratic) of two experts"),
        "icc": gettext("intraclass correlation, single rater, absolute agreement"),
        "alpha": gettext("Krippendorff's alpha (ordinal): too few items were rated by all"),
    }
    told = []
    for what, found in (
        (gettext("Congruence"), agreement.congruence),
        (gettext("Difficulty"), agreement.difficulty),
    ):
        facts = {"what": what, "coefficient": names[agreement.kind], "n": found.n}
        if found.n < ratings.FEWEST_ITEMS:
            words = gettext(
                "%(what)s: %(n)s items rated by several experts; from %(least)s on agreement is "
                "told.",
                least=ratings.FEWEST_ITEMS,
                **facts,
            )
            told.append(("neutral", words))
        elif isnan(found.value):
            words = gettext("%(what)s: nothing differs, so agreement is not defined.", **facts)
            told.append(("neutral", words))
        else:
            told.append((_kind(found.value), _figure_told(found, facts)))
    return told


def _figure_told(found: Estimate, facts: dict[str, Any]) -> str:
    value = f"{found.value:.2f}"
    if isnan(found.low):
        return str(
            gettext(
                "%(what)s: %(value)s, %(words)s. %(coefficient)s; %(n)s items.",
                value=value,
                words=_agreement_words(found.value),
                **facts,
            )
        )
    return str(
        gettext(
            "%(what)s: %(value)s (95 %% interval %(low)s to %(high)s), %(words)s. %(coefficient)s; "
            "%(n)s items.",
            value=value,
            low=f"{found.low:.2f}",
            high=f"{found.high:.2f}",
            words=_agreement_words(found.value),
            **facts,
        )
    )


def _kind(value: float) -> str:
    return "ok" if value >= GOOD else "attention" if value >= FAIR else "danger"


def _agreement_words(value: float) -> str:
    if value >= GOOD:
        return str(gettext("good agreement"))
    if value >= FAIR:
        return str(gettext("fair agreement: talk over the items that lie apart"))
    return str(gettext("poor agreement: talk over what the steps mean, then rate anew"))
