"""Pages of adaptive practice for exam officers: plans, trials, approval, tickets."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.adaptive import charts, service, tickets
from exam_server.adaptive.models import AdaptiveTrial
from exam_server.adaptive.rules import USUAL, PlanIn
from exam_server.adaptive.tickets import IssueIn
from exam_server.clock import utcnow
from exam_server.errors import NotFoundError, RefusedError
from exam_server.forms import service as forms
from exam_server.forms.practice_banks import is_for_practice
from exam_server.inputs import parse
from exam_server.jobs import error_of
from exam_server.web import (
    current_person,
    form_fields,
    needs,
    page,
    refusal,
    refused_page,
    sentence,
    settings,
)

desk = Blueprint("adaptive", __name__, url_prefix="/adaptive")
BIAS_HIGH, RMSE_HIGH = 1.0, 1.2  # ends of the pictures, the same for every trial


@desk.get("/")
@page
@needs("exam_officer")
def plan_list(db: Session) -> ResponseReturnValue:
    """Show the plans and how each stands."""
    actor = current_person()
    plans = service.plans_of(db, actor)
    return render_template(
        "adaptive/plans.html",
        plans=[(plan, service.standing_of(db, plan)) for plan in plans],
        structures=forms.structures_of(db, actor),
    )


@desk.get("/new")
@page
@needs("exam_officer")
def new_plan(db: Session) -> ResponseReturnValue:
    """Show the form of a plan, filled in with usual figures or those of an earlier plan."""
    begun: dict[str, Any] = dict(USUAL)
    copied = request.args.get("copy")
    if copied:
        plan = service.plan_for(db, current_person(), copied)
        begun |= {**plan.rules, "title": plan.title, "structure": plan.structure.uid}
    begun |= {name: request.args[name] for name in ("structure",) if name in request.args}
    return _plan_form(db, begun)


def _plan_form(db: Session, fields: dict[str, Any], refused: RefusedError | None = None) -> str:
    return render_template(
        "adaptive/new_plan.html",
        fields=fields,
        structures=[
            (each.uid, f"{each.title} · {each.blueprint.title}")
            for each in forms.structures_of(db, current_person())
        ],
        selections=_selections(),
        stops=_stops(),
        refused=refusal(refused) if refused else None,
    )


@desk.post("/new")
@page
@needs("exam_officer")
def create_plan(db: Session) -> ResponseReturnValue:
    """Write a plan down."""
    actor, fields = current_person(), form_fields()
    try:
        structure = forms.structure_for(db, actor, fields.get("structure", ""))
        given = {name: value for name, value in fields.items() if name != "structure"}
        plan = service.create_plan(db, actor, structure, parse(PlanIn, given), now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _plan_form(db, fields, why))
    return redirect(url_for("adaptive.plan_page", uid=plan.uid))


@desk.get("/<uid>")
@page
@needs("exam_officer")
def plan_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a plan: how it stands, its trials, what can be done next."""
    return _plan_page(db, uid)


def _plan_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    actor = current_person()
    plan = service.plan_for(db, actor, uid)
    standing = service.standing_of(db, plan)
    trials = service.trials_of(db, plan)
    return render_template(
        "adaptive/plan.html",
        plan=plan,
        standing=standing,
        approval=service.approval_of(db, plan),
        trials=[(trial, service.job_of(db, trial)) for trial in trials],
        is_open=is_for_practice(db, plan.structure.blueprint_id),
        may_approve=standing.trial is not None
        and actor.id not in {plan.created_by, standing.trial.asked_by},
        figures=tickets.figures_of(db, plan),
        fields={"count": "10", **form_fields()},
        selections=dict(_selections()),
        stops=dict(_stops()),
        refused=refusal(refused) if refused else None,
    )


@desk.post("/<uid>/<act>")
@page
@needs("exam_officer")
def act_on_plan(db: Session, uid: str, act: str) -> ResponseReturnValue:
    """Have a plan tried out, open its bank for practice, switch it on or off."""
    actor, now, fields = current_person(), utcnow(), form_fields()
    plan, reason = service.plan_for(db, actor, uid), fields.get("reason", "")
    try:
        if act == "trial":
            is_supposed = fields.get("basis") == "supposed"
            trial = service.ask_for_trial(db, actor, plan, is_supposed=is_supposed, now=now)
            return redirect(url_for("adaptive.trial_page", uid=trial.uid))
        if act == "open-bank":
            service.open_bank(db, actor, plan, reason=reason, now=now)
        elif act == "approve":
            service.approve(db, actor, plan, now=now)
        elif act == "switch-off":
            service.switch_off(db, actor, plan, reason=reason, now=now)
        else:
            raise NotFoundError("no_such_plan")
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _plan_page(db, uid, why))
    return redirect(url_for("adaptive.plan_page", uid=uid))


@desk.post("/<uid>/tickets")
@page
@needs("exam_officer")
def issue(db: Session, uid: str) -> ResponseReturnValue:
    """Issue practice tickets and show them with their codes, this once."""
    actor = current_person()
    plan = service.plan_for(db, actor, uid)
    try:
        sent = parse(IssueIn, form_fields())
        issued = tickets.issue_tickets(
            db, actor, plan, sent.count, secret=settings().secret, now=utcnow()
        )
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _plan_page(db, uid, why))
    address = url_for("practice.practice_page", _external=True)
    return render_template("adaptive/issued.html", plan=plan, issued=issued, address=address)


@desk.get("/trials/<uid>")
@page
@needs("exam_officer")
def trial_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show what a trial found, or how far it is."""
    trial = service.trial_for(db, current_person(), uid)
    job = service.job_of(db, trial)
    return render_template(
        "adaptive/trial.html",
        trial=trial,
        job=job,
        error=error_of(db, job) if job else {},
        is_own_job=job is not None and job.person_id == current_person().id,
        charts=_charts(trial),
        say=sentence,
    )


def _charts(trial: AdaptiveTrial) -> dict[str, charts.Chart]:
    found = trial.result
    if found is None:
        return {}
    rows, fixed = found["abilities"], (found["fixed"] or {}).get("abilities", [])
    most = float(trial.plan.rules["most"])
    ends = {"bias": (-BIAS_HIGH, BIAS_HIGH), "rmse": (0.0, RMSE_HIGH), "length": (0.0, most)}
    made = {
        what: charts.by_ability(rows, fixed, what, cut=found["cut"], low=low, high=high)
        for what, (low, high) in ends.items()
    }
    limit = trial.plan.rules["exposure"] / 100
    return made | {"exposure": charts.exposures(found["population"]["exposures"], limit)}


def _selections() -> list[tuple[str, str]]:
    return [
        ("shadow", gettext("Shadow test: the best item that keeps the blueprint")),
        (
            "randomesque",
            gettext("Randomesque: one of the most informative items, blueprint not kept"),
        ),
        ("maximum", gettext("Maximum information, blueprint not kept")),
    ]


def _stops() -> list[tuple[str, str]]:
    return [
        ("precision", gettext("when the standard error is small enough")),
        (
            "decision",
            gettext("when it is decided on which side of the cut the ability lies (SPRT)"),
        ),
        ("length", gettext("at the greatest length only")),
    ]
