"""The log: one JSON object a line on standard error, so that the chat keeps standard output to itself.

What other libraries log is told by its place and kind only: their messages quote addresses, tokens and what they read.
"""

import json
import logging
import re
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog

_CONTROLS = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")  # JSON escapes the lower ones itself
_SPEAKS_FREELY = "uvicorn"  # its messages are about sockets


def configure(level: int = logging.INFO) -> None:
    """Called once, by the command line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_on_one_line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Retold()], force=True)


def _on_one_line(event: Any, **options: Any) -> str:  # noqa: ANN401 - what structlog hands a serialiser
    """JSON in which nothing moves a cursor, ends a line or turns the direction of writing, whatever was logged."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(event, ensure_ascii=False, **options))


class _Retold(logging.Handler):
    """Libraries' records as ours."""

    def emit(self, record: logging.LogRecord) -> None:
        told: dict[str, object] = {"library": record.name, "place": f"{Path(record.pathname).name}:{record.lineno}"}
        if record.name.startswith(_SPEAKS_FREELY):
            told["message"] = record.getMessage().partition("\n")[0]
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)[-4:]
            told["error"] = type(error).__name__
            told["where"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        structlog.get_logger().log(record.levelno, "a library's word", **told)
