"""Questions of one moment are one reading; what is wrong with one harms no other."""

from collections.abc import Sequence

import gevent
import pytest
from sqlalchemy.exc import OperationalError

from exam_server.db import StoreSilentError
from exam_server.delivery import together
from exam_server.delivery.together import MOST, Together
from exam_server.errors import NotAllowedError


def ask_all(asked: Together[int, int], questions: Sequence[int]) -> list[int | Exception]:
    def ask(question: int) -> int | Exception:
        try:
            return asked.ask(question)
        except Exception as error:  # noqa: BLE001 - compared below
            return error

    greenlets = [gevent.spawn(ask, each) for each in questions]
    gevent.joinall(greenlets, timeout=120)
    return [each.get(block=False) for each in greenlets]


def test_each_gets_its_own_answer_and_few_readings_are_made() -> None:
    read: list[int] = []

    def squares(questions: Sequence[int]) -> list[int | Exception]:
        read.append(len(questions))
        gevent.sleep(0.001)  # as a store lets others run meanwhile
        return [NotAllowedError("bad_token") if each == 7 else each * each for each in questions]

    answers = ask_all(Together(squares), range(100))
    assert isinstance(answers.pop(7), NotAllowedError)
    assert answers == [each * each for each in range(100) if each != 7]
    assert max(read) == MOST
    assert sum(read) == 100
    assert len(read) <= 5


def test_one_that_cannot_be_read_is_the_only_one_that_fails() -> None:
    def inverses(questions: Sequence[int]) -> list[int | Exception]:
        return [100 // each for each in questions]

    one, none, five = ask_all(Together(inverses), [1, 0, 5])
    assert (one, five) == (100, 20)
    assert isinstance(none, ZeroDivisionError)


def test_a_store_that_is_away_is_asked_once_and_a_silent_one_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[int] = []

    def away(questions: Sequence[int]) -> list[int | Exception]:
        tries.append(len(questions))
        raise OperationalError("SELECT", {}, Exception("gone"))

    assert all(isinstance(each, OperationalError) for each in ask_all(Together(away), range(9)))
    assert tries == [9]

    monkeypatch.setattr(together, "LIMIT_S", 0.05)
    never = gevent.event.Event()

    def silent(questions: Sequence[int]) -> list[int | Exception]:
        never.wait()
        return list(questions)

    assert isinstance(ask_all(Together(silent), [1])[0], StoreSilentError)
    never.set()
