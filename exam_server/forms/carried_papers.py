"""Tests of a QTI package made fixed sets: the structure from the test, the items from the bank.

The items come into the bank by the bank's own import, where they are reviewed; here only what
the test says of them is taken: sections, order, marks, time. A test that cannot be carried as it
is meant is refused with the reason; what is carried without something says so ever after.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Blueprint, Item
from exam_server.errors import ConflictError
from exam_server.forms.composing import SetIn, add_set, begin_sets, fill
from exam_server.forms.models import AssemblyRun, PaperStructure
from exam_server.forms.practice_banks import is_for_practice
from exam_server.forms.rules import MOST_ITEMS, mark_text
from exam_server.jobs import Job, enqueue
from itembank.interchange.report import PaperRead, SectionRead

KIND = "forms.take_tests"
USUAL_MINUTES = 90
MOST_NAMED = 20
CODES_AT_ONCE = 500

Told = list[tuple[str, str]]


def ask_for_tests(
    db: Session, actor: Actor, blueprint: Blueprint, upload: bytes, *, title: str
) -> Job:
    """Have the tests of a package made fixed sets; raises ConflictError: ``bank_for_practice``."""
    if is_for_practice(db, blueprint.id):
        raise ConflictError("bank_for_practice")
    return enqueue(
        db,
        KIND,
        title=title,
        payload={"blueprint": blueprint.uid, "blueprint_id": blueprint.id},
        person_id=actor.id,
        organization_id=blueprint.organization_id,
        upload=upload,
    )


def taken_job(db: Session, actor: Actor, uid: str) -> Job | None:
    """Return one's own job that takes tests."""
    return db.scalar(select(Job).where(Job.uid == uid, Job.person_id == actor.id, Job.kind == KIND))


def take_paper(
    db: Session, actor: Actor, blueprint: Blueprint, paper: PaperRead, *, now: datetime
) -> dict[str, Any]:
    """Make a fixed set of a test if it can be carried; return what became of it."""
    codes = [code for section in paper.sections for code in section.codes]
    types = types_of(db, blueprint, codes)
    refusals = [*paper.refusals, *_refusals(codes, types)]
    if refusals:
        return _report(paper, "refused", refusals)
    losses: Told = list(paper.losses)
    if paper.minutes is None:
        losses.append(("test_no_time", str(USUAL_MINUTES)))
    run = _made(db, actor, blueprint, paper, types, now)
    run.result = {**(run.result or {}), "from_test": _report(paper, "", losses)}
    db.flush()
    report = _report(paper, "with_loss" if losses else "carried", losses)
    return {**report, "run": run.uid, "items": len(codes)}


def _report(paper: PaperRead, outcome: str, told: Sequence[tuple[str, str]]) -> dict[str, Any]:
    said = [{"code": code, "what": what} for code, what in told]
    return {"title": paper.title, "outcome": outcome, "told": said}


def types_of(db: Session, blueprint: Blueprint, codes: Sequence[str]) -> dict[str, str]:
    """Return the types of active items of a bank, by code."""
    found: dict[str, str] = {}
    for first in range(0, len(codes), CODES_AT_ONCE):
        some = codes[first : first + CODES_AT_ONCE]
        chosen = select(Item.code, Item.type).where(
            Item.blueprint_id == blueprint.id, Item.state == "active", Item.code.in_(some)
        )
        found |= {row[0]: row[1] for row in db.execute(chosen)}
    return found


def _refusals(codes: Sequence[str], types: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    missing = [code for code in dict.fromkeys(codes) if code not in types]
    if missing:
        more = " …" if len(missing) > MOST_NAMED else ""
        yield "test_items_missing", ", ".join(missing[:MOST_NAMED]) + more
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        yield "test_item_twice", ", ".join(twice[:MOST_NAMED])
    if len(codes) > MOST_ITEMS:
        yield "test_too_long", f"{len(codes)} > {MOST_ITEMS}"


def _made(
    db: Session,
    actor: Actor,
    blueprint: Blueprint,
    paper: PaperRead,
    types: Mapping[str, str],
    now: datetime,
) -> AssemblyRun:
    sections = list(_sections(paper, types))
    structure = PaperStructure(
        blueprint=blueprint,
        title=paper.title,
        minutes=min(600, paper.minutes or USUAL_MINUTES),
        demand={
            "sections": [
                {
                    "type": each.type,
                    "title": each.title or each.type,
                    "count": len(each.codes),
                    "mark": mark_text(each.mark),
                }
                for each in sections
            ],
            "areas": {},
            "cells": [],
            "importance": {},
            "difficulty": None,
        },
        created_at=now,
    )
    db.add(structure)
    db.flush()
    audit.record(db, "create_structure", by=actor.id, of=f"paper_structure:{structure.uid}")
    run = begin_sets(db, actor, structure, now=now)
    form = add_set(db, actor, run, SetIn())
    wanted = [(code, n) for n, each in enumerate(sections, start=1) for code in each.codes]
    fill(db, actor, form, [], wanted, now=now)
    return run


def _sections(paper: PaperRead, types: Mapping[str, str]) -> Iterator[SectionRead]:
    """Give sections by the types that the bank has: an item may have come as a simpler one."""
    for section in paper.sections:
        for kind, some in groupby(section.codes, key=lambda code: types[code]):
            yield SectionRead(section.title, kind, section.mark, tuple(some))
