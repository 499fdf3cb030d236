"""Safe Exam Browser in an exam session: not used, accepted, or asked for; its configuration."""

import secrets
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.errors import ConflictError, InvalidInputError, Problem
from exam_server.inputs import In
from exam_server.seating.live import is_live
from exam_server.seating.models import ExamSession, SafeBrowserRule
from proctor.safe_browser import configuration, is_key

LOGIN = "/api/sittings/login"
Use = Literal["off", "accepted", "asked"]


class SafeBrowserIn(In):
    """Whether Safe Exam Browser is used, where seats begin, and keys of other configurations.

    The reason is asked for while the exam session is live, and counts only then.
    """

    use: Use
    start_url: Annotated[str, Field(min_length=1, max_length=300)]
    exam_keys: str = Field(default="", max_length=10_000)
    reason: str = Field(default="", max_length=500)


def rule_of(db: Session, exam_session: ExamSession) -> SafeBrowserRule | None:
    """Return what an exam session says of Safe Exam Browser; nothing said: it is not used."""
    return db.get(SafeBrowserRule, exam_session.id)


def set_rule(
    db: Session, actor: Actor, exam_session: ExamSession, sent: SafeBrowserIn, *, now: datetime
) -> SafeBrowserRule:
    """Set whether Safe Exam Browser is used; a running seat is never touched by it.

    The configuration stays the same while the start address does: files that are already on
    computers keep their key. While the exam session is live nothing is changed without a reason,
    which stands on record. Raises InvalidInputError: ``safe_browser_wrong`` with problems
    ``not_an_address``, ``not_an_exam_key``; ConflictError: ``safe_browser_while_live``.
    """
    frozen = is_live(db, exam_session, now=now)
    if frozen and not sent.reason:
        problem = Problem("reason", "field_missing")
        raise ConflictError("safe_browser_while_live", [problem], name=exam_session.name)
    keys = sent.exam_keys.lower().split()
    problems = [Problem("exam_keys", "not_an_exam_key", {"key": k}) for k in keys if not is_key(k)]
    if not _is_address(sent.start_url):
        problems.append(Problem("start_url", "not_an_address"))
    if problems:
        raise InvalidInputError("safe_browser_wrong", problems)
    rule = rule_of(db, exam_session) or SafeBrowserRule(
        exam_session_id=exam_session.id, settings={}
    )
    if rule.settings.get("startURL") != sent.start_url:
        quit_url = f"{sent.start_url}?quit={secrets.token_urlsafe(12)}"
        rule.settings = configuration(sent.start_url, quit_url)
    rule.use, rule.exam_keys = sent.use, keys
    db.add(rule)
    db.flush()
    detail: dict[str, object] = {"use": sent.use, "count": len(keys)}
    of = f"exam_session:{exam_session.uid}"
    act = "set_safe_browser_live" if frozen else "set_safe_browser"
    detail |= {"reason": sent.reason} if frozen else {}
    audit.record(db, act, by=actor.id, of=of, detail=detail)
    return rule


def addresses_of(rule: SafeBrowserRule) -> tuple[str, str]:
    """Return the addresses at which a seat's browser shows its keys: its page and its sign-in."""
    start = str(rule.settings["startURL"])
    parts = urlsplit(start)
    return start, f"{parts.scheme}://{parts.netloc}{LOGIN}"


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    is_plain = not (parts.query or parts.fragment or set(text) & set(' "<>\\'))
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and is_plain
