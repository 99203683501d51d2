"""`mpp serve portal`: the pages in a process of their own, in front of a mall at an address."""

from __future__ import annotations

import signal
import socket
import sys
from types import FrameType

from waitress import serve as listen
from waitress.wasyncore import dispatcher

from mpp.hosting.pages import PagesSettings
from services.portal.api.over_http import OverHttp
from services.portal.app import create
from services.portal.forms.files import AROUND

_THREADS = 16
_IN_MEMORY = 128 * 1024  # bytes of a body; more of it waits on disk until it has come


def serve(interface: str, settings: PagesSettings, bind: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C. The mall must count this process among its proxies (MPP_PROXIES)."""
    app = create(OverHttp(interface), settings)
    watched: dict[int, dispatcher] = {}
    _Stop(watched)
    most = 2 * (settings.upload_max_bytes + AROUND)  # of what is too large a page says so, as long as it gets that far
    listen(
        app, host=bind, port=port, threads=_THREADS, ident=None, max_request_body_size=most,
        inbuf_overflow=_IN_MEMORY, map=watched,
    )  # fmt: skip


class _Stop(dispatcher):
    """The end of the server's loop, at SIGTERM and Ctrl-C.

    A signal comes wherever the process is, mostly in the middle of a page, and what its handler raised there ended that
    page and nothing else. So the handler does nothing, and Python's wake-up descriptor tells the loop.
    """

    def __init__(self, watched: dict[int, dispatcher]) -> None:
        reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        super().__init__(reader, watched)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, _nothing)

    def writable(self) -> bool:
        """It only listens."""
        return False

    def handle_read(self) -> None:
        """waitress lets its threads finish what they have begun."""
        sys.exit(0)


def _nothing(_signum: int, _frame: FrameType | None) -> None:
    return
