"""The trainee's page and what it asks: sign in, where the run stands, an answer."""

from typing import Any

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy.orm import Session

from exam_server.adaptive import practising
from exam_server.adaptive.models import PracticeTicket
from exam_server.clock import utcnow
from exam_server.errors import InvalidInputError, NotAllowedError
from exam_server.inputs import In, parse
from exam_server.web import ANYONE, CANDIDATE, database, needs, open_page, page, settings

desk = Blueprint("practice", __name__)


class LoginIn(In):
    """Ticket and code."""

    ticket: str = Field(min_length=1, max_length=32)
    code: str = Field(min_length=1, max_length=32)


class AnswerIn(In):
    """The answer to the item of that number."""

    number: int = Field(ge=1, le=1000)
    answer: Any


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
        token = practising.enter(
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
    return jsonify(ok=True, **practising.state_of(db, _bearer(db)))


@desk.post("/api/practice/answers")
@page
@needs(CANDIDATE)
def answer(db: Session) -> ResponseReturnValue:
    """Keep an answer and give the next item; the reply leaves after the commit."""
    ticket = _bearer(db, to_write=True)
    sent = parse(AnswerIn, _json())
    practising.answer(db, ticket, sent.number, sent.answer, now=utcnow())
    return jsonify(ok=True, **practising.state_of(db, ticket))


def _json() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise InvalidInputError("json_expected")
    return sent


def _bearer(db: Session, *, to_write: bool = False) -> PracticeTicket:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAllowedError("bad_token")
    return practising.ticket_by_token(db, token, to_write=to_write)
