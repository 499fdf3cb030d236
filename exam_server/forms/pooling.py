"""The pool of a structure: a bank's active items, without those that earlier papers bar."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from exam_server.bank.models import Blueprint, Item, ItemFigure, ItemVersion
from exam_server.forms.bands import ABILITIES, BY_ANSWERS, asked_kinds
from exam_server.forms.bank_pool import pool_of
from exam_server.forms.custody import VERSIONS_AT_ONCE, held_in
from exam_server.forms.models import AssemblyRun, Form, PaperStructure, SealedForm
from itembank.demands import PoolItem
from itembank.figures import Parameters, information_of, n_words

FEWEST_PERSONS = 30  # below, a p-value says next to nothing

Entries = Sequence[tuple[PoolItem, int]]


@dataclass(frozen=True)
class Pool:
    """Items with their newest version's id, and how many were left out for which reason."""

    entries: list[tuple[PoolItem, int]]
    left_out: Mapping[str, int]


def pool_for(db: Session, structure: PaperStructure, *, before: datetime) -> Pool:
    """Return what a structure may take, as it was when papers before that time had been released.

    Only what the structure asks of an item is filled in: a bank in which none of that changed
    keeps its hash.
    """
    entries: Entries = pool_of(db, structure)
    left_out: Counter[str] = Counter()

    def keep(entries: Entries, reason: str, barred: frozenset[str]) -> Entries:
        kept = [each for each in entries if each[0].id not in barred]
        left_out[reason] += len(entries) - len(kept)
        return kept

    for reason, barred in _barred(db, structure, before):
        entries = keep(entries, reason, barred)
    asked = asked_kinds(structure.demand)
    if asked & BY_ANSWERS:
        known = p_values(db, structure.blueprint)
        unknown = frozenset(item.id for item, _ in entries if item.id not in known)
        calibrated = parameters_of(db, structure.blueprint)
        entries = _with_figures(keep(entries, "no_figures", unknown), known, calibrated)
    if "words" in asked:
        entries = _with_words(db, structure.blueprint, entries)
    return Pool(list(entries), {reason: count for reason, count in left_out.items() if count})


def papers_before(db: Session, blueprint: Blueprint, before: datetime) -> list[frozenset[str]]:
    """Return the item codes of each paper of a bank released before a time, the newest first.

    The parallel forms of one assembly run are one paper, fixed sets a paper each. Each list in
    custody is opened for it.
    """
    released = func.min(SealedForm.released_at)
    chosen = (
        select(Form, released, AssemblyRun.mode)
        .join(SealedForm, SealedForm.form_id == Form.id)
        .join(AssemblyRun, Form.assembly_run_id == AssemblyRun.id)
        .join(PaperStructure, AssemblyRun.paper_structure_id == PaperStructure.id)
        .where(PaperStructure.blueprint_id == blueprint.id, SealedForm.released_at < before)
        .group_by(Form.id, AssemblyRun.mode)
        .order_by(released.desc(), Form.id.desc())
        .options(undefer(Form.sealed_items))
    )
    runs: dict[tuple[int, int], set[int]] = {}
    for form, _, mode in db.execute(chosen):
        held = {each.item_version_id for each in held_in(db, form)}
        paper = (form.assembly_run_id, form.id if mode == "fixed" else 0)
        runs.setdefault(paper, set()).update(held)
    if not runs:
        return []
    codes = _codes(db, set().union(*runs.values()))
    return [frozenset(codes[each] for each in held if each in codes) for held in runs.values()]


def uses_before(papers: Sequence[frozenset[str]]) -> Counter[str]:
    """Return in how many papers each item stood."""
    return Counter(code for paper in papers for code in paper)


def recent(papers: Sequence[frozenset[str]], number: int) -> frozenset[str]:
    """Return the items of the newest papers."""
    return frozenset().union(*papers[:number])


def p_values(
    db: Session, blueprint: Blueprint, among: Collection[int] | None = None
) -> dict[str, float]:
    """Return the p-values of active items whose newest version enough persons have answered.

    ``among`` are the ids of a few items that alone are asked for.
    """
    chosen = (
        select(Item.code, ItemFigure.difficulty)
        .join(ItemFigure, ItemFigure.item_id == Item.id)
        .where(
            Item.blueprint_id == blueprint.id,
            Item.state == "active",
            ItemFigure.version_number == Item.version_number,
            ItemFigure.persons >= FEWEST_PERSONS,
            ItemFigure.difficulty.is_not(None),
        )
    )
    rows = db.execute(chosen if among is None else chosen.where(Item.id.in_(among)))
    return {code: p_value for code, p_value in rows if p_value is not None}


