"""Logs: one JSON object a line, without local variables, so that no answer or name gets there."""

import structlog


def configure_logs() -> None:
    """Set up structlog for a server process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
