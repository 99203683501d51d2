"""The public keys of papers, for whoever checks QR codes without a network."""

from __future__ import annotations

from mpp.papers.qr.keys import Keyring
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.responses.papers import PaperKeySet

ADDRESS = "/.well-known/jwks.json"
# A verifier keeps the list for as long as it likes, and asks again for a key that it does not know.
_KEPT = {"Cache-Control": "public, max-age=3600"}


class PaperKeys:
    """The list, the same for everybody."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def routes(self) -> list[Route]:
        """Read."""
        return [
            Route(
                "GET", ADDRESS, self.list, "paper_keys", "The public keys of papers", "public",
                {200: Produces("A JWK set (RFC 7517)", PaperKeySet)}, access="public",
                description="Check the QR code of a paper with them, without a network: "
                "`https://<mall>/v/<code>#<base64url of a COSE_Sign1 message>`, whose payload is a CWT. A key counts "
                "for its `kinds` and for papers dated `until` at the latest; former keys stay, and old papers good.",
            )
        ]  # fmt: skip

    def list(self, request: HttpRequest) -> HttpResponse:
        """All keys, former ones as well."""
        return HttpResponse(200, self._keyring.to_json(), _KEPT)
