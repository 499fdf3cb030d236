"""What seats may send: shapes and limits, checked when a message arrives.

What passes here can be stored and hashed: an answer that could not would keep its sitting from
ever being closed.
"""

import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeGuard

from exam_server.clock import parse_rfc3339

MOST_EVENTS: Final = 100
LARGEST_MESSAGE: Final = 256 * 1024
LARGEST_ANSWER: Final = 64 * 1024
HIGHEST_SEQ: Final = 1_000_000
LONGEST_INSTANT: Final = 40
LARGEST_INTEGER: Final = 2**53 - 1  # beyond it RFC 8785 has no form for an integer
KINDS: Final = frozenset({"answer", "seen", "flagged", "unflagged", "confirmed"})
# ``json.dumps`` builds an encoder at every call
ENCODED: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


class Event(NamedTuple):
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
        size += _bytes(event.answer or "")
        parsed.append(event)
    if size > LARGEST_MESSAGE:
        return "message_too_large"
    if len(parsed) > 1:
        parsed.sort(key=_seq)
    return Parsed(parsed, refused)


def _seq(event: Event) -> int:
    return event.seq


def parse_event(raw: dict[str, Any], seq: int, n_positions: int) -> Event:
    """Read one event; what is wrong with it becomes its ``refused_code``."""
    kind, position = raw.get("kind", "answer"), raw.get("position")
    answer, at = raw.get("answer"), raw.get("at")
    if not isinstance(kind, str) or kind not in KINDS or not _is_instant(at):
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
    if _bytes(text) > LARGEST_ANSWER:
        return Event(seq, kind, position, None, at, "answer_too_large")
    return Event(seq, kind, position, text, at)


def _is_instant(text: Any) -> TypeGuard[str]:
    """Say whether it is an instant in plain letters: the parser takes any separator, even NUL."""
    if not isinstance(text, str) or len(text) > LONGEST_INSTANT:
        return False
    if not (text.isascii() and text.isprintable()):
        return False
    try:
        return isinstance(parse_rfc3339(text), datetime)
    except (ValueError, OverflowError):
        return False


def _has_answer_shape(answer: Any) -> bool:
    """Say whether it is a text, a list, blanks, or the answers to the parts of an item set."""
    if isinstance(answer, dict):
        return all(part is None or _is_simple_answer(part) for part in answer.values())
    return _is_simple_answer(answer)


def _is_simple_answer(answer: Any) -> bool:
    if isinstance(answer, str):
        return True
    if isinstance(answer, list):
        return all(_is_part(part) or _is_row(part) for part in answer)
    return isinstance(answer, dict) and all(isinstance(part, str) for part in answer.values())


def _is_row(part: Any) -> bool:
    return isinstance(part, list) and all(_is_part(each) for each in part)


def _is_part(part: Any) -> bool:
    """Say whether it is a text or a number that RFC 8785 can write."""
    if isinstance(part, bool):
        return False
    if isinstance(part, int):
        return abs(part) <= LARGEST_INTEGER
    return isinstance(part, str) or (isinstance(part, float) and math.isfinite(part))


def _json_text(answer: Any) -> str | None:
    """Return canonical JSON text, or nothing for text no store can hold."""
    text = ENCODED(answer)
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    return text


def _bytes(text: str) -> int:
    return len(text.encode())
