"""What a preview was computed from, as a hash: it holds while this is the same."""

import hashlib
import json
from dataclasses import asdict

from sqlalchemy.orm import Session

from exam_server.batches.models import Batch
from exam_server.marking.papers import state_of
from exam_server.marking.service import exam_sessions_in, newest_run
from exam_server.results.verdicts import verdicts
from exam_server.written.gathering import state_of_marks


def basis_of(db: Session, batch: Batch) -> str:
    """Return a hash of the markings, papers, persons' marks and verdicts of a batch."""
    facts: list[object] = []
    for exam_session in exam_sessions_in(db, batch):
        run = newest_run(db, exam_session.id)
        state = state_of(db, exam_session.id) | state_of_marks(db, exam_session.id)
        facts.append([run.uid if run else None, sorted(map(str, state))])
    facts += [asdict(each) for each in verdicts(db, batch)]
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()
