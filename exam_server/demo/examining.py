"""Two examiners out of four at every task of the practical part, one of them severe."""

from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from exam_server.analysis.examiners.figures import lot_figures
from exam_server.analysis.examiners.ratings import Scope, lots_of
from exam_server.analysis.examiners.reporting import store_report
from exam_server.analysis.examiners.sheets import enter_sheet
from exam_server.batches.models import Batch
from exam_server.batches.service import registrations_of
from exam_server.demo.office import SEED, Office
from exam_server.marking.component_marks import component_marks
from exam_server.seating.models import ExamSession
from exam_server.tables_in import SheetRow

TASKS = (("照明电路安装", 60, -2.0), ("电动机故障排除", 40, 3.0))  # full mark, how much easier
EXAMINERS = (("考评员甲", -5.0), ("考评员乙", 1.0), ("考评员丙", 2.5), ("考评员丁", 1.5))
OF_THE_TASK, OF_THE_MARK = 5.0, 3.0  # standard deviations, in points of 100


def add_single_marks(db: Session, office: Office, batch: Batch, *, now: datetime) -> None:
    """Enter what each examiner gave, about the practical mark that stands."""
    rng = np.random.default_rng(SEED)
    standing = component_marks(db, batch)
    rows: list[SheetRow] = []
    for registration in registrations_of(db, batch):
        mark = standing.get(registration.id, {}).get("practical")
        if mark is None:
            continue
        for task, full, easier in TASKS:
            shown = float(mark) + easier + rng.normal(0, OF_THE_TASK)
            for at in rng.permutation(len(EXAMINERS))[:2]:
                name, gives = EXAMINERS[at]
                share = np.clip(shown + gives + rng.normal(0, OF_THE_MARK), 0, 100) / 100
                cells = {
                    "ticket": registration.ticket,
                    "examiner": name,
                    "task": task,
                    "mark": f"{round(float(share) * full * 2) / 2:g}",
                    "max_mark": str(full),
                }
                rows.append(SheetRow(len(rows) + 2, cells))
    enter_sheet(db, office.officer, batch, rows, now=now)


def compare_examiners(db: Session, office: Office, scope: Scope, *, now: datetime) -> None:
    """Keep how the examiners of a batch or an exam session mark."""
    figures = {"components": [lot_figures(lot, lambda: None) for lot in lots_of(db, scope)]}
    store_report(db, scope, figures, by=office.officer.id, now=now)


def compare_markers(
    db: Session, office: Office, exam_session: ExamSession, *, now: datetime
) -> None:
    """Keep how those who mark the written answers of an exam session mark."""
    scope = Scope(db.get_one(Batch, exam_session.batch_id), exam_session)
    compare_examiners(db, office, scope, now=now)
