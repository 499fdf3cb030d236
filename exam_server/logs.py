"""Logs: one JSON object a line, without local variables, so that no answer or name gets there."""

import logging
import sys
from contextlib import suppress
from typing import Any

import structlog


class PatientLogger(structlog.PrintLogger):
    """Writes lines as long as they can be written: a full disk must not stop what is logged."""

    def msg(self, message: str) -> None:
        """Write a line, or nothing."""
        with suppress(OSError, ValueError):
            super().msg(message)

    log = debug = info = warn = warning = error = critical = fatal = failure = msg
    err = exception = msg


def configure_logs() -> None:
    """Set up structlog for a server process; at a terminal for people, else for programs."""
    is_for_people = sys.stderr.isatty()
    ends: list[Any] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if is_for_people
        else [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *ends,
        ],
        logger_factory=lambda *_: PatientLogger(),
    )
    # The libraries' own: a log that cannot be written says nothing, it does not raise.
    logging.raiseExceptions = False
