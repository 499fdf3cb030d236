"""Words of marks and decisions that several pages of results share."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask_babel import gettext

from exam_server.languages import chosen_language
from exam_server.results.equating.wording import equated_words
from exam_server.results.models import Decision, DecisionRun
from exam_server.results.rules import COMPONENTS
from exam_server.results.superseding import Superseded
from exam_server.web import sentence
from exam_server.wording import component_words, outcome_words
from itembank.plain_texts import plain_line


def entry_words(standing: str, mark: Decimal | None) -> str:
    """Return what was entered for a component as it is typed: a mark, absent or void."""
    if standing == "marked" and mark is not None:
        return f"{mark:f}"
    words: dict[str, str] = {
        "absent": gettext("absent"),
        "void": gettext("void"),
        "withdrawn": gettext("withdrawn"),
    }
    return words.get(standing, standing)


def equated(decision: Decision, run: DecisionRun) -> str:
    """Return how a theory mark came from the raw one; empty where it was not equated."""
    return equated_words(decision.theory_raw, decision.theory, run.rules["decimals"])


def component_names() -> dict[str, str]:
    """Return the words of every component."""
    return {name: component_words(name) for name in COMPONENTS}


def in_language(words: Mapping[str, str]) -> str:
    """Return words that a type's module says in several languages."""
    return words.get(chosen_language()) or words["en"]


def plain(html: str) -> str:
    """Return a row of an item as a line of a list."""
    return plain_line(html, picture=gettext("[picture]"), longest=60)


def change_words(way: str) -> str:
    """Return the words of a way in which an item is marked after a change."""
    words: dict[str, str] = {
        "other_key": gettext("another key"),
        "several_keys": gettext("several keys accepted"),
        "full_marks": gettext("everybody gets the mark"),
        "dropped": gettext("item dropped"),
        "original": gettext("as the paper says"),
    }
    return words.get(way, way)


def why_words(codes: Sequence[str]) -> str:
    """Return why a result took the place of another, in words that anybody may read."""
    words: dict[str, str] = {
        "scoring_changed": gettext("the scoring of a question was changed for all candidates"),
        "marked_again": gettext("the paper was marked again"),
        "marks_entered": gettext("a practical or performance mark was corrected"),
        "decided_again": gettext("the decision was made again"),
    }
    return "; ".join(words.get(code, code) for code in codes)


def moved_words(found: Superseded) -> str:
    """Return the old and the new result in figures, for who may see marks."""
    said = [
        f"{component_words(name)} {_moved(found, name)}"
        for name in COMPONENTS
        if getattr(found.before.decision, name) != getattr(found.after.decision, name)
    ]
    outcomes = [outcome_words(each.decision.outcome) for each in (found.before, found.after)]
    said.append(f"{gettext('Composite')} {_moved(found, 'composite')}")
    said.append(" → ".join(outcomes) if outcomes[0] != outcomes[1] else outcomes[0])
    return " · ".join(said)


def _moved(found: Superseded, name: str) -> str:
    before, after = getattr(found.before.decision, name), getattr(found.after.decision, name)
    return f"{_figures(before)} → {_figures(after)}" if before != after else _figures(after)


def _figures(mark: Decimal | None) -> str:
    return "–" if mark is None else f"{mark.normalize():f}"


def difference_words(kind: str) -> str:
    """Return what two computations differ in."""
    words: dict[str, str] = {
        "response": gettext("mark of an item"),
        "counts": gettext("whether an item counts"),
        "paper": gettext("number of marked items"),
        "composite": gettext("composite"),
        "outcome": gettext("outcome"),
        "reasons": gettext("reasons"),
        "candidate": gettext("decided or not"),
        "receipt": gettext("answers held and answers of the receipt"),
        "chain": gettext("chain of receipts, broken at link"),
        "theory_raw": gettext("theory before equating"),
        "conversion": gettext("table of an equating"),
    }
    return words.get(kind) or component_words(kind)


def difference_value(kind: str, value: str) -> str:
    """Return a value of a difference as people read it."""
    words: dict[str, str] = {
        "": gettext("none"),
        "True": gettext("counts"),
        "False": gettext("does not count"),
    }
    if value in words:
        return words[value]
    if kind in {"outcome", "candidate"}:
        return outcome_words(value)
    if kind == "reasons":
        return "; ".join(sentence(f"reason_{reason}") for reason in value.split())
    return value
