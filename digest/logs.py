"""Logs: an event name, then fields, on standard error. Never an address, a token or a body."""

import logging
import sys
import traceback

import structlog
from structlog.typing import Processor


def log_for_people(level: str) -> None:
    """Let every logger write lines that a person reads, from `level` up; in colours on a terminal."""
    _configure(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()), level)


def log_as_json(level: str) -> None:
    """Let every logger write one JSON object a line, from `level` up."""
    _configure(structlog.processors.JSONRenderer(), level)


def describe_bug(error: Exception) -> str:
    """Return what was raised, and where, innermost last; its own words may hold an address, so they stay out."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " > ".join(f"{frame.name} ({frame.filename.rpartition('/')[2]}:{frame.lineno})" for frame in frames)
    return f"{type(error).__name__} in {places}"


def _configure(renderer: Processor, level: str) -> None:
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
