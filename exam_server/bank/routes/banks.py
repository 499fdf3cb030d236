"""The banks, and one bank in three panes: blueprint, list, item."""

from collections import Counter
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import comments, enemies, listing, ratings, reviewing, service, stamps, tasks
from exam_server.bank.bank_languages import usual_translations
from exam_server.bank.diffs import changes_between, facts_of_version
from exam_server.bank.figure_conditions import FIGURES
from exam_server.bank.list_order import read_place
from exam_server.bank.listing import ItemFilter, Listed
from exam_server.bank.models import Blueprint, Item, ItemVersion
from exam_server.bank.routes.desk import READERS, desk, item_of, rights_in, type_names
from exam_server.bank.routes.figures import figures_shown
from exam_server.bank.routes.list_words import (
    chips_of,
    figure_words,
    next_sort,
    used_choices,
    used_words,
)
from exam_server.bank.routes.lists import list_tools
from exam_server.bank.routes.words import advice_words, where_words
from exam_server.bank.supply import supply_tree
from exam_server.item_facts import facts_of
from exam_server.todo import local_day
from exam_server.web import current_person, needs, page
from exam_server.wording import language_words, stage_words
from itembank.items.languages import languages_of, localized
from itembank.lifecycle import next_state, way_on


@desk.get("/")
@page
@needs(*READERS)
def blueprint_list(db: Session) -> ResponseReturnValue:
    """Show the banks."""
    actor = current_person()
    return render_template(
        "bank/blueprints.html",
        banks=service.blueprints_for(db, actor),
        waiting=reviewing.waiting_in(db, actor),
        sent_back=reviewing.sent_back_to(db, actor),
        may_plan=bool(actor.roles & {"item_writer", "exam_officer"}),
        username=actor.username,
    )


@desk.get("/<uid>")
@page
@needs(*READERS)
def bank_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show ranges, items and the chosen item as a candidate sees it.

    Who comes to work off what waits finds the first of it open.
    """
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    listed = listing.items_in(db, blueprint, wanted, read_place(request.args))
    first = listed.lines[0].uid if (wanted.review or wanted.reviewer) and listed.lines else None
    item = item_of(db, actor, blueprint, request.args.get("item") or first)
    shown = item_shown(db, actor, item) if item else {}
    return render_template(
        "bank/bank.html",
        blueprint=blueprint,
        tree=supply_tree(db, blueprint),
        listed=listed,
        wanted=wanted,
        chips=chips_of(blueprint, wanted),
        types=type_names(),
        points=open_points(blueprint),
        **_list_facts(db, actor, blueprint, wanted, shown),
        waits=waits_in(db, blueprint, listed),
    )


@desk.get("/<uid>/list")
@page
@needs(*READERS)
def item_list(db: Session, uid: str) -> ResponseReturnValue:
    """Send the list alone, for a page that is already open."""
    actor = current_person()
    blueprint = service.blueprint_for(db, actor, uid)
    wanted = listing.read_filter(request.args.to_dict(flat=False))
    listed = listing.items_in(db, blueprint, wanted, read_place(request.args))
    return render_template(
        "bank/list.html",
        blueprint=blueprint,
        listed=listed,
        wanted=wanted,
        chips=chips_of(blueprint, wanted),
        types=type_names(),
        shown_uid=request.args.get("item", ""),
        **_list_facts(db, actor, blueprint, wanted, {}),
        waits=waits_in(db, blueprint, listed),
    )


@desk.get("/items/<uid>")
@page
@needs(*READERS)
def item_pane(db: Session, uid: str) -> ResponseReturnValue:
    """Send one item alone, for a page that is already open."""
    actor = current_person()
    item = service.item_for(db, actor, uid)
    return render_template(
        "bank/item.html",
        blueprint=item.blueprint,
        wanted=listing.read_filter(request.args.to_dict(flat=False)),
        place=read_place(request.args),
        **rights_in(actor, item.blueprint),
        **item_shown(db, actor, item),
    )


@desk.get("/items/<uid>/changes")
@page
@needs(*READERS)
def item_changes(db: Session, uid: str) -> ResponseReturnValue:
    """Show what changed from one version of an item to another, word by word."""
    item = service.item_for(db, current_person(), uid)
    new = request.args.get("to", item.version_number, int)
    old = request.args.get("from", new - 1, int)
    changes = changes_between(
        facts_of_version(service.version_of(db, item, old)),
        facts_of_version(service.version_of(db, item, new)),
    )
    return render_template(
        "bank/changes.html", old=old, new=new, changes=changes, _where=where_words
    )


def item_shown(db: Session, actor: Actor, item: Item) -> dict[str, Any]:
    """Return what the item's pane shows."""
    version = service.newest_version(db, item)
    language = request.args.get("language", "")
    languages = languages_of(version.content)
    content = localized(version.content, language) if language in languages else version.content
    return {
        "item": item,
        "version": version,
        "content": content,
        "explanation": explanation_in(version, language or str(get_locale())),
        "languages_said": languages,
        "language_said": language if language in languages else "",
        "enemy_codes": enemies.enemies_of(db, item),
        "saved": listing.versions_of(db, item),
        "rated": ratings.ratings_of(db, actor, item),
        **_review_facts(db, actor, item, version),
        **figures_shown(db, item, facts_of(db, actor, item.blueprint.organization_id, item.id)),
    }


