"""Whose an address is: the interface's, or the pages' that this process serves beside it."""

from __future__ import annotations

from wsgiref.types import WSGIApplication

import structlog
from werkzeug.wrappers import Request, Response

from mpp.hosting.definition import resolve
from mpp.hosting.pages import Inside, PagesSettings, pages
from mpp.hosting.settings import ServiceSettings
from mpp.web.application import Application

log = structlog.get_logger(__name__)


class Doorway:
    """Answers every request.

    `/api` and whatever the interface knows is the interface's, but for the plain pages in whose place there are
    better ones (`instead`); every other address is the pages'. Without pages all of it is the interface's.
    """

    def __init__(
        self, application: Application, shown: WSGIApplication | None = None, instead: tuple[str, ...] = ()
    ) -> None:
        self._application = application
        self._shown = shown
        self._instead = instead

    def respond(self, request: Request) -> Response:
        """The answer; never raises."""
        if self._shown is None or not self._is_shown(request.path):
            return self._application.respond(request)
        return Response.from_app(self._shown, request.environ)

    def _is_shown(self, path: str) -> bool:
        if path in self._instead or path.startswith(tuple(f"{place}/" for place in self._instead if place != "/")):
            return True
        return not path.startswith("/api/") and not self._application.knows(path)


def doorway(application: Application, settings: ServiceSettings) -> Doorway:
    """The interface, with the installed pages in front of it where the settings have a key for their sessions."""
    found = pages()
    if found is None or settings.session_key is None:
        log.info("pages.off", reason="none installed" if found is None else "no MPP_SESSION_KEY")
        return Doorway(application)
    inside: Inside = resolve(found.inside)
    told = PagesSettings(settings.session_key, settings.proxies, settings.public_url, settings.upload_max_bytes)
    return Doorway(application, inside(application, told), found.instead)
