"""The bank of the earlier day and two parallel forms of it."""

from sqlalchemy import select

from exam_server.clock import played
from exam_server.demo.bank import add_bank
from exam_server.demo.content import miskeyed
from exam_server.demo.history.facts import BANK, PAPER, Scene, bank_in, run_in, structure_in
from exam_server.demo.papers import add_structure, solved, store_run
from exam_server.demo.played.stage import ReplayClock
from exam_server.forms.bank_pool import pool_of
from exam_server.forms.models import PaperStructure
from exam_server.programmes.models import Programme

FIRST_SEED = 20260200


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
            forms = solved(structure, pool, FIRST_SEED, miskeyed()[0])
        scene.work.progress(2, 3)
        with scene.work.writing() as db:
            own = db.get_one(PaperStructure, structure.id)
            store_run(db, own, pool, forms, now=scene.after(days=-30))
    scene.work.progress(3, 3)
