"""Half-filled forms of one's own. An address shows nothing: a draft has an id, and its content is in the body."""

from __future__ import annotations

from mpp.cases.commands.filing import not_offered
from mpp.casework.refusals import invalid
from mpp.catalogue import Catalogue
from mpp.identity import demo
from mpp.json_values import JsonObject, mapping, text
from mpp.web.conditional import etag
from mpp.web.routing import UUID, HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.drafts import KeepDraft
from services.gateway.api.responses import drafts as bodies
from services.gateway.api.routes.results import UNKEPT, replayed
from services.gateway.drafts.book import DraftCommand, Drafts, version_of

_BASE = "/api/v1/drafts"
_EXAMPLE: JsonObject = {"service": "PRZ-SIP-DR", "form": {"applicant": {"name": demo.resident(0).name}, "step": 1}}


class OwnDrafts:
    """The endpoints, for every account."""

    def __init__(self, drafts: Drafts, catalogue: Catalogue) -> None:
        self._drafts = drafts
        self._catalogue = catalogue
        self._names = {kind.code: dict(kind.name) for kind in catalogue.with_left_out()}

    def routes(self) -> list[Route]:
        """List, keep, read, change, remove."""
        one, refuses, patterns = f"{_BASE}/{{id}}", (404, 422, 503), {"id": UUID}
        return [
            Route(
                "GET", _BASE, self.list, "list_drafts", "One's own drafts", "drafts",
                {200: Produces("All of them, without what is in them", bodies.Drafts)}, refuses=(503,),
            ),
            Route(
                "POST", _BASE, self.keep, "keep_draft", "Keep a half-filled form", "drafts",
                {201: Produces("The draft", bodies.DraftHead, headers=("Location", "ETag"))}, body=KeepDraft,
                keyed=True, refuses=(409, 422, 503), example=_EXAMPLE,
                description="For the account alone: nobody else can read it, and it is in no event and no trail. It is "
                            "encrypted, and gone seven days after its last change, or when the account is closed. An "
                            "account has at most so many (409 `drafts_full`).",
            ),
            Route(
                "GET", one, self.read, "get_draft", "One draft", "drafts",
                {200: Produces("The draft", bodies.Draft, headers=("ETag",))}, refuses=(404, 503), patterns=patterns,
            ),
            Route(
                "PUT", one, self.change, "change_draft", "Keep another content", "drafts",
                {200: Produces("The draft", bodies.DraftHead, headers=("ETag",))}, body=KeepDraft, keyed=True,
                conditional=True, refuses=(409, *refuses), patterns=patterns, example=_EXAMPLE,
                description="In place of what was kept. Two windows do not overwrite one another: the second is 412.",
            ),
            Route(
                "DELETE", one, self.remove, "remove_draft", "Remove a draft", "drafts",
                {200: Produces("The draft as it was", bodies.DraftHead)}, keyed=True, conditional=True,
                refuses=(409, *refuses), patterns=patterns,
            ),
        ]  # fmt: skip

    def list(self, request: HttpRequest) -> HttpResponse:
        found = self._drafts.listed(_account(request), request.deadline)
        return HttpResponse(200, {"items": [self._named(draft) for draft in found]}, UNKEPT)

    def keep(self, request: HttpRequest) -> HttpResponse:
        kept = self._drafts.keep(_command(request), self._service(request), mapping(request.body, "form"))
        return self._answer(201, *kept, Location=f"{_BASE}/{text(kept[0], 'id')}")

    def read(self, request: HttpRequest) -> HttpResponse:
        return self._answer(200, self._drafts.read(_account(request), request.params["id"], request.deadline), False)

    def change(self, request: HttpRequest) -> HttpResponse:
        assert request.if_match is not None
        service, form = self._service(request), mapping(request.body, "form")
        changed = self._drafts.change(_command(request), request.params["id"], request.if_match, service, form)
        return self._answer(200, *changed)

    def remove(self, request: HttpRequest) -> HttpResponse:
        assert request.if_match is not None
        gone, known = self._drafts.remove(_command(request), request.params["id"], request.if_match)
        return HttpResponse(200, self._named(gone), {**UNKEPT, **replayed(known)})

    def _service(self, request: HttpRequest) -> str:
        service = text(request.body, "service")
        if service not in self._names:
            raise invalid(not_offered(self._catalogue, service))
        return service

    def _answer(self, status: int, body: JsonObject, known: bool, **more: str) -> HttpResponse:
        headers = {**UNKEPT, "ETag": etag(version_of(body)), **replayed(known), **more}
        return HttpResponse(status, self._named(body), headers)

    def _named(self, body: JsonObject) -> JsonObject:
        return {**body, "service_name": self._names.get(text(body, "service"))}


def _account(request: HttpRequest) -> str:
    assert request.actor is not None, "the route asks for a token"
    return request.actor.id


def _command(request: HttpRequest) -> DraftCommand:
    return DraftCommand(_account(request), request.route.method, request.path, request.key or "", request.deadline)
