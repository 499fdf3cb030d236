"""The proof of candidates' own forms as a sheet to be signed: all forms counted together."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.clock import SITE_ZONE
from exam_server.errors import ConflictError
from exam_server.forms.custody import fingerprint, held_in
from exam_server.forms.models import AssemblyRun
from exam_server.forms.proof_sheets import demand_name
from exam_server.forms.proving_bands import ProofRow, curves_of
from exam_server.forms.seeds import draws_of, seed_of
from exam_server.jobs import Job, enqueue
from exam_server.programmes.models import Organization
from exam_server.seating.models import ExamSession
from exam_server.seating.own_counting import OwnCount, own_count, spread
from exam_server.seating.own_forms import forms_in, own_forms_of
from exam_server.seating.own_proof_plots import band_plots, exposure_plot
from exam_server.seating.own_proof_words import WORDS

OWN_PROOF: Final = "seating.own_proof"
Said = Mapping[str, Any]


def ask_for_own_proof(
    db: Session,
    actor: Actor,
    exam_session: ExamSession,
    *,
    language: str,
    words: Mapping[str, str],
    title: str,
) -> Job:
    """Have the proof of own forms set; ``words`` names each demand in the reader's language.

    Raises ConflictError: ``own_forms_missing``.
    """
    found = own_forms_of(db, exam_session)
    if found.run is None or not found.is_complete or found.is_being_made:
        raise ConflictError("own_forms_missing", count=found.missing)
    audit.record(db, "print_proof", by=actor.id, of=f"assembly_run:{found.run.uid}")
    payload = {
        "exam_session": exam_session.id,
        "run": found.run.id,
        "language": language,
        "words": dict(words),
    }
    return enqueue(
        db,
        OWN_PROOF,
        title=title,
        payload=payload,
        person_id=actor.id,
        organization_id=exam_session.organization_id,
        is_heavy=True,
    )


def own_proof_jobs(db: Session, actor: Actor, exam_session: ExamSession) -> Sequence[Job]:
    """Return one's own newest proof sheet of the forms that stand now, if there is one."""
    chosen = select(Job).where(Job.person_id == actor.id, Job.kind == OWN_PROOF)
    newest = db.scalars(chosen.order_by(Job.id.desc()).limit(50)).all()
    return [job for job in newest if job.payload["run"] == exam_session.own_run_id][:1]


def own_proof_facts(
    db: Session,
    exam_session: ExamSession,
    run: AssemblyRun,
    *,
    language: str,
    words: Mapping[str, str],
    now: datetime,
) -> dict[str, Any]:
    """Return what the sheet shows: counted anew from the stored forms."""
    found, said = own_count(db, exam_session, run), WORDS[language]
    curves = curves_of(list(found.lists), found.counted.seen)
    pool = _pool_items(db, run, found)
    return {
        "language": language,
        "organization": db.get_one(Organization, exam_session.organization_id).name,
        "title": said["title"],
        "paper": run.paper_structure.title,
        "exam_session": exam_session.name,
        "facts": _facts(db, exam_session, run, found, said),
        "sentence": _sentence(found, said),
        "rows": [_row(row, words) for row in found.rows if not row.is_of_pilots],
        "pilots": [_row(row, words) for row in found.rows if row.is_of_pilots],
        "plots": band_plots(curves, said) if curves["curves"] else [],
        "neighbours": _spread_of(found.near),
        "sharing": _sharing(exam_session, found, said),
        "use": _use_rows(found, pool, said),
        "exposure": exposure_plot([found.uses[each] for each in pool], len(found.lists), said),
        "fingerprint": _fingerprint(db, run),
        "signatures": said["signatures"],
        "printed_at": _at(now),
        "is_sample": run.paper_structure.blueprint.is_sample,
    }


def _row(row: ProofRow, words: Mapping[str, str]) -> dict[str, Any]:
    named = words.get(demand_name(row.kind, row.name), row.name or row.kind)
    return {**spread(row), "words": named}


def _sentence(found: OwnCount, said: Said) -> str:
    asked = [row for row in found.rows if row.is_asked]
    unmet = sum(not row.is_kept for row in asked)
    counts = {"forms": len(found.lists), "asked": len(asked), "unmet": unmet}
    return str(said["unmet" if unmet else "met"]).format(**counts)


def _facts(
    db: Session, exam_session: ExamSession, run: AssemblyRun, found: OwnCount, said: Said
) -> list[list[str]]:
    seed, draws = seed_of(db, run), found.told(draws_of(db, run))
    pool = run.pool or run
    held = next(iter(found.lists.values()), [])
    facts = {
        "exam_session": exam_session.name,
        "bank": run.paper_structure.blueprint.title,
        "at": _at(run.created_at),
        "n_forms": str(len(found.lists)),
        "items": str(len(held)),
        "minutes": str(run.paper_structure.minutes),
        "pool": said["pool_forms"].format(count=len(pool.forms), at=_at(pool.created_at)),
        "draws": str(draws["draws"]),
        "kept_out": str(draws["kept_out"]),
        "barred": str(draws["barred"]) if draws["barred"] else "",
        "seed": str(seed.number) if seed else "",
        "snapshot": run.bank_sha256 or "",
    }
    return [[said[name], value] for name, value in facts.items() if value]


def _sharing(exam_session: ExamSession, found: OwnCount, said: Said) -> list[list[str]]:
    told, near = found.told([]), found.near
    facts = {
        "most_alike": str(exam_session.most_alike),
        "pairs": str(len(near)),
        "worst": str(told["worst_alike"]) if near else "",
        "mean_near": f"{sum(near) / len(near):.1f}" if near else "",
        "mean_any": f"{told['mean_alike']:.1f}" if len(found.lists) > 1 else "",
    }
    return [[said[name], value] for name, value in facts.items() if value]


def _spread_of(near: Sequence[int]) -> list[list[int]]:
    """Return how many pairs of neighbours have 0, 1, 2 … items in common."""
    counted = Counter(near)
    return [[common, counted[common]] for common in range(max(near, default=-1) + 1)]


def _pool_items(db: Session, run: AssemblyRun, found: OwnCount) -> dict[int, bool]:
    """Return the item versions that forms were drawn from, and whether each is a pilot item.

    What stands in a form counts too, should the solved forms have been changed since.
    """
    pool = run.pool or run
    lists = [*(held_in(db, form) for form in pool.forms), *found.lists.values()]
    return {each.item_version_id: each.is_pilot for held in lists for each in held}


def _use_rows(found: OwnCount, pool: Mapping[int, bool], said: Said) -> list[list[str]]:
    """Return in how many of the forms items stand: the scored ones, then the pilot items."""
    n_forms = len(found.lists) or 1
    rows = []
    for name, is_pilot in (("scored", False), ("pilot", True)):
        uses = [found.uses[each] for each, pilot in pool.items() if pilot is is_pilot]
        if uses:
            shares = [_share(n, n_forms) for n in (min(uses), median(uses), max(uses))]
            counts = [len(uses), sum(n > 0 for n in uses), sum(n == 0 for n in uses)]
            rows.append([said[name], *map(str, counts), *shares])
    return rows


def _share(uses: float, n_forms: int) -> str:
    return f"{uses:g} ({100 * uses / n_forms:.1f} %)"


def _fingerprint(db: Session, run: AssemblyRun) -> str:
    """Return one hash for all forms: over the fingerprints of each, in the order of their codes."""
    whole = "\n".join(fingerprint(db, form) for form in forms_in(db, run.id))
    return hashlib.sha256(whole.encode()).hexdigest()


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(SITE_ZONE):%Y-%m-%d %H:%M}"
