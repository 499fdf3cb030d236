"""Paper structures, assembly runs and forms."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam_server import audit
from exam_server.actors import Actor
from exam_server.bank.models import Blueprint
from exam_server.errors import ConflictError, NotFoundError
from exam_server.forms.models import AssemblyRun, Form, PaperStructure
from exam_server.forms.practice_banks import is_for_practice
from exam_server.forms.proof_sheets import PROOF
from exam_server.forms.seeds import Seed, seal_seed, seed_of
from exam_server.inputs import In
from exam_server.jobs import Job, enqueue

OFFICER = "exam_officer"
SEED_BITS = 53
PRINT = "forms.print"


class PrintIn(In):
    """What is printed: the paper as candidates get it, or its key; or a package of QTI."""

    kind: Literal["paper", "key"]
    language: Literal["zh", "en"] = "zh"
    file: Literal["pdf", "docx", "qti22", "qti30"] = "pdf"


class AssembleIn(In):
    """A run of the assembler."""

    n_forms: int = Field(ge=1, le=30)
    seed: int | None = Field(default=None, ge=0, lt=2**SEED_BITS)
    again: str = ""  # the run that is made again: its seed, its papers before


def structures_of(db: Session, actor: Actor) -> Sequence[PaperStructure]:
    """Return the paper structures of an officer's banks."""
    ids = actor.organizations(OFFICER)
    chosen = select(PaperStructure).join(Blueprint).where(Blueprint.organization_id.in_(ids))
    return db.scalars(chosen.order_by(PaperStructure.id.desc())).all()


def structure_for(db: Session, actor: Actor, uid: str) -> PaperStructure:
    """Return a paper structure; raises NotFoundError: ``no_such_structure``."""
    structure = db.scalar(select(PaperStructure).where(PaperStructure.uid == uid))
    if structure is None or not actor.may(
        OFFICER, organization_id=structure.blueprint.organization_id
    ):
        raise NotFoundError("no_such_structure")
    return structure


def run_for(db: Session, actor: Actor, uid: str) -> AssemblyRun:
    """Return an assembly run; raises NotFoundError: ``no_such_run``."""
    run = db.scalar(select(AssemblyRun).where(AssemblyRun.uid == uid))
    if run is None or not actor.may(
        OFFICER, organization_id=run.paper_structure.blueprint.organization_id
    ):
        raise NotFoundError("no_such_run")
    return run


def runs_in(db: Session, structure: PaperStructure) -> Sequence[AssemblyRun]:
    """Return the assembler's runs of a structure, the newest first."""
    chosen = select(AssemblyRun).where(
        AssemblyRun.paper_structure_id == structure.id,
        AssemblyRun.pool_id.is_(None),
        AssemblyRun.mode == "solved",
        AssemblyRun.n_forms > 0,
    )
    return db.scalars(chosen.order_by(AssemblyRun.id.desc())).all()


def forms_made(db: Session, structures: Sequence[PaperStructure]) -> dict[int, int]:
    """Return how many forms have been made from each structure, by its id."""
    counted = (
        select(AssemblyRun.paper_structure_id, func.count(Form.id))
        .join(Form, Form.assembly_run_id == AssemblyRun.id)
        .where(
            AssemblyRun.paper_structure_id.in_([each.id for each in structures]),
            AssemblyRun.pool_id.is_(None),
        )
        .group_by(AssemblyRun.paper_structure_id)
    )
    return {row[0]: row[1] for row in db.execute(counted)}


def jobs_of_runs(db: Session, runs: Sequence[AssemblyRun]) -> dict[int, Job]:
    """Return the jobs that assemble runs, by the job's id."""
    ids = [run.job_id for run in runs if run.job_id]
    return {job.id: job for job in db.scalars(select(Job).where(Job.id.in_(ids)))}


def fresh_seed() -> int:
    """Return a seed that nobody chose."""
    return secrets.randbits(SEED_BITS)


