"""The log as a process of the mall writes it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from mpp.operations.running import logs


@contextmanager
def written() -> Iterator[io.StringIO]:
    """What is logged while this lasts, as JSON lines."""
    root, kept = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**kept)
