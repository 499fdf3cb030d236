"""The proof of a run: beside every demand what each form has, counted from the stored forms."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.bank.models import ItemVersion
from exam_server.forms.custody import Held, held_lists
from exam_server.forms.held_facts import Counted, ItemFacts, item_rows
from exam_server.forms.models import AssemblyRun
from exam_server.forms.pooling import p_values, papers_before, parameters_of
from exam_server.forms.proving_bands import (
    NOT_ASKED,
    ProofRow,
    Seen,
    band_rows,
    curves_of,
    overlap,
    reuse_rows,
)
from exam_server.forms.proving_pilots import pilot_rows
from exam_server.forms.proving_sets import enemy_row, section_rows
from exam_server.forms.rules import demand_of, is_in_band, n_pilots
from itembank.figures import n_words

HeldLists = Sequence[Sequence[Held]]


@dataclass(frozen=True)
class Proof:
    """The rows, items in more than one form, items in common by form, and the forms' curves."""

    rows: tuple[ProofRow, ...]
    shared_items: int
    overlap: list[list[int]]
    curves: dict[str, Any]


def proof_of(db: Session, run: AssemblyRun) -> Proof:
    """Count what the forms of a run have."""
    counted = counted_in(db, run, held_lists(db, run.forms))
    uses = Counter(each[1] for form in counted.by_form for each in form)
    return Proof(
        rows=tuple(demand_rows(db, run, counted)),
        shared_items=sum(count > 1 for count in uses.values()),
        overlap=overlap(counted.seen),
        curves=curves_of([form.code for form in run.forms], counted.seen),
    )


def counted_in(db: Session, run: AssemblyRun, lists: HeldLists) -> Counted:
    """Read what is counted of lists of items."""
    facts = {row[0]: row for row in item_rows(db, {e.item_version_id for f in lists for e in f})}
    scored = [[each for each in form if not each.is_pilot] for form in lists]
    tried = [[each for each in form if each.is_pilot] for form in lists]
    return Counted(
        [[facts[each.item_version_id] for each in form] for form in scored],
        _seen(db, run, scored, facts),
        [[facts[each.item_version_id] for each in form] for form in tried],
        _seen(db, run, tried, facts),
        scored,
    )


def demand_rows(
    db: Session, run: AssemblyRun, counted: Counted, others: Sequence[Sequence[Seen]] | None = None
) -> Iterator[ProofRow]:
    """Give every demand with what lists of items have of it.

    The lists are the forms of one run, or versions of one form beside its ``others``.
    """
    yield from _count_rows(run.paper_structure.demand, counted.by_form)
    if run.is_fixed:
        yield from section_rows(run.paper_structure.demand, counted.held)
    yield enemy_row(db, [frozenset(row[1] for row in form) for form in counted.by_form])
    yield from _further_rows(db, run, counted, others)
    yield from _other_rows(run, counted.by_form)
    if n_pilots(run.paper_structure.demand) and not run.is_fixed:
        yield from pilot_rows(db, run.paper_structure, counted)


def _seen(
    db: Session,
    run: AssemblyRun,
    held: HeldLists,
    facts: Mapping[int, ItemFacts],
) -> list[list[Seen]]:
    """Return what bands and curves count of each form; all figures are those of today."""
    among = {row[1] for row in facts.values()}
    blueprint = run.paper_structure.blueprint
    known = p_values(db, blueprint, among) if among else {}
    calibrated = parameters_of(db, blueprint, among) if among else {}
    return [
        [
            Seen(
                found[7],
                found[6],
                found[5],
                each.mark,
                n_words(found[8]),
                known.get(found[7]),
                calibrated.get(found[7]),
            )
            for each in form
            for found in [facts[each.item_version_id]]
        ]
        for form in held
    ]


def _further_rows(
    db: Session,
    run: AssemblyRun,
    counted: Counted,
    others: Sequence[Sequence[Seen]] | None,
) -> Iterator[ProofRow]:
    """Give bands, and limits on reuse as they were when the run was asked for."""
    structure = run.paper_structure
    reuse = dict(structure.demand.get("reuse", {}))
    if run.pool_id is not None:  # what a candidate's form shares with others is counted apart
        reuse.pop("most_shared", None)
    needs_papers = bool(run.forms) and bool({"last_papers", "most_times_used"} & reuse.keys())
    papers = papers_before(db, structure.blueprint, run.papers_before) if needs_papers else []
    yield from band_rows(structure.demand, counted.seen, counted.seen_pilots)
    yield from reuse_rows(reuse, counted.seen, papers, others)


def key_balance(db: Session, run: AssemblyRun) -> list[tuple[str, tuple[int, ...]]]:
    """Return, for each letter of an option, how many single choices of each form have it right."""
    lists = [[each.item_version_id for each in held] for held in held_lists(db, run.forms)]
    held = {each for versions in lists for each in versions}
    rows = db.execute(
        select(ItemVersion.id, ItemVersion.content, ItemVersion.key).where(
            ItemVersion.id.in_(held), ItemVersion.type == "single"
        )
    )
    right: dict[int, list[int]] = {}
    for version_id, content, key in rows:
        ids = [option["id"] for option in content["options"]]
        right[version_id] = [ids.index(each) for each in key["correct"] if each in ids]
    counted = [
        Counter(place for each in versions for place in right.get(each, [])) for versions in lists
    ]
    places = range(max((place for each in counted for place in each), default=-1) + 1)
    return [(chr(ord("A") + place), tuple(each[place] for each in counted)) for place in places]


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
    for _, _, kind, _, _, importance, path, *_ in form:
        counted["type", kind] += 1
        counted["importance", importance or ""] += 1
        above = path
        while above:
            counted["area", above] += 1
            counted["cell", f"{above} {kind}"] += 1
            above = above.rpartition("-")[0]
    return counted
