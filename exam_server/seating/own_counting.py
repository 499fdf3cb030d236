"""What candidates' own forms hold, counted from what is stored: demands, sharing, use."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session

from exam_server.forms.custody import Held, held_in
from exam_server.forms.held_facts import Counted
from exam_server.forms.models import AssemblyRun
from exam_server.forms.proving import counted_in, demand_rows
from exam_server.forms.proving_bands import ProofRow
from exam_server.forms.seeds import draws_of
from exam_server.seating.models import ExamSession
from exam_server.seating.own_forms import beside, forms_in, seated_in


@dataclass(frozen=True)
class OwnCount:
    """Lists of all forms by code, what is counted of them, and what they share.

    ``uses`` says how many forms each scored or pilot item version stands in; ``near`` has a number
    of items in common for each two neighbours.
    """

    lists: dict[str, list[Held]]
    counted: Counted
    rows: tuple[ProofRow, ...]
    uses: Counter[int]
    near: tuple[int, ...]

    def told(self, draws: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Return the summary that is kept with the run; ``draws`` are what forms came from."""
        n_forms = len(self.lists)
        shared = sum(n * (n - 1) / 2 for n in self.uses.values())
        return {
            "forms": n_forms,
            "rows": [spread(row) for row in self.rows],
            "items": len(self.uses),
            "exposure": round(100 * max(self.uses.values(), default=0) / max(n_forms, 1), 1),
            "mean_alike": round(shared / (n_forms * (n_forms - 1) / 2), 1) if n_forms > 1 else 0,
            "worst_alike": max(self.near, default=0),
            "neighbours": len(self.near),
            "kept_out": sum(len(had) for kept in draws for had in kept["seen"]),
            "barred": max((len(kept["barred"]) for kept in draws), default=0),
            "draws": len(draws),
        }


def own_count(db: Session, exam_session: ExamSession, run: AssemblyRun) -> OwnCount:
    """Count every demand from the stored forms; then how the forms share their items."""
    stored = forms_in(db, run.id)
    lists = {form.code: held_in(db, form) for form in stored}
    counted = counted_in(db, run, list(lists.values()))
    sets = {form.id: {each.item_version_id for each in lists[form.code]} for form in stored}
    near = [
        len(sets[one.form_id] & sets[other.form_id])
        for one, other in beside(seated_in(db, exam_session))
        if one.form_id in sets and other.form_id in sets
    ]
    return OwnCount(
        lists=lists,
        counted=counted,
        rows=tuple(demand_rows(db, run, counted)),
        uses=Counter(each for held in sets.values() for each in held),
        near=tuple(near),
    )


def counted_over(db: Session, exam_session: ExamSession, run: AssemblyRun) -> dict[str, Any]:
    """Count the stored forms; return the summary that is kept with the run."""
    return own_count(db, exam_session, run).told(draws_of(db, run))


def spread(row: ProofRow) -> dict[str, Any]:
    """Return the least and the most that forms have of a demand, and how many do not meet it."""
    got = sorted(set(row.got), key=_size)
    return {
        "kind": row.kind,
        "name": row.name,
        "asked": row.asked,
        "is_asked": row.is_asked,
        "least": got[0] if got else "",
        "most": got[-1] if got else "",
        "unmet": sum(not each for each in row.is_met),
    }


def _size(text: str) -> Decimal:
    try:
        return Decimal(text.split("–", maxsplit=1)[0])
    except InvalidOperation:
        return Decimal(0)
