"""Points of a blueprint merged and split: shown before, done together with their items."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam_server.actors import Actor
from exam_server.bank import blueprint_regrouping, service
from exam_server.bank.blueprint_changes import items_at
from exam_server.bank.blueprint_regrouping import Merge, NewPoint, Split, seal_of_rows
from exam_server.bank.models import Blueprint
from exam_server.bank.routes.desk import desk
from exam_server.bank.writing import point_of
from exam_server.clock import utcnow
from exam_server.errors import RefusedError
from exam_server.inputs import In, parse
from exam_server.web import current_person, form_fields, needs, page, refusal, refused_page
from itembank.blueprint import IMPORTANCE
from itembank.blueprint_layout import POINT_DIGITS

PLANNERS = ("item_writer", "exam_officer")
MOST_PARTS = 4
SHOWN = 300  # items whose way is asked; more stay, and can be moved from the list


class MergeIn(In):
    """Which point one goes into, and what the blueprint said when it was shown."""

    into: str
    seen: str


@desk.get("/<uid>/blueprint/points/<at>/merge")
@page
@needs(*PLANNERS)
def merge_page(db: Session, uid: str, at: str) -> ResponseReturnValue:
    """Ask into which point one is merged, and show what that would do."""
    _, blueprint = _planned(db, uid)
    into = request.args.get("into", "")
    merger, refused = None, None
    if into:
        try:
            merger = blueprint_regrouping.merger_of(db, blueprint, [at], into)
        except RefusedError as why:
            refused = refusal(why)
    return render_template(
        "bank/blueprint_merge.html",
        blueprint=blueprint,
        at=at,
        into=into,
        point=point_of(blueprint, at),
        points=_open_points(blueprint, at),
        merger=merger,
        refused=refused,
        seen=seal_of_rows(blueprint),
    )


@desk.post("/<uid>/blueprint/points/<at>/merge")
@page
@needs(*PLANNERS)
def merge_points(db: Session, uid: str, at: str) -> ResponseReturnValue:
    """Give a point's items to another one and delete it."""
    actor, blueprint = _planned(db, uid)
    sent = parse(MergeIn, form_fields())
    wanted = Merge([at], sent.into, sent.seen)
    n = blueprint_regrouping.merge_points(db, actor, blueprint, wanted, now=utcnow())
    flash(
        ngettext(
            "%(a)s has been merged into %(b)s; %(num)s item re-tagged.",
            "%(a)s has been merged into %(b)s; %(num)s items re-tagged.",
            n,
            a=at,
            b=sent.into,
        ),
        "ok",
    )
    return redirect(url_for("bank.blueprint_page", uid=uid, at=sent.into))


@desk.get("/<uid>/blueprint/points/<at>/split")
@page
@needs(*PLANNERS)
def split_page(db: Session, uid: str, at: str) -> ResponseReturnValue:
    """Ask into which new points one is split, and which item goes where."""
    _, blueprint = _planned(db, uid)
    return _split_page(db, blueprint, at, {})


@desk.post("/<uid>/blueprint/points/<at>/split")
@page
@needs(*PLANNERS)
def split_point(db: Session, uid: str, at: str) -> ResponseReturnValue:
    """Show what a split would do, or do it when it was shown."""
    actor, blueprint = _planned(db, uid)
    fields = form_fields()
    wanted = Split(at, _parts(fields), _goes(fields), str(fields.get("seen", "")))
    try:
        if fields.get("step") != "take":
            blueprint_regrouping.check_split(blueprint, at, wanted.parts)
            return _split_page(db, blueprint, at, fields, wanted=wanted)
        counts = blueprint_regrouping.split_point(db, actor, blueprint, wanted, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _again(db, uid, at, fields, why))
    told = "、".join(f"{code} {count}" for code, count in counts.items())
    flash(
        gettext("%(code)s has been split; items of the new points: %(told)s.", code=at, told=told),
        "ok",
    )
    return redirect(url_for("bank.blueprint_page", uid=uid, at=at))


def _again(db: Session, uid: str, at: str, fields: Mapping[str, Any], refused: RefusedError) -> str:
    _, blueprint = _planned(db, uid)
    return _split_page(db, blueprint, at, fields, refused=refused)


def _split_page(
    db: Session,
    blueprint: Blueprint,
    at: str,
    fields: Mapping[str, Any],
    *,
    wanted: Split | None = None,
    refused: RefusedError | None = None,
) -> str:
    point = point_of(blueprint, at)
    items = blueprint_regrouping.items_to_split(db, point, most=SHOWN)
    goes = dict(wanted.goes) if wanted else _goes(fields)
    return render_template(
        "bank/blueprint_split.html",
        blueprint=blueprint,
        at=at,
        point=point,
        items=items,
        n_items=items_at(db, point),
        free=_free_codes(blueprint, at),
        counts=Counter(goes.values()),
        parts=wanted.parts if wanted else (),
        fields=dict(fields),
        most=MOST_PARTS,
        refused=refusal(refused) if refused else None,
        seen=str(fields.get("seen") or seal_of_rows(blueprint)),
    )


def _parts(fields: Mapping[str, Any]) -> list[NewPoint]:
    """Return the new points that were named; rows without code and name are none."""
    parts = []
    for number in range(1, MOST_PARTS + 1):
        code, name, importance = (
            str(fields.get(f"{column}_{number}", "")).strip()
            for column in ("code", "name", "importance")
        )
        if name:
            parts.append(NewPoint(code, name, importance if importance in IMPORTANCE else ""))
    return parts


def _goes(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return to which new point each item goes, by its uid; those that stay are left out."""
    codes = {
        str(number): str(fields.get(f"code_{number}", "")).strip()
        for number in range(1, MOST_PARTS + 1)
    }
    goes = {}
    for name, value in fields.items():
        if name.startswith("item:") and codes.get(str(value)):
            goes[name.removeprefix("item:")] = codes[str(value)]
    return goes


def _free_codes(blueprint: Blueprint, at: str) -> list[str]:
    """Return codes that are free in a point's range."""
    own = [point.code for point in point_of(blueprint, at).area.points]
    last = max((int(code) for code in own if code.isdecimal()), default=0)
    return [f"{last + each:0{POINT_DIGITS}}" for each in range(1, MOST_PARTS + 1)]


def _open_points(blueprint: Blueprint, at: str) -> list[tuple[str, str]]:
    """Return the points another one can be merged into."""
    return [
        (f"{area.path}-{point.code}", point.name)
        for area in sorted(blueprint.areas, key=lambda area: area.path)
        for point in area.points
        if point.retired_reason is None and f"{area.path}-{point.code}" != at
    ]


def _planned(db: Session, uid: str) -> tuple[Actor, Blueprint]:
    actor = current_person()
    return actor, service.blueprint_for(db, actor, uid, *PLANNERS)
