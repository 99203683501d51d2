"""For the operator: messages by their state, and another try for those whose provider was the reason."""

from __future__ import annotations

from mpp.cases.interface.message_payloads import MessagesAfter, MessagesIn
from mpp.cases.interface.methods import LIST_MESSAGES, RETRY_MESSAGES
from mpp.casework.refusals import not_found
from mpp.json_values import optional_text, text
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.messages import MessagesQuery, Retries
from services.gateway.api.responses.messages import MessagesInState, Retried
from services.gateway.api.routes.results import UNKEPT, shown
from services.gateway.backend import Backend

_PATTERNS = {"collection": r"[a-z_]{1,32}"}


class MessageOperations:
    """The endpoints of the role operator."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def routes(self) -> list[Route]:
        """List, retry."""
        base = "/api/v1/operations/messages/{collection}"
        return [
            Route(
                "GET", base, self.list, "list_messages", "Messages in one state", "operations",
                {200: Produces("Oldest first; nothing personal", MessagesInState)}, roles=("operator",),
                query=MessagesQuery, patterns=_PATTERNS, refuses=(400, 403, 404, 422, 503),
            ),
            Route(
                "POST", f"{base}/retries", self.retry, "retry_messages",
                "Try again what is on the call list because of its provider", "operations",
                {200: Produces("How many; with `next`, ask again", Retried)}, roles=("operator",), body=Retries,
                keyed=True, patterns=_PATTERNS, refuses=(400, 403, 404, 422, 503), example={},
                description="Some hundreds at once: while the answer has a `next`, send it as `after`. The same again "
                "sends nothing twice.",
            ),
        ]  # fmt: skip

    def list(self, request: HttpRequest) -> HttpResponse:
        asked = MessagesIn(text(request.query, "state"), optional_text(request.query, "after"))
        return shown(self._backend.ask(self._collection(request), LIST_MESSAGES, asked, request), UNKEPT)

    def retry(self, request: HttpRequest) -> HttpResponse:
        after = MessagesAfter(optional_text(request.body, "after"))
        return shown(self._backend.ask(self._collection(request), RETRY_MESSAGES, after, request))

    def _collection(self, request: HttpRequest) -> str:
        collection = request.params["collection"]
        if collection not in self._backend.services:
            raise not_found()
        return collection
