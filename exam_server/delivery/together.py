"""Questions to the store asked together: what comes within a moment is one reading for all.

A hall that opens its lines at once asks the same of every seat; asked one by one, each question
costs as much as one reading for fifty.
"""

# gevent's classes take type arguments in annotations only
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

import gevent
import structlog
from gevent.event import AsyncResult

from exam_server.db import STORE_FAILS, StoreSilentError

log = structlog.get_logger()

GATHER_S = 0.004
MOST = 32  # so many are read and told in a few milliseconds: nobody's answer waits for longer
LIMIT_S = 8.0


Question = TypeVar("Question")
Answer = TypeVar("Answer")


@dataclass
class Together(Generic[Question, Answer]):
    """Gathers questions and has ``read`` answer them: for each its answer or what it raises."""

    read: Callable[[Sequence[Question]], Sequence[Answer | Exception]]
    _waiting: list[tuple[Question, AsyncResult[Answer]]] = field(default_factory=list)
    _is_reading: bool = False

    def ask(self, question: Question) -> Answer:
        """Return the answer, read after this call; raises what belongs to this question."""
        answered: AsyncResult[Answer] = AsyncResult()
        self._waiting.append((question, answered))
        if not self._is_reading:
            self._is_reading = True
            gevent.spawn(self._run)
        try:
            return cast("Answer", answered.get(timeout=LIMIT_S))
        except gevent.Timeout:
            raise StoreSilentError(LIMIT_S) from None

    def _run(self) -> None:
        try:
            while self._waiting:
                gevent.sleep(GATHER_S)
                step, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                self._answer(step)
        finally:
            self._is_reading = False

    def _answer(self, step: list[tuple[Question, AsyncResult[Answer]]]) -> None:
        """Read for some; what fails for all is tried for each, so that one harms no other."""
        try:
            answers = self.read([question for question, _ in step])
        except STORE_FAILS as failure:
            answers = [failure] * len(step)
        except Exception as error:
            if len(step) > 1:
                log.exception("reading together failed; reading one by one")
                for each in step:
                    self._answer([each])
                return
            answers = [error]
        for (_, answered), answer in zip(step, answers, strict=True):
            if isinstance(answer, Exception):
                answered.set_exception(answer)
            else:
                answered.set(answer)
