"""Every page of the results desk, by being imported here."""

from exam_server.results.routes import batches, candidates, entry
from exam_server.results.routes.desk import desk

__all__ = ["batches", "candidates", "desk", "entry"]
