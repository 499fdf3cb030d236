"""The console command ``demo``: load the sample data, print how to sign in."""

import csv
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts.models import Person
from exam_server.accounts.passwords import hash_password
from exam_server.clock import utcnow
from exam_server.commanding import command
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.demo import exam_day
from exam_server.demo.exam_day import Planner
from exam_server.demo.programme import (
    ORGANIZATION,
    PASSWORD,
    STAFF,
    add_bank,
    add_organization,
    add_programme,
    add_staff,
)
from exam_server.programmes.models import Organization

SHOWN_TICKETS = 3


@click.command("demo")
@command
def demo(settings: Settings, database: Database) -> None:
    """Load the sample programme, unless it is there, and an exam session to be sat."""
    tickets = settings.var / "demo-tickets.csv"
    with database.writing() as db:
        owner = db.scalar(select(Organization).where(Organization.code == ORGANIZATION))
        owner = owner or load_programme(db)
        if exam_day.open_exam_session(db) is None:
            officer = db.scalars(select(Person).where(Person.username == "officer")).one()
            planner = Planner(officer, owner, settings.secret, utcnow())
            exam_day.write_tickets(tickets, exam_day.add_exam_day(db, planner))
    show_sign_ins(f"http://{settings.host}:{settings.port}", tickets)


def load_programme(db: Session) -> Organization:
    """Load organization, staff, programme, bank and forms."""
    now = utcnow()
    organization = add_organization(db)
    add_staff(db, organization, password_hash=hash_password(PASSWORD), now=now)
    programme, _ = add_programme(db, organization)
    exam_day.add_forms(db, add_bank(db, programme, now=now), now=now)
    return organization


def show_sign_ins(base: str, tickets: Path) -> None:
    """Print addresses, staff and a few tickets."""
    click.echo(f"\n工作人员 Staff: {base}/    密码 password: {PASSWORD}")
    for username, name, _ in STAFF:
        click.echo(f"  {username:<10} {name}")
    click.echo(f"\n考生 Candidates: {base}/sitting    准考证号与口令 tickets: {tickets}")
    with tickets.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows[:SHOWN_TICKETS]:
        click.echo(f"  {row['ticket']}  {row['code']}  {row['name']}")
    click.echo(
        "\n先让几名考生登录，再以 proctor 登录，在“我的考场”打开监控台并开始考试。\n"
        "Let a few candidates sign in, then sign in as proctor, open the console under "
        "“My rooms” and start.\n"
    )
