"""Who meets what on the earlier day: known abilities, and what measurement is to find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from exam_server.demo.content import miskeyed
from exam_server.demo.office import SEED
from exam_server.demo.played.abilities import Traits
from exam_server.demo.played.answers import right_answer
from exam_server.demo.played.day import traits_in
from exam_server.demo.played.scripts import Act, Manner
from exam_server.forms.custody import form_items
from exam_server.seating.models import ExamSession, Sitting

MEAN_ABILITY, SPREAD = 0.75, 0.95
MEAN_SECONDS, SPREAD_OF_SECONDS = 2600.0, 0.16
SLOW, SLOW_SECONDS = 0.08, 4600.0  # what share gets no further than three quarters
STEEPER, HARDER = 1.4, 0.8  # times the slope; logits
UNFAIR_FORM, HARDER_FOR_WOMEN = "B", 2.4  # logits, one item
SEX_DIGIT = 16
ROOM_OF_THE_PAIR, ROOM_OF_THE_TOLD = 1, 3  # counted from 0
SHARE_SHOWN = 0.92
ABILITIES_OF_THE_PAIR = (0.3, -0.6)
N_TOLD, ABILITY_OF_THE_TOLD = 3, -0.5  # candidates who were told the leaked items
N_LEAKED = 10  # items of each form
Items = Mapping[int, Traits]


@dataclass(frozen=True)
class Shown(Traits):
    """An item whose answer somebody sees or was told."""

    shown: Any = None

    def answer(self, ability: float, rng: np.random.Generator) -> Any:
        """Return what was shown, most times."""
        if rng.random() < SHARE_SHOWN:
            return self.shown
        return super().answer(ability, rng)


@dataclass(frozen=True)
class Role:
    """How somebody works, and the items as this candidate meets them."""

    manner: Manner
    items: Items


class Cast:
    """The candidates of one room; whoever copies needs what the other one did."""

    def __init__(
        self, traits: Mapping[int, Items], sittings: Sequence[Sitting], number: int
    ) -> None:
        self._traits = traits
        self._pair = _pair(sittings) if number == ROOM_OF_THE_PAIR else ()
        self._told = sittings[:N_TOLD] if number == ROOM_OF_THE_TOLD else ()

    def is_special(self, sitting: Sitting) -> bool:
        """Say whether somebody has a part to play, and has to come."""
        return sitting in self._pair or sitting in self._told

    def role_of(
        self, sitting: Sitting, done: Mapping[int, Sequence[Act]], rng: np.random.Generator
    ) -> Role:
        """Return a candidate's role; ``done`` is what others of the room did."""
        items = _as_met(sitting, self._traits[sitting.form_id or 0])
        ability = float(rng.normal(MEAN_ABILITY, SPREAD))
        if sitting in self._told:
            ability, items = ABILITY_OF_THE_TOLD, _told(items)
        if sitting in self._pair:
            ability = ABILITIES_OF_THE_PAIR[self._pair.index(sitting)]
            if sitting is self._pair[-1]:
                items = _copied(items, done[self._pair[0].id])
        return Role(Manner(ability, _seconds(rng), 0), items)


def traits_by_form(db: Session, exam_session: ExamSession) -> dict[int, dict[int, Traits]]:
    """Return each form's items as these people meet them; the same whenever it is asked."""
    run = exam_session.assembly_run
    return {
        form.id: {
            position: _sharper(each)
            for position, each in traits_in(
                db, form, np.random.default_rng([SEED, place]), is_first=place == 0
            ).items()
        }
        for place, form in enumerate(run.forms if run else [])
    }


def suspected_codes(db: Session, exam_session: ExamSession) -> list[str]:
    """Return the codes of the leaked items, as an officer would name them."""
    traits, run = traits_by_form(db, exam_session), exam_session.assembly_run
    return sorted(
        held.item_version.item.code
        for form in (run.forms if run else [])
        for held in form_items(db, form)
        if held.position in leaked(traits[form.id]) and held.item_version.item.code != miskeyed()[0]
    )


def leaked(items: Items) -> list[int]:
    """Return the places of a form's leaked items: single choices that are not easy."""
    singles = [place for place, each in items.items() if each.kind == "single"]
    return sorted(singles, key=lambda place: items[place].difficulty)[-N_LEAKED:]


def _sharper(met: Traits) -> Traits:
    """Return an item that parts these candidates better than those of the other day."""
    return replace(met, slope=met.slope * STEEPER, difficulty=met.difficulty + HARDER)


def _as_met(sitting: Sitting, items: Items) -> Items:
    """Return a form's items as one candidate meets them: one of form B is harder for women."""
    is_woman = int(sitting.registration.candidate.id_number[SEX_DIGIT]) % 2 == 0
    if not is_woman or sitting.form is None or sitting.form.code != UNFAIR_FORM:
        return items
    medium = [p for p, each in items.items() if each.kind == "single" and abs(each.difficulty) < 1]
    if not medium:
        return items
    place = max(medium, key=lambda place: items[place].slope)
    met = items[place]
    return {**items, place: replace(met, difficulty=met.difficulty + HARDER_FOR_WOMEN)}


def _pair(sittings: Sequence[Sitting]) -> tuple[Sitting, ...]:
    """Return two who have the same form and sit close together."""
    first = sittings[len(sittings) // 2]
    others = [each for each in sittings if each.form_id == first.form_id and each is not first]
    near = sorted(others, key=lambda each: _distance(first, each))[:1]
    return tuple(sorted([first, *near], key=lambda each: each.seat.number)) if near else ()


def _distance(one: Sitting, other: Sitting) -> int:
    return abs(one.seat.row - other.seat.row) + abs(one.seat.column - other.seat.column)


def _copied(items: Items, acts: Sequence[Act]) -> Items:
    seen = {act.position: act.answer for act in acts if act.kind == "answer"}
    return {
        place: _shown(item, seen[place]) if place in seen else item for place, item in items.items()
    }


def _told(items: Items) -> Items:
    known = {
        place: _shown(items[place], right_answer(each.kind, each.content, each.key))
        for place in leaked(items)
        for each in (items[place],)
    }
    return {**items, **known}


def _shown(item: Traits, answer: Any) -> Shown:
    return Shown(**{each.name: getattr(item, each.name) for each in fields(Traits)}, shown=answer)


def _seconds(rng: np.random.Generator) -> float:
    if rng.random() < SLOW:
        return SLOW_SECONDS
    return float(np.clip(rng.lognormal(np.log(MEAN_SECONDS), SPREAD_OF_SECONDS), 1200, 3500))