def parameters_of(
    db: Session, blueprint: Blueprint, among: Collection[int] | None = None
) -> dict[str, Parameters]:
    """Return slope and difficulty of active items whose newest version has been calibrated.

    They are those that a person accepted, on the bank's scale; ``among`` as in ``p_values``.
    """
    chosen = (
        select(Item.code, ItemFigure.slope, ItemFigure.location)
        .join(ItemFigure, ItemFigure.item_id == Item.id)
        .where(
            Item.blueprint_id == blueprint.id,
            Item.state == "active",
            ItemFigure.version_number == Item.version_number,
            ItemFigure.slope.is_not(None),
            ItemFigure.location.is_not(None),
        )
    )
    rows = db.execute(chosen if among is None else chosen.where(Item.id.in_(among)))
    return {code: (float(slope or 0), float(location or 0)) for code, slope, location in rows}


def bank_figures(db: Session, blueprint: Blueprint) -> dict[str, Any]:
    """Return what the editor tells beside demands by words, answers and earlier papers."""
    known = list(p_values(db, blueprint).values())
    words = [n_words(text) for text in _texts(db, blueprint).values()]
    runs = (
        select(func.count(func.distinct(AssemblyRun.id)))
        .select_from(SealedForm)
        .join(Form, SealedForm.form_id == Form.id)
        .join(AssemblyRun, Form.assembly_run_id == AssemblyRun.id)
        .join(PaperStructure, AssemblyRun.paper_structure_id == PaperStructure.id)
        .where(PaperStructure.blueprint_id == blueprint.id)
    )
    return {
        "items": len(words),
        "words": round(sum(words) / len(words), 1) if words else None,
        "known": len(known),
        "p_value": round(sum(known) / len(known), 2) if known else None,
        "papers": db.scalar(runs) or 0,
    }


def barred_by_papers(db: Session, structure: PaperStructure, before: datetime) -> frozenset[str]:
    """Return the codes of items that papers released before a time bar from a structure."""
    return frozenset[str]().union(*(barred for _, barred in _barred(db, structure, before)))


def _barred(
    db: Session, structure: PaperStructure, before: datetime
) -> Iterator[tuple[str, frozenset[str]]]:
    reuse = structure.demand.get("reuse", {})
    if not {"last_papers", "most_times_used"} & reuse.keys():
        return
    papers = papers_before(db, structure.blueprint, before)
    if "last_papers" in reuse:
        yield "last_papers", recent(papers, reuse["last_papers"])
    if "most_times_used" in reuse:
        uses, most = uses_before(papers), reuse["most_times_used"]
        yield "most_times_used", frozenset(code for code, n in uses.items() if n >= most)


def _with_figures(
    entries: Entries, known: Mapping[str, float], calibrated: Mapping[str, Parameters]
) -> Entries:
    if not entries:
        return entries
    values = [known[item.id] for item, _ in entries]
    parameters = [calibrated.get(item.id) for item, _ in entries]
    information = information_of(values, [float(each) for each in ABILITIES], parameters).T
    return [
        (
            replace(item, p_value=value, information=dict(zip(ABILITIES, row, strict=True))),
            version_id,
        )
        for (item, version_id), value, row in zip(
            entries, values, information.tolist(), strict=True
        )
    ]


def _with_words(db: Session, blueprint: Blueprint, entries: Entries) -> Entries:
    texts = _texts(db, blueprint)
    return [(replace(item, words=n_words(texts[version])), version) for item, version in entries]


def _texts(db: Session, blueprint: Blueprint) -> dict[int, str]:
    """Return what the newest versions of active items say, by the version's id."""
    newest = (ItemVersion.item_id == Item.id) & (ItemVersion.number == Item.version_number)
    rows = db.execute(
        select(ItemVersion.id, ItemVersion.search_text)
        .join(Item, newest)
        .where(Item.blueprint_id == blueprint.id, Item.state == "active")
    )
    return {row[0]: row[1] for row in rows}


def _codes(db: Session, version_ids: Collection[int]) -> dict[int, str]:
    ids = sorted(version_ids)
    found: dict[int, str] = {}
    for first in range(0, len(ids), VERSIONS_AT_ONCE):
        chosen = (
            select(ItemVersion.id, Item.code)
            .join(Item, ItemVersion.item_id == Item.id)
            .where(ItemVersion.id.in_(ids[first : first + VERSIONS_AT_ONCE]))
        )
        found |= {row[0]: row[1] for row in db.execute(chosen)}
    return found
