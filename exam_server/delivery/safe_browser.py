"""What a seat's browser shows of Safe Exam Browser: a fact for the proctor, and who may begin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.announcements import announce
from exam_server.delivery.models import SeatBrowser
from exam_server.errors import ConflictError
from exam_server.seating.models import SafeBrowserRule, Sitting
from exam_server.seating.safe_browser import addresses_of
from proctor.safe_browser import config_key, shows_key
from proctor.sitting_states import OVER

LONGEST_VERSION = 100


@dataclass(frozen=True)
class Shown:
    """What a browser shows: hashes of its keys with the page's address, and its version."""

    config: str = ""
    exam: str = ""
    version: str = ""


@dataclass(frozen=True)
class Browsers:
    """The rules of exam sessions that use Safe Exam Browser, and what seats have shown."""

    rules: Mapping[int, SafeBrowserRule]
    shown: Mapping[int, SeatBrowser]

    def is_missing(self, sitting: Sitting) -> bool:
        """Say whether a seat may not begin: it is asked for, not shown, and nobody let it in."""
        rule = self.rules.get(sitting.exam_session_id)
        row = self.shown.get(sitting.id)
        is_fine = row is not None and (row.outcome == "right" or row.let_in_at is not None)
        return rule is not None and rule.use == "asked" and not is_fine

    def told(self, sitting: Sitting) -> dict[str, Any] | None:
        """Return what seat and console are told; nothing where it is not used."""
        rule = self.rules.get(sitting.exam_session_id)
        if rule is None or rule.use == "off":
            return None
        row = self.shown.get(sitting.id)
        return {
            "use": rule.use,
            "outcome": row.outcome if row else None,
            "let_in": row is not None and row.let_in_at is not None,
            "quit_url": rule.settings["quitURL"] if sitting.status in OVER else None,
        }


def browsers_of(db: Session, sittings: Iterable[Sitting]) -> Browsers:
    """Read rules and what seats have shown; nothing more where no session uses it."""
    rows = list(sittings)
    used = select(SafeBrowserRule).where(
        SafeBrowserRule.exam_session_id.in_({row.exam_session_id for row in rows}),
        SafeBrowserRule.use != "off",
    )
    rules = {rule.exam_session_id: rule for rule in db.scalars(used)}
    if not rules:
        return Browsers({}, {})
    chosen = select(SeatBrowser).where(SeatBrowser.sitting_id.in_({row.id for row in rows}))
    return Browsers(rules, {row.sitting_id: row for row in db.scalars(chosen)})


def note_browser(db: Session, sitting: Sitting, shown: Shown, *, now: datetime) -> str | None:
    """Store what a seat's browser shows; return the outcome, nothing where it is not used.

    A page that shows nothing takes no sign-in back that has shown the right key: older versions
    show it there only.
    """
    rule = db.get(SafeBrowserRule, sitting.exam_session_id)
    if rule is None or rule.use == "off":
        return None
    outcome = outcome_of(rule, shown)
    row = db.get(SeatBrowser, sitting.id)
    if row is None:
        row = SeatBrowser(sitting_id=sitting.id, outcome=outcome, version="", at=now)
        db.add(row)
    if outcome != "none" or row.outcome == "none":
        version = "".join(letter for letter in shown.version if letter.isprintable())
        row.outcome, row.version, row.at = outcome, version[:LONGEST_VERSION], now
    db.flush()
    return row.outcome


def outcome_of(rule: SafeBrowserRule, shown: Shown) -> str:
    """Return ``right``, ``wrong`` or ``none`` for what a browser shows."""
    if not (shown.config or shown.exam):
        return "none"
    addresses = addresses_of(rule)
    is_ours = shows_key(shown.config, addresses, [config_key(rule.settings)])
    is_known = shows_key(shown.exam, addresses, rule.exam_keys)
    return "right" if is_ours or is_known else "wrong"


def check_browser(db: Session, sitting: Sitting) -> None:
    """Refuse to begin without a browser that is asked for.

    Raises ConflictError: ``safe_browser_asked``.
    """
    if browsers_of(db, [sitting]).is_missing(sitting):
        raise ConflictError("safe_browser_asked")


def let_in(db: Session, sitting: Sitting, *, reason: str, by: int, now: datetime) -> None:
    """Let a seat begin without Safe Exam Browser; raises ConflictError: ``browser_not_missing``."""
    if not browsers_of(db, [sitting]).is_missing(sitting):
        raise ConflictError("browser_not_missing")
    row = db.get(SeatBrowser, sitting.id)
    row = row or SeatBrowser(sitting_id=sitting.id, outcome="none", version="", at=now)
    row.let_in_at, row.let_in_because, row.let_in_by = now, reason, by
    db.add(row)
    db.flush()
    announce(db, "browser_let_in", {}, to=f"sitting:{sitting.uid}")
