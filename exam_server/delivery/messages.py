"""What seats may send: shapes and limits, checked when a message arrives."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from exam_server.clock import parse_rfc3339

MOST_EVENTS: Final = 100
LARGEST_MESSAGE: Final = 256 * 1024
LARGEST_ANSWER: Final = 64 * 1024
HIGHEST_SEQ: Final = 1_000_000
LONGEST_INSTANT: Final = 40
KINDS: Final = frozenset({"answer", "seen", "flagged", "unflagged"})


@dataclass(frozen=True)
class Event:
    """One change at a seat as it came, and why it can never count (``None``: it may)."""

    seq: int
    kind: str
    position: int
    answer: str | None  # JSON text; ``None`` for JSON null or no answer
    at: str
    refused_code: str | None = None

    def is_repeat_of(self, other: "Event") -> bool:
        """Say whether this is the same change sent again."""
        mine = (self.kind, self.position, self.answer, self.at)
        return mine == (other.kind, other.position, other.answer, other.at)


@dataclass(frozen=True)
class Parsed:
    """The events of a message in order of number, and what has no number to settle."""

    events: list[Event]
    refused: list[dict[str, Any]]


def parse_events(data: Any, n_positions: int) -> Parsed | str:
    """Read the events of ``save_answers``; return a code when the whole message is wrong.

    Codes: ``malformed_message``, ``too_many_events``, ``message_too_large``. One bad event never
    harms the others: it becomes a refused event under its own number.
    """
    events = data.get("events") if isinstance(data, dict) else None
    if not isinstance(events, list):
        return "malformed_message"
    if len(events) > MOST_EVENTS:
        return "too_many_events"
    parsed, refused, size = [], [], 0
    for raw in events:
        seq = raw.get("seq") if isinstance(raw, dict) else None
        if not isinstance(seq, int) or isinstance(seq, bool) or not 1 <= seq <= HIGHEST_SEQ:
            refused.append({"seq": seq if isinstance(seq, int) else None, "code": "bad_seq"})
            continue
        event = parse_event(raw, seq, n_positions)
        size += len(event.answer or "")
        parsed.append(event)
    if size > LARGEST_MESSAGE:
        return "message_too_large"
    return Parsed(sorted(parsed, key=lambda event: event.seq), refused)


def parse_event(raw: dict[str, Any], seq: int, n_positions: int) -> Event:
    """Read one event; what is wrong with it becomes its ``refused_code``."""
    kind, position = raw.get("kind", "answer"), raw.get("position")
    answer, at = raw.get("answer"), raw.get("at")
    if kind not in KINDS or not isinstance(at, str) or not _is_instant(at):
        return Event(seq, "answer", 0, None, "", "malformed_event")
    if not isinstance(position, int) or isinstance(position, bool):
        return Event(seq, kind, 0, None, at, "malformed_event")
    if not 1 <= position <= n_positions:
        return Event(seq, kind, max(0, min(position, 10_000)), None, at, "no_such_position")
    if answer is None:
        return Event(seq, kind, position, None, at)
    text = _json_text(answer) if _has_answer_shape(answer) else None
    if text is None:
        return Event(seq, kind, position, None, at, "malformed_answer")
    if len(text) > LARGEST_ANSWER:
        return Event(seq, kind, position, None, at, "answer_too_large")
    return Event(seq, kind, position, text, at)


def _is_instant(text: str) -> bool:
    try:
        return len(text) <= LONGEST_INSTANT and isinstance(parse_rfc3339(text), datetime)
    except ValueError:
        return False


def _has_answer_shape(answer: Any) -> bool:
    if isinstance(answer, str):
        return True
    if isinstance(answer, list):
        return all(isinstance(part, str | int | float | list) for part in answer)
    return isinstance(answer, dict) and all(isinstance(part, str) for part in answer.values())


def _json_text(answer: Any) -> str | None:
    """Return canonical JSON text, or nothing for text no store can hold."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    return text
