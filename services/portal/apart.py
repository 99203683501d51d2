"""`mpp serve portal`: the pages in a process of their own, in front of a mall at an address."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from waitress import serve as listen

from mpp.hosting.pages import PagesSettings
from services.portal.api.over_http import OverHttp
from services.portal.app import create
from services.portal.forms.files import AROUND

_THREADS = 16
_IN_MEMORY = 128 * 1024  # bytes of a body; more of it waits on disk until it has come


def serve(interface: str, settings: PagesSettings, bind: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C. The mall must count this process among its proxies (MPP_PROXIES)."""
    app = create(OverHttp(interface), settings)
    signal.signal(signal.SIGTERM, _end)
    most = 2 * (settings.upload_max_bytes + AROUND)  # of what is too large a page says so, as long as it gets that far
    listen(
        app, host=bind, port=port, threads=_THREADS, ident=None, max_request_body_size=most,
        inbuf_overflow=_IN_MEMORY,
    )  # fmt: skip


def _end(_signum: int, _frame: FrameType | None) -> None:
    sys.exit(0)  # waitress lets its threads finish what they have begun
