"""Assembly as long work."""

from typing import Any

from exam_server.forms.assembling import pool_of, solve, store_forms
from exam_server.forms.models import AssemblyRun
from exam_server.jobs import Work

STEPS = 3  # the bank is read, the solver asked, the forms stored


def assemble_forms(work: Work) -> dict[str, Any]:
    """Solve outside any transaction, then store the forms or the shortages in one."""
    run_id = work.payload["run_id"]
    work.progress(0, STEPS)
    with work.reading() as db:
        run = db.get_one(AssemblyRun, run_id)
        structure, n_forms, seed = run.paper_structure, run.n_forms, int(run.seed)
        pool = pool_of(db, structure.blueprint)
    work.progress(1, STEPS)
    found = solve(structure, [item for item, _ in pool], n_forms, seed)
    work.progress(2, STEPS)
    with work.writing() as db:
        run = db.get_one(AssemblyRun, run_id)
        store_forms(db, run, found, pool)
        result = {"run": run.uid, "forms": len(run.forms), **(run.result or {})}
    work.progress(STEPS, STEPS)
    return result


JOBS = {"forms.assemble": assemble_forms}
