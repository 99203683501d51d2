"""Logs: one line per happening, JSON for machines, without personal data whoever wrote the line."""

from __future__ import annotations

import logging
import sys
from typing import IO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from mpp.hosting.seldom import Seldom
from mpp.identity.masking import mask_text

_SHORT = 10**13  # a whole number with fewer digits names nobody
# What libraries tell about every connection and request is noise to an operator, and may hold addresses.
_QUIET = ("nameko", "kombu", "amqp", "urllib3", "alembic", "eventlet", "docker")

_HTTP_SERVER = "nameko.web.server"  # what nameko hands to eventlet's HTTP server


def configure(stream: IO[str] | None = None, *, level: int = logging.INFO) -> None:
    """Send structlog and the standard library's logging to `stream` (stderr), as JSON lines, masked."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _masked,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger(_HTTP_SERVER).filters[:] = [_InOurWords()]


class _InOurWords(logging.Filter):
    """The HTTP server writes a line for each request that breaks off, with its address, query and client: its words
    are dropped, and one line in a while says how often it happened."""

    def __init__(self) -> None:
        super().__init__()
        self._broken_off = Seldom("http.broken_off")

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING:
            self._broken_off.warn()
        return False


def _masked(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    return {key: value if key == "timestamp" else _mask(value) for key, value in line.items()}


def _mask(value: object) -> object:
    """JSON without numbers of people, in keys too; what is no JSON goes as its repr, as the renderer would write it."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {mask_text(str(key)): _mask(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_mask(inner) for inner in value]
    if value is None or isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < _SHORT):
        return value
    return mask_text(repr(value))
