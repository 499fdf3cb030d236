"""The live lane of one web process: its store, journal and live facts, shared by its handlers."""

from dataclasses import dataclass, field
from datetime import datetime

from exam_server.config import Settings
from exam_server.db import Database
from exam_server.delivery.giver import Due
from exam_server.delivery.held_lines import HeldLines
from exam_server.delivery.journal import Journal
from exam_server.delivery.journal_writing import Batch
from exam_server.delivery.live_facts import LiveFacts


@dataclass
class Lane:
    """What a seat's message needs, outside any Flask context."""

    settings: Settings
    database: Database
    facts: LiveFacts = field(default_factory=LiveFacts)
    journal: Journal = field(init=False)
    due: Due = field(default_factory=Due)
    announced_read_at: datetime | None = None

    def __post_init__(self) -> None:
        """Let the journal tell the live facts what it has written."""
        if self.settings.workers > 1:
            self.facts.held = HeldLines(self.settings.process)
            self.facts.contacts.process = self.settings.process
        self.journal = Journal(self.database, self._note)

    def _note(self, batch: Batch) -> None:
        for room_run_id, sitting_ids in batch.changed.items():
            self.facts.touch(room_run_id, sitting_ids)
        for room_run_id, sittings in batch.answering.items():
            self.facts.touch_answers(room_run_id, sittings)
        for sitting_id, answers in batch.answers.items():
            self.facts.note_answers(sitting_id, answers)
        if batch.confirmed:
            self.due.add(batch.confirmed)
