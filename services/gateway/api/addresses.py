"""Addresses as they stand on paper: whole, so that somebody can type them at home."""

from __future__ import annotations

from dataclasses import dataclass

from mpp.casework.codes import one_time, tracking
from mpp.web.routing import HttpRequest

TRACKING = tracking.PAGE


@dataclass(frozen=True)
class Addresses:
    """`public` is where citizens reach the mall, such as `https://mpp.example.go.id`; None: where the request came to.

    `proxied`: a trusted proxy stands in front, whose word on https is believed.
    """

    public: str | None = None
    proxied: bool = False

    def of_case(self, request: HttpRequest, tracking_code: str) -> str:
        """The page that says where a case stands."""
        return f"{self.public or self._of(request)}{TRACKING}/{tracking_code}"

    def of_questions(self, request: HttpRequest, code: str, channel: str) -> str:
        """The page with the nine questions about a case, by its one-time code; see `one_time.path_of`."""
        return f"{self.public or self._of(request)}{one_time.path_of(code, channel)}"

    def _of(self, request: HttpRequest) -> str:
        told = request.headers.get("X-Forwarded-Proto") if self.proxied else None
        return f"{'https' if told == 'https' else 'http'}://{request.headers.get('Host', 'localhost')}"
