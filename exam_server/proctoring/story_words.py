"""The timeline of a sitting in words, for the page and for the table that goes out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.clock import parse_rfc3339
from exam_server.languages import at_text
from exam_server.proctoring.decision_words import (
    cause_words,
    outcome_of_request_words,
    shown_numbers,
    span_words,
)
from exam_server.proctoring.story import StoryEvent
from exam_server.seating.models import Sitting
from exam_server.wording import category_words
from proctor.incidents import CLASSES

WITH_SECONDS = "HH:mm:ss"
Facts = dict[str, Any]


@dataclass(frozen=True)
class StoryRow:
    """An event as it is read."""

    at: datetime
    until: datetime | None
    group: str
    text: str
    more: str
    by: str


def rows_of(db: Session, events: Sequence[StoryEvent], sitting: Sitting) -> list[StoryRow]:
    """Return events in words; questions are numbered as on the candidate's screen."""
    shown = shown_numbers(db, sitting)
    return [
        StoryRow(event.at, event.until, kind_words(event.group), *_words(event, shown), by=event.by)
        for event in events
    ]


def kind_words(group: str) -> str:
    """Return the name of a kind of events."""
    words: dict[str, str] = {
        "identity": gettext("Sign-in and identity"),
        "time": gettext("Start, end and time"),
        "answers": gettext("Answers"),
        "contact": gettext("Contact"),
        "signals": gettext("Signals"),
        "talk": gettext("Messages and calls"),
        "incidents": gettext("Incidents"),
        "late": gettext("Late work"),
        "receipts": gettext("Receipts"),
        "result": gettext("Result"),
    }
    return words[group]


def signal_words(signal: str, detail: Mapping[str, object]) -> str:
    """Return what a seat or its line has told, with its detail: a fact, no verdict."""
    words: dict[str, str] = {
        "wrong_code": gettext("wrong code at sign-in"),
        "focus_lost": gettext("left the page"),
        "focus_back": gettext("came back to the page"),
        "fullscreen_left": gettext("left full screen"),
        "fullscreen_back": gettext("back in full screen"),
        "copy_tried": gettext("tried to copy"),
        "paste_tried": gettext("tried to paste"),
        "not_me": gettext("said: this is not me"),
        "clock_slow": gettext("the computer's clock runs slow"),
        "clock_fast": gettext("the computer's clock runs fast"),
        "address_changed": gettext("another network address"),
        "agent_changed": gettext("another browser"),
        "line_replaced": gettext("connected again while a line stood"),
    }
    what = words.get(signal) or str(gettext("another fact of the seat"))
    return " · ".join([what, *_signal_detail(detail)])


def _signal_detail(detail: Mapping[str, object]) -> list[str]:
    if "seconds" in detail:
        return [span_words(round(float(str(detail["seconds"]))))]
    if "s_per_min" in detail:
        return [str(gettext("%(count)s s a minute", count=detail["s_per_min"]))]
    if "before" in detail:
        return [f"{detail['before']} → {detail.get('now', '')}"]
    return []


def reason_words(reason: str) -> str:
    """Return why a sitting ended or got a receipt."""
    words: dict[str, str] = {
        "hand_in": gettext("handed in by the candidate"),
        "time_over": gettext("time over"),
        "forced": gettext("handed in by a proctor"),
        "void": gettext("made void"),
        "late_work": gettext("late work accepted"),
    }
    return words.get(reason, reason)


def _words(event: StoryEvent, shown: dict[int, int]) -> tuple[str, str]:
    """Return what happened and what more is to be said of it."""
    facts = event.facts
    if event.kind in {"answer", "flagged", "unflagged"}:
        return _answer_words(event, shown), _answer_more(facts)
    return _plain(event.kind, facts), _more(event)


def _answer_words(event: StoryEvent, shown: dict[int, int]) -> str:
    position = int(event.facts["position"])
    number = shown.get(position, position)
    words: dict[str, Callable[..., str]] = {
        "answered": lambda: gettext("Question %(number)s answered", number=number),
        "changed": lambda: gettext("Question %(number)s: answer changed", number=number),
        "cleared": lambda: gettext("Question %(number)s: answer cleared", number=number),
        "flagged": lambda: gettext("Question %(number)s flagged", number=number),
        "unflagged": lambda: gettext("Question %(number)s no longer flagged", number=number),
    }
    kind = event.facts.get("change", "answered") if event.kind == "answer" else event.kind
    return str(words[kind]())


def _answer_more(facts: Facts) -> str:
    given = facts["given_at"]
    said = [
        gettext("no. %(seq)s", seq=facts["seq"]),
        gettext("given %(time)s", time=at_text(given, WITH_SECONDS))
        if isinstance(given, datetime)
        else "",
        gettext("late work taken in") if facts["is_late"] else "",
        gettext("counts for nothing") if facts["refused"] else "",
    ]
    return " · ".join(str(each) for each in said if each)


