"""Every desk's doors in one place: its pages, live messages and facts for other desks."""

from collections.abc import Callable

from flask import Blueprint
from sqlalchemy.orm import Session

from exam_server import components, health, job_pages, metrics
from exam_server.accounts import people_routes
from exam_server.accounts import routes as accounts_routes
from exam_server.accounts import todos as accounts_todos
from exam_server.adaptive import routes as adaptive_routes
from exam_server.adaptive import seat_routes as practice_routes
from exam_server.analysis import exposure as analysis_exposure
from exam_server.analysis import routes as analysis_routes
from exam_server.bank import programme_facts as bank_programmes
from exam_server.bank import todos as bank_todos
from exam_server.bank.routes import pages as bank_pages
from exam_server.batches import programme_facts as batches_programmes
from exam_server.batches import routes as batches_routes
from exam_server.batches import todos as batches_todos
from exam_server.batches.steps import StepsOf
from exam_server.delivery import ready_pages
from exam_server.delivery import routes as delivery_routes
from exam_server.delivery.notices import time_notices
from exam_server.forms import item_facts as forms_facts
from exam_server.forms import programme_facts as forms_programmes
from exam_server.forms import routes as forms_routes
from exam_server.forms import supply_facts as forms_supply
from exam_server.forms import todos as forms_todos
from exam_server.https import pages as https_pages
from exam_server.item_facts import Provider
from exam_server.marking import item_facts as marking_facts
from exam_server.marking import todos as marking_todos
from exam_server.oversight import routes as oversight_routes
from exam_server.proctoring import routes as proctoring_routes
from exam_server.proctoring import sockets as proctoring_sockets
from exam_server.proctoring import todos as proctoring_todos
from exam_server.programme_facts import Provider as ProgrammeProvider
from exam_server.programmes import routes as programmes_routes
from exam_server.result_facts import HasResult
from exam_server.results import sitting_facts as results_facts
from exam_server.results import standing as results_standing
from exam_server.results import todos as results_todos
from exam_server.results.routes import pages as results_routes
from exam_server.seating import routes as seating_routes
from exam_server.seating import todos as seating_todos
from exam_server.seating.set_uses import uses_of
from exam_server.seating.steps import seating_steps
from exam_server.set_facts import SetUses
from exam_server.sitting_facts import Provider as SittingProvider
from exam_server.standards import programme_facts as standards_programmes
from exam_server.standards import todos as standards_todos
from exam_server.standards.routes import pages as standards_pages
from exam_server.supply_facts import Provider as SupplyProvider
from exam_server.todo import TodoList
from exam_server.web import Reply
from exam_server.written import todos as written_todos
from exam_server.written.routes import pages as written_pages


def pages() -> list[Blueprint]:
    """Return the page blueprints of all desks."""
    return [
        health.desk,
        metrics.desk,
        https_pages.desk,
        job_pages.desk,
        components.desk,
        accounts_routes.desk,
        people_routes.desk,
        programmes_routes.desk,
        bank_pages.desk,
        batches_routes.desk,
        forms_routes.desk,
        adaptive_routes.desk,
        practice_routes.desk,
        seating_routes.desk,
        delivery_routes.desk,
        ready_pages.desk,
        ready_pages.seats,
        proctoring_routes.desk,
        written_pages.desk,
        analysis_routes.desk,
        results_routes.desk,
        standards_pages.desk,
        oversight_routes.desk,
    ]


def cookieless() -> list[Blueprint]:
    """Return the pages that no cookie opens, so that no foreign page can misuse one."""
    return [delivery_routes.desk, practice_routes.desk, ready_pages.seats]


def staff_messages() -> list[Callable[..., Reply]]:
    """Return the live messages of namespace ``/proctoring``."""
    return list(proctoring_sockets.MESSAGES)


def batch_steps() -> list[StepsOf]:
    """Return what later desks add to the steps of a batch, in their order."""
    return [seating_steps]


def todo_lists() -> list[TodoList]:
    """Return what each desk knows to wait for a person."""
    return [
        accounts_todos.todos,
        bank_todos.todos,
        batches_todos.todos,
        forms_todos.todos,
        seating_todos.todos,
        proctoring_todos.todos,
        written_todos.todos,
        marking_todos.todos,
        results_todos.todos,
        standards_todos.todos,
    ]


def page_notices() -> list[Callable[[Session], list[str]]]:
    """Return what every staff page must say: something is wrong with the server itself."""
    return [time_notices]


def item_facts() -> list[Provider]:
    """Return what later desks tell the bank of an item."""
    return [
        forms_facts.item_uses,
        marking_facts.item_figures,
        analysis_exposure.item_exposure,
    ]


def supply_facts() -> SupplyProvider:
    """Return how the bank learns what papers ask of it."""
    return forms_supply.paper_facts


def programme_facts() -> list[ProgrammeProvider]:
    """Return what later desks tell the programmes of themselves."""
    return [
        bank_programmes.programme_banks,
        forms_programmes.programme_papers,
        batches_programmes.programme_batches,
        standards_programmes.programme_standards,
    ]


def sitting_facts() -> list[SittingProvider]:
    """Return what later desks tell of a sitting on its timeline."""
    return [results_facts.result_facts]


def has_result() -> HasResult:
    """Return how earlier desks ask whether a result stands."""
    return results_standing.has_result


def set_uses() -> SetUses:
    """Return how the papers learn where fixed sets were used."""
    return uses_of
