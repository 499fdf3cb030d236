"""The decision list as tables to take away: the candidates, and the rules they were decided by."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from exam_server.batches.models import Batch
from exam_server.languages import at_text, chosen_language
from exam_server.results.equating.wording import method_words
from exam_server.results.models import Decision, DecisionRun
from exam_server.results.rules import COMPONENTS, explanation
from exam_server.results.service import marks_in
from exam_server.results.theory_errors import TheoryErrors
from exam_server.results.wording import component_names, equated
from exam_server.web import sentence
from exam_server.wording import component_words, outcome_words, rounding_words

Sheet = tuple[str, list[str], list[tuple[object, ...]]]


def headings() -> list[str]:
    """Return the headings of the candidates' sheet."""
    return [
        gettext("Ticket"),
        gettext("Name"),
        *(component_words(name) for name in COMPONENTS),
        gettext("Composite"),
        gettext("Outcome"),
        gettext("Reasons"),
        gettext("Borderline"),
        gettext("How it was computed"),
        gettext("Equating"),
    ]


def rows(
    run: DecisionRun, decisions: Sequence[Decision], borderline: Collection[int]
) -> list[tuple[object, ...]]:
    """Return a row for each candidate; marks are numbers with the decimals they were decided by."""
    return [
        (
            each.registration.ticket,
            each.registration.candidate.name,
            _rounded(each.theory, run),
            each.practical,
            each.performance,
            _rounded(each.composite, run),
            outcome_words(each.outcome),
            "; ".join(sentence(f"reason_{reason}") for reason in each.reasons),
            gettext("borderline") if each.registration_id in borderline else "",
            explanation(marks_in(each), each.composite, run.rules, component_names()),
            equated(each, run),
        )
        for each in decisions
    ]


def rules_sheet(batch: Batch, run: DecisionRun, errors: TheoryErrors) -> Sheet:
    """Return the sheet that says by which values the list can be recomputed."""
    values: list[tuple[object, ...]] = [
        (gettext("Batch"), f"{batch.code} {batch.named(chosen_language())}"),
        (gettext("Rule set"), run.rules["name"]),
        (gettext("Pass mark"), _number(run.rules["pass_mark"])),
    ]
    for name in COMPONENTS:
        words = component_words(name)
        values.append((gettext("%(name)s: weight, %%", name=words), _weight(run, name)))
        values.append((gettext("%(name)s: minimum", name=words), _minimum(run, name)))
    values += [
        (gettext("Rounding"), rounding_words(run.rules["rounding"])),
        (gettext("Decimals"), run.rules["decimals"]),
        (gettext("Standard error of a theory mark"), _error(errors)),
        (gettext("Standard error of an equating, at most"), errors.most_of_equating),
        (gettext("Decided"), at_text(run.decided_at)),
    ]
    values += [
        (gettext("Marking of %(name)s", name=each["exam_session"]), each["at"])
        for each in (run.evidence or {}).get("markings", [])
    ]
    values += [
        (
            gettext("Equating of form %(code)s", code=each["form"]),
            f"{method_words(each['method'])} → {each['reference']}, SHA-256 {each['sha256']}",
        )
        for each in (run.evidence or {}).get("equatings", [])
    ]
    return gettext("Rules"), [gettext("What"), gettext("Value")], values


def _error(errors: TheoryErrors) -> Decimal | str | None:
    own = gettext("each candidate's own (adaptive test)") if errors.own else None
    return own if errors.shared is None else errors.shared


def _rounded(mark: Decimal | None, run: DecisionRun) -> Decimal | None:
    step = Decimal(1).scaleb(-run.rules["decimals"])
    return None if mark is None else mark.quantize(step)


def _weight(run: DecisionRun, name: str) -> Decimal | None:
    return _number(run.rules[f"{name}_weight"])


def _minimum(run: DecisionRun, name: str) -> Decimal | None:
    return _number(run.rules[f"{name}_minimum"])


def _number(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)
