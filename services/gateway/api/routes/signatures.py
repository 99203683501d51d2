"""Many papers signed in one go."""

from __future__ import annotations

from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.json_values import texts
from mpp.web.routing import UUID, HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.papers import SignPapers
from services.gateway.api.responses import signing as bodies
from services.gateway.api.routes.results import UNKEPT, replayed
from services.gateway.papers.following import Papers, taken

_BASE = "/api/v1/signatures"
_EXAMPLE = {"papers": ["01890a5d-ac96-774b-bcce-b302099a8057"], "passphrase": "kata-sandi"}


class Signatures:
    """The endpoints."""

    def __init__(self, papers: Papers | None) -> None:
        self._found = papers

    def routes(self) -> list[Route]:
        """Begin, and look what has come of it."""
        return [
            Route(
                "POST", _BASE, self.begin, "sign_papers", "Sign many papers", "papers",
                {202: Produces("It has begun; the results appear at the address", bodies.Begun,
                               headers=("Location",))},
                body=SignPapers, keyed=True, refuses=(409, 422, 503), example=_EXAMPLE,
                description="With one passphrase, one paper after the other, each with its own result. A wrong "
                            "passphrase ends it and uses up nothing; one that is not known to be signed is looked up, "
                            "and the rest goes on. The passphrase is no part of what the key of idempotency compares.",
            ),
            Route(
                "GET", f"{_BASE}/{{id}}", self.show, "get_signatures", "What has come of a batch", "papers",
                {200: Produces("The result of each paper", bodies.Batch)}, patterns={"id": UUID}, refuses=(404, 503),
                description="For who began it, for a week. Where the process that signed has died, what it had not "
                            "begun is `interrupted`: sign it by another batch.",
            ),
        ]  # fmt: skip

    def begin(self, request: HttpRequest) -> HttpResponse:
        request.body, passphrase = taken(request.body)
        papers = list(texts(request.body, "papers"))
        if not papers or len(set(papers)) != len(papers):
            raise invalid(FieldError("papers", "required" if not papers else "malformed"))
        batch, known = self._papers().begin(papers, passphrase, request)
        return HttpResponse(202, {"id": batch}, {"Location": f"{_BASE}/{batch}", **replayed(known)})

    def show(self, request: HttpRequest) -> HttpResponse:
        assert request.actor is not None, "the route asks for a token"
        found = self._papers().batches.shown(request.actor.id, request.params["id"], request.deadline)
        return HttpResponse(200, found, UNKEPT)

    def _papers(self) -> Papers:
        if self._found is None:
            raise Refused(503, "storage_unavailable")
        return self._found
