"""The console command ``demo``: load the sample data, print how to sign in."""

import csv
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam_server.accounts.passwords import hash_password
from exam_server.clock import utcnow
from exam_server.commanding import command
from exam_server.config import Settings
from exam_server.db import Database
from exam_server.demo import exam_day
from exam_server.demo.history.asking import ask_for_earlier_day
from exam_server.demo.loading import load_programme, sample_office
from exam_server.demo.office import write_tickets
from exam_server.demo.practice import add_practice
from exam_server.demo.programme import ORGANIZATION, PASSWORD, STAFF
from exam_server.demo.written_day import add_written_day
from exam_server.programmes.models import Organization

SHOWN_TICKETS = 3
EARLIER_DAY = (
    "往届考试日（216 名考生的成绩、统计、等值、合格线与自适应练习）在服务器启动后于后台生成，"
    "进度见 officer 的“我的任务”。\n"
    "An earlier exam day (216 candidates with statistics, equating, a pass mark and adaptive "
    "practice) is made\nin the background once the server runs: see “My jobs” of officer.\n"
)
ROLE_WORDS = {
    "exam_officer": "考务 exam officer",
    "item_writer": "命题 item writer",
    "reviewer": "审题 reviewer",
    "chief_proctor": "主监考 chief proctor",
    "proctor": "监考 proctor",
    "examiner": "考评 examiner",
    "panel_member": "合格线专家 panel member",
    "quality_supervisor": "质量督导 quality supervisor",
    "administrator": "管理 administrator",
    "auditor": "审计 auditor",
}


@click.command("demo")
@command
def demo(settings: Settings, database: Database) -> None:
    """Load the sample programme, unless it is there, and an exam session to be sat."""
    tickets = settings.var / "demo-tickets.csv"
    with database.writing() as db:
        load(db, settings, tickets)
        is_to_come = ask_for_earlier_day(db, now=utcnow()) is not None
    show_sign_ins(f"http://{settings.host}:{settings.port}", tickets)
    if is_to_come:
        click.echo(EARLIER_DAY)


def load(db: Session, settings: Settings, tickets: Path) -> None:
    """Load what is missing; what is there stays as it is."""
    now = utcnow()
    owner = db.scalar(select(Organization).where(Organization.code == ORGANIZATION))
    is_new = owner is None
    if owner is None:
        owner = load_programme(
            db, secret=settings.secret, password_hash=hash_password(PASSWORD), now=now
        )
    if exam_day.open_exam_session(db, owner) is None:
        office = sample_office(db, owner, settings.secret)
        write_tickets(tickets, exam_day.add_exam_day(db, office, now=now))
        if is_new:
            exam_day.add_coming(db, office, now=now)
            add_written_day(db, office, now=now)
            add_practice(db, office, now=now)


def show_sign_ins(base: str, tickets: Path) -> None:
    """Print addresses, one line of staff accounts for each role, and a few tickets."""
    click.echo(f"\n示例数据 Sample data\n\n工作人员 Staff: {base}/    密码 password: {PASSWORD}")
    for role, words in ROLE_WORDS.items():
        usernames = [username for username, _, roles in STAFF if roles[0] == role]
        click.echo(f"  {', '.join(usernames):<32} {words}")
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
