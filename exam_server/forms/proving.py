"""The proof of a run: beside every demand what each form has, counted from the stored forms."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from exam_server.bank.models import Area, Item, ItemVersion, Point
from exam_server.forms.models import AssemblyRun, FormItem
from exam_server.forms.rules import demand_of, is_in_band

NOT_ASKED = "–"
ItemFacts = Row[int, int, str, int, int, str | None, str]


@dataclass(frozen=True)
class ProofRow:
    """A demand: what was asked, what each form has, whether each form meets it."""

    kind: str
    name: str
    asked: str
    got: tuple[str, ...]
    is_met: tuple[bool, ...]

    @property
    def is_asked(self) -> bool:
        """Say whether anything was asked: some rows only tell."""
        return self.asked != NOT_ASKED

    @property
    def is_kept(self) -> bool:
        """Say whether every form meets it."""
        return all(self.is_met)


@dataclass(frozen=True)
class Proof:
    """The rows, and how many items stand in more than one form of the run."""

    rows: tuple[ProofRow, ...]
    shared_items: int


def proof_of(db: Session, run: AssemblyRun) -> Proof:
    """Count what the forms of a run have."""
    facts = db.execute(
        select(
            FormItem.form_id,
            Item.id,
            ItemVersion.type,
            ItemVersion.difficulty,
            Point.id,
            Point.importance,
            Area.path,
        )
        .join(ItemVersion, FormItem.item_version_id == ItemVersion.id)
        .join(Item, ItemVersion.item_id == Item.id)
        .join(Point, Item.point_id == Point.id)
        .join(Area, Point.area_id == Area.id)
        .where(FormItem.form_id.in_([form.id for form in run.forms]))
    ).all()
    by_form = [[each for each in facts if each[0] == form.id] for form in run.forms]
    uses = Counter(each[1] for each in facts)
    return Proof(
        rows=(*_count_rows(run.paper_structure.demand, by_form), *_other_rows(run, by_form)),
        shared_items=sum(count > 1 for count in uses.values()),
    )


def key_balance(db: Session, run: AssemblyRun) -> list[tuple[str, tuple[int, ...]]]:
    """Return, for each letter of an option, how many single choices of each form have it right."""
    rows = db.execute(
        select(FormItem.form_id, ItemVersion.content, ItemVersion.key)
        .join(ItemVersion, FormItem.item_version_id == ItemVersion.id)
        .where(FormItem.form_id.in_([form.id for form in run.forms]), ItemVersion.type == "single")
    )
    counted: Counter[tuple[int, int]] = Counter()
    for form_id, content, key in rows:
        ids = [option["id"] for option in content["options"]]
        counted.update((form_id, ids.index(each)) for each in key["correct"] if each in ids)
    places = range(max((place for _, place in counted), default=-1) + 1)
    return [
        (chr(ord("A") + place), tuple(counted[form.id, place] for form in run.forms))
        for place in places
    ]


def _count_rows(
    stored: Mapping[str, object], by_form: Sequence[Sequence[ItemFacts]]
) -> Iterator[ProofRow]:
    demand = demand_of(stored)
    counted = [_counts(form) for form in by_form]
    asked = [
        *(("type", name, count) for name, count in demand.types.items()),
        *(("area", path, count) for path, count in demand.areas.items()),
        *(("cell", f"{path} {name}", count) for (path, name), count in demand.cells.items()),
        *(("importance", name, count) for name, count in demand.importance.items()),
    ]
    for kind, name, count in asked:
        got = [each[kind, name] for each in counted]
        met = tuple(each == count for each in got)
        yield ProofRow(kind, name, str(count), tuple(map(str, got)), met)


def _other_rows(run: AssemblyRun, by_form: Sequence[Sequence[ItemFacts]]) -> Iterator[ProofRow]:
    """Give the mean difficulty, asked or not, and the points that stand twice in a form."""
    band = run.paper_structure.demand.get("difficulty")
    means = [_mean([each[3] for each in form]) for form in by_form]
    met = tuple(band is None or is_in_band(mean, band) for mean in means)
    asked = f"{band[0]:g}–{band[1]:g}" if band else NOT_ASKED
    yield ProofRow("difficulty", "", asked, tuple(f"{float(mean):.2f}" for mean in means), met)
    repeats = [len(form) - len({each[4] for each in form}) for form in by_form]
    yield ProofRow("repeats", "", NOT_ASKED, tuple(map(str, repeats)), (True,) * len(repeats))


def _mean(values: Sequence[int]) -> Fraction:
    return Fraction(sum(values), len(values) or 1)


def _counts(form: Sequence[ItemFacts]) -> Counter[tuple[str, str]]:
    """Count types, importance, and every tier above each item, alone and with its type."""
    counted: Counter[tuple[str, str]] = Counter()
    for _, _, kind, _, _, importance, path in form:
        counted["type", kind] += 1
        counted["importance", importance or ""] += 1
        above = path
        while above:
            counted["area", above] += 1
            counted["cell", f"{above} {kind}"] += 1
            above = above.rpartition("-")[0]
    return counted
