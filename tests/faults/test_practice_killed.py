"""Practice while the server is killed: what a trainee was told is kept, is kept."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from sqlalchemy import select

from exam_server.adaptive import service, tickets
from exam_server.adaptive.models import PracticeStep, PracticeTicket
from exam_server.forms.practice_banks import declare_for_practice
from tests.exam_server.adaptive.test_practising import switched_on
from tests.exam_server.adaptive.test_random_papers import random_plan
from tests.factories import NOW, actor_of, make_organization, make_person
from tests.live_server import LiveServer
from tests.seats import LIMIT_S

pytestmark = [pytest.mark.slow, pytest.mark.long]

N_EACH = 4  # trainees of either kind
KILLS = 3
CUT = requests.RequestException


@dataclass
class Trainee:
    """A page of practice: it sends until it is answered, and notes what was acknowledged."""

    base: str
    ticket: str
    code: str
    is_random: bool
    token: str = ""
    seq: int = 0
    acked: dict[int, Any] = field(default_factory=dict)
    n_acked: int = 0
    is_over: bool = False

    def ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        address, head = f"{self.base}/api/practice{path}", {"Authorization": f"Bearer {self.token}"}
        if body is None:
            response = requests.get(address, headers=head, timeout=LIMIT_S)
        else:
            response = requests.post(address, json=body, headers=head, timeout=LIMIT_S)
        reply: dict[str, Any] = response.json()
        return reply

    def sign_in(self) -> None:
        reply = self.ask("/login", {"ticket": self.ticket, "code": self.code})
        assert reply["ok"], reply
        self.token = reply["token"]

    def answer(self) -> None:
        """Give the next answer: to the item in hand, or to any of the paper."""
        if self.is_random:
            self.seq += 1
            number, given = self.seq % 8 + 1, "ABCD"[self.seq // 8 % 4]
        else:
            state = self.ask("")
            if state["status"] == "over":
                self.is_over = True
                return
            number, given = state["number"], "ABCD"[state["number"] % 4]
        sent = {"number": number, "answer": given, "seq": self.seq or None}
        while True:
            with suppress(CUT):
                reply = self.ask("/answers", sent)
                assert reply["ok"], reply
                break
        self.acked[number], self.n_acked = given, self.n_acked + 1


@dataclass
class Class:
    """Trainees at work; whoever waits is told of every acknowledgement."""

    trainees: list[Trainee]
    is_over: threading.Event = field(default_factory=threading.Event)
    progress: threading.Condition = field(default_factory=threading.Condition)

    def work(self, trainee: Trainee) -> None:
        while not self.is_over.is_set() and not trainee.is_over:
            with suppress(CUT):
                trainee.answer()
            with self.progress:
                self.progress.notify_all()

    def goes_on(self, more: int) -> None:
        """Wait until so many more answers were acknowledged."""
        wanted = self.n_acked() + more
        with self.progress:
            assert self.progress.wait_for(lambda: self.n_acked() >= wanted, 60)

    def n_acked(self) -> int:
        return sum(each.n_acked for each in self.trainees)


def slips_at(server: LiveServer) -> list[tuple[str, str, bool]]:
    """Put an adaptive and a random plan into force; return tickets, codes and of which kind."""
    database, secret = server.database(), server.settings.secret
    with database.writing() as db:
        adaptive = switched_on(db, n_tickets=N_EACH, exposure=100, secret=secret)
        organization = make_organization(db)
        plan = random_plan(db, organization=organization)
        officer = actor_of(make_person(db, "exam_officer", organization=organization))
        declare_for_practice(db, officer, plan.structure.blueprint, reason="练习", now=NOW)
        service.approve(db, officer, plan, now=NOW)
        whole = tickets.issue_tickets(db, officer, plan, N_EACH, secret=secret, now=NOW)
    database.close()
    return [(*each, False) for each in adaptive] + [(*each, True) for each in whole]


def test_killed_again_and_again_no_acknowledged_answer_is_lost(live_server: LiveServer) -> None:
    trainees = [Trainee(live_server.base, *slip) for slip in slips_at(live_server)]
    for each in trainees:
        each.sign_in()
    room = Class(trainees)
    with ThreadPoolExecutor(len(trainees)) as pool:
        running = [pool.submit(room.work, each) for each in trainees]
        try:
            for _ in range(KILLS):
                room.goes_on(20)
                live_server.kill()
                live_server.start()
            room.goes_on(20)
        finally:
            room.is_over.set()
        for each in running:
            each.result(60)
    database = live_server.database()
    with database.reading() as db:
        chosen = select(PracticeTicket.ticket, PracticeStep.number, PracticeStep.answer)
        rows = db.execute(chosen.join(PracticeStep, PracticeStep.ticket_id == PracticeTicket.id))
        stored = {(ticket, number): answer for ticket, number, answer in rows}
    database.close()
    told = {
        (each.ticket, number): given for each in trainees for number, given in each.acked.items()
    }
    lost = {key for key, given in told.items() if stored.get(key) != {"value": given}}
    print(f"acknowledged {room.n_acked()}, lost {len(lost)}")  # noqa: T201 - what this is for
    assert lost == set()
    assert room.n_acked() >= 20 * (KILLS + 1)
    assert all(each.is_over for each in trainees if not each.is_random)
