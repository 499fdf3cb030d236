"""Every page of the standards desk, by being imported here."""

from exam_server.standards.routes import members, panels, rounds
from exam_server.standards.routes.desk import desk

__all__ = ["desk", "members", "panels", "rounds"]
