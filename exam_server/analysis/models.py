"""Item analyses as they were computed, so that a page opens at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.db import Base, Outside
from exam_server.marking.models import MarkingRun


class AnalysisReport(Outside, Base):
    """The analysis of one marking; ``figures`` as ``exam_server.analysis.figures`` writes them.

    ``deep`` is what the long work of ``exam_server.analysis.deep`` adds.
    """

    __tablename__ = "analysis_report"

    marking_run_id: Mapped[int] = mapped_column(ForeignKey("marking_run.id"), unique=True)
    computed_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    deep: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    deepened_at: Mapped[datetime | None]

    run: Mapped[MarkingRun] = relationship()
