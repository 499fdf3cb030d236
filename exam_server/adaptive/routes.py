"""Pages of practice for exam officers: plans, trials, approval, tickets."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam_server.adaptive import charts, service, tickets
from exam_server.adaptive.drawing import shortage_of
from exam_server.adaptive.models import RANDOM, AdaptivePlan, AdaptiveTrial
from exam_server.adaptive.random_plans import create_random_plan
from exam_server.adaptive.rules import (
    USUAL,
    USUAL_RANDOM,
    PlanIn,
    RandomPlanIn,
    is_for_tests,
    review_in,
)
from exam_server.adaptive.standings import Standing, approval_of, standing_of, standings_of
from exam_server.adaptive.tickets import IssueIn
from exam_server.adaptive.wording import estimates, selections, shorts, stops, uses
from exam_server.clock import utcnow
from exam_server.errors import NotFoundError, RefusedError
from exam_server.forms import service as forms
from exam_server.forms.models import PaperStructure
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
    standings = standings_of(db, plans)
    return render_template(
        "adaptive/plans.html",
        plans=[(plan, standings[plan.id]) for plan in plans],
        structures=forms.structures_of(db, actor),
    )


@desk.get("/new")
@page
@needs("exam_officer")
def new_plan(db: Session) -> ResponseReturnValue:
    """Show the form of an adaptive plan: usual figures, or those of an earlier plan."""
    return _plan_form(db, _begun(db, USUAL))


@desk.get("/new-random")
@page
@needs("exam_officer")
def new_random_plan(db: Session) -> ResponseReturnValue:
    """Show the form of a plan of random papers."""
    return _random_form(db, _begun(db, USUAL_RANDOM))


def _begun(db: Session, usual: Mapping[str, Any]) -> dict[str, Any]:
    begun: dict[str, Any] = dict(usual)
    copied = request.args.get("copy")
    if copied:
        plan = service.plan_for(db, current_person(), copied)
        kept = {"title": plan.title, "structure": plan.structure.uid}
        begun |= {**plan.rules, "review": review_in(plan.rules), **kept}
    return begun | {name: request.args[name] for name in ("structure",) if name in request.args}


def _plan_form(db: Session, fields: dict[str, Any], refused: RefusedError | None = None) -> str:
    choices = {
        "selections": selections(),
        "stops": stops(),
        "uses": uses(),
        "estimates": estimates(),
        "shorts": shorts(),
    }
    return _form(db, "adaptive/new_plan.html", fields, refused, **choices)


def _random_form(db: Session, fields: dict[str, Any], refused: RefusedError | None = None) -> str:
    return _form(db, "adaptive/new_random_plan.html", fields, refused)


def _form(
    db: Session,
    template: str,
    fields: dict[str, Any],
    refused: RefusedError | None,
    **choices: list[tuple[str, str]],
) -> str:
    return render_template(
        template,
        fields=fields,
        structures=[
            (each.uid, f"{each.title} · {each.blueprint.title}")
            for each in forms.structures_of(db, current_person())
        ],
        reviews=_reviews(),
        refused=refusal(refused) if refused else None,
        **choices,
    )


@desk.post("/new")
@page
@needs("exam_officer")
def create_plan(db: Session) -> ResponseReturnValue:
    """Write an adaptive plan down."""
    actor, fields = current_person(), form_fields()
    try:
        structure, given = _given(db, fields)
        plan = service.create_plan(db, actor, structure, parse(PlanIn, given), now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _plan_form(db, fields, why))
    return redirect(url_for("adaptive.plan_page", uid=plan.uid))


@desk.post("/new-random")
@page
@needs("exam_officer")
def write_random_plan(db: Session) -> ResponseReturnValue:
    """Write a plan of random papers down."""
    actor, fields = current_person(), form_fields()
    try:
        structure, given = _given(db, fields)
        sent = parse(RandomPlanIn, given)
        plan = create_random_plan(db, actor, structure, sent, now=utcnow())
    except RefusedError as refused:
        return refused_page(db, refused, lambda why: _random_form(db, fields, why))
    return redirect(url_for("adaptive.plan_page", uid=plan.uid))


def _given(db: Session, fields: dict[str, str]) -> tuple[PaperStructure, dict[str, str]]:
    structure = forms.structure_for(db, current_person(), fields.get("structure", ""))
    return structure, {name: value for name, value in fields.items() if name != "structure"}


@desk.get("/<uid>")
@page
@needs("exam_officer")
def plan_page(db: Session, uid: str) -> ResponseReturnValue:
    """Show a plan: how it stands, its trials, what can be done next."""
    return _plan_page(db, uid)


def _plan_page(db: Session, uid: str, refused: RefusedError | None = None) -> str:
    actor = current_person()
    plan = service.plan_for(db, actor, uid)
    standing = standing_of(db, plan)
    facts = {
        "plan": plan,
        "standing": standing,
        "approval": approval_of(db, plan),
        "is_open": is_for_practice(db, plan.structure.blueprint_id),
        "figures": tickets.figures_of(db, plan),
        "fields": {"count": "10", **form_fields()},
        "review": dict(_reviews())[review_in(plan.rules)],
        "refused": refusal(refused) if refused else None,
    }
    if plan.kind == RANDOM:
        shortage = shortage_of(db, plan)
        return render_template("adaptive/random_plan.html", shortage=shortage, **facts)
    return render_template("adaptive/plan.html", **facts, **_trial_facts(db, plan, standing))


def _trial_facts(db: Session, plan: AdaptivePlan, standing: Standing) -> dict[str, Any]:
    trial, actor = standing.trial, current_person()
    return {
        "trials": [(each, service.job_of(db, each)) for each in service.trials_of(db, plan)],
        "may_approve": trial is not None and actor.id not in {plan.created_by, trial.asked_by},
        "selections": dict(selections()),
        "stops": dict(stops()),
        "uses": dict(uses()),
        "estimates": dict(estimates()),
        "shorts": dict(shorts()),
        "is_for_tests": is_for_tests(plan.rules),
    }


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


def _reviews() -> list[tuple[str, str]]:
    return [
        ("each", gettext("at once, after each item; an answer then stands")),
        ("end", gettext("at the end, all items together")),
        ("never", gettext("never: only the result is shown")),
    ]