def _plain(kind: str, facts: Facts) -> str:
    words: dict[str, Callable[[], str]] = {
        "signed_in": lambda: gettext(
            "Signed in at %(address)s", address=(facts.get("detail") or {}).get("now", "–")
        ),
        "identity_confirmed": lambda: gettext("Candidate confirmed the identity"),
        "pledge_accepted": lambda: gettext("Pledge accepted, ready"),
        "attendance": lambda: _mark_words(str(facts.get("mark"))),
        "move_asked": lambda: gettext("Asked to change computers"),
        "approve_move": lambda: gettext("Move to another computer approved"),
        "started": lambda: gettext("Started"),
        "ended": lambda: gettext("Ended: %(reason)s", reason=reason_words(str(facts["reason"]))),
        "paused": lambda: gettext("Paused"),
        "time_granted": lambda: gettext("%(minutes)s min given", minutes=facts["minutes"]),
        "time_taken_back": lambda: gettext("%(minutes)s min taken back", minutes=facts["minutes"]),
        "force_hand_in": lambda: gettext("Handed in by a proctor"),
        "break": lambda: gettext("Away from the seat, time stood still for the allowance"),
        "out": lambda: gettext("Away from the seat, time ran on"),
        "lost": lambda: gettext("No contact"),
        "outage": lambda: gettext("The server was not there"),
        "signal": lambda: signal_words(str(facts.get("signal")), facts.get("detail") or {}),
        "message": lambda: gettext("Message: %(text)s", text=facts["text"]),
        "called": lambda: gettext("Called a proctor"),
        "answer_call": lambda: gettext("Call dealt with"),
        "incident": lambda: _category(facts),
        "void_asked": lambda: gettext("Asked to be made void: %(ground)s", ground=_category(facts)),
        "void_ended": lambda: gettext(
            "Request to make void: %(outcome)s",
            outcome=outcome_of_request_words(str(facts["outcome"])),
        ),
        "late_came": lambda: gettext(
            "Late work came: %(count)s entries, %(cause)s",
            count=facts["count"],
            cause=cause_words(str(facts["cause"])),
        ),
        "late_decided": lambda: _late_words(facts),
        "result": lambda: facts["words"],
        "receipt": lambda: gettext(
            "Receipt, link %(link)s of the chain: %(reason)s",
            link=facts["link"],
            reason=reason_words(str(facts["reason"])),
        ),
    }
    return str(words[kind]())


def _category(facts: Facts) -> str:
    category = str(facts.get("category"))
    return f"{CLASSES.get(category, '')} {category_words(category)}".strip()


def _late_words(facts: Facts) -> str:
    if facts["is_accepted"]:
        return str(
            gettext(
                "Late work accepted: %(counted)s of %(count)s entries count",
                counted=facts["counted"],
                count=facts["count"],
            )
        )
    return str(gettext("Late work refused: %(count)s entries", count=facts["count"]))


def _mark_words(mark: str) -> str:
    words: dict[str, str] = {
        "present": gettext("Here, not yet signed in"),
        "checked": gettext("Face and document compared: they match"),
        "doubtful": gettext("Face and document compared: doubtful"),
    }
    return words.get(mark, mark)


def _more(event: StoryEvent) -> str:
    """Return what is to be said besides: how long, why, for whom, whether it was confirmed."""
    facts = event.facts
    said = [_lasted(event), *_notes(event), *_confirmations(facts), facts.get("more")]
    if facts.get("is_withdrawn"):
        said.append(gettext("withdrawn as noted in error"))
    if "chain" in facts:
        said.append(
            ngettext("%(num)s entry", "%(num)s entries", int(facts["count"]))
            + " · "
            + gettext("hash %(hash)s · chain %(chain)s", hash=facts["hash"], chain=facts["chain"])
        )
    return " · ".join(str(each) for each in said if each)


def _lasted(event: StoryEvent) -> str:
    if event.until is None:
        return ""
    return span_words(int((event.until - event.at).total_seconds()))


def _notes(event: StoryEvent) -> list[str]:
    facts = event.facts
    said = [
        gettext("whole room") if facts.get("whole_room") else "",
        "" if event.kind in {"ended", "receipt"} else facts.get("reason"),
        gettext("given back") if facts.get("given_back") else "",
        facts.get("text") if event.kind in {"called", "incident"} else "",
        gettext("computer %(number)s", number=facts["lease_number"])
        if facts.get("lease_number")
        else "",
    ]
    return [str(each) for each in said if each]


def _confirmations(facts: Facts) -> list[str]:
    said = []
    if "read_at" in facts:
        read = (
            at_text(parse_rfc3339(str(facts["read_at"])), WITH_SECONDS) if facts["read_at"] else ""
        )
        said.append(gettext("read %(time)s", time=read) if read else gettext("not read"))
    if "clock" in facts:
        said.append(
            gettext("clock no. %(number)s, confirmed by the seat", number=facts["clock"])
            if facts["is_confirmed"]
            else gettext("clock no. %(number)s, not confirmed by the seat", number=facts["clock"])
        )
    return [str(each) for each in said]
