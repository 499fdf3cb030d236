"""Every page of the results desk, by being imported here."""

from exam_server.results.routes import (
    batches,
    candidates,
    entry,
    equating,
    equating_uses,
    releasing,
    rescoring,
)
from exam_server.results.routes.desk import desk

__all__ = [
    "batches",
    "candidates",
    "desk",
    "entry",
    "equating",
    "equating_uses",
    "releasing",
    "rescoring",
]