def _review_facts(db: Session, actor: Actor, item: Item, version: ItemVersion) -> dict[str, Any]:
    authors = reviewing.authors_of(db, item)
    may_talk = actor.may(*comments.TALKERS, organization_id=item.blueprint.organization_id)
    said = comments.comments_of(db, item) if may_talk else []
    marks, flow = stamps.stamps_of(db, item), stamps.flow_of(db, item.blueprint_id)
    n_open = sum(each.row.resolved_at is None for each in said)
    return {
        "said": reviewing.said_of(db, item),
        "is_own": actor.id in authors,
        "stamps": marks,
        "edited": {each.stage: ", ".join(map(where_words, each.changed)) for each in marks},
        "stage": reviewing.stage_of(db, item),
        "next_step": next_state(item.state, way_on(item.state, flow.way) or "") or "",
        "is_stamped": item.state == "draft" and actor.id in stamps.standing(db, item).values(),
        "may_talk": may_talk,
        "comments": said,
        "n_open": n_open,
        "is_held_up": bool(n_open) and flow.comments_block,
        "advice": advice_words(version.type, version.content, version.key)
        if may_talk and item.state == "draft"
        else [],
        "open_places": {each.row.place for each in said if each.row.resolved_at is None},
        "places": comments.places_of(version),
        "may_resolve": {
            each.row.uid: comments.may_resolve(actor, item, each.row.said_by, authors)
            for each in said
        },
        "_where": where_words,
    }


def open_points(blueprint: Blueprint) -> list[tuple[str, str]]:
    """Return the points items may be moved to: code and name."""
    return [
        (f"{area.path}-{point.code}", point.name)
        for area in blueprint.areas
        for point in area.points
        if point.retired_reason is None
    ]


def translations_of(blueprint: Blueprint) -> list[str]:
    """Return the languages a bank's items are to be translated into."""
    more = blueprint.more_languages
    return [*(usual_translations(blueprint.language) if more is None else map(str, more))]


def waits_in(db: Session, blueprint: Blueprint, listed: Listed) -> dict[str, str]:
    """Return which review the drafts of a page of the list wait for, in words."""
    drafts = [line.uid for line in listed.lines if line.state == "draft"]
    found = stamps.next_stages(db, blueprint, drafts) if drafts else {}
    return {uid: stage_words(stage) for uid, stage in found.items()}


def flow_stages(db: Session, blueprint: Blueprint) -> tuple[str, ...]:
    """Return the reviews of a bank that has more than one."""
    stages = stamps.flow_of(db, blueprint.id).stages
    return stages if len(stages) > 1 else ()


def _list_facts(
    db: Session,
    actor: Actor,
    blueprint: Blueprint,
    wanted: ItemFilter,
    shown: dict[str, Any],
) -> dict[str, Any]:
    return {
        **list_tools(db, actor, blueprint),
        **rights_in(actor, blueprint),
        "writers": writer_choices(db, blueprint),
        "gaps": [(tag, language_words(tag)) for tag in translations_of(blueprint)],
        "stages": [(each, stage_words(each)) for each in flow_stages(db, blueprint)],
        "used_names": [(each, used_words(each)) for each in used_choices(wanted)],
        "next_sort": next_sort(wanted),
        "_local_day": local_day,
        "figure_names": [(name, figure_words(name)) for name in FIGURES],
        **shown,
    }


def writer_choices(db: Session, blueprint: Blueprint) -> list[tuple[str, str]]:
    """Return whose items the list can be narrowed to; namesakes with their user names."""
    people = tasks.writers_of(db, blueprint)
    names = Counter(each.name for each in people)
    return [
        (
            each.username,
            each.name if names[each.name] == 1 else f"{each.name} ({each.username})",
        )
        for each in people
    ]


def explanation_in(version: ItemVersion, language: str) -> str:
    """Return an item's explanation in a language that it has one in, else in its own."""
    return str((version.explanations or {}).get(language) or version.explanation)
