"""Words for late work and requests to make a sitting void."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.delivery.models import LateDecision
from exam_server.forms.custody import order_of
from exam_server.languages import at_text, chosen_language
from exam_server.seating.models import Sitting

WITH_SECONDS = "HH:mm:ss"


def cause_words(cause: str) -> str:
    """Return why work came late."""
    words: dict[str, str] = {
        "time_over": gettext("arrived after the end of time"),
        "sitting_closed": gettext("arrived after the sitting had closed"),
        "sent_late": gettext("sent after the end by the same computer"),
        "lease_ended": gettext("from the computer used before the move"),
        "sitting_held": gettext("arrived while the sitting was held"),
        "answer_file": gettext("from an answer file"),
    }
    return words.get(cause, cause)


def computer_words(lease_number: int, lease_ends: Mapping[int, datetime]) -> str:
    """Return which computer it was, and until when it was the sitting's own."""
    ended = lease_ends.get(lease_number)
    if ended is None:
        return str(gettext("computer %(number)s", number=lease_number))
    time = at_text(ended, WITH_SECONDS)
    return str(gettext("computer %(number)s, until %(time)s", number=lease_number, time=time))


def decision_words(decision: LateDecision) -> str:
    """Return what was decided about late work."""
    if not decision.is_accepted:
        return str(gettext("refused: %(count)s entries", count=decision.count))
    return str(
        gettext(
            "accepted: %(counted)s of %(count)s entries count",
            counted=decision.counted,
            count=decision.count,
        )
    )


def outcome_of_request_words(outcome: str | None) -> str:
    """Return what became of a request to make a sitting void."""
    words: dict[str | None, str] = {
        None: gettext("waits for the second person"),
        "void": gettext("made void"),
        "refused": gettext("refused"),
        "withdrawn": gettext("withdrawn"),
    }
    return words[outcome]


def span_words(seconds: int) -> str:
    """Return a length of time.

    Examples
    --------
    >>> from flask import Flask
    >>> from flask_babel import Babel
    >>> app = Flask("words")
    >>> _ = Babel(app)
    >>> with app.test_request_context():
    ...     span_words(47), span_words(125)
    ('47 s', '2 min 5 s')
    """
    if seconds < 60:  # noqa: PLR2004 - a minute
        return str(gettext("%(seconds)s s", seconds=seconds))
    minutes, rest = divmod(seconds, 60)
    return str(gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest))


def waits_words(count: int) -> str:
    """Return how much late work waits."""
    return str(ngettext("%(num)s entry to decide", "%(num)s entries to decide", count))


def shown_numbers(db: Session, sitting: Sitting) -> dict[int, int]:
    """Return the number each position had on the candidate's screen."""
    order = (order_of(db, sitting.form, sitting.sealed_order) or {}).get("items") or []
    return {position: number for number, position in enumerate(order, start=1)}


def positions_words(positions: list[int], db: Session, sitting: Sitting) -> str:
    """Return positions as the candidate saw them numbered, in that order."""
    shown = shown_numbers(db, sitting)
    comma = ", " if chosen_language() == "en" else "、"
    return comma.join(str(each) for each in sorted(shown.get(p, p) for p in positions)) or "–"
