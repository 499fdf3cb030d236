"""Every desk's doors in one place: pages, staff live messages, jobs and console commands."""

from collections.abc import Callable, Mapping

import click
from flask import Blueprint

from exam_server import health
from exam_server.accounts import routes as accounts_routes
from exam_server.delivery import commands as delivery_commands
from exam_server.delivery import routes as delivery_routes
from exam_server.jobs import JobFunction
from exam_server.proctoring import routes as proctoring_routes
from exam_server.proctoring import sockets as proctoring_sockets
from exam_server.web import Reply


def pages() -> list[Blueprint]:
    """Return the page blueprints of all desks."""
    return [
        health.desk,
        accounts_routes.desk,
        delivery_routes.desk,
        proctoring_routes.desk,
    ]


def cookieless() -> list[Blueprint]:
    """Return the pages that no cookie opens, so that no foreign page can misuse one."""
    return [delivery_routes.desk]


def staff_messages() -> list[Callable[..., Reply]]:
    """Return the live messages of namespace ``/proctoring``."""
    return list(proctoring_sockets.MESSAGES)


def job_functions() -> Mapping[str, JobFunction]:
    """Return the long work each desk can do, by kind."""
    return {}


def command_groups() -> list[click.Command]:
    """Return the console commands of the desks."""
    return [delivery_commands.rehearsal]
