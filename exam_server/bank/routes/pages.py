"""All pages of the bank: importing this makes them stand under the desk."""

from exam_server.bank.routes import (
    banks,
    blueprint_rows,
    blueprint_versions,
    blueprints,
    duplicates,
    exports,
    imports,
    items,
    lists,
    ratings,
    regrouping,
    reviews,
    supply,
    tasks,
)
from exam_server.bank.routes.desk import desk

__all__ = [
    "banks",
    "blueprint_rows",
    "blueprint_versions",
    "blueprints",
    "desk",
    "duplicates",
    "exports",
    "imports",
    "items",
    "lists",
    "ratings",
    "regrouping",
    "reviews",
    "supply",
    "tasks",
]
