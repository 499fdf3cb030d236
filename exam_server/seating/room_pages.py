"""Pages of sites and rooms."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import parse
from exam_server.programmes.service import organizations_of
from exam_server.seating import rooms, sites
from exam_server.seating.models import Room, Site
from exam_server.seating.rooms import LayoutIn, RoomIn
from exam_server.seating.sites import SiteIn
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page

desk = Blueprint("rooms", __name__)


@desk.get("/")
@page
@needs("exam_officer")
def room_list(db: Session) -> ResponseReturnValue:
    """Show sites with their rooms."""
    actor = current_person()
    listed = rooms.rooms_of(db, actor)
    return render_template(
        "seating/rooms.html",
        sites=sites.sites_of(db, actor),
        rooms=listed,
        capacities={room.id: rooms.capacity_of(room) for room in listed},
    )


@desk.get("/sites/new")
@page
@needs("exam_officer")
def new_site(db: Session) -> ResponseReturnValue:
    """Show the form for a site."""
    return _site_form(db, None, {})


@desk.post("/sites/new")
@page
@needs("exam_officer")
def create_site(db: Session) -> ResponseReturnValue:
    """Create a site; its first room comes next."""
    fields = form_fields()
    try:
        site = sites.create_site(db, current_person(), parse(SiteIn, fields))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _site_form(db, None, fields, why))
    flash(gettext("The site has been created. Now add a room."), "ok")
    return redirect(url_for("seating.rooms.new_room", site=site.uid))


@desk.get("/sites/<uid>")
@page
@needs("exam_officer")
def site_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show the form that changes a site."""
    site = sites.site_for(db, current_person(), uid)
    return _site_form(db, site, {"name": site.name, "address": site.address})


@desk.post("/sites/<uid>")
@page
@needs("exam_officer")
def change_site(db: Session, uid: str) -> ResponseReturnValue:
    """Change a site's name or address."""
    actor, fields = current_person(), form_fields()
    site = sites.site_for(db, actor, uid)
    try:
        sent = parse(SiteIn, {**fields, "organization": site.organization_id})
        sites.change_site(db, actor, site, sent)
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _site_form(db, site, fields, why))
    flash(gettext("The site has been changed."), "ok")
    return redirect(url_for("seating.rooms.room_list"))


def _site_form(
    db: Session, site: Site | None, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    return render_template(
        "seating/site.html",
        site=site,
        organizations=organizations_of(db, current_person(), "exam_officer"),
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.get("/new")
@page
@needs("exam_officer")
def new_room(db: Session) -> ResponseReturnValue:
    """Show the plan editor for a new room."""
    fields = {"rows": "5", "columns": "6", "numbering": "rows", "door": "left", "cells": ""}
    return _room_editor(db, None, fields)


@desk.post("/new")
@page
@needs("exam_officer")
def create_room(db: Session) -> ResponseReturnValue:
    """Create a room."""
    fields = form_fields()
    try:
        room = rooms.create_room(db, current_person(), parse(RoomIn, fields))
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _room_editor(db, None, fields, why))
    facts = {"room": room.name, "count": rooms.capacity_of(room)}
    flash(gettext("%(room)s has been created with %(count)s seats.", **facts), "ok")
    return redirect(url_for("seating.rooms.room_list"))


@desk.get("/<uid>")
@page
@needs("exam_officer")
def room_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a room in the plan editor."""
    room = rooms.room_for(db, current_person(), uid)
    return _room_editor(db, room, rooms.layout_of(room))


@desk.post("/<uid>")
@page
@needs("exam_officer")
def save_room(db: Session, uid: str) -> ResponseReturnValue:
    """Change a room's name or plan."""
    actor, fields = current_person(), form_fields()
    room = rooms.room_for(db, actor, uid)
    try:
        saved = rooms.save_layout(db, actor, room, parse(LayoutIn, fields), now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _room_editor(db, room, fields, why))
    flash(gettext("The room has been saved."), "ok")
    if saved.to_draw:
        names = ", ".join(each.name for each in saved.to_draw)
        flash(gettext("Seats must be drawn again: %(names)s", names=names), "attention")
    return redirect(url_for("seating.rooms.room_page", uid=saved.room.uid))


def _room_editor(
    db: Session, room: Room | None, fields: dict[str, Any], refused: RefusedError | None = None
) -> str:
    return render_template(
        "seating/room.html",
        room=room,
        uses=rooms.uses_of(db, room) if room else [],
        sites=sites.sites_of(db, current_person()),
        fields=fields,
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/duplicate")
@page
@needs("exam_officer")
def duplicate_room(db: Session, uid: str) -> ResponseReturnValue:
    """Make another room with the same plan."""
    actor = current_person()
    room = rooms.room_for(db, actor, uid)
    made = rooms.duplicate_room(db, actor, room, suffix=gettext(" (copy)"))
    flash(gettext("This is the copy: give it a name of its own."), "ok")
    return redirect(url_for("seating.rooms.room_page", uid=made.uid))


@desk.post("/<uid>/retire")
@page
@needs("exam_officer")
def retire_room(db: Session, uid: str) -> ResponseReturnValue:
    """Take a room off the list."""
    actor = current_person()
    room = rooms.room_for(db, actor, uid)
    try:
        rooms.retire_room(db, actor, room, now=utcnow())
    except RefusedError as refused:
        fields = rooms.layout_of(room)
        return refused_page(db, refused, lambda why: _room_editor(db, room, fields, why))
    flash(gettext("%(room)s is no longer offered.", room=room.name), "ok")
    return redirect(url_for("seating.rooms.room_list"))
