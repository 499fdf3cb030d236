"""The bank of the earlier day and two parallel forms of it."""

from sqlalchemy import select

from exam_server.clock import played
from exam_server.demo.bank import add_bank
from exam_server.demo.content import miskeyed
from exam_server.demo.history.facts import BANK, PAPER, Scene, bank_in, run_in, structure_in
from exam_server.demo.papers import MOST_TRIES, add_structure
from exam_server.demo.played.stage import ReplayClock
from exam_server.errors import ConflictError
from exam_server.forms.assembling import solve, store_forms
from exam_server.forms.bank_pool import Pool, pool_of
from exam_server.forms.custody import Seed, seal_seed
from exam_server.forms.models import AssemblyRun, PaperStructure
from exam_server.programmes.models import Programme
from itembank.assembly import Assembly

FIRST_SEED = 20260201
N_FORMS = 2


def make_paper(scene: Scene) -> None:
    """Add the bank, its structure and the forms; the solver works outside any transaction."""
    at = scene.after(days=-60)
    with played(ReplayClock(at)):
        with scene.work.writing() as db:
            if bank_in(db) is None:
                here = Programme.organization_id == scene.office(db).organization.id
                programme = db.scalars(select(Programme).where(here).limit(1)).one()
                bank = add_bank(db, programme, title=BANK, now=at)
                add_structure(db, bank, title=PAPER, now=at)
        scene.work.progress(1, 3)
        with scene.work.reading() as db:
            structure = structure_in(db)
            if structure is None or run_in(db) is not None:
                return
            pool = pool_of(db, structure)
            seed, found = _forms(structure, pool)
        scene.work.progress(2, 3)
        with scene.work.writing() as db:
            run = AssemblyRun(
                paper_structure=db.get_one(PaperStructure, structure.id),
                n_forms=N_FORMS,
                created_at=scene.after(days=-30),
            )
            seal_seed(db, run, Seed(seed, is_keyed=False))
            db.add(run)
            db.flush()
            store_forms(db, run, found, pool)
    scene.work.progress(3, 3)


def _forms(structure: PaperStructure, pool: Pool) -> tuple[int, Assembly]:
    """Return two forms of which one holds the item with the wrong key."""
    items = [item for item, _ in pool]
    for seed in range(FIRST_SEED, FIRST_SEED + MOST_TRIES):
        found = solve(structure, items, N_FORMS, seed)
        if isinstance(found, Assembly) and any(miskeyed()[0] in form for form in found.forms):
            return seed, found
    raise ConflictError("no_forms")
