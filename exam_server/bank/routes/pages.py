"""All pages of the bank: importing this makes them stand under the desk."""

from exam_server.bank.routes import banks, blueprints, exports, imports, items, reviews
from exam_server.bank.routes.desk import desk

__all__ = ["banks", "blueprints", "desk", "exports", "imports", "items", "reviews"]
