"""Pages of measurement on contact sheets: the demonstration's earlier exam day, once it stands."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Page
from sqlalchemy import func, select

from exam_server.adaptive.models import AdaptiveTrial
from exam_server.db import Database
from exam_server.demo.history.facts import batch_of, session_of
from exam_server.demo.history.practice import plan_in
from exam_server.demo.history.standards import panel_in
from exam_server.jobs import OPEN, Job
from exam_server.results.equating.models import Equating, EquatingUse
from tests.browsers import DESIGN_SIZE, EN, PHONE_SIZE, ZH, Staff

SHEETS: Final = {
    "measurement-zh-light": (ZH, DESIGN_SIZE),
    "measurement-en-light": (EN, DESIGN_SIZE),
    "measurement-zh-phone": (ZH, PHONE_SIZE),
}
WIDTHS: Final = {"measurement-zh-phone": 260}  # of a picture, where it is not the usual
LOOK_EVERY_S: Final = 1.0


def wait_for_jobs(database: Database) -> None:
    """Wait until no job waits or works: the earlier day then stands whole."""
    waiting = select(func.count()).select_from(Job).where(Job.status.in_(OPEN))
    while True:
        with database.reading() as db:
            if not db.scalar(waiting):
                return
        time.sleep(LOOK_EVERY_S)


def photograph_measurement(
    staff: Staff, database: Database, folder: Path, shot: Callable[[Page, Path, str], Path]
) -> dict[str, list[Path]]:
    """Photograph every page of measurement for each sheet; return the pictures of each."""
    found: dict[str, list[Path]] = {}
    for sheet, (language, size) in SHEETS.items():
        for name, (username, path) in addresses(database).items():
            page = staff.page_as(username, language=language, size=size)
            page.goto(path)
            found.setdefault(sheet, []).append(shot(page, folder / sheet, name))
            page.context.close()
    return found


def addresses(database: Database) -> dict[str, tuple[str, str]]:
    """Return who looks at what, by the name under the picture."""
    with database.reading() as db:
        exam_session, batch = session_of(db).uid, batch_of(db)
        plan, panel = plan_in(db), panel_in(db)
        trial = db.scalars(select(AdaptiveTrial.uid).order_by(AdaptiveTrial.id.desc())).first()
        equating = db.scalar(select(Equating.uid).where(Equating.batch_id == batch.id))
        use = db.scalar(select(EquatingUse.uid).where(EquatingUse.batch_id == batch.id))
        results = f"/results/{batch.uid}"
        return {
            "analysis": ("officer", f"/analysis/{exam_session}"),
            "models": ("officer", f"/analysis/{exam_session}?groups=sex#models"),
            "item": ("officer", f"/analysis/{exam_session}/items/B/4"),
            "alike": ("officer", f"/analysis/{exam_session}/alike"),
            "patterns": ("supervisor", f"/analysis/{exam_session}/patterns"),
            "examiners": ("officer", f"/analysis/batches/{batch.uid}/examiners"),
            "results": ("officer", results),
            "equating": ("officer", f"{results}/equating/{equating}"),
            "equated": ("officer", f"{results}/equating/uses/{use}"),
            "panel": ("officer", f"/standards/{panel.uid if panel else ''}"),
            "round": ("officer", f"/standards/{panel.uid if panel else ''}/rounds/2"),
            "plan": ("officer", f"/adaptive/{plan.uid if plan else ''}"),
            "trial": ("officer", f"/adaptive/trials/{trial}"),
        }