def ask_for_forms(
    db: Session, actor: Actor, structure: PaperStructure, sent: AssembleIn, *, now: datetime
) -> AssemblyRun:
    """Have forms assembled by the job process; the seed is kept, so they can be made again.

    Raises NotFoundError: ``no_such_run`` where one is to be made again; ConflictError:
    ``bank_for_practice``.
    """
    if is_for_practice(db, structure.blueprint_id):
        raise ConflictError("bank_for_practice")
    again = _made_again(db, actor, structure, sent)
    given = again[1].number if again else sent.seed
    seed = fresh_seed() if given is None else given
    run = AssemblyRun(
        paper_structure=structure,
        n_forms=again[0].n_forms if again else sent.n_forms,
        repeats=again[0] if again else None,
        created_at=now,
        created_by=actor.id,
    )
    seal_seed(db, run, Seed(seed))
    db.add(run)
    db.flush()
    job = enqueue(
        db,
        "forms.assemble",
        title=structure.title,
        payload={"run_id": run.id, "run": run.uid},
        person_id=actor.id,
        organization_id=structure.blueprint.organization_id,
        is_heavy=True,
    )
    run.job_id = job.id
    of, detail = f"assembly_run:{run.uid}", {"forms": run.n_forms}
    audit.record(db, "assemble_forms", by=actor.id, of=of, detail=detail)
    return run


def _made_again(
    db: Session, actor: Actor, structure: PaperStructure, sent: AssembleIn
) -> tuple[AssemblyRun, Seed] | None:
    if not sent.again:
        return None
    run = run_for(db, actor, sent.again)
    seed = seed_of(db, run)
    if run.paper_structure_id != structure.id or seed is None:
        raise NotFoundError("no_such_run")
    return run, seed


def form_of(run: AssemblyRun, code: str) -> Form:
    """Return a form of a run; raises NotFoundError: ``no_such_form``."""
    form = next((each for each in run.forms if each.code == code), None)
    if form is None:
        raise NotFoundError("no_such_form")
    return form


def job_of(db: Session, run: AssemblyRun) -> Job | None:
    """Return the job that assembles a run, if one was asked."""
    return db.get(Job, run.job_id) if run.job_id else None


def ask_for_print(db: Session, actor: Actor, form: Form, sent: PrintIn, *, title: str) -> Job:
    """Have a form or its key made for print; who takes a key is recorded."""
    of, detail = f"form:{form.uid}", {"language": sent.language, "file": sent.file}
    if sent.kind == "key":
        audit.record(db, "take_keys", by=actor.id, of=of, detail=detail)
    else:
        audit.record(db, "print_form", by=actor.id, of=of, detail=detail)
    return enqueue(
        db,
        PRINT,
        title=title,
        payload={"form": form.id, **sent.model_dump()},
        person_id=actor.id,
        organization_id=form.run.paper_structure.blueprint.organization_id,
    )


def print_jobs_of(db: Session, actor: Actor, form: Form, *, limit: int = 4) -> Sequence[Job]:
    """Return one's own newest documents of a form."""
    chosen = select(Job).where(Job.person_id == actor.id, Job.kind == PRINT)
    newest = db.scalars(chosen.order_by(Job.id.desc()).limit(50)).all()
    return [job for job in newest if job.payload["form"] == form.id][:limit]


def proof_jobs_of(db: Session, actor: Actor, run: AssemblyRun, *, limit: int = 1) -> Sequence[Job]:
    """Return one's own newest proof sheets of a run."""
    chosen = select(Job).where(Job.person_id == actor.id, Job.kind == PROOF)
    newest = db.scalars(chosen.order_by(Job.id.desc()).limit(50)).all()
    return [job for job in newest if job.payload["run"] == run.id][:limit]


def note_read(db: Session, actor: Actor, form: Form) -> None:
    """Record that somebody reads a form that is still in custody."""
    if form.opened_at is None:
        audit.record(db, "read_form", by=actor.id, of=f"form:{form.uid}")


def note_keys_shown(db: Session, actor: Actor, form: Form) -> None:
    """Record that somebody looked at a form's keys."""
    audit.record(db, "show_keys", by=actor.id, of=f"form:{form.uid}")
