"""Every desk's doors in one place: pages, staff live messages, jobs and console commands."""

from collections.abc import Callable, Mapping

import click
from flask import Blueprint

from exam_server.accounts import routes as accounts_routes
from exam_server.jobs import JobFunction
from exam_server.web import Reply


def pages() -> list[Blueprint]:
    """Return the page blueprints of all desks."""
    return [accounts_routes.desk]


def staff_messages() -> list[Callable[..., Reply]]:
    """Return the live messages of namespace ``/proctoring``."""
    return []


def job_functions() -> Mapping[str, JobFunction]:
    """Return the long work each desk can do, by kind."""
    return {}


def command_groups() -> list[click.Command]:
    """Return the console commands of the desks."""
    return []
