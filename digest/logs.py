"""Logs: an event name, then fields. Never an address, a token or a body."""

import logging
import sys
from enum import StrEnum

import structlog


class LogFormat(StrEnum):
    """How a line of log is written: for a person, or for a machine."""

    HUMAN = "human"
    JSON = "json"


def configure_logs(*, form: LogFormat, level: str) -> None:
    """Let every logger write to standard error in `form`, from `level` up."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form is LogFormat.JSON
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
