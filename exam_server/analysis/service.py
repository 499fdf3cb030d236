"""Item statistics of a marked exam session."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import Item, ItemVersion
from exam_server.marking.models import MarkingRun, ResponseScore
from scoring.classical import ItemAnalysis, analyse_items

FEWEST_PERSONS = 30


@dataclass(frozen=True)
class ItemRow:
    """One item's figures; ``None`` where a figure is undefined."""

    code: str
    type: str
    n: int
    p: float | None
    item_rest_r: float | None
    alpha_if_deleted: float | None


@dataclass(frozen=True)
class FormAnalysis:
    """The figures of one form."""

    form: str
    n_persons: int
    mean: float | None
    sd: float | None
    alpha: float | None
    sem: float | None
    items: list[ItemRow]
    is_thin: bool


def analyse_run(db: Session, run: MarkingRun, forms: dict[int, str]) -> list[FormAnalysis]:
    """Return the figures of each form; ``forms`` gives every sitting's form code.

    Forms share no item, so each is a test of its own.
    """
    return [
        _analyse_form(db, run, code, [each for each, form in forms.items() if form == code])
        for code in sorted(set(forms.values()))
    ]


def _analyse_form(db: Session, run: MarkingRun, code: str, sitting_ids: list[int]) -> FormAnalysis:
    rows = db.execute(
        select(
            ResponseScore.sitting_id,
            ResponseScore.position,
            ResponseScore.mark,
            ResponseScore.max_mark,
            Item.code,
            ItemVersion.type,
        )
        .join(ItemVersion, ResponseScore.item_version_id == ItemVersion.id)
        .join(Item, ItemVersion.item_id == Item.id)
        .where(ResponseScore.marking_run_id == run.id, ResponseScore.sitting_id.in_(sitting_ids))
    ).all()
    persons = {each: place for place, each in enumerate(sorted({row.sitting_id for row in rows}))}
    positions = sorted({row.position for row in rows})
    columns = {position: place for place, position in enumerate(positions)}
    scores = np.full((len(persons), len(positions)), np.nan)
    maxima, names = np.ones(len(positions)), [("", "")] * len(positions)
    for row in rows:
        column = columns[row.position]
        scores[persons[row.sitting_id], column] = float(row.mark)
        maxima[column], names[column] = float(row.max_mark), (row.code, row.type)
    return _shown(code, analyse_items(scores, maxima), names)


def _shown(code: str, found: ItemAnalysis, names: list[tuple[str, str]]) -> FormAnalysis:
    items = [
        ItemRow(
            code=name,
            type=kind,
            n=int(found.n_presented[place]),
            p=_known(found.difficulties[place]),
            item_rest_r=_known(found.item_rest_r[place]),
            alpha_if_deleted=_known(found.alpha_if_deleted[place]),
        )
        for place, (name, kind) in enumerate(names)
    ]
    return FormAnalysis(
        form=code,
        n_persons=found.n_persons,
        mean=_known(found.mean),
        sd=_known(found.sd),
        alpha=_known(found.alpha),
        sem=_known(found.sem),
        items=items,
        is_thin=found.n_persons < FEWEST_PERSONS,
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
