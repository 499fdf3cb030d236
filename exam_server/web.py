"""What every page and live message shares: who asks, the transaction, the reply's shape."""

import functools
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

import structlog
from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, format_datetime, pgettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from exam_server.actors import Actor
from exam_server.config import Settings
from exam_server.db import STORE_FAILS, Database
from exam_server.errors import NotAllowedError, Problem, RefusedError
from exam_server.inputs import In, parse

log = structlog.get_logger()

ANYONE = "anyone"
SIGNED_IN = "signed_in"
CANDIDATE = "candidate"
Reply: TypeAlias = dict[str, Any]
P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., Any])
LANGUAGES = {"zh_Hans_CN": "中文", "en": "English"}


def needs(*roles: str) -> Callable[[F], F]:
    """Name the roles a page or live message needs; the walk over all of them reads this."""

    def mark(function: F) -> F:
        function.needed_roles = roles  # type: ignore[attr-defined] # read by page and live
        return function

    return mark


def database() -> Database:
    """Return the app's database."""
    found: Database = current_app.extensions["exam_server.database"]
    return found


def settings() -> Settings:
    """Return the app's settings."""
    found: Settings = current_app.extensions["exam_server.settings"]
    return found


def current_person() -> Actor:
    """Return who is signed in; raises NotAllowedError: ``sign_in_first``."""
    if not current_user.is_authenticated:
        raise NotAllowedError("sign_in_first")
    actor: Actor = current_user.actor
    return actor


def check_roles(roles: tuple[str, ...]) -> None:
    """Refuse whoever holds none of the roles: ``sign_in_first``, ``role_missing``."""
    if ANYONE in roles or CANDIDATE in roles:  # a candidate's token is checked by delivery
        return
    held = current_person().roles
    if SIGNED_IN not in roles and held.isdisjoint(roles):
        raise NotAllowedError("role_missing")


def page(
    function: Callable[Concatenate[Session, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Make a view: roles checked, one transaction (writing for POST), errors shown in words."""

    @functools.wraps(function)
    def view(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        check_roles(function.needed_roles)  # type: ignore[attr-defined] # set by needs
        store = database()
        # A table taken away is recorded, so asking for one writes.
        is_reading = request.method == "HEAD" or (
            request.method == "GET" and "format" not in request.args
        )
        with store.reading() if is_reading else store.writing() as db:
            return function(db, *args, **kwargs)

    return view


def open_page(function: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Make a view that opens its own transactions: for work that must wait between them."""

    @functools.wraps(function)
    def view(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        check_roles(function.needed_roles)  # type: ignore[attr-defined] # set by needs
        return function(*args, **kwargs)

    return view


def open_live(name: str) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    """Make a staff live message of a function ``(message: …In) -> reply``.

    It opens its own transactions: for acts that must wait for the answer journal between them.
    """
    return _live(name, lambda function, message: function(message))


def live(name: str) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    """Make a staff live message of a function ``(db, message: …In) -> reply``.

    The wrapper parses the message, checks the roles anew, opens a writing transaction and turns
    every refusal into the reply shape. ``exam_server.serving`` registers what the desks list.
    """

    def in_transaction(function: Callable[..., Reply], message: In) -> Reply:
        with database().writing() as db:
            return function(db, message)

    return _live(name, in_transaction)


def _live(
    name: str, call: Callable[[Callable[..., Reply], In], Reply]
) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    def make(function: Callable[..., Reply]) -> Callable[..., Reply]:
        message_type: type[In] = function.__annotations__["message"]

        @functools.wraps(function)
        def handler(data: Any = None) -> Reply:
            try:
                check_roles(function.needed_roles)  # type: ignore[attr-defined] # set by needs
                message = parse(message_type, data or {})
                return {"ok": True, **call(function, message)}
            except RefusedError as refused:
                return refusal(refused)
            except Exception as error:  # noqa: BLE001 - a live message is always answered
                return refusal(our_fault(error))

        handler.live_name = name  # type: ignore[attr-defined] # read when registering
        return handler

    return make


def form_fields(*lists: str) -> dict[str, Any]:
    """Return the posted fields without the CSRF token; fields named in ``lists`` as lists."""
    posted: MultiDict[str, str] = request.form
    fields: dict[str, Any] = {
        key: value for key, value in posted.items() if key != "csrf_token" and key not in lists
    }
    return fields | {key: posted.getlist(key) for key in lists}


def sentence(code: str, detail: Mapping[str, object] | None = None) -> str:
    """Return the sentence for a code in the reader's language, instants in the site's time."""
    text: str = pgettext("error", code)
    facts = {
        name: format_datetime(fact, "yyyy-MM-dd HH:mm") if isinstance(fact, datetime) else fact
        for name, fact in (detail or {}).items()
    }
    try:
        return str(text % facts)
    except (KeyError, ValueError, TypeError):
        return text


def problem_sentence(problem: Problem) -> str:
    """Return the words for one problem; unknown field findings share one sentence."""
    text = sentence(problem.code, problem.detail)
    if text == problem.code and problem.code.startswith("field_"):
        return sentence("field_wrong", problem.detail)
    return text


def refusal(refused: RefusedError) -> Reply:
    """Return the reply shape that pages, JSON and live messages share."""
    reply: Reply = {
        "ok": False,
        "code": refused.code,
        "message": sentence(refused.code, refused.detail),
    }
    if refused.problems:
        reply["problems"] = [
            {"where": p.where, "code": p.code, "message": problem_sentence(p)}
            for p in refused.problems
        ]
    return reply


def our_fault(error: Exception) -> RefusedError:
    """Log an unexpected error under a new reference; return the refusal that names it.

    A store that is away has a code of its own: ``store_unavailable``.
    """
    if isinstance(error, STORE_FAILS):
        log.error("the store fails", why=type(error).__name__)
        away = RefusedError("store_unavailable")
        away.status = HTTPStatus.SERVICE_UNAVAILABLE
        return away
    reference = secrets.token_hex(4)
    log.error("unexpected", reference=reference, exc_info=error)
    fault = RefusedError("our_fault", reference=reference)
    fault.status = 500
    return fault


def sentence_in(language: str, code: str, detail: Mapping[str, object] | None = None) -> str:
    """Return the sentence for a code in a given language."""
    with force_locale(language):
        return sentence(code, detail)


def refused_page(
    db: Session, refused: RefusedError, render: Callable[[RefusedError], str]
) -> ResponseReturnValue:
    """Undo what was begun and show the form again with everything typed and what was wrong."""
    db.rollback()
    g.refused = refusal(refused)  # the page's fields look there for their own problem
    return render(refused), refused.status
