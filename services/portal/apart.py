"""`mpp serve portal`: the pages in a process of their own, in front of a mall at an address."""

from __future__ import annotations

import signal
import sys
from types import FrameType

from waitress import serve as listen

from mpp.hosting.pages import PagesSettings
from services.portal.api.over_http import OverHttp
from services.portal.app import create

_THREADS = 16


def serve(interface: str, settings: PagesSettings, bind: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C. The mall must count this process among its proxies (MPP_PROXIES)."""
    app = create(OverHttp(interface), settings)
    signal.signal(signal.SIGTERM, _end)
    listen(app, host=bind, port=port, threads=_THREADS, ident=None, max_request_body_size=128 * 1024)


def _end(_signum: int, _frame: FrameType | None) -> None:
    sys.exit(0)  # waitress lets its threads finish what they have begun
