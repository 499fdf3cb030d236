"""The long part of an analysis: calibration, groups, drift, likeness; a job computes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from exam_server.analysis.alike import alike_figures
from exam_server.analysis.drifting import drift_figures, linking_figures
from exam_server.analysis.fairness import fairness_figures
from exam_server.analysis.figures import figures_of
from exam_server.analysis.modelling import information_figures, modelled, on_average
from exam_server.analysis.pooling import POOLED, is_many_forms, pooled
from exam_server.analysis.responses import FormResponses, cut_of, responses_in, slopes_from_of
from exam_server.analysis.seats import SeatOf, seats_of
from exam_server.analysis.service import IN_DOUBT
from exam_server.bank.administrations import Earlier, earlier_of
from exam_server.bank.parameters import Known, has_scale, known_of
from exam_server.marking.models import MarkingRun
from exam_server.seating.models import ExamSession

STEPS = 5
Progress = Callable[[int, int], None]
Key = tuple[str, int]  # an item's uid, the number of its version


@dataclass(frozen=True)
class Gathered:
    """What the long work goes on, read from the store beforehand."""

    forms: Sequence[FormResponses]
    figures: Mapping[str, Any]
    slopes_from: int
    seats: Mapping[int, SeatOf]
    earlier: Mapping[Key, Earlier]
    bank: Mapping[Key, Known] | None  # None: the bank has no scale yet

    @property
    def items(self) -> list[dict[str, Any]]:
        """The figures of each item of each form."""
        return [item for form in self.figures["forms"] for item in form["items"]]


def gather(db: Session, run: MarkingRun) -> Gathered:
    """Read what the long work needs: no transaction stands open while it computes."""
    exam_session = db.get_one(ExamSession, run.exam_session_id)
    forms = responses_in(db, run)
    organization, own = exam_session.organization_id, exam_session.uid
    keys = {(item.uid, item.version) for form in forms for item in form.items}
    is_scaled = has_scale(db, organization, {uid for uid, _ in keys}, but=own)
    return Gathered(
        forms=forms,
        figures=figures_of(forms, *cut_of(db, exam_session)),
        slopes_from=slopes_from_of(db, exam_session),
        seats=seats_of(db, [each for form in forms for each in form.sittings]),
        earlier=earlier_of(db, organization, keys, but=own),
        bank=known_of(db, organization, keys, but=own) if is_scaled else None,
    )


def deep_figures(found: Gathered, progress: Progress) -> dict[str, Any]:
    """Compute what models say; ``progress`` may call the work off between steps."""
    if not found.forms:
        return {}
    whole = pooled(found.forms)
    shown = [whole] if is_many_forms(found.forms) else found.forms
    progress(1, STEPS)
    model = modelled(whole, _in_doubt(whole, found.items), slopes_from=found.slopes_from)
    progress(2, STEPS)
    fairness = fairness_figures(shown, found.seats)
    progress(3, STEPS)
    drift = drift_figures(found.items, found.earlier)
    linking: dict[str, Any] = {"kind": "none"}
    if found.bank is not None:
        linking = linking_figures(model.figures.get("items", []), found.bank)
    progress(4, STEPS)
    information = information_figures(found.forms, model.figures, found.figures["cut"])
    return {
        "model": model.figures,
        "information": on_average(information, POOLED) if whole is shown[0] else information,
        "linking": linking,
        "drift": drift,
        "fairness": fairness,
        "alike": alike_figures(whole, model.abilities, found.seats),
    }


def _in_doubt(whole: FormResponses, items: Sequence[Mapping[str, Any]]) -> dict[int, bool]:
    """Return by position of which items the key is in doubt: they would bend the scale."""
    doubted = {
        (item["uid"], item["version"])
        for item in items
        if any(flag["code"] in IN_DOUBT for flag in item["flags"])
    }
    return {each.position: (each.uid, each.version) in doubted for each in whole.items}
