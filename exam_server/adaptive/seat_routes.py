"""The trainee's page and what it asks: sign in, where the run stands, an answer."""

from typing import Any

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy.orm import Session

from exam_server.adaptive import runs
from exam_server.adaptive.models import PracticeTicket
from exam_server.adaptive.reviewing import review_of
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, NotAllowedError
from exam_server.inputs import In, parse
from exam_server.languages import chosen_language
from exam_server.web import ANYONE, CANDIDATE, database, needs, open_page, page, settings

desk = Blueprint("practice", __name__)


class LoginIn(In):
    """Ticket and code."""

    ticket: str = Field(min_length=1, max_length=32)
    code: str = Field(min_length=1, max_length=32)


class AnswerIn(In):
    """The answer to the item of that number; ``seq``: the trainee's own count of answers."""

    number: int = Field(ge=1, le=1000)
    answer: Any
    seq: int | None = Field(default=None, ge=1, le=1_000_000)


@desk.get("/practice")
@page
@needs(ANYONE)
def practice_page(db: Session) -> ResponseReturnValue:
    """Show the trainee's page; everything else is asked for."""
    del db
    return render_template("adaptive/practice.html")


@desk.post("/api/practice/login")
@open_page
@needs(ANYONE)
def login() -> ResponseReturnValue:
    """Sign a trainee in by ticket and code."""
    sent = parse(LoginIn, _json())
    with database().writing() as db:
        token = runs.enter(
            db, ticket=sent.ticket, code=sent.code, secret=settings().secret, now=utcnow()
        )
    if token is None:  # noted in the transaction before
        raise NotAllowedError("wrong_practice_ticket")
    return jsonify(ok=True, token=token)


@desk.get("/api/practice")
@page
@needs(CANDIDATE)
def state(db: Session) -> ResponseReturnValue:
    """Say where the run stands."""
    return jsonify(ok=True, **runs.state_of(db, _bearer(db), language=chosen_language()))


@desk.post("/api/practice/answers")
@page
@needs(CANDIDATE)
def answer(db: Session) -> ResponseReturnValue:
    """Keep an answer and give the next item; the reply leaves after the commit."""
    ticket = _bearer(db, to_write=True)
    sent = parse(AnswerIn, _json())
    reply = runs.answer(
        db, ticket, sent.number, sent.answer, sent.seq, language=chosen_language(), now=utcnow()
    )
    return jsonify(ok=True, **reply)


@desk.post("/api/practice/hand-in")
@page
@needs(CANDIDATE)
def hand_in(db: Session) -> ResponseReturnValue:
    """End the run of a random paper; the reply leaves after the commit."""
    ticket = _bearer(db, to_write=True)
    return jsonify(ok=True, **runs.hand_in(db, ticket, language=chosen_language(), now=utcnow()))


@desk.get("/api/practice/review")
@page
@needs(CANDIDATE)
def review(db: Session) -> ResponseReturnValue:
    """Show what the plan lets a trainee see of the answers."""
    entries = review_of(db, _bearer(db), language=chosen_language())
    return jsonify(ok=True, entries=entries)


def _json() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise InvalidInputError("json_expected")
    return sent


def _bearer(db: Session, *, to_write: bool = False) -> PracticeTicket:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAllowedError("bad_token")
    return runs.ticket_by_token(db, token, to_write=to_write)
